package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectAlarm = "SELECT id, check_name, node, urgent, text, fix, began_at, seen_at, ended_at, due_at, begin_posted FROM alarms"

func scanAlarm(r row) (a fund.Alarm, err error) {
	err = r.Scan(&a.ID, &a.Check, &a.Node, &a.Urgent, &a.Text, &a.Fix, instant{&a.BeganAt}, instant{&a.SeenAt}, instant{&a.EndedAt}, instant{&a.DueAt}, &a.BeginPosted)
	return a, err
}

// OpenAlarms lists what is wrong now, by check and node: one row for each at most.
func (q Queries) OpenAlarms(ctx context.Context) ([]fund.Alarm, error) {
	all, err := list(ctx, q.db, selecting(selectAlarm).and("ended_at IS NULL").then("ORDER BY check_name, node"), scanAlarm)
	if err != nil {
		return nil, fmt.Errorf("open alarms: %w", err)
	}
	return all, nil
}

// ListAlarms lists alarms, open or over, by id: the order in which they began.
func (q Queries) ListAlarms(ctx context.Context, page fund.Page) ([]fund.Alarm, error) {
	all, err := keysetPage(ctx, q.db, selecting(selectAlarm), byID("id"), page, scanAlarm)
	if err != nil {
		return nil, fmt.Errorf("list alarms: %w", err)
	}
	return all, nil
}

// GetAlarm finds an alarm.
func (q Queries) GetAlarm(ctx context.Context, id fund.ID) (fund.Alarm, error) {
	return one(ctx, q.db, selecting(selectAlarm).and("id = ?", id), scanAlarm, thing{"alarm", id.String()})
}

// BeginAlarm begins an alarm, and reports whether it did: there may be an open one of the same check and node.
func (t *Tx) BeginAlarm(ctx context.Context, a fund.Alarm) (began bool, err error) {
	s := inserting("alarms", columns{
		{"id", a.ID}, {"check_name", a.Check}, {"node", a.Node}, {"urgent", a.Urgent}, {"text", a.Text}, {"fix", a.Fix}, {"began_at", micros(a.BeganAt)},
		{"seen_at", micros(a.SeenAt)}, {"due_at", nullMicros(a.DueAt)}, {"begin_posted", false},
	}).then("ON CONFLICT (check_name, node) WHERE ended_at IS NULL DO NOTHING")
	return t.wrote(ctx, thing{"alarm", a.ID.String()}, s.String(), s.args...)
}

// SeeAlarm keeps an alarm open, as it is now.
func (t *Tx) SeeAlarm(ctx context.Context, a fund.Alarm) error {
	s := updating("alarms", columns{{"urgent", a.Urgent}, {"text", a.Text}, {"fix", a.Fix}, {"seen_at", micros(a.SeenAt)}}).
		and("id = ?", a.ID).and("ended_at IS NULL")
	_, err := t.wrote(ctx, thing{"alarm", a.ID.String()}, s.String(), s.args...)
	return err
}

// EndAlarm ends an alarm that was last seen as before says, and reports whether it did: another node may have ended it, or seen it since.
func (t *Tx) EndAlarm(ctx context.Context, before fund.Alarm, at, due time.Time) (ended bool, err error) {
	s := updating("alarms", columns{{"ended_at", micros(at)}, {"due_at", nullMicros(due)}}).
		and("id = ?", before.ID).and("ended_at IS NULL").and("seen_at = ?", micros(before.SeenAt))
	return t.wrote(ctx, thing{"alarm", before.ID.String()}, s.String(), s.args...)
}

// PostedAlarm records that the webhook was told of the alarm as it was, and when it is to be told next; the zero time for never. An end that came meanwhile stays
// due.
func (t *Tx) PostedAlarm(ctx context.Context, as fund.Alarm, due time.Time) error {
	return t.change(ctx, thing{"alarm", as.ID.String()},
		"UPDATE alarms SET begin_posted = TRUE, due_at = CASE WHEN due_at = $1 THEN $2 ELSE due_at END WHERE id = $3", micros(as.DueAt), nullMicros(due), as.ID)
}

// DropAlarms deletes alarms that were over before an instant.
func (t *Tx) DropAlarms(ctx context.Context, before time.Time) error {
	if _, err := t.db.ExecContext(ctx, "DELETE FROM alarms WHERE ended_at < $1", micros(before)); err != nil {
		return fmt.Errorf("old alarms: %w", err)
	}
	return nil
}
