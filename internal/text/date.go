package text

import (
	"html/template"
	"strconv"
	"strings"
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

// zones are the time zones that languages have names of their own for, by their abbreviations in the database of time zones.
var zones = map[string]ID{"CET": "date.zone.cet", "CEST": "date.zone.cest"}

// Day is the day of an instant in the time zone that the instant has, in words that say which: "2 November 2026 (UTC)". With Instant it
// is the only format of dates for people. An instant that has the zone of the machine is written in UTC: nobody chose that zone.
func (l *Locale) Day(at time.Time) string { return l.date(dayOrder, at) }

// Instant is an instant to the minute, in the zone of Day: "2 November 2026, 15:04 UTC".
func (l *Locale) Instant(at time.Time) string { return l.date(instantOrder, at) }

// Moment is Instant as HTML that programs can read too.
func (l *Locale) Moment(at time.Time) template.HTML {
	return template.HTML(`<time datetime="` + at.UTC().Format(time.RFC3339) + `">` + //nolint:gosec // an instant, and an escaped text
		template.HTMLEscapeString(l.Instant(at)) + "</time>")
}

func (l *Locale) date(order ID, at time.Time) string {
	if at.Location() == time.Local {
		at = at.UTC()
	}
	return l.Text(order, "Day", strconv.Itoa(at.Day()), "Month", l.Text(months[at.Month()-time.January]),
		"Year", strconv.Itoa(at.Year()), "Time", at.Format("15:04"), "Zone", l.zone(at))
}

// zone is what people call the time zone of an instant: "CET", or "UTC−05:00" where it has no abbreviation.
func (l *Locale) zone(at time.Time) string {
	name, offset := at.Zone()
	switch id, named := zones[name]; {
	case named:
		return l.Text(id)
	case name != "" && !strings.ContainsAny(name, "+-0123456789"):
		return name
	case offset < 0:
		return "UTC−" + strings.TrimLeft(at.Format("-07:00"), "-")
	default:
		return "UTC" + at.Format("-07:00")
	}
}
