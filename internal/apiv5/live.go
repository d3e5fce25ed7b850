package apiv5

import (
	"context"
	"encoding/json"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const (
	// liveDonations is how many of the latest donations are part of the state of a fact, liveParts how many of its polls, targets,
	// milestones and matches.
	liveDonations = 10
	liveParts     = 100
)

// Live writes what live messages show: the objects that reads of the version show, for who reads them.
type Live struct{ v *version }

// NewLive makes a Live. Only the App and the BaseURL of the options are used.
func NewLive(o Options) Live { return Live{newVersion(o)} }

// Object is the subject of an event as the actor may see it now; null when there is nothing to see of it any more, or no read shows it.
// Shown is false for an event that the actor must not know of: what moves totals goes to nobody, and what is not public to those who handle it.
func (l Live) Object(ctx context.Context, actor app.Actor, e fund.Event) (object json.RawMessage, shown bool, err error) {
	if e.Topic.MovesScores() {
		return nil, false, nil
	}
	made, err := l.object(ctx, actor, e)
	switch {
	case fault.Is(err, fault.NotFound), fault.Is(err, fault.Forbidden), fault.Is(err, fault.Unauthenticated):
		return nil, e.Topic.Public() && err != errHidden, nil //nolint:errorlint // it is never wrapped
	case err != nil:
		return nil, false, err
	}
	object, err = api.Marshal(made)
	return object, true, err
}

// errHidden is the error of an object of which the actor must not know that it exists.
var errHidden = fault.New(fault.NotFound, "There is no such object.")

func (l Live) object(ctx context.Context, actor app.Actor, e fund.Event) (any, error) {
	v, key := l.v, fund.Key{ID: e.Subject}
	switch e.Topic.Object() {
	case fund.ObjectDonation:
		return l.donation(ctx, actor, e)
	case fund.ObjectFact:
		return l.fact(ctx, actor, e.Subject)
	case fund.ObjectPoll:
		return objectOf(v.app.GetPoll, v.toPoll)(ctx, actor, key)
	case fund.ObjectPollOption:
		return objectOf(v.app.GetPoll, v.toPoll)(ctx, actor, fund.Key{ID: e.Detail.Parent})
	case fund.ObjectTarget:
		return objectOf(v.app.GetTarget, v.toTarget)(ctx, actor, key)
	case fund.ObjectReward:
		return objectOf(v.app.GetReward, v.toReward)(ctx, actor, key)
	case fund.ObjectMilestone:
		return objectOf(v.milestoneByID, v.toMilestone)(ctx, actor, key)
	case fund.ObjectScheduleItem:
		return objectOf(v.app.GetScheduleItem, v.toSchedule)(ctx, actor, key)
	case fund.ObjectMatch:
		return objectOf(v.app.GetMatch, v.toDonationMatch)(ctx, actor, key)
	case fund.ObjectCounter:
		return objectOf(v.app.GetCounter, v.toCounter)(ctx, actor, key)
	case fund.ObjectTimer:
		return objectOf(v.app.GetTimer, v.toTimer)(ctx, actor, key)
	case fund.ObjectAuctionItem:
		return l.auctionItem(ctx, actor, e.Facts[0], key)
	default:
		return nil, fault.New(fault.NotFound, "No read shows this object.")
	}
}

// objectOf reads one object and writes it.
func objectOf[From, To any](get func(context.Context, app.Actor, fund.Key) (From, error), to func(From) To) func(context.Context, app.Actor, fund.Key) (any, error) {
	return func(ctx context.Context, actor app.Actor, key fund.Key) (any, error) {
		one, err := get(ctx, actor, key)
		return to(one), err
	}
}

func (v *version) milestoneByID(ctx context.Context, actor app.Actor, key fund.Key) (fund.Milestone, error) {
	return v.app.GetMilestone(ctx, actor, app.MilestoneKey{Milestone: key})
}

// donation is a donation as those see it who handle it, if the actor does; else as everybody does, if the event is public. One that was
// listed before, and is not any more, is not found; of one that never was nobody else knows.
func (l Live) donation(ctx context.Context, actor app.Actor, e fund.Event) (any, error) {
	key := fund.Key{ID: e.Subject}
	if actor.Kind != app.Anonymous {
		d, err := l.v.app.HandledDonation(ctx, actor, key)
		switch {
		case err == nil:
			return l.v.showDonation(ctx, &call{Caller: actor}, d)
		case !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Unauthenticated):
			return nil, err
		}
	}
	reads, err := l.reads(ctx, actor, e)
	if err != nil {
		return nil, err
	}
	if !reads && !e.Topic.Public() {
		return nil, errHidden
	}
	d, err := l.v.app.GetDonation(ctx, actor, key)
	if fault.Is(err, fault.NotFound) {
		return nil, l.unlisted(ctx, key)
	}
	if err != nil {
		return nil, err
	}
	above, err := l.v.app.Ancestors(ctx, actor, d.Fact.ID)
	if err != nil {
		return nil, err
	}
	self := toSimpleFact(fund.Ancestor{ID: d.Fact.ID, Name: d.Fact.Name, Kind: d.FactKind})
	return l.v.toDonation(d, append(list(above[d.Fact.ID], toSimpleFact), self)), nil
}

