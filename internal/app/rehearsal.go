package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Rehearsal is what a test event is about; nothing of it is stored. One of Donation, Milestone and Match is set.
type Rehearsal struct {
	Fact      fund.Fact
	Donation  *fund.Donation
	Milestone *fund.Milestone
	Match     *fund.DonationMatch
}

// Sampler writes the object of a rehearsal as JSON, for those who follow the feed.
type Sampler func(context.Context, Rehearsal) ([]byte, error)

// rehearse appends a test event and returns its subject. A fact has shield.RehearsalsAnHour of them at most; more are RateLimited.
func (a *App) rehearse(ctx context.Context, actor Actor, s Seen, in fund.TriggerInput, sample Sampler) (fund.ID, error) {
	made, event, err := a.rehearsal(ctx, s, in)
	if err != nil {
		return fund.ID{}, err
	}
	if event.Detail.Sample, err = sample(ctx, made); err != nil {
		return fund.ID{}, err
	}
	if made.Fact.Currency != s.fact.Currency {
		// The amounts of an event are read in the currency of its fact. The sample has these with theirs.
		event.Amount, event.Detail.Amount, event.Detail.Total = 0, 0, 0
	}
	if err := a.shield.Rehearse(s.fact.ID); err != nil {
		return fund.ID{}, err
	}
	return event.Subject, a.write(ctx, actor, s.fact.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		var err error
		if event.Facts, err = factsShowing(ctx, tx.Queries, s.fact); err != nil {
			return err
		}
		event.At = now
		if err := a.queueTests(ctx, tx, event, made, now); err != nil {
			return err
		}
		return tx.AppendTest(event)
	})
}

// rehearsal is what the input describes, with its event.
func (a *App) rehearsal(ctx context.Context, s Seen, in fund.TriggerInput) (Rehearsal, fund.Event, error) {
	if code := in.Currency.Value; in.Currency.Set {
		var wrong fault.Fields
		if fund.CheckCurrency(&wrong, "currency", code); len(wrong) > 0 {
			return Rehearsal{}, fund.Event{}, wrong.Err()
		}
		s.fact.Currency = code
	}
	s.fact.Status = fund.Published // a rehearsal comes before the show
	d, wrong := in.DonationInput(s.fact.ID).Draft(s.fact)
	if err := wrong.Err(); err != nil {
		return Rehearsal{}, fund.Event{}, err
	}
	now := a.Now()
	id, err := a.newID(now)
	if err != nil {
		return Rehearsal{}, fund.Event{}, err
	}
	d.ID, d.State, d.Screening = id, fund.DonationCompleted, fund.ScreeningShown
	d.CompletedAt, d.CreatedAt, d.UpdatedAt = now, now, now
	event := fund.TriggerEvent(in.Event.Value)
	switch event {
	case fund.TriggerMilestone:
		return a.rehearsedMilestone(ctx, s, in, d)
	case fund.TriggerMatchEnd:
		return a.rehearsedMatch(ctx, s, in, d)
	case fund.TriggerPollVote:
		if err := a.rehearseVote(ctx, s, &d); err != nil {
			return Rehearsal{}, fund.Event{}, err
		}
	}
	detail := rehearsedDonation(event, &d, in)
	e := fund.Event{Topic: event.Topic(), Subject: d.ID, Amount: d.Net(), Detail: detail}
	if detail.From != "" {
		e.Amount = d.Net() - d.Amount
	}
	return Rehearsal{Fact: s.fact, Donation: &d}, e, nil
}

// rehearsedDonation takes a made-up donation to the state after the event.
func rehearsedDonation(event fund.TriggerEvent, d *fund.Donation, in fund.TriggerInput) fund.Detail {
	from, to := "", ""
	switch event {
	case fund.TriggerRefund:
		from, d.State, d.Refunded = string(d.State), fund.DonationRefunded, d.Amount
		to = string(d.State)
	case fund.TriggerDispute:
		from, d.State, d.Disputed = string(d.State), fund.DonationDisputed, d.Amount
		to = string(d.State)
	case fund.TriggerScreening:
		from, d.Screening = string(d.Screening), screeningAfter(*d, in)
		to = string(d.Screening)
	}
	return fund.Detail{From: from, To: to}
}

// rehearseVote lets a made-up donation choose an option: of an open poll of the fact, or a made-up one.
func (a *App) rehearseVote(ctx context.Context, s Seen, d *fund.Donation) error {
	p, option, err := a.openOption(ctx, s)
	if fault.Is(err, fault.Conflict) {
		p, option, err = fund.Poll{ID: d.ID, Name: "Sample poll"}, fund.PollOption{ID: d.ID, Name: "Sample option"}, nil
	}
	d.Poll = &fund.Ref{ID: p.ID, LegacyID: p.LegacyID, Name: p.Name}
	d.PollOption = &fund.Ref{ID: option.ID, LegacyID: option.LegacyID, Name: option.Name}
	return err
}

// rehearsedMilestone is a milestone of the fact that is reached, or a made-up one.
func (a *App) rehearsedMilestone(ctx context.Context, s Seen, in fund.TriggerInput, d fund.Donation) (Rehearsal, fund.Event, error) {
	m, err := a.nextMilestone(ctx, s, in)
	if fault.Is(err, fault.Conflict) {
		m, err = fund.Milestone{
			ID: d.ID, FactID: s.fact.ID, FactLegacyID: s.fact.LegacyID, Name: sampleName(in), Amount: d.Amount, Currency: d.Currency,
			Enabled: true, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
		}, nil
	}
	from := m.State()
	m.ReachedAt = d.CompletedAt
	return Rehearsal{Fact: s.fact, Milestone: &m}, fund.Event{Topic: fund.TopicMilestoneReached, Subject: m.ID, Detail: fund.Detail{
		From: from, To: m.State(), Donation: d.ID, Amount: m.Amount, Total: m.Amount,
	}}, err
}

// rehearsedMatch is a match of the fact that ends, or a made-up one.
func (a *App) rehearsedMatch(ctx context.Context, s Seen, in fund.TriggerInput, d fund.Donation) (Rehearsal, fund.Event, error) {
	m, err := a.openMatch(ctx, s, in)
	if fault.Is(err, fault.Conflict) {
		m, err = fund.DonationMatch{
			ID: d.ID, FactID: s.fact.ID, FactLegacyID: s.fact.LegacyID, Type: fund.MatchAmount, MatchedBy: sampleName(in), Pledged: d.Amount, Raised: d.Amount,
			Currency: d.Currency, StartsAt: d.CreatedAt, EndsAt: d.CreatedAt, CreatedAt: d.CreatedAt, UpdatedAt: d.UpdatedAt,
		}, nil
	}
	m.CompletedAt, m.DonationID = d.CompletedAt, fund.MatchDonationID(m.ID)
	return Rehearsal{Fact: s.fact, Match: &m}, fund.Event{Topic: fund.TopicMatchCompleted, Subject: m.ID, Detail: fund.Detail{
		Donation: m.DonationID, Amount: m.Pledged, Total: m.Raised,
	}}, err
}

// sampleName is what something made-up is called.
func sampleName(in fund.TriggerInput) string {
	if in.Name.Value != "" {
		return in.Name.Value
	}
	return "Sample"
}
