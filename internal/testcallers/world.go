// Package testcallers gives tests a node with one of everything that a path can name, and a token and a browser of every kind of caller that
// docs/authority.md knows.
package testcallers

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
)

// World is one of everything that a path can name, and a token of each kind of caller.
type World struct {
	*testworld.Service
	// Handler is what the node serves.
	Handler api.Surface
	// Callers are the tokens of the callers by their names; "" for those who have none.
	Callers map[string]string
	// Users are those of the callers who are users.
	Users map[string]fund.User
	// IDs are what the parameters of paths are replaced by, Numbers what those of the third version are.
	IDs, Numbers map[string]string
	// Program is the id and the secret of the application.
	Program [2]string
	// Database is where the node is, which Stop ends.
	Database string
	Stop     func() error
	// Browsers are those of the users and of the donor.
	Browsers map[string]Browser
}

// Users are the callers who are users, and Tokens all who have a token. Grants are those with a grant on the campaign of the owner, one for each role.
// Volunteer has all of these without an account, in a browser alone.
const (
	Grants    = "grant_screener grant_head_screener grant_reader grant_desk grant_schedule grant_" + string(fund.GrantFulfill)
	Volunteer = "volunteer"

	Users  = "stranger owner super_admin admin user_manager event_manager team_member cause_owner cause_finance cause_member operator " + Grants
	Tokens = Users + " application cause_token"
)

// Options say what is special about a world.
type Options struct {
	// Database is that of an empty database; "" for storetest.Database.
	Database string
	// Log is the log of the node; nil for none.
	Log *slog.Logger
	// Service says what is special about the use cases beside the node.
	Service testworld.Options
}

// New makes a world. It lives as long as the test.
func New(t testing.TB, o Options) *World {
	t.Helper()
	if o.Database == "" {
		o.Database = storetest.Database(t)
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	o.Service.Seed = cmp.Or(o.Service.Seed, 3)
	w := &World{
		Service: testworld.NewAt(t, o.Database, o.Service), Callers: map[string]string{"anonymous": "", "donor": "", Volunteer: ""},
		Users: map[string]fund.User{}, IDs: map[string]string{}, Numbers: map[string]string{}, Browsers: map[string]Browser{},
		Database: o.Database,
	}
	node := OpenNode(t, o.Database, o.Log)
	w.Stop = sync.OnceValue(node.Close)
	t.Cleanup(func() { must.Do(t, w.Stop()) })
	w.Handler = node.Handler()
	w.people(t)
	w.things(t)
	w.browse(t)
	return w
}

// OpenNode is a node of a world. Its caller closes it.
func OpenNode(t testing.TB, database string, log *slog.Logger) *server.Node {
	t.Helper()
	return must.Get(server.Open(t.Context(), NodeSettings(database, log)))(t)
}

// NodeSettings are those of a node of a world.
func NodeSettings(database string, log *slog.Logger) server.Settings {
	return server.Settings{
		Database: config.Database(database), BaseURL: testworld.BaseURL, Payments: checkout.Settings{Sandbox: true}, Log: log,
		OpenID: config.OpenID{ // nobody is there, and no network here is asked
			Issuer: map[string]string{"club": "http://127.0.0.1:1"}, ClientID: map[string]string{"club": "almoner"}, Secret: map[string]string{"club": "nobody's"},
		},
		Secret: config.Secret{Key: storetest.SecretKey}, Site: config.Site{Contact: config.Sender{Address: mail.Address{Address: "site@give.test"}}},
	}
}

// in is an instant some days from now, as the API reads it.
func (w *World) in(days int) string { return w.Now().AddDate(0, 0, days).Format(time.RFC3339) }

// people makes the callers. Nobody is two of them.
func (w *World) people(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	program := func(name, owner string) fund.ID {
		made, secret, _, err := w.CreateApplication(ctx, app.System(), app.NewApplication{
			Name: name, RedirectURIs: []string{"https://bot.test/"}, Scopes: fund.Scopes(), Owner: w.Users[owner].ID, API: fund.APIV5,
		})
		must.Do(t, err)
		w.Program = [2]string{made.ClientID, secret}
		return made.ID
	}
	for name := range strings.FieldsSeq(Users) {
		user, err := w.CreateUser(ctx, app.System(), app.NewUser{Username: name, Slug: "the-" + strings.ReplaceAll(name, "_", "-"), Email: name + "@example.org", Password: Password})
		must.Do(t, err)
		w.Users[name] = user
	}
	_, err := w.AddOperator(ctx, app.System(), "operator@example.org")
	must.Do(t, err)
	of := program("Bot", "stranger")
	for name, user := range w.Users {
		w.Token(t, name, fund.Token{Kind: fund.TokenUser, UserID: user.ID, ApplicationID: of})
	}
	w.Token(t, "application", fund.Token{Kind: fund.TokenApplication, ApplicationID: of})
	cause, err := w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Cause", Slug: "good-cause", Currency: "USD"}})
	must.Do(t, err)
	w.AllowOffline(ctx, cause.ID)
	_, err = w.UpdateDonationSettings(ctx, app.System(), testworld.ByID(cause.Fact), fund.DonationSettingsPatch{StreamersShip: fund.Some(true)})
	must.Do(t, err)
	w.Token(t, "cause_token", fund.Token{Kind: fund.TokenCause, CauseID: cause.ID, ApplicationID: of})
	for _, role := range fund.CauseRoles() {
		must.Do(t, w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: cause.ID, User: w.Users["cause_"+string(role)].ID, Role: role}))
	}
	w.Name("cause_id", cause.ID, cause.LegacyID)
	w.IDs["cause_slug"] = cause.Slug
	w.IDs["user_id"], w.Numbers["users"] = w.Users["owner"].ID.String(), strconv.FormatInt(w.Users["owner"].LegacyID, 10)
	w.IDs["user_slug"], w.IDs["slug"] = "the-owner", "the-owner"
}

