package app

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// projectTries is how many steps an erasure takes the leaderboards further, when it finds them on their way. What is then left to do, background work does.
const projectTries = 16

// asksAtOnce is how many requests for erasure one transaction stores.
const asksAtOnce = 64

// rowsErasedAtOnce is how many rows outside of donations one transaction empties.
const rowsErasedAtOnce = 256

// Erased says what became of a donor's request that everything is erased.
type Erased struct {
	// Donations is how many donations were erased now, Before how many had been erased before.
	Donations, Before int
	// Waiting are those that are erased later, and why: without a reason in a moment.
	Waiting map[fund.ErasureHold]int
}

// EraseDonor erases what was written of all donations with a mail address: names, comments, addresses, answers, and every trace of them but what
// receipts need by law. Amounts, totals and the ledger stay. Those that a dispute or an open case holds are erased when it is over. System only.
func (a *App) EraseDonor(ctx context.Context, actor Actor, email string) (Erased, error) {
	if actor.Kind != ActorSystem {
		return Erased{}, forbidden()
	}
	donations, err := a.donationsOf(ctx, email)
	if err != nil {
		return Erased{}, err
	}
	done, err := a.eraseNow(ctx, actor, donations)
	if err != nil {
		return done, err
	}
	return done, a.dropDonorAccess(ctx, email)
}

// EraseDonation is EraseDonor for one donation. System only.
func (a *App) EraseDonation(ctx context.Context, actor Actor, id fund.ID) (Erased, error) {
	if actor.Kind != ActorSystem {
		return Erased{}, forbidden()
	}
	d, err := a.store.GetDonation(ctx, fund.Key{ID: id})
	if err != nil {
		return Erased{}, err
	}
	return a.eraseNow(ctx, actor, []fund.Donation{d})
}

// EraseOwn is EraseDonor by the donor with a session, which ends with it. It only stores the request: background work begins at once. What it returns as
// waiting without a reason is done within seconds.
func (a *App) EraseOwn(ctx context.Context, session string) (Erased, error) {
	access, err := a.donorSession(ctx, session)
	if err != nil {
		return Erased{}, err
	}
	donations, err := a.donationsOf(ctx, access.Email)
	if err != nil {
		return Erased{}, err
	}
	asked, done, err := a.askErasures(ctx, donorActor(), donations)
	if err != nil {
		return done, err
	}
	cases, err := a.store.CasesOfEach(ctx, asked)
	if err != nil {
		return done, err
	}
	for _, d := range donations {
		if !d.Erased() {
			done.Waiting[d.ErasureHold(cases[d.ID], a.Now())]++
		}
	}
	a.runner.Wake(fund.WorkErasure)
	return done, a.dropDonorAccess(ctx, access.Email)
}

// donationsOf lists all donations with a mail address, the oldest first.
func (a *App) donationsOf(ctx context.Context, email string) (all []fund.Donation, err error) {
	page := fund.Page{Limit: fund.MaxPage, Order: fund.OldestFirst}
	for {
		some, err := a.store.DonationsOf(ctx, email, page)
		if err != nil {
			return nil, err
		}
		if all = append(all, some...); len(some) < page.Limit {
			return all, nil
		}
		page.After = &fund.Cursor{ID: some[len(some)-1].ID}
	}
}

// eraseNow stores the request for all donations before it begins, so that it is done even if this process ends.
func (a *App) eraseNow(ctx context.Context, actor Actor, donations []fund.Donation) (Erased, error) {
	asked, done, err := a.askErasures(ctx, actor, donations)
	if err != nil {
		return done, err
	}
	for batch := range slices.Chunk(asked, fund.ErasureBatch) {
		requests, err := a.store.ErasuresOf(ctx, batch)
		if err != nil {
			return done, err
		}
		held, err := a.eraseTogether(ctx, slices.Collect(maps.Values(requests)))
		if err != nil && !fault.Is(err, fault.Unavailable) {
			return done, err
		}
		for _, hold := range held {
			done.Waiting[hold]++
		}
		done.Donations += len(batch) - len(held)
	}
	a.runner.Wake(fund.WorkErasure)
	return done, nil
}

