package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/fund"
)

// belonging are rows that belong to others: a query for all of them, and the column that says to which.
type belonging[T any] struct {
	query  func() *statement
	column string
	scan   func(row) (T, error)
}

// each calls fn for each row that belongs to one of the ids. No ids have none.
func (b belonging[T]) each(ctx context.Context, q Queries, ids []fund.ID, fn func(T)) error {
	for chunk := range slices.Chunk(ids, groupSize) {
		args := padded(idArgs(chunk))
		rows, err := list(ctx, q.db, b.query().and(b.column+" IN "+marks(len(args)), args...), b.scan)
		if err != nil {
			return fmt.Errorf("rows by %s: %w", b.column, err)
		}
		for _, one := range rows {
			fn(one)
		}
	}
	return nil
}

// DonorRecords is what belongs to some donations of a donor, by their ids. A donation without a row is missing there.
type DonorRecords struct {
	Payments map[fund.ID]fund.Payment
	// Receipts are the last of each.
	Receipts map[fund.ID]fund.Receipt
	// Consents are those to be contacted by mail.
	Consents map[fund.ID]fund.Consent
	// Cases are the newest first.
	Cases    map[fund.ID][]fund.Case
	Erasures map[fund.ID]fund.Erasure
	// Causes are by their own ids.
	Causes map[fund.ID]fund.Cause
}

// DonorRecordsOf reads what belongs to donations, with as many queries for many as for one.
func (q Queries) DonorRecordsOf(ctx context.Context, donations []fund.Donation) (r DonorRecords, err error) {
	r = DonorRecords{
		Payments: map[fund.ID]fund.Payment{}, Receipts: map[fund.ID]fund.Receipt{}, Consents: map[fund.ID]fund.Consent{},
	}
	ids, causes := make([]fund.ID, len(donations)), make([]fund.ID, len(donations))
	for i, d := range donations {
		ids[i], causes[i] = d.ID, d.CauseID
	}
	err = belonging[fund.Payment]{func() *statement { return selecting(selectPayment) }, "p.donation_id", scanPayment}.each(ctx, q, ids,
		func(p fund.Payment) { r.Payments[p.DonationID] = p })
	if err != nil {
		return r, err
	}
	err = belonging[fund.Receipt]{func() *statement {
		return selecting("SELECT " + receiptColumns + " FROM receipts r LEFT JOIN mails m ON m.id = r.donation_id").and(currentReceipt)
	}, "r.donation_id", func(r row) (fund.Receipt, error) { return scanReceiptAnd(r) }}.each(ctx, q, ids, func(one fund.Receipt) { r.Receipts[one.DonationID] = one })
	if err != nil {
		return r, err
	}
	err = belonging[fund.Consent]{func() *statement { return selecting(selectConsent).and("c.channel = ?", string(fund.ChannelMail)) }, "c.donation_id", scanConsent}.each(
		ctx, q, ids, func(c fund.Consent) { r.Consents[c.DonationID] = c })
	if err != nil {
		return r, err
	}
	if r.Cases, err = q.CasesOfEach(ctx, ids); err != nil {
		return r, err
	}
	if r.Erasures, err = q.ErasuresOf(ctx, ids); err != nil {
		return r, err
	}
	r.Causes, err = q.CausesByID(ctx, causes)
	return r, err
}

// CasesOfEach lists the cases of donations by their ids, the newest first.
func (q Queries) CasesOfEach(ctx context.Context, donations []fund.ID) (map[fund.ID][]fund.Case, error) {
	all := map[fund.ID][]fund.Case{}
	err := belonging[fund.Case]{func() *statement { return selecting(selectCase) }, "c.donation_id", scanCase}.each(ctx, q, donations,
		func(c fund.Case) { all[c.DonationID] = append(all[c.DonationID], c) })
	for _, cases := range all {
		slices.SortFunc(cases, func(a, b fund.Case) int { return compareIDs(b.ID, a.ID) })
	}
	return all, err
}

// ErasuresOf finds the erasures of those donations whose donors asked for it.
func (q Queries) ErasuresOf(ctx context.Context, donations []fund.ID) (map[fund.ID]fund.Erasure, error) {
	all := map[fund.ID]fund.Erasure{}
	err := belonging[fund.Erasure]{func() *statement { return selecting(selectErasure) }, "e.donation_id", scanErasure}.each(ctx, q, donations,
		func(e fund.Erasure) { all[e.Donation] = e })
	return all, err
}
