package apiv5_test

import (
	"encoding/json"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testworld"
)

// forCauseOnly are rows that ask for the cause besides the scope.
func forCauseOnly(row apiv5.Row) bool { return callerOf(row.Pattern) == "cause" }

func TestWhoMayReadWhat(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range apiv5.Reads() {
		target := targetOf(row.Pattern)
		want := map[string]int{"": 401, "unknown": 401, "revoked": 401, "none": 403, "application": 200, "cleo": 200, "tiny": 200, "cause": 200, "bob": 200}
		if forCauseOnly(row) {
			want["application"], want["cleo"], want["tiny"] = 403, 403, 403
		}
		for caller, status := range want {
			answer := w.get(target, caller)
			if status != 200 {
				if fields := wantError(t, target+" by "+caller, answer, status); fields != nil {
					t.Errorf("%s by %s: got fields %v, want null", target, caller, fields)
				}
			} else if answer.Code != 200 {
				t.Errorf("%s by %s: got %d %s, want 200", target, caller, answer.Code, answer.Body)
			}
		}
	}
}

// TestScopes asks every row of the version with every single scope, and with all but each one of
// those that the row wants.
func TestScopes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range apiv5.Rows() {
		if strings.Contains(row.Pattern, "/openapi") {
			continue // for everybody
		}
		if len(row.Scopes) == 0 {
			t.Errorf("%s %s: its documentation names no scope", row.Method, row.Pattern)
			continue
		}
		target := targetOf(row.Pattern)
		for _, scope := range fund.Scopes() {
			answer := w.call(row.Method, w.path(target), w.token("scope:"+scope), "")
			if !slices.Contains(row.Scopes, scope) {
				wantError(t, row.Method+" "+target+" with "+scope, answer, 403)
			} else if strings.HasPrefix(row.Pattern, "/api/public") && row.Method == "GET" && !forCauseOnly(row) && !strings.Contains(row.Pattern, "legacy-relays") && answer.Code != 200 {
				t.Errorf("%s with %s: got %d %s, want 200", target, scope, answer.Code, answer.Body)
			}
		}
		wantError(t, target, w.call(row.Method, w.path(target), "", ""), 401)
	}
}

// TestEveryScopeSet tries all sets of scopes on the rows of reads: any set with the scope of the row
// is good, any other is not.
func TestEveryScopeSet(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	scopes, wrong := fund.Scopes(), map[string]bool{}
	for set := range 1 << len(scopes) {
		var some []string
		for i, scope := range scopes {
			if set&(1<<i) != 0 {
				some = append(some, scope)
			}
		}
		token, err := w.CreateToken(t.Context(), app.System(), fund.Token{
			Kind: fund.TokenCause, CauseID: w.Cause.ID, ApplicationID: w.application, Scopes: some,
		})
		w.Must(err)
		for _, row := range apiv5.Reads() {
			answer, want := w.call("HEAD", w.path(targetOf(row.Pattern)), token, ""), 403
			if slices.ContainsFunc(row.Scopes, func(scope string) bool { return slices.Contains(some, scope) }) {
				want = 200
			}
			if answer.Code != want && !wrong[row.Pattern] {
				wrong[row.Pattern] = true // its other sets would be, too
				t.Errorf("%s with %v: got %d, want %d", row.Pattern, some, answer.Code, want)
			}
		}
	}
}

// TestWhatIsNotThere puts names of nothing at every wildcard of every row.
func TestWhatIsNotThere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ids := map[string]int{ // what an id may look like, and what the answer is then
		"00000000-0000-4000-8000-000000000000": 404, "00000000-0000-0000-0000-000000000000": 404,
		strings.ToUpper(w.Cleo.ID.String()): 404, "999999": 404, "0": 404, "99999999999999999999": 404,
		"not-an-id": 422, "-1": 422, "1.0": 422, "%00": 422, "%FF": 422, "%F0%9F%8E%AE": 422, "a%2Fb": 422, "..%2F": 422,
		"%20": 422, "'": 422, strings.Repeat("a", 300): 422, strings.ReplaceAll(w.Cleo.ID.String(), "-", ""): 422,
		"{" + w.Cleo.ID.String() + "}": 422,
	}
	slugs := []string{"no-such", "NO-SUCH", "%00", "%FF", "a%2Fb", "%20", "'", strings.Repeat("a", 101), "00000000-0000-4000-8000-000000000000"}
	onlyUUID := []string{"{fact_id}", "{personal_campaign_id}", "{auction_house_id}", "{auction_item_id}"}
	for _, row := range apiv5.Reads() {
		asked := strings.Split(targetOf(row.Pattern), "/")
		for i, part := range strings.Split(row.Pattern, "/") {
			if !strings.HasPrefix(part, "{") {
				continue
			}
			at := func(name string) string {
				parts := slices.Clone(asked)
				parts[i] = name
				return strings.Join(parts, "/")
			}
			caller := callerOf(row.Pattern)
			if strings.HasSuffix(part, "slug}") {
				for _, name := range slugs {
					wantError(t, at(name), w.get(at(name), caller), 404)
				}
				continue
			}
			for name, status := range ids {
				if part == "{user_id}" && status == 404 && strings.EqualFold(name, w.Cleo.ID.String()) {
					continue // she is there
				}
				if slices.Contains(onlyUUID, part) && strings.Trim(name, "0123456789") == "" {
					status = 422
				}
				fields := wantError(t, at(name), w.get(at(name), caller), status)
				if wildcard := strings.Trim(part, "{}"); status == 422 && !slices.Equal(fields[wildcard], []string{"invalid"}) {
					t.Errorf("%s: got %v, want %s to be invalid", at(name), fields, wildcard)
				}
			}
		}
	}
}

