// Package cost_test sends the dearest input that each limit allows to everything that reads what strangers send, and measures what a connection takes.
package cost_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testcost"
	"github.com/almoner/almoner/internal/testworld"
)

// world is a server with a campaign, and the token of its owner.
type world struct {
	handler http.Handler
	token   string
	// campaign is its id, and page its path.
	campaign, page string
}

func newWorld(t *testing.T) *world {
	t.Helper()
	ctx := t.Context()
	database := storetest.Database(t)
	s := testworld.NewAt(t, database, testworld.Options{Seed: 5})
	node := must.Get(server.Open(ctx, server.Settings{
		Database: config.Database(database), BaseURL: testworld.BaseURL, Payments: checkout.Settings{Sandbox: true}, Log: slog.New(slog.DiscardHandler),
	}))(t)
	t.Cleanup(func() { must.Do(t, node.Close()) })
	user := must.Get(s.CreateUser(ctx, app.System(), app.NewUser{Username: "ada", Slug: "ada", Email: "ada@example.org", Password: "correct horse battery"}))(t)
	program, _, _, err := s.CreateApplication(ctx, app.System(), app.NewApplication{
		Name: "Bot", RedirectURIs: []string{"https://bot.test/"}, Scopes: fund.Scopes(), API: fund.APIV5,
	})
	must.Do(t, err)
	cause := must.Get(s.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Cause", Slug: "good-cause", Currency: "USD"}}))(t)
	campaign := must.Get(s.CreateCampaign(ctx, testworld.As(user), fund.CampaignPatch{
		Name: fund.Some("Run"), Cause: fund.Some(fund.Key{ID: cause.ID}), Status: fund.Some(fund.Published),
	}))(t)
	token := must.Get(s.CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenUser, UserID: user.ID, ApplicationID: program.ID, Scopes: fund.Scopes()}))(t)
	return &world{handler: node.Handler(), token: token, campaign: campaign.ID.String(), page: "/@ada/" + campaign.Slug}
}

// request is one that a stranger sends.
type request struct {
	method, path, body string
	// header and value are one header more; "" for none.
	header, value string
	// token reports whether the owner's token is sent.
	token bool
	// cookie is what the page set; nil for none.
	cookie *http.Cookie
	// status is what is answered; 0 for whatever.
	status int
}

func (w *world) bound(t *testing.T, name string, r request) {
	t.Helper()
	testcost.Bound(t, name, func() {
		sent := httptest.NewRequestWithContext(t.Context(), r.method, "http://example.org/", strings.NewReader(r.body))
		sent.URL.Path, sent.URL.RawQuery, _ = strings.Cut(r.path, "?")
		sent.RequestURI = r.path
		if r.cookie != nil {
			sent.AddCookie(r.cookie)
		}
		if r.header != "" {
			sent.Header.Set(r.header, r.value)
		}
		if r.token {
			sent.Header.Set("Authorization", "Bearer "+w.token)
			sent.Header.Set("Content-Type", "application/json")
		}
		got := httptest.NewRecorder()
		w.handler.ServeHTTP(got, sent)
		if r.status != 0 && got.Code != r.status {
			t.Errorf("%s: got %d %.200s, want %d", name, got.Code, got.Body, r.status)
		}
	})
}

// most is how long a header, a query and a path can be; see server.Settings.
const most = 30 << 10

// long repeats a piece up to so many bytes.
func long(piece string, bytes int) string { return strings.Repeat(piece, bytes/len(piece)) }

