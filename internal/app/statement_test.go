package app_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// statements are the lines of a year of the cause.
func (w *world) statements(t *testing.T, year int) (lines []string) {
	t.Helper()
	cause := must.Get(w.GetCause(t.Context(), app.System(), fund.Key{ID: w.cause.ID}))(t)
	must.Do(t, w.ExportStatements(t.Context(), app.System(), cause, year, func(l fund.StatementLine) error {
		lines = append(lines, fmt.Sprintf("%s %s %s %s %d %v", l.Email, l.Name, l.Profile, l.Currency, l.Kept, l.Receipts))
		return nil
	}))
	return lines
}

// TestStatementsOfAYear has donations in one year, one that goes back, one of a donor who is erased, and one at the turn of the year of the cause's zone.
func TestStatementsOfAYear(t *testing.T) {
	t.Parallel()
	const year = 2026
	w := newWorldWith(t, worldOptions{at: time.Date(year, time.November, 20, 12, 0, 0, 0, time.UTC)})
	must.Get(w.UpdateCause(t.Context(), app.System(), fund.Key{ID: w.cause.ID}, fund.CausePatch{TimeZone: fund.Some("Pacific/Auckland")}))(t)
	w.paid(t, "ada@example.org")
	part, all := w.paid(t, "Ada@example.org"), w.paid(t, "grace@example.org")
	must.Get(w.RefundDonation(t.Context(), app.System(), fund.Key{ID: part}, "2.50"))(t)
	must.Get(w.RefundDonation(t.Context(), app.System(), fund.Key{ID: all}, ""))(t)
	w.paid(t, "zed@example.org")
	must.Get(w.EraseDonor(t.Context(), app.System(), "zed@example.org"))(t)
	w.paid(t, "")
	// The last second of the year in Auckland is in the morning of 31 December in UTC.
	turn := time.Date(year+1, time.January, 1, 0, 0, 0, 0, fund.Zone("Pacific/Auckland"))
	w.Clock.Advance(turn.Add(-time.Minute).Sub(w.Clock.Now()))
	w.paid(t, "last@example.org")
	w.Clock.Advance(2 * time.Minute)
	w.paid(t, "first@example.org")
	got, next := w.statements(t, year), w.statements(t, year+1)
	want := []string{"ada@example.org Ada plain USD 1750 [1 4]", " Ada plain USD 1000 [6]", "last@example.org Ada plain USD 1000 [7]"}
	if fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("got\n%q\nwant\n%q", got, want)
	}
	if fmt.Sprint(next) != "[first@example.org Ada plain USD 1000 [8]]" {
		t.Errorf("got %q in the next year, want what came after the turn", next)
	}
	if err := w.ExportStatements(t.Context(), w.causer, fund.Cause{Fact: w.cause.Fact}, year, nil); !fault.Is(err, fault.Forbidden) {
		t.Errorf("got %v for an API, want it forbidden", err)
	}
	_, err := w.GetStatement(t.Context(), "no session", app.StatementKey{Cause: w.cause.ID, Year: year})
	if !fault.Is(err, fault.Unauthenticated) {
		t.Errorf("got %v without a session, want it refused", err)
	}
}