func TestLookUps(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for target, status := range map[string]int{
		"/users/by/slug/ada": 200, "/users/by/slug/ADA": 200, "/users/by/slug/@ada": 200, "/teams/by/slug/+night-owls": 200,
		"/users/{ada#}": 200, "/teams/{team#}": 200, "/causes/{cause#}": 200, "/fundraising_events/{event#}": 200,
		"/campaigns/{campaign#}": 200, "/team_campaigns/{teamCampaign#}": 200, "/campaigns/00{campaign#}": 200,
		"/users/ada": 422, "/causes/game-aid": 422, "/facts/{campaign#}": 422,
		// Campaigns and team campaigns have one sequence of numbers, but an address each.
		"/campaigns/{teamCampaign#}": 404, "/team_campaigns/{campaign#}": 404, "/campaigns/{teamCampaign}": 404,
		"/campaigns/{personal}": 404, "/personal-campaigns/{campaign}": 404, "/causes/{event}": 404, "/auction_houses/{campaign}": 404,
		"/campaigns/by/slugs/ada/Speedrun": 200, "/campaigns/by/slugs/@ada/speedrun": 200, "/campaigns/by/slugs/bob/speedrun": 404,
		"/campaigns/by/slugs/night-owls/all-night": 404, "/team_campaigns/by/slugs/night-owls/all-night": 200,
		"/facts/by/slugs/ada/speedrun": 200, "/facts/by/slugs/ada/hip": 200, "/facts/by/slugs/ada/attic": 200,
		"/facts/by/slugs/night-owls/all-night": 200, "/facts/by/slugs/game-aid/winter-2022": 200, "/facts/by/slugs/game-aid/gala": 200,
		"/facts/by/slugs/@ada/speedrun": 200, "/facts/by/slugs/+ada/speedrun": 404,
		"/campaigns/{campaign}/polls/{teamPoll}": 404, "/facts/{campaign}/polls/{personalPoll}": 404,
		"/auction_houses/{causeHouse}/auction_items/{item}": 404, "/auction_houses/{causeHouse}/auction_items/{item}/auction_bids": 404,
		"//campaigns//{campaign}/": 200, "/nothing": 404, "": 404, "/": 404, "/campaigns": 404, "/campaigns/by/slugs/ada": 404,
	} {
		answer := w.get("/api/public"+target, "application")
		if answer.Code != status {
			t.Errorf("%s: got %d %s, want %d", target, answer.Code, answer.Body, status)
		}
	}
}

func TestWhatIsUnpublishedIsForItsOwnerOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, target := range []string{
		"/campaigns/{draft}", "/campaigns/{draft#}", "/campaigns/{draft}/donations", "/campaigns/{draft}/polls", "/facts/{draft}",
		"/campaigns/by/slugs/ada/draft", "/facts/by/slugs/ada/draft", "/facts/{draft}/donor_leaderboard",
	} {
		for range 2 { // a second time in case anything was kept
			for caller, status := range map[string]int{"application": 404, "cleo": 404, "tiny": 404, "ada": 200, "cause": 200} {
				answer := w.get("/api/public"+target, caller)
				if answer.Code != status {
					t.Errorf("%s by %s: got %d %s, want %d", target, caller, answer.Code, answer.Body, status)
				}
			}
		}
	}
	for _, list := range []string{"/users/{ada}/campaigns", "/users/{ada}/integration_events", "/causes/{cause}/campaigns"} {
		for _, caller := range []string{"cleo", "ada", "cause"} {
			if body := w.get("/api/public"+list, caller).Body.String(); strings.Contains(body, `"slug":"draft"`) || !strings.Contains(body, `"slug":"speedrun"`) {
				t.Errorf("%s by %s: got %.200s, want what is published only", list, caller, body)
			}
		}
	}
}

