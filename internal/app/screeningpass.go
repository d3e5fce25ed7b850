package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// passing is what showing a donation does where two screeners look at each.
type passing int

const (
	// showsIt shows it: one look is enough, another screener passed it on, or the actor says how the fact is screened.
	showsIt passing = iota
	// passesIt passes it on for another screener to show it.
	passesIt
	// passedIt is nothing: the actor passed it on before, and another one is to show it.
	passedIt
)

// passingOf says what a verdict does. Nobody who only screens shows what waits, or what was hidden, alone.
func passingOf(ctx context.Context, q store.Queries, actor Actor, v verdict) (passing, error) {
	was := v.d.Screening
	shows := v.to.NameShown() && !was.NameShown() || v.to.CommentRead() && !was.CommentRead()
	if !v.rules.TwoPasses() || !shows {
		return showsIt, nil
	}
	f, err := q.GetFact(ctx, factByID(v.d.Fact.ID))
	if err != nil {
		return showsIt, err
	}
	if heads, err := may(ctx, q, actor, setScreening, f); heads || err != nil {
		return showsIt, err
	}
	if !was.Waits() {
		return passesIt, nil
	}
	passes, err := q.ScreeningPasses(ctx, f.ID, []fund.ID{v.d.ID})
	if err != nil {
		return showsIt, err
	}
	before, passed := passes[v.d.ID]
	switch {
	case !passed:
		return passesIt, nil
	case before.Screener.ID == actor.id():
		return passedIt, nil
	}
	return showsIt, nil
}

// passOn has a donation wait for another screener to show it: also one that was hidden.
func (a *App) passOn(ctx context.Context, tx *store.Tx, actor Actor, v verdict, now time.Time) error {
	var wrong fault.Fields
	if v.to.Waits() {
		wrong.Add("screening", "cannot be "+string(v.to)+": two screeners look at each donation here; send shown, held or hidden")
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	if err := v.allowed(); err != nil {
		return err
	}
	d, waits := v.d, v.d.Screening
	if !waits.Waits() {
		waits = fund.ScreeningHeld
		if err := setScreeningOf(ctx, tx, actor, d, waits, now); err != nil {
			return err
		}
		if _, err := tx.UnpassDonation(ctx, d.ID, fund.ID{}); err != nil { // of before it was hidden
			return err
		}
	}
	if err := tx.PassDonation(ctx, fund.ScreeningPass{DonationID: d.ID, FactID: d.Fact.ID, Screener: fund.Ref{ID: actor.id()}, At: now}); err != nil {
		return err
	}
	made := fund.ScreeningDecision{FactID: d.Fact.ID, Screener: actor.id(), DonationID: d.ID, Was: d.Screening, Became: waits, Passed: true}
	if err := a.remember(ctx, tx, made, now); err != nil {
		return err
	}
	return reportPass(ctx, tx, actor, fund.ActPass, d, now)
}

// remember notes a decision, for its screener to take back.
func (a *App) remember(ctx context.Context, tx *store.Tx, made fund.ScreeningDecision, now time.Time) (err error) {
	if made.ID, err = a.newID(now); err != nil {
		return err
	}
	return tx.InsertScreeningDecision(ctx, made, fund.MaxUndo)
}

// reportPass tells others who screen that a donation was passed on, or that this was taken back.
func reportPass(ctx context.Context, tx *store.Tx, actor Actor, act fund.Act, d fund.Donation, now time.Time) error {
	if d.Screening.Waits() { // what was hidden is reported as held
		facts, err := factsOfDonation(ctx, tx.Queries, d)
		if err != nil {
			return err
		}
		same := string(d.Screening)
		tx.Append(fund.Event{Topic: fund.TopicDonationScreened, Subject: d.ID, Facts: facts, At: now, Detail: fund.Detail{From: same, To: same}})
	}
	return logAct(ctx, tx, actor, doneWith(act, d, now))
}

// takePassBack has a donation be passed on no more: it waits for the actor, who passed it on, or is hidden as before. It is a Conflict where somebody took it
// back, or passed it on since.
func takePassBack(ctx context.Context, tx *store.Tx, actor Actor, d fund.Donation, was fund.Screening, now time.Time) (refused, err error) {
	passed, err := tx.UnpassDonation(ctx, d.ID, actor.id())
	if err != nil {
		return nil, err
	}
	if !passed {
		return errDecided, nil
	}
	if !was.Waits() {
		d.Screening = fund.ScreeningHeld
		if err := setScreeningOf(ctx, tx, actor, d, was, now); err != nil {
			return nil, err
		}
		d.Screening = was
		return nil, reportPass(ctx, tx, actor, fund.ActUnpass, d, now)
	}
	l := fund.ScreeningLease{DonationID: d.ID, FactID: d.Fact.ID, Screener: fund.Ref{ID: actor.id()}, EndsAt: now.Add(fund.LeaseStays)}
	if err := tx.KeepLease(ctx, l); err != nil {
		return nil, err
	}
	return nil, reportPass(ctx, tx, actor, fund.ActUnpass, d, now)
}

// Pass is how far a donation is where two screeners look at each.
type Pass struct {
	// By is who passed it on; the zero value for nobody.
	By fund.Ref
	// First reports whether who looks at it passes it on, and does not show it.
	First bool
}

// PassesOf says how far donations to a fact are, by their ids, for those who screen there; none where one look is enough.
func (a *App) PassesOf(ctx context.Context, s Seen, donations []fund.Donation) (map[fund.ID]Pass, error) {
	if err := requireRole(ctx, a.store.Queries, s.actor, screenDonation, s.fact); err != nil {
		return nil, err
	}
	passed, two, err := a.passedOn(ctx, s.fact, donations)
	if err != nil || !two {
		return nil, err
	}
	heads, err := may(ctx, a.store.Queries, s.actor, setScreening, s.fact)
	if err != nil {
		return nil, err
	}
	all := map[fund.ID]Pass{}
	for _, d := range donations {
		if d.Screening.CommentRead() {
			continue
		}
		var one Pass
		if d.Screening.Waits() {
			one.By = passed[d.ID].Screener
		}
		one.First = !heads && (one.By.ID.IsZero() || one.By.ID == s.actor.id())
		all[d.ID] = one
	}
	return all, nil
}

// passedOn are those of donations to a fact that were passed on and wait, and whether two screeners look at each there: with none to look at, none.
func (a *App) passedOn(ctx context.Context, f fund.Fact, donations []fund.Donation) (passed map[fund.ID]fund.ScreeningPass, two bool, err error) {
	var ids []fund.ID
	for _, d := range donations {
		if !d.Screening.CommentRead() {
			ids = append(ids, d.ID)
		}
	}
	if len(ids) == 0 {
		return nil, false, nil
	}
	chain, err := a.store.SettingsChain(ctx, f)
	if err != nil || !inherited(chain).TwoPasses {
		return nil, false, err
	}
	passed, err = a.store.ScreeningPasses(ctx, f.ID, ids)
	return passed, true, err
}

// PassedOn reports whether a donation was passed on and waits for another screener; false for who does not screen.
func (a *App) PassedOn(ctx context.Context, actor Actor, d fund.Donation) (bool, error) {
	if !d.Screening.Waits() {
		return false, nil
	}
	f, err := a.store.GetFact(ctx, factByID(d.Fact.ID))
	if err != nil {
		return false, err
	}
	if screens, err := may(ctx, a.store.Queries, actor, screenDonation, f); err != nil || !screens {
		return false, err
	}
	passed, _, err := a.passedOn(ctx, f, []fund.Donation{d})
	return len(passed) > 0, err
}
