package store

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"math/bits"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// Refund gives back part of a donation, in minor units of its currency, and takes it off every
// total that the donation was added to. A donation that was given back whole leaves the lists,
// and what it claimed goes back to the stock. An amount that is not more than zero, or more than
// is left, is Invalid; a donation whose money is not here is a Conflict.
func (t *Tx) Refund(ctx context.Context, id fund.ID, amount int64) (fund.Donation, error) {
	chains, err := t.lockChainOf(ctx, id)
	if err != nil {
		return fund.Donation{}, err
	}
	r, err := t.returning(ctx, id)
	if err != nil {
		return fund.Donation{}, err
	}
	if err := r.take(amount); err != nil {
		return fund.Donation{}, err
	}
	r.fact = chains[r.Donation.Fact.ID]
	if err := t.giveBack(ctx, r, chains); err != nil {
		return fund.Donation{}, fmt.Errorf("refund of donation %s: %w", id, err)
	}
	return t.GetDonation(ctx, fund.Key{ID: id})
}

// returned is a donation on its way back: as a gift it has what is taken off the totals.
type returned struct {
	gift
	// amount and usd are what was given once, refunded what has gone back in all.
	amount, refunded, usd int64
	state                 fund.DonationState
}

// lockChainOf locks the fact that was given to and everything above it, as completing does, before
// anything of the donation is read that may change.
func (t *Tx) lockChainOf(ctx context.Context, donation fund.ID) (chains, error) {
	what := thing{"donation", donation.String()}
	fact, err := one(ctx, t.db, selecting("SELECT fact_id FROM donations").and("id = ?", donation),
		func(r row) (id fund.ID, err error) { err = r.Scan(&id); return id, err }, what)
	if err != nil {
		return nil, err
	}
	return t.lockChains(ctx, []*gift{{Completion: Completion{Donation: fund.Donation{Fact: fund.Ref{ID: fact}}}}})
}

func (t *Tx) returning(ctx context.Context, id fund.ID) (*returned, error) {
	d, err := t.GetDonation(ctx, fund.Key{ID: id})
	if err != nil {
		return nil, err
	}
	r := &returned{gift: gift{Completion: Completion{Donation: d}}, amount: d.Amount, refunded: d.Refunded, state: d.State}
	err = t.db.QueryRowContext(ctx, "SELECT usd FROM donations WHERE id = $1", id).Scan(&r.usd)
	if err != nil {
		return nil, fmt.Errorf("donation %s: %w", id, err)
	}
	return r, nil
}

// take decides whether the amount can go back, and makes the gift what is taken off.
func (r *returned) take(amount int64) error {
	if r.state != fund.DonationCompleted && r.state != fund.DonationPartiallyRefunded {
		return fault.New(fault.Conflict, "Only a donation whose money is here can be refunded; this one is %s.", r.state)
	}
	left := r.amount - r.refunded
	switch {
	case amount <= 0:
		return fault.Fields{{Path: "amount", Text: fund.NotPositive}}.Err()
	case amount > left:
		return fault.Fields{{Path: "amount", Text: "is more than is left of the donation"}}.Err()
	}
	r.refunded += amount
	r.state = fund.DonationPartiallyRefunded
	d := &r.Donation
	if amount == left {
		r.state = fund.DonationRefunded
		for i := range d.Claims {
			d.Claims[i].Quantity = -d.Claims[i].Quantity
		}
	} else {
		d.Claims = nil
	}
	r.USD = r.share(left-amount) - r.share(left)
	d.Amount = -amount
	return nil
}

// share is the part of the US dollars that goes with a part of the amount. Rounded down, the
// refunds of a donation take exactly what it added when nothing is left.
func (r *returned) share(part int64) int64 {
	high, low := bits.Mul64(uint64(r.usd), uint64(part))
	quotient, _ := bits.Div64(high, low, uint64(r.amount))
	return int64(quotient)
}

// giveBack writes the refund and everything that counts the donation.
func (t *Tx) giveBack(ctx context.Context, r *returned, chains chains) error {
	root := chains.later(r.fact.causeID, t.now())
	at := fromMicros(root.lastGiftAt)
	for _, m := range r.Donation.Matches {
		if m.Active(at) {
			r.matches = append(r.matches, m.ID)
		}
	}
	entry := entryStep
	entry.rows = [][]any{{
		r.entryID(), r.Donation.ID, r.Donation.Fact.ID, string(fund.EntryRefund), r.Donation.Amount, r.Donation.Currency,
		r.USD, micros(at),
	}}
	steps := []step{{
		text: "UPDATE donations SET refunded = $1, state = $2, listed = $3, updated_at = $4 WHERE id = $5",
		args: []any{r.refunded, string(r.state), r.state.Listed(), micros(at), r.Donation.ID},
	}, entry}
	steps = append(steps, sumUp([]*gift{&r.gift}, chains).steps()...)
	if err := t.store.dialect.run(ctx, t, append(steps, root.givenAt())...); err != nil {
		return err
	}
	told := r.event(fund.TopicDonationRefunded, chains)
	told.At = at
	t.Append(told)
	return nil
}

// entryID names the ledger entry of this refund: no other refund of the donation begins where this
// one ends.
func (r *returned) entryID() fund.ID {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(r.Donation.ID[:], uint64(r.refunded)))
	id := fund.ID(sum[:16])
	id[6], id[8] = id[6]&0x0f|0x80, id[8]&0x3f|0x80 // a UUID of version 8
	return id
}

// ScreenDonation says whether strangers see the name and the comment of a donation.
func (t *Tx) ScreenDonation(ctx context.Context, id fund.ID, s fund.Screening, now time.Time) error {
	return t.change(ctx, thing{"donation", id.String()}, "UPDATE donations SET screening = $1, updated_at = $2 WHERE id = $3",
		string(s), micros(now), id)
}