// askErasures stores that the donor of donations asked for erasure, but for those that were erased before. Asking again changes nothing.
func (a *App) askErasures(ctx context.Context, actor Actor, donations []fund.Donation) (asked []fund.ID, done Erased, err error) {
	done.Waiting = map[fund.ErasureHold]int{}
	var open []fund.Donation
	for _, d := range donations {
		if d.Erased() {
			done.Before++
			continue
		}
		asked, open = append(asked, d.ID), append(open, d)
	}
	for some := range slices.Chunk(open, asksAtOnce) {
		err := a.write(ctx, actor, some[0].CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			return ask(ctx, tx, actor, some, now)
		})
		if err != nil {
			return asked, done, fmt.Errorf("ask for erasures: %w", err)
		}
	}
	return asked, done, nil
}

func ask(ctx context.Context, tx *store.Tx, actor Actor, donations []fund.Donation, now time.Time) error {
	ids := make([]fund.ID, len(donations))
	for i, d := range donations {
		ids[i] = d.ID
	}
	known, err := tx.ErasuresOf(ctx, ids)
	if err != nil {
		return err
	}
	var requests []fund.Erasure
	for _, d := range donations {
		if _, before := known[d.ID]; before {
			continue
		}
		requests = append(requests, fund.Erasure{Donation: d.ID, AskedAt: now, DueAt: now})
		if err := logAct(ctx, tx, actor, doneWith(fund.ActErase, d, now)); err != nil {
			return err
		}
	}
	return tx.PutErasures(ctx, requests...)
}

// continueErasures does what is due of erasures: it erases, or looks whether something came in again, and has the database destroy what it overwrote.
// A row of work stands for all that are due, up to fund.ErasureBatch, because whole tables are read for it.
func (a *App) continueErasures(ctx context.Context, id fund.ID) error {
	request, err := a.store.GetErasure(ctx, id)
	if known, err := found(err); !known || err != nil || request.DueAt.IsZero() || request.DueAt.After(a.Now()) {
		return err
	}
	due, err := a.store.DueErasures(ctx, a.Now(), fund.ErasureBatch)
	if err != nil {
		return err
	}
	_, err = a.eraseTogether(ctx, due)
	return err
}

// eraseTogether goes one step further with erasures, at most fund.ErasureBatch, each in a transaction of its own, and says which it did not do, and
// why: "" for one that failed, or while the leaderboards are being built, which is Unavailable. Those are due again.
func (a *App) eraseTogether(ctx context.Context, requests []fund.Erasure) (held map[fund.ID]fund.ErasureHold, err error) {
	held = map[fund.ID]fund.ErasureHold{}
	byID := map[fund.ID]fund.Erasure{}
	ids := make([]fund.ID, len(requests))
	for i, w := range requests {
		ids[i], byID[w.Donation], held[w.Donation] = w.Donation, w, ""
	}
	donations, err := a.store.DonationsByID(ctx, ids)
	if err != nil {
		return held, err
	}
	if err := a.eraseMentions(ctx, donations); err != nil {
		return held, err
	}
	var failed []error
	for i, d := range donations {
		if d.Erased() {
			delete(held, d.ID)
			continue
		}
		hold, at, err := a.erase(ctx, d.ID)
		if donations[i].ErasedAt = at; at.IsZero() {
			held[d.ID] = hold
		} else {
			delete(held, d.ID)
		}
		if err != nil {
			failed = append(failed, errors.Join(err, a.postponeErasure(ctx, byID[d.ID], err)))
		}
	}
	gone := slices.DeleteFunc(donations, func(d fund.Donation) bool { return !d.Erased() })
	return held, errors.Join(append(failed, a.eraseLeft(ctx, byID, gone))...)
}

// postponeErasure has an erasure that failed wait, so that it does not keep others from being done.
func (a *App) postponeErasure(ctx context.Context, request fund.Erasure, failed error) error {
	wait := fund.ErasureFailed
	if fault.Is(failed, fault.Unavailable) {
		wait = fund.ErasureRetry
	}
	request.DueAt = a.Now().Add(wait)
	return a.store.Write(ctx, request.Donation, func(ctx context.Context, tx *store.Tx) error { return tx.PutErasures(ctx, request) })
}

