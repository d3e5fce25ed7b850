package dash

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// counters are the counters of the stage of a fact.
func (s *Server) counters() partKind {
	set := func(f *fields, c fund.Counter) {
		f.hint(f.line("name", "dash.name", c.Name), "dash.counter.name.hint")
		starts := f.moment("starts_at", "dash.counter.starts", c.StartsAt)
		starts.Hint, starts.Optional = starts.Hint+" "+f.locale.Text("dash.counter.starts.hint"), true
		f.moment("ends_at", "dash.counter.ends", c.EndsAt).Optional = true
		f.choice("poll_option", "dash.counter.option", idText(c.PollOption))
		f.hint(f.line("via", "dash.counter.via", c.Via), "dash.counter.via.hint").Optional = true
	}
	return partKind{
		Path: "counters", param: "counter", list: "stage", Heading: "dash.counters", None: "dash.counters.none", Add: "dash.counters.add", change: "dash.counter.change", may: stages,
		rows: func(ctx context.Context, p place, f *fields) ([]partRow, error) {
			all, err := s.app.Counters(ctx, p.seen, everything)
			rows := make([]partRow, len(all))
			for i, one := range all {
				rows[i] = f.row(one.ID, one.Name, one.Active(s.app.Now()), f.locale.Amount(one.Raised, one.Currency), f.until(one.EndsAt))
			}
			return rows, err
		},
		blank: func(f *fields) { set(f, fund.Counter{}) },
		find: func(ctx context.Context, a *app.App, p place, id fund.ID, f *fields) (found, error) {
			one, err := a.GetCounter(ctx, p.actor, fund.Key{ID: id})
			set(f, one)
			return found{name: one.Name, fact: one.FactID}, err
		},
		more: s.pickOption,
		create: func(ctx context.Context, p place, actor app.Actor, in sent) error {
			_, err := s.app.CreateCounter(ctx, actor, p.key(), counterPatch(in))
			return err
		},
		update: func(ctx context.Context, actor app.Actor, id fund.ID, in sent) error {
			_, err := s.app.UpdateCounter(ctx, actor, fund.Key{ID: id}, counterPatch(in))
			return err
		},
		deeds: []partDeed{
			s.counterDeed("stop", partDeed{button: "dash.counter.stop", asks: "dash.counter.stop.asks", text: "dash.counter.stop.text"}, func(now time.Time) fund.CounterPatch {
				return fund.CounterPatch{EndsAt: fund.Some(now)}
			}),
			s.counterDeed("again", partDeed{button: "dash.counter.again", asks: "dash.counter.again.asks", text: "dash.counter.again.text"}, func(now time.Time) fund.CounterPatch {
				return fund.CounterPatch{StartsAt: fund.Some(now), EndsAt: fund.Some(time.Time{})}
			}),
			deleting(s.app.DeleteCounter),
		},
	}
}

// counterPatch is what a form about a counter says.
func counterPatch(in sent) fund.CounterPatch {
	patch := fund.CounterPatch{Name: in.text("name"), StartsAt: in.moment("starts_at"), EndsAt: in.moment("ends_at"), Via: in.text("via")}
	if id := in.id("poll_option"); id.Set {
		patch.PollOption = fund.Some(fund.Key{ID: id.Value})
	}
	return patch
}

// counterDeed is a change of a counter as of now.
func (s *Server) counterDeed(path string, d partDeed, patch func(time.Time) fund.CounterPatch) partDeed {
	d.path = path
	d.do = func(ctx context.Context, actor app.Actor, id fund.ID) error {
		_, err := s.app.UpdateCounter(ctx, actor, fund.Key{ID: id}, patch(s.app.Now()))
		return err
	}
	return d
}

// pickOption adds the options of the polls of a fact to the form of a counter. One that is gone stays, if it is chosen.
func (s *Server) pickOption(ctx context.Context, p place, f *fields) error {
	polls, err := s.app.Polls(ctx, p.seen, everything)
	choices := []pick{{"", f.locale.Text("dash.counter.option.all")}}
	for _, poll := range polls {
		for _, o := range poll.Ordered() {
			choices = append(choices, pick{o.ID.String(), poll.Name + ": " + o.Name})
		}
	}
	f.choose("poll_option", choices, "dash.counter.option.gone")
	return err
}

// pickAbout adds the counters and the timers of a fact to the form of an overlay.
func (s *Server) pickAbout(ctx context.Context, p place, f *fields) error {
	choices := []pick{{"", f.locale.Text("dash.overlay.about.newest")}}
	counters, err := s.app.Counters(ctx, p.seen, everything)
	if err != nil {
		return err
	}
	for _, one := range counters {
		choices = append(choices, pick{one.ID.String(), one.Name})
	}
	timers, err := s.app.Timers(ctx, p.seen, everything)
	for _, one := range timers {
		choices = append(choices, pick{one.ID.String(), one.Name})
	}
	f.choose("about", choices, "dash.overlay.about.newest")
	return err
}
