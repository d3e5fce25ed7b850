package apiv3_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testworld"
)

func (w *world) body(target string) string {
	w.t.Helper()
	answer := w.call("GET", w.path(target), w.appToken, "")
	if answer.Code != 200 {
		w.t.Fatalf("%s: got %d %s, want 200", target, answer.Code, answer.Body)
	}
	return answer.Body.String()
}

// TestChangesShowAtOnce reads everything into the cache, makes a donation that touches all of
// it, and reads again.
func TestChangesShowAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	targets := []string{
		"/campaigns/{campaign}", "/campaigns/{campaign}/donations", "/campaigns/{campaign}/donations?count=3",
		"/campaigns/{campaign}/polls", "/campaigns/{campaign}/challenges", "/campaigns/{campaign}/rewards",
		"/campaigns/{teamCampaign}", "/teams/night-owls/campaigns/all-night", "/users/ada/campaigns/speedrun", "/users/ada",
		"/fundraising-events/{event}", "/campaigns/{teamCampaign}/supporting-campaigns", "/users/ada/campaigns",
	}
	before := map[string]string{}
	for _, target := range targets {
		before[target] = w.body(target)
		w.body(target)
	}
	if hits, _ := w.cache.Stats(); hits == 0 {
		t.Error("got no hit in the cache, want second reads to be some")
	}
	w.Give(t.Context(), fund.DonationInput{
		Fact: fund.Key{ID: w.Campaign.ID}, Amount: "7.77", Reference: "fresh", PollOption: &fund.Key{LegacyID: 1},
		Claims: []fund.ClaimInput{{Reward: fund.Key{LegacyID: 1}, Quantity: 1}},
	}, w.Clock.Now())
	w.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: w.Campaign.ID}, Amount: "1.11", Reference: "fresh-2", Target: &fund.Key{LegacyID: 1}}, w.Clock.Now())
	for _, target := range targets {
		if w.body(target) == before[target] {
			t.Errorf("%s: got the answer from before two donations, want a new one", target)
		}
	}
}

func TestNamesAndPicturesOfOthersShowAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	targets := []string{"/campaigns/{campaign}", "/users/ada", "/campaigns/{teamCampaign}/supporting-campaigns"}
	for _, target := range targets {
		w.body(target)
	}
	_, err := w.UpdateCurrentUser(t.Context(), testworld.As(w.Ada), fund.UserPatch{Username: fund.Some("Countess")})
	w.Must(err)
	for _, target := range targets {
		if !strings.Contains(w.body(target), "Countess") {
			t.Errorf("%s: got the old name, want the new one", target)
		}
	}
}

func TestWhatChangesWithTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const call, sing, shave = `"name":"Call"`, `"name":"Sing"`, `"name":"Shave my head"`
	active := func(list, name string) bool {
		_, rest, _ := strings.Cut(w.body("/campaigns/{campaign}/"+list), name)
		rest, _, _ = strings.Cut(rest, `"createdAt"`)
		return strings.Contains(rest, `"active":true`)
	}
	for _, step := range []struct {
		after             time.Duration
		call, sing, shave bool
	}{
		{0, false, false, true}, {time.Hour, true, false, true}, {time.Hour, true, true, true}, {time.Hour, false, true, true}, {21 * time.Hour, false, true, false},
	} {
		w.Clock.Advance(step.after)
		got := [3]bool{active("rewards", call), active("challenges", sing), active("challenges", shave)}
		if want := [3]bool{step.call, step.sing, step.shave}; got != want {
			t.Errorf("at %s: got active %v, want %v", w.Clock.Now(), got, want)
		}
	}
}

func TestETags(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, s := range rowsToAsk() {
		target := w.path(s.target)
		etag := w.call("GET", target, w.token(s.token), "").Header().Get("ETag")
		r := httptest.NewRequest("GET", "/api/v3"+target, nil)
		r.Header.Set("If-None-Match", etag)
		if s.token != "" {
			r.Header.Set("Authorization", "Bearer "+w.token(s.token))
		}
		answer := httptest.NewRecorder()
		w.handler.ServeHTTP(answer, r)
		if etag == "" || answer.Code != 304 || answer.Body.Len() != 0 {
			t.Errorf("%s: got ETag %q and then %d, want 304", target, etag, answer.Code)
		}
	}
}

func TestTheOldVersionSaysSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for target, status := range map[string]int{"/users/ada": 200, "/nothing": 404, "/campaigns/{campaign}": 401} {
		answer := w.call("GET", w.path(target), "", "")
		h := answer.Header()
		if answer.Code != status || h.Get("Deprecation") != "@1703980800" || h.Get("Link") != `</api/public>; rel="successor-version"` || h.Get("Sunset") != "" {
			t.Errorf("%s: got %d, Deprecation %q, Link %q, Sunset %q", target, answer.Code, h.Get("Deprecation"), h.Get("Link"), h.Get("Sunset"))
		}
	}
}

func TestSunset(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.handler = w.version(apiv3.Options{Sunset: w.Clock.Now().Add(time.Hour)})
	answer := w.call("GET", "/users/ada", "", "")
	if got, want := answer.Header().Get("Sunset"), "Sat, 05 Nov 2022 13:00:00 GMT"; answer.Code != 200 || got != want {
		t.Errorf("got %d and Sunset %q, want 200 and %q before the sunset", answer.Code, got, want)
	}
	w.Clock.Advance(time.Hour)
	for _, target := range []string{"/users/ada", "/nothing", "/user"} {
		if detail := wantError(t, target, w.call("GET", target, "", ""), 410); !strings.Contains(detail, baseURL+"/api/public") {
			t.Errorf("%s: got %q, want a detail that points to version 5", target, detail)
		}
	}
}