// eraseMentions empties provider events that hold the addresses of donations that are to be erased, as long as the addresses are known.
func (a *App) eraseMentions(ctx context.Context, donations []fund.Donation) error {
	ids := make([]fund.ID, len(donations))
	for i, d := range donations {
		ids[i] = d.ID
	}
	cases, err := a.store.CasesOfEach(ctx, ids)
	if err != nil {
		return err
	}
	var emails []string
	for _, d := range donations {
		if !d.Erased() && d.ErasureHold(cases[d.ID], a.Now()) == "" {
			emails = append(emails, d.Email)
		}
	}
	mentions, err := a.store.FindMentions(ctx, emails)
	if err != nil {
		return err
	}
	return a.eraseTraces(ctx, mentions)
}

func (a *App) eraseTraces(ctx context.Context, traces []store.Trace) error {
	for some := range slices.Chunk(traces, rowsErasedAtOnce) {
		err := a.store.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error { return tx.EraseTraces(ctx, some) })
		if err != nil {
			return err
		}
	}
	return nil
}

// eraseLeft empties what is left, or came in again, of donations that were erased, if it is time to look, and has the database destroy what was overwritten.
// While a reader still holds the old data, it only retries the destruction, soon, and does not search again.
func (a *App) eraseLeft(ctx context.Context, requests map[fund.ID]fund.Erasure, donations []fund.Donation) error {
	if len(donations) == 0 {
		return nil
	}
	var look []fund.Donation
	next := make([]fund.Erasure, len(donations))
	for i, d := range donations {
		if next[i] = requests[d.ID]; next[i].LookDue(d.ErasedAt, a.Now()) {
			look = append(look, d)
			next[i].Looks++
		}
	}
	if err := a.eraseFound(ctx, look); err != nil {
		return err
	}
	done, err := a.store.Shred(ctx)
	if err != nil {
		return err
	}
	for i, d := range donations {
		if next[i].DueAt = next[i].NextLook(d.ErasedAt); !done {
			next[i].DueAt = fund.ErasureTriedAgain(d.ErasedAt, a.Now())
		}
	}
	return a.store.Write(ctx, donations[0].CauseID, func(ctx context.Context, tx *store.Tx) error { return tx.PutErasures(ctx, next...) })
}

// eraseFound empties what is found of donations that were erased. Whole tables are read.
func (a *App) eraseFound(ctx context.Context, donations []fund.Donation) error {
	for some := range slices.Chunk(donations, asksAtOnce) {
		ids := make([]fund.ID, len(some))
		for i, d := range some {
			ids[i] = d.ID
		}
		err := a.store.Write(ctx, some[0].CauseID, func(ctx context.Context, tx *store.Tx) error { return tx.EraseRows(ctx, ids) })
		if err != nil {
			return err
		}
	}
	traces, err := a.store.FindTraces(ctx, donations)
	if err != nil {
		return err
	}
	return a.eraseTraces(ctx, traces)
}

// erase erases what was written of a donation whose donor asked for it, unless that has to wait, and returns when it was erased; the zero time if it was not.
// It is Unavailable while the leaderboards are being built.
func (a *App) erase(ctx context.Context, id fund.ID) (hold fund.ErasureHold, at time.Time, err error) {
	d, err := a.store.GetDonation(ctx, fund.Key{ID: id})
	if err != nil || d.Erased() {
		return "", d.ErasedAt, err
	}
	donor, err := a.donorID(ctx, fund.Donation{ID: d.ID, CauseID: d.CauseID, Anonymous: true})
	if err != nil {
		return "", at, err
	}
	for range projectTries {
		err = a.write(ctx, background(), d.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			hold, at, err = a.eraseIn(ctx, tx, store.Erasure{Donation: id, Donor: donor, At: now})
			return err
		})
		if !fault.Is(err, fault.Unavailable) {
			break
		}
		if _, late := a.store.Project(ctx); late != nil {
			break
		}
	}
	if err != nil {
		return "", time.Time{}, fmt.Errorf("erasure of donation %s: %w", id, err)
	}
	return hold, at, nil
}