func TestNoHeaderIsDear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for header, values := range map[string][]string{
		"Accept-Language":   {long("de;q=0.1,", most), long("de-", most), long(",", most), long("de-u-co-", most), long("x-", most), long("en-a-", most)},
		"Accept-Encoding":   {long("gzip;q=0.1,", most), long(",", most), long("br,", most), long("gzip;q=0.0000000000001,", most)},
		"If-None-Match":     {long(`"a",`, most), long(`W/"`, most), long(`W/"a-gzip",`, most), long(",", most)},
		"If-Match":          {long(`"a",`, most), long(`W/"a-gzip",`, most)},
		"Cookie":            {long("a=b; ", most), long("almoner_session=a; ", most), "almoner_session=" + long("a", most), long("=;", most)},
		"Authorization":     {"Bearer " + long("a", most), "Basic " + long("OjpB", most), "OAuth " + long("=", most), long(" ", most)},
		"X-Forwarded-For":   {long("1.2.3.4,", most), long("::1,", most)},
		"X-Forwarded-Proto": {long("https,", most)},
		"Forwarded":         {long("for=1.2.3.4;", most), long(`for="[`, most)},
		"Origin":            {"https://" + long("xn--a.", most), long("null ", most)},
		"Idempotency-Key":   {long("a", most)},
		"Accept":            {long("text/html;q=0.1,", most), long("*/*,", most)},
		"Range":             {"bytes=" + long("0-0,", most)},
	} {
		for i, value := range values {
			for _, path := range []string{w.page, "/api/public/campaigns/" + w.campaign, "/api/v3/campaigns/1", "/oauth/authorize"} {
				w.bound(t, fmt.Sprintf("%s %d of %s", header, i, path), request{method: http.MethodGet, path: path, header: header, value: value})
			}
		}
	}
}

func TestNoAddressIsDear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	lists := "/api/public/campaigns/" + w.campaign + "/donations"
	for _, path := range []string{
		long("/", most), long("/..", most), "/@" + long("a", most), "/@ada/" + long("../", most), "/" + long("@a/", most), "/api/v3/" + long("a/", most),
		"/api/public/" + long("%2f", most), "/gifts/" + long("a", most), "/pay/sandbox/payments/" + long("a", most),
		lists + "?" + long("a&", most), lists + "?" + long("limit=1&", most), lists + "?after=" + long("a", most), lists + "?completed_after=" + long("2", most),
		"/api/v3/campaigns/1/donations?before=" + long("9", most), w.page + "?" + long("a=b;", most), "/oauth/authorize?" + long("scope=public+", most),
		"/oauth/authorize?scope=" + long("a+", most), "/oauth/authorize?redirect_uri=http://" + long("a.", most), "/docs/" + long("a/", most),
		"/live/events?facts=" + long("@a/b,", most), "/live/events?facts=" + long(",", most), "/live/events?facts=" + long("1,", most),
		"/live/facts/a/events?types=" + long("donation.completed,", most), "/live/facts/a/events?after=" + long("a", most), "/live/" + long("+a/", most),
		"/socket/websocket?vsn=" + long("2", most), "/text/@ada/" + long("a/", most),
	} {
		w.bound(t, "path "+path[:min(len(path), 60)], request{method: http.MethodGet, path: path})
	}
}

