package holes_test

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"golang.org/x/net/html"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testworld"
)

// outward are addresses that a browser, or a program that joins or unescapes them, reads as those of another server; OURS is the host of this one.
var outward = []string{
	"https://evil.test/", "HTTPS://evil.test", "http:evil.test", "https:evil.test", "https:/evil.test", `https:\\evil.test`, "ht\ntps://evil.test", "\x01https://evil.test",
	"//evil.test", "///evil.test/", `/\evil.test`, `\\evil.test`, `\/evil.test`, `/\/evil.test`, "/\t/evil.test", "/\r\n/evil.test", " //evil.test", "\t//evil.test",
	"%2f%2fevil.test", "/%2fevil.test", "/%5cevil.test", "%2f%5cevil.test", "/%09/evil.test", "/.//evil.test", "/dashboard/..//evil.test", `/dashboard/..\\evil.test`, "/dashboard//evil.test",
	"https://OURS@evil.test/", "https://OURS:443@evil.test", `https://evil.test\@OURS/`, "https://OURS.evil.test/", "https://evil.test#@OURS/", "https://evil.test?OURS", "//OURS@evil.test",
	".evil.test", "@evil.test", ":443@evil.test", "/@evil.test", "//evil.test:80/dashboard", "\uff0f\uff0fevil.test", "/\uff0fevil.test", "/\u2215evil.test", "//evil\u3002test", "//\u24d4vil.test",
	"x\r\nLocation: https://evil.test/", "0;url=https://evil.test", "javascript:location='//evil.test'", "data:text/html,evil.test", "/account/sign-in?next=//evil.test", "https://cause.test@evil.test/",
	"https://cause.test.evil.test/", "https://evil.test/https://cause.test/", `https://cause.test\.evil.test/`,
}

// leading are the names that this server and others have for where somebody goes next.
var leading = strings.Fields("next return return_to returnTo return_url returnUrl redirect redirect_to redirect_uri redirect_url redir url uri to from back back_url continue dest destination go goto " +
	"target forward ref referer referrer callback callback_url success_url cancel_url done link view page site host base origin RelayState service state via lang iss form_action")

// pagesTakeTurns is how many pages are asked together with all that one could be asked with.
const pagesTakeTurns = 3

// TestNothingLeadsToAnotherServer asks every page with addresses of another server in every parameter, in turns so that every third page is asked with each, and sends every form with them in fields of ours and of others, and in each field
// that it has: nothing leads there, and no page
// links to it.
func TestNothingLeadsToAnotherServer(t *testing.T) {
	t.Parallel()
	w := world(t)
	write(t, w, "cause_owner", "PATCH", "/api/private/causes/{cause_id}", `{"allowed_origins":["https://cause.test"]}`)
	for i, r := range reads(w) {
		if strings.HasPrefix(r.Pattern, "/api/") { // whose answers are for programs
			continue
		}
		for k, to := range outward {
			if (i+k)%pagesTakeTurns != 0 {
				continue
			}
			query := url.Values{}
			for _, name := range leading {
				query.Set(name, at(to))
			}
			turn := (i + k) / pagesTakeTurns
			caller := []string{"anonymous", "owner"}[turn%2] // each address as both
			stays(t, r.String()+" as "+caller+fmt.Sprintf(" with %q", to), ask(t, w, caller, r, query.Encode()))
			name := leading[turn%len(leading)] // alone, where the others do not end the request first
			stays(t, r.String()+" as "+caller+fmt.Sprintf(" with %s=%q", name, to), ask(t, w, caller, r, url.Values{name: {at(to)}}.Encode()))
		}
	}
	sent := 0
	for i, r := range forms(w) {
		for _, caller := range []string{"owner", testcallers.Volunteer, "donor", "super_admin", "operator"} {
			request := w.Request(t, caller, r)
			own, shown := posted(t, request), filled(t, w, caller, request.URL.Path)
			maps.Copy(own, shown)
			for k := range outwardAtOnce {
				to := outward[(i*outwardAtOnce+k)%len(outward)]
				all := url.Values{}
				for _, name := range leading {
					all.Set(name, at(to))
				}
				for name, values := range own {
					if !all.Has(name) || name == "target" || name == "to" || name == "state" { // which are no addresses in the forms that have them
						all[name] = values
					}
				}
				stays(t, fmt.Sprintf("%s as %s with %q", r, caller, to), w.Serve(resent(request, all)))
				sent++
			}
			for k, name := range slices.Sorted(maps.Keys(shown)) {
				if name == "form" {
					continue
				}
				to, one := outward[(i+k)%len(outward)], url.Values{}
				for other, values := range own {
					one[other] = values
				}
				one.Set(name, at(to))
				stays(t, fmt.Sprintf("%s as %s with the field %s=%q", r, caller, name, to), w.Serve(resent(request, one)))
				sent++
			}
		}
	}
	if sent < 1500 {
		t.Errorf("got %d forms sent, want all of them with many addresses", sent)
	}
}

