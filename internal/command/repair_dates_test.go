package command_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testworld"
)

// datedAhead is a database with a donation from a clock that was so far ahead.
func datedAhead(t *testing.T, ahead time.Duration) config.Database {
	t.Helper()
	db := testnode.Database(t)
	w := testworld.NewAt(t, string(db), testworld.Options{At: time.Now().Add(ahead)})
	cause := must.Get(w.ImportCause(t.Context(), app.System(), fund.Cause{
		Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD", Status: fund.Published},
	}))(t)
	must.Get(w.Store.Complete(t.Context(), store.Completion{
		Donation: fund.Donation{ID: fund.ID{1}, Fact: fund.Ref{ID: cause.ID}, FactKind: fund.KindCause, CauseID: cause.ID, Amount: 5, Currency: "USD"}, USD: 5,
		At: w.Clock.Now(),
	}))(t)
	return db
}

// TestAServerSaysThatItsClockWasWrong has a line on /readyz from a minute on, and refuses to start from a day on.
func TestAServerSaysThatItsClockWasWrong(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		ahead time.Duration
		want  string
	}{
		{fund.ClockTolerance / 2, "ready\n"},
		{fund.MaxClockAhead - time.Minute, "ready\nclock: the last donation is dated 23h"},
	} {
		s := testnode.Start(t, command.Serve{DB: datedAhead(t, c.ahead), Addr: "127.0.0.1:0", Sandbox: true, ShutdownTimeout: time.Minute})
		status, body := testnode.Get(t, s.URL+"/readyz")
		if status != 200 || !strings.HasPrefix(body, c.want) || strings.Contains(body, "clock") != strings.Contains(c.want, "clock") {
			t.Errorf("%s ahead: got %d %q, want %q", c.ahead, status, body, c.want)
		}
		must.Do(t, s.Stop())
	}
	db := datedAhead(t, fund.MaxClockAhead+time.Minute)
	serve := command.Serve{DB: db, Addr: "127.0.0.1:0", Sandbox: true, ShutdownTimeout: time.Minute}
	testnode.Refused(t, serve, "almoner repair dates --db URL")
	must.Get(testnode.Do(t, command.RepairDates{Store: command.Store{DB: db}}))(t)
	must.Do(t, testnode.Start(t, serve).Stop())
}

func TestDatesAreRepairedFromTheTerminal(t *testing.T) {
	t.Parallel()
	on := command.Store{DB: datedAhead(t, time.Hour)}
	testnode.Refused(t, command.RepairDates{Store: command.Store{DB: testnode.Database(t)}}, "There is no database file")
	const donation = "01000000-0000-0000-0000-000000000000"
	for _, c := range []struct {
		name string
		run  testnode.Command
		want []string
	}{
		{"dry run", command.RepairDates{Store: on, DryRun: true}, []string{donation + ": ", " becomes ", " (order)\n1 donations and 1 entries of the ledger would be dated again\n"}},
		{"as JSON", command.RepairDates{Store: on, DryRun: true, JSON: true}, []string{`"dry_run":true`, `"entries":1`, `"donation_id":"` + donation + `"`, `"cause_id":"`, `"from":"`, `"to":"`, `"source":"order"`}},
		{"for real", command.RepairDates{Store: on}, []string{"1 donations and 1 entries of the ledger were dated again\n"}},
		{"again", command.RepairDates{Store: on}, []string{"No donation is dated ahead of now.\n"}},
		{"audit", command.Audit{DB: on.DB}, []string{"totals equal the ledger"}},
	} {
		out, err := testnode.Do(t, c.run)
		for _, want := range c.want {
			if err != nil || !strings.Contains(compact(out), strings.TrimSpace(want)) {
				t.Errorf("%s: got %q, %v, want %q", c.name, out, err, want)
			}
		}
	}
}
