package store

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// Trace is a row outside of a donation that repeats what its donor wrote.
type Trace struct {
	table traceTable
	id    fund.ID
	// key is what identifies a row without an id.
	key [2]string
}

type traceTable int

const (
	traceEvent traceTable = iota
	traceMail
	traceDelivery
	traceMatch
	traceRelay
	traceAnswer
)

// FindMentions looks for provider events that hold one of some addresses without saying which donation they are about, as old ones do. Once the
// donations of an address are erased, nothing leads to them any more.
func (q Queries) FindMentions(ctx context.Context, emails []string) ([]Trace, error) {
	var texts []string
	for _, email := range emails {
		if email != "" {
			texts = append(texts, email, strings.ToLower(email))
		}
	}
	slices.Sort(texts)
	if texts = slices.Compact(texts); len(texts) == 0 {
		return nil, nil
	}
	s := selecting("SELECT n.id FROM notices n").and("n.donation_id IS NULL").and("length(n.body) > 0")
	mentions := "(" + q.dialect.holds("n.body") + strings.Repeat(" OR "+q.dialect.holds("n.body"), len(texts)-1) + ")"
	args := make([]any, len(texts))
	for i, text := range texts {
		args[i] = []byte(text)
	}
	found, err := list(ctx, q.db, s.and(mentions, args...), traceOf(traceEvent))
	if err != nil {
		return nil, fmt.Errorf("provider events that mention a donor: %w", err)
	}
	return found, nil
}

func traceOf(table traceTable) func(row) (Trace, error) {
	return func(r row) (Trace, error) {
		found := Trace{table: table}
		err := r.Scan(&found.id)
		return found, err
	}
}

