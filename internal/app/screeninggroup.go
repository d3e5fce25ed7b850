package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ScreeningGroups lists the groups of a fact, the oldest first, for those who screen or read aloud there.
func (a *App) ScreeningGroups(ctx context.Context, s Seen) ([]fund.ScreeningGroup, error) {
	if err := requireAny(ctx, a.store.Queries, s.actor, s.fact, screenDonation, readAloud); err != nil {
		return nil, err
	}
	return a.store.ListScreeningGroups(ctx, s.fact.ID)
}

// GetScreeningGroup finds a group of a fact, for those who screen or read aloud there.
func (a *App) GetScreeningGroup(ctx context.Context, actor Actor, key fund.Key) (fund.ScreeningGroup, error) {
	g, f, err := a.seenGroup(ctx, actor, key)
	if err != nil {
		return fund.ScreeningGroup{}, err
	}
	return g, requireAny(ctx, a.store.Queries, actor, f, screenDonation, readAloud)
}

// seenGroup finds a group and its fact. If the actor may not see the fact, the group is NotFound.
func (a *App) seenGroup(ctx context.Context, actor Actor, key fund.Key) (fund.ScreeningGroup, fund.Fact, error) {
	g, err := a.store.GetScreeningGroup(ctx, key.ID)
	if err != nil {
		return fund.ScreeningGroup{}, fund.Fact{}, err
	}
	f, err := a.seenFact(ctx, actor, g.FactID)
	if fault.Is(err, fault.NotFound) {
		err = missing("group", key)
	}
	if err != nil {
		return fund.ScreeningGroup{}, fund.Fact{}, err
	}
	return g, f, nil
}

// CreateScreeningGroup makes a group, for those who say how a fact is screened. More than fund.MaxScreeningGroups at once are a Conflict.
func (a *App) CreateScreeningGroup(ctx context.Context, actor Actor, key FactKey, patch fund.ScreeningGroupPatch) (g fund.ScreeningGroup, err error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return g, err
	}
	err = a.writeBelow(ctx, actor, f, requireChange(actor, setScreening), func(ctx context.Context, tx *store.Tx, e edit) error {
		all, err := tx.ListScreeningGroups(ctx, e.fact.ID)
		if err := room(fund.MaxScreeningGroups, "groups")(len(all), err); err != nil {
			return err
		}
		g = fund.ScreeningGroup{ID: e.id, FactID: e.fact.ID, CreatedAt: e.now}
		if err := patch.Apply(&g, e.now).Err(); err != nil {
			return err
		}
		if err := tx.InsertScreeningGroup(ctx, g); err != nil {
			return err
		}
		return logScreening(ctx, tx, actor, e)
	})
	if err != nil {
		return fund.ScreeningGroup{}, fmt.Errorf("new group: %w", err)
	}
	return g, nil
}

// UpdateScreeningGroup changes a group.
func (a *App) UpdateScreeningGroup(ctx context.Context, actor Actor, key fund.Key, patch fund.ScreeningGroupPatch) (fund.ScreeningGroup, error) {
	return a.changeGroup(ctx, actor, key, func(ctx context.Context, tx *store.Tx, g *fund.ScreeningGroup, e edit) error {
		if err := patch.Apply(g, e.now).Err(); err != nil {
			return err
		}
		return tx.UpdateScreeningGroup(ctx, *g)
	})
}

// DeleteScreeningGroup removes a group. What was marked with it is marked with none.
func (a *App) DeleteScreeningGroup(ctx context.Context, actor Actor, key fund.Key) error {
	_, err := a.changeGroup(ctx, actor, key, func(ctx context.Context, tx *store.Tx, g *fund.ScreeningGroup, _ edit) error {
		return tx.DeleteScreeningGroup(ctx, g.ID)
	})
	return err
}

func (a *App) changeGroup(ctx context.Context, actor Actor, key fund.Key, work func(context.Context, *store.Tx, *fund.ScreeningGroup, edit) error) (g fund.ScreeningGroup, err error) {
	_, f, err := a.seenGroup(ctx, actor, key)
	if err != nil {
		return g, err
	}
	err = a.writeBelow(ctx, actor, f, requireChange(actor, setScreening), func(ctx context.Context, tx *store.Tx, e edit) error {
		if g, err = tx.GetScreeningGroup(ctx, key.ID); err != nil {
			return err
		}
		if err := work(ctx, tx, &g, e); err != nil {
			return err
		}
		return logScreening(ctx, tx, actor, e)
	})
	if err != nil {
		return fund.ScreeningGroup{}, fmt.Errorf("group %s: %w", key, err)
	}
	return g, nil
}

