package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testClaims fulfills claims and deletes what is private of them. One with nothing private is never due.
func testClaims(t *testing.T, w *world) {
	fact := w.campaign(w.cause("cause"), w.user("ann"), "fact")
	mug := fund.Reward{ID: w.id(), FactID: fact.ID, Name: "Mug", Currency: "USD"}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertReward(ctx, &mug) })
	claims := []fund.Claim{
		{ID: w.id(), Answer: "L"}, {ID: w.id(), Address: &fund.ShippingAddress{Recipient: "Ada", Address: fund.Address{City: "Bonn"}}}, {ID: w.id()},
	}
	for i := range claims {
		claims[i].Reward, claims[i].Quantity = fund.Ref{ID: mug.ID, LegacyID: mug.LegacyID, Name: mug.Name}, 1
	}
	d := w.give(fact, 100, at(start), func(c *store.Completion) { c.Donation.Claims = claims })
	read := func(what string, want []fund.Claim) {
		t.Helper()
		same(t, what, must.Get(w.s.GetDonation(t.Context(), fund.Key{ID: d.ID}))(t).Claims, want)
	}
	due := func(when time.Time, want ...fund.ID) {
		t.Helper()
		same(t, "due", must.Get(w.s.DueWork(t.Context(), fund.WorkClaim, when, 9))(t), want)
	}
	read("claims", claims)
	first := start.Add(fund.ClaimRetention)
	due(first.Add(-time.Microsecond))
	due(first, claims[0].ID, claims[1].ID)
	same(t, "donation", must.Get(w.s.FindClaimed(t.Context(), claims[1].ID))(t), d.ID)
	if _, err := w.s.FindClaimed(t.Context(), w.id()); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v, want no such claim", err)
	}

	when := start.Add(time.Hour)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.FulfillClaims(ctx, []fund.ID{claims[0].ID, claims[2].ID}, when, first.Add(time.Hour))
	})
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.PutOffErasure(ctx, claims[1].ID, first.Add(2*time.Hour))
	})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.PutOffErasure(ctx, claims[2].ID, start) })
	claims[0].FulfilledAt, claims[2].FulfilledAt = when, when
	read("fulfilled", claims)
	due(first)
	due(first.Add(3*time.Hour), claims[0].ID, claims[1].ID)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.FulfillClaims(ctx, []fund.ID{claims[2].ID}, time.Time{}, first)
	})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.LookAtClaims(ctx, start) })
	due(start.Add(-time.Microsecond))
	same(t, "looked at", len(must.Get(w.s.DueWork(t.Context(), fund.WorkClaim, start, 9))(t)), 2)
	for _, id := range []fund.ID{claims[0].ID, claims[1].ID} {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.EraseClaim(ctx, id) })
	}
	claims[0].Answer, claims[1].Address, claims[2].FulfilledAt = "", nil, time.Time{}
	read("erased", claims)
	due(first.Add(99 * time.Hour))
}

// testShipping sets where streamers ship.
func testShipping(t *testing.T, w *world) {
	cause := w.cause("cause")
	fact := w.campaign(cause, w.user("ann"), "fact")
	for _, lets := range []bool{true, false} {
		w.screens(cause.ID, fund.DonationSettings{StreamersShip: lets})
		var got []bool
		for _, one := range must.Get(w.s.SettingsChain(t.Context(), fact))(t) {
			got = append(got, one.StreamersShip)
		}
		same(t, "the campaign and its cause", got, []bool{false, lets})
		same(t, "the cause", must.Get(w.s.ListDonationSettings(t.Context(), []fund.ID{cause.ID}))(t)[cause.ID].StreamersShip, lets)
	}
}
