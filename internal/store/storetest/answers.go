package storetest

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

func idempotent(caller, key string, request byte) fund.IdempotencyKey {
	return fund.IdempotencyKey{Caller: caller, Key: key, Request: [32]byte{request}}
}

func (w *world) reserve(k fund.IdempotencyKey, now time.Time) {
	w.tb.Helper()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.ReserveKey(ctx, k, now) })
}

func testAnswers(t *testing.T, w *world) {
	ctx := t.Context()
	k := idempotent("me", odd, 1)
	missing[fund.StoredAnswer](t, "nothing yet")(w.s.GetAnswer(ctx, "me", odd))
	w.reserve(k, start)
	same(t, "reserved", must.Get(w.s.GetAnswer(ctx, "me", odd))(t), fund.StoredAnswer{IdempotencyKey: k, CreatedAt: start})
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error { return tx.ReserveKey(ctx, k, start.Add(time.Hour)) })

	stored := fund.StoredAnswer{IdempotencyKey: k, CreatedAt: start, Answer: fund.Answer{Status: 201, Header: "Location: /a\n", Body: []byte("\x00{\"data\":1}")}}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SaveAnswer(ctx, stored) })
	same(t, "stored", must.Get(w.s.GetAnswer(ctx, "me", odd))(t), stored)
	later := stored
	later.Status = 500
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SaveAnswer(ctx, later) })
	same(t, "the first answer stays", must.Get(w.s.GetAnswer(ctx, "me", odd))(t), stored)
	w.keepRefusal(t, later, false)
	same(t, "a refusal beside it", must.Get(w.s.GetAnswer(ctx, "me", odd))(t), stored)
	missing[fund.StoredAnswer](t, "of another caller")(w.s.GetAnswer(ctx, "you", odd))

	refusal := fund.StoredAnswer{IdempotencyKey: idempotent("you", odd, 2), CreatedAt: start, Answer: fund.Answer{Status: 422, Body: []byte("{}")}}
	w.keepRefusal(t, refusal, true)
	same(t, "refusal", must.Get(w.s.GetAnswer(ctx, "you", odd))(t), refusal)
}

func (w *world) keepRefusal(t *testing.T, k fund.StoredAnswer, want bool) {
	t.Helper()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		got, err := tx.KeepRefusal(ctx, k)
		if err == nil && got != want {
			t.Errorf("refusal: got stored %v, want %v", got, want)
		}
		return err
	})
}

// testAnswerLife moves the clock past the expiry of an answer.
func testAnswerLife(t *testing.T, w *world) {
	k, end := idempotent("me", "key", 1), start.Add(fund.AnswerLife)
	w.reserve(k, start)
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.ReserveKey(ctx, k, end.Add(-time.Microsecond))
	})
	other := idempotent("me", "key", 2)
	w.reserve(other, end)
	same(t, "taken again", must.Get(w.s.GetAnswer(t.Context(), "me", "key"))(t),
		fund.StoredAnswer{IdempotencyKey: other, CreatedAt: end})
}

func testAnswerSweep(t *testing.T, w *world) {
	for i := range 5 {
		w.reserve(idempotent("me", fmt.Sprint(i), 0), start.Add(time.Duration(i)*time.Second))
	}
	sweep := func(now time.Time, limit, want int) {
		t.Helper()
		w.write(func(ctx context.Context, tx *store.Tx) error {
			got, err := tx.SweepAnswers(ctx, now, limit)
			if err == nil && got != want {
				t.Errorf("sweep: got %d deleted, want %d", got, want)
			}
			return err
		})
	}
	end := start.Add(fund.AnswerLife)
	sweep(end.Add(-time.Microsecond), 9, 0)
	sweep(end, 9, 1)
	sweep(end.Add(time.Hour), 2, 2)
	missing[fund.StoredAnswer](t, "the oldest go first")(w.s.GetAnswer(t.Context(), "me", "2"))
	must.Get(w.s.GetAnswer(t.Context(), "me", "3"))(t)
	sweep(end.Add(time.Hour), 9, 2)
}
