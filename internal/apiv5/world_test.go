package apiv5_test

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testclock"
	"github.com/almoner/almoner/internal/testpg"
)

const baseURL = "https://almoner.test"

// world is a small service with known content: always the same ids, names and instants.
//
// Users: ada with campaigns, a team, an auction house and personal campaigns; bob, a member of the
// cause and of the team; cleo, who registered for the event and has nothing. Causes: Game Aid in
// GBP with everything set, and Tiny in JPY with nothing set and hidden leaderboards.
type world struct {
	t       testing.TB
	app     *app.App
	store   *store.Store
	cache   *api.Cache
	handler http.Handler
	clock   *testclock.Clock

	tokens map[string]string
	// application is whose tokens those are.
	application fund.ID
	// ids stand in braces in targets: {campaign}, {poll}.
	ids map[string]string

	ada, bob, cleo fund.User
	cause, tiny    fund.Cause
	event          fund.FundraisingEvent
	team           fund.Team
	// campaign is ada's for the team, supports teamCampaign and has 25 donations and all kinds of
	// parts; empty is bob's, for the tiny cause and without anything; draft is unpublished, retired
	// is over.
	teamCampaign, campaign, empty, draft, retired fund.Fact
	personal                                      fund.PersonalCampaign
	house, causeHouse                             fund.AuctionHouse
}

func TestMain(m *testing.M) { testpg.Main(m) }

// emptyWorld is a service without any content, at some time.
func emptyWorld(t testing.TB, at time.Time) *world {
	t.Helper()
	w := &world{t: t, clock: testclock.At(at), cache: api.NewCache(0), tokens: map[string]string{}, ids: map[string]string{}}
	w.store = storetest.Open(t, store.Options{Now: w.clock.Now})
	w.app = app.New(app.Options{Store: w.store, Now: w.clock.Now, Random: rand.NewChaCha8([32]byte{3}), BaseURL: baseURL})
	w.store.OnCommit(w.invalidate)
	w.handler = w.version(apiv5.Options{})
	return w
}

// newWorld makes a world of the test's own, so it may change it.
func newWorld(t testing.TB) *world {
	t.Helper()
	w := emptyWorld(t, time.Date(2022, time.November, 5, 12, 0, 0, 0, time.UTC))
	ctx := t.Context()
	w.people(ctx)
	w.charities(ctx)
	w.campaigns(ctx)
	w.parts(ctx)
	w.personals(ctx)
	w.auctions(ctx)
	w.matches(ctx)
	w.donations(ctx)
	w.exercise(ctx)
	w.makeTokens(ctx)
	w.project(ctx)
	w.names()
	return w
}

// version makes a handler over the world with other options.
func (w *world) version(o apiv5.Options) http.Handler {
	o.App, o.BaseURL = w.app, baseURL
	o.Settings.Now = w.clock.Now
	if o.Settings.Cache == nil {
		o.Settings.Cache = w.cache
	}
	o.Settings.Log = slog.New(slog.DiscardHandler)
	o.Settings.RequestID = func() string { return "request-1" }
	made := apiv5.New(o)
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		switch path := r.URL.Path; {
		case strings.HasPrefix(path, "/api/private"):
			made.Private.ServeHTTP(rw, r)
		case strings.HasPrefix(path, "/api/cause"):
			made.Cause.ServeHTTP(rw, r)
		default:
			made.Public.ServeHTTP(rw, r)
		}
	})
}

// project lets the leaderboards catch up.
func (w *world) project(ctx context.Context) {
	w.t.Helper()
	for {
		done, err := w.store.Project(ctx)
		w.must(err)
		if done == 0 {
			return
		}
	}
}

func (w *world) invalidate(events []fund.Event) {
	for _, e := range events {
		tags := []api.Tag{api.Tag(e.Subject)}
		for _, id := range e.Facts {
			tags = append(tags, api.Tag(id))
		}
		w.cache.Invalidate(tags...)
	}
}

func (w *world) must(err error) {
	w.t.Helper()
	if err != nil {
		w.t.Fatal(err)
	}
}

func as(u fund.User) app.Actor {
	return app.Actor{Kind: app.ActorUser, User: u.ID, Scopes: fund.Scopes()}
}

func byFact(f fund.Fact) app.FactKey {
	return app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: []fund.Kind{f.Kind}}
}

