package fund_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

var tried = time.Date(2026, time.November, 28, 12, 0, 0, 0, time.UTC)

// TestRetriesComeToTheSecond follows deliveries that always fail. The first table is the original's.
func TestRetriesComeToTheSecond(t *testing.T) {
	t.Parallel()
	for schedule, totals := range map[string][]int{
		fund.ScheduleTiltify: {2, 6, 14, 30, 62, 126, 254, 510, 1022, 1922, 2822, 3722},
		"":                   {2, 6, 14, 30, 62, 126, 254, 510, 1022, 1922, 2822, 3722},
		fund.ScheduleThreeDays: {
			2, 6, 14, 30, 62, 126, 254, 510, 1022, 1922, 2822, 3722, 7322, 14522, 28922, 57722, 86522, 115322, 144122, 172922, 201722, 230522, 259322,
		},
	} {
		for _, fails := range []fund.WebhookTry{{Status: 500}, {Status: 302}, {Status: 199}, {Status: 300}, {Status: 429}, {Stage: fund.WebhookDuring}, {Stage: fund.WebhookAfter, Status: 503}} {
			at, half := tried, 0
			for i, total := range totals {
				try := fails
				try.Schedule, try.Failures, try.Begun, try.At = schedule, i, tried, at
				got := try.Decide()
				if got.Next != fund.WebhookRetry || !got.Counts || !got.At.Equal(tried.Add(time.Duration(total)*time.Second)) {
					t.Fatalf("%s: failure %d of %+v: got %+v, want a retry after %d s", schedule, i+1, fails, got, total)
				}
				if got.Alarm == fund.AlarmHalf {
					half = i
				} else if got.Alarm != fund.AlarmNone {
					t.Errorf("%s: retry %d: got alarm %q, want none", schedule, i, got.Alarm)
				}
				at = got.At
			}
			if want := len(totals) / 2; half != want {
				t.Errorf("%s: got the warning after %d failed retries, want %d", schedule, half, want)
			}
			fails.Schedule, fails.Failures, fails.Begun, fails.At = schedule, len(totals), tried, at
			if got, want := fails.Decide(), (fund.WebhookDecision{Next: fund.WebhookDeactivated, Counts: true, Alarm: fund.AlarmDeactivated}); got != want {
				t.Errorf("%s: after the last retry: got %+v, want %+v", schedule, got, want)
			}
		}
	}
}