// eraseIn erases a donation in a write, or puts that off.
func (a *App) eraseIn(ctx context.Context, tx *store.Tx, e store.Erasure) (hold fund.ErasureHold, at time.Time, err error) {
	request, err := tx.GetErasure(ctx, e.Donation)
	if err != nil {
		return "", at, err
	}
	d, err := tx.GetDonation(ctx, fund.Key{ID: e.Donation})
	if err != nil || d.Erased() {
		return "", d.ErasedAt, err
	}
	cases, err := tx.CasesOf(ctx, e.Donation)
	if err != nil {
		return "", at, err
	}
	if hold := d.ErasureHold(cases, e.At); hold != "" {
		request.DueAt = d.ErasureLook(cases, e.At)
		return hold, at, tx.PutErasures(ctx, request)
	}
	if err := a.keepReceipt(ctx, tx, d); err != nil {
		return "", at, err
	}
	if err := tx.EraseDonation(ctx, e); err != nil {
		return "", at, err
	}
	request.DueAt = e.At
	if err := tx.PutErasures(ctx, request); err != nil {
		return "", at, err
	}
	facts, err := factsOfDonation(ctx, tx.Queries, d)
	if err != nil {
		return "", at, err
	}
	tx.Append(fund.Event{
		Topic: fund.TopicDonationScreened, Subject: d.ID, Facts: facts, At: e.At,
		Detail: fund.Detail{From: string(d.Screening), To: string(fund.ScreeningShown)},
	})
	return "", e.At, nil
}

// keepReceipt keeps what the last receipt of a donation says of its donor, as far and as long as its profile says.
func (a *App) keepReceipt(ctx context.Context, tx *store.Tx, d fund.Donation) error {
	all, err := tx.ListIssuedReceipts(ctx, d.ID)
	if err != nil || len(all) == 0 {
		return err
	}
	r := all[len(all)-1]
	profile, err := a.profiles.Get(r.Facts.Profile)
	if err != nil {
		return err
	}
	donor := profile.Kept(r.Facts.Donor)
	if donor.Empty() {
		return nil
	}
	return tx.KeepReceipt(ctx, fund.KeptReceipt{
		DonationID: d.ID, CauseID: d.CauseID, Number: r.Number, Name: donor.Name, Email: donor.Email, Asked: donor.Asked,
		DeleteAt: profile.KeptUntil(r.Facts.PaidAt),
	})
}

// dropKeptReceipt deletes what was kept of a receipt, when its day has come, and has the erasure of its donation looked at once more, so that the
// database destroys what was deleted.
func (a *App) dropKeptReceipt(ctx context.Context, donation fund.ID) error {
	return a.store.Write(ctx, donation, func(ctx context.Context, tx *store.Tx) error {
		now := a.Now()
		dropped, err := tx.DropKeptReceipt(ctx, donation, now)
		if err != nil || !dropped {
			return err
		}
		request, err := tx.GetErasure(ctx, donation)
		if err != nil {
			return err
		}
		request.DueAt = now
		return tx.PutErasures(ctx, request)
	})
}

// ListKeptReceipts lists what is kept of the receipts of a cause whose donors were erased: for its finance and owners, and for operators, whose look is
// logged. A cursor is {Number}.
func (a *App) ListKeptReceipts(ctx context.Context, actor Actor, cause fund.ID, page fund.Page) ([]fund.KeptReceipt, error) {
	f, err := a.seenFact(ctx, actor, cause)
	if err != nil {
		return nil, err
	}
	if err := requireFully(ctx, a.store.Queries, actor, readDonor, f); err != nil {
		return nil, err
	}
	kept, err := a.store.ListKeptReceipts(ctx, cause, page)
	if err != nil || len(kept) == 0 {
		return nil, err
	}
	return kept, a.logAlone(ctx, actor, fund.ActViewKeptReceipts, cause)
}
