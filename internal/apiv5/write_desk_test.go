package apiv5_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/testclock"
	"github.com/almoner/almoner/internal/testworld"
)

// deskTime is when everything at a desk happens.
var deskTime = time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)

// desk is a service where writes are tested: with a cause, its event, and a token of every kind.
// Everything else is made through the API.
//
// The owner is a member of the cause and has the campaign, the team and everything that hangs on the
// campaign; the friend is a member of the team, the stranger has nothing.
type desk struct {
	*testworld.Service
	// sandbox takes money; its clock goes on, so that things happen to payments.
	sandbox *sandbox.Provider
	later   *testclock.Clock
	handler http.Handler
	// tokens by name: "", "owner", "stranger", "application", "cause", "other cause", and "public",
	// which is the owner's with no other scope.
	tokens map[string]string
	// names stand in braces in targets and bodies of the tests: {campaign}, {poll}.
	names map[string]string

	users           map[string]fund.User
	owner, stranger fund.User
	program         fund.Application
}

func newDesk(t testing.TB) *desk {
	t.Helper()
	ctx := t.Context()
	d := &desk{tokens: map[string]string{"": ""}, names: map[string]string{}, users: map[string]fund.User{}}
	d.later = testclock.At(deskTime)
	d.Service = testworld.New(t, testworld.Options{At: deskTime, Seed: 5, Configure: func(service *testworld.Service, o *app.Options) {
		d.sandbox = service.Sandbox(sandbox.Options{Now: d.later.Now})
		o.Payments = app.Payments{Provider: d.sandbox, Fee: testworld.Fee}
	}})
	d.mount()
	d.people(ctx, t)
	d.causes(ctx, t)
	d.things(t)
	return d
}

// mount puts both versions over the app, with one cache that is told of every commit.
func (d *desk) mount() {
	cache := api.NewCache(0)
	d.Refresh(cache)
	set := api.Settings{Now: d.Clock.Now, Cache: cache, Log: slog.New(slog.DiscardHandler), RequestID: func() string { return "request-1" }}
	five := apiv5.New(apiv5.Options{App: d.App, BaseURL: baseURL, Settings: set})
	mux := http.NewServeMux()
	mux.Handle("/api/public/", five.Public)
	mux.Handle("/api/private/", five.Private)
	mux.Handle("/api/cause/", five.Cause)
	mux.Handle("/api/v3/", apiv3.New(apiv3.Options{App: d.App, BaseURL: baseURL, Settings: set}))
	d.handler = mux
}

func (d *desk) people(ctx context.Context, t testing.TB) {
	t.Helper()
	var err error
	d.program, _, d.tokens["application"], err = d.CreateApplication(ctx, app.System(), app.NewApplication{
		Name: "Bot", RedirectURIs: []string{"https://bot.test/"}, Scopes: fund.Scopes(),
	})
	must.Do(t, err)
	for _, name := range []string{"owner", "stranger", "friend"} {
		d.users[name], err = d.CreateUser(ctx, app.System(), app.NewUser{Username: name, Email: name + "@example.com"})
		must.Do(t, err)
		d.tokens[name] = d.token(t, fund.Token{Kind: fund.TokenUser, UserID: d.users[name].ID, Scopes: fund.Scopes()})
		d.names[name] = d.users[name].ID.String()
	}
	d.owner, d.stranger = d.users["owner"], d.users["stranger"]
	d.tokens["public"] = d.token(t, fund.Token{Kind: fund.TokenUser, UserID: d.users["owner"].ID, Scopes: []string{fund.ScopePublic}})
}

func (d *desk) token(t testing.TB, token fund.Token) string {
	t.Helper()
	token.ApplicationID = d.program.ID
	text, err := d.CreateToken(t.Context(), app.System(), token)
	must.Do(t, err)
	return text
}

func (d *desk) causes(ctx context.Context, t testing.TB) {
	t.Helper()
	for _, one := range [][2]string{{"cause", "USD"}, {"other cause", "JPY"}} {
		name, currency := one[0], one[1]
		cause, err := d.ImportCause(ctx, app.System(), fund.Cause{
			Fact: fund.Fact{Name: "The " + name, Slug: "good-" + strings.ReplaceAll(name, " ", "-"), Currency: currency}, LegalName: "Cause",
		})
		must.Do(t, err)
		d.names[name] = cause.ID.String()
		d.AllowOffline(ctx, cause.ID)
		d.tokens[name] = d.token(t, fund.Token{Kind: fund.TokenCause, CauseID: cause.ID, Scopes: fund.Scopes()})
		if name == "cause" {
			must.Do(t, d.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: cause.ID, User: d.users["owner"].ID, Role: fund.CauseOwner}))
		}
	}
}