func TestWhatFollowsFromAnAttempt(t *testing.T) {
	t.Parallel()
	retry := func(after time.Duration) fund.WebhookDecision {
		return fund.WebhookDecision{Next: fund.WebhookRetry, At: tried.Add(after), Counts: true}
	}
	wait := func(after time.Duration) fund.WebhookDecision {
		return fund.WebhookDecision{Next: fund.WebhookRetry, At: tried.Add(after)}
	}
	done, giveUp := fund.WebhookDecision{Next: fund.WebhookDone}, fund.WebhookDecision{Next: fund.WebhookGiveUp}
	failed := fund.WebhookDecision{Next: fund.WebhookGiveUp, Counts: true}
	gone := fund.WebhookDecision{Next: fund.WebhookEnded, Counts: true, Alarm: fund.AlarmDeactivated}
	whole := 3722 * time.Second
	for name, c := range map[string]struct {
		try  fund.WebhookTry
		want fund.WebhookDecision
	}{
		"200":                    {fund.WebhookTry{Status: 200}, done},
		"299":                    {fund.WebhookTry{Status: 299, Failures: 12}, done},
		"200 but not recorded":   {fund.WebhookTry{Status: 204, Stage: fund.WebhookAfter}, done},
		"200 of a test":          {fund.WebhookTry{Status: 200, Once: true}, done},
		"500 of a test":          {fund.WebhookTry{Status: 500, Once: true}, failed},
		"410 of a test":          {fund.WebhookTry{Status: 410, Once: true, Standard: true}, failed},
		"no answer to a test":    {fund.WebhookTry{Stage: fund.WebhookDuring, Once: true}, failed},
		"410 as in the original": {fund.WebhookTry{Status: 410}, retry(2 * time.Second)},
		"410":                    {fund.WebhookTry{Status: 410, Standard: true}, gone},
		"410 but not recorded":   {fund.WebhookTry{Status: 410, Standard: true, Stage: fund.WebhookAfter}, gone},
		"a refusal of a chat":    {fund.WebhookTry{Status: 404, Refused: []int{401, 404}}, gone},
		"a bad message":          {fund.WebhookTry{Status: 400, Pointless: []int{400}}, failed},
		"no answer is no status": {fund.WebhookTry{Stage: fund.WebhookDuring, Refused: []int{0}, Pointless: []int{0}}, retry(2 * time.Second)},

		"asked, as in the original":   {fund.WebhookTry{Status: 503, RetryAfter: "60"}, retry(2 * time.Second)},
		"asked in seconds":            {fund.WebhookTry{Status: 503, RetryAfter: "60", Standard: true}, retry(time.Minute)},
		"asked for less":              {fund.WebhookTry{Status: 503, RetryAfter: "1", Failures: 3, Standard: true}, retry(16 * time.Second)},
		"asked for nothing":           {fund.WebhookTry{Status: 503, RetryAfter: "0", Standard: true}, retry(2 * time.Second)},
		"asked at the edge":           {fund.WebhookTry{Status: 503, RetryAfter: "3600", Standard: true}, retry(time.Hour)},
		"asked for more":              {fund.WebhookTry{Status: 503, RetryAfter: "3601", Standard: true}, retry(time.Hour)},
		"asked for far too much":      {fund.WebhookTry{Status: 503, RetryAfter: "2147483647", Standard: true}, retry(time.Hour)},
		"asked beyond all numbers":    {fund.WebhookTry{Status: 503, RetryAfter: "99999999999999999999", Standard: true}, retry(time.Hour)},
		"asked with a sign":           {fund.WebhookTry{Status: 503, RetryAfter: "-5", Standard: true}, retry(2 * time.Second)},
		"asked in words":              {fund.WebhookTry{Status: 503, RetryAfter: "soon", Standard: true}, retry(2 * time.Second)},
		"asked until a date":          {fund.WebhookTry{Status: 503, RetryAfter: "Sat, 28 Nov 2026 12:01:30 GMT", Standard: true}, retry(90 * time.Second)},
		"asked until an old date":     {fund.WebhookTry{Status: 503, RetryAfter: "Saturday, 28-Nov-26 12:01:30 GMT", Standard: true}, retry(90 * time.Second)},
		"asked until a date of C":     {fund.WebhookTry{Status: 503, RetryAfter: "Sat Nov 28 12:01:30 2026", Standard: true}, retry(90 * time.Second)},
		"asked until a past date":     {fund.WebhookTry{Status: 503, RetryAfter: "Sat, 28 Nov 2026 11:00:00 GMT", Standard: true}, retry(2 * time.Second)},
		"asked until tomorrow":        {fund.WebhookTry{Status: 503, RetryAfter: "Sun, 29 Nov 2026 12:00:00 GMT", Standard: true}, retry(time.Hour)},
		"too many":                    {fund.WebhookTry{Status: 429, RetryAfter: "7", Failures: 12, Standard: true}, wait(7 * time.Second)},
		"too many, go on":             {fund.WebhookTry{Status: 429, RetryAfter: "0", Standard: true}, wait(time.Second)},
		"too many, not saying":        {fund.WebhookTry{Status: 429, Failures: 1, Standard: true}, retry(4 * time.Second)},
		"too many for a long time":    {fund.WebhookTry{Status: 429, RetryAfter: "7", Standard: true, Begun: tried.Add(7*time.Second - whole)}, wait(7 * time.Second)},
		"too many for too long":       {fund.WebhookTry{Status: 429, RetryAfter: "7", Standard: true, Begun: tried.Add(7*time.Second - whole - 1)}, giveUp},
		"trouble here":                {fund.WebhookTry{Stage: fund.WebhookBefore, Failures: 12}, wait(10 * time.Second)},
		"trouble here for a test":     {fund.WebhookTry{Stage: fund.WebhookBefore, Once: true}, giveUp},
		"trouble here for a time":     {fund.WebhookTry{Stage: fund.WebhookBefore, Begun: tried.Add(10*time.Second - whole)}, wait(10 * time.Second)},
		"trouble here for too long":   {fund.WebhookTry{Stage: fund.WebhookBefore, Begun: tried.Add(10*time.Second - whole - 1)}, giveUp},
		"trouble here in three days":  {fund.WebhookTry{Stage: fund.WebhookBefore, Begun: tried.Add(-whole), Schedule: fund.ScheduleThreeDays}, wait(10 * time.Second)},
		"trouble here is no delivery": {fund.WebhookTry{Stage: fund.WebhookBefore, Status: 200}, wait(10 * time.Second)},
	} {
		c.try.At = tried
		if c.try.Begun.IsZero() {
			c.try.Begun = tried
		}
		if got := c.try.Decide(); got != c.want {
			t.Errorf("%s: got %+v, want %+v", name, got, c.want)
		}
	}
}

func TestEachAlarmIsRaisedOnce(t *testing.T) {
	t.Parallel()
	for schedule, want := range map[string]map[int]fund.WebhookAlarm{
		fund.ScheduleTiltify:   {7: fund.AlarmHalf, 13: fund.AlarmDeactivated},
		fund.ScheduleThreeDays: {12: fund.AlarmHalf, 24: fund.AlarmDeactivated},
	} {
		for failures := range 40 {
			if got := fund.WebhookAlarmAt(schedule, failures); got != want[failures] {
				t.Errorf("%s after %d failures: got %q, want %q", schedule, failures, got, want[failures])
			}
		}
	}
}
