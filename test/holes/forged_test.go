package holes_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
)

// programs are the forms that programs send, which show who they are otherwise than by a cookie.
var programs = []string{"/oauth/introspect", "/oauth/register", "/oauth/revoke", "/oauth/token", "/pay/"}

// TestFormsOfOtherSitesAreRefused sends every form from a page of another site, with the cookies of who is signed in.
//
// GiveWP: CVE-2023-4246, CVE-2023-4247, CVE-2023-4248 (settings and payment accounts changed by a link), CVE-2022-2260.
func TestFormsOfOtherSitesAreRefused(t *testing.T) {
	t.Parallel()
	w := world(t)
	refused := 0
	for _, r := range w.Routes() {
		if r.Method != http.MethodPost || strings.HasPrefix(r.Pattern, "/api/") {
			continue
		}
		for _, caller := range []string{"owner", "donor"} {
			request := w.Request(t, caller, r)
			request.Header.Del("Authorization")
			request.Header.Set("Sec-Fetch-Site", "cross-site")
			request.Header.Set("Origin", "https://evil.test")
			answer := w.Serve(request)
			switch {
			case answer.Code == http.StatusForbidden:
				refused++
			case answer.Code < http.StatusBadRequest || !forPrograms(r.Pattern):
				t.Errorf("%s as %s: got %d, want a form of another site to be refused", r, caller, answer.Code)
			}
		}
	}
	if refused < 20 {
		t.Errorf("got %d forms refused, want all of them to be asked", refused)
	}
}

func forPrograms(pattern string) bool {
	for _, prefix := range programs {
		if strings.HasPrefix(pattern, prefix) {
			return true
		}
	}
	return false
}

// TestALinkChangesNoPageOfOthers follows links with parameters, and wants the page without them to be for the next visitor what it was: pages are kept for
// everybody who asks for the same.
func TestALinkChangesNoPageOfOthers(t *testing.T) {
	t.Parallel()
	w := world(t)
	for _, r := range reads(w) {
		if strings.HasPrefix(r.Pattern, "/api/") || strings.HasPrefix(r.Pattern, "/live/") {
			continue
		}
		before := ask(t, w, "anonymous", r, "")
		for _, query := range []url.Values{{"lang": {"ar"}}, {"lang": {hostile}}, {"name": {hostile}, "amount": {"13"}}, {"via": {hostile}}} {
			ask(t, w, "anonymous", r, query.Encode())
		}
		after := ask(t, w, "anonymous", r, "")
		if before.Code != after.Code || language(before.Body.String()) != language(after.Body.String()) || strings.Contains(after.Body.String(), "onzzx") {
			t.Errorf("%s: got %d %s after links with parameters, want the page as before, %d", r, after.Code, language(after.Body.String()), before.Code)
		}
	}
}

// language is that of a page.
func language(page string) string {
	_, rest, _ := strings.Cut(page, `<html lang="`)
	name, _, _ := strings.Cut(rest, `"`)
	return name
}