func TestNoBodyIsDear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const body = 1 << 20
	keys := func(name string, bytes int) string {
		var all strings.Builder
		for i := 0; all.Len() < bytes-64; i++ {
			fmt.Fprintf(&all, `,"%s%d":1`, name, i)
		}
		return "{" + all.String()[1:] + "}"
	}
	campaigns, donations := "/api/private/campaigns", "/api/private/campaigns/"+w.campaign+"/donations"
	for name, text := range map[string]string{
		"depth": long("[", body), "objects": long(`{"a":`, body), "an array": "[" + long("1,", body-2) + "1]", "keys": keys("a", body), "keys like ours": keys("nam", body),
		"keys of a length": keys(long("name", 60), body), "one long key": `{"` + long("name", body-16) + `":1}`, "the same key": "{" + long(`"name":"a",`, body-16) + `"name":"a"}`,
		"a long number": `{"goal":` + long("9", body-16) + `}`, "an exponent": `{"goal":1e` + long("9", body-16) + `}`, "a long text": `{"name":"` + long("a", body-16) + `"}`,
		"an amount": `{"amount":"` + long("1", body-16) + `"}`, "groups": `{"amount":"` + long("1,", body-16) + `"}`, "escapes": `{"name":"` + long(`\u0301`, body-16) + `"}`,
		"marks": `{"name":"` + long("á̖", body-16) + `"}`, "spaces": long(" ", body), "a mail address": `{"donor_email":"` + long("xn--a.", body-32) + `@a.example"}`,
		"a description": `{"description":"` + long(">", fund.MaxDescription) + `"}`, "a slug": `{"slug":"` + long("-ü", body-32) + `"}`, "an address": `{"avatar":"https://` + long("a.", body-32) + `"}`,
	} {
		for _, path := range []string{campaigns, donations, "/api/v3/campaigns", "/api/private/teams", "/api/private/webhook_endpoints", "/api/private/facts/" + w.campaign + "/trigger"} {
			w.bound(t, fmt.Sprintf("POST %s: %s", path, name), request{method: http.MethodPost, path: path, body: text, token: true})
		}
	}
	for name, text := range map[string]string{
		"pairs": long("a&", 64<<10), "escapes": long("%41=", 64<<10), "scopes": "scope=" + long("public+", 60<<10), "names": long("a=&", 64<<10), "semicolons": long("a;", 64<<10),
	} {
		for _, path := range []string{"/oauth/token", "/oauth/revoke", "/oauth/introspect", "/oauth/authorize", w.page + "/donate", "/pay/sandbox/payments/a"} {
			w.bound(t, fmt.Sprintf("POST %s: %s", path, name), request{method: http.MethodPost, path: path, body: text, header: "Content-Type", value: "application/x-www-form-urlencoded"})
		}
	}
	for _, path := range []string{"/pay/sandbox/notices", sandbox.TriggerPath} {
		w.bound(t, "POST "+path, request{method: http.MethodPost, path: path, body: keys("id", body)})
	}
	var parts bytes.Buffer
	form := multipart.NewWriter(&parts)
	for parts.Len() < 60<<10 {
		must.Do(t, form.WriteField("a", ""))
	}
	must.Do(t, form.Close())
	w.bound(t, "POST /oauth/token: parts", request{method: http.MethodPost, path: "/oauth/token", body: parts.String(), header: "Content-Type", value: form.FormDataContentType()})
}

// TestNoFormIsDear submits the donate form with the longest values that are kept, and much more.
func TestNoFormIsDear(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const kept = 64<<10 - 64
	page := httptest.NewRecorder()
	w.handler.ServeHTTP(page, httptest.NewRequestWithContext(t.Context(), http.MethodGet, testworld.BaseURL+w.page+"/donate", http.NoBody))
	token, cookies := regexp.MustCompile(`name="form" value="([^"]+)"`).FindStringSubmatch(page.Body.String()), page.Result().Cookies()
	if token == nil || len(cookies) != 1 {
		t.Fatalf("got %d %s, want the form and a cookie", page.Code, page.Body)
	}
	form := request{method: http.MethodPost, path: w.page + "/donate", header: "Content-Type", value: "application/x-www-form-urlencoded", cookie: cookies[0]}
	for _, field := range []string{"amount", "other", "name", "email", "comment", "poll_option", "target", "reward", "quantity", "country", "answer"} {
		for _, value := range []string{long("1", kept), long("1,", kept), long("%CC%81", kept), long("%E2%80%8B", kept), long("xn--a.", kept), long("a@", kept), long("%3E", kept), long("%F0%9D%94%9E", kept)} {
			sent := form
			sent.body, sent.status = "currency=USD&form="+token[1]+"&"+field+"="+value, http.StatusUnprocessableEntity
			w.bound(t, fmt.Sprintf("%s=%s…", field, value[:12]), sent)
		}
	}
	for name, body := range map[string]string{
		"a book": "comment=" + long("%41", 32<<20), "many fields": long("a=1&", 512<<10), "many names": long("reward=1&", 512<<10), "no end": long("a", 32<<20), "books": long("a="+long("b", 64<<10)+"&", 32<<20),
	} {
		sent := form
		sent.body = body
		w.bound(t, name, sent)
	}
}
