package dash

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// schedules reports whether somebody changes the schedule.
func schedules(r app.FactRights) bool { return r.Schedule }

func (s *Server) schedule() partKind {
	set := func(f *fields, i fund.ScheduleItem) {
		f.line("name", "dash.part.name", i.Name)
		f.lines("description", "dash.part.description", i.Description).Optional = true
		f.moment("starts_at", "dash.schedule.starts", i.StartsAt)
		f.moment("ends_at", "dash.part.ends", i.EndsAt).Optional = true
	}
	patch := func(in sent) fund.SchedulePatch {
		return fund.SchedulePatch{Name: in.text("name"), Description: in.text("description"), StartsAt: in.moment("starts_at"), EndsAt: in.moment("ends_at")}
	}
	return partKind{
		Path: "schedule", param: "item", list: "schedule", Heading: "fact.schedule", None: "dash.schedule.none", Add: "dash.schedule.add", change: "dash.schedule.change", may: schedules,
		rows: func(ctx context.Context, p place, f *fields) ([]partRow, error) {
			all, err := s.app.Schedule(ctx, p.seen, everything)
			rows := make([]partRow, len(all))
			for i, one := range all {
				rows[i] = partRow{ID: one.ID.String(), Name: one.Name, Text: f.locale.Instant(one.StartsAt.In(f.zone))}
			}
			return rows, err
		},
		blank: func(f *fields) { set(f, fund.ScheduleItem{}) },
		find: func(ctx context.Context, a *app.App, p place, id fund.ID, f *fields) (found, error) {
			one, err := a.GetScheduleItem(ctx, p.actor, fund.Key{ID: id})
			set(f, one)
			return found{name: one.Name, fact: one.FactID}, err
		},
		create: func(ctx context.Context, p place, actor app.Actor, in sent) error {
			_, err := s.app.CreateScheduleItem(ctx, actor, p.key(), patch(in))
			return err
		},
		update: func(ctx context.Context, actor app.Actor, id fund.ID, in sent) error {
			_, err := s.app.UpdateScheduleItem(ctx, actor, app.ScheduleKey{Item: fund.Key{ID: id}}, patch(in))
			return err
		},
		deeds: []partDeed{deleting(func(ctx context.Context, actor app.Actor, key fund.Key) error {
			return s.app.DeleteScheduleItem(ctx, actor, app.ScheduleKey{Item: key})
		})},
	}
}
