package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/seal"
)

// GetAnswer finds the stored answer under the caller's key, even an expired one. A body without content is nil.
func (q Queries) GetAnswer(ctx context.Context, caller, key string) (fund.StoredAnswer, error) {
	k := fund.StoredAnswer{IdempotencyKey: fund.IdempotencyKey{Caller: caller, Key: key}}
	s := selecting("SELECT request_hash, status, header, body, created_at FROM idempotency_keys").
		and("caller = ?", caller).and("key = ?", key)
	return one(ctx, q.db, s, func(r row) (fund.StoredAnswer, error) {
		var hash, body []byte
		err := r.Scan(&hash, &k.Status, &k.Header, &body, instant{&k.CreatedAt})
		copy(k.Request[:], hash)
		if err != nil || len(body) == 0 {
			return k, err
		}
		text, err := q.open(answerPlace(k.IdempotencyKey), string(body))
		k.Body = []byte(text)
		return k, err
	}, thing{noun: "answer"})
}

// ReserveKey reserves the key for the write in this transaction: a later request with the same key changes nothing,
// whether or not the answer is ever stored. A reserved key is a Conflict.
func (t *Tx) ReserveKey(ctx context.Context, k fund.IdempotencyKey, now time.Time) error {
	taken, err := t.putAnswer(ctx, fund.StoredAnswer{IdempotencyKey: k, CreatedAt: now})
	if err != nil {
		return err
	}
	if !taken {
		return fault.New(fault.Conflict, "The idempotency key is taken.")
	}
	return nil
}

// SaveAnswer stores the answer to a write that reserved its key. An answer that is stored already stays.
func (t *Tx) SaveAnswer(ctx context.Context, k fund.StoredAnswer) error {
	body, err := t.storedBody(ctx, k)
	if err != nil {
		return err
	}
	s := updating("idempotency_keys", columns{{"status", k.Status}, {"header", k.Header}, {"body", body}}).
		and("caller = ?", k.Caller).and("key = ?", k.Key).and("request_hash = ?", k.Request[:]).and("status = 0")
	_, err = t.db.ExecContext(ctx, s.String(), s.args...)
	if err != nil {
		return fmt.Errorf("keep an answer: %w", err)
	}
	return nil
}

// KeepRefusal stores the answer to a request that changed nothing, and so reserved nothing. It returns false when the
// key was reserved meanwhile.
func (t *Tx) KeepRefusal(ctx context.Context, k fund.StoredAnswer) (bool, error) {
	return t.putAnswer(ctx, k)
}

// putAnswer reserves a key that is free, or whose answer has expired when the new one is made.
func (t *Tx) putAnswer(ctx context.Context, k fund.StoredAnswer) (bool, error) {
	body, err := t.storedBody(ctx, k)
	if err != nil {
		return false, err
	}
	s := inserting("idempotency_keys", columns{
		{"caller", k.Caller}, {"key", k.Key}, {"request_hash", k.Request[:]}, {"status", k.Status}, {"header", k.Header},
		{"body", body}, {"created_at", micros(k.CreatedAt)},
	}).then(`ON CONFLICT (caller, key) DO UPDATE SET request_hash = excluded.request_hash, status = excluded.status,
		header = excluded.header, body = excluded.body, created_at = excluded.created_at
		WHERE idempotency_keys.created_at <= ?`, micros(fund.ExpiredBy(k.CreatedAt)))
	result, err := t.db.ExecContext(ctx, s.String(), s.args...)
	if err != nil {
		return false, fmt.Errorf("take an idempotency key: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("take an idempotency key: %w", err)
	}
	return n == 1, nil
}

// storedBody is never NULL, and sealed if it has a secret.
func (t *Tx) storedBody(ctx context.Context, k fund.StoredAnswer) ([]byte, error) {
	if !k.Secret {
		return append([]byte{}, k.Body...), nil
	}
	sealed, err := t.seal(ctx, answerPlace(k.IdempotencyKey), string(k.Body))
	return []byte(sealed), err
}

func answerPlace(k fund.IdempotencyKey) seal.Place {
	return seal.Place{Table: "idempotency_keys", Column: "body", Row: k.Caller + " " + k.Key}
}

// SweepAnswers deletes at most limit expired answers, the oldest first, and returns their number. Those that another
// node is sweeping are left to it.
func (t *Tx) SweepAnswers(ctx context.Context, now time.Time, limit int) (int, error) {
	lock := t.store.dialect.lockRows()
	if lock != "" {
		lock += " SKIP LOCKED"
	}
	result, err := t.db.ExecContext(ctx, `DELETE FROM idempotency_keys WHERE (caller, key) IN (
		SELECT caller, key FROM idempotency_keys WHERE created_at <= $1 ORDER BY created_at LIMIT $2`+lock+")",
		micros(fund.ExpiredBy(now)), limit)
	if err != nil {
		return 0, fmt.Errorf("sweep answers: %w", err)
	}
	n, err := result.RowsAffected()
	if err != nil {
		return 0, fmt.Errorf("sweep answers: %w", err)
	}
	return int(n), nil
}
