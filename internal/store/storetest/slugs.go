package storetest

import (
	"context"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testFreedSlugs renames users, teams and causes: nobody else takes the slugs that they had, and each may go back to its own.
func testFreedSlugs(t *testing.T, w *world) {
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
	reads := map[string]func(string) (string, error){
		"user": func(slug string) (string, error) {
			u, err := w.s.GetUser(t.Context(), fund.Key{Slug: slug})
			return u.Slug, err
		},
		"team": func(slug string) (string, error) {
			one, err := w.s.GetTeam(t.Context(), fund.Key{Slug: slug})
			return one.Slug, err
		},
		"cause": func(slug string) (string, error) {
			c, err := w.s.GetCause(t.Context(), fund.Key{Slug: slug})
			return c.Slug, err
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
		for _, slug := range []string{had, had + "-live", had + "-later"} {
			same(t, kind+" by "+slug, must.Get(reads[kind](slug))(t), had+"-later")
		}
		for _, take := range takes[kind] {
			for _, slug := range []string{had, had + "-live"} {
				w.taken("slug", func(ctx context.Context, tx *store.Tx) error { return take(ctx, tx, slug) })
			}
		}
		rename(had)
		same(t, kind+" by the slug that it has again", must.Get(reads[kind](had))(t), had)
		rename(had + "-live")
	}
}

// testPastFactSlugs renames facts of all kinds below their owners: each is found by what it was called, until another one of its owner is called so.
func testPastFactSlugs(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann, bob, red := w.cause("water"), w.user("ann"), w.user("bob"), w.team("red")
	event := w.event(cause, "gala")
	run, other := w.campaign(cause, ann, "run"), w.campaign(cause, bob, "run-along")
	night := w.campaign(cause, ann, "night", forTeam(red), func(f *fund.Fact) { f.Kind = fund.KindTeamCampaign })
	personal := fund.PersonalCampaign{Fact: w.fact(fund.KindPersonalCampaign, "party")}
	personal.Cause, personal.User = *factRef(cause.Fact), userRef(ann)
	house := fund.AuctionHouse{Fact: w.fact(fund.KindAuctionHouse, "attic")}
	house.Cause, house.User = *factRef(cause.Fact), userRef(ann)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return first(tx.InsertPersonalCampaign(ctx, &personal), tx.InsertAuctionHouse(ctx, &house))
	})
	rename := func(f fund.Fact, slug string) fund.Fact {
		t.Helper()
		f.Slug = slug
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFact(ctx, f) })
		return f
	}
	for _, f := range []fund.Fact{event.Fact, run, night, personal.Fact, house.Fact} {
		rename(rename(f, f.Slug+"-2"), f.Slug+"-3")
		for _, slug := range []string{f.Slug, f.Slug + "-2", f.Slug + "-3"} {
			key := store.FactKey{Key: fund.Key{Slug: slug}, Kinds: []fund.Kind{f.Kind}, Owner: f.OwnerID()}
			same(t, string(f.Kind)+" by "+slug, must.Get(w.s.GetFact(ctx, key))(t).Slug, f.Slug+"-3")
			key.Owner = fund.ID{}
			same(t, string(f.Kind)+" of anybody by "+slug, must.Get(w.s.GetFact(ctx, key))(t).ID, f.ID)
			key.Owner = bob.ID
			missing[fund.Fact](t, string(f.Kind)+" of another owner by "+slug)(w.s.GetFact(ctx, key))
		}
		listed := must.Get(w.s.ListFacts(ctx, store.FactFilter{Slug: f.Slug, Kinds: []fund.Kind{f.Kind}}, page(9)))(t)
		same(t, string(f.Kind)+" in a list by its past slug", numbers(listed, factNumber), []int64{f.LegacyID})
		missing[fund.Fact](t, string(f.Kind)+" by a slug below a slug")(w.s.GetFact(ctx, store.FactKey{
			Key: fund.Key{Slug: f.Slug}, OwnerKind: store.OwnerUser, OwnerSlug: "ann",
		}))
	}
	same(t, "event", must.Get(w.s.GetFundraisingEvent(ctx, fund.Key{Slug: "gala"}))(t).Slug, "gala-3")
	same(t, "personal campaign", must.Get(w.s.GetPersonalCampaign(ctx, store.FactKey{Key: fund.Key{Slug: "party"}, Owner: ann.ID}))(t).Slug, "party-3")
	same(t, "auction house", must.Get(w.s.GetAuctionHouse(ctx, store.FactKey{Key: fund.Key{Slug: "attic"}, Owner: ann.ID}))(t).Slug, "attic-3")
	// Other owners have slugs of their own.
	other = rename(other, "run")
	byRun := store.FactKey{Key: fund.Key{Slug: "run"}, Owner: ann.ID}
	same(t, "the slug of another owner", must.Get(w.s.GetFact(ctx, byRun))(t).ID, run.ID)
	same(t, "the present slug of anybody", must.Get(w.s.GetFact(ctx, store.FactKey{Key: fund.Key{Slug: "run"}}))(t).ID, other.ID)
	// The same owner calls another fact so, of whatever kind; deletes it; and leaves the slug to the last one that had it.
	second := w.campaign(cause, ann, "run", func(f *fund.Fact) { f.Kind = fund.KindAuctionHouse })
	same(t, "the slug of the next one", must.Get(w.s.GetFact(ctx, byRun))(t).ID, second.ID)
	missing[fund.Fact](t, "a kind that the next one is not of")(w.s.GetFact(ctx, store.FactKey{Key: byRun.Key, Owner: ann.ID, Kinds: []fund.Kind{fund.KindCampaign}}))
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, second.ID) })
	same(t, "the slug of a deleted one", must.Get(w.s.GetFact(ctx, byRun))(t).ID, run.ID)
	third := rename(w.campaign(cause, ann, "run"), "walk")
	same(t, "the slug of the last one", must.Get(w.s.GetFact(ctx, byRun))(t).ID, third.ID)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, third.ID) })
	missing[fund.Fact](t, "the slug of the last one, deleted")(w.s.GetFact(ctx, byRun))
	for _, slug := range []string{"run", "walk"} {
		last := must.Get(w.s.LastSlugHolder(ctx, store.SlugKey{Table: store.FactSlugs, Owner: ann.ID, Slug: slug}))(t)
		same(t, "holder of "+slug+", deleted", last, fund.ID{})
	}
}