// outwardAtOnce is how many of the addresses each form is sent with as each caller; together the forms are sent with all of them.
const outwardAtOnce = 3

// TestASignInLeadsToPagesOfOurs signs in, and proves who somebody is, with each address of another server as the next.
func TestASignInLeadsToPagesOfOurs(t *testing.T) {
	t.Parallel()
	w := world(t)
	by := w.Browsers["owner"]
	for _, to := range outward {
		for _, page := range []string{testcallers.SignInPage, "/account/prove", "/account/sign-in/code", "/account/openid/club/back"} {
			stays(t, fmt.Sprintf("%s with %q", page, to), w.VisitAt(t, by, http.MethodGet, page+"?"+url.Values{"next": {at(to)}}.Encode(), nil))
		}
		proof := testcallers.Hidden(w.VisitAt(t, by, http.MethodGet, "/account/prove", nil).Body.String())
		proof.Set("next", at(to))
		proof.Set("password", testcallers.Password)
		answer := w.VisitAt(t, by, http.MethodPost, "/account/prove", proof)
		if answer.Code != http.StatusSeeOther && answer.Code != http.StatusTooManyRequests {
			t.Errorf("proof with %q: got %d, want it to lead on", to, answer.Code)
		}
		stays(t, fmt.Sprintf("proof with %q", to), answer)
		var stranger testcallers.Browser
		asked := w.VisitAt(t, stranger, http.MethodGet, testcallers.SignInPage, nil)
		stranger.Cookie, _, _ = strings.Cut(asked.Header().Get("Set-Cookie"), ";")
		fields := testcallers.Hidden(asked.Body.String())
		for name, value := range map[string]string{"next": at(to), "email": w.Users["stranger"].Email, "password": testcallers.Password} {
			fields.Set(name, value)
		}
		answer = w.VisitAt(t, stranger, http.MethodPost, testcallers.SignInPage, fields)
		if answer.Code != http.StatusSeeOther {
			t.Errorf("sign-in with %q: got %d %s, want it to lead on", to, answer.Code, answer.Body)
		}
		stays(t, fmt.Sprintf("sign-in with %q", to), answer)
	}
}

// TestBrowsersReadTheseAddresses wants the test to read addresses as browsers do: https://url.spec.whatwg.org/#concept-basic-url-parser.
func TestBrowsersReadTheseAddresses(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"/dashboard": "", "?a=//b": "", "#//b": "", "dashboard": "", "https:evil.test": "", "https:/evil.test": "", "/%2fevil.test": "", "/dashboard/..//evil.test": "", testworld.BaseURL + "/x": "",
		"//evil.test": "evil.test", `/\evil.test`: "evil.test", `\\evil.test`: "evil.test", "/\t/evil.test": "evil.test", "\x1f//evil.test": "evil.test", "http:evil.test": "evil.test", `https:\\evil.test`: "evil.test",
		"ht\ntps://evil.test": "evil.test", testworld.BaseURL + "@evil.test": "evil.test", testworld.BaseURL + ".evil.test": strings.TrimPrefix(testworld.BaseURL, "https://") + ".evil.test", "javascript:x": "javascript:",
		`https://evil.test\@` + strings.TrimPrefix(testworld.BaseURL, "https://"): "evil.test", "////evil.test:80/x": "evil.test", "https://EVIL.test?a": "evil.test",
	} {
		if got := leadsTo(address); got != want {
			t.Errorf("%q: got %q, want %q", address, got, want)
		}
	}
}

