package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// CampaignFilter filters the campaigns of a list; nil fields do not filter.
type CampaignFilter struct {
	// Cause and Event need RequireCause. Supporting lists the campaigns that directly support
	// that campaign.
	User, Team, Cause, Event, Supporting *fund.Key
}

// ListCampaigns lists campaigns and team campaigns, newest first: the public ones, and the
// unpublished ones that the actor owns, edits, or sees as the cause.
func (a *App) ListCampaigns(ctx context.Context, actor Actor, filter CampaignFilter, page fund.Page) ([]fund.Fact, error) {
	look, err := a.campaignFilter(ctx, actor, filter)
	if err != nil {
		return nil, err
	}
	err = checkCursors(page, func(n int64) (bool, error) {
		f, err := a.store.GetFact(ctx, store.FactKey{Key: fund.Key{LegacyID: n}, Kinds: campaignKinds()})
		if ok, err := found(err); !ok {
			return false, err
		}
		if !inList(look, f) {
			return false, nil
		}
		return maySee(ctx, a.store.Queries, actor, f)
	})
	if err != nil {
		return nil, err
	}
	return a.store.ListFacts(ctx, look, page)
}

// campaignFilter resolves the filter's keys and chooses the states that the actor may see.
func (a *App) campaignFilter(ctx context.Context, actor Actor, filter CampaignFilter) (store.FactFilter, error) {
	q := a.store.Queries
	look := store.FactFilter{Kinds: campaignKinds(), VisibleTo: actor.User}
	all := actor.Kind == ActorSystem
	if filter.User != nil {
		user, err := q.GetUser(ctx, *filter.User)
		if err != nil {
			return look, err
		}
		look.User, look.Kinds = user.ID, []fund.Kind{fund.KindCampaign}
	}
	if filter.Team != nil {
		team, err := q.GetTeam(ctx, *filter.Team)
		if err != nil {
			return look, err
		}
		look.Team, look.Kinds = team.ID, []fund.Kind{fund.KindTeamCampaign}
		role, err := roleIn(ctx, q, actor, team.ID)
		if err != nil {
			return look, err
		}
		all = all || role.MayEditCampaigns()
	}
	if filter.Cause != nil {
		cause, err := a.ownCause(ctx, actor, *filter.Cause)
		if err != nil {
			return look, err
		}
		look.Cause, all = cause.ID, true
	}
	if filter.Event != nil {
		event, err := a.ownEvent(ctx, actor, *filter.Event)
		if err != nil {
			return look, err
		}
		look.Event, all = event.ID, true
	}
	if filter.Supporting != nil {
		parent, err := a.GetFact(ctx, actor, FactKey{Key: *filter.Supporting})
		if err != nil {
			return look, err
		}
		look.Parent = parent.ID
	}
	look.Statuses = []fund.Status{fund.Published, fund.Retired}
	if all {
		look.Statuses = append(look.Statuses, fund.Unpublished)
	}
	return look, nil
}

// inList reports whether the fact fits the filter's references.
func inList(look store.FactFilter, f fund.Fact) bool {
	switch {
	case !look.User.IsZero() && (f.User == nil || f.User.ID != look.User || f.Kind != fund.KindCampaign),
		!look.Team.IsZero() && (f.Team == nil || f.Team.ID != look.Team || f.Kind != fund.KindTeamCampaign),
		!look.Cause.IsZero() && f.Cause.ID != look.Cause,
		!look.Event.IsZero() && (f.Event == nil || f.Event.ID != look.Event),
		!look.Parent.IsZero() && (f.Parent == nil || f.Parent.ID != look.Parent):
		return false
	}
	return true
}

// CreateCampaign creates a campaign of the actor's user. The cause is required. A missing slug is derived from the name.
func (a *App) CreateCampaign(ctx context.Context, actor Actor, patch fund.CampaignPatch) (fund.Fact, error) {
	if err := requireWriter(actor); err != nil {
		return fund.Fact{}, err
	}
	return a.createCampaign(ctx, campaignChange{actor: actor, fact: fund.Fact{Kind: fund.KindCampaign}, patch: patch})
}

