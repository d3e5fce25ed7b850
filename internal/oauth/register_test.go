package oauth_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"testing"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testbrowser"
)

const jsonType = "application/json"

// register sends client metadata from another address each time.
func (h *house) register(metadata string) testbrowser.Answer {
	h.t.Helper()
	h.from = h.from.Next()
	return h.program(http.MethodPost, "/oauth/register", jsonType, metadata)
}

// bot is an application that has registered itself.
func (h *house) bot() client {
	h.t.Helper()
	body := h.register(`{"client_name":"Bot <b>","redirect_uris":["` + back + `"]}`).JSON(h.t)
	made := must.Get(h.GetApplication(h.t.Context(), app.System(), textOf(h.t, body, "client_id")))(h.t)
	return client{made, textOf(h.t, body, "client_secret")}
}

func (h *house) registering(how string) {
	h.t.Helper()
	must.Get(h.SetSetting(h.t.Context(), app.System(), fund.SettingRegistration, how))(h.t)
}

func TestRegistration(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	answer := h.register(`{"client_name":" Bot ","redirect_uris":["https://bot.example/back","` + back + `"],"scope":"webhooks:write write",
		"token_endpoint_auth_method":"client_secret_post","grant_types":["authorization_code","refresh_token"],"response_types":["code"],
		"contacts":["ana@example.org"],"client_uri":"https://bot.example","logo_uri":7,"x":{"y":[null]}}`)
	body := answer.JSON(t)
	id, secret := textOf(t, body, "client_id"), textOf(t, body, "client_secret")
	want := map[string]any{
		"client_id": id, "client_secret": secret, "client_id_issued_at": float64(h.Clock.Now().Unix()), "client_secret_expires_at": 0.0,
		"redirect_uris": []any{"https://bot.example/back", back}, "client_name": "Bot", "token_endpoint_auth_method": "client_secret_post",
		"grant_types":    []any{"authorization_code", "client_credentials", "refresh_token"},
		"response_types": []any{"code"}, "scope": "public webhooks:write",
	}
	if got, expected := fmt.Sprint(body), fmt.Sprint(want); got != expected || answer.StatusCode != http.StatusCreated || len(id) != 64 || len(secret) != 64 {
		t.Errorf("got %d %s, want 201 %s", answer.StatusCode, got, expected)
	}
	for name, value := range map[string]string{
		"Content-Type": "application/json; charset=utf-8", "Cache-Control": "no-store", "Pragma": "no-cache", "Access-Control-Allow-Origin": "*",
	} {
		if got := answer.Header.Get(name); got != value {
			t.Errorf("got %s %q, want %q", name, got, value)
		}
	}
	if got := h.register(`{"client_name":"Bot","redirect_uris":["` + back + `"],"scope":null,"grant_types":[]}`).JSON(t); got["token_endpoint_auth_method"] != "client_secret_basic" ||
		got["scope"] != "public webhooks:read webhooks:write" {
		t.Errorf("got %v, want the defaults", got)
	}
	if got := h.program(http.MethodGet, "/oauth/register", "", ""); got.StatusCode != http.StatusMethodNotAllowed || got.Header.Get("Allow") != "OPTIONS, POST" {
		t.Errorf("got %d with Allow %q for GET, want 405", got.StatusCode, got.Header.Get("Allow"))
	}
}

