package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// readable leaves out donations that may not be read aloud, as fund.Donation.Readable does. The index of those that wait has the same conditions.
func readable(s *statement) *statement {
	return s.and("d.listed").and("d.completed_at IS NOT NULL").and("d.screening IN ('shown', 'host_only')")
}

// ListUnread lists the donations to a fact since an instant that wait to be read aloud: first those that were moved to the front, the first of them first,
// then the others, the oldest first. With a group of the screening only those that are marked with it.
func (q Queries) ListUnread(ctx context.Context, fact, group fund.ID, since time.Time, limit int) ([]fund.Reading, error) {
	sent := readable(selecting(selectReading+"FROM readings r JOIN donations d ON d.id = r.donation_id").and("r.fact_id = ?", fact).and("r.sent_at IS NOT NULL")).
		and("d.read_at IS NULL").andID(isMarked, group).then("ORDER BY r.sent_at, r.donation_id LIMIT ?", limit)
	all, err := q.readings(ctx, sent)
	if err != nil || len(all) == limit {
		return all, err
	}
	others := readable(selecting(selectReading+"FROM donations d LEFT JOIN readings r ON r.donation_id = d.id").and("d.fact_id = ?", fact)).and("d.read_at IS NULL").
		and("r.sent_at IS NULL").and("d.completed_at >= ?", micros(since)).andID(isMarked, group).then("ORDER BY d.completed_at, d.id LIMIT ?", limit-len(all))
	rest, err := q.readings(ctx, others)
	return append(all, rest...), err
}

// CountUnread counts the donations to a fact since an instant that wait to be read aloud, at most to a number.
func (q Queries) CountUnread(ctx context.Context, fact fund.ID, since time.Time, most int) (int, error) {
	ids, err := list(ctx, q.db, readable(selecting("SELECT d.id FROM donations d").and("d.fact_id = ?", fact)).and("d.read_at IS NULL").
		and("d.completed_at >= ?", micros(since)).then("LIMIT ?", most), scanID)
	if err != nil {
		return 0, fmt.Errorf("unread donations of fact %s: %w", fact, err)
	}
	return len(ids), nil
}

// ListPinned lists the donations to a fact that are pinned, the first one first.
func (q Queries) ListPinned(ctx context.Context, fact fund.ID, limit int) ([]fund.Reading, error) {
	return q.readings(ctx, readable(selecting(selectReading+"FROM readings r JOIN donations d ON d.id = r.donation_id").and("r.fact_id = ?", fact)).
		and("r.pinned_at IS NOT NULL").then("ORDER BY r.pinned_at, r.donation_id LIMIT ?", limit))
}

// ListRead lists the donations to a fact that were read aloud, the last one first.
func (q Queries) ListRead(ctx context.Context, fact fund.ID, limit int) ([]fund.Reading, error) {
	return q.readings(ctx, readable(selecting(selectReading+"FROM donations d LEFT JOIN readings r ON r.donation_id = d.id").and("d.fact_id = ?", fact)).
		and("d.read_at IS NOT NULL").then("ORDER BY d.read_at DESC, d.id DESC LIMIT ?", limit))
}

const isMarked = "EXISTS (SELECT 1 FROM screening_marks m WHERE m.donation_id = d.id AND m.group_id = ?)"

const selectReading = "SELECT d.id, r.sent_at, r.pinned_at, d.read_at "

// readings reads what a statement lists, in its order.
func (q Queries) readings(ctx context.Context, s *statement) ([]fund.Reading, error) {
	all, err := list(ctx, q.db, s, func(r row) (one fund.Reading, err error) {
		err = r.Scan(&one.ID, instant{&one.SentAt}, instant{&one.PinnedAt}, instant{&one.ReadAt})
		return one, err
	})
	if err != nil {
		return nil, fmt.Errorf("readings: %w", err)
	}
	ids := make([]fund.ID, len(all))
	for i, one := range all {
		ids[i] = one.ID
	}
	donations, err := q.DonationsByID(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("donations of readings: %w", err)
	}
	by := make(map[fund.ID]fund.Donation, len(donations))
	for _, d := range donations {
		by[d.ID] = d
	}
	shown := all[:0]
	for _, one := range all {
		d := by[one.ID]
		if !d.Readable() { // hidden since the list was read
			continue
		}
		r := d.Reading()
		r.SentAt, r.PinnedAt, r.ReadAt = one.SentAt, one.PinnedAt, one.ReadAt
		shown = append(shown, r)
	}
	return shown, nil
}

