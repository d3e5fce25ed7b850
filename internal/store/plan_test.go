package store_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestReadsUseIndexes checks SQLite's plans of the busiest reads: each must find its rows in an index, in the order
// of the list, and touch no other rows.
func TestReadsUseIndexes(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := open(t, storetest.SQLite(t), store.Options{})
	a := newAppeal(t, s, 1000)
	donation := a.donation(5)
	donation.Donation.ID = newID()
	if _, err := s.Complete(ctx, donation); err != nil {
		t.Fatal(err)
	}
	campaigns := []fund.Kind{fund.KindCampaign, fund.KindTeamCampaign}
	public := []fund.Status{fund.Published, fund.Retired}
	deep := fund.Page{Limit: 20, Before: &fund.Cursor{At: epoch.AddDate(9, 0, 0), ID: newID(), Number: 1 << 40}}
	newer := fund.Page{Limit: 20, After: &fund.Cursor{At: epoch.AddDate(-9, 0, 0), ID: newID()}}
	between := fund.Page{Limit: 20, Before: deep.Before, After: newer.After}
	for name, read := range map[string]struct {
		index string
		read  func(store.Queries) error
	}{
		"keys of a relay": {"relay_keys_relay", func(q store.Queries) error {
			_, err := q.ListRelayKeys(ctx, a.solo.ID, fund.Page{Limit: 20, Order: fund.OldestFirst, After: newer.After})
			return err
		}},
		"subscriptions of an endpoint": {"webhook_subscriptions_endpoint", func(q store.Queries) error {
			_, err := q.ListSubscriptions(ctx, a.solo.ID, fund.Page{Limit: 20, Order: fund.OldestFirst})
			return err
		}},
		"campaign by number": {"sqlite_autoindex_facts_2", func(q store.Queries) error {
			_, err := q.GetFact(ctx, store.FactKey{Key: fund.Key{LegacyID: a.solo.LegacyID}, Kinds: campaigns})
			return err
		}},
		"campaign by slug": {"facts_slug", func(q store.Queries) error {
			_, err := q.GetFact(ctx, store.FactKey{Key: fund.Key{Slug: a.solo.Slug}, Kinds: campaigns})
			return err
		}},
		"campaign by slug of its owner": {"sqlite_autoindex_facts_3", func(q store.Queries) error {
			_, err := q.GetFact(ctx, store.FactKey{Key: fund.Key{Slug: a.solo.Slug}, Kinds: campaigns, Owner: a.user.ID})
			return err
		}},
		"cause by slug": {"facts_slug", func(q store.Queries) error { _, err := q.GetCause(ctx, fund.Key{Slug: a.cause.Slug}); return err }},
		"all campaigns": {"sqlite_autoindex_facts_2", func(q store.Queries) error {
			_, err := q.ListFacts(ctx, store.FactFilter{Kinds: campaigns, Statuses: public, VisibleTo: a.user.ID}, deep)
			return err
		}},
		"campaigns of a user": {"facts_user", func(q store.Queries) error {
			_, err := q.ListFacts(ctx, store.FactFilter{Kinds: campaigns, Statuses: public, User: a.user.ID}, deep)
			return err
		}},
		"campaigns of a team": {"facts_team", func(q store.Queries) error {
			_, err := q.ListFacts(ctx, store.FactFilter{Kinds: campaigns, Statuses: public, Team: a.team.ID}, deep)
			return err
		}},
		"campaigns of a cause": {"facts_cause", func(q store.Queries) error {
			_, err := q.ListFacts(ctx, store.FactFilter{Kinds: campaigns, Statuses: public, Cause: a.cause.ID}, deep)
			return err
		}},
		"campaigns of an event": {"facts_event", func(q store.Queries) error {
			_, err := q.ListFacts(ctx, store.FactFilter{Kinds: campaigns, Statuses: public, Event: a.event.ID}, deep)
			return err
		}},
		"supporting campaigns": {"facts_parent", func(q store.Queries) error {
			_, err := q.ListFacts(ctx, store.FactFilter{Kinds: campaigns, Statuses: public, Parent: a.together.ID}, deep)
			return err
		}},
		"events of a cause": {"facts_cause", func(q store.Queries) error {
			_, err := q.ListFundraisingEvents(ctx, a.cause.ID, public, deep)
			return err
		}},
		"polls of a fact":   {"polls_fact", func(q store.Queries) error { _, err := q.ListPolls(ctx, a.solo.ID, deep); return err }},
		"targets of a fact": {"targets_fact", func(q store.Queries) error { _, err := q.ListTargets(ctx, a.solo.ID, deep); return err }},
		"rewards of a fact": {"rewards_fact", func(q store.Queries) error { _, err := q.ListRewards(ctx, a.solo.ID, deep); return err }},
		"schedule": {"schedule_items_fact", func(q store.Queries) error {
			_, err := q.ListSchedule(ctx, a.solo.ID, fund.Page{Limit: 100, Order: fund.OldestFirst})
			return err
		}},
		"token":            {"sqlite_autoindex_tokens_1", func(q store.Queries) error { _, _ = q.GetToken(ctx, []byte{1}); return nil }},
		"code":             {"sqlite_autoindex_authorization_codes_1", func(q store.Queries) error { _, _ = q.GetAuthorizationCode(ctx, []byte{1}); return nil }},
		"refresh token":    {"sqlite_autoindex_refresh_tokens_1", func(q store.Queries) error { _, _ = q.GetRefreshToken(ctx, []byte{1}); return nil }},
		"session":          {"sqlite_autoindex_sessions_1", func(q store.Queries) error { _, _ = q.GetSession(ctx, []byte{1}); return nil }},
		"grants of a user": {"grants_user", func(q store.Queries) error { _, err := q.ListGrants(ctx, a.user.ID); return err }},
		"sessions of a user": {"sessions_user", func(q store.Queries) error {
			_, err := q.ListSessions(ctx, a.user.ID, epoch, epoch)
			return err
		}},
		"newest donations of a fact": {"donations_fact", func(q store.Queries) error { _, err := q.NewestDonations(ctx, a.solo.ID, 25); return err }},
		"newest donations within a cause": {"donations_cause", func(q store.Queries) error {
			_, err := q.NewestDonationsWithin(ctx, store.DonationFilter{Cause: a.cause.ID}, 25)
			return err
		}},
		"hours of a fact":      {"sqlite_autoindex_raised_hours_1", func(q store.Queries) error { _, err := q.RaisedHours(ctx, a.solo.ID, epoch, 9); return err }},
		"names with two words": {"sqlite_autoindex_search_words_1", func(q store.Queries) error { _, _, err := q.SearchNames(ctx, []string{"a", "b"}, 24, 24); return err }},
		"facts that are live":  {"facts_live", func(q store.Queries) error { _, err := q.ListLive(ctx, epoch, 20); return err }},
		"facts donated to": {"sqlite_autoindex_facts_1", func(q store.Queries) error {
			_, err := q.LastDonated(ctx, []fund.ID{a.solo.ID, a.together.ID}, epoch)
			return err
		}},
		"donation by number": {"sqlite_autoindex_donations_2", func(q store.Queries) error {
			_, err := q.GetDonation(ctx, fund.Key{LegacyID: 1})
			return err
		}},
	} {
		assertIndexed(t, name, read.index, store.Plans(t, s, func(q store.Queries) {
			if err := read.read(q); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}))
	}
	for name, filter := range map[string]store.DonationFilter{
		"fact": {Fact: a.solo.ID}, "cause": {Cause: a.cause.ID}, "event": {Event: a.event.ID},
		"fact in a span": {Fact: a.solo.ID, CompletedAfter: epoch, CompletedBefore: epoch},
	} {
		for place, page := range map[string]fund.Page{
			"first": {Limit: 20}, "deep": deep, "newer": newer, "between": between,
		} {
			plans := store.Plans(t, s, func(q store.Queries) {
				if _, err := q.ListDonations(ctx, filter, page); err != nil {
					t.Errorf("%s: %v", name, err)
				}
			})
			assertIndexed(t, place+" donations of a "+name, "donations_"+strings.Fields(name)[0], plans)
		}
	}
}

