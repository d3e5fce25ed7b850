package oauth_test

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/oauth"
	"github.com/almoner/almoner/internal/testbrowser"
)

func keys(body map[string]any) string { return strings.Join(slices.Sorted(maps.Keys(body)), " ") }

func TestAnswersOfBothVersions(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	hexadecimal := regexp.MustCompile(`^[0-9a-f]{64}$`)
	answer := h.token(h.v5.params("grant_type", "client_credentials"))
	body := answer.JSON(t)
	want := `{"access_token":"` + textOf(t, body, "access_token") + `","token_type":"bearer","expires_in":7200,"refresh_token":null,"scope":"public","created_at":"2026-11-23T03:04:05Z"}`
	if answer.StatusCode != http.StatusOK || answer.Text != want || !hexadecimal.MatchString(textOf(t, body, "access_token")) {
		t.Errorf("V5, its own token: got %d %s, want 200 %s", answer.StatusCode, answer.Text, want)
	}
	for name, want := range map[string]string{
		"Cache-Control": "no-store", "Pragma": "no-cache", "Content-Type": "application/json; charset=utf-8", "Access-Control-Allow-Origin": "*",
		"X-Content-Type-Options": "nosniff", "Set-Cookie": "",
	} {
		if got := answer.Header.Get(name); got != want {
			t.Errorf("got %s %q, want %q", name, got, want)
		}
	}
	user := h.granted(h.v5)
	if got, want := keys(user), "access_token created_at expires_in refresh_token scope token_type"; got != want {
		t.Errorf("V5, a user's: got the keys %s, want %s", got, want)
	}
	if !regexp.MustCompile(`^[a-z0-9]{64}$`).MatchString(textOf(t, user, "refresh_token")) || user["scope"] != "public" {
		t.Errorf("V5, a user's: got %v, want a refresh token of 64 characters and the scope public", user)
	}

	for name, body := range map[string]map[string]any{
		"a user's": h.granted(h.v3), "its own": h.token(h.v3.params("grant_type", "client_credentials")).JSON(t),
	} {
		if got, want := keys(body), "access_token created_at scope token_type"; got != want {
			t.Errorf("V3, %s: got the keys %s, want %s", name, got, want)
		}
		if body["token_type"] != "Bearer" || body["created_at"] != float64(1795403045) || body["scope"] != "public cause write" {
			t.Errorf("V3, %s: got %v, want Bearer, a whole number of seconds, and all scopes that it has", name, body)
		}
	}
}

