package holes_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/testcallers"
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
		for _, caller := range []string{"owner", "donor", testcallers.Volunteer} {
			for _, header := range elsewhere {
				request := w.Request(t, caller, r)
				for name, value := range map[string]string{"Authorization": "", "Sec-Fetch-Site": header[0], "Origin": header[1]} {
					request.Header.Set(name, value)
					if value == "" {
						request.Header.Del(name)
					}
				}
				answer := w.Serve(request)
				switch {
				case answer.Code == http.StatusForbidden:
					refused++
				case answer.Code < http.StatusBadRequest || !forPrograms(r.Pattern):
					t.Errorf("%s as %s with %q: got %d, want a form of another site to be refused", r, caller, header, answer.Code)
				}
			}
		}
	}
	if refused < 200 {
		t.Errorf("got %d forms refused, want all of them to be asked", refused)
	}
}

// elsewhere is what browsers say of a form of another site: Sec-Fetch-Site and Origin, or only the latter where they are old; a site beside this one, and a page without an address.
var elsewhere = [][2]string{{"cross-site", "https://evil.test"}, {"same-site", "https://evil.almoner.test"}, {"", "https://evil.test"}, {"", "null"}}

// TestFormsAreOfWhoSendsThem sends every form of who is signed in without what binds it to their browser, and with what binds it to the browser of somebody else.
func TestFormsAreOfWhoSendsThem(t *testing.T) {
	t.Parallel()
	w := world(t)
	refused := 0
	for _, r := range w.Routes() {
		if r.Method != http.MethodPost || !strings.HasPrefix(r.Pattern, "/account/") && !strings.HasPrefix(r.Pattern, "/dashboard") && !strings.HasPrefix(r.Pattern, "/admin") && r.Pattern != testcallers.AuthorizePage {
			continue
		}
		foreign := posted(t, w.Request(t, "stranger", r)).Get("form")
		for _, caller := range []string{"owner", "super_admin", "cause_owner", "operator", testcallers.Volunteer} {
			for _, binding := range []string{"", foreign, strings.Repeat("a", 64)} {
				request := w.Request(t, caller, r)
				fields := posted(t, request)
				fields.Set("form", binding)
				answer := w.Serve(resent(request, fields))
				switch {
				case answer.Code == http.StatusForbidden:
					refused++
				case answer.Code == http.StatusNotFound: // which this server does not offer
				case answer.Code == http.StatusSeeOther && strings.HasPrefix(answer.Header().Get("Location"), testcallers.SignInPage): // nobody, to this form
				default:
					t.Errorf("%s as %s with the binding %.8q: got %d, want the form to be refused", r, caller, binding, answer.Code)
				}
			}
		}
	}
	if refused < 500 {
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
