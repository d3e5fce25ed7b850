package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testmail"
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

// november is a world in November 2026, so that no test of years is near the turn of one by chance.
func november(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, worldOptions{at: time.Date(2026, time.November, 20, 12, 0, 0, 0, time.UTC)})
}

// TestStatementsOfAYear has donations in one year, one that goes back, one of a donor who is erased, and one at the turn of the year of the cause's zone.
func TestStatementsOfAYear(t *testing.T) {
	t.Parallel()
	const year = 2026
	w := november(t)
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

// TestStatementsOfAllYearsAreListed has donations at the turn of a year of the cause's zone, and more than a page of later ones.
func TestStatementsOfAllYearsAreListed(t *testing.T) {
	t.Parallel()
	w, server, ctx := november(t), testmail.Start(t, testmail.Options{}), t.Context()
	node := w.node(postTo(t, server))
	must.Get(w.UpdateCause(ctx, app.System(), fund.Key{ID: w.cause.ID}, fund.CausePatch{TimeZone: fund.Some("Pacific/Auckland")}))(t)
	const year = 2026
	turn := time.Date(year+1, time.January, 1, 0, 0, 0, 0, fund.Zone("Pacific/Auckland"))
	w.Clock.Advance(turn.Add(-time.Minute).Sub(w.Clock.Now()))
	w.paid(t, "ada@example.org")
	w.Clock.Advance(2 * time.Minute)
	w.paid(t, "Ada@example.org")
	void := w.paid(t, "eve@example.org")
	w.Clock.Advance(2 * 366 * 24 * time.Hour)
	storetest.CopyReceipts(t, w.url, w.paid(t, "ada@example.org"), fund.DonorPage)
	must.Get(w.RefundDonation(ctx, app.System(), fund.Key{ID: void}, ""))(t)
	listed := func(email string) (years []int) {
		w.ask(t, node, email)
		home := must.Get(node.GetDonorHome(ctx, must.Get(node.UseDonorLink(ctx, linkIn(server, email)))(t), fund.ID{}))(t)
		for _, s := range home.Statements {
			years = append(years, s.Year)
		}
		return years
	}
	if got, want := listed("ada@example.org"), []int{year + 3, year + 1, year}; !slices.Equal(got, want) {
		t.Errorf("got the years %v, want %v", got, want)
	}
	if got := listed("eve@example.org"); len(got) > 0 {
		t.Errorf("got the years %v of a void receipt, want none", got)
	}
}

// TestAStatementIsBounded has as many receipts in a year as a statement can list, and then one more.
func TestAStatementIsBounded(t *testing.T) {
	t.Parallel()
	w, server, ctx := november(t), testmail.Start(t, testmail.Options{}), t.Context()
	node := w.node(postTo(t, server))
	storetest.CopyReceipts(t, w.url, w.paid(t, "ada@example.org"), fund.MaxStatementReceipts-1)
	w.ask(t, node, "ada@example.org")
	session := must.Get(node.UseDonorLink(ctx, linkIn(server, "ada@example.org")))(t)
	key := app.StatementKey{Cause: w.cause.ID, Year: w.Clock.Now().UTC().Year()}
	made := must.Get(node.GetStatement(ctx, session, key))(t)
	if n := len(made.Documents[0].Bill); n <= fund.MaxStatementReceipts {
		t.Errorf("got a bill of %d lines, want one for each receipt and the total", n)
	}
	w.paid(t, "ada@example.org")
	if _, err := node.GetStatement(ctx, session, key); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "more than 1000 receipts") {
		t.Errorf("got %v for one receipt more, want a conflict", err)
	}
}

// TestFinanceReadsTheYearOfADonor asks by a donation, as everybody who may and who may not.
func TestFinanceReadsTheYearOfADonor(t *testing.T) {
	t.Parallel()
	w, ctx := november(t), t.Context()
	first, second, other := w.paid(t, "ada@example.org"), w.paid(t, "Ada@example.org"), w.paid(t, "eve@example.org")
	nameless, void := w.paid(t, ""), w.paid(t, "zed@example.org")
	must.Get(w.RefundDonation(ctx, app.System(), fund.Key{ID: second}, "2.50"))(t)
	must.Get(w.RefundDonation(ctx, app.System(), fund.Key{ID: void}, ""))(t)
	operator := w.operator(t)
	for _, actor := range []app.Actor{reading(w.causer), reading(operator), app.System()} {
		said := must.Get(w.GetDonorYear(ctx, actor, fund.Key{ID: first}))(t)
		if got := fmt.Sprintf("%t %t %s %d %v %d", said.Cause == w.cause.ID, said.Year == w.Clock.Now().UTC().Year(), said.Email, said.Lines[0].Kept, said.Lines[0].Receipts, len(said.Lines)); got != "true true ada@example.org 1750 [1 6] 1" {
			t.Errorf("got %s, want what both donations left", got)
		}
	}
	if acts := w.acts(t, w.cause.ID); !slices.Contains(acts, "operator donors.view") {
		t.Errorf("got the acts %q, want the look of the operator", acts)
	}
	for name, donation := range map[string]fund.ID{"no address": nameless, "no valid receipt": void} {
		if said := must.Get(w.GetDonorYear(ctx, reading(w.causer), fund.Key{ID: donation}))(t); len(said.Lines) > 0 {
			t.Errorf("%s: got %+v, want no lines", name, said)
		}
	}
	for name, c := range map[string]struct {
		actor    app.Actor
		donation fund.ID
		kind     string
	}{
		"streamer": {reading(w.owner), first, "forbidden"}, "stranger": {reading(w.stranger), other, "forbidden"}, "without the scope": {w.causer, first, "forbidden"}, "anybody": {app.Actor{}, first, "unauthenticated"},
		"nothing": {reading(w.causer), w.cause.ID, "not_found"},
	} {
		if _, err := w.GetDonorYear(ctx, c.actor, fund.Key{ID: c.donation}); err == nil {
			t.Errorf("%s: got the year of a donor, want %s", name, c.kind)
		} else if name != "anybody" {
			wantKind(t, err, c.kind)
		}
	}
}
