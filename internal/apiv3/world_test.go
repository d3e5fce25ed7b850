package apiv3_test

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
	"github.com/almoner/almoner/internal/apiv3"
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
// Users: ada (1) with campaigns and a team, bob (2) a member of the cause and of the team, cleo
// (3) with nothing. Causes: Game Aid in GBP with everything set, and Tiny in JPY with nothing
// set and hidden leaderboards.
type world struct {
	t       testing.TB
	app     *app.App
	store   *store.Store
	cache   *api.Cache
	handler http.Handler
	clock   *testclock.Clock

	// Bearer tokens. adaToken and bobToken are tokens of users, causeToken is Game Aid's,
	// tinyToken the other cause's.
	appToken, adaToken, bobToken, cleoToken, causeToken, tinyToken, revokedToken, sandboxToken string

	ada, bob, cleo fund.User
	cause, tiny    fund.Cause
	event          fund.FundraisingEvent
	team           fund.Team
	// campaign is ada's for the team, supports teamCampaign and has 25 donations and all kinds of parts; empty
	// is bob's, for the tiny cause and without anything; draft is unpublished, retired is over.
	teamCampaign, campaign, empty, draft, retired fund.Fact
}

func TestMain(m *testing.M) { testpg.Main(m) }

// emptyWorld is a service without any content, at some time.
func emptyWorld(t testing.TB, at time.Time) *world {
	t.Helper()
	w := &world{t: t, clock: testclock.At(at), cache: api.NewCache(0)}
	w.store = storetest.Open(t, store.Options{Now: w.clock.Now})
	w.app = app.New(app.Options{Store: w.store, Now: w.clock.Now, Random: rand.NewChaCha8([32]byte{3}), BaseURL: baseURL})
	w.store.OnCommit(w.invalidate)
	w.handler = w.version(apiv3.Options{})
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
	w.donations(ctx)
	w.tokens(ctx)
	return w
}

