package app

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// DonorRecord is everything that is stored of a donation about its donor.
type DonorRecord struct {
	Donation fund.Donation
	// Cause receives the money.
	Cause fund.Cause
	// Payment and Receipt are nil for offline donations; Receipt also until the money has come.
	Payment *fund.Payment
	Receipt *fund.Receipt
	// Receipts are all receipts with what they state of the donor, in the order in which they were issued; only in exports.
	Receipts []fund.IssuedReceipt
	// Consent is that to be contacted by the cause; nil if the donor gave none.
	Consent *fund.Consent
	// Cases are what the donor said is wrong with it, and what was answered, newest first.
	Cases []fund.Case
	// AskedErasure reports whether the donor asked for erasure, which has to wait. ErasureHold is why; "" if it is done within fund.ErasureWait.
	AskedErasure bool
	ErasureHold  fund.ErasureHold
}

// ExportDonor lists everything that is stored of the donor with a mail address, the oldest donation first. System only.
func (a *App) ExportDonor(ctx context.Context, actor Actor, email string) ([]DonorRecord, error) {
	if actor.Kind != ActorSystem {
		return nil, forbidden()
	}
	donations, err := a.donationsOf(ctx, email)
	if err != nil {
		return nil, err
	}
	return a.donorRecords(ctx, actor, donations)
}

// ExportDonation is ExportDonor for one donation. System only.
func (a *App) ExportDonation(ctx context.Context, actor Actor, id fund.ID) ([]DonorRecord, error) {
	if actor.Kind != ActorSystem {
		return nil, forbidden()
	}
	d, err := a.store.GetDonation(ctx, fund.Key{ID: id})
	if err != nil {
		return nil, err
	}
	return a.donorRecords(ctx, actor, []fund.Donation{d})
}

// donorRecords reads what is stored of donations, and logs the look at each.
func (a *App) donorRecords(ctx context.Context, actor Actor, donations []fund.Donation) ([]DonorRecord, error) {
	all, err := a.recordsOf(ctx, donations)
	if err != nil {
		return nil, err
	}
	for i, d := range donations {
		if all[i].Receipts, err = a.store.ListIssuedReceipts(ctx, d.ID); err != nil {
			return nil, err
		}
		if err := a.logAlone(ctx, actor, fund.ActExportDonors, d.ID); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// recordsOf reads what is stored of donations, with as many reads for many as for one.
func (a *App) recordsOf(ctx context.Context, donations []fund.Donation) ([]DonorRecord, error) {
	of, err := a.store.DonorRecordsOf(ctx, donations)
	if err != nil {
		return nil, err
	}
	all := make([]DonorRecord, len(donations))
	for i, d := range donations {
		r := DonorRecord{Donation: d, Cause: of.Causes[d.CauseID], Cases: of.Cases[d.ID]}
		if payment, known := of.Payments[d.ID]; known {
			r.Payment = &payment
		}
		if receipt, known := of.Receipts[d.ID]; known {
			r.Receipt = &receipt
		}
		if consent, known := of.Consents[d.ID]; known {
			r.Consent = &consent
		}
		if _, asked := of.Erasures[d.ID]; asked && !d.Erased() {
			r.AskedErasure, r.ErasureHold = true, d.ErasureHold(r.Cases, a.Now())
		}
		all[i] = r
	}
	return all, nil
}