// CreateCampaignFor creates a campaign of a user, under the rules for that user; operators only.
func (a *App) CreateCampaignFor(ctx context.Context, actor Actor, user fund.ID, patch fund.CampaignPatch) (fund.Fact, error) {
	if err := requireOperator(actor); err != nil {
		return fund.Fact{}, err
	}
	owner := Actor{Kind: ActorUser, User: user, Scopes: fund.Scopes()}.Reading(actor.Languages)
	return a.createCampaign(ctx, campaignChange{
		actor: owner, fact: fund.Fact{Kind: fund.KindCampaign}, patch: patch,
		save: func(ctx context.Context, tx *store.Tx, f fund.Fact) error {
			if err := tx.InsertFact(ctx, &f); err != nil {
				return err
			}
			return logAct(ctx, tx, actor, doneOn(fund.ActCreateCampaign, f.ID, f.CreatedAt))
		},
	})
}

// CreateTeamCampaign creates a campaign of a team; campaign editors of the team only.
func (a *App) CreateTeamCampaign(ctx context.Context, actor Actor, key fund.Key, patch fund.CampaignPatch) (fund.Fact, error) {
	if err := requireWriterOrSystem(actor); err != nil {
		return fund.Fact{}, err
	}
	team, err := a.store.GetTeam(ctx, key)
	if err != nil {
		return fund.Fact{}, err
	}
	role, err := roleIn(ctx, a.store.Queries, actor, team.ID)
	if err != nil {
		return fund.Fact{}, err
	}
	if !role.MayEditCampaigns() {
		return fund.Fact{}, forbidden()
	}
	if !team.DisbandedAt.IsZero() {
		return fund.Fact{}, disbanded(team)
	}
	f := fund.Fact{Kind: fund.KindTeamCampaign, Team: teamOwner(team)}
	return a.createCampaign(ctx, campaignChange{actor: actor, fact: f, patch: patch})
}

func (a *App) createCampaign(ctx context.Context, c campaignChange) (fund.Fact, error) {
	lane, err := a.causeLane(ctx, c.patch.Cause)
	if err != nil {
		return fund.Fact{}, err
	}
	c.patch.Language = c.actor.language()
	var made fund.ID
	err = a.write(ctx, c.actor, lane, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		c.now = now
		made, err = a.insertCampaign(ctx, tx, c)
		return err
	})
	if err != nil {
		return fund.Fact{}, fmt.Errorf("new %s: %w", c.fact.Kind.Noun(), err)
	}
	return a.reread(ctx, made)
}

// UpdateCampaign changes a campaign or team campaign: its owner or campaign editors only.
func (a *App) UpdateCampaign(ctx context.Context, actor Actor, key FactKey, patch fund.CampaignPatch) (fund.Fact, error) {
	return a.updateCampaign(ctx, key, campaignChange{actor: actor, patch: patch})
}

// PreviewCampaign is a campaign of any kind as UpdateCampaign would change it, by the rules that need no database, for those who may. Nothing is saved.
func (a *App) PreviewCampaign(ctx context.Context, actor Actor, key FactKey, patch fund.CampaignPatch) (fund.Fact, error) {
	f, err := a.editableCampaign(ctx, actor, key)
	if err != nil {
		return fund.Fact{}, err
	}
	wrong := patch.Apply(&f, a.Now())
	return f, wrong.Err()
}

func (a *App) updateCampaign(ctx context.Context, key FactKey, c campaignChange) (fund.Fact, error) {
	f, err := a.editableCampaign(ctx, c.actor, key)
	if err != nil {
		return fund.Fact{}, err
	}
	err = a.write(ctx, c.actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		fresh, err := tx.GetFact(ctx, factByID(f.ID))
		if err != nil {
			return err
		}
		if err := requireEditor(c.actor)(ctx, tx.Queries, fresh); err != nil {
			return err
		}
		c.fact, c.now = fresh, now
		return a.saveCampaign(ctx, tx, c)
	})
	if err != nil {
		return fund.Fact{}, fmt.Errorf("%s %d: %w", f.Kind.Noun(), f.LegacyID, err)
	}
	return a.reread(ctx, f.ID)
}

