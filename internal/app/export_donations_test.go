package app_test

import (
	"errors"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// exported is everything that is exported of a fact: its donations, and the sums of their nets and of its entries.
func (w *world) exported(t *testing.T, fact fund.ID, span fund.Span) (records []fund.Record, net, moved int64) {
	t.Helper()
	must.Do(t, w.ExportDonations(t.Context(), app.System(), fact, span, func(r fund.Record) error {
		records = append(records, r)
		net += r.Net()
		return nil
	}))
	must.Do(t, w.ExportMovements(t.Context(), app.System(), fact, span, func(m fund.Movement) error { moved += m.Moved; return nil }))
	return records, net, moved
}

// TestExportsAddUpToTheTotal has money of every kind, at a campaign and at what it supports.
func TestExportsAddUpToTheTotal(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	match, err := w.CreateMatch(ctx, app.System(), campaignKey(w.campaign), fund.MatchPatch{
		Type: fund.Some(fund.MatchAll), MatchedBy: fund.Some("Bo"), EndsAt: fund.Some(w.Clock.Now().Add(time.Hour)),
	})
	must.Do(t, err)
	for _, card := range []string{goodCard, badCard, refundCard, wonCard, lostCard} {
		begun := w.begin(t, fund.CheckoutInput{CoverFee: true})
		w.payWith(t, begun, card)
		w.settle(t)
		w.settle(t)
	}
	part := w.begin(t, fund.CheckoutInput{})
	w.payWith(t, part, goodCard)
	_, err = w.RefundDonation(ctx, w.causer, fund.Key{ID: part.Donation}, "2.50")
	must.Do(t, err)
	for _, f := range []fund.Fact{w.campaign, w.team1} {
		_, err := w.RecordOffline(ctx, w.causeToken, campaignKey(f), fund.DonationInput{Amount: "7", Name: "Cash"})
		must.Do(t, err)
	}
	w.Clock.Advance(2 * time.Hour)
	w.settle(t)
	if _, err := w.GetMatch(ctx, app.System(), fund.Key{ID: match.ID}); err != nil {
		t.Fatal(err)
	}
	for _, id := range []fund.ID{w.campaign.ID, w.team1.ID, w.event.ID, w.cause.ID, w.yen.ID} {
		f, err := w.GetFact(ctx, app.System(), app.FactKey{Key: fund.Key{ID: id}, Kinds: app.AllKinds()})
		must.Do(t, err)
		_, net, moved := w.exported(t, id, fund.Span{})
		if net != f.Total() || moved != f.Total() || (f.Total() == 0) != (id == w.yen.ID) {
			t.Errorf("%s: got donations of %d and entries of %d, want %d", f.Name, net, moved, f.Total())
		}
	}
	w.wantRecords(t, part.Donation)
}

// wantRecords checks single records of the test above.
func (w *world) wantRecords(t *testing.T, part fund.ID) {
	t.Helper()
	records, _, _ := w.exported(t, w.cause.ID, fund.Span{})
	var matches, offline, refunded int
	for _, r := range records {
		want := fund.OriginPayment
		switch {
		case r.IsMatch:
			matches++
			want = fund.OriginMatch
		case r.Payment == nil:
			offline++
			want = fund.OriginOffline
		case r.State == fund.DonationRefunded:
			refunded++
		}
		if r.Origin != want {
			t.Errorf("got the origin %q of %s, want %q", r.Origin, r.ID, want)
		}
		if r.ID == part && (r.Refunded != 250 || r.Payment.Refunded != 250 || r.Payment.Fee == nil || r.Receipt == 0) {
			t.Errorf("got %+v, want 250 refunded, a fee and a receipt", r)
		}
	}
	if len(records) != 8 || matches != 1 || offline != 2 || refunded != 1 {
		t.Errorf("got %d records, %d of matches, %d without a payment, %d refunded, want 8, 1, 2 and 1", len(records), matches, offline, refunded)
	}
	first := records[0].CompletedAt
	for _, r := range records {
		if r.CompletedAt.Before(first) {
			first = r.CompletedAt
		}
	}
	before, _, _ := w.exported(t, w.cause.ID, fund.Span{Before: first.Add(time.Microsecond)})
	after, _, _ := w.exported(t, w.cause.ID, fund.Span{After: first.Add(time.Microsecond)})
	if len(before) != 1 || len(after) != len(records)-1 {
		t.Errorf("got %d and %d around the first one, want 1 and %d", len(before), len(after), len(records)-1)
	}
}

func TestExportsEndWithTheirReader(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for range 3 {
		_, err := w.RecordOffline(t.Context(), w.causeToken, campaignKey(w.campaign), fund.DonationInput{Amount: "7"})
		must.Do(t, err)
	}
	gone, calls := errors.New("gone"), 0
	err := w.ExportDonations(t.Context(), app.System(), w.cause.ID, fund.Span{}, func(fund.Record) error { calls++; return gone })
	if !errors.Is(err, gone) || calls != 1 {
		t.Errorf("got %v after %d calls, want the error of the first", err, calls)
	}
	wantKind(t, w.ExportDonations(t.Context(), w.owner, w.cause.ID, fund.Span{}, nil), "forbidden")
	wantKind(t, w.ExportMovements(t.Context(), w.owner, w.cause.ID, fund.Span{}, nil), "forbidden")
}

func TestFactsByName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, want := range map[string]fund.ID{
		w.campaign.ID.String(): w.campaign.ID, "@owner/run": w.campaign.ID, "+the-team/together": w.team1.ID, "water": w.cause.ID,
		"WATER": w.cause.ID, "water/marathon": w.event.ID,
		"": {}, "/": {}, "@owner": {}, "@owner/": {}, "water/": {}, "nothing": {}, "water/run": {}, w.owner.User.String(): {},
	} {
		f, err := w.FactByName(t.Context(), app.System(), name)
		if want.IsZero() {
			wantKind(t, err, "not_found")
		} else if err != nil || f.ID != want {
			t.Errorf("%s: got %s, %v, want %s", name, f.ID, err, want)
		}
	}
}
