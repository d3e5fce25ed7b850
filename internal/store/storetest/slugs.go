package storetest

import (
	"context"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// testFreedSlugs renames users, teams and causes: nobody else takes the slugs that they had, and each may go back to its own.
func testFreedSlugs(_ *testing.T, w *world) {
	user, other := w.user("omar"), w.user("noa")
	team, cause := w.team("owls"), w.cause("water")
	otherTeam, otherCause := w.team("cats"), w.cause("trees")
	renames := map[string]func(context.Context, *store.Tx, string) error{
		"user": func(ctx context.Context, tx *store.Tx, slug string) error {
			user.Slug = slug
			return tx.UpdateUser(ctx, user)
		},
		"team": func(ctx context.Context, tx *store.Tx, slug string) error {
			team.Slug = slug
			return tx.UpdateTeam(ctx, team)
		},
		"cause": func(ctx context.Context, tx *store.Tx, slug string) error {
			cause.Slug = slug
			return tx.UpdateFact(ctx, cause.Fact)
		},
	}
	takes := map[string][]func(context.Context, *store.Tx, string) error{
		"user": {
			func(ctx context.Context, tx *store.Tx, slug string) error {
				u := other
				u.Slug = slug
				return tx.UpdateUser(ctx, u)
			},
			func(ctx context.Context, tx *store.Tx, slug string) error {
				return tx.InsertUser(ctx, &fund.User{ID: w.id(), Slug: slug, Username: slug, Email: slug + "@example.com", CreatedAt: w.at(), UpdatedAt: w.at()}, "")
			},
		},
		"team": {
			func(ctx context.Context, tx *store.Tx, slug string) error {
				u := otherTeam
				u.Slug = slug
				return tx.UpdateTeam(ctx, u)
			},
			func(ctx context.Context, tx *store.Tx, slug string) error {
				return tx.InsertTeam(ctx, &fund.Team{ID: w.id(), Slug: slug, Name: slug, CreatedAt: w.at(), UpdatedAt: w.at()})
			},
		},
		"cause": {
			func(ctx context.Context, tx *store.Tx, slug string) error {
				f := otherCause.Fact
				f.Slug = slug
				return tx.UpdateFact(ctx, f)
			},
			func(ctx context.Context, tx *store.Tx, slug string) error {
				return tx.InsertCause(ctx, &fund.Cause{Fact: w.fact(fund.KindCause, slug)})
			},
		},
	}
	for kind, had := range map[string]string{"user": "omar", "team": "owls", "cause": "water"} {
		rename := func(slug string) {
			w.write(func(ctx context.Context, tx *store.Tx) error { return renames[kind](ctx, tx, slug) })
		}
		rename(had + "-live")
		rename(had + "-later")
		for _, take := range takes[kind] {
			for _, slug := range []string{had, had + "-live"} {
				w.taken("slug", func(ctx context.Context, tx *store.Tx) error { return take(ctx, tx, slug) })
			}
		}
		rename(had)
		rename(had + "-live")
	}
}
