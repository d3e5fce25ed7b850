package app

import (
	"context"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ExportDonations calls fn for every donation to the fact, and to everything that supports it, that was completed within the span, whatever
// its state since. Refunds and disputes are those up to now. It is logged before the first call. System only.
func (a *App) ExportDonations(ctx context.Context, actor Actor, fact fund.ID, span fund.Span, fn func(fund.Record) error) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	if err := a.logExport(ctx, actor, fact, span); err != nil {
		return err
	}
	return a.store.EachRecord(ctx, store.RecordFilter{Fact: fact, Span: span}, fn)
}

// logExport logs that somebody is about to read who donated.
func (a *App) logExport(ctx context.Context, actor Actor, fact fund.ID, span fund.Span) error {
	return a.write(ctx, actor, fact, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		act := doneOn(fund.ActExportDonors, fact, now)
		for name, at := range map[string]time.Time{"from": span.After, "to": span.Before} {
			if !at.IsZero() {
				act = act.with(name, at.UTC().Format(time.RFC3339))
			}
		}
		return logAct(ctx, tx, actor, act)
	})
}

// ExportMovements calls fn for every entry of the ledger within the span, of the fact and of everything that
// supports it. It is logged before the first call. System only.
func (a *App) ExportMovements(ctx context.Context, actor Actor, fact fund.ID, span fund.Span, fn func(fund.Movement) error) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	if err := a.logExport(ctx, actor, fact, span); err != nil {
		return err
	}
	return a.store.EachMovement(ctx, store.RecordFilter{Fact: fact, Span: span}, fn)
}

// ExportClaims calls fn for every reward that was claimed with a donation to the fact, or to anything that supports it, that was completed
// within the span: with the answer and the shipping address. It is logged before the first call. System only.
func (a *App) ExportClaims(ctx context.Context, actor Actor, fact fund.ID, span fund.Span, fn func(fund.ClaimRecord) error) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	if err := a.logExport(ctx, actor, fact, span); err != nil {
		return err
	}
	return a.store.EachClaim(ctx, store.RecordFilter{Fact: fact, Span: span}, fn)
}

// FactByName finds a fact by a name for people: its UUID, @user/slug, +team/slug, the slug of a cause, or cause/event.
func (a *App) FactByName(ctx context.Context, actor Actor, name string) (fund.Fact, error) {
	seen, err := a.SeeByName(ctx, actor, name)
	return seen.fact, err
}

// SeeByName is FactByName for reads of what belongs to the fact.
func (a *App) SeeByName(ctx context.Context, actor Actor, name string) (Seen, error) {
	seen, err := a.seeByName(ctx, actor, name)
	if fault.Is(err, fault.NotFound) {
		return Seen{}, fault.New(fault.NotFound, "There is no fact %s; name it by its UUID, @user/slug, +team/slug, the slug of a cause, or cause/event.", name)
	}
	return seen, err
}

func (a *App) seeByName(ctx context.Context, actor Actor, name string) (Seen, error) {
	if id, err := fund.ParseID(name); err == nil {
		return a.See(ctx, actor, FactKey{Key: fund.Key{ID: id}, Kinds: AllKinds()})
	}
	owner, slug, below := strings.Cut(name, "/")
	switch {
	case owner == "":
		return Seen{}, missingNamed("fact", name)
	case !below:
		return a.See(ctx, actor, FactKey{Key: fund.Key{Slug: strings.ToLower(name)}, Kinds: []fund.Kind{fund.KindCause}})
	case owner[0] == '@' || owner[0] == '+':
		return a.SeeBySlugs(ctx, actor, owner, slug)
	case slug == "":
		return Seen{}, missingNamed("fact", name)
	default:
		cause := fund.Key{Slug: strings.ToLower(owner)}
		return a.See(ctx, actor, FactKey{Key: fund.Key{Slug: strings.ToLower(slug)}, Kinds: AllKinds(), Cause: &cause})
	}
}
