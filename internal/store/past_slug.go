package store

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// SlugTable is a table whose rows have slugs.
type SlugTable string

// The tables with slugs. Slugs of users and of teams are unique in their table, those of facts under their owner.
const (
	UserSlugs SlugTable = "users"
	TeamSlugs SlugTable = "teams"
	FactSlugs SlugTable = "facts"
)

// SlugKey is a slug that at most one row of a table has at a time.
type SlugKey struct {
	Table SlugTable
	// Owner is the owner of a fact; zero for a cause, and in other tables.
	Owner fund.ID
	Slug  string
}

// SlugHolder returns the id of the row that has the slug now; zero if none has it.
func (q Queries) SlugHolder(ctx context.Context, key SlugKey) (fund.ID, error) {
	s := selecting("SELECT id, NULL FROM "+string(key.Table)).and("slug = ?", key.Slug)
	if key.Table == FactSlugs {
		s.and("owner_id = ?", ownerColumn(key.Owner))
	}
	holder, err := q.holder(ctx, key, s)
	return holder.id, err
}

// LastSlugHolder returns the id of the row that had the slug last and was renamed; zero if none was.
func (q Queries) LastSlugHolder(ctx context.Context, key SlugKey) (fund.ID, error) {
	holder, err := q.lastHolder(ctx, key)
	return holder.id, err
}

// slugHolder is who has a slug, or had it.
type slugHolder struct {
	id fund.ID
	// leftAt is when a user or a team that is disabled or disbanded left the slug: by that, or by a later change of it. The zero time for all
	// others, which keep what they were called.
	leftAt time.Time
}

// goneColumns say when the rows of a table ended. The slugs of a user whose account was deleted are kept for good.
var goneColumns = map[SlugTable]string{UserSlugs: "CASE WHEN o.deleted_at IS NULL THEN o.disabled_at END", TeamSlugs: "o.disbanded_at"}

func (q Queries) lastHolder(ctx context.Context, key SlugKey) (slugHolder, error) {
	if key.Table == FactSlugs {
		s := selecting("SELECT fact_id, NULL FROM past_fact_slugs").and("owner_id = ?", ownerColumn(key.Owner)).and("slug = ?", key.Slug)
		return q.holder(ctx, key, s)
	}
	gone := goneColumns[key.Table]
	s := selecting("SELECT p.owner_id, CASE WHEN "+gone+" < p.freed_at THEN p.freed_at ELSE "+gone+" END FROM past_slugs p JOIN "+
		string(key.Table)+" o ON o.id = p.owner_id").and("p.kind = ?", string(key.Table)).and("p.slug = ?", key.Slug)
	return q.holder(ctx, key, s)
}

func (q Queries) holder(ctx context.Context, key SlugKey, s *statement) (slugHolder, error) {
	holder, err := one(ctx, q.db, s, func(r row) (h slugHolder, err error) {
		err = r.Scan(&h.id, instant{&h.leftAt})
		return h, err
	}, thing{"slug", key.Slug})
	if fault.Is(err, fault.NotFound) {
		return slugHolder{}, nil
	}
	return holder, err
}

// orBefore is what a read by slug found, or, when nothing has the slug now, what had it before.
func orBefore[T any](found T, err error, slug string, before func() (T, error)) (T, error) {
	if slug == "" || !fault.Is(err, fault.NotFound) {
		return found, err
	}
	return before()
}

// byPastSlug adds the condition that a user or a team had the slug last.
func (s *statement) byPastSlug(alias string, key SlugKey) *statement {
	return s.and(alias+".id = (SELECT p.owner_id FROM past_slugs p WHERE p.kind = ? AND p.slug = ?)", string(key.Table), key.Slug)
}

// byPastFactSlug adds the condition that a fact had the slug of the key last, under an owner where no fact has it now.
func (s *statement) byPastFactSlug(key FactKey) *statement {
	const had = `f.id IN (SELECT p.fact_id FROM past_fact_slugs p WHERE p.slug = ? AND NOT EXISTS (
		SELECT 1 FROM facts n WHERE n.owner_id = p.owner_id AND n.slug = p.slug)`
	if key.Owner.IsZero() {
		return s.and(had+")", key.Slug)
	}
	return s.and(had+" AND p.owner_id = ?)", key.Slug, key.Owner)
}
