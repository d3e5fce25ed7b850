package app_test

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/receipt"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testpg"
	"github.com/almoner/almoner/internal/testworld"
)

func TestMain(m *testing.M) {
	if os.Getenv("ALMONER_TEST_DB") == "postgres" {
		// Each step of a property is a commit there; SQLite makes the full number of runs.
		_ = flag.Set("rapid.checks", "10")
	}
	testpg.Main(m)
}

// world is an app on a real database, with a cause and every kind of user.
type world struct {
	*testworld.Service
	// url is that of the database.
	url string
	// sandbox is the payment provider.
	sandbox *sandbox.Provider
	// shield guards the app and the provider.
	shield *shield.Shield
	// owner owns campaign; stranger owns nothing; causer is a member of cause.
	owner, stranger, causer, causeToken, program app.Actor
	// roles are the members of team by their role.
	roles           map[fund.Role]app.Actor
	cause, yen      fund.Cause
	event           fund.FundraisingEvent
	team            fund.Team
	campaign, team1 fund.Fact
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldWith(t, worldOptions{})
}

// worldOptions configure a world.
type worldOptions struct {
	// captcha is that of the donate form; nil for none.
	captcha app.Captcha
	// elsewhere makes the provider take cards where the shield does not see them.
	elsewhere bool
	// shield replaces the usual one.
	shield *shield.Shield
	// provider wraps the sandbox; nil for none.
	provider func(pay.Provider) pay.Provider
	// mode is that of the money; "" is the sandbox's.
	mode fund.Mode
	// limit is the largest single donation; 0 is the usual one.
	limit fund.DonationLimit
	// profiles are those of receipts; nil for the usual ones.
	profiles *receipt.Set
	// at is what the clock shows; the zero time is now.
	at time.Time
}

func newWorldWith(t *testing.T, o worldOptions) *world {
	t.Helper()
	w := &world{}
	url := storetest.Database(t)
	if o.mode != "" {
		url = storetest.Unfixed(t, url)
	}
	w.url = url
	w.Service = testworld.NewAt(t, url, testworld.Options{At: o.at, Seed: 1, Mode: o.mode, Configure: func(s *testworld.Service, a *app.Options) {
		if w.shield = o.shield; w.shield == nil {
			w.shield = shield.New(s.Clock.Now)
		}
		w.sandbox = s.Sandbox(sandbox.Options{})
		if !o.elsewhere {
			w.sandbox.Guard = w.shield
		}
		a.Payments = app.Payments{Provider: w.sandbox, Fee: testworld.Fee}
		if o.provider != nil {
			a.Payments.Provider = o.provider(w.sandbox)
		}
		a.Shield, a.Captcha, a.DonationLimit, a.Profiles = w.shield, o.captcha, o.limit, o.profiles
	}})
	w.people(t.Context(), t)
	w.facts(t.Context(), t)
	return w
}

func (w *world) people(ctx context.Context, t *testing.T) {
	t.Helper()
	w.owner, w.stranger, w.causer = w.user(ctx, t, "Owner"), w.user(ctx, t, "Stranger"), w.user(ctx, t, "Causer")
	program, _, token, err := w.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Overlay", RedirectURIs: []string{"https://overlay.test/back"}})
	must.Do(t, err)
	w.program, err = w.Authenticate(ctx, token)
	must.Do(t, err)
	if w.program.Application != program.ID {
		t.Fatalf("got application %s, want %s", w.program.Application, program.ID)
	}
	w.roles = map[fund.Role]app.Actor{}
	for _, role := range fund.Roles() {
		w.roles[role] = w.user(ctx, t, string(role))
	}
	w.team, err = w.CreateTeam(ctx, w.roles[fund.RoleSuperAdmin], fund.TeamPatch{Name: fund.Some("The Team")})
	must.Do(t, err)
	for _, role := range fund.Roles()[1:] {
		must.Do(t, w.SetRole(ctx, app.System(), app.TeamRole{Team: w.team.ID, User: w.roles[role].User, Role: role}))
	}
}

func (w *world) user(ctx context.Context, t *testing.T, name string) app.Actor {
	t.Helper()
	user, err := w.CreateUser(ctx, app.System(), app.NewUser{Username: name, Email: name + "@example.org"})
	must.Do(t, err)
	w.token(ctx, t, fund.Token{ID: user.ID, Kind: fund.TokenUser, UserID: user.ID})
	return app.Actor{Kind: app.ActorUser, User: user.ID, Token: user.ID, Scopes: scopes()}
}

