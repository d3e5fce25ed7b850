package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// takeSlug refuses a slug that is held for somebody else, who had it last: for ever, or for fund.SlugHold after a user was disabled or a team
// disbanded. A printed link would lead to a stranger.
func (t *Tx) takeSlug(ctx context.Context, key SlugKey, id fund.ID) error {
	last, err := t.lastHolder(ctx, key)
	if err != nil || last.id.IsZero() || last.id == id {
		return err
	}
	if last.leftAt.IsZero() || t.now().Sub(last.leftAt) < fund.SlugHold {
		var wrong fault.Fields
		wrong.Add("slug", fund.Taken)
		return wrong.Err()
	}
	// What was found by the slug as the old holder's is not any more.
	t.Append(fund.Event{Topic: renamedTopics[key.Table], Subject: last.id, At: t.now()})
	return nil
}

// renamedTopics are the topics of changed users and teams.
var renamedTopics = map[SlugTable]fund.Topic{UserSlugs: fund.TopicUserChanged, TeamSlugs: fund.TopicTeamChanged}

// changeSlug gives a user or a team the slug, and remembers the one that it has so far.
func (t *Tx) changeSlug(ctx context.Context, key SlugKey, id fund.ID) error {
	left, err := t.leaveSlug(ctx, key, id)
	if err != nil || !left {
		return err
	}
	if err := t.limitSlugs(ctx, "past_slugs WHERE owner_id = $1 AND slug <> $2 AND kind = $3", id, key.Slug, string(key.Table)); err != nil {
		return err
	}
	return t.takeSlug(ctx, key, id)
}

// leaveSlug remembers the slug that a user or a team has so far, unless it is that of the key.
func (t *Tx) leaveSlug(ctx context.Context, key SlugKey, id fund.ID) (left bool, err error) {
	done, err := t.db.ExecContext(ctx, "INSERT INTO past_slugs (kind, slug, owner_id, freed_at) SELECT $1, o.slug, o.id, $2 FROM "+string(key.Table)+
		" o WHERE o.id = $3 AND o.slug <> $4 ON CONFLICT (kind, slug) DO UPDATE SET owner_id = excluded.owner_id, freed_at = excluded.freed_at",
		string(key.Table), micros(t.now()), id, key.Slug)
	if err != nil {
		return false, fmt.Errorf("past slug in %s of %s: %w", key.Table, id, err)
	}
	n, err := done.RowsAffected()
	return n > 0, err
}

// limitSlugs refuses another slug when there are too many that somebody had before and has no more.
func (t *Tx) limitSlugs(ctx context.Context, from string, args ...any) error {
	var had int
	if err := t.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+from, args...).Scan(&had); err != nil {
		return fmt.Errorf("count past slugs: %w", err)
	}
	if had <= fund.MaxPastSlugs {
		return nil
	}
	var wrong fault.Fields
	wrong.Add("slug", fund.ManyNames)
	return wrong.Err()
}

// changeFactSlug remembers the slug that a fact has so far under its owner, if the fact gets another one. A fact may take the slug that another
// one of the same owner had; only causes have no owner.
func (t *Tx) changeFactSlug(ctx context.Context, was factLinks, f fund.Fact) error {
	if was.slug == f.Slug && was.ownerID == f.OwnerID() {
		return nil
	}
	_, err := t.db.ExecContext(ctx, `INSERT INTO past_fact_slugs (owner_id, slug, fact_id) VALUES ($1, $2, $3)
		ON CONFLICT (owner_id, slug) DO UPDATE SET fact_id = excluded.fact_id`, ownerColumn(was.ownerID), was.slug, f.ID)
	if err != nil {
		return fmt.Errorf("past slug of fact %s: %w", f.ID, err)
	}
	if f.Kind == fund.KindCause {
		if err := t.limitSlugs(ctx, "past_fact_slugs WHERE fact_id = $1 AND slug <> $2", f.ID, f.Slug); err != nil {
			return err
		}
	}
	return t.takeFactSlug(ctx, f)
}

// takeFactSlug is takeSlug for causes.
func (t *Tx) takeFactSlug(ctx context.Context, f fund.Fact) error {
	if f.Kind != fund.KindCause {
		return nil
	}
	return t.takeSlug(ctx, SlugKey{Table: FactSlugs, Slug: f.Slug}, f.ID)
}
