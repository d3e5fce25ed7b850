package apiv5_test

import (
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// refund takes a donation back.
func (w *world) refund(t *testing.T, id, amount string) {
	t.Helper()
	key, err := fund.ParseID(id)
	w.Must(err)
	_, err = w.RefundDonation(t.Context(), app.System(), fund.Key{ID: key}, amount)
	w.Must(err)
}

// wrongValues are values that a parameter does not take.
var wrongValues = map[string][]string{
	"limit":            {"0", "-1", "ten", "1.5", "99999999999999999999", "1e2"},
	"after":            {"x"},
	"before":           {"x"},
	"time_type":        {"hourly", "ALL", "daily,weekly"},
	"status":           {"unpublished", "Active", "done"},
	"supporting_type":  {"everybody"},
	"completed_after":  {"yesterday", "2024-13-01", "2024-01-01T25:00:00Z", "1700000000", "2024-01-01T00:00:00ZZ"},
	"completed_before": {"x"}, "created_after": {"x"}, "created_before": {"x"}, "updated_after": {"x"}, "updated_before": {"x"},
	"include_disabled": {"yes", "TRUE"},
}

// TestEveryWrongParameterIsNamed gives each parameter of each row values that it does not take,
// and then all of them at once.
func TestEveryWrongParameterIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range apiv5.Reads() {
		target, caller, all := targetOf(row.Pattern), callerOf(row.Pattern), url.Values{}
		for _, name := range row.Query {
			if name == "role" {
				continue // any text
			}
			if len(wrongValues[name]) == 0 {
				t.Errorf("%s: there are no wrong values for %s in this test", row.Pattern, name)
				continue
			}
			for _, value := range wrongValues[name] {
				answer := w.get(target+"?"+url.Values{name: {value}}.Encode(), caller)
				if fields := wantError(t, target+" with "+name+" "+value, answer, 422); len(fields) != 1 || len(fields[name]) != 1 {
					t.Errorf("%s: got %v, want %s to be wrong", target, fields, name)
				}
			}
			all.Set(name, wrongValues[name][0])
		}
		if len(all) == 0 {
			continue
		}
		fields := wantError(t, target, w.get(target+"?"+all.Encode(), caller), 422)
		for name := range all {
			if len(fields[name]) != 1 {
				t.Errorf("%s: got %v, want %s among what is wrong", target, fields, name)
			}
		}
	}
}

// TestForgivenParameters are what clients send that is not quite right.
func TestForgivenParameters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for target, items := range map[string]int{
		"/api/public/campaigns/{campaign}/donations?limit=1000":                                                 25,
		"/api/public/campaigns/{campaign}/donations?limit=&after=&before=&completed_after=":                     10,
		"/api/public/causes/{cause}/donor_leaderboard?time_typeall":                                             10,
		"/api/public/causes/{cause}/donor_leaderboard?time_type=":                                               10,
		"/api/public/campaigns/{campaign}/donations?unknown=%zz&limit=3":                                        3,
		"/api/public/campaigns/{campaign}/donations?completed_after=2022-11-05T11:00:00.000000+00:00&limit=100": 25,
		"/api/public/campaigns/{campaign}/donations?completed_after=2022-11-05T13:00:00%2B02:00&limit=100":      25,
		"/api/public/campaigns/{campaign}/donations?completed_after=2022-11-05T13:00:00.000%2B0200&limit=100":   25,
		"/api/public/campaigns/{campaign}/donations?completed_after=2022-11-05t11:00:00z&limit=100":             25,
		"/api/public/campaigns/{campaign}/donations?completed_after=2022-11-05T11:00:00&limit=100":              25,
		"/api/public/campaigns/{campaign}/donations?completed_after=2022-11-05&completed_before=2022-11-06":     10,
		"/api/public/campaigns/{campaign}/donations?completed_after=2022-11-06":                                 0,
		"/api/public/users/{ada}/teams?role=administrator":                                                      1,
		"/api/public/users/{ada}/teams?role=team_super_admin":                                                   1,
		"/api/public/users/{bob}/teams?role=administrator":                                                      0,
		"/api/public/users/{bob}/teams?role=whatever":                                                           0,
	} {
		before, query, _ := strings.Cut(target, "?")
		answer := w.call("GET", w.path(before)+"?"+query, w.token("application"), "")
		page := decodePage(t, target, answer)
		if len(page.Data) != items {
			t.Errorf("%s: got %d items, want %d", target, len(page.Data), items)
		}
	}
	if page := w.turnTo(t, "/api/public/campaigns/{campaign}/donations", "application", url.Values{"limit": {"1000"}}); page.Metadata.Limit != 100 {
		t.Errorf("got a limit of %d for 1000, want 100", page.Metadata.Limit)
	}
}