// testSlugHolders asks who has a slug and who had it last.
func testSlugHolders(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann, red := w.cause("water"), w.user("ann"), w.team("red")
	run := w.campaign(cause, ann, "run")
	for _, one := range []struct {
		key    store.SlugKey
		id     fund.ID
		rename func(context.Context, *store.Tx) error
	}{
		{store.SlugKey{Table: store.UserSlugs, Slug: "ann"}, ann.ID, func(ctx context.Context, tx *store.Tx) error {
			ann.Slug = "anna"
			return tx.UpdateUser(ctx, ann)
		}},
		{store.SlugKey{Table: store.TeamSlugs, Slug: "red"}, red.ID, func(ctx context.Context, tx *store.Tx) error {
			red.Slug = "blue"
			return tx.UpdateTeam(ctx, red)
		}},
		{store.SlugKey{Table: store.FactSlugs, Slug: "water"}, cause.ID, func(ctx context.Context, tx *store.Tx) error {
			cause.Slug = "wells"
			return tx.UpdateFact(ctx, cause.Fact)
		}},
		{store.SlugKey{Table: store.FactSlugs, Owner: ann.ID, Slug: "run"}, run.ID, func(ctx context.Context, tx *store.Tx) error {
			run.Slug = "walk"
			return tx.UpdateFact(ctx, run)
		}},
	} {
		same(t, "holder of "+one.key.Slug, must.Get(w.s.SlugHolder(ctx, one.key))(t), one.id)
		same(t, "past holder of "+one.key.Slug, must.Get(w.s.LastSlugHolder(ctx, one.key))(t), fund.ID{})
		w.write(one.rename)
		same(t, "holder of the freed "+one.key.Slug, must.Get(w.s.SlugHolder(ctx, one.key))(t), fund.ID{})
		same(t, "past holder of the freed "+one.key.Slug, must.Get(w.s.LastSlugHolder(ctx, one.key))(t), one.id)
	}
}
