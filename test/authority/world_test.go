package authority_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
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
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
)

// world is one of everything that a path can name, and a token of each kind of caller.
type world struct {
	*testworld.Service
	handler api.Surface
	// callers are the tokens of the callers; "" for nobody.
	callers map[string]string
	users   map[string]fund.User
	// ids are what the parameters of paths are replaced by, numbers what those of the third version are.
	ids, numbers map[string]string
	// program is the id and the secret of the application.
	program [2]string
	// database is where the node is, which stop ends.
	database string
	stop     func() error
	// browsers are those of the users and of the donor.
	browsers map[string]browser
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newWorldAt(t, storetest.Database(t))
}

// newWorldAt makes the world in the empty database at a URL.
func newWorldAt(t *testing.T, database string) *world {
	t.Helper()
	w := &world{
		Service: testworld.NewAt(t, database, testworld.Options{Seed: 3}), callers: map[string]string{"anonymous": "", "donor": ""},
		users: map[string]fund.User{}, ids: map[string]string{}, numbers: map[string]string{}, browsers: map[string]browser{},
	}
	node := openNode(t, database, slog.New(slog.DiscardHandler))
	w.database, w.stop = database, sync.OnceValue(node.Close)
	t.Cleanup(func() { must.Do(t, w.stop()) })
	w.handler = node.Handler()
	w.people(t)
	w.things(t)
	w.browse(t)
	return w
}

// openNode is a node of the world. Its caller closes it.
func openNode(t *testing.T, database string, log *slog.Logger) *server.Node {
	t.Helper()
	return must.Get(server.Open(t.Context(), server.Settings{
		Database: config.Database(database), BaseURL: testworld.BaseURL, Payments: checkout.Settings{Sandbox: true}, Log: log,
	}))(t)
}

// in is an instant some days from now, as the API reads it.
func (w *world) in(days int) string { return w.Now().AddDate(0, 0, days).Format(time.RFC3339) }

// people makes the callers. Nobody is two of them.
func (w *world) people(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	program := func(name, owner string) fund.ID {
		made, secret, _, err := w.CreateApplication(ctx, app.System(), app.NewApplication{
			Name: name, RedirectURIs: []string{"https://bot.test/"}, Scopes: fund.Scopes(), Owner: w.users[owner].ID, API: fund.APIV5,
		})
		must.Do(t, err)
		w.program = [2]string{made.ClientID, secret}
		return made.ID
	}
	for name := range strings.FieldsSeq(users) {
		user, err := w.CreateUser(ctx, app.System(), app.NewUser{Username: name, Slug: "the-" + strings.ReplaceAll(name, "_", "-"), Email: name + "@example.org", Password: password})
		must.Do(t, err)
		w.users[name] = user
	}
	_, err := w.AddOperator(ctx, app.System(), "operator@example.org")
	must.Do(t, err)
	of := program("Bot", "stranger")
	for name, user := range w.users {
		w.token(t, name, fund.Token{Kind: fund.TokenUser, UserID: user.ID, ApplicationID: of})
	}
	w.token(t, "application", fund.Token{Kind: fund.TokenApplication, ApplicationID: of})
	cause, err := w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Cause", Slug: "good-cause", Currency: "USD"}})
	must.Do(t, err)
	w.AllowOffline(ctx, cause.ID)
	_, err = w.UpdateDonationSettings(ctx, app.System(), testworld.ByID(cause.Fact), fund.DonationSettingsPatch{StreamersShip: fund.Some(true)})
	must.Do(t, err)
	w.token(t, "cause_token", fund.Token{Kind: fund.TokenCause, CauseID: cause.ID, ApplicationID: of})
	for _, role := range fund.CauseRoles() {
		must.Do(t, w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: cause.ID, User: w.users["cause_"+string(role)].ID, Role: role}))
	}
	w.name("cause_id", cause.ID, cause.LegacyID)
	w.ids["cause_slug"] = cause.Slug
	w.ids["user_id"], w.numbers["users"] = w.users["owner"].ID.String(), strconv.FormatInt(w.users["owner"].LegacyID, 10)
	w.ids["user_slug"], w.ids["slug"] = "the-owner", "the-owner"
}

func (w *world) token(t *testing.T, caller string, of fund.Token) {
	t.Helper()
	of.Scopes = fund.Scopes()
	text, err := w.CreateToken(t.Context(), app.System(), of)
	must.Do(t, err)
	w.callers[caller] = text
}

