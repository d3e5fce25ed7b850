package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// workRows says which rows w of a table are work, and from when on: due is the condition that one is, whose ? is the present instant, and
// at the column by which those that waited longest come first.
type workRows struct{ table, id, due, at string }

var works = map[fund.Work]workRows{
	fund.WorkProviderEvent: {"notices", "w.id", "w.due_at <= ?", "w.due_at"},
	fund.WorkPayment:       {"payments", "w.donation_id", "w.due_at <= ?", "w.due_at"},
	fund.WorkMatch:         {"donation_matches", "w.id", "w.completed_at IS NULL AND (w.ends_at <= ? OR " + usedUp("w") + ")", "w.ends_at"},
	fund.WorkRelease:       {"donations", "w.id", "w.release_at <= ? AND w.completed_at IS NOT NULL", "w.release_at"},
	fund.WorkClaim:         {"reward_claims", "w.id", "w.erase_at <= ?", "w.erase_at"},
	fund.WorkErasure:       {"erasures", "w.donation_id", "w.due_at <= ?", "w.due_at"},
	fund.WorkKeptReceipt:   {"receipts_kept", "w.donation_id", "w.delete_at <= ?", "w.delete_at"},
	fund.WorkCase:          {"cases", "w.id", "w.remind_at <= ?", "w.remind_at"},
	fund.WorkEnding:        {endingRows, "w.id", "w.ends_at <= ?", "w.ends_at"},
	fund.WorkGrant:         {"fact_grants", "w.id", "w.ended_at IS NULL AND w.ends_at <= ?", "w.ends_at"},
	fund.WorkApplication:   {"applications", "w.id", "w.unused_at <= ?", "w.unused_at"},
	fund.WorkDeletion:      {"account_deletions", "w.user_id", "w.due_at <= ?", "w.due_at"},
	fund.WorkCharity:       {"charity_invitations", "w.id", "w.due_at <= ?", "w.due_at"},
	fund.WorkAlarm:         {"alarms", "w.id", "w.due_at <= ?", "w.due_at"},
	fund.WorkDelivery:      {"webhook_endpoints", "w.id", firstDue + " <= CASE WHEN w.deactivated_at IS NULL THEN ? ELSE 9223372036854775807 END", firstDue},
	fund.WorkPicture:       {"picture_uses", "w.id", "w.remove_at <= ?", "w.remove_at"},
	fund.WorkLog:           {"events", "w.subject", oldestDue, "w.at"},
	fund.WorkMail:          {"mails", "w.id", "w.due_at <= ?", "w.due_at"},
}

// firstDue is when the first delivery of a webhook endpoint is due; those of one that was deactivated are stopped at once. A whole endpoint is worked on at once, so that a slow one takes as much as
// any other.
const firstDue = "(SELECT MIN(d.due_at) FROM webhook_deliveries d WHERE d.endpoint_id = w.id AND d.due_at IS NOT NULL)"

// oldestDue holds for the oldest event when it can be deleted: a piece of the log is one row of work, because its subject is of no matter.
var oldestDue = fmt.Sprintf("w.position = (SELECT MIN(position) FROM events) AND w.at <= ? - %d AND w.position <= %s",
	fund.EventRetention.Microseconds(), prunable)

// WorkCounted is the highest count of due rows.
const WorkCounted = 10_000

// selecting starts a query of the rows that are due.
func (r workRows) selecting(what string, now time.Time) *statement {
	return selecting("SELECT "+what+" FROM "+r.table+" w").and(r.due, micros(now))
}

// unleased adds that nobody works on the row.
func (s *statement) unleased(kind fund.Work, r workRows, now time.Time) *statement {
	return s.and("NOT EXISTS (SELECT 1 FROM leases l WHERE l.kind = ? AND l.id = "+r.id+" AND l.until > ?)", string(kind), micros(now))
}

// DueWork lists rows that are due and that nobody works on, those that waited longest first.
func (q Queries) DueWork(ctx context.Context, kind fund.Work, now time.Time, limit int) ([]fund.ID, error) {
	r := works[kind]
	s := r.selecting(r.id, now).unleased(kind, r, now).then("ORDER BY "+r.at+" LIMIT ?", limit)
	ids, err := list(ctx, q.db, s, scanID)
	if err != nil {
		return nil, fmt.Errorf("due work of the kind %s: %w", kind, err)
	}
	return ids, nil
}

func scanID(r row) (id fund.ID, err error) {
	err = r.Scan(&id)
	return id, err
}

// CountWork counts the rows that are due, up to WorkCounted, whether somebody works on them or not, and gives since when the oldest of
// them is; the zero time for none.
func (q Queries) CountWork(ctx context.Context, kind fund.Work, now time.Time) (due int, oldest time.Time, err error) {
	r := works[kind]
	s := r.selecting(r.at+" AS at", now).then("ORDER BY "+r.at+" LIMIT ?", WorkCounted)
	var first sql.NullInt64
	text := "SELECT COUNT(*), MIN(at) FROM (" + s.String() + ") AS due"
	if err := q.db.QueryRowContext(ctx, text, s.args...).Scan(&due, &first); err != nil {
		return 0, time.Time{}, fmt.Errorf("count work of the kind %s: %w", kind, err)
	}
	return due, fromMicros(first.Int64), nil
}

// WorkClaim asks for work.
type WorkClaim struct {
	Work   fund.Work
	Holder string
	Now    time.Time
	// Until is when the new leases expire, Limit how many there are at most.
	Until time.Time
	Limit int
	// Done are leases of the holder that it needs no more. Each is changed to what it says here, so that a row that is still due is not
	// claimed again at once.
	Done []fund.Lease
}