// TestLeaderboardsUseTheirIndex proves that a page of a leaderboard reads its own rows only, in order.
func TestLeaderboardsUseTheirIndex(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.SQLite(t), store.Options{})
	at := &fund.Cursor{Number: 5, ID: newID()}
	for _, page := range []fund.Page{{Limit: 20}, {Limit: 20, Before: at}, {Limit: 20, After: at}, {Limit: 20, Before: at, After: at}} {
		for _, places := range []int{0, 1000} {
			filter := store.BoardFilter{Fact: newID(), Board: fund.BoardDonor, Period: fund.PeriodAll, Rows: places}
			plan := strings.Join(slices.Concat(store.Plans(t, s, func(q store.Queries) { _, _ = q.Leaderboard(t.Context(), filter, page) })...), "\n\t")
			want := "SEARCH scores USING COVERING INDEX scores_rank (board_id=? AND "
			if page.After != nil && places == 0 {
				want += "(score,entrant_id)>(?,?)"
			}
			if !strings.Contains(plan, want) {
				t.Errorf("%+v of %d: got\n\t%s\nwant %s", page, places, plan, want)
			}
		}
	}
}

// TestLeaderboardsLookUpNames proves that PostgreSQL finds the names on a page by their keys, however many donors
// there are, and does not plan the same page again for each request.
func TestLeaderboardsLookUpNames(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Postgres(t), store.Options{})
	store.OneReader(s)
	filter := store.BoardFilter{Fact: newID(), Board: fund.BoardDonor, Period: fund.PeriodAll, Rows: 1000}
	const donors = "FROM generate_series(1, 20000) i"
	campaign := newAppeal(t, s, 1).solo
	filter.Fact = campaign.ID
	store.Damage(t, s, `INSERT INTO donations (id, legacy_id, fact_id, cause_id, amount, currency, usd, state, listed, name, comment, email, anonymous,
		sustained, origin, donor_id, completed_at, created_at, updated_at) SELECT id, i, $1, $2, 1, 'USD', 1, 'completed', TRUE, 'Ada', '', '', FALSE, FALSE,
		'payment', id, i, i, i FROM (SELECT i, decode(lpad(to_hex(i), 32, '0'), 'hex') AS id `+donors+") n", campaign.ID, campaign.Cause.ID)
	store.Damage(t, s, "INSERT INTO scores (board_id, entrant_id, score) SELECT $1, decode(lpad(to_hex(i), 32, '0'), 'hex'), i "+donors, store.BoardID(filter))
	store.Damage(t, s, "ANALYZE")
	const reads = 30
	for range reads {
		got, err := s.Leaderboard(t.Context(), filter, fund.Page{Limit: 100})
		if err != nil || len(got) != 100 || got[0].Raised != 20000 || got[0].Name != "Ada" {
			t.Fatalf("got %d entries, %v, want the first 100", len(got), err)
		}
	}
	var planned, generic int
	const plans = " FROM pg_prepared_statements WHERE statement LIKE ' SELECT s.entrant_id%'"
	store.Scan(t, s, &planned, "SELECT SUM(custom_plans)"+plans)
	store.Scan(t, s, &generic, "SELECT SUM(generic_plans)"+plans)
	if planned+generic != reads || planned > 5 {
		t.Errorf("got %d custom plans and %d generic ones, want 5 made at most in %d reads", planned, generic, reads)
	}
	plan := strings.Join(slices.Concat(store.Plans(t, s, func(q store.Queries) {
		_, _ = q.Leaderboard(t.Context(), filter, fund.Page{Limit: 100})
	})...), "\n")
	if !strings.Contains(plan, "donations_donor") || strings.Contains(plan, "Seq Scan on donations") {
		t.Errorf("got\n%s\nwant donations by their donor", plan)
	}
}

