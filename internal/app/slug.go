package app

import (
	"context"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// countedSlugs is how many objects of one name are numbered -2, -3 … without a gap. After that the numbers double, so that finding a free
// one stays cheap.
const countedSlugs = 9

// factSlug is the slug of a fact among those of its owner.
func factSlug(f fund.Fact) store.SlugKey {
	return store.SlugKey{Table: store.FactSlugs, Owner: f.OwnerID(), Slug: f.Slug}
}

// slugTaken reports whether another object has the slug than the one with the id. The store also refuses the slugs that it holds for others.
func slugTaken(ctx context.Context, q store.Queries, key store.SlugKey, id fund.ID) (bool, error) {
	holder, err := q.SlugHolder(ctx, key)
	return !holder.IsZero() && holder != id, err
}

// slugKnown reports whether another object has the slug, or had it last: a slug that nobody chose takes over no address.
func slugKnown(ctx context.Context, q store.Queries, key store.SlugKey, id fund.ID) (bool, error) {
	taken, err := slugTaken(ctx, q, key, id)
	if err != nil || taken {
		return taken, err
	}
	last, err := q.LastSlugHolder(ctx, key)
	return !last.IsZero() && last != id, err
}

// freeSlug is the slug of the key itself, or with the first number tried that makes it unknown.
func freeSlug(ctx context.Context, q store.Queries, key store.SlugKey, id fund.ID) (string, error) {
	made := key.Slug
	for n := 1; ; {
		key.Slug = fund.NumberedSlug(made, n)
		known, err := slugKnown(ctx, q, key, id)
		if err != nil || !known {
			return key.Slug, err
		}
		if n < countedSlugs {
			n++
		} else {
			n *= 2
		}
	}
}

// settleSlug finds a free slug for a new fact without a chosen one, and otherwise checks that the chosen one is free.
func settleSlug(ctx context.Context, q store.Queries, f *fund.Fact, chosen fund.Opt[string], wrong *fault.Fields) error {
	switch isNew := f.LegacyID == 0; {
	case f.Slug == "":
		return nil
	case chosen.Set:
		taken, err := slugTaken(ctx, q, factSlug(*f), f.ID)
		if taken {
			wrong.Add("slug", fund.Taken)
		}
		return err
	case isNew:
		var err error
		f.Slug, err = freeSlug(ctx, q, factSlug(*f), f.ID)
		return err
	default:
		return nil
	}
}