func TestParametersTravelAnyWay(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	good := h.v5.params("grant_type", "client_credentials", "scope", "public write")
	plain := map[string]any{"expires_in": 7200, "nothing": nil, "client_secret": h.v5.secret}
	for name := range good {
		plain[name] = good.Get(name)
	}
	object, err := json.Marshal(plain)
	must.Do(t, err)
	var parts bytes.Buffer
	writer := multipart.NewWriter(&parts)
	for name := range good {
		must.Do(t, writer.WriteField(name, good.Get(name)))
	}
	must.Do(t, writer.Close())
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(h.v5.ClientID+":"+h.v5.secret))
	rest := url.Values{"grant_type": {"client_credentials"}, "scope": {"public write"}}
	wrong := url.Values{"client_id": {"wrong"}, "client_secret": {"wrong"}, "grant_type": {"wrong"}, "scope": {"wrong"}}
	const jsonType = "application/json"
	for name, c := range map[string]struct {
		query, contentType, body, authorization string
	}{
		"query, no body":                {query: good.Encode()},
		"query with %20":                {query: strings.ReplaceAll(good.Encode(), "+", "%20")},
		"query, empty JSON":             {query: good.Encode(), contentType: jsonType, body: "{}"},
		"query, empty form":             {query: good.Encode(), contentType: testbrowser.FormType},
		"form":                          {contentType: testbrowser.FormType, body: good.Encode()},
		"form with a charset":           {contentType: testbrowser.FormType + "; charset=UTF-8", body: good.Encode()},
		"form without a type":           {body: good.Encode()},
		"form as text":                  {contentType: "text/plain", body: good.Encode()},
		"multipart":                     {contentType: writer.FormDataContentType(), body: parts.String()},
		"JSON":                          {contentType: jsonType, body: string(object)},
		"JSON with a charset":           {contentType: jsonType + ";charset=utf-8", body: string(object)},
		"JSON under the name of a form": {contentType: testbrowser.FormType, body: string(object)},
		"JSON without a type":           {body: string(object)},
		"JSON behind a BOM":             {contentType: jsonType, body: "\ufeff" + string(object)},
		"JSON behind a BOM, no type":    {body: "\ufeff" + string(object)},
		"form behind a BOM":             {contentType: testbrowser.FormType, body: "\ufeff" + good.Encode()},
		"Basic and form":                {contentType: testbrowser.FormType, body: rest.Encode(), authorization: basic},
		"Basic and query":               {query: rest.Encode(), authorization: basic},
		"basic in lower case":           {query: rest.Encode(), authorization: "basic" + basic[5:]},
		"Basic and the same in JSON":    {contentType: jsonType, body: string(object), authorization: basic},
		"half in the query":             {query: "grant_type=client_credentials&scope=public+write", contentType: testbrowser.FormType, body: h.v5.params().Encode()},
		"the body wins over the query":  {query: wrong.Encode(), contentType: testbrowser.FormType, body: good.Encode()},
		"empty ones are none":           {query: good.Encode(), contentType: testbrowser.FormType, body: "client_id=&scope="},
		"others are passed over":        {query: good.Encode() + "&audience=x&audience=y", contentType: jsonType, body: `{"resource":["a"]}`},
		"Bearer of no meaning":          {query: good.Encode(), authorization: "Bearer x"},
		"multipart, but empty":          {query: good.Encode(), contentType: "multipart/form-data; boundary=x"},
	} {
		answer := h.program(http.MethodPost, "/oauth/token?"+c.query, c.contentType, c.body, "Authorization", c.authorization)
		if answer.StatusCode != http.StatusOK || answer.JSON(t)["scope"] != "public write" {
			t.Errorf("%s: got %d %s, want a token for public write", name, answer.StatusCode, answer.Text)
		}
	}
}