// TestSearchesLookUpWords proves that PostgreSQL finds a page of a search in the index of the words, however many names there are.
func TestSearchesLookUpWords(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Postgres(t), store.Options{})
	store.Damage(t, s, `INSERT INTO search_words (word, subject_id, kind)
		SELECT decode(md5(i::text), 'hex'), decode(lpad(to_hex(i), 32, '0'), 'hex'), 'facts' FROM generate_series(1, 50000) i`)
	store.Damage(t, s, "ANALYZE")
	plan := strings.Join(slices.Concat(store.Plans(t, s, func(q store.Queries) {
		if _, _, err := q.SearchNames(t.Context(), []string{"a", "b"}, 24, 24); err != nil {
			t.Error(err)
		}
	})...), "\n")
	if !strings.Contains(plan, "search_words_pkey") || strings.Contains(plan, "Seq Scan on search_words") {
		t.Errorf("got\n%s\nwant words by their index and no scan", plan)
	}
}

// assertIndexed requires the first query to use the index without sorting, and no query to scan a whole table.
func assertIndexed(t *testing.T, name, index string, plans [][]string) {
	t.Helper()
	if len(plans) == 0 {
		t.Errorf("%s: no plan was seen", name)
		return
	}
	first := strings.Join(plans[0], "\n\t")
	if !strings.Contains(first, index+" (") || strings.Contains(first, "FOR ORDER BY") {
		t.Errorf("%s: want %s and no sorting in\n\t%s", name, index, first)
	}
	for _, step := range slices.Concat(plans...) {
		// A page that its limit cut off is read as a whole.
		if strings.HasPrefix(step, "SCAN") && step != "SCAN page" {
			t.Errorf("%s: got %q, want no scan", name, step)
		}
	}
}

