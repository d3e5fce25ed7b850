package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// SandboxPayment is a payment as the sandbox provider stores it. Only that provider can read its body.
type SandboxPayment struct {
	ID, Body string
	// Version counts the changes from 1 on.
	Version int64
	// DueAt is when its next automatic change is due; the zero time for never.
	DueAt time.Time
}

const selectSandbox = "SELECT id, body, version, due_at FROM sandbox_payments"

// GetSandboxPayment finds one payment of the sandbox.
func (q Queries) GetSandboxPayment(ctx context.Context, id string) (SandboxPayment, error) {
	return one(ctx, q.db, selecting(selectSandbox).and("id = ?", id), scanSandbox, thing{"sandbox payment", id})
}

// DueSandboxPayments lists payments whose next change is due, those that waited longest first.
func (q Queries) DueSandboxPayments(ctx context.Context, now time.Time, limit int) ([]SandboxPayment, error) {
	all, err := list(ctx, q.db, selecting(selectSandbox).and("due_at <= ?", micros(now)).then("ORDER BY due_at LIMIT ?", limit), scanSandbox)
	if err != nil {
		return nil, fmt.Errorf("due sandbox payments: %w", err)
	}
	return all, nil
}

func scanSandbox(r row) (SandboxPayment, error) {
	var p SandboxPayment
	err := r.Scan(&p.ID, &p.Body, &p.Version, instant{&p.DueAt})
	return p, err
}

var upsertSandbox = batchStatement{
	insert: "sandbox_payments",
	merge:  "ON CONFLICT (id) DO NOTHING",
}

// PutSandboxPayment stores a sandbox payment: with Version 0 a new one, which changes nothing when it exists already;
// otherwise the change of the one that was read with that version. It is Stale when that one was changed since.
func (s *Store) PutSandboxPayment(ctx context.Context, p SandboxPayment) error {
	if p.ID == "" {
		return fault.New(fault.Malformed, "A sandbox payment needs an id.")
	}
	lane := s.lane(fund.ID{15: p.ID[len(p.ID)-1]})
	if p.Version == 0 {
		row := upsertSandbox
		row.add(columns{{"id", p.ID}, {"body", p.Body}, {"version", int64(1)}, {"due_at", nullMicros(p.DueAt)}})
		return lane.submit(ctx, &job{put: &row})
	}
	var changed int64
	err := lane.submit(ctx, &job{change: &batchStatement{
		text: "UPDATE sandbox_payments SET body = $1, version = version + 1, due_at = $2 WHERE id = $3 AND version = $4",
		args: []any{p.Body, nullMicros(p.DueAt), p.ID, p.Version}, changed: &changed,
	}})
	if err != nil {
		return fmt.Errorf("sandbox payment %s: %w", p.ID, err)
	}
	if changed == 0 {
		return fault.New(fault.Stale, "The payment %s has changed meanwhile.", p.ID)
	}
	return nil
}
