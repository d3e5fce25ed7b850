package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// projectTries is how many steps an erasure takes the leaderboards further, when it finds them on their way. What is then left to do, background work does.
const projectTries = 16

// Erased says what became of a donor's wish that everything is erased.
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
	return a.eraseDonor(ctx, actor, email)
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
	return a.eraseAll(ctx, actor, []fund.Donation{d})
}

func (a *App) eraseDonor(ctx context.Context, actor Actor, email string) (Erased, error) {
	donations, err := a.donationsOf(ctx, email)
	if err != nil {
		return Erased{}, err
	}
	done, err := a.eraseAll(ctx, actor, donations)
	if err != nil {
		return done, err
	}
	return done, a.dropDonorAccess(ctx, email)
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

// eraseAll remembers the wish for all donations before it begins, so that it is done even if this node ends.
func (a *App) eraseAll(ctx context.Context, actor Actor, donations []fund.Donation) (Erased, error) {
	done := Erased{Waiting: map[fund.ErasureHold]int{}}
	var asked []fund.ID
	for _, d := range donations {
		if d.Erased() {
			done.Before++
			continue
		}
		if err := a.askErasure(ctx, actor, d); err != nil {
			return done, err
		}
		asked = append(asked, d.ID)
	}
	for _, id := range asked {
		hold, erased, err := a.erase(ctx, id)
		switch {
		case err == nil && erased:
			done.Donations++
		case err == nil || fault.Is(err, fault.Unavailable):
			done.Waiting[hold]++
		default:
			return done, err
		}
	}
	a.runner.Wake(fund.WorkErasure)
	return done, nil
}

// askErasure remembers that the donor of a donation asked for erasure. Asking again changes nothing.
func (a *App) askErasure(ctx context.Context, actor Actor, d fund.Donation) error {
	err := a.write(ctx, actor, d.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		_, err := tx.GetErasure(ctx, d.ID)
		if known, err := found(err); known || err != nil {
			return err
		}
		if err := tx.PutErasure(ctx, fund.Erasure{Donation: d.ID, AskedAt: now, DueAt: now}); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneWith(fund.ActErase, d, now))
	})
	if err != nil {
		return fmt.Errorf("erasure of donation %s: %w", d.ID, err)
	}
	return nil
}

// erase erases what was written of a donation whose donor asked for it, unless that was done or has to wait. It is Unavailable while the leaderboards
// are being built.
func (a *App) erase(ctx context.Context, id fund.ID) (hold fund.ErasureHold, erased bool, err error) {
	d, err := a.store.GetDonation(ctx, fund.Key{ID: id})
	if err != nil || d.Erased() {
		return "", d.Erased(), err
	}
	traces, err := a.store.FindTraces(ctx, d)
	if err != nil {
		return "", false, err
	}
	donor, err := a.donorID(ctx, fund.Donation{ID: d.ID, CauseID: d.CauseID, Anonymous: true})
	if err != nil {
		return "", false, err
	}
	for range projectTries {
		err = a.write(ctx, background(), d.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			hold, err = a.eraseNow(ctx, tx, store.Erasure{Donation: id, Donor: donor, Traces: traces, At: now})
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
		return "", false, fmt.Errorf("erasure of donation %s: %w", id, err)
	}
	return hold, hold == "", nil
}

// eraseNow erases a donation in a write, or puts that off.
func (a *App) eraseNow(ctx context.Context, tx *store.Tx, e store.Erasure) (fund.ErasureHold, error) {
	wish, err := tx.GetErasure(ctx, e.Donation)
	if err != nil {
		return "", err
	}
	d, err := tx.GetDonation(ctx, fund.Key{ID: e.Donation})
	if err != nil || d.Erased() {
		return "", err
	}
	cases, err := tx.CasesOf(ctx, e.Donation)
	if err != nil {
		return "", err
	}
	if hold := d.ErasureHold(cases); hold != "" {
		wish.DueAt = e.At.Add(fund.ErasureWait)
		return hold, tx.PutErasure(ctx, wish)
	}
	if err := a.keepReceipt(ctx, tx, d); err != nil {
		return "", err
	}
	if err := tx.EraseDonation(ctx, e); err != nil {
		return "", err
	}
	wish.DueAt = e.At
	if err := tx.PutErasure(ctx, wish); err != nil {
		return "", err
	}
	facts, err := factsOfDonation(ctx, tx.Queries, d)
	if err != nil {
		return "", err
	}
	tx.Append(fund.Event{
		Topic: fund.TopicDonationScreened, Subject: d.ID, Facts: facts, At: e.At,
		Detail: fund.Detail{From: string(d.Screening), To: string(fund.ScreeningShown)},
	})
	return "", nil
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

// continueErasure does what is due of an erasure: it erases, or looks whether something came in again, and has the database destroy what it overwrote.
func (a *App) continueErasure(ctx context.Context, id fund.ID) error {
	wish, err := a.store.GetErasure(ctx, id)
	if known, err := found(err); !known || err != nil || wish.DueAt.IsZero() || wish.DueAt.After(a.Now()) {
		return err
	}
	d, err := a.store.GetDonation(ctx, fund.Key{ID: id})
	if err != nil {
		return err
	}
	if !d.Erased() {
		if _, erased, err := a.erase(ctx, id); !erased || err != nil {
			return err
		}
		if d, err = a.store.GetDonation(ctx, fund.Key{ID: id}); err != nil {
			return err
		}
	}
	traces, err := a.store.FindTraces(ctx, d)
	if err != nil {
		return err
	}
	err = a.store.Write(ctx, d.CauseID, func(ctx context.Context, tx *store.Tx) error {
		return tx.EraseTraces(ctx, store.Erasure{Donation: id, Traces: traces})
	})
	if err != nil {
		return err
	}
	return a.shredAfter(ctx, wish, d)
}

// shredAfter has the database destroy what it overwrote for an erasure, and says when to look at the erasure again: soon, while somebody still reads
// what was there before.
func (a *App) shredAfter(ctx context.Context, wish fund.Erasure, d fund.Donation) error {
	done, err := a.store.Shred(ctx)
	if err != nil {
		return err
	}
	next := wish.Next(d.ErasedAt)
	if !done {
		next = wish
		next.DueAt = a.Now().Add(fund.ErasureRetry)
	}
	return a.store.Write(ctx, d.CauseID, func(ctx context.Context, tx *store.Tx) error { return tx.PutErasure(ctx, next) })
}

// dropKeptReceipt deletes what was kept of a receipt, when its day has come.
func (a *App) dropKeptReceipt(ctx context.Context, donation fund.ID) error {
	return a.store.Write(ctx, donation, func(ctx context.Context, tx *store.Tx) error {
		return tx.DropKeptReceipt(ctx, donation, a.Now())
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