// MarkDonation marks a donation with a group of its fact, or with none for the zero id, for those who screen there. It is a Conflict where there is no such group.
func (a *App) MarkDonation(ctx context.Context, actor Actor, key fund.Key, group fund.ID) error {
	_, err := a.changeDonation(ctx, actor, screenDonation, key, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		if !d.ErasedAt.IsZero() {
			return fault.New(fault.Conflict, "The donor of this donation was erased.")
		}
		all, err := tx.ListScreeningGroups(ctx, d.Fact.ID)
		if err != nil {
			return err
		}
		if !group.IsZero() && !slices.ContainsFunc(all, func(g fund.ScreeningGroup) bool { return g.ID == group }) {
			return fault.New(fault.Conflict, "There is no such group.")
		}
		if err := tx.PutScreeningMark(ctx, d.ID, group); err != nil {
			return err
		}
		did := doneWith(fund.ActMark, d, now)
		if !group.IsZero() {
			did = did.with("group", group.String())
		}
		return logAct(ctx, tx, actor, did)
	})
	return err
}

// MarksOf are the groups that donations to a fact are marked with, for those who screen or read aloud there.
func (a *App) MarksOf(ctx context.Context, s Seen, donations []fund.ID) (map[fund.ID]fund.ScreeningGroup, error) {
	all, err := a.ScreeningGroups(ctx, s)
	if err != nil || len(all) == 0 {
		return nil, err
	}
	marks, err := a.store.ScreeningMarks(ctx, donations)
	if err != nil {
		return nil, err
	}
	found := map[fund.ID]fund.ScreeningGroup{}
	for donation, id := range marks {
		for _, g := range all {
			if g.ID == id {
				found[donation] = g
			}
		}
	}
	return found, nil
}

// MarkedDonations are the last donations that were marked with a group of a fact, as screeners see them.
func (a *App) MarkedDonations(ctx context.Context, s Seen, group fund.ID, limit int) ([]fund.Donation, error) {
	if err := requireRole(ctx, a.store.Queries, s.actor, screenDonation, s.fact); err != nil {
		return nil, err
	}
	g, err := a.store.GetScreeningGroup(ctx, group)
	if err != nil {
		return nil, err
	}
	if g.FactID != s.fact.ID {
		return nil, missing("group", fund.Key{ID: group})
	}
	ids, err := a.store.MarkedDonations(ctx, group, limit)
	if err != nil {
		return nil, err
	}
	donations, err := a.screenedByID(ctx, ids)
	return slices.DeleteFunc(donations, func(d fund.Donation) bool { return !d.Listed() }), err
}

// HighlightsOf are what is highlighted in what waits at a fact, for those who screen there.
func (a *App) HighlightsOf(ctx context.Context, s Seen) (fund.Highlights, error) {
	if err := requireRole(ctx, a.store.Queries, s.actor, screenDonation, s.fact); err != nil {
		return fund.Highlights{}, err
	}
	return a.store.Highlights(ctx, s.fact.ID)
}

// SetHighlights changes them, for those who say how a fact is screened.
func (a *App) SetHighlights(ctx context.Context, actor Actor, key FactKey, patch fund.HighlightsPatch) error {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return err
	}
	return a.writeBelow(ctx, actor, f, requireChange(actor, setScreening), func(ctx context.Context, tx *store.Tx, e edit) error {
		h, err := tx.Highlights(ctx, e.fact.ID)
		if err != nil {
			return err
		}
		if err := patch.Apply(&h, e.fact.Currency, e.now).Err(); err != nil {
			return err
		}
		if err := tx.PutHighlights(ctx, h); err != nil {
			return err
		}
		return logScreening(ctx, tx, actor, e)
	})
}

// logScreening logs that somebody changed how a fact is screened.
func logScreening(ctx context.Context, tx *store.Tx, actor Actor, e edit) error {
	return logAct(ctx, tx, actor, doneOn(fund.ActSetScreening, e.fact.ID, e.now).of(e.fact.Cause.ID).byGrant(e.fact.ID))
}
