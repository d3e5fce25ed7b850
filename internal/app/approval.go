package app

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// firstApproval is the approval of a cause that the actor creates.
func (a *App) firstApproval(ctx context.Context, actor Actor) (fund.Approval, error) {
	open, err := a.openCauses(ctx)
	if open && !actor.User.IsZero() {
		var user fund.User
		if user, err = a.store.GetUser(ctx, fund.Key{ID: actor.User}); user.Waits(a.Now()) {
			open = false
		}
	}
	if open || actor.Kind == ActorSystem || actor.Operator {
		return fund.Approved, err
	}
	return fund.Pending, err
}

// proposeIdentity turns another legal identity of an approved cause into a proposal, and lets only those change it, and where the cause takes
// money, where its donors write to and where they are led to, who govern the cause. The identity that the cause has already withdraws a proposal.
func (a *App) proposeIdentity(ctx context.Context, tx *store.Tx, actor Actor, before fund.Cause, c *fund.Cause) error {
	was, is := before.Identity(), c.Identity()
	same := c.PaypalEmail == before.PaypalEmail && c.ContactEmail == before.ContactEmail && slices.Equal(c.AllowedOrigins, before.AllowedOrigins)
	if was == is && c.Proposed == before.Proposed && same {
		return nil
	}
	if err := requireFully(ctx, tx.Queries, actor, governCause, c.Fact); err != nil {
		return err
	}
	if was == is || c.Approval != fund.Approved {
		return nil
	}
	if at, err := a.firstApproval(ctx, actor); err != nil || at == fund.Approved {
		return err
	}
	c.SetIdentity(was)
	c.Proposed = &is
	return logAct(ctx, tx, actor, doneOn(fund.ActProposeIdentity, c.ID, c.UpdatedAt).of(c.ID))
}

// ApproveCause approves a cause, and with it what the cause proposed to be by law; operators only. It works at once. The version is
// fund.Cause.ApprovalVersion of what the operator looked at: the call is Stale if the cause has changed since.
func (a *App) ApproveCause(ctx context.Context, actor Actor, key fund.Key, version string) (fund.Cause, error) {
	return a.decideOnCause(ctx, actor, key, decision{act: fund.ActApproveCause, to: fund.Approved, version: version})
}

// SuspendCause takes the approval of a cause back; operators only. It works at once, and money that is under way still arrives. The reason, of
// at most fund.MaxReason characters, is for the members of the cause.
func (a *App) SuspendCause(ctx context.Context, actor Actor, key fund.Key, reason string) (fund.Cause, error) {
	return a.decideOnCause(ctx, actor, key, decision{act: fund.ActSuspendCause, to: fund.Suspended, reason: reason})
}

// decision is what an operator decides on a cause or a fact.
type decision struct {
	act fund.Act
	to  fund.Approval
	// version is that of what is approved, reason why something is suspended.
	version, reason string
}

// readReason reads the reason for a decision, which is one line.
func readReason(reason string) (string, error) {
	reason = singleLine(strings.Join(strings.Fields(reason), " ")) // a line break parts words
	var wrong fault.Fields
	fund.CheckReason(&wrong, reason)
	return reason, wrong.Err()
}

// check completes what was asked.
func (d *decision) check() (err error) {
	if d.to == fund.Suspended {
		d.reason, err = readReason(d.reason)
	}
	return err
}