func (w *world) people(ctx context.Context) {
	var err error
	w.ada, err = w.app.CreateUser(ctx, app.System(), app.NewUser{
		Username: "Ada", Slug: "ada", Email: "ada@example.org", FirstName: "Ada", LastName: "Løve",
		About: "Plays for <good> & \u2028 causes 🎮", Avatar: "https://cdn.example.org/ada.png",
		Social: fund.SocialPatch{"twitch": "ada", "website": "https://ada.example.org"},
	})
	w.must(err)
	w.bob, err = w.app.CreateUser(ctx, app.System(), app.NewUser{Username: "Bob", Slug: "bob", Email: "bob@example.org"})
	w.must(err)
	w.cleo, err = w.app.CreateUser(ctx, app.System(), app.NewUser{Username: "Cleo", Slug: "cleo", Email: "cleo@example.org"})
	w.must(err)
	w.team, err = w.app.CreateTeam(ctx, as(w.ada), fund.TeamPatch{
		Name: fund.Some("Night Owls"), Slug: fund.Some("night-owls"), About: fund.Some("Up late."),
		InviteOnly: fund.Some(true), Social: fund.SocialPatch{"discord": "owls"},
	})
	w.must(err)
	w.must(w.app.SetRole(ctx, app.System(), app.TeamRole{Team: w.team.ID, User: w.bob.ID, Role: fund.RoleMember}))
	gone, err := w.app.CreateTeam(ctx, as(w.ada), fund.TeamPatch{Name: fund.Some("Gone"), Slug: fund.Some("gone")})
	w.must(err)
	w.must(w.app.DisbandTeam(ctx, as(w.ada), fund.Key{ID: gone.ID}))
}

func (w *world) charities(ctx context.Context) {
	for currency, rate := range map[string]int64{"GBP": money.RateScale * 5 / 4, "JPY": money.RateScale / 125} {
		w.must(w.app.PutRate(ctx, app.System(), app.NewRate{Currency: currency, Day: w.clock.Now().AddDate(0, -1, 0), Rate: rate}))
	}
	heat := true
	var err error
	w.cause, err = w.app.CreateCause(ctx, app.System(), fund.Cause{
		Fact:      fund.Fact{Slug: "game-aid", Name: "Game Aid", Description: "Play and help.", Currency: "GBP", Avatar: "/media/game-aid.png"},
		LegalName: "Game Aid Trust", About: "We help.", Video: "https://video.example.org/1", Image: "/media/image.png",
		Logo: "/media/logo.png", Banner: "/media/banner.png", ContactEmail: "hello@example.org",
		PhoneNumber: "+441632960000", PaypalEmail: "pay@example.org", GovernmentID: "1234567", PlanTier: 4,
		Social:  fund.Social{Twitter: "gameaid", Youtube: "gameaid"},
		Address: fund.Address{Line1: "1 High Street", City: "Bristol", Region: "BRS", PostalCode: "BS1 1AA", Country: "GB"},
		Settings: fund.Settings{
			ColorBackground: "#ffffff", ColorHighlight: "#ff0055", HeaderIntro: "Hello", HeaderTitle: "Game Aid",
			FindOutMoreLink: "https://example.org", FooterCopyright: "Game Aid", FooterPrivacy: "https://example.org/privacy",
			MinimumDonation: 100, AnalyticsTrackingID: "UA-1",
		},
		Permissions: map[string]bool{"activated": true, "cause_leaderboard": true, "gift_aid": true},
		Visibility: fund.Visibility{
			"donate": {Visible: true}, "regions": {Visible: false}, "team_leaderboard": {Visible: true, Type: "TOP"},
			"sustained_giving": {Visible: false}, "toolkit": {Visible: true, URL: "https://example.org/toolkit"},
		},
		Connected: []string{"stripe", "gift_aid"},
	})
	w.must(err)
	w.tiny, err = w.app.CreateCause(ctx, app.System(), fund.Cause{
		Fact:       fund.Fact{Slug: "tiny", Name: "Tiny", Currency: "JPY"},
		Visibility: fund.Visibility{"individual_leaderboard": {}, "team_leaderboard": {}},
	})
	w.must(err)
	w.must(w.app.AddCauseMember(ctx, app.System(), w.cause.ID, w.bob.ID))
	day := time.Date(2022, time.November, 1, 0, 0, 0, 0, time.UTC)
	w.event, err = w.app.CreateFundraisingEvent(ctx, app.System(), fund.FundraisingEvent{
		Fact: fund.Fact{
			Slug: "winter-2022", Name: "Winter 2022", Description: "Together.", Goal: 1_000_000, Cause: fund.Ref{ID: w.cause.ID},
			StartsAt: day, EndsAt: day.AddDate(0, 1, 0), Avatar: "/media/winter.png",
		},
		StartSupportingAt: day.Add(-24 * time.Hour), EndSupportingAt: day.AddDate(0, 1, 0),
		ShortDescription: "Short.", ContactEmail: "winter@example.org", Logo: "/media/winter-logo.png",
		Settings: fund.Settings{HeaderTitle: "Winter", HeaderIntro: "Brr", ColorHighlight: "#00ff00", ColorBackground: "#000"},
		RegistrationFields: fund.RegistrationFields{
			"address": {Enabled: true, Required: true}, "shirt_size": {Enabled: true, Position: 1},
			"service_hours": {Position: 2}, "date_of_birth": {Position: 3}, "phone_number": {Position: 5},
		},
		Visibility: fund.Visibility{"individual_leaderboard": {Visible: true, Type: "ALL", Heat: &heat}, "goal": {Visible: false}},
	})
	w.must(err)
	_, err = w.app.CreateFundraisingEvent(ctx, app.System(), fund.FundraisingEvent{
		Fact: fund.Fact{Slug: "spring-2021", Name: "Spring 2021", Cause: fund.Ref{ID: w.cause.ID}, Status: fund.Retired},
	})
	w.must(err)
	_, err = w.app.CreateIncentive(ctx, app.System(), fund.Incentive{EventID: w.event.ID, Title: "Badge", Description: "Raise 100."})
	w.must(err)
	_, err = w.app.CreateEventScheduleItem(ctx, app.System(), fund.Key{ID: w.event.ID}, fund.SchedulePatch{
		Name: fund.Some("Opening"), StartsAt: fund.Some(day.Add(20 * time.Hour)),
	})
	w.must(err)
	_, err = w.app.CreateRegistration(ctx, as(w.cleo), fund.Key{ID: w.event.ID}, fund.RegistrationPatch{
		Email: fund.Some("cleo@example.org"), Subscribed: fund.Some(true), ShirtSize: fund.Some("M"),
		Address: fund.Some(&fund.Address{Line1: "2 Low Street", City: "Leeds", Region: "LDS", PostalCode: "LS1", Country: "GB"}),
	})
	w.must(err)
}