// DeleteCampaign removes a campaign that never had a donation or a supporter; any other is a Conflict, because donations keep their
// campaign.
func (a *App) DeleteCampaign(ctx context.Context, actor Actor, key FactKey) error {
	f, err := a.editableCampaign(ctx, actor, key)
	if err != nil {
		return err
	}
	err = a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		fresh, err := tx.GetFact(ctx, factByID(f.ID))
		if err != nil {
			return err
		}
		if err := requireEditor(actor)(ctx, tx.Queries, fresh); err != nil {
			return err
		}
		return deleteCampaign(ctx, tx, fresh, now)
	})
	if err != nil {
		return fmt.Errorf("campaign %d: %w", f.LegacyID, err)
	}
	return nil
}

func deleteCampaign(ctx context.Context, tx *store.Tx, f fund.Fact, now time.Time) error {
	used, err := campaignUsed(ctx, tx.Queries, f)
	if err != nil {
		return err
	}
	if used || f.Status == fund.Retired {
		return fault.New(fault.Conflict, "Campaign %d has donations or supporters, or is retired: it cannot be deleted, retire it instead.", f.LegacyID)
	}
	open, err := tx.CountOpenDonations(ctx, f.ID)
	if err != nil {
		return err
	}
	if open > 0 {
		return fault.New(fault.Conflict, "A donor is paying for campaign %d: unpublish it, and delete it when no payment is open any more, after half an hour.", f.LegacyID)
	}
	facts, err := factsShowing(ctx, tx.Queries, f)
	if err != nil {
		return err
	}
	if err := tx.DeleteFact(ctx, f.ID); err != nil {
		return err
	}
	tx.Append(fund.Event{Topic: fund.TopicFactRemoved, Subject: f.ID, Facts: facts, At: now, Detail: fund.Detail{From: string(f.Status)}})
	return nil
}

// campaignUsed reports whether a campaign has donations or supporters, or had.
func campaignUsed(ctx context.Context, q store.Queries, f fund.Fact) (bool, error) {
	if f.Total() != 0 {
		return true, nil
	}
	supporters, err := q.ListFacts(ctx, store.FactFilter{Parent: f.ID}, fund.Page{Limit: 1})
	if err != nil || len(supporters) > 0 {
		return true, err
	}
	donations, err := q.ListDonations(ctx, store.DonationFilter{Fact: f.ID}, fund.Page{Limit: 1})
	return len(donations) > 0, err
}

// editableCampaign finds a fact, by default a campaign, that the actor may change. An actor who may see but not change it is Forbidden, and
// so is a token that may not write.
func (a *App) editableCampaign(ctx context.Context, actor Actor, key FactKey) (fund.Fact, error) {
	return a.changeableCampaign(ctx, actor, editFact, key)
}

// changeableCampaign is editableCampaign for another right to change.
func (a *App) changeableCampaign(ctx context.Context, actor Actor, r right, key FactKey) (fund.Fact, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.Fact{}, err
	}
	if err := requireRole(ctx, a.store.Queries, actor, r, f); err != nil {
		return fund.Fact{}, err
	}
	return f, requireWrite(actor, f)
}

// reread returns a fact as others see it now, with the names and pictures of what it refers to.
func (a *App) reread(ctx context.Context, id fund.ID) (fund.Fact, error) {
	return a.store.GetFact(ctx, factByID(id))
}

func factByID(id fund.ID) store.FactKey { return store.FactKey{Key: fund.Key{ID: id}} }

// OwnCampaigns lists all campaigns of the actor's user including drafts, oldest first. A cursor is {ID}.
func (a *App) OwnCampaigns(ctx context.Context, actor Actor, page fund.Page) ([]fund.Fact, error) {
	if err := RequireUser(actor); err != nil {
		return nil, err
	}
	filter := store.FactFilter{
		User: actor.User, Kinds: []fund.Kind{fund.KindCampaign}, Statuses: append(shown(), fund.Unpublished),
	}
	return a.store.ListFacts(ctx, filter, oldestFirst(page))
}