func TestErrorsOfRegistration(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	with := func(more string) string { return `{"client_name":"Bot","redirect_uris":["` + back + `"]` + more + `}` }
	name := func(name string) string { return `{"client_name":` + name + `,"redirect_uris":["` + back + `"]}` }
	to := func(uris string) string { return `{"client_name":"Bot","redirect_uris":` + uris + `}` }
	many := strings.Repeat(`"`+back+`",`, fund.MaxRegisteredRedirects) + `"` + back + `"`
	for body, want := range map[string]string{
		"":                                      "invalid_client_metadata: The body must be a JSON object",
		"client_name=Bot":                       "invalid_client_metadata: The body is not valid JSON",
		"[]":                                    "invalid_client_metadata: The body must be a JSON object, but it is",
		`{"client_name":"a","client_name":"b"}`: "invalid_client_metadata: ",
		`{"client_name":"Bot"}`:                 "invalid_redirect_uri: redirect_uris cannot be blank",
		to(`[]`):                                "invalid_redirect_uri: redirect_uris cannot be blank",
		to(`"` + back + `"`):                    "invalid_redirect_uri: redirect_uris must be a list of texts",
		to(`[7]`):                               "invalid_redirect_uri: redirect_uris must be a list of texts",
		to(`["http://bot.example/"]`):           "invalid_redirect_uri: redirect_uris must begin with https://",
		to(`["https://bot.example/#a"]`):        "invalid_redirect_uri: redirect_uris must not have a fragment",
		to(`["https://a:b@bot.example/"]`):      "invalid_redirect_uri: redirect_uris must not have a user name",
		to(`["javascript:alert(1)"]`):           "invalid_redirect_uri: redirect_uris ",
		to(`["https://bot.example/ https://evil.example"]`): "invalid_redirect_uri: redirect_uris ",
		to("[" + many + "]"):                 "invalid_redirect_uri: redirect_uris has too many addresses (10 at most)",
		to(`[],"client_name2":1`):            "invalid_redirect_uri: ",
		`{"redirect_uris":["` + back + `"]}`: "invalid_client_metadata: client_name cannot be blank",
		name(`" "`):                          "invalid_client_metadata: client_name cannot be blank",
		name(`7`):                            "invalid_client_metadata: client_name must be a text",
		name(`"Bank\u202eknab"`):             "invalid_client_metadata: client_name has characters that cannot be shown",
		name(`"` + strings.Repeat("é", fund.MaxName+1) + `"`): "invalid_client_metadata: client_name is too long (255 characters at most)",
		with(`,"token_endpoint_auth_method":"none"`):          "invalid_client_metadata: token_endpoint_auth_method must be client_secret_basic or client_secret_post",
		with(`,"grant_types":["implicit"]`):                   "invalid_client_metadata: grant_types may have only authorization_code, client_credentials, refresh_token",
		with(`,"response_types":["code","token"]`):            "invalid_client_metadata: response_types may have only code",
		with(`,"scope":["public"]`):                           "invalid_client_metadata: scope must be a text",
	} {
		answer := h.register(body)
		got := answer.JSON(t)
		if said := fmt.Sprintf("%s: %s", got["error"], got["error_description"]); answer.StatusCode != http.StatusBadRequest || !strings.HasPrefix(said, want) {
			t.Errorf("%.80s: got %d %q, want 400 %q", body, answer.StatusCode, said, want)
		}
	}
	if got := h.register(name(`"` + strings.Repeat("é", fund.MaxName) + `"`)); got.StatusCode != http.StatusCreated {
		t.Errorf("got %d %s for the longest name, want 201", got.StatusCode, got.Text)
	}
	if got := h.register(with(`,"x":"` + strings.Repeat("a", 64<<10) + `"`)); got.StatusCode != http.StatusRequestEntityTooLarge {
		t.Errorf("got %d for a large body, want 413", got.StatusCode)
	}
}

func TestRegistrationIsLimitedByAddress(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	send := func() testbrowser.Answer {
		return h.program(http.MethodPost, "/oauth/register", jsonType, `{"client_name":"Bot","redirect_uris":["`+back+`"]}`)
	}
	for range shield.RegistrationsAnHour {
		if got := send(); got.StatusCode != http.StatusCreated {
			t.Fatalf("got %d %s, want %d registrations", got.StatusCode, got.Text, shield.RegistrationsAnHour)
		}
	}
	if got := send(); got.StatusCode != http.StatusTooManyRequests || got.Header.Get("Retry-After") != "360" || got.JSON(t)["error"] != "temporarily_unavailable" {
		t.Errorf("got %d %s, want a wait", got.StatusCode, got.Text)
	}
	h.from = netip.MustParseAddr("198.51.100.1")
	if got := send(); got.StatusCode != http.StatusCreated {
		t.Errorf("got %d %s from another address, want 201", got.StatusCode, got.Text)
	}
}

func TestRegistrationThatIsOff(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	keys := func() []string {
		var m map[string]json.RawMessage
		must.Do(t, json.Unmarshal([]byte(h.program(http.MethodGet, "/.well-known/oauth-authorization-server", "", "").Text), &m))
		return slices.Collect(maps.Keys(m))
	}
	for _, how := range []string{"approval", "open"} {
		h.registering(how)
		if m := h.metadata(); h.program(http.MethodPost, h.path(m.RegistrationEndpoint), jsonType, "{}").StatusCode != http.StatusBadRequest {
			t.Errorf("%s: got the endpoint %q, want the one that registers", how, m.RegistrationEndpoint)
		}
	}
	h.registering("off")
	if slices.Contains(keys(), "registration_endpoint") {
		t.Error("got an endpoint in the metadata, want none")
	}
	if got := h.register("{"); got.StatusCode != http.StatusForbidden || got.JSON(t)["error"] != "access_denied" || got.JSON(t)["error_description"] == "" {
		t.Errorf("got %d %s, want 403 in words of OAuth", got.StatusCode, got.Text)
	}
}

