package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

var insertProviderEvents = batchStatement{
	insert: "notices",
	merge:  "ON CONFLICT (provider, notice_id) DO NOTHING",
}

// SaveProviderEvent stores a provider event as received, and returns after that is durable. A repeated event is stored once:
// the first id stays. Of one that names a donation whose donor was erased, what it says is not stored.
func (s *Store) SaveProviderEvent(ctx context.Context, n fund.ProviderEvent) error {
	if err := s.lane(n.ID).submit(ctx, &job{event: &n}); err != nil {
		return fmt.Errorf("provider event %s of %s: %w", n.EventID, n.Provider, err)
	}
	return nil
}

// journal inserts the provider events of a group.
func (t *Tx) journal(ctx context.Context, events []*fund.ProviderEvent) ([]batchStatement, error) {
	if len(events) == 0 {
		return nil, nil
	}
	erased, err := t.erasedOf(ctx, events)
	if err != nil {
		return nil, err
	}
	rows := insertProviderEvents.expecting(len(events))
	for _, n := range events {
		if erased[n.DonationID] {
			n.Strip()
		}
		rows.add(columns{
			{"id", n.ID}, {"provider", n.Provider}, {"notice_id", n.EventID}, {"topic", n.Topic}, {"account", n.Account},
			{"reference", n.Reference}, {"donation_id", n.DonationID}, {"header", n.Header}, {"body", n.Body},
			{"due_at", nullMicros(n.DueAt)}, {"received_at", micros(n.ReceivedAt)}, {"applied_at", nullMicros(n.AppliedAt)},
		})
	}
	return []batchStatement{rows}, nil
}

