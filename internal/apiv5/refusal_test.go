package apiv5_test

import "testing"

// TestRefusalsSayWhatIsMissing is about the header; the bodies are fixed, as they were seen on the wire.
func TestRefusalsSayWhatIsMissing(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.tokens["unknown"] = "x"
	const notYours = `, error_description="The user, cause or application of this token may not do this here."`
	scope := func(missing, words string) string {
		return `, error="insufficient_scope", scope="` + missing + `", error_description="This needs a token with the scope ` + words + `."`
	}
	kind := func(description string) string {
		return `, error="insufficient_scope", error_description="` + description + `"`
	}
	for _, c := range []struct {
		who, method, path string
		status            int
		want              string
	}{
		{"", "PATCH", "/campaigns/{campaign}", 401, ""},
		{"unknown", "PATCH", "/campaigns/{campaign}", 401, `, error="invalid_token", error_description="The access token is not known."`},
		{"public", "PATCH", "/campaigns/{campaign}", 403, scope("write", "write")},
		{"stranger", "PATCH", "/campaigns/{campaign}", 403, notYours},
		{"application", "PATCH", "/current-user", 403, kind("This needs a token of the kind user; this one is of the kind application.")},
		{"public", "POST", "/campaigns/{campaign}/donations", 403, scope("donations:write", "donations:write")},
		{"stranger", "POST", "/campaigns/{campaign}/donations", 403, notYours},
		{"public", "PATCH", "/polls/{poll}", 403, scope("write cause", "write or cause")},
		{"application", "PATCH", "/polls/{poll}", 403, kind("This needs a token of a user: an application's or a cause's own token has no user.")},
		{"stranger", "PATCH", "/causes/{cause}", 403, notYours},
		{"public", "PATCH", "/causes/{cause}", 403, scope("cause", "cause")},
		{"public", "GET", "/webhook_endpoints", 403, scope("webhooks:read webhooks:write", "webhooks:read or webhooks:write")},
		{"owner", "GET", "/webhook_endpoints", 403, kind("This needs a token of the kind application; this one is of the kind user.")},
	} {
		answer := d.ask(t, c.who, c.method, c.path, `{"name":"X","amount":"1.00"}`)
		want := `Bearer realm="almoner"` + c.want
		if got := answer.header.Get("WWW-Authenticate"); got != want || answer.status != c.status {
			t.Errorf("%s %s by %q: got %d with WWW-Authenticate %q, want %d with %q", c.method, c.path, c.who, answer.status, got, c.status, want)
		}
	}
}
