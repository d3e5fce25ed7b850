package server_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
)

var hiddenForm = regexp.MustCompile(`name="form" value="([^"]+)"`)

// TestPagesWithSecretsAreNeverCompressed signs in, consents and donates in a browser that takes compressed answers. The
// length of a compressed page would say something of the form token or key in it to whoever can add to it.
func TestPagesWithSecretsAreNeverCompressed(t *testing.T) {
	t.Parallel()
	d := testnode.StartFilled(t)
	jar := must.Get(cookiejar.New(nil))(t)
	client := &http.Client{Jar: jar}
	secret := 0
	ask := func(method, target string, form url.Values) (page, at string) {
		t.Helper()
		r := must.Get(http.NewRequestWithContext(t.Context(), method, target, strings.NewReader(form.Encode())))(t)
		r.Header.Set("Accept-Encoding", "gzip, zstd") // said here, the client does not hide how the answer came
		r.Header.Set("Origin", d.URL)
		if form != nil {
			r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		answer := must.Get(client.Do(r))(t)
		defer func() { _ = answer.Body.Close() }()
		text := string(must.Get(io.ReadAll(answer.Body))(t))
		if coding := answer.Header.Get("Content-Encoding"); answer.StatusCode != 200 || coding != "" {
			t.Fatalf("%s %s: got %d in %q, want 200 as it is", method, target, answer.StatusCode, coding)
		}
		if len(text) > 1<<10 {
			secret++
		}
		return text, answer.Request.URL.String()
	}
	token := func(page string) string {
		t.Helper()
		found := hiddenForm.FindStringSubmatch(page)
		if found == nil {
			t.Fatalf("got no form in %.500s", page)
		}
		return found[1]
	}
	user, application := d.Credentials.Users[0], d.Credentials.Application
	page, at := ask("GET", d.URL+"/account/sign-in", nil)
	ask("POST", at, url.Values{"form": {token(page)}, "email": {user.Email}, "password": {user.Password}})
	ask("GET", d.URL+"/account/sessions", nil)
	ask("GET", d.URL+"/oauth/authorize?"+url.Values{
		"client_id": {application.ClientID}, "redirect_uri": {application.RedirectURI}, "response_type": {"code"}, "scope": {"public write"},
	}.Encode(), nil)
	campaign := d.URL + "/@" + d.Credentials.Campaign.OwnerSlug + "/" + d.Credentials.Campaign.Slug
	page, at = ask("GET", campaign+"/donate", nil)
	_, at = ask("POST", at, url.Values{"form": {token(page)}, "currency": {"USD"}, "preset": {"other"}, "amount": {"5"}, "name": {strings.Repeat("x", 90)}})
	ask("POST", at, url.Values{"card": {"4242424242424242"}, "code": {"123"}})
	if secret < 6 {
		t.Errorf("got %d pages of more than 1 KiB, want those of sign-in, consent, form, card and donation", secret)
	}
}