func TestErrorsOfTheTokenEndpoint(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(h.v5.ClientID+":"+h.v5.secret))
	other := h.client(t.Context(), h.another("https://other.test/back"))
	params := h.v5.params
	const credentials = "client_credentials"
	for name, c := range map[string]struct {
		values url.Values
		// raw is the body instead of values; header are more headers.
		raw, contentType string
		header           []string
		status           int
		code             string
	}{
		"nothing":            {status: 400, code: "invalid_request"},
		"no grant_type":      {values: params(), status: 400, code: "invalid_request"},
		"unknown grant_type": {values: params("grant_type", "password"), status: 422, code: "unsupported_grant_type"},
		"implicit":           {values: params("grant_type", "implicit"), status: 422, code: "unsupported_grant_type"},
		"no client":          {values: url.Values{"grant_type": {credentials}}, status: 422, code: "invalid_client"},
		"no secret":          {values: url.Values{"grant_type": {credentials}, "client_id": {h.v5.ClientID}}, status: 422, code: "invalid_client"},
		"unknown client":     {values: testbrowser.With(params("grant_type", credentials), "client_id", "x"), status: 422, code: "invalid_client"},
		"wrong secret":       {values: testbrowser.With(params("grant_type", credentials), "client_secret", "x"), status: 422, code: "invalid_client"},
		"another's secret":   {values: testbrowser.With(params("grant_type", credentials), "client_secret", other.secret), status: 422, code: "invalid_client"},
		"endless scope":      {values: params("grant_type", credentials, "scope", strings.Repeat("s", 9000)), status: 422, code: "invalid_scope"},
		"endless key twice":  {raw: `{"` + strings.Repeat("s", 9000) + `":1,"` + strings.Repeat("s", 9000) + `":1}`, contentType: "application/json", status: 400, code: "invalid_request"},
		"unknown scope":      {values: params("grant_type", credentials, "scope", "public admin"), status: 422, code: "invalid_scope"},
		"scope not given":    {values: params("grant_type", credentials, "scope", "cause"), status: 422, code: "invalid_scope"},
		"no code":            {values: params("grant_type", "authorization_code"), status: 400, code: "invalid_request"},
		"unknown code":       {values: params("grant_type", "authorization_code", "code", "x"), status: 422, code: "invalid_grant"},
		"another's code":     {values: other.params("grant_type", "authorization_code", "code", h.code(h.v5)), status: 422, code: "invalid_grant"},
		"another address":    {values: params("grant_type", "authorization_code", "code", h.code(h.v5), "redirect_uri", back+"2"), status: 422, code: "invalid_grant"},
		"verifier from nowhere": {values: params("grant_type", "authorization_code", "code", h.code(h.v5), "code_verifier", strings.Repeat("v", 43)),
			status: 422, code: "invalid_grant"},
		"no refresh token":      {values: params("grant_type", "refresh_token"), status: 400, code: "invalid_request"},
		"unknown refresh token": {values: params("grant_type", "refresh_token", "refresh_token", "x"), status: 422, code: "invalid_grant"},
		"wider refresh":         {values: params("grant_type", "refresh_token", "refresh_token", textOf(t, h.granted(h.v5), "refresh_token"), "scope", "write"), status: 422, code: "invalid_scope"},
		"sent twice":            {raw: params("grant_type", credentials).Encode() + "&client_id=x", contentType: testbrowser.FormType, status: 400, code: "invalid_request"},
		"broken JSON":           {raw: `{"grant_type":`, contentType: "application/json", status: 400, code: "invalid_request"},
		"JSON with a key twice": {raw: `{"grant_type":"client_credentials","scope":"public","scope":"write"}`, contentType: "application/json", status: 400, code: "invalid_request"},
		"JSON that is a list":   {raw: `["grant_type"]`, contentType: "application/json", status: 400, code: "invalid_request"},
		"JSON and more":         {raw: `{}{}`, contentType: "application/json", status: 400, code: "invalid_request"},
		"a list for a text":     {raw: `{"grant_type":["x"]}`, contentType: "application/json", status: 400, code: "invalid_request"},
		"broken form":           {raw: "grant_type=%zz", contentType: testbrowser.FormType, status: 400, code: "invalid_request"},
		"broken multipart":      {raw: "--x\r\nnonsense", contentType: "multipart/form-data; boundary=x", status: 400, code: "invalid_request"},
		"multipart, no end":     {raw: "grant_type=x", contentType: "multipart/form-data", status: 400, code: "invalid_request"},
		"broken Basic":          {values: params("grant_type", credentials), header: []string{"Authorization", "Basic !"}, status: 400, code: "invalid_request"},
		"Basic without a colon": {values: params("grant_type", credentials), header: []string{"Authorization", "Basic eA=="}, status: 400, code: "invalid_request"},
		"Basic of somebody else": {values: other.params("grant_type", credentials), header: []string{"Authorization", basic},
			status: 400, code: "invalid_request"},
		"too large":         {raw: strings.Repeat("x", 64<<10+1), contentType: testbrowser.FormType, status: 413, code: "invalid_request"},
		"too large, spaces": {raw: strings.Repeat(" ", 64<<10+1), contentType: "application/json", status: 413, code: "invalid_request"},
	} {
		body, contentType := c.raw, c.contentType
		if c.values != nil {
			body, contentType = c.values.Encode(), testbrowser.FormType
		}
		answer := h.program(http.MethodPost, "/oauth/token", contentType, body, c.header...)
		said := answer.JSON(t)
		if answer.StatusCode != c.status || said["error"] != c.code {
			t.Errorf("%s: got %d %s, want %d %s", name, answer.StatusCode, answer.Text, c.status, c.code)
		}
		if keys(said) != "error error_description" || !regexp.MustCompile(`^[ !#-\[\]-~]+$`).MatchString(textOf(t, said, "error_description")) {
			t.Errorf("%s: got %s, want a description in the characters of RFC 6749", name, answer.Text)
		}
		if strings.Contains(answer.Text, strings.Repeat("s", fault.MaxEcho+1)) {
			t.Errorf("%s: got %.300s, want little of what was sent repeated", name, answer.Text)
		}
		if answer.Header.Get("Cache-Control") != "no-store" || answer.Header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: got the headers %v, want no caching, and every origin to read it", name, answer.Header)
		}
	}
	if h.Log.Len() != 0 {
		t.Errorf("got the log\n%s\nwant nothing: no mistake of a caller is an error of ours", h.Log)
	}
}

