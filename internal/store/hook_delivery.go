package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const deliveryColumns = `w.id, w.endpoint_id, w.event_type, w.source_id, w.source_type, w.fact_id, w.donation_id, w.relay_key_id,
	w.payment_status, w.position, w.status, w.attempts, w.failures, w.due_at, w.data, w.generated_at, w.fresh, w.problem, w.created_at, w.delivered_at, w.resent_at,
	w.sent_as, w.changes`

const selectDelivery = "SELECT " + deliveryColumns + " FROM webhook_deliveries w"

func scanDelivery(r row) (d fund.WebhookDelivery, err error) {
	err = r.Scan(&d.ID, &d.EndpointID, &d.EventType, &d.SourceID, &d.SourceType, &d.FactID, &d.DonationID, &d.RelayKeyID,
		&d.PaymentStatus, &d.Position, &d.Status, &d.Attempts, &d.Failures, instant{&d.DueAt}, &d.Data, instant{&d.GeneratedAt}, &d.Fresh,
		&d.Problem, instant{&d.CreatedAt}, instant{&d.DeliveredAt}, instant{&d.ResentAt}, &d.SentAs, &d.Changes)
	return d, err
}

// deliveryRow is a whole row of webhook_deliveries. The delivery must stay as it is until the row is written.
func deliveryRow(d *fund.WebhookDelivery) columns {
	return append(columns{
		{"id", rawID(&d.ID)}, {"endpoint_id", rawID(&d.EndpointID)}, {"event_type", d.EventType}, {"source_id", rawID(&d.SourceID)},
		{"source_type", d.SourceType}, {"fact_id", rawID(&d.FactID)}, {"donation_id", rawID(&d.DonationID)},
		{"relay_key_id", rawID(&d.RelayKeyID)}, {"payment_status", d.PaymentStatus}, {"position", d.Position}, {"created_at", micros(d.CreatedAt)},
	}, deliveryState(*d)...)
}

// deliveryState lists the columns that attempts change.
func deliveryState(d fund.WebhookDelivery) columns {
	return columns{
		{"status", string(d.Status)}, {"attempts", int64(d.Attempts)}, {"failures", int64(d.Failures)}, {"due_at", nullMicros(d.DueAt)},
		{"data", d.Data}, {"generated_at", nullMicros(d.GeneratedAt)}, {"fresh", d.Fresh}, {"problem", d.Problem},
		{"delivered_at", nullMicros(d.DeliveredAt)}, {"resent_at", nullMicros(d.ResentAt)}, {"sent_as", d.SentAs},
		{"changes", d.Changes},
	}
}

// GetDelivery finds one delivery of an endpoint.
func (q Queries) GetDelivery(ctx context.Context, endpoint, id fund.ID) (fund.WebhookDelivery, error) {
	s := selecting(selectDelivery).and("w.id = ?", id).and("w.endpoint_id = ?", endpoint)
	return one(ctx, q.db, s, scanDelivery, thing{"webhook delivery", id.String()})
}

// ListDeliveries lists the deliveries of an endpoint. A status that is not "" selects those in it.
func (q Queries) ListDeliveries(ctx context.Context, endpoint fund.ID, status fund.WebhookStatus, page fund.Page) ([]fund.WebhookDelivery, error) {
	s := selecting(selectDelivery).and("w.endpoint_id = ?", endpoint)
	if status != "" {
		s.and("w.status = ?", string(status))
	}
	all, err := keysetPage(ctx, q.db, s, byID("w.id"), page, scanDelivery)
	if err != nil {
		return nil, fmt.Errorf("list deliveries of webhook endpoint %s: %w", endpoint, err)
	}
	return all, nil
}

// LastAnnounced finds what a chat was last told of a donation in a message that can be changed, but for one delivery; a zero delivery if there is none.
func (q Queries) LastAnnounced(ctx context.Context, endpoint, donation, but fund.ID) (fund.WebhookDelivery, error) {
	s := selecting(selectDelivery).and("w.endpoint_id = ?", endpoint).and("w.donation_id = ?", donation).and("w.sent_as <> ''").andID("w.id <> ?", but)
	all, err := list(ctx, q.db, s.then("ORDER BY w.position DESC LIMIT 1"), scanDelivery)
	if err != nil || len(all) == 0 {
		return fund.WebhookDelivery{}, err
	}
	return all[0], nil
}

