package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// CreateMatch adds a donation match to a fact, for the cause and operators, and for those who raise money for the cause as far as it allows.
// The pledge counts as recorded when it is made. A fact has at most fund.MaxOpenMatches open at once.
func (a *App) CreateMatch(ctx context.Context, actor Actor, key FactKey, patch fund.MatchPatch) (fund.DonationMatch, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.DonationMatch{}, err
	}
	var id fund.ID
	err = a.writeBelow(ctx, actor, f, requireCredit(actor), func(ctx context.Context, tx *store.Tx, e edit) error {
		if err := a.requireByHand(ctx); err != nil {
			return err
		}
		if e.fact.Approval != fund.Approved {
			return fault.New(fault.Conflict, "Donation matches are made for what is approved only; this one is %s.", e.fact.Approval)
		}
		id = e.id
		m := fund.DonationMatch{
			ID: e.id, DonationID: fund.MatchDonationID(e.id), FactID: f.ID, Currency: f.Currency, CreatedAt: e.now,
		}
		if err := a.applyMatch(ctx, tx, matchEdit{edit: e, actor: actor, patch: patch}, &m); err != nil {
			return err
		}
		if err := tx.LockChain(ctx, f.ID); err != nil {
			return err
		}
		if err := room(fund.MaxOpenMatches, "open donation matches of this fact")(tx.CountOpenMatches(ctx, f.ID)); err != nil {
			return err
		}
		if err := pledge(ctx, tx, actor, e.fact, pledged{act: fund.ActCreateMatch, match: m, at: e.now}); err != nil {
			return err
		}
		e.report(fund.TopicMatchOpened, id, fund.Detail{Amount: m.Pledged})
		return tx.InsertMatch(ctx, m)
	})
	if err != nil {
		return fund.DonationMatch{}, fmt.Errorf("new donation match: %w", err)
	}
	return a.store.GetMatch(ctx, id)
}

// UpdateMatch changes a donation match that has not ended. A changed window recounts the donations.
func (a *App) UpdateMatch(ctx context.Context, actor Actor, key fund.Key, patch fund.MatchPatch) (fund.DonationMatch, error) {
	f, err := a.matchFact(ctx, actor, key)
	if err != nil {
		return fund.DonationMatch{}, err
	}
	err = a.writeBelow(ctx, actor, f, requireCredit(actor), func(ctx context.Context, tx *store.Tx, e edit) error {
		if err := tx.LockChain(ctx, f.ID); err != nil {
			return err
		}
		m, err := tx.GetMatch(ctx, key.ID)
		if err != nil {
			return err
		}
		before := m.Pledged
		if err := a.applyMatch(ctx, tx, matchEdit{edit: e, actor: actor, patch: patch}, &m); err != nil {
			return err
		}
		if err := pledge(ctx, tx, actor, e.fact, pledged{act: fund.ActUpdateMatch, match: m, before: before, at: e.now}); err != nil {
			return err
		}
		e.report(fund.TopicMatchChanged, m.ID, fund.Detail{Amount: m.Pledged})
		return tx.UpdateMatch(ctx, m)
	})
	if err != nil {
		return fund.DonationMatch{}, fmt.Errorf("donation match %s: %w", key, err)
	}
	return a.store.GetMatch(ctx, key.ID)
}

// requireCredit requires an actor who may record money without a payment.
func requireCredit(actor Actor) permission {
	return func(ctx context.Context, q store.Queries, f fund.Fact) error {
		return requireFully(ctx, q, actor, creditMoney, f)
	}
}

// matchEdit is a change of a match.
type matchEdit struct {
	edit

	actor Actor
	patch fund.MatchPatch
}

// applyMatch checks a new or changed match. Only the system makes one that begins, or lies wholly,
// in the past: its donations are there already.
func (a *App) applyMatch(ctx context.Context, tx *store.Tx, e matchEdit, m *fund.DonationMatch) error {
	actor, patch, now := e.actor, e.patch, e.now
	began, by := m.StartsAt, m.MatchedBy
	wrong := patch.Apply(m, now)
	if m.MatchedBy != by && !wrong.Has("matched_by") { // which may be too long to look for words in it
		if err := checkMatcher(ctx, tx, e.fact, m.MatchedBy, &wrong); err != nil {
			return err
		}
	}
	a.donationLimit.Check(&wrong, "pledged", m.Pledged, m.Currency)
	begins := !m.StartsAt.Equal(began)
	if actor.Kind != ActorSystem && begins && !m.EndsAt.IsZero() && !m.EndsAt.After(now) {
		wrong.Add("ends_at", fund.InPast)
	}
	if actor.Kind != ActorSystem && patch.StartsAt.Set && begins && m.StartsAt.Before(now.Add(-fund.PastTolerance)) {
		wrong.Add("starts_at", fund.InPast)
	}
	return wrong.Err()
}

// checkMatcher reports a name with a word that holds a donor's name at the fact. A match shows its name at once and has no review of its own,
// so that who writes it is told instead.
func checkMatcher(ctx context.Context, tx *store.Tx, f fund.Fact, name string, wrong *fault.Fields) error {
	chain, err := tx.SettingsChain(ctx, f)
	if err == nil && inherited(chain).Screener().HoldsName(name) {
		wrong.Add("matched_by", fund.HeldWord)
	}
	return err
}

// pledged is a match that was just made or changed; before is what was pledged until now, in minor units.
type pledged struct {
	act    fund.Act
	match  fund.DonationMatch
	before int64
	at     time.Time
}

