package live

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// phoenixFormat renders what an event pushes on the Phoenix socket.
//
// A donation is pushed once, when it completes, because clients add amounts up: a refund, a dispute or a decision about its texts pushes no
// donation. They change the totals, which clients set: every change of them pushes the campaign.
type phoenixFormat struct {
	app    *app.App
	pushes Pushes
}

// phoenixPush is one push, to those who joined a stream of a fact. The zero value is none: then the event only changes facts.
type phoenixPush struct {
	stream  phoenixStream
	fact    fund.ID
	payload json.RawMessage
}

// bytes is the push as a Format gives it: the connections of one node share it, and each puts it into frames of its own.
func (p phoenixPush) bytes() []byte {
	b := append(make([]byte, 0, 1+len(p.stream)+len(p.fact)+len(p.payload)), byte(len(p.stream)))
	b = append(append(b, p.stream...), p.fact[:]...)
	return append(b, p.payload...)
}

// pushOf reads what bytes wrote.
func pushOf(b []byte) (p phoenixPush) {
	n := 1 + int(b[0])
	p.stream = phoenixStream(b[1:n])
	p.payload = b[n+copy(p.fact[:], b[n:]):]
	return p
}

// Render writes a phoenixPush; see Format.
func (f *phoenixFormat) Render(ctx context.Context, actor app.Actor, o Occurrence) ([]byte, error) {
	var push phoenixPush
	var err error
	switch {
	case o.Test:
		return nil, nil
	case o.Topic == fund.TopicDonationCompleted:
		push, err = f.donation(ctx, actor, o.Subject)
	case changesReward(o.Topic):
		push, err = f.reward(ctx, actor, o.Subject)
	case !changesCampaign(o.Topic):
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return push.bytes(), nil
}

// changesCampaign reports whether an event of the topic changes what the campaigns that it is about show: their totals, or themselves.
func changesCampaign(t fund.Topic) bool {
	switch t {
	case fund.TopicDonationCompleted, fund.TopicDonationRefunded, fund.TopicDonationDisputed, fund.TopicDonationRestored:
		return true
	case fund.TopicFactGoalReached: // the donation that reached it says all
		return false
	default:
		return strings.HasPrefix(string(t), "fact.")
	}
}

// changesReward reports whether the subject is a reward that changed, or of which fewer or more are left.
func changesReward(t fund.Topic) bool {
	return t == fund.TopicStockChanged || strings.HasPrefix(string(t), "reward.")
}

func (f *phoenixFormat) donation(ctx context.Context, actor app.Actor, id fund.ID) (phoenixPush, error) {
	d, err := f.app.GetDonation(ctx, actor, fund.Key{ID: id})
	if err != nil {
		return phoenixPush{}, unlessMissing(err) // nothing is left of it: the totals say so
	}
	payload, err := f.pushes.Donation(d)
	return phoenixPush{streamDonation, d.Fact.ID, payload}, err
}

func (f *phoenixFormat) reward(ctx context.Context, actor app.Actor, id fund.ID) (phoenixPush, error) {
	r, err := f.app.GetReward(ctx, actor, fund.Key{ID: id})
	if err != nil {
		return phoenixPush{}, unlessMissing(err)
	}
	payload, err := f.pushes.Reward(r)
	return phoenixPush{streamReward, r.FactID, payload}, err
}

// campaign writes the present state of a fact; nil for one that is not there, or not for the actor.
func (f *phoenixFormat) campaign(ctx context.Context, actor app.Actor, id fund.ID) (json.RawMessage, error) {
	seen, err := f.app.See(ctx, actor, app.FactKey{Key: fund.Key{ID: id}, Kinds: app.AllKinds()})
	if err != nil {
		return nil, unlessMissing(err)
	}
	return f.pushes.Campaign(seen.Fact())
}

func unlessMissing(err error) error {
	if fault.Is(err, fault.NotFound) {
		return nil
	}
	return err
}