// things makes one of each kind.
func (d *desk) things(t testing.TB) {
	t.Helper()
	d.made(t, "event", "/causes/{cause}/fundraising_events", `{"name":"Event","status":"published","starts_at":"2026-03-01"}`)
	d.made(t, "team", "/teams", `{"name":"Team"}`)
	d.ask(t, "owner", "PUT", "/teams/{team}/members/{friend}", `{"role":"team_member"}`)
	d.made(t, "team campaign", "/teams/{team}/team_campaigns", `{"name":"Together","cause_id":"{cause}","status":"published"}`)
	d.made(t, "campaign", "/campaigns", `{"name":"Marathon","cause_id":"{cause}","goal":"100","status":"published"}`)
	d.made(t, "draft", "/campaigns", `{"name":"Draft","cause_id":"{cause}"}`)
	d.made(t, "poll", "/campaigns/{campaign}/polls", `{"name":"Which?","options":[{"name":"A"},{"name":"B"}]}`)
	d.made(t, "target", "/campaigns/{campaign}/targets", `{"name":"Dance","amount":"5"}`)
	d.made(t, "reward", "/campaigns/{campaign}/rewards", `{"name":"Mug","amount":"5"}`)
	d.made(t, "milestone", "/campaigns/{campaign}/milestones", `{"name":"Half","amount":"50"}`)
	d.made(t, "schedule", "/campaigns/{campaign}/schedules", `{"name":"Start","starts_at":"2026-03-14T12:00:00Z"}`)
	d.made(t, "counter", "/facts/{campaign}/counters", `{"name":"Tonight"}`)
	for _, one := range []string{"timer", "paused timer"} {
		d.made(t, one, "/facts/{campaign}/timers", `{"name":"Run","starting_seconds":3600}`)
		d.ask(t, "owner", "POST", "/timers/{"+one+"}/start", "")
	}
	d.ask(t, "owner", "POST", "/timers/{paused timer}/pause", "")
	d.made(t, "match", "/campaigns/{campaign}/donation_matches", `{"matched_by":"Friend","pledged_amount":"100","ends_at":"2026-03-20"}`)
	d.made(t, "donation", "/campaigns/{campaign}/donations", `{"amount":"20.00","donor_name":"Gus","donor_comment":"Hi","donor_email":"gus@example.com"}`)
}

// made posts as the owner, and notes the id of what was made by its name.
func (d *desk) made(t testing.TB, name, path, body string) string {
	t.Helper()
	got := d.ask(t, "owner", "POST", path, body)
	id, _ := got.Data["id"].(string)
	if got.status != http.StatusCreated || id == "" {
		t.Fatalf("POST %s %s: got %d %s, want 201", path, body, got.status, got.text)
	}
	d.names[name] = id
	if options, ok := got.Data["options"].([]any); ok {
		option, _ := options[0].(map[string]any)
		d.names[name+" option"] = fmt.Sprint(option["id"])
	}
	return id
}

// The cards of the sandbox that the tests pay with.
const (
	goodCard     = "4242424242424242"
	bounceCard   = "4000000000000101"
	disputedCard = "4000000000000259"
	slowCard     = "4000000000000093"
)

// begin begins a donation of twenty dollars to the campaign, with something to say.
func (d *desk) begin(t testing.TB, name string) app.StartedDonation {
	t.Helper()
	begun, err := d.BeginDonation(t.Context(), app.Actor{}, app.FactKey{Key: d.key(t, "campaign")}, fund.CheckoutInput{
		DonationInput: fund.DonationInput{Amount: "20", Name: "Dee", Comment: "Once more"}, CoverFee: true,
	})
	must.Do(t, err)
	d.names[name] = begun.Donation.String()
	return begun
}

// claimed pays a donation of that name with a reward that asks for a size and an address.
func (d *desk) claimed(t testing.TB, name string) {
	t.Helper()
	d.made(t, "shirt", "/campaigns/{campaign}/rewards", `{"name":"Shirt","amount":"5","custom_question":"Size?","shipping_address_required":true}`)
	begun, err := d.BeginDonation(t.Context(), app.Actor{}, app.FactKey{Key: d.key(t, "campaign")}, fund.CheckoutInput{DonationInput: fund.DonationInput{
		Amount: "20", Name: "Dee", Email: "dee@example.org", Claims: []fund.ClaimInput{{
			Reward: d.key(t, "shirt"), Quantity: 1, Answer: "L", Address: fund.ShippingAddress{
				Recipient: "Dee Lovelace", Phone: "+49 1", Address: fund.Address{Line1: "1 Main St", City: "Bonn", PostalCode: "53111", Country: "DE"},
			},
		}},
	}})
	must.Do(t, err)
	d.names[name] = begun.Donation.String()
	d.pay(t, begun, goodCard)
}

