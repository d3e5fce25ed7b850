package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// GetCause returns one cause.
func (a *App) GetCause(ctx context.Context, actor Actor, key fund.Key) (fund.Cause, error) {
	cause, err := a.store.GetCause(ctx, key)
	if err != nil {
		return fund.Cause{}, err
	}
	return cause, asRequested(requireSight(ctx, a.store.Queries, actor, cause.Fact), "cause", key.String())
}

// ListCauses lists the published causes, newest first.
func (a *App) ListCauses(ctx context.Context, _ Actor, page fund.Page) ([]fund.Cause, error) {
	err := checkCursors(page, func(n int64) (bool, error) {
		cause, err := a.store.GetCause(ctx, fund.Key{LegacyID: n})
		ok, err := found(err)
		return ok && cause.Status == fund.Published, err
	})
	if err != nil {
		return nil, err
	}
	return a.store.ListCauses(ctx, []fund.Status{fund.Published}, page)
}

// AllCauses lists all causes; operators only. The cursor of a page is {ID}.
func (a *App) AllCauses(ctx context.Context, actor Actor, page fund.Page) ([]fund.Cause, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.ListCauses(ctx, []fund.Status{fund.Unpublished, fund.Published, fund.Retired}, page)
}

// ownCause finds a cause that the actor acts for.
func (a *App) ownCause(ctx context.Context, actor Actor, key fund.Key) (fund.Cause, error) {
	if err := RequireToken(actor); err != nil {
		return fund.Cause{}, err
	}
	cause, err := a.GetCause(ctx, actor, key)
	if err != nil {
		return fund.Cause{}, err
	}
	return cause, a.RequireCause(ctx, actor, cause.ID)
}

// UpdatePermissions changes permissions of a cause; the cause only. It returns all of them.
func (a *App) UpdatePermissions(ctx context.Context, actor Actor, key fund.Key, patch fund.PermissionsPatch) (map[string]bool, error) {
	cause, err := a.updateCause(ctx, actor, key, func(_ context.Context, _ *store.Tx, c *fund.Cause) error {
		next, wrong := patch.Apply(c.Permissions)
		c.Permissions = next
		return wrong.Err()
	})
	return cause.Permissions, err
}

// UpdateCauseVisibility changes what the pages of a cause show; the cause only. It returns all options.
func (a *App) UpdateCauseVisibility(ctx context.Context, actor Actor, key fund.Key, patch fund.VisibilityPatch) (fund.Visibility, error) {
	cause, err := a.updateCause(ctx, actor, key, func(_ context.Context, _ *store.Tx, c *fund.Cause) error {
		next, wrong := patch.Apply(c.Visibility, fund.CauseVisibilityNames())
		c.Visibility = next
		return wrong.Err()
	})
	return cause.Visibility, err
}

// updateCause loads, changes and saves a cause in one write.
func (a *App) updateCause(ctx context.Context, actor Actor, key fund.Key, change func(context.Context, *store.Tx, *fund.Cause) error) (fund.Cause, error) {
	cause, err := a.ownCause(ctx, actor, key)
	if err != nil {
		return fund.Cause{}, err
	}
	err = a.write(ctx, actor, cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		cause, err = tx.GetCause(ctx, fund.Key{ID: cause.ID})
		if err != nil {
			return err
		}
		if err := requireEditor(actor)(ctx, tx.Queries, cause.Fact); err != nil {
			return err
		}
		if err := requireOpen(cause.Fact); err != nil {
			return err
		}
		cause.UpdatedAt = now
		was := cause.Status
		if err := change(ctx, tx, &cause); err != nil {
			return err
		}
		if err := tx.UpdateCause(ctx, cause); err != nil {
			return err
		}
		return appendFact(ctx, tx, cause.Fact, was, now)
	})
	if err != nil {
		return fund.Cause{}, fmt.Errorf("cause %d: %w", cause.LegacyID, err)
	}
	return cause, nil
}

// ImportCause stores a cause as it is, for data that comes from elsewhere. Missing ids and times are set. System only.
func (a *App) ImportCause(ctx context.Context, actor Actor, c fund.Cause) (fund.Cause, error) {
	if actor.Kind != ActorSystem {
		return fund.Cause{}, forbidden()
	}
	now := a.Now()
	if err := a.stampFact(&c.Fact, fund.KindCause, now); err != nil {
		return fund.Cause{}, err
	}
	c.Cause = fund.Ref{ID: c.ID, Slug: c.Slug, Name: c.Name}
	wrong := c.Check()
	if err := wrong.Err(); err != nil {
		return fund.Cause{}, err
	}
	err := a.write(ctx, actor, c.ID, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		if err := tx.InsertCause(ctx, &c); err != nil {
			return err
		}
		return appendFactCreated(ctx, tx, c.Fact, now)
	})
	if err != nil {
		return fund.Cause{}, fmt.Errorf("new cause %q: %w", c.Slug, err)
	}
	return a.store.GetCause(ctx, fund.Key{ID: c.ID})
}

// GetCauseForMembers is GetCause with what the cause proposed, for its members and for operators.
func (a *App) GetCauseForMembers(ctx context.Context, actor Actor, key fund.Key) (fund.Cause, error) {
	c, err := a.GetCause(ctx, actor, key)
	if err != nil {
		return fund.Cause{}, err
	}
	return c, a.RequireCause(ctx, actor, c.ID)
}