// version makes a handler over the world with other options.
func (w *world) version(o apiv3.Options) http.Handler {
	o.App, o.BaseURL = w.app, baseURL
	o.Settings.Now, o.Settings.Cache = w.clock.Now, w.cache
	o.Settings.Log = slog.New(slog.DiscardHandler)
	o.Settings.RequestID = func() string { return "request-1" }
	return apiv3.New(o)
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

func byID(f fund.Fact) app.FactKey { return app.FactKey{Key: fund.Key{ID: f.ID}} }

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
		Fact:      fund.Fact{Slug: "game-aid", Name: "Game Aid", Currency: "GBP", Avatar: "/media/game-aid.png"},
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
	w.retired, err = w.app.UpdateCampaign(ctx, as(w.ada), byID(w.retired), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	w.must(err)
}

func (w *world) parts(ctx context.Context) {
	key, in := byID(w.campaign), func(hours int) fund.Opt[time.Time] {
		return fund.Some(w.clock.Now().Add(time.Duration(hours) * time.Hour))
	}
	_, err := w.app.CreatePoll(ctx, as(w.ada), key, fund.PollPatch{
		Name: fund.Some("Which game?"), Enabled: fund.Some(true),
		Options: []fund.PollOptionPatch{{Name: fund.Some("Celeste")}, {Name: fund.Some("Hades")}, {Name: fund.Some("Tetris")}},
	})
	w.must(err)
	for _, t := range []fund.TargetPatch{
		{Name: fund.Some("Shave my head"), Amount: fund.Some("250"), Enabled: fund.Some(true), EndsAt: in(24)},
		{Name: fund.Some("Sing"), Amount: fund.Some("99.99"), Enabled: fund.Some(true), ActivatesAt: in(2)},
	} {
		_, err := w.app.CreateTarget(ctx, as(w.ada), key, t)
		w.must(err)
	}
	limit := int64(5)
	for _, r := range []fund.RewardPatch{
		{Name: fund.Some("Sticker"), Description: fund.Some("Shiny."), Amount: fund.Some("5"), Kind: fund.Some(fund.RewardPhysical), Quantity: fund.Some(&limit),
			FairMarketValue: fund.Some("0.5"), ShippingAddressRequired: fund.Some(true), ShippingNote: fund.Some("EU only"),
			CustomQuestion: fund.Some("Which one?"), Enabled: fund.Some(true), AlwaysActive: fund.Some(true)},
		{Name: fund.Some("Call"), Amount: fund.Some("50"), Kind: fund.Some(fund.RewardVirtual), Enabled: fund.Some(true), StartsAt: in(1), EndsAt: in(3)},
	} {
		_, err := w.app.CreateReward(ctx, as(w.ada), key, r)
		w.must(err)
	}
	_, err = w.app.CreateMilestone(ctx, as(w.ada), key, fund.MilestonePatch{Name: fund.Some("Half way"), Amount: fund.Some("100"), Enabled: fund.Some(true)})
	w.must(err)
	for i, name := range []string{"Start", "End"} {
		_, err := w.app.CreateScheduleItem(ctx, as(w.ada), key, fund.SchedulePatch{Name: fund.Some(name), StartsAt: in(i)})
		w.must(err)
	}
}

// donations makes 25 for the campaign, whose ids are not in the order of their completion, two
// of them completed in the same instant, and one for the team campaign.
func (w *world) donations(ctx context.Context) {
	start := w.clock.Now().Add(-time.Hour)
	for i := range 25 {
		in := fund.DonationInput{
			Fact: fund.Key{ID: w.campaign.ID}, Amount: fmt.Sprintf("%d.%02d", i+1, i%4*25), Name: "Giver " + string(rune('A'+i)),
			Reference: fmt.Sprint("gift-", i),
		}
		switch i {
		case 3:
			in.Comment, in.PollOption = "Go! 🏃 <script>alert(1)</script> \u2028 שלום", &fund.Key{LegacyID: 2}
		case 4:
			in.Target, in.Name, in.Anonymous = &fund.Key{LegacyID: 1}, "Secret", true
		case 5:
			in.Claims, in.Sustained = []fund.ClaimInput{{Reward: fund.Key{LegacyID: 1}, Quantity: 1}}, true
		case 6:
			in.Name = ""
		}
		w.give(ctx, in, start.Add(time.Duration(i*7%24)*time.Minute))
	}
	w.give(ctx, fund.DonationInput{Fact: fund.Key{ID: w.teamCampaign.ID}, Amount: "40", Name: "Fan", Reference: "gift-team"}, start)
	w.must(w.app.CatchUp(ctx, app.System()))
}

func (w *world) give(ctx context.Context, in fund.DonationInput, at time.Time) fund.Donation {
	w.t.Helper()
	d, err := w.app.DonateAt(ctx, app.System(), in, at)
	w.must(err)
	return d
}

func (w *world) tokens(ctx context.Context) {
	application, _, token, err := w.app.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Overlay", API: fund.APIV3, RedirectURIs: []string{"https://overlay.example.org/back"}, Scopes: []string{"public"}})
	w.must(err)
	w.appToken = token
	scopes := []string{fund.ScopePublic, fund.ScopeWrite, fund.ScopeCause}
	for text, t := range map[*string]fund.Token{
		&w.adaToken:  {Kind: fund.TokenUser, UserID: w.ada.ID, Scopes: scopes},
		&w.bobToken:  {Kind: fund.TokenUser, UserID: w.bob.ID, Scopes: scopes},
		&w.cleoToken: {Kind: fund.TokenUser, UserID: w.cleo.ID, Scopes: scopes}, &w.causeToken: {Kind: fund.TokenCause, CauseID: w.cause.ID, Scopes: scopes},
		&w.tinyToken: {Kind: fund.TokenCause, CauseID: w.tiny.ID, Scopes: scopes}, &w.revokedToken: {Kind: fund.TokenApplication},
		&w.sandboxToken: {Kind: fund.TokenApplication, Scopes: []string{fund.ScopeSandbox}},
	} {
		t.ApplicationID = application.ID
		*text, err = w.app.CreateToken(ctx, app.System(), t)
		w.must(err)
	}
	w.must(w.app.RevokeToken(ctx, app.System(), w.revokedToken))
}

// call makes one request. The target is below /api/v3; a token of "" sends none, a body of ""
// sends none. More headers come in pairs.
func (w *world) call(method, target, token, body string, header ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, "/api/v3"+target, strings.NewReader(body))
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

// path puts the numbers of the world into a target: {campaign}, {event} and so on.
func (w *world) path(target string) string {
	return strings.NewReplacer(
		"{campaign}", fmt.Sprint(w.campaign.LegacyID), "{teamCampaign}", fmt.Sprint(w.teamCampaign.LegacyID),
		"{empty}", fmt.Sprint(w.empty.LegacyID), "{draft}", fmt.Sprint(w.draft.LegacyID), "{retired}", fmt.Sprint(w.retired.LegacyID),
		"{cause}", fmt.Sprint(w.cause.LegacyID), "{tiny}", fmt.Sprint(w.tiny.LegacyID), "{event}", fmt.Sprint(w.event.LegacyID),
		"{team}", fmt.Sprint(w.team.LegacyID), "{ada}", fmt.Sprint(w.ada.LegacyID), "{bob}", fmt.Sprint(w.bob.LegacyID),
		"{cleo}", fmt.Sprint(w.cleo.LegacyID),
	).Replace(target)
}