// reads reports whether an event is about reading a donation aloud, and the actor does that.
func (l Live) reads(ctx context.Context, actor app.Actor, e fund.Event) (bool, error) {
	if e.Topic != fund.TopicDonationRead || len(e.Facts) == 0 {
		return false, nil
	}
	return l.v.app.ReadsAloud(ctx, actor, e.Facts[0])
}

// unlisted is the error of a donation that is not listed.
func (l Live) unlisted(ctx context.Context, key fund.Key) error {
	d, err := l.v.app.GetDonation(ctx, app.System(), key)
	if err == nil && d.CompletedAt.IsZero() {
		return errHidden
	}
	if err == nil {
		err = fault.New(fault.NotFound, "The donation is not listed any more.")
	}
	return err
}

func (l Live) fact(ctx context.Context, actor app.Actor, id fund.ID) (any, error) {
	f, err := l.v.app.GetFact(ctx, actor, app.FactKey{Key: fund.Key{ID: id}, Kinds: app.AllKinds()})
	if fault.Is(err, fault.NotFound) {
		return nil, errHidden
	}
	if err != nil {
		return nil, err
	}
	w, err := l.v.around(ctx, &call{Caller: actor}, f)
	return l.v.toFact(f, w), err
}

func (l Live) auctionItem(ctx context.Context, actor app.Actor, house fund.ID, key fund.Key) (any, error) {
	seen, err := l.v.app.See(ctx, actor, app.FactKey{Key: fund.Key{ID: house}, Kinds: atHouse.kinds})
	if err != nil {
		return nil, err
	}
	item, err := l.v.app.GetAuctionItem(ctx, seen, key)
	return l.v.toAuctionItem(item), err
}

// liveState is the present state of a fact, in the shapes that reads have.
type liveState struct {
	Fact            fact            `json:"fact" doc:"The fact with its totals and its goal"`
	Polls           []poll          `json:"polls" doc:"Its first 100 polls, the oldest first"`
	Targets         []target        `json:"targets" doc:"Its first 100 targets, the oldest first"`
	Milestones      []milestone     `json:"milestones" doc:"Its first 100 milestones, the oldest first"`
	DonationMatches []donationMatch `json:"donation_matches" doc:"Its first 100 donation matches, the oldest first"`
	Counters        []counter       `json:"counters" doc:"Its counters, the oldest first"`
	Timers          []timer         `json:"timers" doc:"Its timers, the oldest first"`
	Donations       []donation      `json:"donations" doc:"The ten latest donations to it, the newest first"`
}

