package apiv3_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

type pageOf struct {
	Data []struct {
		ID          int64 `json:"id"`
		CompletedAt int64 `json:"completedAt"`
	} `json:"data"`
	Links map[string]string `json:"links"`
}

// page reads one page; target is below /api/v3, or a link.
func (w *world) page(target string) pageOf {
	w.t.Helper()
	answer := w.call("GET", strings.TrimPrefix(target, "/api/v3"), w.causeToken, "")
	var p pageOf
	if err := json.Unmarshal(answer.Body.Bytes(), &p); err != nil || answer.Code != 200 {
		w.t.Fatalf("%s: got %d %s (%v), want a page", target, answer.Code, answer.Body, err)
	}
	return p
}

func (p pageOf) ids() []int64 {
	ids := make([]int64, len(p.Data))
	for i, d := range p.Data {
		ids[i] = d.ID
	}
	return ids
}

func TestWalkToTheOldestAndBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, list := range []string{"/campaigns/{campaign}/donations", "/causes/{cause}/donations", "/fundraising-events/{event}/donations", "/campaigns", "/causes/{cause}/campaigns"} {
		for _, count := range []int{1, 2, 7, 100} {
			first := w.path(fmt.Sprintf("%s?count=%d", list, count))
			all := w.page(w.path(list + "?count=100")).ids()
			var older []int64
			p := w.page(first)
			var oldest pageOf
			for len(p.Data) > 0 {
				older = append(older, p.ids()...)
				if p.Links["prev"] == "" || p.Links["next"] == "" {
					t.Fatalf("%s: got links %v on a page with items, want prev and next", first, p.Links)
				}
				oldest, p = p, w.page(p.Links["prev"])
			}
			if fmt.Sprint(older) != fmt.Sprint(all) || p.Links["prev"] != "" || p.Links["next"] != p.Links["self"] {
				t.Errorf("%s: got %v and at the end %v, want %v and an end without prev", first, older, p.Links, all)
			}
			var newer []int64
			for p = oldest; len(p.Data) > 0; p = w.page(p.Links["next"]) {
				newer = append(p.ids(), newer...)
			}
			if fmt.Sprint(newer) != fmt.Sprint(all) {
				t.Errorf("%s: got %v on the way back, want %v", first, newer, all)
			}
		}
	}
}

func TestDonationsAreNewestFirst(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.page(w.path("/campaigns/{campaign}/donations?count=100"))
	if len(p.Data) != 25 {
		t.Fatalf("got %d donations, want 25", len(p.Data))
	}
	inOrder := true
	for i := 1; i < len(p.Data); i++ {
		if p.Data[i-1].CompletedAt < p.Data[i].CompletedAt {
			t.Errorf("got %v before %v, want the newest first", p.Data[i-1], p.Data[i])
		}
		inOrder = inOrder && p.Data[i-1].ID > p.Data[i].ID
	}
	if inOrder {
		t.Error("got donations in the order of their ids, want a world where they are not")
	}
}

func TestPollingForNewDonations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	p := w.page(w.path("/campaigns/{campaign}/donations"))
	if len(p.Data) != 10 {
		t.Errorf("got %d donations by default, want 10", len(p.Data))
	}
	poll := p.Links["next"]
	if p = w.page(poll); len(p.Data) != 0 || p.Links["next"] != poll || p.Links["self"] != poll {
		t.Errorf("got %d donations and links %v, want none and the same link again", len(p.Data), p.Links)
	}
	for i := range 3 {
		w.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: w.Campaign.ID}, Amount: "1", Reference: fmt.Sprint("new-", i)}, w.Clock.Now())
	}
	if p = w.page(poll); len(p.Data) != 3 {
		t.Errorf("got %d donations after 3 new ones, want 3", len(p.Data))
	}
	if nearest := w.page(strings.Replace(poll, "count=10", "count=1", 1)); len(nearest.Data) != 1 || nearest.Data[0].ID != p.Data[2].ID {
		t.Errorf("got %v, want the nearest of the new donations, %v", nearest.ids(), p.Data[2].ID)
	}
}

func TestLinksAreRelativeAndRepeatTheQuery(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	path := w.path("/api/v3/campaigns/{campaign}/donations")
	for query, want := range map[string]string{
		"": path, "?count=5": path + "?count=5", "?count=500": path + "?count=100", "?utm=1&completed_after=2": path,
		"?before=18&count=2": path + "?count=2&before=18",
	} {
		if got := w.page(path + query).Links["self"]; got != want {
			t.Errorf("%s: got self %q, want %q", query, got, want)
		}
	}
	p := w.page(path + "?count=500")
	if want := fmt.Sprintf("%s?count=100&before=%d", path, p.Data[24].ID); p.Links["prev"] != want || len(p.Links) != 3 {
		t.Errorf("got links %v, want prev %q and three of them", p.Links, want)
	}
	if want := fmt.Sprintf("%s?count=100&after=%d", path, p.Data[0].ID); p.Links["next"] != want {
		t.Errorf("got next %q, want %q", p.Links["next"], want)
	}
	p = w.page("/campaigns?count=2")
	if p.Links["first"] != "/api/v3/campaigns?count=2" || p.Links["last"] != "/api/v3/campaigns?count=2&after=0" || len(p.Links) != 5 {
		t.Errorf("got links %v, want five with first and last", p.Links)
	}
	all := w.page("/campaigns").Data
	if last := w.page("/campaigns?count=2&after=0").Data; len(last) != 2 || last[1].ID != all[len(all)-1].ID {
		t.Errorf("got %v as the last page, want the two oldest of %v", last, all)
	}
	donations := w.page(path + "?count=100").ids()
	if last := w.page(path + "?count=2&after=0").ids(); fmt.Sprint(last) != fmt.Sprint(donations[23:]) {
		t.Errorf("got %v after 0, want the two oldest of %v", last, donations)
	}
}

