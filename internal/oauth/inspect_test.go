package oauth_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testbrowser"
)

func TestIntrospection(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	inspect := func(c client, token string) testbrowser.Answer {
		return h.program(http.MethodPost, "/oauth/introspect", testbrowser.FormType, c.params("token", token, "token_type_hint", "whatever").Encode())
	}
	user := h.granted(h.v5)
	access, refresh := textOf(t, user, "access_token"), textOf(t, user, "refresh_token")
	id := `"client_id":"` + h.v5.ClientID + `","username":"Ana"`
	sub := `,"sub":"` + h.user.ID.String() + `"`
	for name, c := range map[string]struct {
		client client
		token  string
		want   string
	}{
		"a user's":     {h.v5, access, `{"active":true,"scope":"public",` + id + `,"token_type":"bearer","exp":1795410245,"iat":1795403045` + sub + `}`},
		"refresh":      {h.v5, refresh, `{"active":true,"scope":"public",` + id + `,"exp":1829963045,"iat":1795403045` + sub + `}`},
		"another's":    {h.v3, access, `{"active":false}`},
		"unknown":      {h.v5, "x", `{"active":false}`},
		"V3, unending": {h.v3, textOf(t, h.token(h.v3.params("grant_type", "client_credentials")).JSON(t), "access_token"), `{"active":true,"scope":"public cause write","client_id":"` + h.v3.ClientID + `","token_type":"bearer","iat":1795403045}`},
	} {
		if answer := inspect(c.client, c.token); answer.StatusCode != 200 || answer.Text != c.want || answer.Header.Get("Cache-Control") != "no-store" {
			t.Errorf("%s: got %d %s, want 200 %s", name, answer.StatusCode, answer.Text, c.want)
		}
	}
	h.Clock.Advance(2 * time.Hour)
	if answer := inspect(h.v5, access); answer.Text != `{"active":false}` {
		t.Errorf("got %s after two hours, want only that it is not active", answer.Text)
	}
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	revoke := func(values url.Values, header ...string) testbrowser.Answer {
		return h.program(http.MethodPost, "/oauth/revoke", testbrowser.FormType, values.Encode(), header...)
	}
	user := h.granted(h.v5)
	access, refresh := textOf(t, user, "access_token"), textOf(t, user, "refresh_token")
	works := func(want bool) {
		t.Helper()
		if _, err := h.Authenticate(t.Context(), access); (err == nil) != want {
			t.Errorf("got %v, want the token to work: %v", err, want)
		}
	}
	works(true)
	for name, c := range map[string]struct {
		values url.Values
		status int
		code   any
	}{
		"no client":      {url.Values{"token": {access}}, 401, "invalid_client"},
		"wrong secret":   {testbrowser.With(h.v5.params("token", access), "client_secret", "x"), 401, "invalid_client"},
		"another client": {h.v3.params("token", access), 422, "invalid_grant"},
		"no token":       {h.v5.params(), 400, "invalid_request"},
		"unknown token":  {h.v5.params("token", "x"), 200, nil},
		"its hint":       {h.v5.params("token", "x", "token_type_hint", "anything"), 200, nil},
	} {
		answer := revoke(c.values)
		if answer.StatusCode != c.status || answer.JSON(t)["error"] != c.code {
			t.Errorf("%s: got %d %s, want %d %v", name, answer.StatusCode, answer.Text, c.status, c.code)
		}
		if c.status == 401 && !strings.HasPrefix(answer.Header.Get("WWW-Authenticate"), "Basic ") {
			t.Errorf("%s: got no WWW-Authenticate, want to be told how", name)
		}
	}
	works(true)
	if answer := revoke(h.v5.params("token", refresh, "token_type_hint", "access_token")); answer.StatusCode != 200 {
		t.Errorf("got %d %s, want 200", answer.StatusCode, answer.Text)
	}
	works(false)
	access = textOf(t, h.granted(h.v5), "access_token")
	works(true)
	basic := "Basic " + base64.StdEncoding.EncodeToString([]byte(h.v5.ClientID+":"+h.v5.secret))
	revoke(url.Values{"token": {access}}, "Authorization", basic)
	works(false)

	// A published client has only the token itself to show.
	access = textOf(t, h.granted(h.v5), "access_token")
	if answer := revoke(url.Values{"token": {access}, "client_id": {h.v5.ClientID}}, "Authorization", "Bearer other"); answer.StatusCode != 401 {
		t.Errorf("got %d with another bearer, want 401", answer.StatusCode)
	}
	works(true)
	if answer := revoke(url.Values{"token": {access}, "client_id": {h.v5.ClientID}}, "Authorization", "Bearer "+access); answer.StatusCode != 200 {
		t.Errorf("got %d %s, want 200", answer.StatusCode, answer.Text)
	}
	works(false)
}

