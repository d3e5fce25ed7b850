package command_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/testnode"
)

// compact is what a command printed, without spaces if it is JSON.
func compact(out string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(out)) != nil {
		return out
	}
	return strings.TrimSpace(b.String())
}

// TestNegativeArguments types negative numbers where a command takes an argument, and behind a flag.
func TestNegativeArguments(t *testing.T) {
	t.Parallel()
	h := newTerminal(t)
	h.must("migrate")
	for _, args := range [][]string{
		{"rate", "set", "EUR", "-1"}, {"rate", "set", "EUR", "-.5", "--day", "2026-11-27"},
	} {
		h.refused(1, "rate is not a rate", args...)
	}
	h.refused(1, "value must be a whole number", "setting", "set", "claim_days", "-1")
	h.refused(2, "--limit", "rate", "list", "--limit", "-1")
}

func TestRatesFromTheTerminal(t *testing.T) {
	t.Parallel()
	on := command.Store{DB: testnode.Database(t)}
	testnode.Refused(t, command.SetRate{Store: on, Currency: "EUR", Rate: "1.0831"}, "There is no database file")
	if _, err := testnode.Do(t, command.Migrate{Store: on}); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "eurofxref.csv")
	testnode.Write(t, file, "Date,USD,JPY,QQA,\n2026-11-26,1.1,110,1,\n2026-11-25,1.2,N/A,N/A,\n")
	for _, c := range []struct {
		name string
		run  testnode.Command
		want string
	}{
		{"set", command.SetRate{Store: on, Currency: "EUR", Rate: "1.0831", Day: "2026-11-27"}, "rates: 1, days: 1, new or changed: 1\n"},
		{"set again", command.SetRate{Store: on, Currency: "EUR", Rate: "1.0831", Day: "2026-11-27", JSON: true},
			`{"days":1,"rates":1,"changed":0,"skipped_currencies":[],"donations_counted":0,"donations_unrated":0,"donations_too_large":0}`},
		{"import", command.ImportRates{Store: on, File: file},
			"rates: 3, days: 2, new or changed: 3\nskipped currencies that are not known: QQA\n"},
		{"import again", command.ImportRates{Store: on, File: file, JSON: true},
			`{"days":2,"rates":3,"changed":0,"skipped_currencies":["QQA"],"donations_counted":0,"donations_unrated":0,"donations_too_large":0}`},
		{"list", command.ListRates{Store: on, Limit: 3}, "2026-11-27 EUR 1.0831\n2026-11-26 EUR 1.1\n2026-11-26 JPY 0.01\n"},
		{"list of one", command.ListRates{Store: on, Currency: "JPY", Limit: 3, JSON: true}, `{"currency":"JPY","day":"2026-11-26","rate":"0.01"}`},
	} {
		if out, err := testnode.Do(t, c.run); err != nil || compact(out) != c.want {
			t.Errorf("%s: got %q, %v, want %q", c.name, out, err, c.want)
		}
	}
	testnode.Write(t, file, "Date,USD,JPY,\n2026-11-24,1.1,110,\n2026-11-23,1.1,x,\n")
	testnode.Refused(t, command.ImportRates{Store: on, File: file}, `Line 3, column 16: "x" is not a rate`)
	testnode.Refused(t, command.ImportRates{Store: on, File: file + ".no"}, "no such file")
	testnode.Refused(t, command.SetRate{Store: on, Currency: "EUR", Rate: "1,08"}, "rate is not a rate")
	testnode.Refused(t, command.SetRate{Store: on, Currency: "EUR", Rate: "1.1", Day: "27.11.2026"}, "--day is not a day")
	testnode.Refused(t, command.SetRate{Store: on, Currency: "EUR", Rate: "1.1", Day: time.Now().AddDate(0, 0, 3).Format(time.DateOnly)}, "is in the future")
	testnode.Refused(t, command.SetRate{Store: on, Currency: "QQA", Rate: "1.1"}, "currency is not a known currency")
	if out, err := testnode.Do(t, command.ListRates{Store: on, Limit: 100}); err != nil || strings.Contains(out, "2026-11-24") {
		t.Errorf("got %q, %v, want nothing of the file that was wrong", out, err)
	}
	var none command.ListRates
	for limit, ok := range map[int]bool{0: false, 1: true, 1_000_000: true, 1_000_001: false} {
		if none.Limit = limit; (none.Validate() == nil) != ok {
			t.Errorf("limit %d: got %v", limit, none.Validate())
		}
	}
}
