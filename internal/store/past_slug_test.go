package store_test

import (
	"context"
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

// TestAFreedSlugMayBeTakenLater takes the slug that a user had, just before and when it may be taken.
func TestAFreedSlugMayBeTakenLater(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := testclock.At(epoch)
			s := open(t, url(t), store.Options{Now: clock.Now})
			user := func(slug string) fund.User {
				return fund.User{ID: newID(), Slug: slug, Username: slug, Email: slug + "@example.com", CreatedAt: epoch, UpdatedAt: epoch}
			}
			ana, bo := user("ana"), user("bo")
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertUser(ctx, &ana, "") })
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertUser(ctx, &bo, "") })
			ana.Slug, bo.Slug = "ana-live", "ana"
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateUser(ctx, ana) })
			clock.Advance(fund.SlugHold - time.Microsecond)
			err := s.Write(t.Context(), fund.ID{}, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateUser(ctx, bo) })
			if !fault.Is(err, fault.Invalid) {
				t.Errorf("got %v before the time, want it refused", err)
			}
			clock.Advance(time.Microsecond)
			found := func(want fund.ID) {
				t.Helper()
				if u := must.Get(s.GetUser(t.Context(), fund.Key{Slug: "ana"}))(t); u.ID != want {
					t.Errorf("got %s by the slug, want %s", u.ID, want)
				}
			}
			found(ana.ID)
			at := must.Get(s.LastPosition(t.Context()))(t)
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateUser(ctx, bo) })
			found(bo.ID)
			// What was found by the slug before shows another user now.
			events := must.Get(s.EventsAfter(t.Context(), at, 9))(t)
			if len(events) != 1 || events[0].Subject != ana.ID || events[0].Topic != fund.TopicUserChanged {
				t.Errorf("got %+v, want that the first user changed", events)
			}
		})
	}
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
