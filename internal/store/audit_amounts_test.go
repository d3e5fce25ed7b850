package store_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/store"
)

// unbound lets a column take any number, as a hand with SQL could.
func unbound(t *testing.T, s *store.Store, table, column string) {
	t.Helper()
	store.Damage(t, s, fmt.Sprintf("ALTER TABLE %s DROP CONSTRAINT %s_%s_amount", table, table, column))
}

// TestAuditNamesWhatIsNoAmount stores values that cannot even be read, and rebuilds the totals among them.
func TestAuditNamesWhatIsNoAmount(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		d, err := s.Complete(t.Context(), a.donation(500))
		if err != nil {
			t.Fatal(err)
		}
		values := []string{fmt.Sprint(money.MaxTotal + 1), "-1"}
		if store.Lite(s) {
			values = append(values, "9.3e18", "1.5")
		}
		unbound(t, s, "facts", "supported")
		for _, value := range values {
			store.Damage(t, s, "UPDATE facts SET supported = "+value+" WHERE id = $1", a.cause.ID)
			report, err := s.Audit(t.Context())
			if err != nil || len(report.Differences) != 1 || report.Differences[0].Total != "facts.supported" || report.Differences[0].ID != a.cause.ID ||
				!strings.Contains(report.Differences[0].String(), "is no amount") {
				t.Errorf("%s: got %v, %v, want the total named", value, report.Differences, err)
			}
			if _, err := s.Rebuild(t.Context()); err != nil {
				t.Errorf("%s: rebuild: %v", value, err)
			}
			wantClean(t, s)
			if got := a.total(t, s, a.cause); got != 500 {
				t.Errorf("%s: got a total of %d, want 500", value, got)
			}
		}
		unbound(t, s, "donations", "usd")
		store.Damage(t, s, "UPDATE donations SET usd = 9007199254740992 WHERE id = $1", d.ID)
		report, err := s.Audit(t.Context())
		if err != nil || len(report.Differences) != 1 || report.Differences[0].Total != "donations.usd" || report.Differences[0].ID != d.ID {
			t.Errorf("got %v, %v, want the US dollars of the donation named", report.Differences, err)
		}
		if _, err := s.Rebuild(t.Context()); !fault.Is(err, fault.Conflict) || !strings.Contains(fault.From(err).Message, d.ID.String()) {
			t.Errorf("rebuild: got %v, want it refused with the row", err)
		}
	})
}

// TestAuditNamesForeignCurrencies stores currencies that are unknown, or not those of the fact.
func TestAuditNamesForeignCurrencies(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		d, err := s.Complete(t.Context(), a.donation(500))
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct {
			table, currency string
			id              fund.ID
		}{{"donations", "ZZZ", d.ID}, {"ledger", "EUR", d.ID}, {"rewards", "", a.reward.ID}} {
			store.Damage(t, s, "UPDATE "+c.table+" SET currency = $1 WHERE id = $2", c.currency, c.id)
			report, err := s.Audit(t.Context())
			if err != nil || len(report.Differences) != 1 || report.Differences[0].Total != c.table+".currency" || report.Differences[0].ID != c.id {
				t.Errorf("%s: got %v, %v, want it named", c.table, report.Differences, err)
			}
			store.Damage(t, s, "UPDATE "+c.table+" SET currency = 'USD' WHERE id = $1", c.id)
		}
		wantClean(t, s)
		for _, table := range []string{"facts", "donations", "ledger", "rewards"} {
			store.Damage(t, s, "UPDATE "+table+" SET currency = 'QQQ'")
		}
		report, err := s.Audit(t.Context())
		if err != nil || len(report.Differences) != 4 || report.Differences[0].Total != "facts.currency" {
			t.Errorf("got %v, %v, want the currency of four facts named", report.Differences, err)
		}
	})
}

// TestRebuildNamesWhatTheLedgerCannotCount adds up to more than a total may be.
func TestRebuildNamesWhatTheLedgerCannotCount(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		for range 2 {
			if _, err := s.Complete(t.Context(), a.donation(500)); err != nil {
				t.Fatal(err)
			}
		}
		store.Damage(t, s, fmt.Sprintf("UPDATE ledger SET amount = %d", money.MaxTotal))
		if _, err := s.Rebuild(t.Context()); err != nil {
			t.Fatal(err)
		}
		report, err := s.Audit(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		var named bool
		for _, d := range report.Differences {
			named = named || d.Total == "facts.raised" && strings.Contains(d.String(), "more than can be counted")
		}
		if !named {
			t.Errorf("got %v, want the total named that cannot be counted", report.Differences)
		}
	})
}
