package apiv3_test

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv3/contract"
	"github.com/almoner/almoner/internal/testworld"
)

// openToAnyToken are rows that the documents keep for the cause, but that real answers gave to
// every application.
var openToAnyToken = []string{"/causes/:id/permissions"}

// wantError checks the whole shape of an error with one problem.
func wantError(t *testing.T, what string, answer *httptest.ResponseRecorder, status int) (detail string) {
	t.Helper()
	titles := map[int]string{
		400: "Bad Request", 401: "Not Authorized", 403: "Not Authorized", 404: "Not Found", 405: "Method Not Allowed",
		410: "Gone", 412: "Precondition Failed", 413: "Content Too Large", 415: "Unsupported Media Type", 422: "Unprocessable Entity",
	}
	var body struct {
		Meta  map[string]int    `json:"meta"`
		Error map[string]string `json:"error"`
	}
	d := json.NewDecoder(strings.NewReader(answer.Body.String()))
	d.DisallowUnknownFields()
	if err := d.Decode(&body); err != nil {
		t.Errorf("%s: got %s (%v), want one error", what, answer.Body, err)
		return ""
	}
	if answer.Code != status || body.Meta["status"] != status || len(body.Meta) != 1 {
		t.Errorf("%s: got status %d and meta %v, want %d in both", what, answer.Code, body.Meta, status)
	}
	if len(body.Error) != 2 || body.Error["title"] != titles[status] || body.Error["detail"] == "" {
		t.Errorf("%s: got %v, want the title %q and a detail", what, body.Error, titles[status])
	}
	if status == 403 && body.Error["detail"] != "Sorry, you are not authorized to view this resource." {
		t.Errorf("%s: got %q, want the documented detail", what, body.Error["detail"])
	}
	if got := answer.Header().Get("Content-Type"); got != "application/json; charset=utf-8" {
		t.Errorf("%s: got Content-Type %q, want JSON", what, got)
	}
	if challenge := answer.Header().Get("WWW-Authenticate"); (status == 401 || status == 403) != strings.HasPrefix(challenge, "Bearer realm=") {
		t.Errorf("%s: got WWW-Authenticate %q with %d, want Bearer on every 401 and 403 only", what, challenge, status)
	}
	return body.Error["detail"]
}

// rowsToAsk gives one script for every row of the contract.
func rowsToAsk() map[string]script {
	rows := map[string]script{}
	for _, s := range slices.Backward(scripts) {
		rows[s.path] = s
	}
	return rows
}

func TestWhoMayReadWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	rows := rowsToAsk()
	for _, e := range contract.Endpoints() {
		if e.Method != "GET" {
			continue
		}
		target := w.path(rows[e.Path].target)
		forCause := e.Access == "cause token" && !slices.Contains(openToAnyToken, e.Path)
		want := map[string]int{"unknown": 401, "revoked": 401}
		switch {
		case e.Access == "none":
			want[""], want["application"], want["cleo"], want["cause"] = 200, 200, 200, 200
		case e.Access == "user token":
			want[""], want["application"], want["cleo"], want["cause"] = 401, 401, 200, 401
		case forCause:
			want[""], want["application"], want["cleo"], want["tiny"] = 401, 403, 403, 403
			want["cause"], want["bob"] = 200, 200
		default:
			want[""], want["application"], want["cleo"], want["tiny"] = 401, 200, 200, 200
		}
		for caller, status := range want {
			answer := w.call("GET", target, w.token(caller), "")
			what := target + " by " + caller
			if status != 200 {
				wantError(t, what, answer, status)
			} else if answer.Code != 200 {
				t.Errorf("%s: got %d %s, want 200", what, answer.Code, answer.Body)
			}
		}
	}
}

func TestWhatIsNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	names := map[string]bool{ // whether the detail must recommend the id
		"999999": false, "0": true, "99999999999999999999": true, "no-such": true, "NO-SUCH": true, "-1": true, "1.0": true,
		"%00": true, "%FF": true, "%F0%9F%8E%AE": true, "a%2Fb": true, "..%2F": true, strings.Repeat("a", 101): true, "%20": true, "'": true,
	}
	for path, s := range rowsToAsk() {
		documented, asked := strings.Split(path, "/"), strings.Split(s.target, "/")
		for i := range documented {
			if documented[i] != ":id" {
				continue
			}
			for name, recommends := range names {
				parts := slices.Clone(asked)
				parts[i] = name
				target := w.path(strings.Join(parts, "/"))
				caller := s.token
				detail := wantError(t, target, w.call("GET", target, w.token(caller), ""), 404)
				if recommends && !strings.Contains(detail, "the id") {
					t.Errorf("%s: got %q, want a detail that recommends the id", target, detail)
				}
			}
		}
	}
}

