package store_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testclock"
)

// TestASlugIsHeldForWhoHadIt tries to take slugs that a user and a team had: while they are there, and just before and when a disabled user's and a
// disbanded team's may be taken.
func TestASlugIsHeldForWhoHadIt(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := testclock.At(epoch)
			s := open(t, url(t), store.Options{Now: clock.Now})
			for _, kind := range []slugOwner{userSlugs(t, s, clock), teamSlugs(t, s, clock)} {
				t.Run(kind.name, func(t *testing.T) { kind.wantHeld(t, s, clock) })
			}
		})
	}
}

// slugOwner is what a first row of a table does, and a second one that wants its slug.
type slugOwner struct {
	name  string
	topic fund.Topic
	first fund.ID
	// rename gives the first row a slug, take the second one.
	rename, take func(slug string) func(context.Context, *store.Tx) error
	// end ends the first row now, begin takes that back.
	end, begin func(context.Context, *store.Tx) error
	find       func(slug string) fund.ID
}

func userSlugs(t *testing.T, s *store.Store, clock *testclock.Clock) slugOwner {
	t.Helper()
	user := func(slug string) fund.User {
		u := fund.User{ID: newID(), Slug: slug, Username: slug, Email: slug + "@example.com", CreatedAt: epoch, UpdatedAt: epoch}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertUser(ctx, &u, "") })
		return u
	}
	to := func(u fund.User) func(string) func(context.Context, *store.Tx) error {
		return func(slug string) func(context.Context, *store.Tx) error {
			u.Slug = slug
			return func(ctx context.Context, tx *store.Tx) error { return tx.UpdateUser(ctx, u) }
		}
	}
	ana, bo := user("ana"), user("bo")
	return slugOwner{
		name: "user", topic: fund.TopicUserChanged, first: ana.ID, rename: to(ana), take: to(bo),
		end:   func(ctx context.Context, tx *store.Tx) error { return tx.SetUserDisabled(ctx, ana.ID, clock.Now()) },
		begin: func(ctx context.Context, tx *store.Tx) error { return tx.SetUserDisabled(ctx, ana.ID, time.Time{}) },
		find:  func(slug string) fund.ID { return must.Get(s.GetUser(t.Context(), fund.Key{Slug: slug}))(t).ID },
	}
}

func teamSlugs(t *testing.T, s *store.Store, clock *testclock.Clock) slugOwner {
	t.Helper()
	team := func(slug string) fund.Team {
		one := fund.Team{ID: newID(), Slug: slug, Name: slug, CreatedAt: epoch, UpdatedAt: epoch}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertTeam(ctx, &one) })
		return one
	}
	to := func(one *fund.Team) func(string) func(context.Context, *store.Tx) error {
		return func(slug string) func(context.Context, *store.Tx) error {
			one.Slug = slug
			return func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTeam(ctx, *one) }
		}
	}
	owls, cats := team("ana"), team("bo")
	ended := func(at func() time.Time) func(context.Context, *store.Tx) error {
		return func(ctx context.Context, tx *store.Tx) error {
			owls.DisbandedAt = at()
			return tx.UpdateTeam(ctx, owls)
		}
	}
	return slugOwner{
		name: "team", topic: fund.TopicTeamChanged, first: owls.ID, rename: to(&owls), take: to(&cats), end: ended(clock.Now),
		begin: ended(func() time.Time { return time.Time{} }),
		find:  func(slug string) fund.ID { return must.Get(s.GetTeam(t.Context(), fund.Key{Slug: slug}))(t).ID },
	}
}