func (w *world) name(parameter string, id fund.ID, number int64) {
	w.ids[parameter], w.numbers[parameter] = id.String(), strconv.FormatInt(number, 10)
}

// made makes a thing through the API, and names it.
func (w *world) made(t *testing.T, caller, parameter, path, body string) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/api/private"+w.path(t, path),
		strings.NewReader(strings.NewReplacer("{cause_id}", w.ids["cause_id"], "{webhook_endpoint_id}", w.ids["webhook_endpoint_id"]).Replace(body)))
	request.Header.Set("Authorization", "Bearer "+w.callers[caller])
	recorder := httptest.NewRecorder()
	w.handler.ServeHTTP(recorder, request)
	var answer struct {
		Data struct {
			ID       string `json:"id"`
			LegacyID int64  `json:"legacy_id"`
		} `json:"data"`
	}
	if err := json.Unmarshal(recorder.Body.Bytes(), &answer); err != nil || recorder.Code >= http.StatusBadRequest {
		t.Fatalf("%s: got %d %s", path, recorder.Code, recorder.Body)
	}
	w.ids[parameter], w.numbers[parameter] = answer.Data.ID, strconv.FormatInt(answer.Data.LegacyID, 10)
}

// things makes one of each kind.
func (w *world) things(t *testing.T) {
	t.Helper()
	ctx := t.Context()
	w.made(t, "cause_owner", "fundraising_event_id", "/causes/{cause_id}/fundraising_events", `{"name":"Event","status":"published","starts_at":"`+w.in(-9)[:10]+`"}`)
	w.made(t, "super_admin", "team_id", "/teams", `{"name":"Team"}`)
	w.ids["team_slug"] = "team"
	team, err := w.GetTeam(ctx, app.System(), fund.Key{Slug: "team"})
	must.Do(t, err)
	for _, role := range fund.Roles()[1:] {
		caller := string(role)
		if role == fund.RoleMember {
			caller = "team_member"
		}
		must.Do(t, w.SetRole(ctx, app.System(), app.TeamRole{Team: team.ID, User: w.users[caller].ID, Role: role}))
	}
	w.made(t, "super_admin", "team_campaign_id", "/teams/{team_id}/team_campaigns", `{"name":"Together","cause_id":"{cause_id}","status":"published"}`)
	w.ids["team_campaign_slug"] = "together"
	w.made(t, "owner", "campaign_id", "/campaigns", `{"name":"Run","cause_id":"{cause_id}","status":"published"}`)
	w.ids["fact_id"], w.ids["event_id"] = w.ids["campaign_id"], w.ids["campaign_id"]
	w.ids["campaign_slug"], w.ids["fact_slug"] = "run", "run"
	w.made(t, "owner", "poll_id", "/campaigns/{campaign_id}/polls", `{"name":"Which?","options":[{"name":"A"},{"name":"B"}]}`)
	w.made(t, "owner", "target_id", "/campaigns/{campaign_id}/targets", `{"name":"Sing","amount":"10"}`)
	w.made(t, "owner", "reward_id", "/campaigns/{campaign_id}/rewards", `{"name":"Pin","amount":"10"}`)
	w.made(t, "owner", "milestone_id", "/campaigns/{campaign_id}/milestones", `{"name":"Half","amount":"10"}`)
	w.made(t, "owner", "schedule_id", "/campaigns/{campaign_id}/schedules", `{"name":"Now","starts_at":"`+w.in(1)+`"}`)
	w.made(t, "owner", "donation_match_id", "/campaigns/{campaign_id}/donation_matches",
		`{"matched_by":"Grace","pledged_amount":"10","ends_at":"`+w.in(6)+`"}`)
	w.made(t, "owner", "donation_id", "/campaigns/{campaign_id}/donations", `{"amount":"5","donor_name":"Ada","donor_email":"ada@example.org"}`)
	w.made(t, "application", "webhook_endpoint_id", "/webhook_endpoints", `{"url":"https://bot.example.org/hook"}`)
	w.made(t, "application", "webhook_relay_id", "/webhook_relays", `{"name":"Relay","webhook_endpoint_id":"{webhook_endpoint_id}"}`)
	w.made(t, "application", "webhook_relay_key_id", "/webhook_relays/{webhook_relay_id}/webhook_relay_keys", `{}`)
	w.more(ctx, t)
}

