package fund_test

import (
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// TestWhenAnAddressIsDeleted has claims that were fulfilled, that are owed, and whose donation came to nothing.
func TestWhenAnAddressIsDeleted(t *testing.T) {
	t.Parallel()
	changed := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	fulfilled := changed.AddDate(0, 0, 10)
	for _, c := range []struct {
		name        string
		donation    fund.Donation
		fulfilledAt time.Time
		want        time.Time
	}{
		{"fulfilled", fund.Donation{State: fund.DonationCompleted, Amount: 5}, fulfilled, fulfilled.AddDate(0, 0, 90)},
		{"owed", fund.Donation{State: fund.DonationCompleted, Amount: 5}, time.Time{}, time.Time{}},
		{"unpaid", fund.Donation{State: fund.DonationPending, Amount: 5}, time.Time{}, time.Time{}},
		{"disputed", fund.Donation{State: fund.DonationDisputed, Amount: 5, Disputed: 5}, time.Time{}, time.Time{}},
		{"expired", fund.Donation{State: fund.DonationExpired, Amount: 5}, time.Time{}, changed.AddDate(0, 0, 90)},
		{"refunded", fund.Donation{State: fund.DonationRefunded, Amount: 5, Refunded: 5}, time.Time{}, changed.AddDate(0, 0, 90)},
		{"sent and refunded", fund.Donation{State: fund.DonationRefunded, Amount: 5, Refunded: 5}, fulfilled, fulfilled.AddDate(0, 0, 90)},
	} {
		c.donation.UpdatedAt = changed
		if got := c.donation.EraseAt(fund.Claim{FulfilledAt: c.fulfilledAt}, fund.ClaimRetention); !got.Equal(c.want) {
			t.Errorf("%s: got it deleted at %s, want %s", c.name, got, c.want)
		}
	}
}

func TestWhatAClaimKeepsPrivate(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		claims []fund.Claim
		want   bool
	}{
		{nil, false}, {[]fund.Claim{{Quantity: 2}}, false}, {[]fund.Claim{{}, {Answer: "M"}}, true}, {[]fund.Claim{{Address: &fund.ShippingAddress{}}}, true},
	} {
		if got := (fund.Donation{Claims: c.claims}).PrivateClaims(); got != c.want {
			t.Errorf("%+v: got %v, want %v", c.claims, got, c.want)
		}
	}
}

// TestWhichClaimsAreFulfilled has a donation with a claim that is owed and one that was fulfilled.
func TestWhichClaimsAreFulfilled(t *testing.T) {
	t.Parallel()
	owed, sent := fund.Claim{ID: fund.ID{1}}, fund.Claim{ID: fund.ID{2}, FulfilledAt: noon}
	d := fund.Donation{Claims: []fund.Claim{owed, sent}}
	named := func(ids ...fund.ID) fund.Opt[[]string] {
		texts := []string{}
		for _, id := range ids {
			texts = append(texts, id.String())
		}
		return fund.Some(texts)
	}
	for _, c := range []struct {
		name  string
		in    fund.Fulfillment
		ids   []fund.ID
		wrong []string
	}{
		{"all", fund.Fulfillment{}, []fund.ID{owed.ID}, nil},
		{"all again", fund.Fulfillment{Fulfilled: fund.Some(true)}, []fund.ID{owed.ID}, nil},
		{"none", fund.Fulfillment{Fulfilled: fund.Some(false)}, []fund.ID{sent.ID}, nil},
		{"one that is owed", fund.Fulfillment{Claims: named(owed.ID)}, []fund.ID{owed.ID}, nil},
		{"one that was sent", fund.Fulfillment{Claims: named(sent.ID)}, nil, nil},
		{"one that was not", fund.Fulfillment{Claims: named(sent.ID), Fulfilled: fund.Some(false)}, []fund.ID{sent.ID}, nil},
		{"an empty list", fund.Fulfillment{Claims: named()}, nil, []string{"claims cannot be blank"}},
		{"of another donation", fund.Fulfillment{Claims: named(owed.ID, fund.ID{3})}, []fund.ID{owed.ID}, []string{"claims.1 is no claim of the donation"}},
		{"no id", fund.Fulfillment{Claims: fund.Some([]string{"x"})}, nil, []string{"claims.0 is no claim of the donation"}},
		{"unreadable", fund.Fulfillment{Invalid: fault.Fields{{Path: "fulfilled", Text: "is not true or false"}}}, []fund.ID{owed.ID}, []string{"fulfilled is not true or false"}},
	} {
		ids, wrong := c.in.Of(d)
		wants(t, wrong, c.wrong...)
		if !slices.Equal(ids, c.ids) {
			t.Errorf("%s: got %v, want %v", c.name, ids, c.ids)
		}
	}
}
