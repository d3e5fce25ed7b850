package fund_test

import (
	"math"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// TestWhatADonationIsWorthToATimer has amounts that no number holds once they are multiplied, rests, and what goes back.
func TestWhatADonationIsWorthToATimer(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)
	completed := func(amount int64) fund.Event {
		return fund.Event{Topic: fund.TopicDonationCompleted, Amount: amount, At: start}
	}
	back := func(amount int64, from, to fund.DonationState) fund.Event {
		return fund.Event{Topic: fund.TopicDonationRefunded, Amount: amount, At: start, Detail: fund.Detail{From: string(from), To: string(to)}}
	}
	const done, part, refunded = fund.DonationCompleted, fund.DonationPartiallyRefunded, fund.DonationRefunded
	for name, one := range map[string]struct {
		rate   fund.Timer
		events []fund.Event
		want   time.Duration
	}{
		"a part of a unit":     {fund.Timer{PerUnit: 30 * time.Second}, []fund.Event{completed(50)}, 15 * time.Second},
		"rests":                {fund.Timer{PerUnit: time.Second}, []fund.Event{completed(99), completed(1)}, time.Second},
		"the largest":          {fund.Timer{PerUnit: fund.MaxTimerRate, Factor: fund.MaxTimerFactor}, []fund.Event{completed(math.MaxInt64)}, fund.MaxTimerLength - time.Hour},
		"the largest goes":     {fund.Timer{PerUnit: fund.MaxTimerRate, Refunds: true}, []fund.Event{completed(100), back(-math.MaxInt64, done, refunded)}, -fund.MaxTimerLength + fund.MaxTimerRate},
		"a donation":           {fund.Timer{PerDonation: time.Minute, Factor: 2}, []fund.Event{completed(1)}, 2 * time.Minute},
		"back in parts":        {fund.Timer{PerUnit: time.Second, PerDonation: time.Minute, Refunds: true}, []fund.Event{completed(200), back(-100, done, part), back(-100, part, refunded)}, 0},
		"a part back":          {fund.Timer{PerUnit: time.Second, PerDonation: time.Minute, Refunds: true}, []fund.Event{completed(200), back(-100, done, part)}, 61 * time.Second},
		"back, and reversed":   {fund.Timer{PerUnit: time.Second, PerDonation: time.Minute, Refunds: true}, []fund.Event{completed(200), back(-200, done, refunded), back(200, refunded, done)}, 62 * time.Second},
		"back, as nobody asks": {fund.Timer{PerUnit: time.Second}, []fund.Event{completed(200), back(-200, done, refunded), back(200, refunded, done)}, 2 * time.Second},
	} {
		timer := one.rate
		timer.State, timer.Length, timer.Granted, timer.StartedAt, timer.EndsAt = fund.TimerRunning, time.Hour, time.Hour, start, start.Add(time.Hour)
		for _, e := range one.events {
			timer.Take(e, fund.CountedDonation{CompletedAt: start}, 100)
		}
		if got := timer.EndsAt.Sub(start.Add(time.Hour)); got != one.want || timer.Granted != time.Hour+one.want {
			t.Errorf("%s: got %v, and %v in all, want %v more", name, got, timer.Granted, one.want)
		}
	}
}

func TestClockText(t *testing.T) {
	t.Parallel()
	for d, want := range map[time.Duration]string{
		0: "0:00", time.Microsecond: "0:01", 59 * time.Minute: "59:00", time.Hour: "1:00:00", time.Hour - time.Microsecond: "1:00:00", 100*time.Hour + time.Second: "100:00:01",
	} {
		if got := fund.ClockText(d); got != want {
			t.Errorf("%v: got %s, want %s", d, got, want)
		}
	}
}

func TestReadClock(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]time.Duration{
		"0": 0, "90": 90 * time.Second, "5:00": 5 * time.Minute, "1:02:03": time.Hour + 2*time.Minute + 3*time.Second, "100:00:01": 100*time.Hour + time.Second, "31622400": fund.MaxTimerLength,
		"31622400:00": fund.MaxTimerLength + time.Second,
	} {
		if got, ok := fund.ReadClock(typed + " "); got != want || !ok {
			t.Errorf("%q: got %v, %v, want %v", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"", ":", "x", "-1", "1:60", "1:2:3:4", "1:-1", "1.5", "31622401", "9223372036854775808"} {
		if got, ok := fund.ReadClock(typed); ok {
			t.Errorf("%q: got %v, want it refused", typed, got)
		}
	}
}
