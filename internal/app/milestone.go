package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// MilestoneQuery chooses the milestones of a list.
type MilestoneQuery struct {
	IncludeDisabled  bool
	Created, Updated fund.Span
}

// Milestones lists a fact's milestones by amount. A cursor is {Number: Amount, ID}.
func (a *App) Milestones(ctx context.Context, s Seen, query MilestoneQuery, page fund.Page) ([]fund.Milestone, error) {
	return a.store.ListMilestones(ctx, store.MilestoneFilter{
		Fact: s.fact.ID, Created: query.Created, Updated: query.Updated, EnabledOnly: !query.IncludeDisabled,
	}, inOrder(page, fund.OldestFirst))
}

// CreateMilestone adds a milestone to a campaign.
func (a *App) CreateMilestone(ctx context.Context, actor Actor, key FactKey, patch fund.MilestonePatch) (fund.Milestone, error) {
	var m fund.Milestone
	err := a.addToCampaign(ctx, actor, key, func(ctx context.Context, tx *store.Tx, e edit) error {
		m = fund.Milestone{ID: e.id, FactID: e.fact.ID, FactLegacyID: e.fact.LegacyID, Currency: e.fact.Currency, Enabled: true, CreatedAt: e.now}
		if err := patch.Apply(&m, e.fact.Currency, e.now).Err(); err != nil {
			return err
		}
		if e.fact.Total() >= m.Amount {
			m.ReachedAt = e.now
		}
		e.reportCreated(fund.TopicMilestoneCreated, m.ID, m.State())
		return tx.InsertMilestone(ctx, &m)
	})
	if err != nil {
		return fund.Milestone{}, fmt.Errorf("new milestone: %w", err)
	}
	return m, nil
}

// MilestoneKey finds a milestone of a campaign; without a campaign, of whatever fact has it.
type MilestoneKey struct {
	Campaign  FactKey
	Milestone fund.Key
}

// resolved is the key with the milestone's fact. If the actor may not see it, the milestone is NotFound.
func (k MilestoneKey) resolved(ctx context.Context, a *App, actor Actor) (MilestoneKey, error) {
	if k.Campaign.Key != (fund.Key{}) {
		return k, nil
	}
	_, f, err := a.seenMilestone(ctx, actor, k.Milestone)
	k.Campaign = FactKey{Key: fund.Key{ID: f.ID}, Kinds: []fund.Kind{f.Kind}}
	return k, err
}

// seenMilestone finds a milestone and its fact. If the actor may not see the fact, the milestone is NotFound.
func (a *App) seenMilestone(ctx context.Context, actor Actor, key fund.Key) (fund.Milestone, fund.Fact, error) {
	m, err := a.store.GetMilestone(ctx, key)
	if err != nil {
		return fund.Milestone{}, fund.Fact{}, err
	}
	f, err := a.partFact(ctx, actor, part{noun: "milestone", fact: m.FactID, legacy: m.LegacyID})
	if err != nil {
		return fund.Milestone{}, fund.Fact{}, err
	}
	return m, f, nil
}

// GetMilestone returns one milestone of a campaign that the actor may see.
func (a *App) GetMilestone(ctx context.Context, actor Actor, key MilestoneKey) (fund.Milestone, error) {
	if key.Campaign.Key == (fund.Key{}) {
		m, _, err := a.seenMilestone(ctx, actor, key.Milestone)
		return m, err
	}
	f, err := a.GetFact(ctx, actor, key.Campaign)
	if err != nil {
		return fund.Milestone{}, err
	}
	return milestoneOf(ctx, a.store.Queries, f.ID, key.Milestone)
}

// milestoneOf searches the few milestones of a campaign.
func milestoneOf(ctx context.Context, q store.Queries, fact fund.ID, key fund.Key) (fund.Milestone, error) {
	all, err := q.ListMilestones(ctx, store.MilestoneFilter{Fact: fact}, inOrder(wholeList(), fund.OldestFirst))
	if err != nil {
		return fund.Milestone{}, err
	}
	at := slices.IndexFunc(all, func(m fund.Milestone) bool {
		return m.LegacyID == key.LegacyID || !key.ID.IsZero() && m.ID == key.ID
	})
	if at < 0 {
		return fund.Milestone{}, missing("milestone", key)
	}
	return all[at], nil
}

// UpdateMilestone changes a milestone. A reached one stays reached unless its amount is raised above the campaign's total.
func (a *App) UpdateMilestone(ctx context.Context, actor Actor, key MilestoneKey, patch fund.MilestonePatch) (fund.Milestone, error) {
	key, err := key.resolved(ctx, a, actor)
	if err != nil {
		return fund.Milestone{}, err
	}
	var m fund.Milestone
	err = a.addToCampaign(ctx, actor, key.Campaign, func(ctx context.Context, tx *store.Tx, e edit) error {
		var err error
		if m, err = milestoneOf(ctx, tx.Queries, e.fact.ID, key.Milestone); err != nil {
			return err
		}
		before, was := m.Amount, m.State()
		if err := patch.Apply(&m, e.fact.Currency, e.now).Err(); err != nil {
			return err
		}
		switch total := e.fact.Total(); {
		case m.Amount == before:
		case total < m.Amount:
			m.ReachedAt = time.Time{}
		case m.ReachedAt.IsZero():
			m.ReachedAt = e.now
		}
		if err := tx.UpdateMilestone(ctx, m); err != nil {
			return err
		}
		done := step{fund.TopicMilestoneChanged, was, m.State()}
		e.reportStep(done, m.ID)
		if done.topic() != fund.TopicMilestoneReached {
			return nil
		}
		next, err := tx.NextMilestones(ctx, []fund.ID{e.fact.ID})
		for _, one := range next {
			e.report(fund.TopicMilestoneNext, one.ID, fund.Detail{Amount: one.Amount, Total: e.fact.Total()})
		}
		return err
	})
	if err != nil {
		return fund.Milestone{}, fmt.Errorf("milestone %s: %w", key.Milestone, err)
	}
	return m, nil
}

// DeleteMilestone removes a milestone, reached or not: no donation refers to it.
func (a *App) DeleteMilestone(ctx context.Context, actor Actor, key MilestoneKey) error {
	key, err := key.resolved(ctx, a, actor)
	if err != nil {
		return err
	}
	err = a.addToCampaign(ctx, actor, key.Campaign, func(ctx context.Context, tx *store.Tx, e edit) error {
		m, err := milestoneOf(ctx, tx.Queries, e.fact.ID, key.Milestone)
		if err != nil {
			return err
		}
		e.reportRemoved(fund.TopicMilestoneRemoved, m.ID, m.State())
		return tx.DeleteMilestone(ctx, m.ID)
	})
	if err != nil {
		return fmt.Errorf("milestone %s: %w", key.Milestone, err)
	}
	return nil
}