// erasedOf finds the donations that events name and whose donors were erased.
func (t *Tx) erasedOf(ctx context.Context, events []*fund.ProviderEvent) (map[fund.ID]bool, error) {
	var named []fund.ID
	for _, n := range events {
		if !n.DonationID.IsZero() {
			named = append(named, n.DonationID)
		}
	}
	erased := map[fund.ID]bool{}
	err := t.eachOf(ctx, "SELECT d.id FROM donations d WHERE d.erased_at IS NOT NULL AND d.id IN ", named, func(scan func(...any) error) error {
		var id fund.ID
		err := scan(&id)
		erased[id] = true
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("erased donations of provider events: %w", err)
	}
	return erased, nil
}

const selectProviderEvent = `SELECT n.id, n.provider, n.notice_id, n.topic, n.account, n.reference, n.donation_id, n.header, n.body, n.problem,
	n.tries, n.due_at, n.received_at, n.applied_at, n.dismissal FROM notices n`

// GetProviderEvent finds one provider event in the journal.
func (q Queries) GetProviderEvent(ctx context.Context, id fund.ID) (fund.ProviderEvent, error) {
	return one(ctx, q.db, selecting(selectProviderEvent).and("n.id = ?", id), scanProviderEvent, thing{"provider event", id.String()})
}

// OpenProviderEvents lists provider events that have not been applied.
func (q Queries) OpenProviderEvents(ctx context.Context, page fund.Page) ([]fund.ProviderEvent, error) {
	s := selecting(selectProviderEvent).and("n.applied_at IS NULL")
	events, err := keysetPage(ctx, q.db, s, byID("n.id"), page, scanProviderEvent)
	if err != nil {
		return nil, fmt.Errorf("open provider events: %w", err)
	}
	return events, nil
}

// DismissedProviderEvents lists provider events that an operator dismissed.
func (q Queries) DismissedProviderEvents(ctx context.Context, page fund.Page) ([]fund.ProviderEvent, error) {
	s := selecting(selectProviderEvent).and("n.dismissal <> ''")
	events, err := keysetPage(ctx, q.db, s, byID("n.id"), page, scanProviderEvent)
	if err != nil {
		return nil, fmt.Errorf("dismissed provider events: %w", err)
	}
	return events, nil
}

// stuck is the condition under which an open provider event n needs an operator: applying it failed, or is due and
// has not been tried.
const stuck = "(n.tries > 0 OR n.due_at <= ?)"

// StuckProviderEvents lists open provider events whose application failed, or is due. Those that are simply in
// progress are not among them.
func (q Queries) StuckProviderEvents(ctx context.Context, now time.Time, page fund.Page) ([]fund.ProviderEvent, error) {
	s := selecting(selectProviderEvent).and("n.applied_at IS NULL").and(stuck, micros(now))
	events, err := keysetPage(ctx, q.db, s, byID("n.id"), page, scanProviderEvent)
	if err != nil {
		return nil, fmt.Errorf("stuck provider events: %w", err)
	}
	return events, nil
}

// CountProviderEvents counts the open provider events, and those of them that StuckProviderEvents lists.
func (q Queries) CountProviderEvents(ctx context.Context, now time.Time) (open, waiting int64, err error) {
	err = q.db.QueryRowContext(ctx, "SELECT COUNT(*), COUNT(*) FILTER (WHERE "+strings.Replace(stuck, "?", "$1", 1)+
		") FROM notices n WHERE n.applied_at IS NULL", micros(now)).Scan(&open, &waiting)
	if err != nil {
		return 0, 0, fmt.Errorf("count provider events: %w", err)
	}
	return open, waiting, nil
}

func (q Queries) providerEvents(ctx context.Context, s *statement) ([]fund.ProviderEvent, error) {
	events, err := list(ctx, q.db, s, scanProviderEvent)
	if err != nil {
		return nil, fmt.Errorf("provider events: %w", err)
	}
	return events, nil
}

func scanProviderEvent(r row) (fund.ProviderEvent, error) {
	var n fund.ProviderEvent
	err := r.Scan(&n.ID, &n.Provider, &n.EventID, &n.Topic, &n.Account, &n.Reference, &n.DonationID, &n.Header, &n.Body, &n.Problem,
		&n.Tries, instant{&n.DueAt}, instant{&n.ReceivedAt}, instant{&n.AppliedAt}, &n.Dismissal)
	return n, err
}

// ErasedPayment reports whether an event is about a donation whose donor was erased, by the donation that it names, or else by its reference.
func (q Queries) ErasedPayment(ctx context.Context, n fund.ProviderEvent) (erased bool, err error) {
	text, args := "SELECT EXISTS (SELECT 1 FROM donations d WHERE d.id = $1 AND d.erased_at IS NOT NULL)", []any{n.DonationID}
	if n.DonationID.IsZero() {
		text = `SELECT EXISTS (SELECT 1 FROM payments p JOIN donations d ON d.id = p.donation_id
			WHERE p.provider = $1 AND p.reference = $2 AND d.erased_at IS NOT NULL)`
		args = []any{n.Provider, n.Reference}
	}
	if err := q.db.QueryRowContext(ctx, text, args...).Scan(&erased); err != nil {
		return false, fmt.Errorf("provider event %s of %s: %w", n.EventID, n.Provider, err)
	}
	return erased, nil
}

// LinkProviderEvent stores which donation an event is about, with what is still kept of what it said.
func (t *Tx) LinkProviderEvent(ctx context.Context, n fund.ProviderEvent) error {
	_, err := t.db.ExecContext(ctx, "UPDATE notices SET donation_id = $1, header = $2, body = $3 WHERE id = $4", n.DonationID, n.Header, n.Body, n.ID)
	if err != nil {
		return fmt.Errorf("provider event %s: %w", n.ID, err)
	}
	return nil
}

// PostponeProviderEvent records why a provider event could not be applied, and when to try again; the zero time to
// wait for an operator.
func (t *Tx) PostponeProviderEvent(ctx context.Context, id fund.ID, problem string, until time.Time) error {
	_, err := t.db.ExecContext(ctx, "UPDATE notices SET problem = $1, tries = tries + 1, due_at = $2 WHERE id = $3 AND applied_at IS NULL",
		problem, nullMicros(until), id)
	if err != nil {
		return fmt.Errorf("provider event %s: %w", id, err)
	}
	return nil
}

// ProviderEventApplied records that a provider event needs no further work.
func (t *Tx) ProviderEventApplied(ctx context.Context, id fund.ID) error {
	applied := updateApplied
	applied.add(appliedRow(id, t.now()))
	if err := t.store.dialect.run(ctx, t, applied); err != nil {
		return fmt.Errorf("provider event %s: %w", id, err)
	}
	return nil
}

// DismissProviderEvent records why an open provider event needs no work; it stays in the journal. One that was applied or
// dismissed is NotFound.
func (t *Tx) DismissProviderEvent(ctx context.Context, id fund.ID, reason string) error {
	return t.change(ctx, thing{"open provider event", id.String()},
		"UPDATE notices SET dismissal = $1, applied_at = $2, due_at = NULL WHERE id = $3 AND applied_at IS NULL", reason, micros(t.now()), id)
}