// at is an address with the host of this server in it.
func at(address string) string {
	return strings.ReplaceAll(address, "OURS", strings.TrimPrefix(testworld.BaseURL, "https://"))
}

var schemeOf = regexp.MustCompile(`^[A-Za-z][A-Za-z0-9+.-]*:`)

// leadsTo is the host that a browser goes to by an address on a page of ours, or the scheme of one that is no web address; "" for ours.
func leadsTo(address string) string {
	address = strings.NewReplacer("\t", "", "\n", "", "\r", "").Replace(strings.TrimFunc(address, func(r rune) bool { return r <= ' ' }))
	scheme := strings.ToLower(schemeOf.FindString(address))
	rest := strings.ReplaceAll(address[len(scheme):], `\`, "/")
	if end := strings.IndexAny(rest, "?#"); end >= 0 {
		rest = rest[:end]
	}
	switch {
	case scheme != "" && scheme != "https:" && scheme != "http:":
		return scheme
	case scheme != "http:" && !strings.HasPrefix(rest, "//"): // the pages are at https
		return ""
	}
	host, _, _ := strings.Cut(strings.TrimLeft(rest, "/"), "/")
	host = strings.ToLower(host[strings.LastIndex(host, "@")+1:])
	if host == strings.TrimPrefix(testworld.BaseURL, "https://") {
		return ""
	}
	host, _, _ = strings.Cut(host, ":")
	return host
}

// foreign reports whether an address leads to the server of the stranger, or is none of a page.
func foreign(address string) bool {
	to := leadsTo(address)
	return strings.Contains(to, "vil") || to == "javascript:" || to == "data:" && !strings.HasPrefix(address, savedCSV) || to == "vbscript:"
}

// stays wants an answer that leads nowhere else, by its headers or by what its page links to.
func stays(t *testing.T, asked string, answer *httptest.ResponseRecorder) {
	t.Helper()
	for _, name := range []string{"Location", "Refresh", "Content-Location", "Link"} {
		for _, value := range answer.Header().Values(name) {
			_, to, is := strings.Cut(value, "url=")
			if !is {
				to = strings.Trim(value, "<>")
			}
			if foreign(to) || strings.ContainsAny(value, "\r\n\t\x00\x01") {
				t.Errorf("%s: got %d, %s %q", asked, answer.Code, name, value)
			}
		}
	}
	if answer.Code >= http.StatusInternalServerError && answer.Code != http.StatusServiceUnavailable {
		t.Errorf("%s: got %d %s", asked, answer.Code, answer.Body)
	}
	if !strings.HasPrefix(answer.Header().Get("Content-Type"), "text/html") || !bytes.Contains(answer.Body.Bytes(), []byte("vil")) {
		return
	}
	for n := range must.Get(html.Parse(bytes.NewReader(answer.Body.Bytes())))(t).Descendants() {
		for _, a := range n.Attr {
			switch a.Key {
			case "href", "src", "action", "formaction", "xlink:href", "poster", "data", "cite", "background", "ping", "manifest", "content":
				to := a.Val
				if a.Key == "content" && attribute(n, "http-equiv") != "" {
					_, to, _ = strings.Cut(a.Val, "url=")
				}
				if foreign(to) && (a.Key != "content" || attribute(n, "http-equiv") != "") {
					t.Errorf("%s: got %d with %s %s=%q", asked, answer.Code, n.Data, a.Key, a.Val)
				}
			}
		}
	}
}
