package app

import (
	"context"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// UndoDecision takes back the last decision of a screener at a fact, at most fund.MaxUndo of them one after the other. What waits again is the screener's to decide
// about. Without one, and where somebody has decided since or the rules do not let it be shown any more, it is a Conflict.
func (a *App) UndoDecision(ctx context.Context, actor Actor, key FactKey) error {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return err
	}
	if err := requireFully(ctx, a.store.Queries, actor, screenDonation, f); err != nil {
		return err
	}
	last, err := a.store.LastScreeningDecision(ctx, f.ID, actor.id())
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Conflict, "There is no decision to take back.")
	}
	if err != nil {
		return err
	}
	var late error
	_, err = a.changeDonation(ctx, actor, screenDonation, fund.Key{ID: last.DonationID}, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		late = nil
		if err := tx.DeleteScreeningDecision(ctx, last.ID); err != nil {
			return err
		}
		if d.Screening != last.Became || !d.Listed() {
			late = errDecided
			return nil
		}
		if last.Passed {
			late, err = takePassBack(ctx, tx, actor, d, last.Was, now)
		} else {
			late, err = takeBack(ctx, tx, actor, d, last.Was, now)
		}
		return err
	})
	if fault.Is(err, fault.NotFound) { // two forms at once
		err = errDecided
	}
	if err == nil {
		err = late
	}
	return err
}

// takeBack has a donation be what it was. It returns why the rules refuse that.
func takeBack(ctx context.Context, tx *store.Tx, actor Actor, d fund.Donation, was fund.Screening, now time.Time) (refused, err error) {
	rules, err := screenerOf(ctx, tx.Queries, d)
	if err != nil {
		return nil, err
	}
	err = verdict{rules, d, was}.apply(ctx, tx, actor, now)
	switch {
	case fault.Is(err, fault.Invalid):
		return fault.New(fault.Conflict, "The donation cannot be what it was before the decision."), nil
	case err != nil || !was.Waits():
		return nil, err
	}
	return nil, tx.KeepLease(ctx, fund.ScreeningLease{DonationID: d.ID, FactID: d.Fact.ID, Screener: fund.Ref{ID: actor.id()}, EndsAt: now.Add(fund.LeaseStays)})
}

// EditShownName has another name be shown for the donor of a donation than the one that was given, or that one again with "". Those who read who donated still
// find the first. A name with a word that holds names is Invalid at "name"; it is a Conflict for a donation without a name to show, one whose name is not was any more,
// and one that another screener has.
func (a *App) EditShownName(ctx context.Context, actor Actor, key fund.Key, was, name string) error {
	var wrong fault.Fields
	fund.CheckShownName(&wrong, "name", &name)
	if err := wrong.Err(); err != nil {
		return err
	}
	_, err := a.changeDonation(ctx, actor, screenDonation, key, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		renamed := d.Renamed(name)
		switch {
		case !d.Listed() || d.Anonymous || d.Name == "":
			return fault.New(fault.Conflict, "The donation has no name that is shown.")
		case renamed.Name == d.Name:
			return nil
		case d.Name != was:
			return errDecided
		}
		if err := requireLease(ctx, tx.Queries, actor, d, now); err != nil {
			return err
		}
		rules, err := screenerOf(ctx, tx.Queries, d)
		if err != nil {
			return err
		}
		if (renamed.Given != "" || d.Screening.NameShown()) && rules.HoldsName(renamed.Name) {
			wrong.Add("name", fund.HeldWord)
			return wrong.Err()
		}
		if err := tx.RenameDonation(ctx, renamed, now); err != nil {
			return err
		}
		facts, err := factsOfDonation(ctx, tx.Queries, d)
		if err != nil {
			return err
		}
		same := string(d.Screening)
		tx.Append(fund.Event{Topic: fund.TopicDonationScreened, Subject: d.ID, Facts: facts, At: now, Detail: fund.Detail{From: same, To: same}})
		return logAct(ctx, tx, actor, doneWith(fund.ActEditName, d, now))
	})
	return err
}

// WriteNote writes what those who screen and read aloud tell each other about a donation; "" for nothing. Nobody else sees it, and it goes when the donor is erased.
func (a *App) WriteNote(ctx context.Context, actor Actor, key fund.Key, note string) error {
	var wrong fault.Fields
	fund.CheckNote(&wrong, "note", &note, fund.MaxScreeningNote)
	if err := wrong.Err(); err != nil {
		return err
	}
	_, err := a.changeDonation(ctx, actor, screenDonation, key, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		if !d.ErasedAt.IsZero() {
			return fault.New(fault.Conflict, "The donor of this donation was erased.")
		}
		if err := tx.PutScreeningNote(ctx, fund.ScreeningNote{About: d.ID, Text: note, By: fund.Ref{ID: actor.id()}, At: now}); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneWith(fund.ActNote, d, now))
	})
	return err
}

// NotesOf are the notes about donations to a fact, for those who screen or read aloud there.
func (a *App) NotesOf(ctx context.Context, s Seen, donations []fund.ID) (map[fund.ID]fund.ScreeningNote, error) {
	if err := requireAny(ctx, a.store.Queries, s.actor, s.fact, screenDonation, readAloud); err != nil {
		return nil, err
	}
	return a.store.ScreeningNotes(ctx, s.fact.ID, donations)
}

// HandoverOf is what one shift at a fact tells the next one, for those who screen, read aloud or run the stage there.
func (a *App) HandoverOf(ctx context.Context, actor Actor, key FactKey) (fund.ScreeningNote, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.ScreeningNote{}, err
	}
	if err := requireAny(ctx, a.store.Queries, actor, f, screenDonation, readAloud, runStage); err != nil {
		return fund.ScreeningNote{}, err
	}
	return a.store.Handover(ctx, f.ID)
}

// HandOver writes that; "" for nothing.
func (a *App) HandOver(ctx context.Context, actor Actor, key FactKey, note string) error {
	var wrong fault.Fields
	fund.CheckNote(&wrong, "note", &note, fund.MaxHandover)
	if err := wrong.Err(); err != nil {
		return err
	}
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return err
	}
	return a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := requireAny(ctx, tx.Queries, actor, f, screenDonation, readAloud, runStage); err != nil {
			return err
		}
		last, err := tx.Handover(ctx, f.ID)
		if err != nil || last.Text == note {
			return err
		}
		next := fund.ScreeningNote{About: f.ID, Text: note, Version: last.Version + 1, By: fund.Ref{ID: actor.id()}, At: now}
		if err := tx.PutHandover(ctx, next); err != nil {
			return err
		}
		// Desks that are open show it.
		stages, err := tx.ListStages(ctx, f.ID)
		if err != nil {
			return err
		}
		for _, s := range stages {
			tx.Append(store.StageChanged(s.ID, f.ID, now))
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActHandOver, f.ID, now).of(f.Cause.ID).byGrant(f.ID).with("version", strconv.FormatInt(next.Version, 10)))
	})
}

// requireAny requires one of some rights without limits at a fact.
func requireAny(ctx context.Context, q store.Queries, actor Actor, f fund.Fact, rights ...right) (err error) {
	for _, r := range rights {
		if err = requireRole(ctx, q, actor, r, f); err == nil {
			return nil
		}
	}
	return err
}