// Token makes a token with all scopes, of a caller.
func (w *World) Token(t testing.TB, caller string, of fund.Token) {
	t.Helper()
	of.Scopes = fund.Scopes()
	text, err := w.CreateToken(t.Context(), app.System(), of)
	must.Do(t, err)
	w.Callers[caller] = text
}

// Name says what a parameter is replaced by: the id, and the number in the third version.
func (w *World) Name(parameter string, id fund.ID, number int64) {
	w.IDs[parameter], w.Numbers[parameter] = id.String(), strconv.FormatInt(number, 10)
}

// Made makes a thing through the API, and names it.
func (w *World) Made(t testing.TB, caller, parameter, path, body string) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/private"+w.Path(t, path),
		strings.NewReader(strings.NewReplacer("{cause_id}", w.IDs["cause_id"], "{webhook_endpoint_id}", w.IDs["webhook_endpoint_id"]).Replace(body)))
	request.Header.Set("Authorization", "Bearer "+w.Callers[caller])
	recorder := httptest.NewRecorder()
	w.Handler.ServeHTTP(recorder, request)
	var answer struct {
		Data struct {
			ID       string `json:"id"`
			LegacyID int64  `json:"legacy_id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || recorder.Code >= http.StatusBadRequest {
		t.Fatalf("%s: got %d %s", path, recorder.Code, recorder.Body)
	}
	w.IDs[parameter], w.Numbers[parameter] = answer.Data.ID, strconv.FormatInt(answer.Data.LegacyID, 10)
}

// things makes one of each kind.
func (w *World) things(t testing.TB) {
	t.Helper()
	ctx := t.Context()
	w.Made(t, "cause_owner", "fundraising_event_id", "/causes/{cause_id}/fundraising_events", `{"name":"Event","status":"published","starts_at":"`+w.in(-9)[:10]+`"}`)
	w.Made(t, "super_admin", "team_id", "/teams", `{"name":"Team"}`)
	w.IDs["team_slug"] = "team"
	team, err := w.GetTeam(ctx, app.System(), fund.Key{Slug: "team"})
	must.Do(t, err)
	for _, role := range fund.Roles()[1:] {
		caller := string(role)
		if role == fund.RoleMember {
			caller = "team_member"
		}
		must.Do(t, w.SetRole(ctx, app.System(), app.TeamRole{Team: team.ID, User: w.Users[caller].ID, Role: role}))
	}
	w.Made(t, "super_admin", "team_campaign_id", "/teams/{team_id}/team_campaigns", `{"name":"Together","cause_id":"{cause_id}","status":"published"}`)
	w.IDs["team_campaign_slug"] = "together"
	w.Made(t, "owner", "campaign_id", "/campaigns", `{"name":"Run","cause_id":"{cause_id}","status":"published"}`)
	w.IDs["fact_id"], w.IDs["event_id"] = w.IDs["campaign_id"], w.IDs["campaign_id"]
	w.IDs["campaign_slug"], w.IDs["fact_slug"] = "run", "run"
	overlay := must.Get(w.CreateOverlay(ctx, testworld.As(w.Users["owner"]), app.FactKey{Key: fund.Key{ID: must.Get(fund.ParseID(w.IDs["fact_id"]))(t)}}, fund.OverlayPatch{
		Name: fund.Some("Goal"), Kind: fund.Some(fund.OverlayGoal), Theme: fund.Some(fund.ThemeCard),
	}))(t)
	w.IDs["overlay_id"], w.IDs["overlay_key"] = overlay.ID.String(), overlay.Key
	timer := must.Get(w.CreateTimer(ctx, testworld.As(w.Users["owner"]), app.FactKey{Key: fund.Key{ID: overlay.FactID}}, fund.TimerPatch{Name: fund.Some("Marathon"), Length: fund.Some(time.Hour)}))(t)
	w.IDs["timer_id"] = timer.ID.String()
	w.IDs["variant_id"] = must.Get(w.CreateAlertVariant(ctx, testworld.As(w.Users["owner"]), app.FactKey{Key: fund.Key{ID: overlay.FactID}}, fund.AlertVariantPatch{Name: fund.Some("Big")}))(t).ID.String()
	group := must.Get(w.CreateScreeningGroup(ctx, testworld.As(w.Users["owner"]), app.FactKey{Key: fund.Key{ID: overlay.FactID}}, fund.ScreeningGroupPatch{Name: fund.Some("Tonight"), Color: fund.Some(fund.GroupColors()[0])}))(t)
	w.IDs["group_id"] = group.ID.String()
	w.Made(t, "owner", "poll_id", "/campaigns/{campaign_id}/polls", `{"name":"Which?","options":[{"name":"A"},{"name":"B"}]}`)
	w.Made(t, "owner", "target_id", "/campaigns/{campaign_id}/targets", `{"name":"Sing","amount":"10"}`)
	w.Made(t, "owner", "reward_id", "/campaigns/{campaign_id}/rewards", `{"name":"Pin","amount":"10"}`)
	w.Made(t, "owner", "milestone_id", "/campaigns/{campaign_id}/milestones", `{"name":"Half","amount":"10"}`)
	w.Made(t, "owner", "schedule_id", "/campaigns/{campaign_id}/schedules", `{"name":"Now","starts_at":"`+w.in(1)+`"}`)
	w.Made(t, "owner", "counter_id", "/facts/{fact_id}/counters", `{"name":"Tonight"}`)
	w.Made(t, "owner", "donation_match_id", "/campaigns/{campaign_id}/donation_matches",
		`{"matched_by":"Grace","pledged_amount":"10","ends_at":"`+w.in(6)+`"}`)
	w.Made(t, "owner", "donation_id", "/campaigns/{campaign_id}/donations", `{"amount":"5","donor_name":"Ada","donor_email":"ada@example.org"}`)
	w.Made(t, "application", "webhook_endpoint_id", "/webhook_endpoints", `{"url":"https://bot.example.org/hook"}`)
	w.Made(t, "application", "webhook_relay_id", "/webhook_relays", `{"name":"Relay","webhook_endpoint_id":"{webhook_endpoint_id}"}`)
	w.Made(t, "application", "webhook_relay_key_id", "/webhook_relays/{webhook_relay_id}/webhook_relay_keys", `{}`)
	w.Made(t, "application", "webhook_delivery_id", "/webhook_endpoints/{webhook_endpoint_id}/test", `{"event_type":"public:direct:fact_updated"}`)
	w.more(ctx, t)
}

// more makes what the API of the fifth version does not make.
func (w *World) more(ctx context.Context, t testing.TB) {
	t.Helper()
	cause := fund.Some(fund.Key{Slug: "good-cause"})
	house, err := w.CreateAuctionHouse(ctx, testworld.As(w.Users["owner"]), fund.AuctionHousePatch{CampaignPatch: fund.CampaignPatch{
		Name: fund.Some("House"), Cause: cause, Status: fund.Some(fund.Published),
	}})
	must.Do(t, err)
	w.Name("auction_house_id", house.ID, house.LegacyID)
	w.IDs["auction_house_slug"] = house.Slug
	item, err := w.CreateAuctionItem(ctx, testworld.As(w.Users["owner"]), testworld.ByID(house.Fact), fund.AuctionItemPatch{
		Name: fund.Some("Chair"), Description: fund.Some("Sit."), StartingBid: fund.Some("5"), StartsAt: fund.Some(w.Now()), EndsAt: fund.Some(w.Now().Add(time.Hour)),
	})
	must.Do(t, err)
	w.IDs["auction_item_id"] = item.ID.String()
	personal, err := w.CreatePersonalCampaign(ctx, testworld.As(w.Users["owner"]), fund.PersonalCampaignPatch{CampaignPatch: fund.CampaignPatch{
		Name: fund.Some("Forty"), Cause: cause, Status: fund.Some(fund.Published),
	}})
	must.Do(t, err)
	w.Name("personal_campaign_id", personal.ID, personal.LegacyID)
	event := fund.Key{ID: must.Get(fund.ParseID(w.IDs["fundraising_event_id"]))(t)}
	entry, err := w.CreateEventScheduleItem(ctx, app.System(), event, fund.SchedulePatch{Name: fund.Some("Opening"), StartsAt: fund.Some(w.Now())})
	must.Do(t, err)
	w.Numbers["entry"] = strconv.FormatInt(entry.LegacyID, 10)
	guest, err := w.CreateRegistration(ctx, testworld.As(w.Users["stranger"]), event, fund.RegistrationPatch{Email: fund.Some("stranger@example.org")})
	must.Do(t, err)
	w.Numbers["registration"] = strconv.FormatInt(guest.LegacyID, 10)
	// A reward that is owed gives those who send it a form.
	must.Get(w.App.Donate(ctx, app.System(), fund.DonationInput{
		Fact: fund.Key{ID: must.Get(fund.ParseID(w.IDs["campaign_id"]))(t)}, Amount: "20", Claims: []fund.ClaimInput{{Reward: fund.Key{ID: must.Get(fund.ParseID(w.IDs["reward_id"]))(t)}, Quantity: 1}},
	}))(t)
	own, _, _, err := w.CreateApplication(ctx, app.System(), app.NewApplication{Name: "Own", RedirectURIs: []string{"https://bot.test/"}, Owner: w.Users["owner"].ID})
	must.Do(t, err)
	w.IDs["own_app"] = own.ID.String()
	hook, err := w.CreateEndpointFor(ctx, app.System(), own.ID, fund.WebhookEndpointPatch{URL: fund.Some("https://bot.example.org/own")})
	must.Do(t, err)
	w.IDs["own_webhook"] = hook.ID.String()
	tried, err := w.TestWebhook(ctx, app.System(), fund.Key{ID: hook.ID}, fund.WebhookSampleInput{EventType: fund.Some(fund.WebhookEventTypes()[0])})
	must.Do(t, err)
	w.IDs["own_delivery"] = tried.ID.String()
	relay, err := w.CreateRelay(ctx, app.System(), fund.WebhookRelayPatch{Name: fund.Some("Own"), Endpoint: fund.Some(fund.Key{ID: hook.ID})})
	must.Do(t, err)
	w.IDs["own_relay"] = relay.ID.String()
	w.subscribe(ctx, t)
	w.grant(ctx, t)
	w.charity(ctx, t)
}

// charity lets the owner write the profile of a charity that a stranger invited.
func (w *World) charity(ctx context.Context, t testing.TB) {
	t.Helper()
	i := must.Get(w.AskCharity(ctx, testworld.As(w.Users["stranger"]), fund.CharityInvitation{
		Name: "Wild Meadow", Website: "https://meadow.example", Email: "office@meadow.example", Country: "GB", Message: "May I raise money for you?",
	}))(t)
	must.Get(w.ApproveCharity(ctx, app.System(), i.ID))(t)
	link := sha256.Sum256([]byte(i.ID.String()))
	must.Do(t, w.Store.Write(ctx, i.ID, func(ctx context.Context, tx *store.Tx) error { return tx.SetCharityLink(ctx, i.ID, link[:], w.Now()) }))
	must.Get(w.AcceptCharity(ctx, testworld.As(w.Users["owner"]), i.ID.String()))(t)
	w.IDs["charity_id"] = i.ID.String()
}

// grant gives each role of grants to its caller, and all of them to the volunteer.
func (w *World) grant(ctx context.Context, t testing.TB) {
	t.Helper()
	campaign := app.FactKey{Key: fund.Key{ID: must.Get(fund.ParseID(w.IDs["campaign_id"]))(t)}}
	give := func(name string, roles ...fund.GrantRole) string {
		links, err := w.GiveGrants(ctx, testworld.As(w.Users["owner"]), campaign, []fund.FactGrantInput{{Name: name, Roles: roles, EndsAt: w.Now().AddDate(0, 0, 30)}})
		must.Do(t, err)
		return links[0].Key
	}
	for _, role := range fund.GrantRoles() {
		_, err := w.AcceptGrant(ctx, testworld.As(w.Users["grant_"+string(role)]), give(string(role), role))
		must.Do(t, err)
	}
	session, _, err := w.AcceptGrantAlone(ctx, give(Volunteer, fund.GrantRoles()...), netip.Addr{})
	must.Do(t, err)
	w.Browsers[Volunteer] = Browser{Cookie: "__Host-almoner_grant=" + session}
}

// subscribe subscribes the endpoint of the application to the campaign.
func (w *World) subscribe(ctx context.Context, t testing.TB) {
	t.Helper()
	program, err := w.Authenticate(ctx, w.Callers["application"])
	must.Do(t, err)
	_, err = w.PutSubscription(ctx, program, app.SubscriptionKey{
		Endpoint: fund.Key{ID: must.Get(fund.ParseID(w.IDs["webhook_endpoint_id"]))(t)}, Fact: fund.Key{ID: must.Get(fund.ParseID(w.IDs["campaign_id"]))(t)},
	}, fund.SubscriptionPatch{EventTypes: []string{"public:direct:donation_updated"}})
	must.Do(t, err)
}

// nouns are the parameters of the third version by the folder before {id}.
var nouns = map[string]string{
	"campaigns": "campaign_id", "campaign": "campaign_id", "causes": "cause_id", "fundraising-events": "fundraising_event_id", "teams": "team_id",
	"challenges": "target_id", "polls": "poll_id", "rewards": "reward_id", "milestones": "milestone_id", "schedule": "schedule_id", "users": "users",
}

// Path fills in the parameters of a pattern.
func (w *World) Path(t testing.TB, pattern string) string {
	t.Helper()
	parts := strings.Split(pattern, "/")
	for i, part := range parts {
		if !strings.HasPrefix(part, "{") {
			continue
		}
		name := strings.Trim(part, "{}")
		switch {
		case strings.Contains(pattern, "/members/{user_id}") && name == "user_id":
			parts[i] = w.Users["team_member"].ID.String()
		case strings.HasSuffix(pattern, "/fundraising-events/{id}/schedule/{item}") && name == "item":
			parts[i] = w.Numbers["entry"]
		case name == "slug" && strings.Contains(pattern, "/teams/"):
			parts[i] = w.IDs["team_slug"]
		case name == "registration":
			parts[i] = w.Numbers["registration"]
		case !strings.HasPrefix(pattern, "/api/v3/"):
			parts[i] = w.IDs[name]
		case name == "campaign" && parts[3] == "teams":
			parts[i] = w.Numbers["team_campaign_id"]
		case name == "campaign":
			parts[i] = w.Numbers["campaign_id"]
		default:
			parts[i] = w.Numbers[nouns[parts[i-1]]]
		}
		if parts[i] == "" {
			parts[i] = "1"
		}
	}
	return strings.Join(parts, "/")
}