func TestWhatACauseHides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for target, status := range map[string]int{
		"/causes/{tiny}/user_leaderboard": 403, "/causes/{tiny}/team_leaderboard": 403, "/causes/{tiny}/donor_leaderboard": 200,
		"/causes/{tiny}/configured_leaderboard": 403, "/facts/{tiny}/user_leaderboard": 403, "/facts/{tiny}/configured_leaderboard": 403,
		"/facts/{tiny}/team_fitness_time_leaderboard": 403, "/facts/{tiny}/user_fitness_distance_leaderboard": 403,
	} {
		answer := w.get("/api/public"+target, "application")
		if status == 403 {
			wantError(t, target, answer, 403)
		} else if answer.Code != status {
			t.Errorf("%s: got %d %s, want %d", target, answer.Code, answer.Body, status)
		}
	}
}

// TestACauseSeesWhatItHides hides the fundraisers of the event.
func TestACauseSeesWhatItHides(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	hide := fund.VisibilityPatch{Options: map[string]fund.VisibilityOptionPatch{"individual_leaderboard": {Visible: fund.Some(false)}}}
	_, err := w.UpdateEventVisibility(t.Context(), testworld.As(w.Bob), fund.Key{ID: w.Event.ID}, hide)
	w.Must(err)
	for target, status := range map[string]int{
		"/api/cause/fundraising_events/{event}/user_leaderboard": 200, "/api/public/fundraising_events/{event}/user_leaderboard": 403,
		"/api/public/fundraising_events/{event}/user_fitness_time_leaderboard": 403, "/api/public/facts/{event}/user_leaderboard": 403,
		"/api/public/fundraising_events/{event}/team_leaderboard": 200, "/api/public/fundraising_events/{event}/donor_leaderboard": 200,
	} {
		if answer := w.get(target, "cause"); answer.Code != status {
			t.Errorf("%s: got %d %s, want %d", target, answer.Code, answer.Body, status)
		}
	}
	var body struct{ Data map[string][]any }
	w.Must(json.Unmarshal(w.get("/api/public/fundraising_events/{event}/configured_leaderboard", "application").Body.Bytes(), &body))
	if len(body.Data["individual"])+len(body.Data["user"])+len(body.Data["weekly"]) != 0 || len(body.Data["team"]) != 1 {
		t.Errorf("got %v, want the teams only", body.Data)
	}
}

func TestTheAuthorizationHeader(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for header, status := range testworld.AuthorizationHeaders(w.token("application")) {
		r := httptest.NewRequest("GET", w.path("/api/public/users/{ada}"), nil)
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
	taken := map[string][]string{}
	for _, row := range apiv5.Rows() {
		taken[row.Pattern] = append(taken[row.Pattern], row.Method)
	}
	for _, row := range apiv5.Reads() {
		target, token := w.path(targetOf(row.Pattern)), w.token(callerOf(row.Pattern))
		get, head := w.call("GET", target, token, ""), w.call("HEAD", target, token, "")
		tag := get.Header().Get("ETag")
		if head.Code != 200 || head.Body.Len() != 0 || head.Header().Get("ETag") != tag || head.Header().Get("Content-Length") != get.Header().Get("Content-Length") {
			t.Errorf("HEAD %s: got %d with %d bytes and %v, want the headers of GET", target, head.Code, head.Body.Len(), head.Header())
		}
		if again := w.call("GET", target, token, "", "If-None-Match", tag); again.Code != 304 || again.Body.Len() != 0 {
			t.Errorf("%s with its ETag: got %d with %d bytes, want 304 and none", target, again.Code, again.Body.Len())
		}
		if options := w.call("OPTIONS", target, "", ""); options.Code != 204 || !strings.Contains(options.Header().Get("Allow"), "GET") {
			t.Errorf("OPTIONS %s: got %d and Allow %q, want 204 and GET in it", target, options.Code, options.Header().Get("Allow"))
		}
		if get.Header().Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: got no Access-Control-Allow-Origin, want *", target)
		}
		for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
			if slices.Contains(taken[row.Pattern], method) {
				continue
			}
			answer := w.call(method, target, token, "{}")
			wantError(t, method+" "+target, answer, 405)
			if !strings.Contains(answer.Header().Get("Allow"), "GET, HEAD") {
				t.Errorf("%s %s: got Allow %q, want GET and HEAD in it", method, target, answer.Header().Get("Allow"))
			}
		}
	}
}