func (a *App) decideOnCause(ctx context.Context, actor Actor, key fund.Key, d decision) (fund.Cause, error) {
	if err := requireOperator(actor); err != nil {
		return fund.Cause{}, err
	}
	found, err := a.store.GetCause(ctx, key)
	if err == nil {
		err = d.check()
	}
	if err != nil {
		return fund.Cause{}, err
	}
	// All changes of a cause are in its own lane, so that none comes between the look and the decision.
	err = a.write(ctx, actor, found.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		c, err := tx.GetCause(ctx, fund.Key{ID: found.ID})
		if err != nil {
			return err
		}
		if d.to == fund.Approved {
			if version := c.ApprovalVersion(); version != d.version {
				return fault.New(fault.Stale, "The cause %s is not what you looked at: it is at version %s now. Look at it again.", c.Slug, version)
			}
			if err := a.checkProposed(c); err != nil {
				return err
			}
		}
		if err := a.decideNow(ctx, tx, actor, c, d, now); err != nil || d.to != fund.Approved || c.Approval != fund.Pending {
			return err
		}
		return a.charityApproved(ctx, tx, c, now)
	})
	if err != nil {
		return fund.Cause{}, fmt.Errorf("cause %s: %w", found.ID, err)
	}
	return a.store.GetCause(ctx, fund.Key{ID: found.ID})
}

// checkProposed wants what the proposed profile of receipts needs: it may have been there when it was proposed, and be gone since.
func (a *App) checkProposed(c fund.Cause) error {
	if c.Proposed == nil {
		return nil
	}
	c.SetIdentity(*c.Proposed)
	var wrong fault.Fields
	a.profiles.Check(&wrong, c)
	return wrong.Err()
}

func (a *App) decideNow(ctx context.Context, tx *store.Tx, actor Actor, c fund.Cause, d decision, now time.Time) error {
	if c.Approval == d.to && c.Suspension == d.reason && (c.Proposed == nil && c.ProposedAccount == "" || d.to == fund.Suspended) {
		return nil
	}
	if d.to == fund.Approved && c.Proposed != nil {
		c.SetIdentity(*c.Proposed)
		c.Proposed = nil
	}
	if d.to == fund.Approved {
		if err := a.approveAccount(ctx, tx, &c, now); err != nil {
			return err
		}
	}
	c.UpdatedAt = now
	changed := fund.Detail{From: string(c.Approval), To: string(d.to)}
	if err := tx.UpdateCause(ctx, c); err != nil {
		return err
	}
	if err := tx.SetApproval(ctx, c.ID, d.to, d.reason); err != nil {
		return err
	}
	tx.Append(fund.Event{Topic: fund.TopicCauseDecided, Subject: c.ID, Facts: []fund.ID{c.ID}, At: now, Detail: changed})
	return logAct(ctx, tx, actor, doneOn(d.act, c.ID, now))
}

// TakeDown hides a fact that is no cause from others and stops its donations, at once, whatever its owner says; operators only. Money that
// is under way still arrives. The reason, of at most fund.MaxReason characters, is for those who look after the fact.
func (a *App) TakeDown(ctx context.Context, actor Actor, fact fund.ID, reason string) (fund.Fact, error) {
	return a.decideOnFact(ctx, actor, fact, decision{act: fund.ActTakeDown, to: fund.Suspended, reason: reason})
}

// PutBack lets others see a fact again that was taken down; operators only.
func (a *App) PutBack(ctx context.Context, actor Actor, fact fund.ID) (fund.Fact, error) {
	return a.decideOnFact(ctx, actor, fact, decision{act: fund.ActPutBack, to: fund.Approved})
}

// ListTakenDown lists the facts that an operator took down, but no cause, oldest first; operators only. A cursor is {ID}.
func (a *App) ListTakenDown(ctx context.Context, actor Actor, page fund.Page) ([]fund.Fact, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.ListTakenDown(ctx, oldestFirst(page))
}

func (a *App) decideOnFact(ctx context.Context, actor Actor, id fund.ID, d decision) (fund.Fact, error) {
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
	if err := d.check(); err != nil {
		return fund.Fact{}, err
	}
	err = a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.SetApproval(ctx, id, d.to, d.reason); err != nil {
			return err
		}
		event := fund.Event{Topic: fund.TopicFactDecided, Subject: id, At: now, Detail: fund.Detail{From: string(f.Approval), To: string(d.to)}}
		if err := appendAbout(ctx, tx, f, event); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(d.act, id, now))
	})
	if err != nil {
		return fund.Fact{}, fmt.Errorf("fact %s: %w", id, err)
	}
	return a.reread(ctx, id)
}
