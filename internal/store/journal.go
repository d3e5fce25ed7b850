package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

var noticeStep = step{
	text: `INSERT INTO notices (id, provider, notice_id, topic, account, reference, donation_id, header, body, due_at, received_at,
		applied_at)`,
	types: []string{"bytea", "text", "text", "text", "text", "text", "bytea", "text", "bytea", "bigint", "bigint", "bigint"},
	merge: "ON CONFLICT (provider, notice_id) DO NOTHING",
}

// Journal keeps a provider's notice as it came, and returns after that is durable. One that came before is
// kept once: the first id stays.
func (s *Store) Journal(ctx context.Context, n fund.Notice) error {
	row := noticeStep
	row.rows = [][]any{{
		n.ID, n.Provider, n.NoticeID, n.Topic, n.Account, n.Reference, n.DonationID, n.Header, n.Body, nullMicros(n.DueAt),
		micros(n.ReceivedAt), nullMicros(n.AppliedAt),
	}}
	if err := s.lane(n.ID).submit(ctx, &job{put: &row}); err != nil {
		return fmt.Errorf("notice %s of %s: %w", n.NoticeID, n.Provider, err)
	}
	return nil
}

const selectNotice = `SELECT n.id, n.provider, n.notice_id, n.topic, n.account, n.reference, n.donation_id, n.header, n.body, n.problem,
	n.tries, n.due_at, n.received_at, n.applied_at FROM notices n`

// GetNotice finds one notice in the journal.
func (q Queries) GetNotice(ctx context.Context, id fund.ID) (fund.Notice, error) {
	return one(ctx, q.db, selecting(selectNotice).and("n.id = ?", id), scanNotice, thing{"notice", id.String()})
}

// DueNotices lists notices that are to be applied now, those that waited longest first.
func (q Queries) DueNotices(ctx context.Context, now time.Time, limit int) ([]fund.Notice, error) {
	return q.notices(ctx, selecting(selectNotice).and("n.due_at <= ?", micros(now)).then("ORDER BY n.due_at LIMIT ?", limit))
}

// OpenNotices lists notices that have not been applied.
func (q Queries) OpenNotices(ctx context.Context, page fund.Page) ([]fund.Notice, error) {
	s := selecting(selectNotice).and("n.applied_at IS NULL")
	notices, err := keysetPage(ctx, q.db, s, byID("n.id"), page, scanNotice)
	if err != nil {
		return nil, fmt.Errorf("open notices: %w", err)
	}
	return notices, nil
}

// stuck is the condition under which an open notice n needs somebody to look at it: that it was applied was
// tried and failed, or is due and nobody has tried.
const stuck = "(n.tries > 0 OR n.due_at <= ?)"

// StuckNotices lists notices that have not been applied although that was tried, or is due.
// Those that are simply on their way are not among them.
func (q Queries) StuckNotices(ctx context.Context, now time.Time, page fund.Page) ([]fund.Notice, error) {
	s := selecting(selectNotice).and("n.applied_at IS NULL").and(stuck, micros(now))
	notices, err := keysetPage(ctx, q.db, s, byID("n.id"), page, scanNotice)
	if err != nil {
		return nil, fmt.Errorf("stuck notices: %w", err)
	}
	return notices, nil
}

// CountNotices counts the notices that have not been applied, and those of them that StuckNotices lists.
func (q Queries) CountNotices(ctx context.Context, now time.Time) (open, waiting int64, err error) {
	err = q.db.QueryRowContext(ctx, "SELECT COUNT(*), COUNT(*) FILTER (WHERE "+strings.Replace(stuck, "?", "$1", 1)+
		") FROM notices n WHERE n.applied_at IS NULL", micros(now)).Scan(&open, &waiting)
	if err != nil {
		return 0, 0, fmt.Errorf("count notices: %w", err)
	}
	return open, waiting, nil
}

func (q Queries) notices(ctx context.Context, s *statement) ([]fund.Notice, error) {
	notices, err := list(ctx, q.db, s, scanNotice)
	if err != nil {
		return nil, fmt.Errorf("notices: %w", err)
	}
	return notices, nil
}

func scanNotice(r row) (fund.Notice, error) {
	var n fund.Notice
	err := r.Scan(&n.ID, &n.Provider, &n.NoticeID, &n.Topic, &n.Account, &n.Reference, &n.DonationID, &n.Header, &n.Body, &n.Problem,
		&n.Tries, instant{&n.DueAt}, instant{&n.ReceivedAt}, instant{&n.AppliedAt})
	return n, err
}

// PostponeNotice notes why a notice could not be applied, and when to try again; the zero time for when
// somebody asks for it.
func (t *Tx) PostponeNotice(ctx context.Context, id fund.ID, problem string, until time.Time) error {
	_, err := t.db.ExecContext(ctx, "UPDATE notices SET problem = $1, tries = tries + 1, due_at = $2 WHERE id = $3 AND applied_at IS NULL",
		problem, nullMicros(until), id)
	if err != nil {
		return fmt.Errorf("notice %s: %w", id, err)
	}
	return nil
}

// NoticeApplied notes that there is nothing left to do about a notice.
func (t *Tx) NoticeApplied(ctx context.Context, id fund.ID) error {
	applied := appliedStep
	applied.rows = [][]any{{id, micros(t.now()), nil, ""}}
	if err := t.store.dialect.run(ctx, t, applied); err != nil {
		return fmt.Errorf("notice %s: %w", id, err)
	}
	return nil
}