func (w *world) campaigns(ctx context.Context) {
	var err error
	event, cause := fund.Some(fund.Key{ID: w.event.ID}), fund.Some(fund.Key{ID: w.cause.ID})
	published := fund.Some(fund.Published)
	start := fund.Some(time.Date(2022, time.November, 2, 18, 30, 0, 0, time.UTC))
	w.teamCampaign, err = w.app.CreateTeamCampaign(ctx, as(w.ada), fund.Key{ID: w.team.ID}, fund.CampaignPatch{
		Name: fund.Some("Owls All Night"), Slug: fund.Some("all-night"), Goal: fund.Some("5000"), Cause: cause, Event: event,
		StartsAt: start, Status: published, Supportable: fund.Some(fund.SupportPublic),
	})
	w.must(err)
	w.campaign, err = w.app.CreateCampaign(ctx, as(w.ada), fund.CampaignPatch{
		Name: fund.Some("Speedrun for Good"), Slug: fund.Some("speedrun"), Description: fund.Some("**All** levels."),
		Goal: fund.Some("500.5"), Cause: cause, Event: event, Parent: fund.Some(fund.Key{ID: w.teamCampaign.ID}), Team: fund.Some(fund.Key{ID: w.team.ID}),
		StartsAt: start, EndsAt: fund.Some(time.Date(2022, time.November, 20, 0, 0, 0, 0, time.UTC)), Status: published,
		Supportable: fund.Some(fund.SupportNone), Livestream: fund.Some(&fund.Livestream{Type: "twitch", Channel: "ada"}),
	})
	w.must(err)
	w.empty, err = w.app.CreateCampaign(ctx, as(w.bob), fund.CampaignPatch{
		Name: fund.Some("空っぽ"), Slug: fund.Some("empty"), Goal: fund.Some("10000"),
		Cause: fund.Some(fund.Key{ID: w.tiny.ID}), Status: published,
	})
	w.must(err)
	w.draft, err = w.app.CreateCampaign(ctx, as(w.ada), fund.CampaignPatch{
		Name: fund.Some("Draft"), Slug: fund.Some("draft"), Goal: fund.Some("1"), Cause: cause, Status: fund.Some(fund.Unpublished),
	})
	w.must(err)
	w.retired, err = w.app.CreateCampaign(ctx, as(w.ada), fund.CampaignPatch{
		Name: fund.Some("Last Year"), Slug: fund.Some("last-year"), Goal: fund.Some("10"), Cause: cause, Status: published,
	})
	w.must(err)
	w.retired, err = w.app.UpdateCampaign(ctx, as(w.ada), byFact(w.retired), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	w.must(err)
}

// makeTokens makes tokens of every kind with all scopes, and by the name "scope:…" tokens of an
// application with one scope only.
func (w *world) makeTokens(ctx context.Context) {
	application, _, token, err := w.app.CreateApplication(ctx, app.System(), app.NewApplication{
		Name: "Overlay", RedirectURIs: []string{"https://overlay.example.org/back"}, Scopes: fund.Scopes(), Owner: w.ada.ID,
	})
	w.must(err)
	w.tokens["application"], w.application = token, application.ID
	for _, one := range []struct {
		name  string
		token fund.Token
	}{
		{"ada", fund.Token{Kind: fund.TokenUser, UserID: w.ada.ID, Scopes: fund.Scopes()}},
		{"bob", fund.Token{Kind: fund.TokenUser, UserID: w.bob.ID, Scopes: fund.Scopes()}},
		{"cleo", fund.Token{Kind: fund.TokenUser, UserID: w.cleo.ID, Scopes: fund.Scopes()}},
		{"cause", fund.Token{Kind: fund.TokenCause, CauseID: w.cause.ID, Scopes: fund.Scopes()}},
		{"tiny", fund.Token{Kind: fund.TokenCause, CauseID: w.tiny.ID, Scopes: fund.Scopes()}},
		{"revoked", fund.Token{Kind: fund.TokenApplication, Scopes: fund.Scopes()}},
		{"none", fund.Token{Kind: fund.TokenApplication}},
	} {
		one.token.ApplicationID = application.ID
		w.tokens[one.name], err = w.app.CreateToken(ctx, app.System(), one.token)
		w.must(err)
	}
	for _, scope := range fund.Scopes() {
		w.tokens["scope:"+scope], err = w.app.CreateToken(ctx, app.System(), fund.Token{
			Kind: fund.TokenApplication, ApplicationID: application.ID, Scopes: []string{scope},
		})
		w.must(err)
	}
	w.must(w.app.RevokeToken(ctx, app.System(), w.tokens["revoked"]))
	w.tokens["unknown"] = strings.Repeat("0", 64)
}

// token is the bearer token of a caller: "" for nobody.
func (w *world) token(name string) string { return w.tokens[name] }

// call makes one request. The target is a whole path; a token of "" sends none, a body of ""
// sends none. More headers come in pairs.
func (w *world) call(method, target, token, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, strings.NewReader(body))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	answer := httptest.NewRecorder()
	w.handler.ServeHTTP(answer, r)
	return answer
}