func (o slugOwner) wantHeld(t *testing.T, s *store.Store, clock *testclock.Clock) {
	refused := func(when string) {
		t.Helper()
		if err := s.Write(t.Context(), fund.ID{}, o.take("ana")); !fault.Is(err, fault.Invalid) {
			t.Errorf("got %v %s, want it refused", err, when)
		}
		if id := o.find("ana"); id != o.first {
			t.Errorf("got %s by the slug %s, want who had it", id, when)
		}
	}
	write(t, s, o.rename("ana-live"))
	clock.Advance(20 * fund.SlugHold)
	refused("years after the change")
	write(t, s, o.end)
	clock.Advance(fund.SlugHold - time.Microsecond)
	refused("before the time")
	write(t, s, o.begin)
	clock.Advance(time.Microsecond)
	refused("where the end was taken back")
	write(t, s, o.end)
	write(t, s, o.rename("ana"))
	clock.Advance(fund.SlugHold)
	write(t, s, o.rename("ana-live"))
	refused("where it was changed after the end")
	clock.Advance(fund.SlugHold)
	at := must.Get(s.LastPosition(t.Context()))(t)
	write(t, s, o.take("ana"))
	if id := o.find("ana"); id == o.first {
		t.Error("got who had the slug, want who took it")
	}
	// What was found by the slug before shows another one now.
	events := must.Get(s.EventsAfter(t.Context(), at, 9))(t)
	if len(events) != 1 || events[0].Subject != o.first || events[0].Topic != o.topic {
		t.Errorf("got %+v, want that the first one changed", events)
	}
}

// TestSlugsCannotBeCollected renames as often as is allowed, and back.
func TestSlugsCannotBeCollected(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		clock := testclock.At(epoch)
		a := newAppeal(t, s, 1000)
		cause := func(slug string) func(context.Context, *store.Tx) error {
			a.cause.Slug = slug
			return func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFact(ctx, a.cause) }
		}
		for kind, rename := range map[string]func(string) func(context.Context, *store.Tx) error{
			"user": userSlugs(t, s, clock).rename, "team": teamSlugs(t, s, clock).rename, "cause": cause,
		} {
			for n := range fund.MaxPastSlugs {
				write(t, s, rename(fmt.Sprintf("%s-%d", kind, n)))
			}
			for back := range 2 {
				if err := s.Write(t.Context(), fund.ID{}, rename(kind+"-more")); !fault.Is(err, fault.Invalid) {
					t.Errorf("%s: got %v, want another slug refused", kind, err)
				}
				write(t, s, rename(fmt.Sprintf("%s-%d", kind, back)))
			}
		}
	})
}

// TestPastSlugsAreFoundInIndexes checks SQLite's plans of the reads that follow when nothing has a slug now.
func TestPastSlugsAreFoundInIndexes(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := open(t, storetest.SQLite(t), store.Options{})
	a := newAppeal(t, s, 1000)
	campaigns, past := []fund.Kind{fund.KindCampaign}, fund.Key{Slug: "past"}
	for name, read := range map[string]struct {
		indexes []string
		read    func(store.Queries) error
	}{
		"campaign of an owner": {[]string{"sqlite_autoindex_past_fact_slugs_1", "sqlite_autoindex_facts_1"}, func(q store.Queries) error {
			_, err := q.GetFact(ctx, store.FactKey{Key: past, Kinds: campaigns, Owner: a.user.ID})
			return err
		}},
		"campaign": {[]string{"past_fact_slugs_slug", "sqlite_autoindex_facts_1"}, func(q store.Queries) error {
			_, err := q.GetFact(ctx, store.FactKey{Key: past, Kinds: campaigns})
			return err
		}},
		"cause": {[]string{"past_fact_slugs_slug", "sqlite_autoindex_facts_1"}, func(q store.Queries) error { _, err := q.GetCause(ctx, past); return err }},
		"user":  {[]string{"sqlite_autoindex_past_slugs_1", "sqlite_autoindex_users_1"}, func(q store.Queries) error { _, err := q.GetUser(ctx, past); return err }},
		"team":  {[]string{"sqlite_autoindex_past_slugs_1", "sqlite_autoindex_teams_1"}, func(q store.Queries) error { _, err := q.GetTeam(ctx, past); return err }},
	} {
		plans := store.Plans(t, s, func(q store.Queries) {
			if err := read.read(q); !fault.Is(err, fault.NotFound) {
				t.Errorf("%s: got %v, want nothing", name, err)
			}
		})
		if len(plans) != 2 {
			t.Errorf("%s: got %d reads, want one by the present slug and one by the past one", name, len(plans))
			continue
		}
		plan := strings.Join(plans[1], "\n\t")
		for _, index := range read.indexes {
			if !strings.Contains(plan, index+" (") || strings.Contains(plan, "SCAN") {
				t.Errorf("%s: want %s and no scan in\n\t%s", name, index, plan)
			}
		}
	}
}
