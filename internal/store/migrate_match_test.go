package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// The donation matches of a database at version 2: one is open, one has ended with the donation second,
// and one without any.
var (
	openMatch  = fund.ID{0: 20, 15: 1}
	endedMatch = fund.ID{0: 21, 15: 1}
	emptyMatch = fund.ID{0: 22, 15: 1}
)

// grow migrates the database of version 1 to a later one, with rows that each version could hold.
func (old version1) grow(p past, version int64) {
	p.Helper()
	if version >= 2 {
		store.MigrateTo(p, p.s, 2)
		p.match(openMatch, old.campaign, nil, nil)
		p.match(endedMatch, old.campaign, old.second, 7)
		p.match(emptyMatch, old.campaign, nil, 7)
	}
	if version >= 4 {
		store.MigrateTo(p, p.s, 4)
		p.insert("giving", "fact_id, minimum, maximum, presets, screening, words, release_after, updated_at", old.campaign, 100, 0, "[]", "", "[]", 0, 9)
	}
	store.MigrateTo(p, p.s, version)
}

func (p past) match(id, fact fund.ID, donation, completed any) {
	p.Helper()
	p.insert("donation_matches", `id, fact_id, type, matched_by, pledged, currency, started_at, raised, donation_id, starts_at, ends_at,
		completed_at, created_at, updated_at`, id, fact, "amount", "Grace", 100, "USD", 0, 0, donation, 2_000, 3_000, completed, 1, 1)
}

// checkMatches requires a donation id of every match, which names a donation only where there was one, and matches
// that end with it.
func (old version1) checkMatches(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	seen := map[fund.ID]bool{}
	for id, want := range map[fund.ID]bool{openMatch: false, endedMatch: true, emptyMatch: false} {
		m, err := s.GetMatch(ctx, id)
		if err != nil || m.DonationID.IsZero() || seen[m.DonationID] {
			t.Fatalf("match %s: got the donation %s, %v, want an id of its own", id, m.DonationID, err)
		}
		seen[m.DonationID] = true
		_, err = s.GetDonation(ctx, fund.Key{ID: m.DonationID})
		if is := err == nil; is != want || !want && !fault.Is(err, fault.NotFound) {
			t.Errorf("donation of match %s: got %v, want it there: %v", id, err, want)
		}
		if want && m.DonationID != old.second {
			t.Errorf("match %s: got the donation %s, want %s", id, m.DonationID, old.second)
		}
	}
	m, err := s.GetMatch(ctx, openMatch)
	if err != nil {
		t.Fatal(err)
	}
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.EndMatch(ctx, m, &store.Completion{Entry: fund.EntryMatch, USD: 5, Donation: fund.Donation{
			ID: m.DonationID, Fact: fund.Ref{ID: old.campaign}, CauseID: old.cause, Amount: 5, Currency: "USD", Name: "Grace", IsMatch: true,
		}})
	})
	if d, err := s.GetDonation(ctx, fund.Key{ID: m.DonationID}); err != nil || d.Amount != 5 || time.Since(d.CompletedAt) > time.Hour {
		t.Errorf("donation of the match: got %v, %v, want it made now", d, err)
	}
}
