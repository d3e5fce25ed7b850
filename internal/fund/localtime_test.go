package fund_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// TestTimesWithoutAZone reads times around those at which clocks are changed: by an hour, by half of one, and at midnight.
func TestTimesWithoutAZone(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ zone, text, want, problem string }{
		{"", "2026-07-01T10:00", "2026-07-01T10:00:00Z", ""},
		{"Europe/Berlin", "2026-07-01T10:00", "2026-07-01T10:00:00+02:00", ""},
		{"Europe/Berlin", "2026-03-29T01:59", "2026-03-29T01:59:00+01:00", ""},
		{"Europe/Berlin", "2026-03-29T02:00", "", fund.SkippedTime},
		{"Europe/Berlin", "2026-03-29T02:59", "", fund.SkippedTime},
		{"Europe/Berlin", "2026-03-29T03:00", "2026-03-29T03:00:00+02:00", ""},
		{"Europe/Berlin", "2026-10-25T01:59", "2026-10-25T01:59:00+02:00", ""},
		{"Europe/Berlin", "2026-10-25T02:00", "2026-10-25T02:00:00+02:00", ""},
		{"Europe/Berlin", "2026-10-25T02:59", "2026-10-25T02:59:00+02:00", ""},
		{"Europe/Berlin", "2026-10-25T03:00", "2026-10-25T03:00:00+01:00", ""},
		{"America/New_York", "2026-11-01T01:30", "2026-11-01T01:30:00-04:00", ""},
		{"America/New_York", "2026-03-08T02:30", "", fund.SkippedTime},
		{"Australia/Lord_Howe", "2026-04-05T01:45", "2026-04-05T01:45:00+11:00", ""},
		{"Australia/Lord_Howe", "2026-10-04T02:15", "", fund.SkippedTime},
		{"Asia/Beirut", "2026-03-29T00:30", "", fund.SkippedTime},
		{"Europe/Berlin", "2026-02-30T10:00", "", fund.NotTime},
		{"Europe/Berlin", "tonight", "", fund.NotTime},
	} {
		at, problem := fund.ReadLocal(fund.LocalTime, c.text, fund.Zone(c.zone))
		got := ""
		if problem == "" {
			got = at.Format(time.RFC3339)
		}
		if got != c.want || problem != c.problem {
			t.Errorf("%s in %q: got %q %q, want %q %q", c.text, c.zone, got, problem, c.want, c.problem)
		}
	}
}