func TestSlugsGoWhereTheyShould(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for target, status := range map[string]int{
		"/users/ada": 200, "/users/ADA": 200, "/users/ada/campaigns/speedrun": 200, "/users/{ada}/campaigns/{campaign}": 200,
		"/users/ada/campaigns/{campaign}": 200, "/users/{ada}/campaigns/SpeedRun": 200,
		"/users/bob/campaigns/speedrun": 404, "/users/bob/campaigns/{campaign}": 404,
		"/teams/night-owls": 200, "/teams/{team}": 200, "/teams/Night-Owls/campaigns/all-night": 200,
		"/teams/night-owls/campaigns/{teamCampaign}": 200, "/teams/night-owls/campaigns/{campaign}": 404,
		"/causes/game-aid": 200, "/causes/game-aid/leaderboards": 200, "/causes/game-aid/fundraising-events": 200,
		"/campaigns/speedrun": 404, "/campaigns/speedrun/donations": 404, "/campaigns/all-night/supporting-campaigns": 200,
		"/fundraising-events/winter-2022": 404, "/campaigns//{campaign}": 200, "//teams/{team}/campaigns": 200,
		"/campaigns/{campaign}/": 200, "/campaigns/00{campaign}": 200, "/nothing": 404, "": 404, "/": 404,
	} {
		answer := w.call("GET", w.path(target), w.appToken, "")
		if answer.Code != status {
			t.Errorf("%s: got %d %s, want %d", target, answer.Code, answer.Body, status)
		}
		if status == 404 {
			wantError(t, target, answer, 404)
		}
	}
}

func TestWhatIsUnpublishedIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, target := range []string{
		"/campaigns/{draft}", "/campaigns/{draft}/donations", "/campaigns/{draft}/polls", "/users/ada/campaigns/draft",
		"/campaigns/{draft}/supporting-campaigns",
	} {
		for range 2 { // a second time in case anything was kept
			for caller, status := range map[string]int{"application": 404, "cleo": 404, "tiny": 404, "ada": 200, "cause": 200} {
				answer := w.call("GET", w.path(target), w.token(caller), "")
				if answer.Code != status {
					t.Errorf("%s by %s: got %d %s, want %d", target, caller, answer.Code, answer.Body, status)
				}
			}
		}
	}
	for caller, want := range map[string]bool{"": false, "cleo": false, "ada": true} {
		if got := strings.Contains(w.call("GET", "/users/ada/campaigns", w.token(caller), "").Body.String(), `"slug":"draft"`); got != want {
			t.Errorf("list of ada's campaigns by %q: got draft %t, want %t", caller, got, want)
		}
	}
}

func TestTheAuthorizationHeader(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for header, status := range testworld.AuthorizationHeaders(w.appToken) {
		r := httptest.NewRequest("GET", "/api/v3/users/ada", nil)
		r.Header["Authorization"] = []string{header}
		answer := httptest.NewRecorder()
		w.handler.ServeHTTP(answer, r)
		if answer.Code != status {
			t.Errorf("Authorization %q: got %d, want %d", header, answer.Code, status)
		}
		if status == 401 {
			wantError(t, header, answer, 401)
		}
	}
}

func TestMethods(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, s := range rowsToAsk() {
		target := w.path(s.target)
		get, head := w.call("GET", target, w.token(s.token), ""), w.call("HEAD", target, w.token(s.token), "")
		if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("ETag") != get.Header().Get("ETag") {
			t.Errorf("HEAD %s: got %d with %d bytes and ETag %q, want the headers of GET", target, head.Code, head.Body.Len(), head.Header().Get("ETag"))
		}
		if options := w.call("OPTIONS", target, "", ""); options.Code != 204 || !strings.Contains(options.Header().Get("Allow"), "GET") {
			t.Errorf("OPTIONS %s: got %d and Allow %q, want 204 and GET in it", target, options.Code, options.Header().Get("Allow"))
		}
		put := w.call("PUT", target, w.token(s.token), "{}")
		wantError(t, "PUT "+target, put, 405)
		if !strings.Contains(put.Header().Get("Allow"), "GET, HEAD") {
			t.Errorf("PUT %s: got Allow %q, want GET and HEAD in it", target, put.Header().Get("Allow"))
		}
	}
}
