package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectAlert = `SELECT a.id, a.stage_id, a.donation_id, a.state, a.lead_id, a.amount, a.sample, a.front, a.ahead, a.position, a.variant, a.queued_at, a.started_at, a.ends_at, a.ended_at FROM alerts a`

func scanAlert(r row) (fund.Alert, error) {
	var a fund.Alert
	var sample fund.AlertSample
	err := r.Scan(&a.ID, &a.StageID, &a.DonationID, &a.State, &a.Lead, &a.Amount, textJSON{&sample}, &a.Front, &a.Ahead, &a.Position, textJSON{&a.Variant}, instant{&a.QueuedAt}, instant{&a.StartedAt}, instant{&a.EndsAt}, instant{&a.EndedAt})
	if a.DonationID.IsZero() {
		a.Sample = &sample
	}
	return a, err
}

func alertRow(a fund.Alert) (columns, error) {
	var sample string
	if a.Sample != nil {
		var err error
		if sample, err = encodeJSON(a.Sample); err != nil {
			return nil, err
		}
	}
	return columns{
		{"id", a.ID}, {"stage_id", a.StageID}, {"donation_id", rawID(&a.DonationID)}, {"state", string(a.State)}, {"amount", a.Amount}, {"sample", sample}, {"front", a.Front},
		{"ahead", a.Ahead}, {"position", a.Position}, {"queued_at", micros(a.QueuedAt)},
	}, nil
}

// GetAlert finds an alert of a stage.
func (q Queries) GetAlert(ctx context.Context, stage, id fund.ID) (fund.Alert, error) {
	return one(ctx, q.db, selecting(selectAlert).and("a.id = ?", id).and("a.stage_id = ?", stage).and("a.state <> ?", string(fund.AlertLeft)), scanAlert, thing{"alert", id.String()})
}

// InsertAlert queues an alert.
func (t *Tx) InsertAlert(ctx context.Context, a fund.Alert) error {
	row, err := alertRow(a)
	if err != nil {
		return err
	}
	return t.insert(ctx, thing{"alert", a.ID.String()}, "alerts", row)
}

// queueOrder is the order in which alerts that wait are shown.
const queueOrder = "ORDER BY a.front DESC, a.ahead DESC, a.position, a.id"

// in adds the condition for a state of alerts. It is spelled out, because the indexes of those that wait and play have it in their own conditions.
func (s *statement) in(state fund.AlertState) *statement {
	return s.and("state = '" + string(state) + "'")
}

// AlertQueue is what waits on a stage.
func (q Queries) AlertQueue(ctx context.Context, stage fund.Stage) (fund.AlertQueue, error) {
	waiting := selecting("SELECT COUNT(*), MIN(CASE WHEN NOT a.front THEN a.queued_at END),").
		then("COUNT(CASE WHEN NOT a.front AND a.amount < ? THEN 1 END) FROM alerts a", stage.Policy.Together).and("a.stage_id = ?", stage.ID).in(fund.AlertQueued)
	var all fund.AlertQueue
	if err := q.db.QueryRowContext(ctx, waiting.String(), waiting.args...).Scan(&all.Waiting, instant{&all.Oldest}, &all.Small); err != nil {
		return all, fmt.Errorf("alerts that wait on stage %s: %w", stage.ID, err)
	}
	if all.Waiting == 0 {
		return all, nil
	}
	first, err := q.ListAlerts(ctx, stage.ID, fund.AlertQueued, 1)
	if len(first) > 0 {
		all.First = &first[0]
	}
	return all, err
}

// ListAlerts lists the first alerts of a stage that are in a state, in the order in which they are shown.
func (q Queries) ListAlerts(ctx context.Context, stage fund.ID, state fund.AlertState, limit int) ([]fund.Alert, error) {
	s := selecting(selectAlert).and("a.stage_id = ?", stage).in(state).then(queueOrder+" LIMIT ?", limit)
	all, err := list(ctx, q.db, s, scanAlert)
	if err != nil {
		return nil, fmt.Errorf("alerts on stage %s: %w", stage, err)
	}
	return all, nil
}

