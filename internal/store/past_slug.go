package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// slugOwner is who has slugs that nobody else may take at once: a printed link would lead to a stranger. Its text is the kind in past_slugs.
type slugOwner string

const (
	userSlugs  slugOwner = "users"
	teamSlugs  slugOwner = "teams"
	causeSlugs slugOwner = "causes"
)

// table is where the owners and their slugs are.
func (o slugOwner) table() string {
	if o == causeSlugs {
		return "facts"
	}
	return string(o)
}

// heldUntil is the latest time at which a slug can have been freed that may be taken by others: those of causes, which take money, never may.
func (o slugOwner) heldUntil(now time.Time) time.Time {
	if o == causeSlugs {
		return time.Time{}
	}
	return now.Add(-fund.SlugHold)
}

// takeSlug refuses a slug that somebody else freed not long ago, and remembers the one that its owner has so far.
func (t *Tx) takeSlug(ctx context.Context, kind slugOwner, owner fund.ID, slug string) error {
	var held int
	err := t.db.QueryRowContext(ctx, "SELECT COUNT(*) FROM past_slugs WHERE kind = $1 AND slug = $2 AND owner_id <> $3 AND freed_at > $4",
		string(kind), slug, owner, micros(kind.heldUntil(t.now()))).Scan(&held)
	if err != nil {
		return fmt.Errorf("past slugs of %s: %w", kind, err)
	}
	if held > 0 {
		var wrong fault.Fields
		wrong.Add("slug", fund.Taken)
		return wrong.Err()
	}
	_, err = t.db.ExecContext(ctx, "INSERT INTO past_slugs (kind, slug, owner_id, freed_at) SELECT $1, o.slug, o.id, $2 FROM "+kind.table()+
		" o WHERE o.id = $3 AND o.slug <> $4 ON CONFLICT (kind, slug) DO UPDATE SET owner_id = excluded.owner_id, freed_at = excluded.freed_at",
		string(kind), micros(t.now()), owner, slug)
	if err != nil {
		return fmt.Errorf("past slug of %s %s: %w", kind, owner, err)
	}
	return nil
}

// CurrentSlug is the slug that the user (sign "@"), team ("+") or published cause ("") has now who had this one before; NotFound if none had it.
func (q Queries) CurrentSlug(ctx context.Context, sign, slug string) (string, error) {
	kind := map[string]slugOwner{"@": userSlugs, "+": teamSlugs, "": causeSlugs}[sign]
	s := selecting("SELECT o.slug FROM past_slugs p JOIN "+kind.table()+" o ON o.id = p.owner_id").and("p.kind = ?", string(kind)).and("p.slug = ?", slug)
	if kind == causeSlugs {
		s.and("o.status = ?", string(fund.Published))
	}
	return one(ctx, q.db, s, func(r row) (now string, err error) { err = r.Scan(&now); return now, err }, thing{"slug", sign + slug})
}
