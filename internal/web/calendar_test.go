package web_test

import (
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/web"
)

// linesOf are the lines of a calendar as they are sent, each of which has to be as RFC 5545 wants it.
func linesOf(t *testing.T, body string) []string {
	t.Helper()
	if !strings.HasSuffix(body, "\r\n") {
		t.Errorf("got a calendar that ends in %.20q", body[max(0, len(body)-20):])
	}
	lines := strings.Split(strings.TrimSuffix(body, "\r\n"), "\r\n")
	for _, line := range lines {
		if len(line) > web.MaxCalendarLine || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n\x00") {
			t.Errorf("got a line of %d octets: %q", len(line), line)
		}
	}
	return lines
}

func TestTheScheduleIsACalendar(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	zone := time.FixedZone("", 2*60*60)
	start := time.Date(2026, time.December, 24, 20, 30, 15, 0, zone)
	quick := h.plan(t, fund.SchedulePatch{Name: fund.Some("Quick"), StartsAt: fund.Some(start.Add(-time.Hour))})
	long := h.plan(t, fund.SchedulePatch{
		Name: fund.Some(`Boss; fight, \n or "flight"`), StartsAt: fund.Some(start), EndsAt: fund.Some(start.Add(90 * time.Minute)),
		Description: fund.Some("First\r\nsecond\nEND:VCALENDAR\rthird " + strings.Repeat("猫🏃é", 40)),
	})
	got := h.donor().get("/@ana/run/schedule.ics")
	lines := linesOf(t, got.body)
	want := []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Almoner//Schedule//EN", "NAME:Run <1>", "X-WR-CALNAME:Run <1>", "X-WR-TIMEZONE:UTC",
		"BEGIN:VEVENT", "UID:" + quick.ID.String(), "DTSTAMP:20261120T120000Z", "DTSTART:20261224T173015Z", "SUMMARY:Quick", "URL:" + h.url + "/@ana/run#schedule", "END:VEVENT",
		"BEGIN:VEVENT", "UID:" + long.ID.String(), "DTSTAMP:20261120T120000Z", "DTSTART:20261224T183015Z", "DTEND:20261224T200015Z", `SUMMARY:Boss\; fight\, \\n or "flight"`,
		`DESCRIPTION:First\nsecond\nEND:VCALENDAR\nthird ` + strings.Repeat("猫🏃é", 40), "URL:" + h.url + "/@ana/run#schedule", "END:VEVENT", "END:VCALENDAR",
	}
	if unfolded := strings.ReplaceAll(strings.Join(lines, "\r\n"), "\r\n ", ""); unfolded != strings.Join(want, "\r\n") {
		t.Errorf("got\n%q\nwant\n%q", unfolded, strings.Join(want, "\r\n"))
	}
	h.Clock.Advance(time.Minute)
	if again := h.donor().get("/@ana/run/schedule.ics"); again.body != got.body {
		t.Errorf("got another calendar a minute later:\n%s", again.body)
	}
}

// TestLinesOfACalendarAreFolded writes names that just fit, and that do not.
func TestLinesOfACalendarAreFolded(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	const fits = web.MaxCalendarLine - len("SUMMARY:")
	for name, want := range map[string]string{
		strings.Repeat("a", fits):           "SUMMARY:" + strings.Repeat("a", fits),
		strings.Repeat("a", fits+1):         "SUMMARY:" + strings.Repeat("a", fits) + "\r\n a",
		strings.Repeat("a", fits-1) + "é":   "SUMMARY:" + strings.Repeat("a", fits-1) + "\r\n é",
		strings.Repeat("a", fits-2) + "éb":  "SUMMARY:" + strings.Repeat("a", fits-2) + "é\r\n b",
		strings.Repeat("a", fits-3) + "🏃bc": "SUMMARY:" + strings.Repeat("a", fits-3) + "\r\n 🏃bc",
		strings.Repeat("a", 2*fits+7+1):     "SUMMARY:" + strings.Repeat("a", fits) + "\r\n " + strings.Repeat("a", web.MaxCalendarLine-1) + "\r\n " + strings.Repeat("a", 2*fits+7+1-fits-web.MaxCalendarLine+1),
	} {
		h.plan(t, fund.SchedulePatch{Name: fund.Some(name), StartsAt: fund.Some(h.Clock.Now())})
		body := h.donor().get("/@ana/run/schedule.ics").body
		linesOf(t, body)
		if !strings.Contains(body, "\r\n"+want+"\r\nURL:") {
			t.Errorf("%q: got\n%q\nwant %q", name, body, want)
		}
	}
}

// TestACalendarWithoutItems wants a calendar that programs take, so that they learn what will be planned.
func TestACalendarWithoutItems(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	got := h.donor().get("/@ana/run/schedule.ics")
	lines := linesOf(t, got.body)
	want := "BEGIN:VTIMEZONE TZID:UTC BEGIN:STANDARD DTSTART:19700101T000000 TZOFFSETFROM:+0000 TZOFFSETTO:+0000 END:STANDARD END:VTIMEZONE END:VCALENDAR"
	if got.StatusCode != 200 || !strings.HasSuffix(strings.Join(lines, " "), want) || strings.Contains(got.body, "VEVENT") {
		t.Errorf("got %d\n%s\nwant a calendar without events", got.StatusCode, got.body)
	}
	if got := h.donor().get("/cause/water/schedule.ics"); got.StatusCode != 404 {
		t.Errorf("got %d of a cause, want 404", got.StatusCode)
	}
}