// ListEndedAlerts lists the alerts of a stage that ended last, the latest first: one for each group that was shown together.
func (q Queries) ListEndedAlerts(ctx context.Context, stage fund.ID, limit int) ([]fund.Alert, error) {
	s := selecting(selectAlert).and("a.stage_id = ?", stage).and("a.ended_at IS NOT NULL").and("(a.lead_id IS NULL OR a.lead_id = a.id)").and("a.state <> ?", string(fund.AlertLeft)).
		then("ORDER BY a.ended_at DESC LIMIT ?", limit)
	all, err := list(ctx, q.db, s, scanAlert)
	if err != nil {
		return nil, fmt.Errorf("ended alerts on stage %s: %w", stage, err)
	}
	return all, nil
}

// PlayingAlert finds the alert that leads what was started last on a stage and has not ended; nil for none.
func (q Queries) PlayingAlert(ctx context.Context, stage fund.ID) (*fund.Alert, error) {
	s := selecting(selectAlert).and("a.stage_id = ?", stage).in(fund.AlertPlaying).and("a.lead_id = a.id").then("ORDER BY a.started_at DESC LIMIT 1")
	found, err := list(ctx, q.db, s, scanAlert)
	if err != nil {
		return nil, fmt.Errorf("alert of stage %s: %w", stage, err)
	}
	if len(found) == 0 {
		return nil, nil //nolint:nilnil // none is playing
	}
	return &found[0], nil
}

// LastAlertEnd is when the last alert of a stage ended; the zero time for never.
func (q Queries) LastAlertEnd(ctx context.Context, stage fund.ID) (time.Time, error) {
	var at time.Time
	err := q.db.QueryRowContext(ctx, "SELECT ended_at FROM alerts WHERE stage_id = $1 AND ended_at IS NOT NULL AND lead_id IS NOT NULL ORDER BY ended_at DESC LIMIT 1", stage).Scan(instant{&at})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return at, fmt.Errorf("last alert of stage %s: %w", stage, err)
	}
	return at, nil
}

// StartAlerts starts an alert that waits, and with it those of the group; small are those below the amount.
func (t *Tx) StartAlerts(ctx context.Context, a fund.Alert, with fund.AlertGroup, small int64) error {
	variant, err := encodeJSON(a.Variant)
	if err != nil {
		return err
	}
	s := updating("alerts", columns{
		{"variant", variant}, {"state", string(fund.AlertPlaying)}, {"lead_id", a.Lead}, {"started_at", micros(a.StartedAt)}, {"ends_at", nullMicros(a.EndsAt)}, {"ended_at", nullNumber}, {"front", false},
	}).and("stage_id = ?", a.StageID).in(fund.AlertQueued)
	switch with {
	case fund.AlertAlone:
		s.and("id = ?", a.ID)
	case fund.AlertsSmall:
		s.and("NOT front").and("amount < ?", small)
	case fund.AlertsLate:
		s.and("NOT front").and("queued_at < ?", micros(a.StartedAt.Add(-fund.AlertsTogetherAfter)))
	case fund.AlertsAll:
		s.and("NOT front")
	}
	return t.update(ctx, thing{"alert", a.ID.String()}, s)
}

// DressAlerts writes the variant of the alerts that are shown together with an alert since just now, and when they end.
func (t *Tx) DressAlerts(ctx context.Context, a fund.Alert) error {
	variant, err := encodeJSON(a.Variant)
	if err != nil {
		return err
	}
	return t.changeAlerts(ctx, updating("alerts", columns{{"variant", variant}, {"ends_at", nullMicros(a.EndsAt)}}).and("lead_id = ?", a.Lead).in(fund.AlertPlaying))
}

// EndAlerts ends the alerts of a stage that are playing.
func (t *Tx) EndAlerts(ctx context.Context, stage fund.ID, as fund.AlertState, at time.Time) error {
	return t.changeAlerts(ctx, updating("alerts", columns{{"state", string(as)}, {"ended_at", micros(at)}}).
		and("stage_id = ?", stage).in(fund.AlertPlaying))
}

