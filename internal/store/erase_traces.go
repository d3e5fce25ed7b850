package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/fund"
)

// Traces are the rows outside of a donation that repeat what its donor wrote. They are looked for before the write that empties them, because that
// takes reading whole tables.
type Traces struct {
	Events, Mails, Deliveries []fund.ID
	// Answers are callers and keys of stored answers.
	Answers [][2]string
}

// FindTraces looks for what repeats the texts of a donation. The journal of provider events is also searched for the address, which old events have
// without saying which donation they are about.
func (q Queries) FindTraces(ctx context.Context, d fund.Donation) (found Traces, err error) {
	events := selecting("SELECT n.id FROM notices n").and("n.body <> ?", []byte{})
	events.and(`(n.donation_id = ? OR EXISTS (SELECT 1 FROM payments p WHERE p.donation_id = ? AND p.provider = n.provider AND p.reference = n.reference)`, d.ID, d.ID)
	if d.Email != "" {
		events.then("OR n.donation_id IS NULL AND "+q.dialect.holds("n.body"), []byte(d.Email))
	}
	ids := func(s *statement) []fund.ID {
		var all []fund.ID
		if err == nil {
			all, err = list(ctx, q.db, s, scanID)
		}
		return all
	}
	found.Events = ids(events.then(")"))
	found.Mails = ids(selecting("SELECT m.id FROM mails m").
		and("(m.about = ? OR m.about IN (SELECT c.id FROM cases c WHERE c.donation_id = ?))", d.ID, d.ID).and("m.recipient <> ''"))
	deliveries := selecting("SELECT w.id FROM webhook_deliveries w").and("w.donation_id = ?", d.ID)
	if d.Erased() {
		deliveries.and("w.created_at <= ?", micros(d.ErasedAt)) // later ones know nothing any more
	}
	found.Deliveries = ids(deliveries)
	if err != nil {
		return found, fmt.Errorf("traces of donation %s: %w", d.ID, err)
	}
	answers := selecting("SELECT k.caller, k.key FROM idempotency_keys k").and(q.dialect.holds("k.body"), []byte(d.ID.String()))
	found.Answers, err = list(ctx, q.db, answers, func(r row) (key [2]string, err error) {
		err = r.Scan(&key[0], &key[1])
		return key, err
	})
	if err != nil {
		return found, fmt.Errorf("answers about donation %s: %w", d.ID, err)
	}
	return found, nil
}

// eraseTraces empties what FindTraces found. A waiting delivery is rendered again from what is left, and a result that a node has yet to record for it is
// discarded as stale. A stored answer is marked as lost, so that its request is refused and not repeated.
func (t *Tx) eraseTraces(ctx context.Context, found Traces) error {
	var all []batchStatement
	add := func(text string, ids []fund.ID, before ...any) {
		for chunk := range slices.Chunk(ids, groupSize) {
			args := append(slices.Clone(before), padded(idArgs(chunk))...)
			all = append(all, batchStatement{text: text + placeholders(len(before)+1, len(args)-len(before)), args: args})
		}
	}
	add(`UPDATE notices SET header = '{}', body = $1, problem = '', dismissal = CASE WHEN dismissal = '' THEN '' ELSE 'erased' END WHERE id IN `, found.Events, []byte{})
	add("UPDATE mails SET recipient = '', problem = '', due_at = NULL WHERE id IN ", found.Mails)
	add(`UPDATE webhook_deliveries SET data = '', problem = '', due_at = due_at + 1, generated_at = CASE WHEN due_at IS NULL THEN generated_at END
		WHERE id IN `, found.Deliveries)
	add("UPDATE webhook_attempts SET answer = '', failure = '' WHERE delivery_id IN ", found.Deliveries)
	for _, key := range found.Answers {
		all = append(all, batchStatement{
			text: "UPDATE idempotency_keys SET status = 0, header = '', body = $1 WHERE caller = $2 AND key = $3", args: []any{[]byte{}, key[0], key[1]},
		})
	}
	return t.store.dialect.run(ctx, t, all...)
}

// eraseSandbox empties what the sandbox provider knows of the donor; its version changes, so that nothing that it is about to write comes after.
func (t *Tx) eraseSandbox(ctx context.Context, donation fund.ID) error {
	s := selecting("SELECT s.id, s.body, s.version, s.due_at FROM sandbox_payments s JOIN payments p ON p.reference = s.id").and("p.donation_id = ?", donation)
	payments, err := list(ctx, t.db, s, scanSandbox)
	if err != nil {
		return fmt.Errorf("sandbox payment of donation %s: %w", donation, err)
	}
	for _, p := range payments {
		body, err := withoutDonor(p.Body)
		if err != nil {
			return fmt.Errorf("sandbox payment %s: %w", p.ID, err)
		}
		if _, err := t.db.ExecContext(ctx, "UPDATE sandbox_payments SET body = $1, version = version + 1 WHERE id = $2", body, p.ID); err != nil {
			return fmt.Errorf("sandbox payment %s: %w", p.ID, err)
		}
	}
	return nil
}