// FindTraces looks for what repeats the texts of donations. Each table is read once, whole, however many they are: no index leads to a donation there,
// so that donations do not pay for indexes that only erasures need.
func (q Queries) FindTraces(ctx context.Context, donations []fund.Donation) ([]Trace, error) {
	if len(donations) == 0 {
		return nil, nil
	}
	of := tracing{erased: map[fund.ID]time.Time{}}
	ids := make([]fund.ID, len(donations))
	for i, d := range donations {
		ids[i], of.erased[d.ID] = d.ID, d.ErasedAt
	}
	of.in, of.args = "IN "+marks(len(padded(idArgs(ids)))), padded(idArgs(ids))
	var all []Trace
	for _, find := range []func(context.Context, tracing) ([]Trace, error){
		q.tracesInEvents, q.tracesInMails, q.tracesInDeliveries, q.tracesInMatches, q.tracesInRelays, q.tracesInAnswers,
	} {
		found, err := find(ctx, of)
		if err != nil {
			return nil, fmt.Errorf("traces of donations: %w", err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// tracing says which donations traces are looked for of.
type tracing struct {
	// in and args are the condition that a column has one of their ids.
	in   string
	args []any
	// erased is when each was erased; the zero time for not yet.
	erased map[fund.ID]time.Time
}

// marks is "(?, ?, ?)" for 3.
func marks(n int) string { return "(" + strings.TrimSuffix(strings.Repeat("?, ", n), ", ") + ")" }

// tracesInEvents looks for provider events that name the donation, or the payment as its provider does.
func (q Queries) tracesInEvents(ctx context.Context, of tracing) ([]Trace, error) {
	type paid struct{ provider, reference string }
	payments, err := list(ctx, q.db, selecting("SELECT p.provider, p.reference FROM payments p").and("p.donation_id "+of.in, of.args...).and("p.reference <> ''"),
		func(r row) (p paid, err error) {
			err = r.Scan(&p.provider, &p.reference)
			return p, err
		})
	if err != nil {
		return nil, err
	}
	about, args := "n.donation_id "+of.in, of.args
	known := map[paid]bool{}
	if len(payments) > 0 {
		references := make([]any, len(payments))
		for i, p := range payments {
			references[i], known[p] = p.reference, true
		}
		references = padded(references)
		about, args = "("+about+" OR n.reference IN "+marks(len(references))+")", slices.Concat(args, references)
	}
	type event struct {
		Trace
		paid
		donation fund.ID
	}
	events, err := list(ctx, q.db, selecting("SELECT n.id, n.provider, n.reference, n.donation_id FROM notices n").and(about, args...).and("length(n.body) > 0"),
		func(r row) (e event, err error) {
			err = r.Scan(&e.id, &e.provider, &e.reference, &e.donation)
			return e, err
		})
	var found []Trace
	for _, e := range events {
		if _, names := of.erased[e.donation]; names || known[e.paid] {
			found = append(found, Trace{table: traceEvent, id: e.id})
		}
	}
	return found, err
}

func (q Queries) tracesInMails(ctx context.Context, of tracing) ([]Trace, error) {
	cases, err := list(ctx, q.db, selecting("SELECT c.id FROM cases c").and("c.donation_id "+of.in, of.args...), scanID)
	if err != nil {
		return nil, err
	}
	in, args := of.in, of.args
	if len(cases) > 0 {
		args = slices.Concat(args, padded(idArgs(cases)))
		in = "IN " + marks(len(args))
	}
	return list(ctx, q.db, selecting("SELECT m.id FROM mails m").and("m.about "+in, args...).and("m.recipient <> ''"), traceOf(traceMail))
}

// tracesInDeliveries leaves out deliveries of after the erasure, which know nothing any more.
func (q Queries) tracesInDeliveries(ctx context.Context, of tracing) (found []Trace, err error) {
	s := selecting("SELECT w.id, w.donation_id, w.created_at FROM webhook_deliveries w").and("w.donation_id "+of.in, of.args...)
	err = q.each(ctx, s.String(), s.args, func(scan func(...any) error) error {
		one := Trace{table: traceDelivery}
		var donation fund.ID
		var created time.Time
		if err := scan(&one.id, &donation, instant{&created}); err != nil {
			return err
		}
		if erased := of.erased[donation]; erased.IsZero() || !created.After(erased) {
			found = append(found, one)
		}
		return nil
	})
	return found, err
}

func (q Queries) tracesInMatches(ctx context.Context, of tracing) ([]Trace, error) {
	s := selecting("SELECT m.id FROM donation_matches m").and("m.donation_id "+of.in, of.args...).and("m.matched_by <> ?", fund.Anonymous)
	return list(ctx, q.db, s, traceOf(traceMatch))
}

func (q Queries) tracesInRelays(ctx context.Context, of tracing) ([]Trace, error) {
	s := selecting("SELECT l.provider, l.uuid FROM legacy_relays l").and("l.donation_id "+of.in, of.args...).and("l.meta <> '{}'")
	return list(ctx, q.db, s, func(r row) (Trace, error) {
		found := Trace{table: traceRelay}
		err := r.Scan(&found.key[0], &found.key[1])
		return found, err
	})
}

// tracesInAnswers reads all stored answers for ids in their bodies.
func (q Queries) tracesInAnswers(ctx context.Context, of tracing) (found []Trace, err error) {
	err = q.each(ctx, "SELECT k.caller, k.key, k.body FROM idempotency_keys k WHERE k.status <> 0", nil, func(scan func(...any) error) error {
		one := Trace{table: traceAnswer}
		var body sql.RawBytes
		if err := scan(&one.key[0], &one.key[1], &body); err != nil {
			return err
		}
		if of.named(body) {
			found = append(found, one)
		}
		return nil
	})
	return found, err
}

// named reports whether a text has the id of one of the donations. An id has a "-" after its first eight digits.
func (of tracing) named(text []byte) bool {
	const before, length = 8, 36
	for at := 0; ; at++ {
		dash := bytes.IndexByte(text[at:], '-')
		if dash < 0 {
			return false
		}
		at += dash
		if at < before || at-before+length > len(text) {
			continue
		}
		id, err := fund.ParseID(string(text[at-before : at-before+length]))
		if err != nil {
			continue
		}
		if _, names := of.erased[id]; names {
			return true
		}
	}
}

// EraseTraces empties what was found. A waiting delivery is rendered again from what is left, and a result that a node has yet to record for it is
// discarded as stale. A stored answer is marked as lost, so that its request is refused and not repeated.
func (t *Tx) EraseTraces(ctx context.Context, found []Trace) error {
	ids := map[traceTable][]fund.ID{}
	var all []batchStatement
	for _, one := range found {
		switch one.table {
		case traceAnswer:
			all = append(all, batchStatement{
				text: "UPDATE idempotency_keys SET status = 0, header = '', body = $1 WHERE caller = $2 AND key = $3", args: []any{[]byte{}, one.key[0], one.key[1]},
			})
		case traceRelay:
			all = append(all, batchStatement{text: "UPDATE legacy_relays SET meta = '{}' WHERE provider = $1 AND uuid = $2", args: []any{one.key[0], one.key[1]}})
		default:
			ids[one.table] = append(ids[one.table], one.id)
		}
	}
	add := func(text string, table traceTable, before ...any) {
		for chunk := range slices.Chunk(ids[table], groupSize) {
			args := append(slices.Clone(before), padded(idArgs(chunk))...)
			all = append(all, batchStatement{text: text + placeholders(len(before)+1, len(args)-len(before)), args: args})
		}
	}
	add(`UPDATE notices SET header = '{}', body = $1, problem = '', dismissal = CASE WHEN dismissal = '' THEN '' ELSE 'erased' END WHERE id IN `, traceEvent, []byte{})
	add("UPDATE mails SET recipient = '', problem = '', due_at = NULL WHERE id IN ", traceMail)
	add(`UPDATE webhook_deliveries SET data = '', problem = '', due_at = due_at + 1, generated_at = CASE WHEN due_at IS NULL THEN generated_at END
		WHERE id IN `, traceDelivery)
	add("UPDATE webhook_attempts SET answer = '', failure = '' WHERE delivery_id IN ", traceDelivery)
	add("UPDATE donation_matches SET matched_by = $1 WHERE id IN ", traceMatch, fund.Anonymous)
	if err := t.store.dialect.run(ctx, t, all...); err != nil {
		return fmt.Errorf("erase traces: %w", err)
	}
	return nil
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