// TestNothingBeforeTheApproval tries every way in for an application that waits.
func TestNothingBeforeTheApproval(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	bot := h.bot()
	const why = "until the operator of this server approves it"
	for path, status := range map[string]int{
		"/oauth/token": http.StatusUnprocessableEntity, "/oauth/revoke": http.StatusUnauthorized, "/oauth/introspect": http.StatusUnauthorized,
	} {
		answer := h.program(http.MethodPost, path, testbrowser.FormType, bot.params("grant_type", "client_credentials", "token", "x").Encode())
		got := answer.JSON(t)
		if answer.StatusCode != status || got["error"] != "invalid_client" || !strings.Contains(textOf(t, got, "error_description"), why) {
			t.Errorf("%s: got %d %s, want %d and why", path, answer.StatusCode, answer.Text, status)
		}
	}
	path := ask("client_id", bot.ClientID)
	b := h.browser()
	b.signIn("")
	if page := b.Get(path); page.StatusCode != http.StatusBadRequest || !strings.Contains(page.Text, why) || strings.Contains(page.Text, "Bot &lt;") {
		t.Errorf("got %d %s, want a page without the name that says why", page.StatusCode, page.Text)
	}
	forged := url.Values{"request": {strings.TrimPrefix(path, "/oauth/authorize?")}, "decision": {"allow"}}
	if page := b.Post("/oauth/authorize", forged); page.StatusCode != http.StatusBadRequest || page.Header.Get("Location") != "" {
		t.Errorf("got %d, want no consent", page.StatusCode)
	}
	must.Get(h.ApproveApplication(t.Context(), app.System(), bot.ID))(t)
	if got := h.granted(bot); got["access_token"] == nil {
		t.Errorf("got %v after the approval, want tokens", got)
	}
}

func TestConsentSaysWhoRegisteredItself(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.registering("open")
	const warning = "registered itself here and chose its own name."
	for _, c := range []struct {
		client
		warned bool
	}{{h.bot(), true}, {h.v5, false}} {
		b := h.browser()
		page := b.Get(b.signIn(ask("client_id", c.ClientID)).Header.Get("Location"))
		if got := strings.Contains(page.Text, warning); got != c.warned || page.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d, warned %t, want %t\n%s", c.Name, page.StatusCode, got, c.warned, page.Text)
		}
		if strings.Contains(page.Text, "<b>") {
			t.Errorf("got the markup of a stranger\n%s", page.Text)
		}
	}
}

// TestABotServesItself registers with the endpoint of the metadata, and gets its own token and one of a user through a published client library.
func TestABotServesItself(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.registering("open")
	m := h.metadata()
	answer := h.program(http.MethodPost, h.path(m.RegistrationEndpoint), jsonType, `{"client_name":"Bot","redirect_uris":["`+back+`"]}`)
	var info struct {
		ID     string `json:"client_id"`
		Secret string `json:"client_secret"`
		Scope  string `json:"scope"`
	}
	must.Do(t, json.Unmarshal([]byte(answer.Text), &info))
	own := clientcredentials.Config{ClientID: info.ID, ClientSecret: info.Secret, TokenURL: m.TokenEndpoint, Scopes: strings.Fields(info.Scope)}
	actor := must.Get(h.Authenticate(t.Context(), must.Get(own.Token(t.Context()))(t).AccessToken))(t)
	if actor.Kind != app.ActorApplication || !actor.Owner.IsZero() || !slices.Equal(actor.Scopes, fund.RegisteredScopes()) {
		t.Errorf("got %+v, want an application of nobody", actor)
	}
	config := oauth2.Config{
		ClientID: info.ID, ClientSecret: info.Secret, RedirectURL: back, Scopes: []string{"public"},
		Endpoint: oauth2.Endpoint{AuthURL: m.AuthorizationEndpoint, TokenURL: m.TokenEndpoint},
	}
	code := h.browser().decide(config.AuthCodeURL("s")[len(h.url):], "allow").LedTo(t, back).Get("code")
	if actor := must.Get(h.Authenticate(t.Context(), must.Get(config.Exchange(t.Context(), code))(t).AccessToken))(t); actor.User != h.user.ID {
		t.Errorf("got %+v, want the user", actor)
	}
	wider := h.browser().Get(ask("client_id", info.ID, "scope", "write")).LedTo(t, back)
	if wider.Get("error") != "invalid_scope" {
		t.Errorf("got %v, want no more than was registered", wider)
	}
}
