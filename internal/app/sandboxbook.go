package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/store"
)

// SandboxBook stores the sandbox provider's payments: in the same database, which the provider must not know about, and separate from all
// other data.
type SandboxBook struct{ store *store.Store }

// NewSandboxBook returns the sandbox's book.
func NewSandboxBook(s *store.Store) SandboxBook { return SandboxBook{s} }

// Get reads a payment with its version; NotFound if there is none.
func (b SandboxBook) Get(ctx context.Context, id string) (body string, version int64, err error) {
	p, err := b.store.GetSandboxPayment(ctx, id)
	return p.Body, p.Version, err
}

// Put writes a payment: with version 0 a new one, unless it exists; otherwise a change of the one with that version, or a Stale fault. Due
// lists it from due on; the zero time for never.
func (b SandboxBook) Put(ctx context.Context, id, body string, version int64, due time.Time) error {
	return b.store.PutSandboxPayment(ctx, store.SandboxPayment{ID: id, Body: body, Version: version, DueAt: due})
}

// Due lists the ids of payments that are due now.
func (b SandboxBook) Due(ctx context.Context, now time.Time, limit int) ([]string, error) {
	due, err := b.store.DueSandboxPayments(ctx, now, limit)
	ids := make([]string, len(due))
	for i, p := range due {
		ids[i] = p.ID
	}
	return ids, err
}
