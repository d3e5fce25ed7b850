package store_test

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testcost"
	"github.com/almoner/almoner/internal/testpg"
)

// past writes the rows of a database of an earlier version of Almoner.
type past struct {
	testing.TB
	s *store.Store
}

func (p past) insert(table, columns string, values ...any) {
	p.Helper()
	marks := make([]string, len(values))
	for i := range marks {
		marks[i] = fmt.Sprintf("$%d", i+1)
	}
	store.Damage(p, p.s, "INSERT INTO "+table+" ("+columns+") VALUES ("+strings.Join(marks, ", ")+")", values...)
}

func (p past) user(id fund.ID, number, created int64) {
	p.insert("users", `id, legacy_id, slug, username, email, password_hash, first_name, last_name, about, avatar, social,
		confirmed, created_at, updated_at`, id, number, fmt.Sprint("user", number), "u", fmt.Sprint(number, "@example.org"), "", "", "", "", "", "{}",
		true, created, created)
}

func (p past) team(id fund.ID, number, created int64) {
	p.insert("teams", "id, legacy_id, slug, name, about, avatar, invite_only, social, created_at, updated_at",
		id, number, fmt.Sprint("team", number), "t", "", "", false, "{}", created, created)
}

// fact is a cause, or with a user the user's campaign for the cause.
func (p past) fact(id, cause, user fund.ID) {
	var (
		parent, maker any
		kind, owner   = "cause", fund.ID{}
	)
	if id != cause {
		parent, maker, kind, owner = cause, user, "campaign", user
	}
	p.insert("facts", `id, legacy_space, legacy_id, kind, owner_id, slug, name, description, status, currency, goal, original_goal,
		raised, cause_id, parent_id, user_id, avatar, supportable, livestream_type, livestream_channel, created_at, updated_at`,
		id, kind, 1, kind, owner[:], kind, "f", "", "published", "USD", 0, 0, 0, cause, parent, maker, "", "public", "", "", 5, 5)
}

func (p past) donation(id, fact, cause fund.ID, number, amount int64) {
	p.insert("donations", `id, legacy_id, fact_id, cause_id, amount, currency, usd, state, listed, name, comment, email, anonymous,
		sustained, completed_at, created_at, updated_at`,
		id, number, fact, cause, amount, "USD", amount, "completed", true, "Ada", "", "ada@example.org", false, false, number, number, number)
	p.insert("ledger", "id, donation_id, fact_id, kind, amount, currency, usd, at", id, id, fact, "donation", amount, "USD", amount, number)
}

// versions lists the versions before the current one that databases may have.
func versions(t *testing.T) []int64 {
	t.Helper()
	s, err := store.Open(t.Context(), "sqlite:"+filepath.Join(t.TempDir(), "almoner.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = s.Close() }()
	return store.Versions(t, s)
}

// newFile is the URL of a file that is not there yet.
func newFile(tb testing.TB) string { return "sqlite:" + filepath.Join(tb.TempDir(), "almoner.db") }

// newestVersions is how many of the versions before the current one are migrated on both databases.
const newestVersions = 4

// TestMigrateWithData migrates databases that earlier versions filled to the current version. New columns are filled
// in as if they had always existed. Older versions take turns on the two databases: what a version filled goes through the same later
// migrations as what its neighbors filled.
func TestMigrateWithData(t *testing.T) {
	testcost.SkipRace(t)
	t.Parallel()
	all := versions(t)
	for turn, database := range []struct {
		name string
		url  func(testing.TB) string
	}{{"sqlite", newFile}, {"postgres", testpg.Start}} {
		for i, version := range all {
			if i < len(all)-newestVersions && i%2 != turn {
				continue
			}
			t.Run(fmt.Sprint(database.name, " from ", version), func(t *testing.T) {
				t.Parallel()
				address := database.url(t)
				s, err := store.Open(t.Context(), address, store.Options{})
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = s.Close() })
				store.MigrateTo(t, s, 1)
				old := fillVersion1(past{t, s})
				old.grow(past{t, s}, version)
				from, to, err := s.Migrate(t.Context())
				if err != nil || from != version || to < 8 {
					t.Fatalf("got from %d to %d, %v, want from %d to the present", from, to, err, version)
				}
				if schema, err := store.Inspect(t.Context(), address); err != nil || schema.Present != to || schema.Known != to {
					t.Errorf("inspect: got %+v, %v, want the version %d to be present and known", schema, err, to)
				}
				old.check(t, s)
				if version >= 2 {
					old.checkMatches(t, s)
				}
				if report, err := s.Audit(t.Context()); err != nil || len(report.Differences) > 0 {
					t.Errorf("audit: got %v, %v, want no difference", report.Differences, err)
				}
			})
		}
	}
}

// version1 lists the rows of a database at version 1.
type version1 struct {
	ann, bob, red, blue, cause, campaign, first, second fund.ID
}

