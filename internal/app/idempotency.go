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

// sweptAnswers is how many expired responses are deleted with each stored one: more than are added.
const sweptAnswers = 8

// OnceRequest is a write to perform once.
type OnceRequest struct {
	// Key is the caller's name for the write: 1 to 255 visible ASCII characters.
	Key string
	// Hash is a hash of everything that the write depends on: equal writes have equal hashes.
	Hash [sha256.Size]byte
}

// reservation is an idempotency key during a write.
type reservation struct {
	key fund.IdempotencyKey
	// made is set once the write that reserved the key is durable.
	made bool
}

// Once performs work unless it was performed under the same key of the same application and user in the last 24 hours: then it returns that
// response, and replayed is true.
//
// The key is reserved in the transaction of the first write of work, so that no crash can repeat the work; the response is stored
// afterward. Responses to work that changed nothing are stored too. If work fails with an error, no response is stored: what it wrote
// before that stays, and so does its key.
//
// The faults of the key itself: Invalid at "idempotency_key" for another request under the same key, Conflict while the response is not
// known.
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

// caller is the owner of keys. A token without an application is its own caller, and so is the key of an alert desk.
func caller(actor Actor) string {
	if actor.Kind == ActorDesk {
		return string(ActorDesk) + "/" + actor.Desk.String()
	}
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

// storedAnswer is the response stored under the key, and whether there is one.
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

// answerOfOther is storedAnswer for a key that another request has just reserved.
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

// keepAnswer stores the response and deletes some expired ones. It returns false if another request reserved the key first. If the database
// fails, the caller still gets the response.
func (a *App) keepAnswer(ctx context.Context, lane fund.ID, held *reservation, answer fund.Answer) bool {
	kept := true
	err := a.store.Write(ctx, lane, func(ctx context.Context, tx *store.Tx) (err error) {
		now := a.Now()
		k := fund.StoredAnswer{IdempotencyKey: held.key, Answer: answer, CreatedAt: now}
		if held.made {
			err = tx.SaveAnswer(ctx, k)
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
		a.log.Warn("the response to a write could not be stored for its idempotency key", "cause", err)
		return true
	}
	return kept
}

// reserving is work that first reserves the key, if there is one and no earlier write reserved it.
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

// complete is the store's Complete. It reserves the actor's idempotency key in the same transaction.
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