// ListAttempts lists the attempts of a delivery, the first one first.
func (q Queries) ListAttempts(ctx context.Context, delivery fund.ID) ([]fund.WebhookAttempt, error) {
	s := selecting(`SELECT a.delivery_id, a.number, a.at, a.duration, a.status, a.failure, a.headers, a.answer FROM webhook_attempts a`).
		and("a.delivery_id = ?", delivery).then("ORDER BY a.number")
	all, err := list(ctx, q.db, s, func(r row) (a fund.WebhookAttempt, err error) {
		var took int64
		err = r.Scan(&a.DeliveryID, &a.Number, instant{&a.At}, &took, &a.Status, &a.Failure, jsonColumn{&a.Headers}, &a.Answer)
		a.Duration = time.Duration(took) * time.Microsecond
		return a, err
	})
	if err != nil {
		return nil, fmt.Errorf("attempts of webhook delivery %s: %w", delivery, err)
	}
	return all, nil
}

// InsertDelivery inserts a delivery that comes from no event.
func (t *Tx) InsertDelivery(ctx context.Context, d fund.WebhookDelivery) error {
	return t.insert(ctx, thing{"webhook delivery", d.ID.String()}, "webhook_deliveries", deliveryRow(&d))
}

// MoveDelivery changes the state of a delivery, and adds the attempt that did so, if there was one. It is Stale when the stored delivery was
// changed since from was read.
func (t *Tx) MoveDelivery(ctx context.Context, from, to fund.WebhookDelivery, attempt *fund.WebhookAttempt) error {
	what := thing{"webhook delivery", from.ID.String()}
	err := t.update(ctx, what, updating("webhook_deliveries", deliveryState(to)).and("id = ?", from.ID).
		and("attempts = ?", int64(from.Attempts)).and("due_at IS NOT DISTINCT FROM ?", nullMicros(from.DueAt)))
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.Stale, "The webhook delivery %s has changed meanwhile; look at it again.", from.ID)
	}
	if err != nil || attempt == nil {
		return err
	}
	return t.insertAttempt(ctx, *attempt)
}

func (t *Tx) insertAttempt(ctx context.Context, a fund.WebhookAttempt) error {
	headers, err := encodeJSON(a.Headers)
	if err != nil {
		return err
	}
	return t.insert(ctx, thing{"webhook attempt", a.DeliveryID.String()}, "webhook_attempts", columns{
		{"delivery_id", a.DeliveryID}, {"number", int64(a.Number)}, {"at", micros(a.At)}, {"duration", a.Duration.Microseconds()},
		{"status", int64(a.Status)}, {"failure", a.Failure}, {"headers", headers}, {"answer", a.Answer},
	})
}

// DueDeliveries asks for the deliveries of an endpoint that are due.
type DueDeliveries struct {
	Endpoint fund.ID
	Now      time.Time
	Limit    int
	// InOrder leaves out those about a fact of which an earlier one still waits.
	InOrder bool
}

// firstOfFacts selects the first delivery of an endpoint, whose id each ? is, about each fact, and all about none. It goes from fact to fact in an index:
// however many wait, it reads as many rows as there are facts. Every position is 0 or more; to say so makes SQLite use that index.
const firstOfFacts = `WITH RECURSIVE waiting (fact) AS (
		SELECT (SELECT b.fact_id FROM webhook_deliveries b
			WHERE b.endpoint_id = ? AND b.due_at IS NOT NULL AND b.fact_id IS NOT NULL ORDER BY b.fact_id LIMIT 1)
		UNION ALL
		SELECT (SELECT b.fact_id FROM webhook_deliveries b
			WHERE b.endpoint_id = ? AND b.due_at IS NOT NULL AND b.fact_id > waiting.fact ORDER BY b.fact_id LIMIT 1)
		FROM waiting WHERE waiting.fact IS NOT NULL
	)
	SELECT (SELECT b.id FROM webhook_deliveries b
		WHERE b.endpoint_id = ? AND b.due_at IS NOT NULL AND b.fact_id = waiting.fact ORDER BY b.position, b.id LIMIT 1)
	FROM waiting WHERE waiting.fact IS NOT NULL
	UNION ALL SELECT b.id FROM webhook_deliveries b WHERE b.endpoint_id = ? AND b.due_at IS NOT NULL AND b.fact_id IS NULL AND b.position >= 0`

// DueDeliveries lists deliveries that are due, those that waited longest first.
func (q Queries) DueDeliveries(ctx context.Context, of DueDeliveries) ([]fund.WebhookDelivery, error) {
	s := selecting(selectDelivery)
	if of.InOrder {
		s.and("w.id IN ("+firstOfFacts+")", of.Endpoint, of.Endpoint, of.Endpoint, of.Endpoint)
	} else {
		s.and("w.endpoint_id = ?", of.Endpoint)
	}
	s.and("w.due_at <= ?", micros(of.Now))
	all, err := list(ctx, q.db, s.then("ORDER BY w.due_at, w.position, w.id LIMIT ?", of.Limit), scanDelivery)
	if err != nil {
		return nil, fmt.Errorf("due deliveries of webhook endpoint %s: %w", of.Endpoint, err)
	}
	return all, nil
}

