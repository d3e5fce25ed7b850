package store_test

import (
	"slices"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

func TestAuditFindsAndRebuildMendsATotal(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		if _, err := s.Complete(t.Context(), a.donation(500)); err != nil {
			t.Fatal(err)
		}
		store.Damage(t, s, "UPDATE facts SET raised = raised + 1, supported = supported - 2 WHERE id = $1", a.together.ID)
		report, err := s.Audit(t.Context())
		if err != nil || len(report.Differences) != 2 {
			t.Fatalf("got %v, %v, want the two totals that were damaged and none above", report.Differences, err)
		}
		if _, err := s.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
		wantClean(t, s)
		if got := a.total(t, s, a.cause); got != 500 {
			t.Errorf("got a total of %d, want 500", got)
		}
	})
}

func TestAuditFindsDonationsThatDoNotGoWithTheLedger(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		d, err := s.Complete(t.Context(), a.donation(500))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ total, damage, mend string }{
			{"donations.amount", "amount = 501", "amount = 500"},
			{"donations.usd", "usd = 1", "usd = 500"},
			{"donations.state", "state = 'nonsense'", "state = 'completed'"},
			{"donations.state", "listed = FALSE", "listed = TRUE"},
			{"ledger.donation_id", "fact_id = (SELECT id FROM facts WHERE kind = 'cause' LIMIT 1)", "fact_id = (SELECT id FROM facts WHERE kind = 'campaign' LIMIT 1)"},
		} {
			store.Damage(t, s, "UPDATE donations SET "+c.damage+" WHERE id = $1", d.ID)
			report, err := s.Audit(t.Context())
			if err != nil || len(report.Differences) != 1 || report.Differences[0].Total != c.total || report.Differences[0].ID != d.ID {
				t.Errorf("%s: got %v, %v, want one difference in %s", c.damage, report.Differences, err, c.total)
			}
			store.Damage(t, s, "UPDATE donations SET "+c.mend+" WHERE id = $1", d.ID)
		}
		wantClean(t, s)
	})
}

// TestAuditNamesADonorWhoIsNotThatOfTheDonation changes the donor of a donation, and what the donor follows from.
func TestAuditNamesADonorWhoIsNotThatOfTheDonation(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a, ctx := newAppeal(t, s, 1), t.Context()
		key, err := s.Key(ctx, store.DonorKey)
		if err != nil {
			t.Fatal(err)
		}
		for _, damage := range []string{"donor_id = id", "name = 'Eve'", "email = 'eve@example.org'", "anonymous = TRUE", "donor_id = NULL"} {
			c := a.donation(500)
			c.Donation.Name, c.Donation.Email = "Ada", "ada@example.org"
			c.Donation.DonorID = fund.DonorID(key, c.Donation)
			d, err := s.Complete(ctx, c)
			if err != nil {
				t.Fatal(err)
			}
			wantClean(t, s)
			store.Damage(t, s, "UPDATE donations SET "+damage+" WHERE id = $1", d.ID)
			donors := func(all []store.Difference) (ids []fund.ID) {
				for _, one := range all {
					if one.Total == "donations.donor_id" {
						ids = append(ids, one.ID)
					}
				}
				return ids
			}
			report, err := s.Audit(ctx)
			if got := donors(report.Differences); err != nil || !slices.Equal(got, []fund.ID{d.ID}) {
				t.Errorf("%s: got %v, %v, want the donor of %s", damage, got, err, d.ID)
			}
			mended, err := s.Rebuild(ctx)
			if got := donors(mended); err != nil || !slices.Equal(got, []fund.ID{d.ID}) {
				t.Errorf("%s: got %v mended, %v, want the donor of %s", damage, got, err, d.ID)
			}
			wantClean(t, s)
		}
	})
}