// more makes what the API of the fifth version does not make.
func (w *world) more(ctx context.Context, t *testing.T) {
	t.Helper()
	cause := fund.Some(fund.Key{Slug: "good-cause"})
	house, err := w.CreateAuctionHouse(ctx, testworld.As(w.users["owner"]), fund.AuctionHousePatch{CampaignPatch: fund.CampaignPatch{
		Name: fund.Some("House"), Cause: cause, Status: fund.Some(fund.Published),
	}})
	must.Do(t, err)
	w.name("auction_house_id", house.ID, house.LegacyID)
	w.ids["auction_house_slug"] = house.Slug
	item, err := w.CreateAuctionItem(ctx, testworld.As(w.users["owner"]), testworld.ByID(house.Fact), fund.AuctionItemPatch{
		Name: fund.Some("Chair"), Description: fund.Some("Sit."), StartingBid: fund.Some("5"), StartsAt: fund.Some(w.Now()), EndsAt: fund.Some(w.Now().Add(time.Hour)),
	})
	must.Do(t, err)
	w.ids["auction_item_id"] = item.ID.String()
	personal, err := w.CreatePersonalCampaign(ctx, testworld.As(w.users["owner"]), fund.PersonalCampaignPatch{CampaignPatch: fund.CampaignPatch{
		Name: fund.Some("Forty"), Cause: cause, Status: fund.Some(fund.Published),
	}})
	must.Do(t, err)
	w.name("personal_campaign_id", personal.ID, personal.LegacyID)
	event := fund.Key{ID: must.Get(fund.ParseID(w.ids["fundraising_event_id"]))(t)}
	entry, err := w.CreateEventScheduleItem(ctx, app.System(), event, fund.SchedulePatch{Name: fund.Some("Opening"), StartsAt: fund.Some(w.Now())})
	must.Do(t, err)
	w.numbers["entry"] = strconv.FormatInt(entry.LegacyID, 10)
	guest, err := w.CreateRegistration(ctx, testworld.As(w.users["stranger"]), event, fund.RegistrationPatch{Email: fund.Some("stranger@example.org")})
	must.Do(t, err)
	w.numbers["registration"] = strconv.FormatInt(guest.LegacyID, 10)
	w.subscribe(ctx, t)
}

// subscribe subscribes the endpoint of the application to the campaign.
func (w *world) subscribe(ctx context.Context, t *testing.T) {
	t.Helper()
	program, err := w.Authenticate(ctx, w.callers["application"])
	must.Do(t, err)
	_, err = w.PutSubscription(ctx, program, app.SubscriptionKey{
		Endpoint: fund.Key{ID: must.Get(fund.ParseID(w.ids["webhook_endpoint_id"]))(t)}, Fact: fund.Key{ID: must.Get(fund.ParseID(w.ids["campaign_id"]))(t)},
	}, fund.SubscriptionPatch{EventTypes: []string{"public:direct:donation_updated"}})
	must.Do(t, err)
}

// nouns are the parameters of the third version by the folder before {id}.
var nouns = map[string]string{
	"campaigns": "campaign_id", "campaign": "campaign_id", "causes": "cause_id", "fundraising-events": "fundraising_event_id", "teams": "team_id",
	"challenges": "target_id", "polls": "poll_id", "rewards": "reward_id", "milestones": "milestone_id", "schedule": "schedule_id", "users": "users",
}

// path fills in the parameters of a pattern.
func (w *world) path(t *testing.T, pattern string) string {
	t.Helper()
	parts := strings.Split(pattern, "/")
	for i, part := range parts {
		if !strings.HasPrefix(part, "{") {
			continue
		}
		name := strings.Trim(part, "{}")
		switch {
		case strings.Contains(pattern, "/members/{user_id}") && name == "user_id":
			parts[i] = w.users["team_member"].ID.String()
		case strings.HasSuffix(pattern, "/fundraising-events/{id}/schedule/{item}") && name == "item":
			parts[i] = w.numbers["entry"]
		case name == "slug" && strings.Contains(pattern, "/teams/"):
			parts[i] = w.ids["team_slug"]
		case name == "registration":
			parts[i] = w.numbers["registration"]
		case !strings.HasPrefix(pattern, "/api/v3/"):
			parts[i] = w.ids[name]
		case name == "campaign" && parts[3] == "teams":
			parts[i] = w.numbers["team_campaign_id"]
		case name == "campaign":
			parts[i] = w.numbers["campaign_id"]
		default:
			parts[i] = w.numbers[nouns[parts[i-1]]]
		}
		if parts[i] == "" {
			parts[i] = "1"
		}
	}
	return strings.Join(parts, "/")
}
