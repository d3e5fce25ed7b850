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
	all := make([]DonorRecord, 0, len(donations))
	for _, d := range donations {
		record, err := a.donorRecord(ctx, d)
		if err != nil {
			return nil, err
		}
		if err := a.logAlone(ctx, actor, fund.ActExportDonors, d.ID); err != nil {
			return nil, err
		}
		all = append(all, record)
	}
	return all, nil
}

func (a *App) donorRecord(ctx context.Context, d fund.Donation) (r DonorRecord, err error) {
	r.Donation = d
	if r.Cause, err = a.store.GetCause(ctx, fund.Key{ID: d.CauseID}); err != nil {
		return r, err
	}
	payment, err := a.store.GetPayment(ctx, d.ID)
	if known, err := found(err); err != nil {
		return r, err
	} else if known {
		r.Payment = &payment
	}
	receipt, err := a.store.GetReceipt(ctx, d.ID)
	if known, err := found(err); err != nil {
		return r, err
	} else if known {
		r.Receipt = &receipt
	}
	consent, err := a.store.GetConsent(ctx, d.ID, fund.ChannelMail)
	if known, err := found(err); err != nil {
		return r, err
	} else if known {
		r.Consent = &consent
	}
	if r.Cases, err = a.store.CasesOf(ctx, d.ID); err != nil {
		return r, err
	}
	_, err = a.store.GetErasure(ctx, d.ID)
	asked, err := found(err)
	if r.AskedErasure = asked && !d.Erased(); r.AskedErasure {
		r.ErasureHold = d.ErasureHold(r.Cases)
	}
	return r, err
}
