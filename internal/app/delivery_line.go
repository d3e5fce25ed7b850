package app

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// lineData writes what a chat is told, as a JSON string, and finds the message that it takes the place of. It is Gone where there is nothing to say: the
// fact is not public, the donation was paid back, or the message was made for an endpoint that was no chat then.
func (a *App) lineData(ctx context.Context, e fund.WebhookEndpoint, d fund.WebhookDelivery, c WebhookContent) (data, changes string, err error) {
	if !d.Test() && !slices.Contains(fund.ChatTypes(), d.EventType) {
		return "", "", withheld("chats announce other events, as everybody sees them")
	}
	said := Announcement{Template: e.Options.Template, Test: d.Test()}
	if c.Fact != nil {
		seen, err := a.See(ctx, Actor{}, FactKey{Key: fund.Key{ID: c.Fact.ID}, Kinds: AllKinds()})
		if fault.Is(err, fault.NotFound) {
			return "", "", withheld("the fact is not public")
		}
		if err != nil {
			return "", "", err
		}
		said.Seen = &seen
	}
	// What was sent before and can be changed is: a resend by hand leaves no second message that says what is hidden later.
	changes = d.SentAs
	if c.Event != nil && c.Donation == nil {
		said.Template = e.Options.EventTemplate
		if said.Event, err = a.announced(ctx, *c.Event); err != nil {
			return "", "", err
		}
		data, err = a.line(ctx, said)
		return data, changes, err
	}
	if c.Donation == nil {
		data, err = a.line(ctx, said)
		return data, changes, err
	}
	public := c.Donation.Public()
	said.Donation = &public
	if c.Event != nil && c.Event.Topic == fund.TopicDonationScreened {
		return a.changedLine(ctx, d, said)
	}
	if !c.Donation.Listed() {
		return "", "", withheld("the donation was paid back")
	}
	data, err = a.line(ctx, said)
	return data, changes, err
}

// changedLine is what a chat is told in place of what it was told of a donation before others saw more or less of it. It is Gone if that message cannot be
// changed, or says the same.
func (a *App) changedLine(ctx context.Context, d fund.WebhookDelivery, said Announcement) (data, changes string, err error) {
	before, err := a.store.LastAnnounced(ctx, d.EndpointID, d.DonationID, d.ID)
	if err != nil {
		return "", "", err
	}
	if before.SentAs == "" {
		return "", "", withheld("there is no message about the donation that this chat lets anybody change")
	}
	data, err = a.line(ctx, said)
	if err == nil && data == before.Data {
		err = withheld("the message says so already")
	}
	return data, before.SentAs, err
}

// line writes one line as a JSON string.
func (a *App) line(ctx context.Context, said Announcement) (string, error) {
	line, err := a.webhooks.Announcer.Announce(ctx, a, said)
	if err != nil {
		return "", err
	}
	text, err := json.Marshal(line)
	if err != nil {
		return "", fmt.Errorf("message to a chat: %w", err)
	}
	return string(text), nil
}

// announced is an event as everybody sees it. It is Gone if its object is not shown.
func (a *App) announced(ctx context.Context, e fund.Event) (*AnnouncedEvent, error) {
	made := &AnnouncedEvent{Topic: e.Topic, Amount: e.Detail.Amount, Total: e.Detail.Total}
	key, everybody := fund.Key{ID: e.Subject}, Actor{}
	var err error
	switch e.Topic.Object() {
	case fund.ObjectFact:
		var f fund.Fact
		f, err = a.GetFact(ctx, everybody, FactKey{Key: key, Kinds: AllKinds()})
		made.Title = f.Name
	case fund.ObjectPoll:
		var p fund.Poll
		p, err = a.GetPoll(ctx, everybody, key)
		made.Title, made.Options = p.Name, slices.Clone(p.Options)
		slices.SortStableFunc(made.Options, func(a, b fund.PollOption) int { return cmp.Compare(b.Raised, a.Raised) })
	case fund.ObjectTarget:
		var t fund.Target
		t, err = a.GetTarget(ctx, everybody, key)
		made.Title = t.Name
	case fund.ObjectReward:
		var r fund.Reward
		r, err = a.GetReward(ctx, everybody, key)
		made.Title, made.Amount, made.Total = r.Name, 0, 0 // those of the event are pieces
	case fund.ObjectMilestone:
		var m fund.Milestone
		m, err = a.GetMilestone(ctx, everybody, MilestoneKey{Milestone: key})
		made.Title = m.Name
	case fund.ObjectMatch:
		var m fund.DonationMatch
		m, err = a.GetMatch(ctx, everybody, key)
		made.Title, made.Total = m.DisplayName(), m.Amount()
	}
	if fault.Is(err, fault.NotFound) {
		err = withheld("it is not shown any more")
	}
	return made, err
}

// webhookBody is the exact body of an attempt, or what a chat is told.
func (a *App) webhookBody(m WebhookMessage) ([]byte, error) {
	if line, is := m.Line(); is {
		return []byte(line), nil
	}
	return a.webhooks.Encoder.Message(m)
}