// TestMovesDoNotScan proves that moving a fact finds its donations, and the facts above it,
// in indexes.
func TestMovesDoNotScan(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.SQLite(t), store.Options{})
	a := newAppeal(t, s, 1)
	plans := store.ChangePlans(t, s, func(ctx context.Context, tx *store.Tx) error {
		moved := a.solo
		moved.Event, moved.Parent, moved.Team = nil, nil, &fund.Owner{Ref: fund.Ref{ID: a.team.ID}}
		return tx.UpdateFact(ctx, moved)
	})
	steps := slices.Concat(plans...)
	for _, table := range []string{"donations", "facts", "ledger"} {
		if slices.ContainsFunc(steps, func(step string) bool { return strings.HasPrefix(step, "SCAN "+table) }) {
			t.Errorf("got a scan of %s in\n\t%s", table, strings.Join(steps, "\n\t"))
		}
	}
	if !slices.ContainsFunc(steps, func(step string) bool { return strings.Contains(step, "donations_fact") }) {
		t.Errorf("got plans %q, want one that uses donations_fact", steps)
	}
}

// TestDeliveriesInOrderGoFromFactToFact keeps the backlog of an endpoint out of the look for what may be sent next: that is made after each answer.
func TestDeliveriesInOrderGoFromFactToFact(t *testing.T) {
	t.Parallel()
	s := storetest.OpenAt(t, storetest.SQLite(t), store.Options{})
	plan := strings.Join(slices.Concat(store.Plans(t, s, func(q store.Queries) {
		_, err := q.DueDeliveries(t.Context(), store.DueDeliveries{Endpoint: newID(), Now: epoch, Limit: 9, InOrder: true})
		must.Do(t, err)
	})...), "\n\t")
	for _, want := range []string{
		"SEARCH w USING INDEX sqlite_autoindex_webhook_deliveries_1 (id=?)", "webhook_deliveries_order (endpoint_id=? AND fact_id>?)",
		"webhook_deliveries_order (endpoint_id=? AND fact_id=?)",
	} {
		if !strings.Contains(plan, want) {
			t.Errorf("want %s in\n\t%s", want, plan)
		}
	}
	if strings.Contains(plan, "SCAN b") || strings.Contains(plan, "SCAN w\n") || strings.Contains(plan, "webhook_deliveries_due") {
		t.Errorf("want no look at all that wait in\n\t%s", plan)
	}
}
