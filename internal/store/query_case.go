package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectCase = `SELECT c.id, c.donation_id, c.cause_id, c.state, c.message, c.reason, c.refunded, c.refunded_before, c.opened_at, c.answer_by, c.remind_at, c.answered_at
	FROM cases c`

func scanCase(r row) (c fund.Case, err error) {
	err = r.Scan(&c.ID, &c.DonationID, &c.CauseID, &c.State, &c.Message, &c.Reason, &c.Refunded, &c.RefundedBefore, instant{&c.OpenedAt}, instant{&c.AnswerBy},
		instant{&c.RemindAt}, instant{&c.AnsweredAt})
	return c, err
}

// GetCase finds a case.
func (q Queries) GetCase(ctx context.Context, id fund.ID) (fund.Case, error) {
	return one(ctx, q.db, selecting(selectCase).and("c.id = ?", id), scanCase, thing{"case", id.String()})
}

// CasesOf lists the cases of a donation, newest first: at most fund.MaxCases.
func (q Queries) CasesOf(ctx context.Context, donation fund.ID) ([]fund.Case, error) {
	s := selecting(selectCase).and("c.donation_id = ?", donation).then("ORDER BY c.id DESC LIMIT ?", fund.MaxCases)
	cases, err := list(ctx, q.db, s, scanCase)
	if err != nil {
		return nil, fmt.Errorf("cases of donation %s: %w", donation, err)
	}
	return cases, nil
}

// CaseFilter narrows a list of cases.
type CaseFilter struct {
	// Cause is the cause that answers; the zero id for any.
	Cause fund.ID
	// State lists those in one state only; "" for all. OverdueAt lists those that wait for an answer and should have had it then; the zero time for all.
	State     fund.CaseState
	OverdueAt time.Time
}

// ListCases lists cases by their ids, which are in the order in which they were opened.
func (q Queries) ListCases(ctx context.Context, filter CaseFilter, page fund.Page) ([]fund.Case, error) {
	s := selecting(selectCase)
	if !filter.Cause.IsZero() {
		s.and("c.cause_id = ?", filter.Cause)
	}
	if filter.State != "" {
		s.and("c.state = ?", string(filter.State))
	}
	if !filter.OverdueAt.IsZero() {
		s.and("c.state = ?", string(fund.CaseOpen)).and("c.answer_by <= ?", micros(filter.OverdueAt))
	}
	cases, err := keysetPage(ctx, q.db, s, byID("c.id"), page, scanCase)
	if err != nil {
		return nil, fmt.Errorf("cases: %w", err)
	}
	return cases, nil
}

// InsertCase opens a case. A donation that has an open one already is a Conflict.
func (t *Tx) InsertCase(ctx context.Context, c fund.Case) error {
	return t.insert(ctx, thing{"case", c.ID.String()}, "cases", columns{
		{"id", c.ID}, {"donation_id", c.DonationID}, {"cause_id", c.CauseID}, {"state", string(c.State)}, {"message", c.Message},
		{"refunded_before", c.RefundedBefore},
		{"opened_at", micros(c.OpenedAt)}, {"answer_by", micros(c.AnswerBy)}, {"remind_at", nullMicros(c.RemindAt)},
	})
}

// MoveReminder moves the next reminder of an open case to another instant, or to none: the zero time. It reports whether it did: another node may have been
// faster, or the cause.
func (t *Tx) MoveReminder(ctx context.Context, c fund.Case, to time.Time) (moved bool, err error) {
	s := updating("cases", columns{{"remind_at", nullMicros(to)}}).and("id = ?", c.ID).and("state = ?", string(fund.CaseOpen)).and("remind_at = ?", micros(c.RemindAt))
	result, err := t.db.ExecContext(ctx, s.String(), s.args...)
	if err != nil {
		return false, fmt.Errorf("reminder of case %s: %w", c.ID, err)
	}
	rows, err := result.RowsAffected()
	return rows > 0, err
}

// UpdateCase stores the answer of an open case. It is NotFound once it was answered.
func (t *Tx) UpdateCase(ctx context.Context, c fund.Case) error {
	return t.update(ctx, thing{"open case", c.ID.String()}, updating("cases", columns{
		{"state", string(c.State)}, {"reason", c.Reason}, {"refunded", c.Refunded}, {"remind_at", nullMicros(c.RemindAt)},
		{"answered_at", nullMicros(c.AnsweredAt)},
	}).and("id = ?", c.ID).and("state = ?", string(fund.CaseOpen)))
}