func fillVersion1(p past) version1 {
	ids := make([]fund.ID, 10)
	for i := range ids {
		ids[i] = fund.ID{0: byte(i + 1), 15: 1}
	}
	old := version1{ids[0], ids[1], ids[2], ids[3], ids[4], ids[5], ids[6], ids[7]}
	p.user(old.ann, 1, 100)
	p.user(old.bob, 2, 300)
	p.team(old.red, 1, 200)
	p.team(old.blue, 2, 50)
	for _, m := range []struct {
		team, user fund.ID
		role       fund.Role
	}{{old.blue, old.ann, fund.RoleMember}, {old.red, old.bob, fund.RoleMember}, {old.red, old.ann, fund.RoleSuperAdmin}} {
		p.insert("team_members", "team_id, user_id, role", m.team, m.user, string(m.role))
	}
	p.fact(old.cause, old.cause, fund.ID{})
	p.insert("causes", "fact_id, details", old.cause, `{"settings":{"color_highlight":"#0b6b50"}}`)
	p.insert("cause_members", "cause_id, user_id", old.cause, old.ann)
	p.fact(old.campaign, old.cause, old.ann)
	p.donation(old.first, old.campaign, old.cause, 1, 700)
	p.donation(old.second, old.campaign, old.cause, 2, 300)
	p.insert("sequences", "kind, last", "donation", 2)
	store.Damage(p, p.s, "UPDATE facts SET raised = 1000 WHERE id = $1", old.campaign)
	store.Damage(p, p.s, "UPDATE facts SET supported = 1000 WHERE id = $1", old.cause)
	store.Damage(p, p.s, "UPDATE users SET raised_usd = 1000 WHERE id = $1", old.ann)
	p.insert("milestones", "id, legacy_id, fact_id, name, amount, enabled, created_at, updated_at", ids[8], 1, old.campaign, "m", 500, true, 1, 1)
	facts := slices.Concat(old.campaign[:], old.cause[:])
	for i, e := range []struct {
		topic   fund.Topic
		subject fund.ID
	}{{fund.TopicFactChanged, old.campaign}, {fund.TopicDonationCompleted, old.first}, {fund.TopicDonationCompleted, old.second}} {
		p.insert("events", "position, topic, subject, facts, at", i+1, e.topic, e.subject, facts, i+1)
	}
	p.insert("applications", "id, name, client_id, secret_hash, redirect_uri, scopes, created_at", ids[9], "Overlay", "c", []byte{1}, "https://overlay.test/back", "public", 1)
	for i, kind := range []fund.TokenKind{fund.TokenUser, fund.TokenApplication} {
		var user any
		if kind == fund.TokenUser {
			user = old.ann
		}
		p.insert("tokens", "hash, id, kind, application_id, user_id, scopes, created_at", []byte{byte(i)}, fund.ID{15: byte(i + 1)}, string(kind), ids[9], user, "public", 1)
	}
	return old
}

func (old version1) check(t *testing.T, s *store.Store) {
	t.Helper()
	ctx := t.Context()
	var got []string
	for _, team := range []fund.ID{old.red, old.blue} {
		members, err := s.ListMembers(ctx, team, fund.Page{Limit: 9, Order: fund.OldestFirst})
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range members {
			got = append(got, fmt.Sprint(m.LegacyID, " ", m.User.LegacyID, " ", m.Role, " ", m.CreatedAt.UnixMicro(), " ", m.UpdatedAt.UnixMicro()))
		}
	}
	// Members are numbered by their teams, and joined when the younger of both was made.
	want := []string{"1 1 super_admin 200 200", "2 2 member 300 300", "3 1 member 100 100"}
	if !slices.Equal(got, want) {
		t.Errorf("members: got %q, want %q", got, want)
	}
	if role, err := s.GetCauseRole(ctx, old.cause, old.ann); err != nil || role != fund.CauseOwner {
		t.Errorf("member of the cause: got the role %q, %v, want owner", role, err)
	}
	if cause, err := s.GetCause(ctx, fund.Key{ID: old.cause}); err != nil || cause.Approval != fund.Approved || cause.Proposed != nil || cause.Color != "#0b6b50" {
		t.Errorf("cause: got %q, %v, %q, %v, want it approved, with nothing proposed, in its color", cause.Approval, cause.Proposed, cause.Color, err)
	}
	if user, err := s.GetUser(ctx, fund.Key{ID: old.ann}); err != nil || user.Operator {
		t.Errorf("user: got an operator %v, %v, want none", user.Operator, err)
	}
	events, err := s.EventsAfter(ctx, 0, 9)
	if err != nil || len(events) != 3 || events[0].Amount != 0 || events[1].Amount != 700 || events[2].Amount != 300 {
		t.Errorf("events: got %v, %v, want the amounts 0, 700 and 300", events, err)
	}
	for i, want := range [][]string{{"public", "write", "cause"}, {"public"}} {
		token, err := s.GetToken(ctx, []byte{byte(i)})
		if err != nil || !slices.Equal(token.Scopes, want) {
			t.Errorf("token %d: got %v, %v, want scopes %q", i, token.Scopes, err, want)
		}
	}
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.SetRole(ctx, old.blue, old.bob, fund.RoleMember)
	})
	next, err := s.GetMember(ctx, old.blue, old.bob)
	if err != nil || next.LegacyID != 4 || time.Since(next.CreatedAt) > time.Hour {
		t.Errorf("next member: got %v, %v, want number 4, made now", next, err)
	}
}