func TestBothCursorsAskForWhatIsBetween(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, list := range []string{"/campaigns/{campaign}/donations", "/campaigns"} {
		all := w.page(w.path(list + "?count=100")).ids()
		newest, oldest := all[0], all[len(all)-1]
		got := w.page(w.path(fmt.Sprintf("%s?count=100&before=%d&after=%d", list, newest, oldest))).ids()
		if want := all[1 : len(all)-1]; fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("%s: got %v between %d and %d, want %v", list, got, newest, oldest, want)
		}
	}
}

func TestParametersWithoutAValueAreAbsent(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, list := range []string{"/campaigns/{campaign}/donations", "/causes/{cause}/donations", "/campaigns"} {
		plain := w.call("GET", w.path(list), w.causeToken, "").Body.String()
		for _, query := range []string{"count=", "before=", "after=", "count=&before=&after=", "count"} {
			if got := w.call("GET", w.path(list+"?"+query), w.causeToken, "").Body.String(); got != plain {
				t.Errorf("%s?%s: got %s, want %s", list, query, got, plain)
			}
		}
		one := w.call("GET", w.path(list+"?count=1"), w.causeToken, "").Body.String()
		if got := w.call("GET", w.path(list+"?count=1&before="), w.causeToken, "").Body.String(); got != one {
			t.Errorf("%s: got %s, want the page of one item %s", list, got, one)
		}
	}
}

func TestBadPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for query, want := range map[string]struct {
		status int
		says   string
	}{
		"count=0": {400, "count"}, "count=-1": {400, "count"}, "count=many": {400, "count"}, "count=1.5": {400, "count"},
		"count=99999999999999999999": {400, "count"}, "before=abc": {400, "before"}, "after=abc": {400, "after"},
		"before=99999999999999999999": {400, "before"},
		"before=999999":               {404, "999999"}, "after=999999": {404, "999999"}, "before=0": {404, "0"}, "after=-5": {404, "-5"},
		"before=26": {404, "26"}, // of another campaign
	} {
		target := w.path("/campaigns/{campaign}/donations?" + query)
		if detail := wantError(t, target, w.call("GET", target, w.appToken, ""), want.status); !strings.Contains(detail, want.says) {
			t.Errorf("%s: got %q, want a detail that names %q", target, detail, want.says)
		}
	}
	for _, target := range []string{"/campaigns/{campaign}", "/campaigns/{campaign}/rewards", "/teams", "/users/{ada}/teams", "/causes/{cause}"} {
		if answer := w.call("GET", w.path(target+"?count=abc&before=x&after=-1"), w.appToken, ""); answer.Code != 200 || strings.Contains(answer.Body.String(), `"links"`) {
			t.Errorf("%s: got %d %s, want the parameters ignored", target, answer.Code, answer.Body)
		}
	}
}

func TestCampaignsOfAUserHaveLinksOnlyWhenAPageIsAskedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for query, want := range map[string]bool{"": false, "?x=1": false, "?count=100": true, "?before={campaign}": true} {
		answer := w.call("GET", w.path("/users/ada/campaigns"+query), "", "")
		if got := strings.Contains(answer.Body.String(), `"links"`); answer.Code != 200 || got != want {
			t.Errorf("%s: got %d and links %t, want 200 and %t", query, answer.Code, got, want)
		}
	}
}

func FuzzReads(f *testing.F) {
	w := newWorld(f)
	for _, seed := range []string{
		"campaigns/2/donations?count=1&before=3", "users/%00", "campaigns/2?%zz", "teams/+x//", "campaigns/9223372036854775808/polls?count=;",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, target string) {
		r := httptest.NewRequest("GET", "/api/v3/", nil)
		path, query, _ := strings.Cut(target, "?")
		r.URL.Path, r.URL.RawQuery = "/api/v3/"+path, query
		r.Header.Set("Authorization", "Bearer "+w.causeToken)
		answer := httptest.NewRecorder()
		w.handler.ServeHTTP(answer, r)
		if answer.Code >= 500 || !json.Valid(answer.Body.Bytes()) {
			t.Errorf("%q: got %d %s, want JSON and no error of ours", target, answer.Code, answer.Body)
		}
	})
}