// ReadDonation writes that a donation was read aloud, and by which user or grant, and reports whether it was waiting for that: of two who say so at once only one is
// the first.
func (t *Tx) ReadDonation(ctx context.Context, d fund.Donation, by fund.ID, now time.Time) (bool, error) {
	first, err := t.reads(ctx, "UPDATE donations SET read_at = $1 WHERE id = $2 AND read_at IS NULL AND listed AND screening IN ('shown', 'host_only')", micros(now), d.ID)
	if err != nil || !first {
		return false, orReading(err, d.ID)
	}
	_, err = t.db.ExecContext(ctx, `INSERT INTO readings (donation_id, fact_id, read_by) VALUES ($1, $2, $3)
		ON CONFLICT (donation_id) DO UPDATE SET read_by = excluded.read_by, sent_at = NULL`, d.ID, d.Fact.ID, by)
	return true, orReading(err, d.ID)
}

// UnreadDonation takes back that a donation was read aloud, and reports whether it was. It then comes before those that were moved to the front since.
func (t *Tx) UnreadDonation(ctx context.Context, d fund.Donation) (bool, error) {
	was, err := t.reads(ctx, "UPDATE donations SET read_at = NULL WHERE id = $1 AND read_at IS NOT NULL", d.ID)
	if err != nil || !was {
		return false, orReading(err, d.ID)
	}
	_, err = t.db.ExecContext(ctx, "UPDATE readings SET read_by = NULL, sent_at = $1 WHERE donation_id = $2", micros(d.CompletedAt), d.ID)
	return true, orReading(err, d.ID)
}

// WasRead reports whether a donation was read aloud.
func (q Queries) WasRead(ctx context.Context, id fund.ID) (read bool, err error) {
	err = q.db.QueryRowContext(ctx, "SELECT read_at IS NOT NULL FROM donations WHERE id = $1", id).Scan(&read)
	return read, orReading(err, id)
}

// SendToReader moves a donation to the front of those that wait to be read aloud, behind those that were moved there before.
func (t *Tx) SendToReader(ctx context.Context, d fund.Donation, now time.Time) error {
	_, err := t.db.ExecContext(ctx, `INSERT INTO readings (donation_id, fact_id, sent_at) VALUES ($1, $2, $3)
		ON CONFLICT (donation_id) DO UPDATE SET sent_at = excluded.sent_at`, d.ID, d.Fact.ID, micros(now))
	return orReading(err, d.ID)
}

// PinReading pins a donation in the view of who reads aloud; the zero time no longer.
func (t *Tx) PinReading(ctx context.Context, d fund.Donation, at time.Time) error {
	_, err := t.db.ExecContext(ctx, `INSERT INTO readings (donation_id, fact_id, pinned_at) VALUES ($1, $2, $3)
		ON CONFLICT (donation_id) DO UPDATE SET pinned_at = excluded.pinned_at`, d.ID, d.Fact.ID, nullMicros(at))
	return orReading(err, d.ID)
}

// CountPinned counts the donations to a fact that are pinned, whether or not they may be read.
func (q Queries) CountPinned(ctx context.Context, fact fund.ID) (int, error) {
	return q.count(ctx, "SELECT COUNT(*) FROM readings WHERE fact_id = $1 AND pinned_at IS NOT NULL", fact)
}

// ReadAllUntil writes that the donations to a fact that wait and came until an instant were read aloud.
func (t *Tx) ReadAllUntil(ctx context.Context, fact fund.ID, until, now time.Time) error {
	_, err := t.db.ExecContext(ctx, `UPDATE donations SET read_at = $1 WHERE fact_id = $2 AND read_at IS NULL AND listed AND completed_at IS NOT NULL
		AND screening IN ('shown', 'host_only') AND completed_at <= $3`, micros(now), fact, micros(until))
	if err != nil {
		return fmt.Errorf("reading of fact %s: %w", fact, err)
	}
	return nil
}

// reads changes when a donation was read, and reports whether there was anything to change.
func (t *Tx) reads(ctx context.Context, query string, args ...any) (bool, error) {
	result, err := t.db.ExecContext(ctx, query, args...)
	if err != nil {
		return false, err
	}
	n, err := result.RowsAffected()
	return n > 0, err
}

func orReading(err error, donation fund.ID) error {
	if err != nil {
		return fmt.Errorf("reading of donation %s: %w", donation, err)
	}
	return nil
}
