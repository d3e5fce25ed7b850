package app

import (
	"context"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// AlarmPoster tells the operators of alarms by something else than mail.
type AlarmPoster interface {
	// PostAlarm tells once that the alarm began, or, when over is set, that it ended. Its error is in words for operators, without the address.
	PostAlarm(ctx context.Context, a fund.Alarm, over bool) error
}

// Sighting is something that a node found wrong.
type Sighting struct {
	// Check and Text, Fix and Urgent are those of a fund.Alarm. Local reports whether it is about the node alone.
	Check, Text, Fix string
	Urgent, Local    bool
	// Again reports whether the node found it before, too: what is seen once begins no alarm.
	Again bool
}

// RaiseAlarms keeps the alarms in step with everything that a node found wrong: new ones begin, and those that are over end. Operators get a mail of each beginning
// and each end, and the webhook is told, once in the cluster. System only.
func (a *App) RaiseAlarms(ctx context.Context, actor Actor, node string, seen []Sighting) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	open, err := a.store.OpenAlarms(ctx)
	if err != nil {
		return err
	}
	next := nextAlarms(open, node, seen, a.Now())
	if len(next.begin)+len(next.see)+len(next.end) == 0 {
		return nil
	}
	return a.write(ctx, actor, fund.ID{}, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		for _, alarm := range next.see {
			alarm.SeenAt = now
			if err := tx.SeeAlarm(ctx, alarm); err != nil {
				return err
			}
		}
		for _, alarm := range next.begin {
			if err := a.beginAlarm(ctx, tx, alarm, now); err != nil {
				return err
			}
		}
		for _, alarm := range next.end {
			if err := a.endAlarm(ctx, tx, alarm, now); err != nil {
				return err
			}
		}
		return tx.DropAlarms(ctx, now.Add(-fund.AlarmKept))
	})
}

// alarmSteps are what is to be done with alarms.
type alarmSteps struct{ begin, see, end []fund.Alarm }

func nextAlarms(open []fund.Alarm, node string, seen []Sighting, now time.Time) (next alarmSteps) {
	still := map[fund.ID]bool{}
	for _, s := range seen {
		alarm := fund.Alarm{Check: s.Check, Urgent: s.Urgent, Text: s.Text, Fix: s.Fix}
		if s.Local {
			alarm.Node = node
		}
		at := slices.IndexFunc(open, func(o fund.Alarm) bool { return o.Check == alarm.Check && o.Node == alarm.Node })
		switch {
		case at >= 0:
			alarm.ID = open[at].ID
			still[alarm.ID] = true
			next.see = append(next.see, alarm)
		case s.Again:
			next.begin = append(next.begin, alarm)
		}
	}
	for _, o := range open {
		if !still[o.ID] && o.Over(node, now) {
			next.end = append(next.end, o)
		}
	}
	return next
}

func (a *App) beginAlarm(ctx context.Context, tx *store.Tx, alarm fund.Alarm, now time.Time) (err error) {
	if alarm.ID, err = a.newID(now); err != nil {
		return err
	}
	alarm.BeganAt, alarm.SeenAt, alarm.DueAt = now, now, a.alarmDue(now)
	began, err := tx.BeginAlarm(ctx, alarm)
	if err != nil || !began {
		return err
	}
	return a.mailOperators(ctx, tx, fund.MailAlarmBegan, alarm.ID, now)
}

func (a *App) endAlarm(ctx context.Context, tx *store.Tx, alarm fund.Alarm, now time.Time) error {
	ended, err := tx.EndAlarm(ctx, alarm, now, a.alarmDue(now))
	if err != nil || !ended {
		return err
	}
	return a.mailOperators(ctx, tx, fund.MailAlarmEnded, alarm.ID, now)
}

// alarmDue is when the webhook is told; never without one.
func (a *App) alarmDue(now time.Time) time.Time {
	if a.alarms == nil {
		return time.Time{}
	}
	return now
}

// postAlarm tells the webhook what is next of an alarm: first its beginning, then its end. After fund.AlarmPostedFor it is told nothing more.
func (a *App) postAlarm(ctx context.Context, id fund.ID) error {
	alarm, err := a.store.GetAlarm(ctx, id)
	if ok, err := found(err); !ok || alarm.DueAt.IsZero() || a.Now().Before(alarm.DueAt) {
		return err
	}
	now := a.Now()
	var next time.Time
	if now.Sub(alarm.DueAt) < fund.AlarmPostedFor {
		if err := a.alarms.PostAlarm(ctx, alarm, alarm.BeginPosted); err != nil {
			return err
		}
		if !alarm.BeginPosted && !alarm.Open() {
			next = now
		}
	}
	return a.write(ctx, background(), alarm.ID, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		return tx.PostedAlarm(ctx, alarm, next)
	})
}

// AlarmMail is what a mail about an alarm says.
type AlarmMail struct {
	Mode fund.Mode
	fund.Alarm

	// Site is the host of the server, Link where operators look at it.
	Site, Link string
}

// alarmMail loads what a mail about an alarm says: an AlarmMail. It is Gone where the alarm is, and of a beginning whose end is known.
func alarmMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	alarm, err := a.store.GetAlarm(ctx, m.About)
	if known, err := found(err); err != nil {
		return nil, err
	} else if !known || m.Kind == fund.MailAlarmBegan && !alarm.Open() {
		return nil, fault.New(fault.Gone, "Not sent: the alarm was over before.")
	}
	return AlarmMail{Mode: a.Mode(ctx), Alarm: alarm, Site: a.accounts.Site, Link: a.accounts.Account}, err
}

// OpenAlarms lists what is wrong with the server now; operators only.
func (a *App) OpenAlarms(ctx context.Context, actor Actor) ([]fund.Alarm, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.OpenAlarms(ctx)
}

// ListAlarms lists alarms, open or over, the latest first; operators only. A cursor is {ID} of an alarm.
func (a *App) ListAlarms(ctx context.Context, actor Actor, page fund.Page) ([]fund.Alarm, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.ListAlarms(ctx, newestFirst(page))
}
