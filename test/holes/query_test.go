package holes_test

import (
	"cmp"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/testworld"
)

// parameters are those that some route reads, and some that other software reads.
var parameters = []string{
	"q", "s", "search", "name", "comment", "amount", "target", "reward", "poll_option", "relay", "via", "return_to", "lang", "next", "state", "scope", "redirect_uri",
	"client_id", "error", "ref", "page", "after", "before", "limit", "count", "offset", "sort", "order", "orderby", "template", "token", "id", "form_id", "type", "types", "facts",
	"completed_after", "completed_before", "delivery_status", "time_type", "fields", "callback",
}

// attacks are values of parameters: markup, SQL, addresses elsewhere and files.
var attacks = []string{
	hostile, `1' OR '1'='1`, `1) UNION SELECT 1,2,3--`, `id; DROP TABLE donations--`, "\x00", `//evil.test/`, `https://evil.test/`, `/\evil.test`, `javascript:zzx()`,
	"x\r\nLocation: https://evil.test/", `../../../../etc/passwd`, `%00`, strings.Repeat("9", 400),
}

// TestParametersAreNeitherRunNorRepeated sends each attack in all parameters at once to each route, as somebody who is signed in, and in single ones that take turns.
//
// GiveWP: SQL by order and search CVE-2019-13578; reflected markup CVE-2021-25099 (form_id), CVE-2021-24213 (s), CVE-2022-0252 (json); files by a parameter
// CVE-2022-31475.
func TestParametersAreNeitherRunNorRepeated(t *testing.T) {
	t.Parallel()
	w := world(t)
	for i, r := range reads(w) {
		var queries []url.Values
		for _, attack := range attacks {
			all := url.Values{}
			for _, name := range parameters {
				all.Set(name, attack)
			}
			queries = append(queries, all)
		}
		for k, name := range parameters { // alone, where the others do not end the request first
			if (i+k)%pagesTakeTurns == 0 {
				queries = append(queries, url.Values{name: {attacks[(i+k/pagesTakeTurns)%len(attacks)]}})
			}
		}
		for _, query := range queries {
			answer := ask(t, w, "owner", r, query.Encode())
			if answer.Code >= http.StatusInternalServerError {
				t.Errorf("%s?%s: got %d %s", r, query.Encode(), answer.Code, answer.Body)
			}
			wantHome(t, r.String()+"?"+query.Encode(), answer)
		}
	}
}

// wantHome wants an answer that leads nowhere else, holds no markup of a stranger, and no file of the machine.
func wantHome(t *testing.T, asked string, answer *httptest.ResponseRecorder) {
	t.Helper()
	for _, wrong := range markup(answer.Header().Get("Content-Type"), answer.Body.Bytes()) {
		t.Errorf("%s: got %s", asked, wrong)
	}
	if to := answer.Header().Get("Location"); to != "" {
		address, err := url.Parse(strings.ReplaceAll(to, `\`, "/"))
		if err != nil || address.Host != "" && "https://"+address.Host != testworld.BaseURL && address.Host != "bot.test" {
			t.Errorf("%s: leads to %q (%v)", asked, to, err)
		}
	}
	if strings.Contains(answer.Body.String(), "root:x:") {
		t.Errorf("%s: got a file of the machine", asked)
	}
}

// TestPathsDoNotLeaveTheServer asks for files of the machine.
//
// GiveWP: reading CVE-2022-31475, writing CVE-2022-28700 and deleting CVE-2024-5932 of files by their paths.
func TestPathsDoNotLeaveTheServer(t *testing.T) {
	t.Parallel()
	w := world(t)
	for _, folder := range []string{"/", "/assets/", "/media/", "/docs/api/", "/text/", "/gifts/", "/live/", "/@the-owner/run/"} {
		for _, path := range []string{
			"../../../../etc/passwd", "%2e%2e/%2e%2e/%2e%2e/etc/passwd", "..%2f..%2f..%2fetc%2fpasswd", "....//....//etc/passwd", "%252e%252e%252fetc%252fpasswd", "..%5c..%5cetc%5cpasswd",
			"/etc/passwd", "almoner.db", "almoner.db.key", ".git/config", ".env", "style.css%00.png",
		} {
			for _, method := range []string{http.MethodGet, http.MethodDelete, http.MethodPut} {
				request := httptest.NewRequestWithContext(t.Context(), method, testworld.BaseURL+"/", http.NoBody)
				request.URL.Path, request.URL.RawPath = folder+path, folder+path
				if unescaped, err := url.PathUnescape(folder + path); err == nil {
					request.URL.Path = unescaped
				}
				answer := w.Serve(request)
				wantHome(t, method+" "+folder+path, answer)
				if answer.Code >= http.StatusInternalServerError || answer.Code < http.StatusMultipleChoices && folder != "/text/" {
					t.Errorf("%s %s%s: got %d %.200s", method, folder, path, answer.Code, answer.Body)
				}
			}
		}
	}
}

// TestHostsOfOthersAreNotRepeated names another host, as for a link in a mail or a page that a cache keeps.
func TestHostsOfOthersAreNotRepeated(t *testing.T) {
	t.Parallel()
	w := world(t)
	for _, r := range reads(w) {
		request := w.Request(t, "owner", r)
		request.Host = "evil.test"
		for _, name := range []string{"X-Forwarded-Host", "X-Original-Host", "X-Host", "Forwarded", "Referer", "Origin"} {
			request.Header.Set(name, cmp.Or(map[string]string{"Forwarded": "host=evil.test", "Referer": "https://evil.test/", "Origin": "https://evil.test"}[name], "evil.test"))
		}
		answer := w.Serve(request)
		if strings.Contains(answer.Body.String(), "evil.test") || strings.Contains(answer.Header().Get("Location"), "evil.test") {
			t.Errorf("%s: got a host that somebody made up: %.300s", r, answer.Body)
		}
	}
}
