package dash

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

// timerStep is by how much a button changes a timer.
const timerStep = 5 * time.Minute

// timers are the timers of the stage of a fact.
func (s *Server) timers() partKind {
	return partKind{
		Path: "timers", param: "timer", list: "stage", Heading: "dash.timers", None: "dash.timers.none", Add: "dash.timers.add", change: "dash.timer.change", may: stages,
		rows: func(ctx context.Context, p place, f *fields) ([]partRow, error) {
			all, err := s.app.Timers(ctx, p.seen, everything)
			rows := make([]partRow, len(all))
			for i, one := range all {
				rows[i] = partRow{ID: one.ID.String(), Name: one.Name, Text: f.timerState(one, s.app.Now())}
			}
			return rows, err
		},
		blank: func(f *fields) { f.timer(fund.Timer{Length: time.Hour, Factor: 1}) },
		find: func(ctx context.Context, a *app.App, p place, id fund.ID, f *fields) (found, error) {
			one, err := a.GetTimer(ctx, p.actor, fund.Key{ID: id})
			f.timer(one)
			return found{name: one.Name, fact: one.FactID}, err
		},
		create: func(ctx context.Context, p place, actor app.Actor, in sent) error {
			_, err := s.app.CreateTimer(ctx, actor, p.key(), timerPatch(in))
			return err
		},
		update: func(ctx context.Context, actor app.Actor, id fund.ID, in sent) error {
			_, err := s.app.UpdateTimer(ctx, actor, fund.Key{ID: id}, timerPatch(in))
			return err
		},
		deeds: []partDeed{deleting(s.app.DeleteTimer)},
		beside: func(l *text.Locale, p place, id fund.ID) []deed {
			return []deed{{p.Base() + deskTimersPath + "/" + id.String(), l.Text("dash.timer.run")}}
		},
	}
}

// timerState says how a timer is.
func (f *fields) timerState(t fund.Timer, now time.Time) string {
	switch t.StateAt(now) {
	case fund.TimerRunning:
		return f.locale.Text("dash.timer.running", "Time", f.locale.Instant(t.EndsAt.In(f.zone)))
	case fund.TimerPaused:
		return f.locale.Text("dash.timer.paused", "Left", fund.ClockText(t.Left))
	case fund.TimerOver:
		return f.locale.Text("dash.timer.over")
	default:
		return f.locale.Text("dash.timer.off")
	}
}

// timer are the fields of a timer. None has the name of something that forms have in scripts, such as length or matches: it would take its place.
func (f *fields) timer(t fund.Timer) {
	in := func(name string, label text.ID, d, unit time.Duration) *input {
		number := int64(d / unit)
		return f.count(name, label, &number)
	}
	f.line("name", "dash.name", t.Name)
	in("starting_length", "dash.timer.length", t.Length, time.Minute)
	unit := in("per_unit", "dash.timer.per_unit", t.PerUnit, time.Second)
	unit.Label = f.locale.Text("dash.timer.per_unit", "Currency", f.currency)
	f.hint(unit, "dash.timer.per_unit.hint")
	in("per_donation", "dash.timer.per_donation", t.PerDonation, time.Second)
	f.hint(in("max_length", "dash.timer.max", t.MaxLength, time.Minute), "dash.timer.max.hint")
	f.moment("latest_end", "dash.timer.latest", t.LatestEnd).Optional = true
	f.hint(f.count("factor", "dash.timer.factor", &t.Factor), "dash.timer.factor.hint")
	f.moment("factor_from", "dash.timer.from", t.FactorFrom).Optional = true
	f.moment("factor_until", "dash.timer.until", t.FactorUntil).Optional = true
	f.check("offline", "dash.timer.offline", t.Offline)
	f.check("matching", "dash.timer.matches", t.Matches)
	f.hint(f.check("refunds", "dash.timer.refunds", t.Refunds), "dash.timer.refunds.hint")
}

// timerPatch is what a form about a timer says.
func timerPatch(in sent) fund.TimerPatch {
	return fund.TimerPatch{
		Name: in.text("name"), Length: in.length("starting_length", time.Minute), PerUnit: in.length("per_unit", time.Second), PerDonation: in.length("per_donation", time.Second),
		MaxLength: in.length("max_length", time.Minute), LatestEnd: in.moment("latest_end"), Factor: in.number("factor"), FactorFrom: in.moment("factor_from"),
		FactorUntil: in.moment("factor_until"), Offline: in.flag("offline"), Matches: in.flag("matching"), Refunds: in.flag("refunds"),
	}
}
