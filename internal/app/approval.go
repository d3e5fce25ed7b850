package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// firstApproval is the approval of a cause that the actor creates.
func (a *App) firstApproval(actor Actor) fund.Approval {
	if a.openCauses || actor.Kind == ActorSystem || actor.Operator {
		return fund.Approved
	}
	return fund.Pending
}

// proposeIdentity turns another legal identity of an approved cause into a proposal, and lets only those change it, and where the cause takes
// money, who govern the cause. The identity that the cause has already withdraws a proposal.
func (a *App) proposeIdentity(ctx context.Context, tx *store.Tx, actor Actor, before fund.Cause, c *fund.Cause) error {
	was, is := before.Identity(), c.Identity()
	if was == is && c.Proposed == before.Proposed && c.PaypalEmail == before.PaypalEmail {
		return nil
	}
	if err := requireFully(ctx, tx.Queries, actor, governCause, c.Fact); err != nil {
		return err
	}
	if was == is || c.Approval != fund.Approved || a.firstApproval(actor) == fund.Approved {
		return nil
	}
	c.SetIdentity(was)
	c.Proposed = &is
	return logAct(ctx, tx, actor, doneOn(fund.ActProposeIdentity, c.ID, c.UpdatedAt).of(c.ID))
}

// ApproveCause approves a cause, and with it what the cause proposed to be by law; operators only. It works at once.
func (a *App) ApproveCause(ctx context.Context, actor Actor, key fund.Key) (fund.Cause, error) {
	return a.decideOnCause(ctx, actor, key, fund.Approved)
}

// SuspendCause takes the approval of a cause back; operators only. It works at once, and money that is under way still arrives.
func (a *App) SuspendCause(ctx context.Context, actor Actor, key fund.Key) (fund.Cause, error) {
	return a.decideOnCause(ctx, actor, key, fund.Suspended)
}

func (a *App) decideOnCause(ctx context.Context, actor Actor, key fund.Key, to fund.Approval) (fund.Cause, error) {
	if err := requireOperator(actor); err != nil {
		return fund.Cause{}, err
	}
	found, err := a.store.GetCause(ctx, key)
	if err != nil {
		return fund.Cause{}, err
	}
	err = a.write(ctx, actor, found.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		c, err := tx.GetCause(ctx, fund.Key{ID: found.ID})
		if err != nil || c.Approval == to && c.Proposed == nil {
			return err
		}
		act := fund.ActSuspendCause
		if to == fund.Approved {
			act = fund.ActApproveCause
			if c.Proposed != nil {
				c.SetIdentity(*c.Proposed)
				c.Proposed = nil
			}
		}
		c.UpdatedAt = now
		if err := tx.UpdateCause(ctx, c); err != nil {
			return err
		}
		if err := tx.SetApproval(ctx, c.ID, to); err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicCauseDecided, Subject: c.ID, Facts: []fund.ID{c.ID}, At: now})
		return logAct(ctx, tx, actor, doneOn(act, c.ID, now))
	})
	if err != nil {
		return fund.Cause{}, fmt.Errorf("cause %s: %w", found.ID, err)
	}
	return a.store.GetCause(ctx, fund.Key{ID: found.ID})
}

// TakeDown hides a fact that is no cause from others and stops its donations, at once, whatever its owner says; operators only. Money that
// is under way still arrives.
func (a *App) TakeDown(ctx context.Context, actor Actor, fact fund.ID) (fund.Fact, error) {
	return a.decideOnFact(ctx, actor, fact, fund.ActTakeDown)
}

// PutBack lets others see a fact again that was taken down; operators only.
func (a *App) PutBack(ctx context.Context, actor Actor, fact fund.ID) (fund.Fact, error) {
	return a.decideOnFact(ctx, actor, fact, fund.ActPutBack)
}

func (a *App) decideOnFact(ctx context.Context, actor Actor, id fund.ID, act fund.Act) (fund.Fact, error) {
	if err := requireOperator(actor); err != nil {
		return fund.Fact{}, err
	}
	f, err := a.store.GetFact(ctx, factByID(id))
	if err != nil {
		return fund.Fact{}, err
	}
	if f.Kind == fund.KindCause {
		return fund.Fact{}, fault.New(fault.Invalid, "A cause is suspended, not taken down.")
	}
	to := fund.Approved
	if act == fund.ActTakeDown {
		to = fund.Suspended
	}
	err = a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.SetApproval(ctx, id, to); err != nil {
			return err
		}
		if err := appendFactChanged(ctx, tx, f, now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(act, id, now))
	})
	if err != nil {
		return fund.Fact{}, fmt.Errorf("fact %s: %w", id, err)
	}
	return a.reread(ctx, id)
}
