package app

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// sweptAnswers is how many expired answers each kept one takes out: more than come in.
const sweptAnswers = 8

// OnceRequest is a write that is to be done once.
type OnceRequest struct {
	// Key is what the caller calls the write by: 1 to 255 visible ASCII characters.
	Key string
	// Hash is of all that the write depends on: the same write has the same hash.
	Hash [sha256.Size]byte
}

// reservation is a key on its way through a write.
type reservation struct {
	key fund.IdempotencyKey
	// made is set when the write that took the key is durable.
	made bool
}

// Once does work unless it was done under the same key of the same application and user in the
// last 24 hours: then it gives the answer of that time, and replayed is true.
//
// The key is taken in the transaction of the first write that work does, so that no crash can
// do the work twice; the answer is kept afterwards. Answers to work that changed nothing are kept
// too. When work fails with an error, nothing is kept: what it wrote before that stays, and its
// key with it.
//
// The faults of the key itself: Invalid at "idempotency_key" for another request under the same
// key, Conflict while the answer is not known.
func (a *App) Once(
	ctx context.Context, actor Actor, r OnceRequest, work func(context.Context, Actor) (fund.Answer, error),
) (answer fund.Answer, replayed bool, err error) {
	if !fund.IsIdempotencyKey(r.Key) {
		return fund.Answer{}, false, wrongKey(fmt.Sprintf("must be 1 to %d visible ASCII characters", fund.MaxIdempotencyKey))
	}
	held := &reservation{key: fund.IdempotencyKey{Caller: caller(actor), Key: r.Key, Request: r.Hash}}
	if answer, replayed, err = a.storedAnswer(ctx, held.key); replayed || err != nil {
		return answer, replayed, err
	}
	reserving := actor
	reserving.Terms.once = held
	answer, err = work(ctx, reserving)
	if err != nil {
		return fund.Answer{}, false, err
	}
	if kept := a.keepAnswer(context.WithoutCancel(ctx), actor.Token, held, answer); !kept {
		return a.answerOfOther(ctx, held.key)
	}
	return answer, false, nil
}

// caller is in whose name keys count. A token without an application is its own.
func caller(actor Actor) string {
	if actor.Application.IsZero() {
		return actor.Token.String()
	}
	switch actor.Kind {
	case ActorUser:
		return actor.Application.String() + "/" + actor.User.String()
	case ActorCause:
		return actor.Application.String() + "/" + actor.Cause.String()
	default:
		return actor.Application.String()
	}
}

func wrongKey(text string) error { return fault.Fields{{Path: "idempotency_key", Text: text}}.Err() }

// storedAnswer is what was answered under the key, and whether there is such an answer.
func (a *App) storedAnswer(ctx context.Context, key fund.IdempotencyKey) (fund.Answer, bool, error) {
	kept, err := a.store.GetAnswer(ctx, key.Caller, key.Key)
	known, err := found(err)
	switch {
	case err != nil:
		return fund.Answer{}, false, fmt.Errorf("answer under an idempotency key: %w", err)
	case !known || kept.Expired(a.Now()):
		return fund.Answer{}, false, nil
	case kept.Request != key.Request:
		return fund.Answer{}, false, wrongKey("was used with another request")
	case kept.Status == 0:
		return fund.Answer{}, false, unanswered()
	}
	return kept.Answer, true, nil
}

// answerOfOther is keptAnswer for a key that was just taken by somebody else.
func (a *App) answerOfOther(ctx context.Context, key fund.IdempotencyKey) (fund.Answer, bool, error) {
	answer, known, err := a.storedAnswer(ctx, key)
	if err == nil && !known {
		err = unanswered()
	}
	return answer, known, err
}

func unanswered() error {
	return fault.New(fault.Conflict, "The first request with this Idempotency-Key still runs, or its answer was lost. "+
		"It is not done again: please look whether its work is there.")
}

// keepAnswer keeps the answer, and sweeps some that expired. False is that somebody else took the
// key before. When the database fails, the caller is answered all the same.
func (a *App) keepAnswer(ctx context.Context, lane fund.ID, held *reservation, answer fund.Answer) bool {
	kept := true
	err := a.store.Write(ctx, lane, func(ctx context.Context, tx *store.Tx) (err error) {
		now := a.Now()
		k := fund.StoredAnswer{IdempotencyKey: held.key, Answer: answer, CreatedAt: now}
		if held.made {
			err = tx.KeepAnswer(ctx, k)
		} else {
			kept, err = tx.KeepRefusal(ctx, k)
		}
		if err != nil {
			return err
		}
		_, err = tx.SweepAnswers(ctx, now, sweptAnswers)
		return err
	})
	if err != nil {
		a.log.Warn("the answer to a write is not kept for its idempotency key", "cause", err)
		return true
	}
	return kept
}

// reserving is work that first takes the key, if there is one and no write before took it.
func reserving(held *reservation, work change) change {
	if held == nil || held.made {
		return work
	}
	return func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.ReserveKey(ctx, held.key, now); fault.Is(err, fault.Conflict) {
			return unanswered()
		} else if err != nil {
			return err
		}
		return work(ctx, tx, now)
	}
}

// complete is the store's Complete. An idempotency key of the actor is taken in the same transaction.
func (a *App) complete(ctx context.Context, actor Actor, c store.Completion) (fund.Donation, error) {
	if actor.Terms.once == nil {
		return a.store.Complete(ctx, c)
	}
	var d fund.Donation
	err := a.write(ctx, actor, c.Donation.CauseID, func(ctx context.Context, tx *store.Tx, _ time.Time) (err error) {
		d, err = tx.Complete(ctx, c)
		return err
	})
	return d, err
}
