package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestListsWalkAlongIndexes checks SQLite's plans of lists that begin with the oldest or the least: they follow an
// index, wherever in the list a page is.
func TestListsWalkAlongIndexes(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := open(t, storetest.SQLite(t), store.Options{})
	a := newAppeal(t, s, 1)
	public := []fund.Status{fund.Published, fund.Retired}
	campaigns := []fund.Kind{fund.KindCampaign, fund.KindTeamCampaign}
	facts := func(filter store.FactFilter) func(store.Queries, fund.Page) error {
		filter.Statuses = public
		return func(q store.Queries, p fund.Page) error { _, err := q.ListFacts(ctx, filter, p); return err }
	}
	here := &fund.Cursor{At: epoch, ID: newID(), Number: 1}
	for name, list := range map[string]struct {
		index string
		read  func(store.Queries, fund.Page) error
	}{
		"facts of a parent":         {"facts_parent_id", facts(store.FactFilter{Parent: a.together.ID})},
		"campaigns below":           {"facts_parent_id", facts(store.FactFilter{Parent: a.together.ID, Kinds: campaigns})},
		"campaigns of a user":       {"facts_user_id", facts(store.FactFilter{User: a.user.ID, Kinds: campaigns[:1]})},
		"campaigns of a team":       {"facts_team_id", facts(store.FactFilter{Team: a.team.ID, Kinds: campaigns[1:]})},
		"facts of a cause":          {"facts_cause_id", facts(store.FactFilter{Cause: a.cause.ID})},
		"campaigns of an event":     {"facts_event_id", facts(store.FactFilter{Event: a.event.ID, Kinds: campaigns})},
		"changed campaigns of user": {"facts_user_id", facts(store.FactFilter{User: a.user.ID, Updated: fund.Span{After: epoch, Before: epoch}})},
		"supportable facts":         {"facts_parent_id", facts(store.FactFilter{Parent: a.event.ID, Supportables: []fund.Supportable{fund.SupportPublic}})},
		"events of a cause": {"facts_cause_id", func(q store.Queries, p fund.Page) error {
			_, err := q.ListFundraisingEvents(ctx, a.cause.ID, public, p)
			return err
		}},
		"polls":   {"polls_fact", func(q store.Queries, p fund.Page) error { _, err := q.ListPolls(ctx, a.solo.ID, p); return err }},
		"targets": {"targets_fact", func(q store.Queries, p fund.Page) error { _, err := q.ListTargets(ctx, a.solo.ID, p); return err }},
		"rewards": {"rewards_amount", func(q store.Queries, p fund.Page) error { _, err := q.ListRewards(ctx, a.solo.ID, p); return err }},
		"milestones": {"milestones_fact", func(q store.Queries, p fund.Page) error {
			_, err := q.ListMilestones(ctx, store.MilestoneFilter{Fact: a.solo.ID, EnabledOnly: true}, p)
			return err
		}},
		"schedule": {"schedule_items_fact", func(q store.Queries, p fund.Page) error {
			_, err := q.ListSchedule(ctx, a.solo.ID, p)
			return err
		}},
		"members": {"team_members_team", func(q store.Queries, p fund.Page) error { _, err := q.ListMembers(ctx, a.team.ID, p); return err }},
		"registrations": {"registrations_event", func(q store.Queries, p fund.Page) error {
			_, err := q.ListRegistrations(ctx, a.event.ID, p)
			return err
		}},
		"auction items": {"auction_items_house", func(q store.Queries, p fund.Page) error {
			_, err := q.ListAuctionItems(ctx, store.AuctionItemFilter{House: a.solo.ID, Status: fund.AuctionActive}, p)
			return err
		}},
		"bids": {"auction_bids_item", func(q store.Queries, p fund.Page) error { _, err := q.ListBids(ctx, a.solo.ID, p); return err }},
		"fitness goals": {"fitness_goals_fact", func(q store.Queries, p fund.Page) error {
			_, err := q.ListFitnessGoals(ctx, a.solo.ID, p)
			return err
		}},
		"matches": {"donation_matches_fact", func(q store.Queries, p fund.Page) error {
			_, err := q.ListMatches(ctx, store.MatchFilter{Fact: a.solo.ID, Status: store.MatchActive, Now: epoch}, p)
			return err
		}},
	} {
		for place, page := range map[string]fund.Page{
			"first": {}, "later": {After: here}, "back to": {Before: here}, "between": {After: here, Before: here},
		} {
			page.Limit, page.Order = 11, fund.OldestFirst
			assertIndexed(t, place+" "+name, list.index, store.Plans(t, s, func(q store.Queries) {
				if err := list.read(q, page); err != nil {
					t.Errorf("%s %s: %v", place, name, err)
				}
			}))
		}
	}
}