// PinAlerts has the alerts of a stage that are playing stay until somebody ends them.
func (t *Tx) PinAlerts(ctx context.Context, stage fund.ID) error {
	return t.changeAlerts(ctx, updating("alerts", columns{{"ends_at", nullNumber}}).and("stage_id = ?", stage).in(fund.AlertPlaying))
}

// SkipAlert takes an alert out of the queue.
func (t *Tx) SkipAlert(ctx context.Context, id fund.ID, at time.Time) error {
	return t.changeAlerts(ctx, updating("alerts", columns{{"state", string(fund.AlertSkipped)}, {"ended_at", micros(at)}}).
		and("id = ?", id).in(fund.AlertQueued))
}

// ExpireAlerts takes alerts of donations that were completed before an instant out of the queue of a stage, but for those at the front, and returns how many.
func (t *Tx) ExpireAlerts(ctx context.Context, stage fund.ID, before, at time.Time) (int64, error) {
	s := updating("alerts", columns{{"state", string(fund.AlertSkipped)}, {"ended_at", micros(at)}}).and("stage_id = ?", stage).in(fund.AlertQueued).and("NOT front").
		and("EXISTS (SELECT 1 FROM donations d WHERE d.id = alerts.donation_id AND d.completed_at <= ?)", micros(before))
	done, err := t.db.ExecContext(ctx, s.String(), s.args...)
	if err != nil {
		return 0, fmt.Errorf("alerts that are no news on stage %s: %w", stage, err)
	}
	return done.RowsAffected()
}

// SkipAlerts takes all alerts of a stage out of the queue.
func (t *Tx) SkipAlerts(ctx context.Context, stage fund.ID, at time.Time) error {
	return t.changeAlerts(ctx, updating("alerts", columns{{"state", string(fund.AlertSkipped)}, {"ended_at", micros(at)}}).
		and("stage_id = ?", stage).in(fund.AlertQueued))
}

// QueueAgain queues an alert that has ended once more, before all others, with those that were shown with it.
func (t *Tx) QueueAgain(ctx context.Context, a fund.Alert, at time.Time) error {
	return t.changeAlerts(ctx, updating("alerts", columns{
		{"state", string(fund.AlertQueued)}, {"front", true}, {"queued_at", micros(at)}, {"ended_at", nullNumber}, {"started_at", nullNumber}, {"ends_at", nullNumber},
	}).and("id = ?", a.ID).and("ended_at IS NOT NULL"))
}

// changeAlerts runs an UPDATE of any number of alerts.
func (t *Tx) changeAlerts(ctx context.Context, s *statement) error {
	if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
		return fmt.Errorf("change alerts: %w", err)
	}
	return nil
}

// AlertShown reads what everybody may see of the donations that are shown together with an alert, most of them at most: the largest ones.
func (q Queries) AlertShown(ctx context.Context, a fund.Alert, most int) (fund.AlertShown, error) {
	shown := fund.AlertShown{Alert: a}
	if a.Sample != nil {
		shown.Count, shown.Total = max(1, a.Sample.Count), a.Sample.Amount
		return shown, nil
	}
	of := func(text string) *statement {
		s := selecting(text + shownWithAlerts)
		if a.Lead.IsZero() {
			return s.and("a.id = ?", a.ID).and(seenInAlerts)
		}
		return s.and("a.lead_id = ?", a.Lead).and(seenInAlerts)
	}
	sum := of("SELECT COUNT(*), CAST(COALESCE(SUM(d.amount - d.refunded - d.disputed), 0) AS BIGINT)")
	err := q.db.QueryRowContext(ctx, sum.String(), sum.args...).Scan(&shown.Count, &shown.Total)
	if err == nil {
		shown.Donations, err = list(ctx, q.db, of(publicDonation).then("ORDER BY d.amount DESC, a.position LIMIT ?", most), scanPublicDonation)
	}
	if err != nil {
		return shown, fmt.Errorf("what alert %s shows: %w", a.ID, err)
	}
	return shown, nil
}