// BeginDelivery ends that a message stands for all changes until it is sent: what changes from now on gets a message of its own.
func (t *Tx) BeginDelivery(ctx context.Context, id fund.ID) error {
	_, err := t.db.ExecContext(ctx, "UPDATE webhook_deliveries SET fresh = FALSE WHERE id = $1", id)
	if err != nil {
		return fmt.Errorf("webhook delivery %s: %w", id, err)
	}
	return nil
}

// StopDeliveries stops at most limit deliveries of an endpoint that wait, and returns how many.
func (t *Tx) StopDeliveries(ctx context.Context, endpoint fund.ID, limit int) (int64, error) {
	return t.changed(ctx, `UPDATE webhook_deliveries SET status = $1, due_at = NULL, fresh = FALSE WHERE id IN (
		SELECT id FROM webhook_deliveries WHERE endpoint_id = $2 AND due_at IS NOT NULL LIMIT $3)`, string(fund.WebhookStopped), endpoint, limit)
}

// Resend asks to send deliveries of an endpoint again.
type Resend struct {
	Endpoint fund.ID
	// Since and Until are when the first and the last of them may have been made.
	Since, Until time.Time
	Now          time.Time
	Limit        int
	// All sends also those that were delivered.
	All bool
	// After is the last one that was looked at; the zero id for none.
	After fund.ID
}

// ResendDeliveries makes deliveries due that do not wait, in the order in which they were made, and returns how many it found and the last of
// them.
func (t *Tx) ResendDeliveries(ctx context.Context, r Resend) (n int, last fund.ID, err error) {
	s := selecting("SELECT w.id FROM webhook_deliveries w").and("w.endpoint_id = ?", r.Endpoint).
		and("w.created_at >= ?", micros(r.Since)).and("w.created_at <= ?", micros(r.Until)).and("w.due_at IS NULL").
		andID("w.id >= ?", fund.FirstID(r.Since)).andID("w.id > ?", r.After)
	if !r.All {
		s.and("w.status <> ?", string(fund.WebhookDelivered))
	}
	ids, err := list(ctx, t.db, s.then("ORDER BY w.id LIMIT ?", r.Limit), scanID)
	if err != nil || len(ids) == 0 {
		return 0, fund.ID{}, err
	}
	condition, args := anyID("id", ids)
	again := selecting("UPDATE webhook_deliveries SET")
	again.then("status = ?, due_at = ?, resent_at = ?, failures = 0, problem = ''", string(fund.WebhookWaiting), micros(r.Now), micros(r.Now)).and(condition, args...)
	_, err = t.changed(ctx, again.String(), again.args...)
	return len(ids), ids[len(ids)-1], err
}

func (t *Tx) changed(ctx context.Context, text string, args ...any) (int64, error) {
	done, err := t.db.ExecContext(ctx, text, args...)
	if err != nil {
		return 0, fmt.Errorf("webhook deliveries: %w", err)
	}
	return done.RowsAffected()
}

// pruned is how many deliveries are deleted in one transaction.
const pruned = 500

// PruneDeliveries deletes some of the deliveries that were made before an instant, and their attempts, and returns how many.
func (s *Store) PruneDeliveries(ctx context.Context, before time.Time) (n int64, err error) {
	old := selecting("SELECT w.id FROM webhook_deliveries w").and("w.id < ?", fund.FirstID(before)).then("ORDER BY w.id LIMIT ?", pruned)
	ids, err := list(ctx, s.db, old, scanID)
	if err != nil || len(ids) == 0 {
		return 0, err
	}
	last := ids[len(ids)-1]
	err = s.inProjectLane(ctx, func(ctx context.Context, t *Tx) error {
		if _, err := t.changed(ctx, "DELETE FROM webhook_attempts WHERE delivery_id <= $1", last); err != nil {
			return err
		}
		n, err = t.changed(ctx, "DELETE FROM webhook_deliveries WHERE id <= $1", last)
		return err
	})
	return n, err
}

// CountWaiting counts the deliveries that wait, on whatever node, up to WorkCounted.
func (q Queries) CountWaiting(ctx context.Context) (n int, err error) {
	err = q.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM (SELECT 1 FROM webhook_deliveries WHERE due_at IS NOT NULL LIMIT $1) AS w", WorkCounted).Scan(&n)
	return n, err
}
