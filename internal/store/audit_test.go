package store_test

import (
	"testing"

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