// ClaimWork leases rows that are due and that nobody works on to a holder, those that waited longest first. Each row has one holder at a
// time, on whatever node, and was still due when the lease began. A lease of the holder ends early when its row is no longer due.
func (s *Store) ClaimWork(ctx context.Context, c WorkClaim) (leases []fund.Lease, err error) {
	// It has a transaction of its own: in a group it would keep its rows locked while other work waits.
	err = s.lanes[0].submit(ctx, &job{alone: true, run: func(ctx context.Context, t *Tx) error {
		if err := t.restLeases(ctx, c); err != nil {
			return err
		}
		claimed, err := t.takeLeases(ctx, c)
		if err != nil {
			return err
		}
		ended, err := t.endLeases(ctx, c)
		leases = slices.DeleteFunc(claimed, func(l fund.Lease) bool { return slices.Contains(ended, l.ID) })
		return err
	}})
	if err != nil {
		return nil, fmt.Errorf("claim work of the kind %s: %w", c.Work, err)
	}
	return leases, nil
}

// restLeases changes the leases that the holder needs no more.
func (t *Tx) restLeases(ctx context.Context, c WorkClaim) error {
	statements := make([]batchStatement, len(c.Done))
	for i, l := range c.Done {
		statements[i] = batchStatement{
			text: "UPDATE leases SET until = $1, failures = $2 WHERE kind = $3 AND id = $4 AND holder = $5",
			args: []any{micros(l.Until), int64(l.Failures), string(c.Work), l.ID, c.Holder},
		}
	}
	return t.store.dialect.run(ctx, t, statements...)
}

// takeLeases leases rows in the order of their ids, so that two nodes never wait for each other. Who waited sees that the other was faster.
func (t *Tx) takeLeases(ctx context.Context, c WorkClaim) ([]fund.Lease, error) {
	r := works[c.Work]
	due := r.selecting(r.id+" AS id", c.Now).unleased(c.Work, r, c.Now).then("ORDER BY "+r.at+" LIMIT ?", c.Limit)
	s := due.asTable("due", "id", "INSERT INTO leases (kind, id, holder, until)").
		then("SELECT CAST(? AS TEXT), id, CAST(? AS TEXT), CAST(? AS BIGINT) FROM due WHERE TRUE ORDER BY id", string(c.Work), c.Holder, micros(c.Until)).
		then(`ON CONFLICT (kind, id) DO UPDATE SET holder = excluded.holder, until = excluded.until WHERE leases.until <= ?
			RETURNING id, failures`, micros(c.Now))
	return list(ctx, t.db, s, func(r row) (fund.Lease, error) {
		l := fund.Lease{Work: c.Work, Holder: c.Holder, Until: c.Until}
		err := r.Scan(&l.ID, &l.Failures)
		return l, err
	})
}

// RenewLeases keeps leases of a holder, which have not expired, until another instant. Those that it has lost stay lost.
func (s *Store) RenewLeases(ctx context.Context, c WorkClaim, rows []fund.ID) error {
	err := s.lanes[0].submit(ctx, &job{alone: true, run: func(ctx context.Context, t *Tx) error {
		statements := make([]batchStatement, len(rows))
		for i, id := range rows {
			statements[i] = batchStatement{
				text: "UPDATE leases SET until = $1 WHERE kind = $2 AND id = $3 AND holder = $4 AND until > $5",
				args: []any{micros(c.Until), string(c.Work), id, c.Holder, micros(c.Now)},
			}
		}
		return t.store.dialect.run(ctx, t, statements...)
	}})
	if err != nil {
		return fmt.Errorf("renew leases of the kind %s: %w", c.Work, err)
	}
	return nil
}

// endLeases ends leases of the holder on rows that are not due. Somebody may have finished one between the look for due rows and the
// lease.
func (t *Tx) endLeases(ctx context.Context, c WorkClaim) ([]fund.ID, error) {
	r := works[c.Work]
	s := selecting("DELETE FROM leases").and("kind = ?", string(c.Work)).and("holder = ?", c.Holder).
		and("NOT EXISTS (SELECT 1 FROM "+r.table+" w WHERE "+r.id+" = leases.id AND "+r.due+")", micros(c.Now)).then("RETURNING id")
	return list(ctx, t.db, s, scanID)
}

// DropLeases ends all leases of a holder on work of a kind, so that others need not wait until they expire.
func (s *Store) DropLeases(ctx context.Context, kind fund.Work, holder string) error {
	err := s.lanes[0].submit(ctx, &job{alone: true, run: func(ctx context.Context, t *Tx) error {
		_, err := t.db.ExecContext(ctx, "DELETE FROM leases WHERE kind = $1 AND holder = $2", string(kind), holder)
		return err
	}})
	if err != nil {
		return fmt.Errorf("leases of %s: %w", holder, err)
	}
	return nil
}

// DropLease ends the lease of one row, whoever holds it.
func (t *Tx) DropLease(ctx context.Context, kind fund.Work, id fund.ID) error {
	_, err := t.db.ExecContext(ctx, "DELETE FROM leases WHERE kind = $1 AND id = $2", string(kind), id)
	if err != nil {
		return fmt.Errorf("lease of %s %s: %w", kind, id, err)
	}
	return nil
}

// DropExpiredLeases ends the leases that expired before an instant, which nodes that were killed left behind.
func (s *Store) DropExpiredLeases(ctx context.Context, before time.Time) error {
	err := s.lanes[0].submit(ctx, &job{alone: true, run: func(ctx context.Context, t *Tx) error {
		_, err := t.db.ExecContext(ctx, "DELETE FROM leases WHERE until < $1", micros(before))
		return err
	}})
	if err != nil {
		return fmt.Errorf("expired leases: %w", err)
	}
	return nil
}
