package apiv3_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testpg"
	"github.com/almoner/almoner/internal/testworld"
)

const baseURL = testworld.BaseURL

// world is the known content with all kinds of parts on the campaign, and donations.
type world struct {
	*testworld.World
	t       testing.TB
	cache   *api.Cache
	handler http.Handler

	// Bearer tokens. adaToken and bobToken are tokens of users, causeToken is Game Aid's,
	// tinyToken the other cause's.
	appToken, adaToken, bobToken, cleoToken, causeToken, tinyToken, revokedToken, sandboxToken string
}

func TestMain(m *testing.M) { testpg.Main(m) }

// emptyWorld is a service without any content, at some time.
func emptyWorld(t testing.TB, at time.Time) *world {
	t.Helper()
	w := &world{t: t, cache: api.NewCache(0)}
	w.World = &testworld.World{Service: testworld.New(t, testworld.Options{At: at, Seed: 3})}
	w.Refresh(w.cache)
	w.handler = w.version(apiv3.Options{})
	return w
}

// newWorld makes a world of the test's own, so it may change it.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := emptyWorld(t, testworld.Start)
	ctx := t.Context()
	w.World = testworld.Populate(t, w.Service)
	w.parts(ctx)
	w.Donate(ctx, testworld.Selection{Option: fund.Key{LegacyID: 2}, Target: fund.Key{LegacyID: 1}, Reward: fund.Key{LegacyID: 1}})
	w.Must(w.CatchUp(ctx, app.System()))
	w.tokens(ctx)
	return w
}

// version makes a handler over the world with other options.
func (w *world) version(o apiv3.Options) http.Handler {
	o.App, o.BaseURL = w.App, baseURL
	o.Settings = w.Settings(o.Settings)
	o.Settings.Cache = w.cache
	return apiv3.New(o)
}

func (w *world) parts(ctx context.Context) {
	key, in := testworld.ByID(w.Campaign), func(hours int) fund.Opt[time.Time] {
		return fund.Some(w.Clock.Now().Add(time.Duration(hours) * time.Hour))
	}
	_, err := w.CreatePoll(ctx, testworld.As(w.Ada), key, fund.PollPatch{
		Name: fund.Some("Which game?"), Enabled: fund.Some(true),
		Options: []fund.PollOptionPatch{{Name: fund.Some("Celeste")}, {Name: fund.Some("Hades")}, {Name: fund.Some("Tetris")}},
	})
	w.Must(err)
	for _, t := range []fund.TargetPatch{
		{Name: fund.Some("Shave my head"), Amount: fund.Some("250"), Enabled: fund.Some(true), EndsAt: in(24)},
		{Name: fund.Some("Sing"), Amount: fund.Some("99.99"), Enabled: fund.Some(true), ActivatesAt: in(2)},
	} {
		_, err := w.CreateTarget(ctx, testworld.As(w.Ada), key, t)
		w.Must(err)
	}
	limit := int64(5)
	for _, r := range []fund.RewardPatch{
		{Name: fund.Some("Sticker"), Description: fund.Some("Shiny."), Amount: fund.Some("5"), Kind: fund.Some(fund.RewardPhysical), Quantity: fund.Some(&limit),
			FairMarketValue: fund.Some("0.5"), ShippingAddressRequired: fund.Some(true), ShippingNote: fund.Some("EU only"),
			CustomQuestion: fund.Some("Which one?"), Enabled: fund.Some(true), AlwaysActive: fund.Some(true)},
		{Name: fund.Some("Call"), Amount: fund.Some("50"), Kind: fund.Some(fund.RewardVirtual), Enabled: fund.Some(true), StartsAt: in(1), EndsAt: in(3)},
	} {
		_, err := w.CreateReward(ctx, testworld.As(w.Ada), key, r)
		w.Must(err)
	}
	_, err = w.CreateMilestone(ctx, testworld.As(w.Ada), key, fund.MilestonePatch{Name: fund.Some("Half way"), Amount: fund.Some("100"), Enabled: fund.Some(true)})
	w.Must(err)
	for i, name := range []string{"Start", "End"} {
		_, err := w.CreateScheduleItem(ctx, testworld.As(w.Ada), key, fund.SchedulePatch{Name: fund.Some(name), StartsAt: in(i)})
		w.Must(err)
	}
}

func (w *world) tokens(ctx context.Context) {
	application, _, token, err := w.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Overlay", API: fund.APIV3, RedirectURIs: []string{"https://overlay.example.org/back"}, Scopes: []string{"public"}})
	w.Must(err)
	w.appToken = token
	scopes := []string{fund.ScopePublic, fund.ScopeWrite, fund.ScopeCause}
	for text, t := range map[*string]fund.Token{
		&w.adaToken:  {Kind: fund.TokenUser, UserID: w.Ada.ID, Scopes: scopes},
		&w.bobToken:  {Kind: fund.TokenUser, UserID: w.Bob.ID, Scopes: scopes},
		&w.cleoToken: {Kind: fund.TokenUser, UserID: w.Cleo.ID, Scopes: scopes}, &w.causeToken: {Kind: fund.TokenCause, CauseID: w.Cause.ID, Scopes: scopes},
		&w.tinyToken: {Kind: fund.TokenCause, CauseID: w.Tiny.ID, Scopes: scopes}, &w.revokedToken: {Kind: fund.TokenApplication},
		&w.sandboxToken: {Kind: fund.TokenApplication, Scopes: []string{fund.ScopeSandbox}},
	} {
		t.ApplicationID = application.ID
		*text, err = w.CreateToken(ctx, app.System(), t)
		w.Must(err)
	}
	w.Must(w.RevokeToken(ctx, app.System(), w.revokedToken))
}

// call makes one request. The target is below /api/v3; a token of "" sends none, a body of ""
// sends none. More headers come in pairs.
func (w *world) call(method, target, token, body string, header ...string) *httptest.ResponseRecorder {
	return testworld.Ask(w.handler, testworld.Call{Method: method, Target: "/api/v3" + target, Token: token, Body: body, Header: header})
}

// path puts the numbers of the world into a target: {campaign}, {event} and so on.
func (w *world) path(target string) string {
	return strings.NewReplacer(
		"{campaign}", fmt.Sprint(w.Campaign.LegacyID), "{teamCampaign}", fmt.Sprint(w.TeamCampaign.LegacyID),
		"{empty}", fmt.Sprint(w.Empty.LegacyID), "{draft}", fmt.Sprint(w.Draft.LegacyID), "{retired}", fmt.Sprint(w.Retired.LegacyID),
		"{cause}", fmt.Sprint(w.Cause.LegacyID), "{tiny}", fmt.Sprint(w.Tiny.LegacyID), "{event}", fmt.Sprint(w.Event.LegacyID),
		"{team}", fmt.Sprint(w.Team.LegacyID), "{ada}", fmt.Sprint(w.Ada.LegacyID), "{bob}", fmt.Sprint(w.Bob.LegacyID),
		"{cleo}", fmt.Sprint(w.Cleo.LegacyID),
	).Replace(target)
}
