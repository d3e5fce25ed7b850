package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// MaySpell reports whether the donor may correct the name on the last receipt: it is valid, and the first one was issued less than
// fund.SpellingDays days ago.
func (v ReceiptView) MaySpell(now time.Time) bool {
	return v.Receipt.Valid() && v.corrections() < fund.DonorCorrections && fund.SpellingOpen(v.Shown.Facts.FirstIssuedAt, now) && !v.Donation.Erased()
}

// corrections is how often a receipt of the donation was corrected.
func (v ReceiptView) corrections() int {
	n := 0
	for _, r := range v.All {
		if r.Void == fund.VoidCorrected {
			n++
		}
	}
	return n
}

// SpellName corrects the name on the receipt of a donation, for its donor, by the donation's key: the receipt is void, and another one with the next number
// takes its place. It is a Conflict after fund.SpellingDays days and after fund.DonorCorrections corrections.
func (a *App) SpellName(ctx context.Context, key, name string) error {
	v, err := a.GetReceiptView(ctx, key, 0)
	if err != nil {
		return err
	}
	if !v.MaySpell(a.Now()) {
		return spellingOver()
	}
	_, err = a.correctReceipt(ctx, background(), v.Donation, name, func(tx *store.Tx, _ time.Time) error {
		// Counted once more, since other requests of the donor may have come in between.
		all, err := tx.ListIssuedReceipts(ctx, v.Donation.ID)
		for _, r := range all {
			v.All = append(v.All, r.Receipt)
		}
		if v.All = v.All[len(v.All)-len(all):]; err == nil && v.corrections() > fund.DonorCorrections {
			err = spellingOver()
		}
		return err
	})
	return err
}

func spellingOver() error {
	return fault.New(fault.Conflict, "The name on this receipt can no longer be changed here. Ask the charity.")
}

// CorrectReceipt corrects the name on the receipt of a donation, for the finance of its cause and for operators, at any time. It returns the receipt that
// takes the place of the last one.
func (a *App) CorrectReceipt(ctx context.Context, actor Actor, key fund.Key, name string) (fund.IssuedReceipt, error) {
	d, _, err := a.paidDonation(ctx, actor, returnMoney, key)
	if err != nil {
		return fund.IssuedReceipt{}, err
	}
	return a.correctReceipt(ctx, actor, d, name, func(tx *store.Tx, now time.Time) error {
		return logAct(ctx, tx, actor, doneWith(fund.ActCorrectReceipt, d, now))
	})
}

// ReceiptsOf lists all receipts of a donation, void ones too, for the finance of its cause and for operators, whose look is logged. A cursor is {Number}.
func (a *App) ReceiptsOf(ctx context.Context, actor Actor, key fund.Key, page fund.Page) ([]fund.IssuedReceipt, error) {
	d, _, err := a.paidDonation(ctx, actor, readDonor, key)
	if err != nil {
		return nil, err
	}
	receipts, err := a.store.ListReceiptsOf(ctx, d.ID, page)
	if err != nil || !actor.Operator {
		return receipts, err
	}
	return receipts, a.write(ctx, actor, d.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return logAct(ctx, tx, actor, doneWith(fund.ActViewDonors, d, now))
	})
}

// correctReceipt reissues the receipt of a donation with another spelling of the name, and does something more in the same write.
func (a *App) correctReceipt(
	ctx context.Context, actor Actor, d fund.Donation, name string, also func(*store.Tx, time.Time) error,
) (issued fund.IssuedReceipt, err error) {
	name, wrong := fund.ReceiptName(name)
	if err := wrong.Err(); err != nil {
		return issued, err
	}
	if d.Erased() {
		return issued, fault.New(fault.Conflict, "The donor of this donation was erased, and its receipts name nobody.")
	}
	err = a.write(ctx, actor, d.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) (err error) {
		issued, err = tx.CorrectReceipt(ctx, d.ID, func(last fund.IssuedReceipt, to *fund.ReceiptFacts) error {
			if to.Donor.Name == name {
				return fault.New(fault.Conflict, "Receipt %d has this name already.", last.Number)
			}
			to.Donor.Name = name
			return nil
		})
		if err != nil {
			return err
		}
		return also(tx, now)
	})
	if err != nil {
		return issued, fmt.Errorf("receipt of donation %s: %w", d.ID, err)
	}
	return issued, nil
}
