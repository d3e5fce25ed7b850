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
	_, err = a.correctReceipt(ctx, v.Donation, name, func(tx *store.Tx) error {
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
func (a *App) CorrectReceipt(ctx context.Context, actor Actor, key fund.Key, name string) (fund.Receipt, error) {
	d, _, err := a.paidDonation(ctx, actor, returnMoney, key)
	if err != nil {
		return fund.Receipt{}, err
	}
	return a.correctReceipt(ctx, d, name, func(tx *store.Tx) error {
		return logAct(ctx, tx, actor, doneWith(fund.ActCorrectReceipt, d, a.Now()))
	})
}

// correctReceipt reissues the receipt of a donation with another spelling of the name, and does something more in the same write.
func (a *App) correctReceipt(ctx context.Context, d fund.Donation, name string, also func(*store.Tx) error) (fund.Receipt, error) {
	name, wrong := fund.ReceiptName(name)
	if err := wrong.Err(); err != nil {
		return fund.Receipt{}, err
	}
	if d.Erased() {
		return fund.Receipt{}, fault.New(fault.Conflict, "The donor of this donation was erased, and its receipts name nobody.")
	}
	var issued fund.IssuedReceipt
	err := a.store.Write(ctx, d.CauseID, func(ctx context.Context, tx *store.Tx) (err error) {
		tx.At(a.Now())
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
		return also(tx)
	})
	if err != nil {
		return fund.Receipt{}, fmt.Errorf("receipt of donation %s: %w", d.ID, err)
	}
	return issued.Receipt, nil
}