// pledge checks and logs a pledge as money without a payment. Those who raise money for a cause cannot promise without a limit.
func pledge(ctx context.Context, tx *store.Tx, actor Actor, f fund.Fact, p pledged) error {
	if p.match.Type == fund.MatchAll {
		ok, err := may(ctx, tx.Queries, actor, creditMoney, f)
		if err == nil && !ok {
			err = fault.Fields{{Path: "type", Text: fund.StaffOnly}}.Err()
		}
		if err != nil {
			return err
		}
	}
	return credit(ctx, tx, actor, f, credited{
		act: p.act, path: "pledged", subject: p.match.ID, amount: max(p.match.Pledged-p.before, 0), whole: p.match.Pledged, at: p.at,
	})
}

// EndMatch completes a donation match and makes the matcher's own donation, if there is anything to match. Those who may make a match may
// end it. It is allowed even after the fact was retired; a match that has ended is a
// Conflict.
func (a *App) EndMatch(ctx context.Context, actor Actor, key fund.Key) (fund.DonationMatch, error) {
	return a.endMatch(ctx, actor, key, requireCredit(actor))
}

// endMatch is EndMatch for those who have a permission.
func (a *App) endMatch(ctx context.Context, actor Actor, key fund.Key, allowed permission) (fund.DonationMatch, error) {
	f, err := a.matchFact(ctx, actor, key)
	if err != nil {
		return fund.DonationMatch{}, err
	}
	if err := allowed(ctx, a.store.Queries, f); err != nil {
		return fund.DonationMatch{}, err
	}
	// The donor key may be written at its first use, which must not happen within a write.
	if _, err := a.Key(ctx, store.DonorKey); err != nil {
		return fund.DonationMatch{}, err
	}
	err = a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.LockChain(ctx, f.ID); err != nil {
			return err
		}
		if err := allowed(ctx, tx.Queries, f); err != nil {
			return err
		}
		m, err := tx.GetMatch(ctx, key.ID)
		if err != nil {
			return err
		}
		if !m.CompletedAt.IsZero() {
			return fault.New(fault.Conflict, "This donation match has ended already.")
		}
		made, err := a.matcherDonation(ctx, f, m, now)
		if err != nil {
			return err
		}
		if err := logAct(ctx, tx, actor, doneOn(fund.ActEndMatch, m.ID, now).of(f.Cause.ID).withAmount(m.Amount())); err != nil {
			return err
		}
		if err := tx.EndMatch(ctx, m, made); err != nil {
			return err
		}
		ended := fund.Detail{Amount: m.Pledged, Total: m.Raised}
		if made != nil {
			ended.Donation = made.Donation.ID
		}
		return appendAbout(ctx, tx, f, fund.Event{Topic: fund.TopicMatchCompleted, Subject: m.ID, At: now, Detail: ended})
	})
	if err != nil {
		return fund.DonationMatch{}, fmt.Errorf("donation match %s: %w", key, err)
	}
	return a.store.GetMatch(ctx, key.ID)
}

// matcherDonation is the donation that the matcher owes; nil for none.
func (a *App) matcherDonation(ctx context.Context, f fund.Fact, m fund.DonationMatch, now time.Time) (*store.Completion, error) {
	if m.Amount() <= 0 {
		return nil, nil
	}
	d := fund.Donation{
		ID: m.DonationID, Fact: factRef(f), FactKind: f.Kind, CauseID: f.Cause.ID,
		// A match of everything has no pledge, but the limit of one donation.
		Amount: min(m.Amount(), a.donationLimit.Of(m.Currency)), Currency: m.Currency,
		Name: m.MatchedBy, IsMatch: true,
	}
	var err error
	if d.DonorID, err = a.donorID(ctx, d); err != nil {
		return nil, err
	}
	usd, err := a.inUSD(ctx, d, now)
	if err != nil {
		return nil, err
	}
	return &store.Completion{Donation: d, USD: usd, Entry: fund.EntryMatch}, nil
}

// matchFact is the fact that a donation match belongs to. If the actor may not see it, the match is NotFound.
func (a *App) matchFact(ctx context.Context, actor Actor, key fund.Key) (fund.Fact, error) {
	m, err := a.store.GetMatch(ctx, key.ID)
	if err != nil {
		return fund.Fact{}, err
	}
	f, err := a.seenFact(ctx, actor, m.FactID)
	return f, asRequested(err, "donation match", key.String())
}

// MatchQuery filters the donation matches of a list; unset fields do not filter.
type MatchQuery struct {
	Created, Updated fund.Span
	// Status is store.MatchActive or store.MatchCompleted.
	Status string
}

// Matches lists the donation matches of a fact, oldest first. A cursor is {ID}.
func (a *App) Matches(ctx context.Context, s Seen, query MatchQuery, page fund.Page) ([]fund.DonationMatch, error) {
	return a.store.ListMatches(ctx, store.MatchFilter{
		Fact: s.fact.ID, Created: query.Created, Updated: query.Updated, Status: query.Status, Now: a.Now(),
	}, oldestFirst(page))
}

// GetMatch returns one donation match of a fact that the actor may see.
func (a *App) GetMatch(ctx context.Context, actor Actor, key fund.Key) (fund.DonationMatch, error) {
	m, err := a.store.GetMatch(ctx, key.ID)
	if err != nil {
		return fund.DonationMatch{}, err
	}
	_, err = a.seenFact(ctx, actor, m.FactID)
	return m, asRequested(err, "donation match", key.String())
}
