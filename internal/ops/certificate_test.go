package ops_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/ops"
)

// TestOwnCertificates looks at certificates at the edges of their time: those of months by days, those of days by parts.
func TestOwnCertificates(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	now := time.Unix(1_800_000_000, 0)
	for name, c := range map[string]struct {
		whole, left time.Duration
		failure     string
		want        ops.Level
		words       string
	}{
		"none yet":                    {0, 0, "", ops.Warning, "no certificate for give.test yet"},
		"none to be had":              {0, 0, "no route", ops.Problem, "gets no certificate for give.test; last tried 2027-01-15 08:00: no route"},
		"fresh":                       {90 * day, 89 * day, "", ops.OK, "good until"},
		"before a warning":            {90 * day, 14 * day, "", ops.OK, ""},
		"a warning":                   {90 * day, 14*day - 1, "", ops.Warning, ""},
		"before a problem":            {90 * day, 3 * day, "", ops.Warning, ""},
		"a problem":                   {90 * day, 3*day - 1, "", ops.Problem, ""},
		"over":                        {90 * day, -day, "", ops.Problem, ""},
		"of six days":                 {6 * day, day, "", ops.OK, ""},
		"of six days, a warning":      {6 * day, day - 1, "", ops.Warning, ""},
		"of six days, a problem":      {6 * day, 7 * time.Hour, "", ops.Problem, ""},
		"good, but it is not renewed": {90 * day, 29 * day, "no route", ops.Warning, "could not be renewed: no route"},
	} {
		one := ops.Certificate{Host: "give.test", Failure: c.failure}
		if c.failure != "" {
			one.FailedAt = now
		}
		if c.whole > 0 {
			one.Until = now.Add(c.left)
			one.From = one.Until.Add(-c.whole)
		}
		all := ops.OwnCertificates(t.Context(), now, func(context.Context) ([]ops.Certificate, error) { return []ops.Certificate{one}, nil })
		if len(all) != 1 || all[0].Level != c.want || !strings.Contains(all[0].Text, c.words) || (all[0].Fix == "") != (c.want == ops.OK) {
			t.Errorf("%s: got %+v, want %s with %q", name, all, c.want, c.words)
		}
	}
}