// State is the present state of a fact: its totals and goal, its open and closed parts, and the latest donations to it, newest first.
func (l Live) State(ctx context.Context, seen app.Seen) (json.RawMessage, error) {
	v, f := l.v, seen.Fact()
	w, err := v.around(ctx, &call{}, f)
	if err != nil {
		return nil, err
	}
	made := liveState{Fact: v.toFact(f, w)}
	page := fund.Page{Limit: liveParts, Order: fund.OldestFirst}
	for _, read := range []func() error{
		func() error { return readInto(ctx, &made.Polls, v.app.Polls, v.toPoll, seen, page) },
		func() error { return readInto(ctx, &made.Targets, v.app.Targets, v.toTarget, seen, page) },
		func() error {
			return readInto(ctx, &made.Milestones, v.allMilestones, v.toMilestone, seen, page)
		},
		func() error { return readInto(ctx, &made.DonationMatches, v.allMatches, v.toDonationMatch, seen, page) },
		func() error { return readInto(ctx, &made.Counters, v.app.Counters, v.toCounter, seen, page) },
		func() error { return readInto(ctx, &made.Timers, v.app.Timers, v.toTimer, seen, page) },
		func() error {
			facts := append(w.parents(f), toSimpleFact(fund.Ancestor{ID: f.ID, Name: f.Name, Kind: f.Kind}))
			to := func(d fund.Donation) donation { return v.toDonation(d, facts) }
			return readInto(ctx, &made.Donations, v.latestDonations, to, seen, fund.Page{Limit: liveDonations})
		},
	} {
		if err := read(); err != nil {
			return nil, err
		}
	}
	return api.Marshal(made)
}

func readInto[From, To any](
	ctx context.Context, into *[]To, read func(context.Context, app.Seen, fund.Page) ([]From, error), to func(From) To, seen app.Seen, page fund.Page,
) error {
	items, err := read(ctx, seen, page)
	*into = list(items, to)
	return err
}

func (v *version) allMilestones(ctx context.Context, seen app.Seen, page fund.Page) ([]fund.Milestone, error) {
	return v.app.Milestones(ctx, seen, app.MilestoneQuery{}, page)
}

func (v *version) allMatches(ctx context.Context, seen app.Seen, page fund.Page) ([]fund.DonationMatch, error) {
	return v.app.Matches(ctx, seen, app.MatchQuery{}, page)
}

// latestDonations are those to the fact itself; none of a fundraising event, as its list for everybody has none.
func (v *version) latestDonations(ctx context.Context, seen app.Seen, page fund.Page) ([]fund.Donation, error) {
	if seen.Fact().Kind == fund.KindFundraisingEvent {
		return nil, nil
	}
	return v.app.Donations(ctx, seen, app.DonationQuery{}, page)
}

// Shapes are the types of what Object and State return.
func (Live) Shapes() api.Shapes {
	shapes := api.Shapes{State: liveState{}, Objects: map[string][]any{}, Fields: fieldTexts}
	for _, topic := range fund.Topics() {
		if as := objectShapes(topic.Object()); as != nil {
			shapes.Objects[string(topic.Object())] = as
		}
	}
	return shapes
}

// objectShapes are the types of what Object returns for a kind of object; nil for a kind that no read shows.
func objectShapes(kind fund.Object) []any {
	return map[fund.Object][]any{
		fund.ObjectDonation: {donation{}, handledDonation{}}, fund.ObjectFact: {fact{}}, fund.ObjectPoll: {poll{}}, fund.ObjectPollOption: {poll{}},
		fund.ObjectTarget: {target{}}, fund.ObjectReward: {reward{}}, fund.ObjectMilestone: {milestone{}}, fund.ObjectScheduleItem: {schedule{}},
		fund.ObjectMatch: {donationMatch{}}, fund.ObjectCounter: {counter{}}, fund.ObjectTimer: {timer{}}, fund.ObjectAuctionItem: {auctionItem{}},
	}[kind]
}
