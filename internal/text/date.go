package text

import (
	"html/template"
	"strconv"
	"time"
)

// months are the names of the months in dates, January first.
var months = [...]ID{
	"date.january", "date.february", "date.march", "date.april", "date.may", "date.june", "date.july", "date.august", "date.september",
	"date.october", "date.november", "date.december",
}

// The orders in which a language writes a date.
const (
	dayOrder     ID = "date.day"
	instantOrder ID = "date.instant"
)

// Day is the day of an instant in UTC, in words that say so: "2 November 2026 (UTC)". With Instant it is the only format of dates for people;
// amounts and numbers are money.Locale's.
func (t *Texts) Day(at time.Time) string { return t.date(dayOrder, at.UTC()) }

// Instant is an instant in UTC to the minute, in words that say so: "2 November 2026, 15:04 UTC".
func (t *Texts) Instant(at time.Time) string { return t.date(instantOrder, at.UTC()) }

// Moment is Instant as HTML that programs can read too.
func (t *Texts) Moment(at time.Time) template.HTML {
	return template.HTML(`<time datetime="` + at.UTC().Format(time.RFC3339) + `">` + //nolint:gosec // an instant, and an escaped text
		template.HTMLEscapeString(t.Instant(at)) + "</time>")
}

func (t *Texts) date(order ID, at time.Time) string {
	return t.Text(order, "Day", strconv.Itoa(at.Day()), "Month", t.Text(months[at.Month()-time.January]),
		"Year", strconv.Itoa(at.Year()), "Time", at.Format("15:04"))
}