// TestSpansBeginWithTheirFirstInstantAndEndBeforeTheirLast puts the ends of a span on the completion
// of a donation, to the microsecond.
func TestSpansBeginWithTheirFirstInstantAndEndBeforeTheirLast(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const target = "/api/public/campaigns/{campaign}/donations"
	all := w.turnTo(t, target, "application", url.Values{"limit": {"100"}}).Data
	at, _ := all[9]["completed_at"].(string)
	count := func(compare func(other string) bool) (n int) {
		for _, d := range all {
			if other, _ := d["completed_at"].(string); compare(other) {
				n++
			}
		}
		return n
	}
	for name, want := range map[string]int{
		"completed_after":  count(func(other string) bool { return other >= at }),
		"completed_before": count(func(other string) bool { return other < at }),
	} {
		got := w.turnTo(t, target, "application", url.Values{"limit": {"100"}, name: {at}}).Data
		if len(got) != want || want == 0 || want == len(all) {
			t.Errorf("%s=%s: got %d donations, want %d of %d", name, at, len(got), want, len(all))
		}
	}
	// The parts of the world were made in one instant.
	const made, later = "2022-11-05T12:00:00Z", "2022-11-05T12:00:00.000001Z"
	for _, list := range []string{
		"/campaigns/{campaign}/milestones", "/campaigns/{campaign}/donation_matches", "/auction_houses/{house}/auction_items",
		"/personal-campaigns/{personal}/milestones", "/facts/{campaign}/donation_matches",
	} {
		for _, name := range []string{"created", "updated"} {
			for query, some := range map[string]bool{
				name + "_after=" + made: true, name + "_after=" + later: false,
				name + "_before=" + made: false, name + "_before=" + later: true,
			} {
				page := decodePage(t, list, w.get("/api/public"+list+"?"+query, "application"))
				if (len(page.Data) > 0) != some {
					t.Errorf("%s?%s: got %d items, want some: %t", list, query, len(page.Data), some)
				}
			}
		}
	}
	for _, list := range []string{"/users/{ada}/campaigns", "/team_campaigns/{teamCampaign}/supporting_campaigns", "/facts/{teamCampaign}/supporting_facts"} {
		for query, some := range map[string]bool{"updated_after=2000-01-01": true, "updated_before=2000-01-01": false} {
			if page := decodePage(t, list, w.get("/api/public"+list+"?"+query, "application")); (len(page.Data) > 0) != some {
				t.Errorf("%s?%s: got %d items, want some: %t", list, query, len(page.Data), some)
			}
		}
	}
}

// TestChoosingByState asks for the states one by one.
func TestChoosingByState(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for query, want := range map[string][]string{
		"": {"Speedrun for Good", "Last Year"}, "status=published": {"Speedrun for Good"}, "status=retired": {"Last Year"},
		"supporting_type=none": {"Speedrun for Good", "Last Year"}, "supporting_type=none&status=retired": {"Last Year"}, "supporting_type=invite_only": nil,
	} {
		page := decodePage(t, query, w.get("/api/public/users/{ada}/campaigns?"+query, "application"))
		var got []string
		for _, one := range page.Data {
			name, _ := one["name"].(string)
			got = append(got, name)
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("campaigns with %q: got %v, want %v", query, got, want)
		}
	}
	for query, want := range map[string]int{"status=active": 1, "status=completed": 0, "": 1} {
		if got := len(decodePage(t, query, w.get("/api/public/campaigns/{campaign}/donation_matches?"+query, "application")).Data); got != want {
			t.Errorf("matches with %q: got %d, want %d", query, got, want)
		}
	}
	for query, want := range map[string]int{"status=active": 1, "status=completed": 0, "": 2} {
		if got := len(decodePage(t, query, w.get("/api/public/auction_houses/{house}/auction_items?"+query, "application")).Data); got != want {
			t.Errorf("auction items with %q: got %d, want %d", query, got, want)
		}
	}
	for query, want := range map[string]int{"": 2, "include_disabled=true": 3, "include_disabled=false": 2} {
		if got := len(decodePage(t, query, w.get("/api/public/campaigns/{campaign}/milestones?"+query, "application")).Data); got != want {
			t.Errorf("milestones with %q: got %d, want %d", query, got, want)
		}
	}
}
