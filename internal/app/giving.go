package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/store"
)

// GetGiving is how the fact itself takes gifts, without what is set above it; who may change the fact only.
func (a *App) GetGiving(ctx context.Context, actor Actor, key FactKey) (fund.Giving, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.Giving{}, err
	}
	if err := requireEdit(ctx, a.store.Queries, actor, f); err != nil {
		return fund.Giving{}, err
	}
	return givingOf(ctx, a.store.Queries, f.ID)
}

func givingOf(ctx context.Context, q store.Queries, fact fund.ID) (fund.Giving, error) {
	all, err := q.ListGiving(ctx, []fund.ID{fact})
	g := all[fact]
	g.FactID = fact
	return g, err
}

// UpdateGiving changes how a fact takes gifts.
func (a *App) UpdateGiving(ctx context.Context, actor Actor, key FactKey, patch fund.GivingPatch) (fund.Giving, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.Giving{}, err
	}
	var g fund.Giving
	err = a.writeBelow(ctx, f, editing(actor), func(ctx context.Context, tx *store.Tx, e edit) (fund.Event, error) {
		var err error
		if g, err = givingOf(ctx, tx.Queries, f.ID); err != nil {
			return fund.Event{}, err
		}
		if err := patch.Apply(&g, f.Currency, e.now).Err(); err != nil {
			return fund.Event{}, err
		}
		return fund.Event{Topic: fund.TopicFactChanged, Subject: f.ID}, tx.PutGiving(ctx, g)
	})
	if err != nil {
		return fund.Giving{}, fmt.Errorf("giving of fact %s: %w", f.ID, err)
	}
	return g, nil
}

// Giveable is a fact as those see it who want to give to it.
type Giveable struct {
	fund.Fact
	// Giving is how gifts are taken, with what is set above the fact.
	Giving fund.Giving
	// OpensAt is from when gifts are taken; the zero time for no limit. Closed tells that the fact takes none
	// itself.
	OpensAt time.Time
	Closed  bool
	// Fee is what the provider keeps of a gift, as far as that is known.
	Fee fund.FeeRate
	// Unready says, in a sentence, why nothing can be paid to its cause; "" when it can. Only GetGiveable asks.
	Unready string
}

// check says why the fact takes no gifts now.
func (g Giveable) check(wrong *fault.Fields, now time.Time) {
	switch {
	case g.Closed:
		wrong.Add("fact", "takes no donations of its own; give to one of its campaigns")
	case now.Before(g.OpensAt):
		wrong.Add("fact", "takes no donations before it starts, "+g.OpensAt.UTC().Format("2006-01-02 15:04 UTC"))
	}
}

// checkStep refuses an amount that the provider cannot count.
func checkStep(wrong *fault.Fields, amount, step int64, currency string) {
	if digits, err := money.Digits(currency); err == nil && amount%step != 0 {
		wrong.Add("amount", "must be a multiple of "+money.Fixed(step, digits))
	}
}

// giveable is what is remembered of a fact for those who give to it.
type giveable struct {
	giving  fund.Giving
	opensAt time.Time
	closed  bool
}

// GetGiveable finds a fact for those who want to give to it.
func (a *App) GetGiveable(ctx context.Context, actor Actor, key FactKey) (Giveable, error) {
	f, err := a.facing(ctx, actor, key)
	if err != nil {
		return Giveable{}, err
	}
	g, err := a.giveable(ctx, f)
	if err != nil {
		return g, err
	}
	_, _, err = a.payee(ctx, f)
	if fault.Is(err, fault.Unavailable) {
		g.Unready = fault.From(err).Message
		err = nil
	}
	return g, err
}

// facing finds the fact that a giver stands before. Published ones are remembered, as for givers without a page;
// see givenFact.
func (a *App) facing(ctx context.Context, actor Actor, key FactKey) (fund.Fact, error) {
	name, now := key.name(), a.Now()
	if f, known := a.given.get(name, now); known && name.owner != "" {
		return f, nil
	}
	era := a.given.era.Load()
	f, err := a.GetFact(ctx, actor, key)
	if err == nil && f.Status == fund.Published && name.owner != "" {
		a.given.put(name, remembered[fund.Fact]{value: f, until: now.Add(rememberFor)}, era)
	}
	return f, err
}