// TestRevocationByClientIDAlone is how clients of V3 end their token.
func TestRevocationByClientIDAlone(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	other := h.client(t.Context(), app.NewApplication{Name: "Other", API: fund.APIV3, RedirectURIs: []string{back}})
	old, young := textOf(t, h.granted(h.v3), "access_token"), textOf(t, h.granted(h.v5), "access_token")
	for _, c := range []struct {
		name   string
		values url.Values
		status int
		ended  bool
	}{
		{"of V5", url.Values{"token": {young}, "client_id": {h.v5.ClientID}}, 401, false},
		{"of another application of V3", url.Values{"token": {old}, "client_id": {other.ClientID}}, 422, false},
		{"of V5, by an application of V3", url.Values{"token": {young}, "client_id": {other.ClientID}}, 422, false},
		{"with a wrong secret", url.Values{"token": {old}, "client_id": {h.v3.ClientID}, "client_secret": {"x"}}, 401, false},
		{"without a client", url.Values{"token": {old}}, 401, false},
		{"of an unknown client", url.Values{"token": {old}, "client_id": {"x"}}, 401, false},
		{"without a token", url.Values{"client_id": {h.v3.ClientID}}, 400, false},
		{"that is unknown", url.Values{"token": {"x"}, "client_id": {h.v3.ClientID}}, 200, false},
		{"of V3", url.Values{"token": {old}, "client_id": {h.v3.ClientID}}, 200, true},
	} {
		answer := h.program(http.MethodPost, "/oauth/revoke", testbrowser.FormType, c.values.Encode())
		_, err := h.Authenticate(t.Context(), old)
		if answer.StatusCode != c.status || (err != nil) != c.ended {
			t.Errorf("a token %s: got %d %s and %v, want %d", c.name, answer.StatusCode, answer.Text, err, c.status)
		}
	}
	if _, err := h.Authenticate(t.Context(), young); err != nil {
		t.Errorf("got %v, want the token of V5 to work", err)
	}
}

func TestValidation(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	validate := func(authorization string) testbrowser.Answer {
		return h.program(http.MethodGet, "/oauth/validate", "", "", "Authorization", authorization)
	}
	want := `{"client_id":"` + h.v3.ClientID + `","login":"ana","scopes":["public","cause","write"],"user_id":"1","expires_in":2147483647}`
	unending := textOf(t, h.granted(h.v3), "access_token")
	if answer := validate("Bearer " + unending); answer.StatusCode != 200 || answer.Text != want {
		t.Errorf("got %d %s, want 200 %s", answer.StatusCode, answer.Text, want)
	}
	own := textOf(t, h.token(h.v5.params("grant_type", "client_credentials")).JSON(t), "access_token")
	h.Clock.Advance(time.Hour)
	want = `{"client_id":"` + h.v5.ClientID + `","login":"","scopes":["public"],"user_id":"","expires_in":3600}`
	if answer := validate("bearer " + own); answer.StatusCode != 200 || answer.Text != want {
		t.Errorf("got %d %s, want 200 %s", answer.StatusCode, answer.Text, want)
	}
	for _, scheme := range []string{"OAuth", "oauth"} {
		if answer := validate(scheme + " " + own); answer.StatusCode != 200 || answer.Text != want {
			t.Errorf("%s: got %d %s, want 200 %s", scheme, answer.StatusCode, answer.Text, want)
		}
	}
	for _, authorization := range []string{"", "Bearer x", "OAuth x", "OAuth2 " + own, "Basic eDp5", own} {
		answer := validate(authorization)
		if answer.StatusCode != 401 || answer.JSON(t)["error"] != "invalid_token" {
			t.Errorf("%q: got %d %s, want 401", authorization, answer.StatusCode, answer.Text)
		}
		want := `Bearer realm="almoner"`
		if strings.HasSuffix(authorization, " x") {
			want += `, error="invalid_token", error_description="The access token is not known."`
		}
		if got := answer.Header.Get("WWW-Authenticate"); got != want {
			t.Errorf("%q: got WWW-Authenticate %q, want %q", authorization, got, want)
		}
	}
}