// get reads a target with the ids of the world in it, as a named caller.
func (w *world) get(target, caller string) *httptest.ResponseRecorder {
	return w.call("GET", w.path(target), w.token(caller), "")
}

// names are the ids of everything, by what it is called here.
func (w *world) names() {
	for name, f := range map[string]fund.Fact{
		"campaign": w.campaign, "teamCampaign": w.teamCampaign, "empty": w.empty, "draft": w.draft, "retired": w.retired,
		"cause": w.cause.Fact, "tiny": w.tiny.Fact, "event": w.event.Fact, "personal": w.personal.Fact,
		"house": w.house.Fact, "causeHouse": w.causeHouse.Fact,
	} {
		w.ids[name], w.ids[name+"#"] = f.ID.String(), fmt.Sprint(f.LegacyID)
	}
	for name, u := range map[string]fund.User{"ada": w.ada, "bob": w.bob, "cleo": w.cleo} {
		w.ids[name], w.ids[name+"#"] = u.ID.String(), fmt.Sprint(u.LegacyID)
	}
	w.ids["team"], w.ids["team#"] = w.team.ID.String(), fmt.Sprint(w.team.LegacyID)
}

// path puts the ids of the world into a target: {campaign} is a UUID, {campaign#} a legacy id.
func (w *world) path(target string) string {
	for name, id := range w.ids {
		target = strings.ReplaceAll(target, "{"+name+"}", id)
	}
	return target
}