// TestMailsWalkAlongTheirIndexes proves that mails cost no more to list than there are mails to look at: each
// of the indexes holds only those.
func TestMailsWalkAlongTheirIndexes(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := open(t, storetest.SQLite(t), store.Options{})
	page := fund.Page{Limit: 11, Order: fund.OldestFirst}
	for index, reads := range map[string][]func(store.Queries) error{
		"mails_due": {
			func(q store.Queries) error { _, err := q.DueWork(ctx, fund.WorkMail, epoch, 9); return err },
			func(q store.Queries) error {
				_, err := q.CountMails(ctx, fund.MailReceipt, fund.MailWaiting)
				return err
			},
		},
		"mails_unknown": {
			func(q store.Queries) error { _, err := q.ListReceipts(ctx, fund.MailUnknown, page); return err },
			func(q store.Queries) error {
				_, err := q.CountMails(ctx, fund.MailReceipt, fund.MailUnknown)
				return err
			},
		},
		"mails_refused": {
			func(q store.Queries) error { _, err := q.ListReceipts(ctx, fund.MailRefused, page); return err },
			func(q store.Queries) error {
				_, err := q.CountMails(ctx, fund.MailReceipt, fund.MailRefused)
				return err
			},
		},
	} {
		for i, read := range reads {
			plan := strings.Join(slices.Concat(store.Plans(t, s, func(q store.Queries) {
				if err := read(q); err != nil {
					t.Errorf("%s: %v", index, err)
				}
			})...), "\n\t")
			if !strings.Contains(plan, "INDEX "+index) || strings.Contains(plan, "TEMP B-TREE") {
				t.Errorf("%s %d: got\n\t%s\nwant a walk along the index", index, i, plan)
			}
		}
	}
}

// TestOwnListsDoNotScan proves that only one user's rows are sorted.
func TestOwnListsDoNotScan(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	s := open(t, storetest.SQLite(t), store.Options{})
	a := newAppeal(t, s, 1)
	page := fund.Page{Limit: 11, Order: fund.OldestFirst, After: &fund.Cursor{ID: newID()}}
	for name, list := range map[string]struct {
		read func(store.Queries) error
		// want lists parts of the plan.
		want []string
	}{
		"teams": {func(q store.Queries) error {
			_, err := q.ListMemberships(ctx, a.user.ID, []fund.Role{fund.RoleAdmin}, page)
			return err
		}, []string{"team_members_user ("}},
		"integrations": {func(q store.Queries) error {
			_, err := q.ListIntegrations(ctx, a.user.ID, []fund.Role{fund.RoleAdmin}, page)
			return err
		}, []string{"facts_user", "facts_team", "team_members_user ("}},
		"ancestors": {func(q store.Queries) error {
			_, err := q.Ancestors(ctx, []fund.ID{a.solo.ID, a.together.ID})
			return err
		}, []string{"sqlite_autoindex_facts_1 ("}},
		"hours of a user": {func(q store.Queries) error {
			_, err := q.OwnHours(ctx, store.OwnFacts{User: a.user.ID}, store.HourSpan{Since: epoch, Now: epoch, Most: 9})
			return err
		}, []string{"facts_user", "facts_parent", "sqlite_autoindex_raised_hours_1 (fact_id=? AND hour>?)"}},
		"hours of a team": {func(q store.Queries) error {
			_, err := q.OwnHours(ctx, store.OwnFacts{Team: a.team.ID}, store.HourSpan{Since: epoch, Now: epoch, Most: 9})
			return err
		}, []string{"facts_team", "facts_parent", "sqlite_autoindex_raised_hours_1 (fact_id=? AND hour>?)"}},
		"winning bid": {func(q store.Queries) error {
			_, _ = q.GetWinningBid(ctx, a.solo.ID)
			return nil
		}, []string{"auction_bids_item ("}},
	} {
		steps := slices.Concat(store.Plans(t, s, func(q store.Queries) {
			if err := list.read(q); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		})...)
		plan := strings.Join(steps, "\n\t")
		for _, want := range list.want {
			if !strings.Contains(plan, want) {
				t.Errorf("%s: want %s in\n\t%s", name, want, plan)
			}
		}
		// The facts of a recursive query are scanned as "a", and those of an owner as "own": what the query found.
		if slices.ContainsFunc(steps, func(step string) bool {
			return strings.HasPrefix(step, "SCAN") && step != "SCAN a" && step != "SCAN own"
		}) {
			t.Errorf("%s: want no scan of a table in\n\t%s", name, plan)
		}
	}
}

// TestHoursOfOwnersAreLookedUp proves that PostgreSQL reads only the facts of the owner, and their hours by their key.
func TestHoursOfOwnersAreLookedUp(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Postgres(t), store.Options{})
	a := newAppeal(t, s, 1)
	store.Damage(t, s, `INSERT INTO raised_hours (fact_id, hour, amount) SELECT f.id, i, 1 FROM facts f CROSS JOIN generate_series(1, 20000) i`)
	store.Damage(t, s, "ANALYZE")
	since := time.UnixMicro(0).Add(19_900 * time.Hour)
	plan := strings.Join(slices.Concat(store.Plans(t, s, func(q store.Queries) {
		if _, err := q.OwnHours(t.Context(), store.OwnFacts{Team: a.team.ID}, store.HourSpan{Since: since, Now: since.Add(90 * time.Hour), Most: 1000}); err != nil {
			t.Error(err)
		}
	})...), "\n")
	if !strings.Contains(plan, "raised_hours_pkey") || strings.Contains(plan, "Seq Scan on raised_hours") {
		t.Errorf("got\n%s\nwant hours by their key and no scan of them", plan)
	}
}