// CreateCause creates a cause, unpublished by default. The actor's user, or the owner of the calling application, becomes its first owner.
// It is pending until an operator approves it, unless the server takes causes without a look.
func (a *App) CreateCause(ctx context.Context, actor Actor, patch fund.CausePatch) (fund.Cause, error) {
	if err := RequireToken(actor); err != nil {
		return fund.Cause{}, err
	}
	if err := requireScope(actor, fund.ScopeCause); err != nil {
		return fund.Cause{}, err
	}
	member := actor.User
	if actor.Kind == ActorApplication {
		member = actor.Owner
	}
	if member.IsZero() && actor.Kind != ActorSystem {
		return fund.Cause{}, forbidden()
	}
	approval, err := a.firstApproval(ctx, actor)
	if err != nil {
		return fund.Cause{}, err
	}
	return a.createCause(ctx, actor, newCause{owner: member, approval: approval, patch: patch})
}

// CreateCauseFor creates a cause that a user owns; operators only. It is pending until an operator approves it.
func (a *App) CreateCauseFor(ctx context.Context, actor Actor, owner fund.ID, patch fund.CausePatch) (fund.Cause, error) {
	if err := requireOperator(actor); err != nil {
		return fund.Cause{}, err
	}
	return a.createCause(ctx, actor, newCause{owner: owner, approval: fund.Pending, patch: patch})
}

// newCause is a cause to be created; a zero owner is none.
type newCause struct {
	owner    fund.ID
	approval fund.Approval
	patch    fund.CausePatch
	// with does what belongs to it; nil for nothing.
	with func(ctx context.Context, tx *store.Tx, cause fund.ID, now time.Time) error
}

func (a *App) createCause(ctx context.Context, actor Actor, in newCause) (fund.Cause, error) {
	id, err := a.newID(a.Now())
	if err != nil {
		return fund.Cause{}, err
	}
	in.patch.Language = actor.language()
	err = a.write(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		c := fund.Cause{Fact: fund.Fact{
			ID: id, Kind: fund.KindCause, Status: fund.Unpublished, Approval: in.approval, Supportable: fund.SupportPublic, CreatedAt: now,
		}}
		if err := a.insertCause(ctx, tx, &c, in.patch); err != nil {
			return err
		}
		if !in.owner.IsZero() {
			if err := tx.SetCauseRole(ctx, id, in.owner, fund.CauseOwner); err != nil {
				return err
			}
		}
		if in.with != nil {
			return in.with(ctx, tx, id, now)
		}
		if !actsAsOperator(actor) {
			return nil
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActCreateCause, id, now))
	})
	if err != nil {
		return fund.Cause{}, fmt.Errorf("new cause: %w", err)
	}
	return a.store.GetCause(ctx, fund.Key{ID: id})
}

func (a *App) insertCause(ctx context.Context, tx *store.Tx, c *fund.Cause, patch fund.CausePatch) error {
	wrong := patch.Apply(c, c.CreatedAt)
	if err := settleSlug(ctx, tx.Queries, &c.Fact, patch.Slug, &wrong); err != nil {
		return err
	}
	a.profiles.Check(&wrong, *c)
	if err := wrong.Err(); err != nil {
		return err
	}
	if err := tx.InsertCause(ctx, c); err != nil {
		return err
	}
	return appendFactCreated(ctx, tx, c.Fact, c.CreatedAt)
}

// UpdateCause changes a cause; the cause only. The status retired is permanent. Another legal name, tax number or profile of receipts of an
// approved cause is a proposal, which takes effect when an operator approves it.
func (a *App) UpdateCause(ctx context.Context, actor Actor, key fund.Key, patch fund.CausePatch) (fund.Cause, error) {
	c, err := a.updateCause(ctx, actor, key, func(ctx context.Context, tx *store.Tx, c *fund.Cause) error {
		before := *c
		if c.Proposed != nil && (patch.LegalName.Set || patch.GovernmentID.Set || patch.ReceiptProfile.Set) {
			c.SetIdentity(*c.Proposed) // what is not sent stays as it was proposed
			c.Proposed = nil
		}
		wrong := patch.Apply(c, c.UpdatedAt)
		if err := settleSlug(ctx, tx.Queries, &c.Fact, patch.Slug, &wrong); err != nil {
			return err
		}
		a.profiles.Check(&wrong, *c)
		if err := wrong.Err(); err != nil {
			return err
		}
		if actor.Kind == ActorSystem {
			if err := logAct(ctx, tx, actor, doneOn(fund.ActUpdateCause, c.ID, c.UpdatedAt)); err != nil {
				return err
			}
		}
		if err := a.proposeIdentity(ctx, tx, actor, before, c); err != nil {
			return err
		}
		if !patch.ReceiptProfile.Set || c.Proposed != nil {
			return nil
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActSetReceipts, c.ID, c.UpdatedAt).of(c.ID).with("profile", c.Profile()))
	})
	if err != nil {
		return fund.Cause{}, err
	}
	return a.store.GetCause(ctx, fund.Key{ID: c.ID})
}