// token makes a token of which only the id matters: a write looks it up.
func (w *world) token(ctx context.Context, t *testing.T, k fund.Token) {
	t.Helper()
	_, err := w.CreateToken(ctx, app.System(), k)
	must.Do(t, err)
}

// scopes are those of users who may do everything with their own objects.
func scopes() []string {
	return []string{fund.ScopePublic, fund.ScopeCause, fund.ScopeWrite, fund.ScopeDonationsWrite}
}

func (w *world) facts(ctx context.Context, t *testing.T) {
	t.Helper()
	var err error
	w.cause, err = w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD"}})
	must.Do(t, err)
	w.yen, err = w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Forest", Slug: "forest", Currency: "JPY"}})
	must.Do(t, err)
	w.later()
	must.Do(t, w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: w.cause.ID, User: w.causer.User, Role: fund.CauseOwner}))
	_, err = w.UpdateDonationSettings(ctx, app.System(), app.FactKey{Key: fund.Key{ID: w.cause.ID}, Kinds: []fund.Kind{fund.KindCause}},
		fund.DonationSettingsPatch{OfflineMaximum: fund.Some("100"), OfflineDailyMaximum: fund.Some("1000")})
	must.Do(t, err)
	w.token(ctx, t, fund.Token{ID: w.cause.ID, Kind: fund.TokenCause, CauseID: w.cause.ID})
	w.causeToken = app.Actor{Kind: app.ActorCause, Cause: w.cause.ID, Token: w.cause.ID, Scopes: scopes()}
	w.event, err = w.ImportFundraisingEvent(ctx, app.System(), fund.FundraisingEvent{Fact: fund.Fact{
		Name: "Marathon", Slug: "marathon", Cause: fund.Ref{ID: w.cause.ID},
	}})
	must.Do(t, err)
	w.later()
	w.team1, err = w.CreateTeamCampaign(ctx, w.roles[fund.RoleAdmin], fund.Key{ID: w.team.ID}, fund.CampaignPatch{
		Name: fund.Some("Together"), Cause: key(w.cause.ID), Event: key(w.event.ID), Status: fund.Some(fund.Published), Goal: fund.Some("1000"),
	})
	must.Do(t, err)
	w.later()
	w.campaign = w.newCampaign(ctx, t, fund.CampaignPatch{Parent: key(w.team1.ID), Status: fund.Some(fund.Published)})
}

// later makes ids created from now on higher than earlier ones: ids sort by milliseconds.
func (w *world) later() { w.Clock.Advance(time.Millisecond) }

// newCampaign creates a campaign of the owner for the cause.
func (w *world) newCampaign(ctx context.Context, t *testing.T, patch fund.CampaignPatch) fund.Fact {
	t.Helper()
	if !patch.Name.Set {
		patch.Name = fund.Some("Run")
	}
	if !patch.Cause.Set {
		patch.Cause = key(w.cause.ID)
	}
	w.later()
	f, err := w.CreateCampaign(ctx, w.owner, patch)
	must.Do(t, err)
	return f
}

func key(id fund.ID) fund.Opt[fund.Key] { return fund.Some(fund.Key{ID: id}) }

func campaignKey(f fund.Fact) app.FactKey { return app.FactKey{Key: fund.Key{ID: f.ID}} }

// wantKind checks the kind of a fault; "" requires none.
func wantKind(t *testing.T, err error, want string) {
	t.Helper()
	got := ""
	if err != nil {
		got = fault.From(err).Kind.String()
	}
	if got != want {
		t.Errorf("got %q (%v), want %q", got, err, want)
	}
}

// wantFields compares the fields of an Invalid fault with "path text" lines.
func wantFields(t *testing.T, err error, want ...string) {
	t.Helper()
	wantKind(t, err, "invalid")
	var got []string
	if err != nil {
		for _, f := range fault.From(err).Fields {
			got = append(got, f.Path+" "+f.Text)
		}
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

// events are the topics appended since a position.
func (w *world) events(ctx context.Context, t *testing.T, after int64) []fund.Event {
	t.Helper()
	events, err := w.Store.EventsAfter(ctx, after, 1000)
	must.Do(t, err)
	return events
}

func (w *world) position(ctx context.Context, t *testing.T) int64 {
	t.Helper()
	position, err := w.Store.LastPosition(ctx)
	must.Do(t, err)
	return position
}

func numbers(facts []fund.Fact) string {
	var ids []int64
	for _, f := range facts {
		ids = append(ids, f.LegacyID)
	}
	return fmt.Sprint(ids)
}