func TestPathsAndMethodsOfPrograms(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, c := range []struct{ method, path, allow string }{
		{"GET", "/oauth/token", "OPTIONS, POST"}, {"PUT", "/oauth/token", "OPTIONS, POST"}, {"DELETE", "/oauth/revoke", "OPTIONS, POST"},
		{"GET", "/oauth/introspect", "OPTIONS, POST"}, {"POST", "/oauth/validate", "GET, HEAD, OPTIONS"},
	} {
		answer := h.program(c.method, c.path, "", "")
		if answer.StatusCode != http.StatusMethodNotAllowed || answer.Header.Get("Allow") != c.allow || answer.JSON(t)["error"] != "invalid_request" {
			t.Errorf("%s %s: got %d %q %s, want 405 with Allow %q", c.method, c.path, answer.StatusCode, answer.Header.Get("Allow"), answer.Text, c.allow)
		}
	}
	for _, path := range []string{"/oauth", "/oauth/nothing", "/oauth/token/x", "/oauth/tokens"} {
		answer := h.program("POST", path, "", "")
		if want := `{"error":{"status":404,"message":"Not Found","fields":null}}`; answer.StatusCode != http.StatusNotFound || answer.Text != want {
			t.Errorf("%s: got %d %s, want 404 %s", path, answer.StatusCode, answer.Text, want)
		}
	}
	for _, path := range []string{"/oauth/token", "/oauth//token", "/oauth/token/", "//oauth/token"} {
		if answer := h.program("POST", path, testbrowser.FormType, h.v5.params("grant_type", "client_credentials").Encode()); answer.StatusCode != http.StatusOK {
			t.Errorf("%s: got %d, want it to be served without a redirect", path, answer.StatusCode)
		}
	}
	preflight := h.program("OPTIONS", "/oauth/token", "", "", "Origin", "https://app.test", "Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type,x-requested-with")
	for name, want := range map[string]string{
		"Access-Control-Allow-Origin": "*", "Access-Control-Allow-Methods": "OPTIONS, POST", "Access-Control-Allow-Headers": "Authorization, Content-Type, If-None-Match, If-Match, Idempotency-Key, x-requested-with",
		"Vary":                             "Access-Control-Request-Headers",
		"Access-Control-Allow-Credentials": "",
	} {
		if got := preflight.Header.Get(name); got != want || preflight.StatusCode != http.StatusNoContent {
			t.Errorf("preflight: got %d with %s %q, want 204 with %q", preflight.StatusCode, name, got, want)
		}
	}
	h.wait = 1500 * time.Millisecond
	answer := h.token(h.v5.params("grant_type", "client_credentials"))
	if answer.StatusCode != http.StatusTooManyRequests || answer.Header.Get("Retry-After") != "2" || answer.JSON(t)["error"] != "temporarily_unavailable" {
		t.Errorf("got %d %s, want 429 with 2 s to wait", answer.StatusCode, answer.Text)
	}
}

func TestRefreshComesUnderThreeNames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	refresh := textOf(t, h.granted(h.v5), "refresh_token")
	for _, send := range []func(string) testbrowser.Answer{
		func(refresh string) testbrowser.Answer {
			return h.token(h.v5.params("grant_type", "refresh_token", "refresh_token", refresh))
		},
		func(refresh string) testbrowser.Answer {
			return h.token(h.v5.params("grant_type", "refresh_token", "code", refresh))
		},
		func(refresh string) testbrowser.Answer {
			return h.program("POST", "/oauth/token?"+h.v5.params("grant_type", "refresh_token").Encode(), "", "", "Authorization", "Bearer "+refresh)
		},
	} {
		body := send(refresh).JSON(t)
		if next := textOf(t, body, "refresh_token"); next == refresh {
			t.Error("got the same refresh token, want a new one")
		} else {
			refresh = next
		}
	}
}

// TestARetryOfARefreshGetsTheSameAnswer wants the same tokens, and what is left of their life.
func TestARetryOfARefreshGetsTheSameAnswer(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	values := h.v5.params("grant_type", "refresh_token", "refresh_token", textOf(t, h.granted(h.v5), "refresh_token"))
	first := h.token(values)
	h.Clock.Advance(59 * time.Second)
	again := h.token(values)
	want := strings.Replace(first.Text, `"expires_in":7200`, `"expires_in":7141`, 1)
	if first.StatusCode != http.StatusOK || again.StatusCode != http.StatusOK || again.Text != want {
		t.Errorf("got %d %s, want %s", again.StatusCode, again.Text, want)
	}
	if got := h.token(testbrowser.With(values, "client_secret", "x")).JSON(t)["error"]; got != "invalid_client" {
		t.Errorf("got %v for a retry without the client secret, want invalid_client", got)
	}
	h.Clock.Advance(time.Second)
	values.Set("client_secret", h.v5.secret)
	if got := h.token(values).JSON(t)["error"]; got != "invalid_grant" {
		t.Errorf("got %v after a minute, want invalid_grant", got)
	}
	if _, err := h.Authenticate(t.Context(), textOf(t, first.JSON(t), "access_token")); err == nil {
		t.Error("got a token that works after the reuse, want the grant to end")
	}
}

