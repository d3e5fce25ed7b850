package web

import (
	"bytes"
	"net/http"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// maxCalendarLine is how many octets a line of a calendar has at most, without its end (RFC 5545, section 3.1).
const maxCalendarLine = 75

// calendar is what iCalendar (RFC 5545) writes: the modules that write it let carriage returns of texts through.
type calendar struct{ bytes.Buffer }

// schedule is the calendar of a fact's schedule: an empty one where nothing is planned, so that programs that follow it learn what comes.
func (s *Site) schedule(r *http.Request, seen app.Seen) (view, error) {
	f := seen.Fact()
	items, err := s.app.Schedule(r.Context(), seen, everything)
	if err != nil {
		return view{}, err
	}
	var c calendar
	c.line("BEGIN", "VCALENDAR")
	c.line("VERSION", "2.0")
	c.line("PRODID", "-//Almoner//Schedule//EN")
	c.text("NAME", f.Name)
	c.text("X-WR-CALNAME", f.Name)                          // what programs read that do not know NAME (RFC 7986)
	c.text("X-WR-TIMEZONE", fund.Zone(f.TimeZone).String()) // for programs that do not ask where their reader is: all times are in UTC
	if len(items) == 0 {
		c.zone()
	}
	for _, item := range items {
		c.event(item, s.PageOf(f))
	}
	c.line("END", "VCALENDAR")
	return view{contentType: "text/calendar; charset=utf-8", raw: c.Bytes()}, nil
}

// zone adds UTC as a time zone: a calendar has one component at least (RFC 5545, section 3.6).
func (c *calendar) zone() {
	c.line("BEGIN", "VTIMEZONE")
	c.line("TZID", "UTC")
	c.line("BEGIN", "STANDARD")
	c.line("DTSTART", "19700101T000000")
	c.line("TZOFFSETFROM", "+0000")
	c.line("TZOFFSETTO", "+0000")
	c.line("END", "STANDARD")
	c.line("END", "VTIMEZONE")
}

// event adds an item of a schedule that the page at an address shows.
func (c *calendar) event(item fund.ScheduleItem, page string) {
	start, end := calendarTime(item.StartsAt), calendarTime(item.EndsAt)
	c.line("BEGIN", "VEVENT")
	c.line("UID", item.ID.String())
	c.line("DTSTAMP", calendarTime(item.UpdatedAt))
	c.line("DTSTART", start)
	if !item.EndsAt.IsZero() && end > start {
		c.line("DTEND", end)
	}
	c.text("SUMMARY", item.Name)
	if item.Description != "" {
		c.text("DESCRIPTION", item.Description)
	}
	c.line("URL", page+"#schedule")
	c.line("END", "VEVENT")
}

// calendarTime is an instant in UTC. Later ones of the same length sort behind.
func calendarTime(at time.Time) string { return at.UTC().Format("20060102T150405Z") }

// calendarSigns escapes what ends or parts values.
var calendarSigns = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`, "\r", `\n`)

// text adds a property whose value is a text.
func (c *calendar) text(name, value string) {
	value = calendarSigns.Replace(strings.ToValidUTF8(value, string(utf8.RuneError)))
	c.line(name, strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\t' {
			return -1
		}
		return r
	}, value))
}

// line adds a property, folded where it is too long: never within a letter.
func (c *calendar) line(name, value string) {
	rest := name + ":" + value
	for room := maxCalendarLine; len(rest) > room; room = maxCalendarLine - len(" ") {
		cut := room
		for !utf8.RuneStart(rest[cut]) {
			cut--
		}
		_, _ = c.WriteString(rest[:cut] + "\r\n ")
		rest = rest[cut:]
	}
	_, _ = c.WriteString(rest + "\r\n")
}
