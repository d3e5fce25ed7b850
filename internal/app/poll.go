package app

import (
	"context"
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Polls lists a fact's polls in the order of the page. A cursor is {Number: LegacyID}.
func (a *App) Polls(ctx context.Context, s Seen, page fund.Page) ([]fund.Poll, error) {
	return a.store.ListPolls(ctx, s.fact.ID, ofOneFact(page))
}

// PollOf returns one poll of the fact.
func (a *App) PollOf(ctx context.Context, s Seen, key fund.Key) (fund.Poll, error) {
	p, err := a.store.GetPoll(ctx, key)
	if err == nil && p.FactID != s.fact.ID {
		err = missing("poll", key)
	}
	return p, err
}

// ListAllPolls lists the polls of all public facts, newest first.
func (a *App) ListAllPolls(ctx context.Context, _ Actor, page fund.Page) ([]fund.Poll, error) {
	err := checkCursors(page, func(n int64) (bool, error) {
		_, err := a.GetPoll(ctx, Actor{}, fund.Key{LegacyID: n})
		return found(err)
	})
	if err != nil {
		return nil, err
	}
	return a.store.ListPolls(ctx, fund.ID{}, page)
}

// GetPoll returns one poll of a campaign that the actor may see.
func (a *App) GetPoll(ctx context.Context, actor Actor, key fund.Key) (fund.Poll, error) {
	p, err := a.store.GetPoll(ctx, key)
	if err != nil {
		return fund.Poll{}, err
	}
	if _, err := a.partFact(ctx, actor, pollPart(p)); err != nil {
		return fund.Poll{}, err
	}
	return p, nil
}

func pollPart(p fund.Poll) part {
	return part{noun: "poll", id: p.ID, fact: p.FactID, legacy: p.LegacyID}
}

// CreatePoll adds a poll with its options to a campaign.
func (a *App) CreatePoll(ctx context.Context, actor Actor, key FactKey, patch fund.PollPatch) (fund.Poll, error) {
	var p fund.Poll
	err := a.addToCampaign(ctx, actor, key, func(ctx context.Context, tx *store.Tx, e edit) error {
		p = fund.Poll{ID: e.id, FactID: e.fact.ID, FactLegacyID: e.fact.LegacyID, Enabled: true, CreatedAt: e.now}
		if err := patch.Apply(&p, e.now).Err(); err != nil {
			return err
		}
		if err := a.nameOptions(&p); err != nil {
			return err
		}
		e.reportCreated(fund.TopicPollCreated, p.ID, p.State(e.now))
		if err := tx.InsertPoll(ctx, &p); err != nil {
			return err
		}
		return e.settleEnd(ctx, tx, p.ID, changedEnd{of: store.EndingPolls, step: step{to: p.State(e.now)}, ends: p.EndsAt})
	})
	if err != nil {
		return fund.Poll{}, fmt.Errorf("new poll: %w", err)
	}
	return a.store.GetPoll(ctx, fund.Key{ID: p.ID})
}

// nameOptions assigns ids to new options.
func (a *App) nameOptions(p *fund.Poll) error {
	for i := range p.Options {
		o := &p.Options[i]
		if !o.ID.IsZero() {
			continue
		}
		var err error
		if o.ID, err = a.newID(p.UpdatedAt); err != nil {
			return err
		}
		o.PollID, o.PollLegacyID = p.ID, p.LegacyID
	}
	return nil
}

// UpdatePoll changes a poll and merges its options: those with an id change, those without are
// added, the others stay.
func (a *App) UpdatePoll(ctx context.Context, actor Actor, key fund.Key, patch fund.PollPatch) (fund.Poll, error) {
	p, err := a.store.GetPoll(ctx, key)
	if err != nil {
		return fund.Poll{}, err
	}
	err = a.editPart(ctx, actor, pollPart(p), func(ctx context.Context, tx *store.Tx, e edit) error {
		was, err := tx.GetPoll(ctx, fund.Key{ID: p.ID})
		if err != nil {
			return err
		}
		p := was
		p.Options = slices.Clone(was.Options)
		if err := patch.Apply(&p, e.now).Err(); err != nil {
			return err
		}
		became := step{fund.TopicPollChanged, was.State(e.now), p.State(e.now)}
		e.reportStep(became, p.ID)
		if err := a.savePoll(ctx, tx, pollEdit{e, was, p}); err != nil {
			return err
		}
		return e.settleEnd(ctx, tx, p.ID, changedEnd{store.EndingPolls, became, was.EndsAt, p.EndsAt, !was.Enabled})
	})
	if err != nil {
		return fund.Poll{}, err
	}
	return a.store.GetPoll(ctx, fund.Key{ID: p.ID})
}

// pollEdit is a changed poll.
type pollEdit struct {
	edit

	was, is fund.Poll
}

func (a *App) savePoll(ctx context.Context, tx *store.Tx, e pollEdit) error {
	p := e.is
	if err := tx.UpdatePoll(ctx, p); err != nil {
		return err
	}
	kept := 0
	for kept < len(p.Options) && !p.Options[kept].ID.IsZero() {
		kept++
	}
	if err := a.nameOptions(&p); err != nil {
		return err
	}
	for i := range p.Options {
		var err error
		o := &p.Options[i]
		if i < kept {
			if j := slices.IndexFunc(e.was.Options, func(was fund.PollOption) bool { return was.ID == o.ID }); j < 0 || e.was.Options[j].Name != o.Name {
				e.report(fund.TopicPollOptionChanged, o.ID, fund.Detail{Parent: p.ID})
			}
			err = tx.UpdatePollOption(ctx, *o)
		} else {
			e.report(fund.TopicPollOptionCreated, o.ID, fund.Detail{Parent: p.ID})
			err = tx.InsertPollOption(ctx, o)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// DeletePoll removes a poll without votes; any other is a Conflict.
func (a *App) DeletePoll(ctx context.Context, actor Actor, key fund.Key) error {
	p, err := a.store.GetPoll(ctx, key)
	if err != nil {
		return err
	}
	return a.editPart(ctx, actor, pollPart(p), func(ctx context.Context, tx *store.Tx, e edit) error {
		p, err := tx.GetPoll(ctx, fund.Key{ID: p.ID})
		if err != nil {
			return err
		}
		for _, o := range p.Options {
			if o.Raised != 0 {
				return inUse(pollPart(p))
			}
		}
		e.reportRemoved(fund.TopicPollRemoved, p.ID, p.State(e.now))
		return tx.DeletePoll(ctx, p.ID)
	})
}