// name is the key as a page has it: with the slug of an owner, whatever the kind of the fact, or the fact's own
// id and kind. It has no owner for other keys.
func (k FactKey) name() givenKey {
	if !k.ID.IsZero() && len(k.Kinds) == 1 {
		return givenKey{k.Key, "page of a " + string(k.Kinds[0])}
	}
	if len(k.Kinds) != len(AllKinds()) {
		return givenKey{}
	}
	for _, one := range []struct {
		sign  string
		owner *fund.Key
	}{{"page @", k.User}, {"page +", k.Team}, {"page ", k.Cause}} {
		if one.owner != nil && one.owner.Slug != "" {
			return givenKey{k.Key, one.sign + one.owner.Slug}
		}
	}
	return givenKey{}
}

func (a *App) giveable(ctx context.Context, f fund.Fact) (Giveable, error) {
	out := Giveable{Fact: f, Fee: a.payments.Fee}
	known, ok := a.giving.get(f.ID, a.Now())
	if !ok {
		era := a.giving.era.Load()
		var err error
		if known, err = a.findGiveable(ctx, f); err != nil {
			return out, fmt.Errorf("giving of fact %s: %w", f.ID, err)
		}
		a.giving.put(f.ID, remembered[giveable]{value: known, until: a.Now().Add(rememberFor)}, era)
	}
	out.Giving, out.OpensAt, out.Closed = known.giving, known.opensAt, known.closed
	return out, nil
}

// findGiveable reads what the fact and those above it say, the nearest first. Causes and events have a least
// gift among their settings, too, and say whether they take gifts before they start.
func (a *App) findGiveable(ctx context.Context, f fund.Fact) (giveable, error) {
	chain, err := a.chainOf(ctx, f)
	if err != nil {
		return giveable{}, err
	}
	ids := make([]fund.ID, len(chain))
	for i, one := range chain {
		ids[i] = one.ID
	}
	said, err := a.store.ListGiving(ctx, ids)
	if err != nil {
		return giveable{}, err
	}
	g := giveable{giving: fund.Giving{FactID: f.ID}}
	for _, one := range chain {
		own := said[one.ID]
		if err := a.addSettings(ctx, one, &own, &g, f); err != nil {
			return giveable{}, err
		}
		g.giving = g.giving.Over(own)
	}
	g.giving = g.giving.Over(fund.DefaultGiving())
	return g, nil
}

// chainOf is the fact and everything that it supports, with its event and its cause at the end.
func (a *App) chainOf(ctx context.Context, f fund.Fact) ([]fund.Fact, error) {
	chain := []fund.Fact{f}
	next := func(id fund.ID) error {
		if id.IsZero() || slices.ContainsFunc(chain, func(one fund.Fact) bool { return one.ID == id }) {
			return nil
		}
		above, err := a.store.GetFact(ctx, factByID(id))
		chain = append(chain, above)
		return err
	}
	for i := 0; i < len(chain); i++ {
		if parent := chain[i].Parent; parent != nil {
			if err := next(parent.ID); err != nil {
				return nil, err
			}
		}
	}
	if f.Event != nil {
		if err := next(f.Event.ID); err != nil {
			return nil, err
		}
	}
	return chain, next(f.Cause.ID)
}

// addSettings adds what the pages of a cause or an event are set to.
func (a *App) addSettings(ctx context.Context, one fund.Fact, own *fund.Giving, g *giveable, f fund.Fact) error {
	least := func(minimum int64, visibility fund.Visibility) {
		if own.Minimum == 0 {
			own.Minimum = minimum
		}
		if one.ID == f.ID && !visibility.Shown("donate") {
			g.closed = true
		}
	}
	switch one.Kind {
	case fund.KindCause:
		c, err := a.store.GetCause(ctx, fund.Key{ID: one.ID})
		if err != nil {
			return err
		}
		least(c.Settings.MinimumDonation, c.Visibility)
	case fund.KindFundraisingEvent:
		e, err := a.store.GetFundraisingEvent(ctx, fund.Key{ID: one.ID})
		if err != nil {
			return err
		}
		least(e.Settings.MinimumDonation, e.Visibility)
		if option, set := e.Visibility["prevent_donations_before_start"]; set && option.Visible {
			g.opensAt = e.StartsAt
		}
	}
	return nil
}
