package command

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// AlarmList lists alarms.
type AlarmList struct {
	Store
	All bool `help:"List those of the last 90 days that are over, too."`
	asLines
}

// Run prints a line for each, the oldest first.
func (c AlarmList) Run(ctx context.Context, t Terminal) error {
	return withApp(ctx, c.DB, func(a *app.App) error {
		if c.All {
			list := func(page fund.Page) ([]fund.Alarm, error) { return a.ListAlarms(ctx, app.System(), page) }
			return each(list, func(alarm fund.Alarm) fund.Cursor { return fund.Cursor{ID: alarm.ID} }, func(alarm fund.Alarm) error { return c.print(t, alarm) })
		}
		open, err := a.OpenAlarms(ctx, app.System())
		for _, alarm := range open {
			err = errors.Join(err, c.print(t, alarm))
		}
		return err
	})
}

func (c AlarmList) print(t Terminal, alarm fund.Alarm) error {
	if c.JSON {
		return printJSON(t.Out, toAlarmJSON(alarm))
	}
	_, err := fmt.Fprintln(t.Out, alarmLine(alarm))
	return err
}

// alarmJSON is an alarm for programs.
type alarmJSON struct {
	ID      string  `json:"id"`
	Check   string  `json:"check"`
	Node    string  `json:"node"`
	Urgent  bool    `json:"urgent"`
	Text    string  `json:"text"`
	Fix     string  `json:"fix"`
	BeganAt *string `json:"began_at"`
	SeenAt  *string `json:"seen_at"`
	EndedAt *string `json:"ended_at"`
}

func toAlarmJSON(a fund.Alarm) alarmJSON {
	return alarmJSON{
		ID: a.ID.String(), Check: a.Check, Node: a.Node, Urgent: a.Urgent, Text: a.Text, Fix: a.Fix,
		BeganAt: instantJSON(a.BeganAt), SeenAt: instantJSON(a.SeenAt), EndedAt: instantJSON(a.EndedAt),
	}
}

// alarmLine is an alarm for people.
func alarmLine(a fund.Alarm) string {
	line := a.Check
	if a.Node != "" {
		line += " on " + a.Node
	}
	line += " since " + a.BeganAt.UTC().Format(time.RFC3339)
	if !a.Open() {
		line += " until " + a.EndedAt.UTC().Format(time.RFC3339)
	}
	return oneLine(line + ": " + a.Text + " " + a.Fix)
}