// AlertsShown is AlertShown for a list, in as few queries for many as for one. Of an alert that is shown with others it reads how many and how much alone.
func (q Queries) AlertsShown(ctx context.Context, all []fund.Alert) ([]fund.AlertShown, error) {
	shown, at := make([]fund.AlertShown, len(all)), map[fund.ID]*fund.AlertShown{}
	var alone, led []fund.ID
	for i, a := range all {
		one := &shown[i]
		switch one.Alert = a; {
		case a.Sample != nil:
			one.Count, one.Total = max(1, a.Sample.Count), a.Sample.Amount
		case a.Lead.IsZero():
			alone, at[a.ID] = append(alone, a.ID), one
		default:
			led, at[a.Lead] = append(led, a.Lead), one
		}
	}
	err := q.sumAlerts(ctx, led, at)
	led = slices.DeleteFunc(led, func(id fund.ID) bool { return at[id].Count != 1 })
	if err == nil {
		err = q.donationsOfAlerts(ctx, "a.id", alone, at)
	}
	if err == nil {
		err = q.donationsOfAlerts(ctx, "a.lead_id", led, at)
	}
	if err != nil {
		return nil, fmt.Errorf("what alerts show: %w", err)
	}
	return shown, nil
}

// The donations of alerts that everybody may see.
const (
	shownWithAlerts = ` FROM alerts a JOIN donations d ON d.id = a.donation_id`
	seenInAlerts    = `d.listed AND d.screening IN ('', 'shown')`
)

// sumAlerts counts and adds up what is shown with the alerts that lead.
func (q Queries) sumAlerts(ctx context.Context, led []fund.ID, at map[fund.ID]*fund.AlertShown) error {
	return q.ofAlerts(ctx, "SELECT a.lead_id, COUNT(*), CAST(SUM(d.amount - d.refunded - d.disputed) AS BIGINT)", "a.lead_id", led, "GROUP BY a.lead_id", func(r row) error {
		var lead fund.ID
		var count int
		var total int64
		err := r.Scan(&lead, &count, &total)
		if one := at[lead]; one != nil {
			one.Count, one.Total = count, total
		}
		return err
	})
}

// donationsOfAlerts reads the only donation of each of the alerts.
func (q Queries) donationsOfAlerts(ctx context.Context, by string, ids []fund.ID, at map[fund.ID]*fund.AlertShown) error {
	columns := "SELECT " + by + ", d.amount - d.refunded - d.disputed, " + strings.TrimPrefix(publicDonation, "SELECT ")
	return q.ofAlerts(ctx, columns, by, ids, "", func(r row) error {
		var id fund.ID
		var total int64
		d, err := scanPublicDonation(after{r, []any{&id, &total}})
		if one := at[id]; one != nil {
			one.Count, one.Total, one.Donations = 1, total, []fund.PublicDonation{d}
		}
		return err
	})
}

// ofAlerts reads what everybody may see of the donations of alerts, by a column of those.
func (q Queries) ofAlerts(ctx context.Context, columns, by string, ids []fund.ID, rest string, scan func(row) error) error {
	if len(ids) == 0 {
		return nil
	}
	args := padded(idArgs(ids))
	_, err := list(ctx, q.db, selecting(columns+shownWithAlerts).and(by+" IN "+marks(len(args)), args...).and(seenInAlerts).then(rest), func(r row) (struct{}, error) { return struct{}{}, scan(r) })
	return err
}

// after is a row whose first columns are read into first.
type after struct {
	row
	first []any
}

// Scan reads the other columns.
func (a after) Scan(to ...any) error { return a.row.Scan(append(slices.Clone(a.first), to...)...) }

// PruneAlerts deletes alerts that ended before an instant, at most limit.
func (t *Tx) PruneAlerts(ctx context.Context, before time.Time, limit int) (deleted int64, err error) {
	done, err := t.db.ExecContext(ctx, "DELETE FROM alerts WHERE id IN (SELECT id FROM alerts WHERE ended_at < $1 LIMIT $2)", micros(before), limit)
	if err != nil {
		return 0, fmt.Errorf("delete old alerts: %w", err)
	}
	return done.RowsAffected()
}