// ready makes what all rows that write need beside what a new desk has.
func (d *desk) ready(t testing.TB) {
	t.Helper()
	d.lawful(t)
	d.claimed(t, "claimed")
	d.opened(t, "case")
	d.paid(t, "disputed", disputedCard)
}

// lawful gives the cause what receipts of the profile us need.
func (d *desk) lawful(t testing.TB) {
	t.Helper()
	_, err := d.UpdateCause(t.Context(), app.System(), d.key(t, "cause"), fund.CausePatch{
		GovernmentID: fund.Some("12-3456789"), Address: fund.Some(&fund.Address{Line1: "1 Pier Road", City: "Seattle", Region: "WA", PostalCode: "98101", Country: "US"}),
	})
	must.Do(t, err)
}

// opened opens a case of that name about another paid donation.
func (d *desk) opened(t testing.TB, name string) {
	t.Helper()
	d.paid(t, "donation with "+name, goodCard)
	key, err := d.DonationKey(t.Context(), d.key(t, "donation with "+name).ID)
	must.Do(t, err)
	c, err := d.OpenCase(t.Context(), key, "I gave twice.", netip.MustParseAddr("192.0.2.7"))
	must.Do(t, err)
	d.names[name] = c.ID.String()
}

// paid begins a donation and pays it with a card of the sandbox, which then does what it does within some seconds.
func (d *desk) paid(t testing.TB, name, card string) {
	t.Helper()
	d.pay(t, d.begin(t, name), card)
}

func (d *desk) pay(t testing.TB, begun app.StartedDonation, card string) {
	t.Helper()
	if w := testworld.Pay(t.Context(), d.sandbox, begun.URL, card, "code=001"); w.Code != http.StatusSeeOther {
		t.Fatalf("got %d %s, want the payment made", w.Code, w.Body)
	}
	d.later.Advance(time.Second)
	d.sandbox.Round(t.Context())
	must.Do(t, d.Reconcile(t.Context(), begun.Donation))
}

func (d *desk) key(t testing.TB, name string) fund.Key {
	t.Helper()
	id, err := fund.ParseID(d.names[name])
	must.Do(t, err)
	return fund.Key{ID: id}
}

// filled puts the ids of the desk into a text.
func (d *desk) filled(text string) string {
	for name, id := range d.names {
		text = strings.ReplaceAll(text, "{"+name+"}", id)
	}
	return text
}

// reply is an answer at a desk.
type reply struct {
	status int
	text   string
	header http.Header
	Data   map[string]any
	Error  struct {
		Status  int
		Message string
		Fields  map[string][]string
	}
}

// ask sends a request below /api/private with the token of somebody; "" is nobody. Headers are pairs.
func (d *desk) ask(t testing.TB, who, method, path, body string, headers ...string) reply {
	t.Helper()
	return d.send(t, who, method, "/api/private"+path, body, headers...)
}

// send is ask with the whole path.
func (d *desk) send(t testing.TB, who, method, path, body string, headers ...string) reply {
	t.Helper()
	token, known := d.tokens[who]
	if !known {
		t.Fatalf("there is no token of %q", who)
	}
	r := httptest.NewRequestWithContext(t.Context(), method, d.filled(path), strings.NewReader(d.filled(body)))
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	d.handler.ServeHTTP(w, r)
	got := reply{status: w.Code, text: w.Body.String(), header: w.Header()}
	if w.Code == http.StatusNoContent {
		if got.text != "" {
			t.Errorf("%s %s: got %q with 204, want no body", method, path, got.text)
		}
		return got
	}
	if !json.Valid(w.Body.Bytes()) {
		t.Fatalf("%s %s %.200s: got %d %.300s, want JSON", method, path, body, w.Code, w.Body)
	}
	_ = json.Unmarshal(w.Body.Bytes(), &got) // data may be a list: then Data stays empty
	if w.Code >= 400 && got.Error.Status != w.Code {
		t.Errorf("%s %s %.200s: got %d %s, want the status in the error too", method, path, body, w.Code, got.text)
	}
	return got
}