func TestTwoExchangesAtOnce(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	values := h.v5.params("grant_type", "authorization_code", "code", h.code(h.v5)).Encode()
	var (
		all      sync.WaitGroup
		mu       sync.Mutex
		statuses = map[int]int{}
		won      string
	)
	gate := make(chan struct{})
	for range 8 {
		all.Go(func() {
			<-gate
			answer := h.program(http.MethodPost, "/oauth/token", testbrowser.FormType, values)
			mu.Lock()
			defer mu.Unlock()
			if statuses[answer.StatusCode]++; answer.StatusCode == http.StatusOK {
				won = textOf(t, answer.JSON(t), "access_token")
			}
		})
	}
	close(gate)
	all.Wait()
	if !maps.Equal(statuses, map[int]int{200: 1, 422: 7}) {
		t.Errorf("got the statuses %v, want exactly one 200", statuses)
	}
	if _, err := h.Authenticate(t.Context(), won); err == nil {
		t.Error("got a token that works, want it to end with the reuse of its code")
	}
}

func TestTokensEnd(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	code := h.code(h.v5)
	h.Clock.Advance(10 * time.Minute)
	if answer := h.token(h.v5.params("grant_type", "authorization_code", "code", code)); answer.StatusCode != 422 || !strings.Contains(answer.Text, "expired") {
		t.Errorf("got %d %s, want the code to have expired", answer.StatusCode, answer.Text)
	}
	code = h.code(h.v5)
	h.Clock.Advance(10*time.Minute - time.Microsecond)
	if answer := h.token(h.v5.params("grant_type", "authorization_code", "code", code)); answer.StatusCode != 200 {
		t.Errorf("got %d %s, want tokens at the last moment", answer.StatusCode, answer.Text)
	}
}

func TestEveryFaultHasItsWord(t *testing.T) {
	t.Parallel()
	for _, kind := range fault.Kinds() {
		if code, status := oauth.Refusal(&fault.Error{Kind: kind}); code == "" || status < 400 {
			t.Errorf("%s: got %q with %d, want an error", kind, code, status)
		}
	}
	if code, status := oauth.Refusal(&fault.Error{Kind: fault.Invalid, Fields: fault.Fields{{Path: "redirect_uri"}}}); code != "invalid_redirect_uri" || status != 422 {
		t.Errorf("got %q with %d, want invalid_redirect_uri with 422", code, status)
	}
}

// TestTroubleOfOursIsNotTold closes the database under the server.
func TestTroubleOfOursIsNotTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.browser()
	page := b.Get(b.signIn(ask("client_id", h.v5.ClientID)).Header.Get("Location"))
	form := testbrowser.With(page.Form(t, "/oauth/authorize"), "decision", "allow")
	must.Do(t, h.Store.Close())
	answer := h.token(h.v5.params("grant_type", "client_credentials"))
	if answer.StatusCode < 500 || strings.Contains(answer.Text, "sql:") || (answer.JSON(t)["error"] != "server_error" && answer.JSON(t)["error"] != "temporarily_unavailable") {
		t.Errorf("got %d %s, want an error of ours without its text", answer.StatusCode, answer.Text)
	}
	for name, answer := range map[string]testbrowser.Answer{"page": b.Get("/account/sessions"), "form": b.Post("/oauth/authorize", form)} {
		if answer.StatusCode < 500 || strings.Contains(answer.Text, "sql:") {
			t.Errorf("%s: got %d %s, want a page for an error of ours", name, answer.StatusCode, answer.Text)
		}
	}
	if !strings.Contains(h.Log.String(), "level=ERROR") {
		t.Errorf("got the log\n%s\nwant the cause in it", h.Log)
	}
}
