package apiv5_test

import (
	"encoding/json"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv5"
)

// listed is a page of any list.
type listed struct {
	Data     []map[string]any
	Metadata struct {
		After, Before *string
		Limit         int
	}
}

// turnTo reads one page.
func (w *world) turnTo(t *testing.T, target, caller string, query url.Values) listed {
	t.Helper()
	page := decodePage(t, target+"?"+query.Encode(), w.call("GET", w.path(target)+"?"+query.Encode(), w.token(caller), ""))
	if len(page.Data) > page.Metadata.Limit {
		t.Errorf("%s: got %d items on a page of %d", target, len(page.Data), page.Metadata.Limit)
	}
	return page
}

func decodePage(t testing.TB, target string, answer *httptest.ResponseRecorder) listed {
	t.Helper()
	var page listed
	if err := json.Unmarshal(answer.Body.Bytes(), &page); err != nil || answer.Code != 200 {
		t.Fatalf("%s: got %d %.300s (%v), want a page", target, answer.Code, answer.Body, err)
	}
	return page
}

// key names an item in a list.
func key(item map[string]any) string {
	text, _ := json.Marshal(item["id"])
	return string(text)
}

// paged are the rows that have pages.
func paged() []apiv5.Row {
	return slices.DeleteFunc(apiv5.Reads(), func(r apiv5.Row) bool {
		return !slices.Contains(r.Query, "after") || strings.Contains(r.Pattern, "configured")
	})
}

// TestListsAreWalkedToTheirEndAndBack turns the pages of every list one by one: the way there has
// every item once, the way back has the same pages.
func TestListsAreWalkedToTheirEndAndBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, row := range paged() {
		target, caller := targetOf(row.Pattern), callerOf(row.Pattern)
		all := w.turnTo(t, target, caller, url.Values{"limit": {"100"}})
		for _, limit := range []string{"1", "2", "7"} {
			var there []string
			page := w.turnTo(t, target, caller, url.Values{"limit": {limit}})
			if page.Metadata.Before != nil {
				t.Errorf("%s: got before %q on the first page, want null", target, *page.Metadata.Before)
			}
			for {
				for _, item := range page.Data {
					there = append(there, key(item))
				}
				if page.Metadata.After == nil {
					break
				}
				page = w.turnTo(t, target, caller, url.Values{"limit": {limit}, "after": {*page.Metadata.After}})
				if page.Metadata.Before == nil {
					t.Fatalf("%s: got before null on a later page, want a cursor", target)
				}
			}
			if want := keys(all.Data); !slices.Equal(there, want) {
				t.Errorf("%s: got %v by pages of %s, want %v", target, there, limit, want)
			}
			w.walkBack(t, target, caller, limit, page, len(there))
		}
	}
}

// walkBack turns the pages from the last to the first.
func (w *world) walkBack(t *testing.T, target, caller, limit string, page listed, total int) {
	t.Helper()
	seen := len(page.Data)
	for page.Metadata.Before != nil {
		page = w.turnTo(t, target, caller, url.Values{"limit": {limit}, "before": {*page.Metadata.Before}})
		seen += len(page.Data)
		if len(page.Data) > 0 && page.Metadata.After == nil {
			t.Fatalf("%s: got after null on the way back, want a cursor", target)
		}
	}
	if seen != total {
		t.Errorf("%s: got %d items on the way back, want %d", target, seen, total)
	}
	if total > 0 {
		first := w.turnTo(t, target, caller, url.Values{"limit": {limit}})
		if got, want := keys(page.Data), keys(first.Data); !slices.Equal(got, want) && len(got) > 0 {
			t.Errorf("%s: got %v back at the beginning, want the beginning of %v", target, got, want)
		}
	}
}

func keys(items []map[string]any) []string {
	made := make([]string, 0, len(items))
	for _, item := range items {
		made = append(made, key(item))
	}
	return made
}

// TestCursorsAreForTheirListOnly tries a cursor on all other lists, and cursors that nobody made.
func TestCursorsAreForTheirListOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	page := w.turnTo(t, "/api/public/campaigns/{campaign}/donations", "application", url.Values{"limit": {"1"}})
	cursor := *page.Metadata.After
	forged := []byte(cursor)
	forged[3] ^= 1
	own := map[string]bool{
		"/api/public/campaigns/{campaign}/donations": true, "/api/public/facts/{campaign}/donations": true,
	}
	for _, row := range paged() {
		target, caller := targetOf(row.Pattern), callerOf(row.Pattern)
		if own[target] {
			w.turnTo(t, target, caller, url.Values{"after": {cursor}})
			continue
		}
		for _, name := range []string{"after", "before"} {
			answer := w.get(target+"?"+name+"="+cursor, caller)
			if fields := wantError(t, target, answer, 422); !slices.Equal(fields[name], []string{"invalid"}) {
				t.Errorf("%s: got %v, want %s to be invalid", target, fields, name)
			}
		}
	}
	for _, text := range []string{
		string(forged), cursor + "A", cursor[:len(cursor)-1], cursor + "=", "bGlnaHQgwd==", "1", "%00", "null", strings.Repeat("A", 5000),
	} {
		answer := w.get("/api/public/campaigns/{campaign}/donations?after="+url.QueryEscape(text), "application")
		if fields := wantError(t, text, answer, 422); len(fields) != 1 || fields["after"] == nil {
			t.Errorf("%q: got %v, want after to be wrong", text, fields)
		}
	}
}

// TestCursorsOutliveTheirItem reads on from a donation that was taken back since.
func TestCursorsOutliveTheirItem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const target = "/api/public/campaigns/{campaign}/donations"
	before := w.turnTo(t, target, "application", url.Values{"limit": {"5"}})
	want := w.turnTo(t, target, "application", url.Values{"limit": {"5"}, "after": {*before.Metadata.After}})
	last := before.Data[4]
	id, _ := last["id"].(string)
	amount, _ := last["amount"].(map[string]any)["value"].(string)
	w.refund(t, id, amount)
	got := w.turnTo(t, target, "application", url.Values{"limit": {"5"}, "after": {*before.Metadata.After}})
	if !slices.Equal(keys(got.Data), keys(want.Data)) {
		t.Errorf("got %v after the donation was taken back, want %v as before", keys(got.Data), keys(want.Data))
	}
	if now := w.turnTo(t, target, "application", url.Values{"limit": {"5"}}); slices.Contains(keys(now.Data), key(last)) {
		t.Errorf("got %s in the list, want it gone", id)
	}
}

// TestCursorsAreKeptWithOtherFilters is for clients that send the filters on the first page only.
func TestCursorsAreKeptWithOtherFilters(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	const target = "/api/public/campaigns/{campaign}/donations"
	first := w.turnTo(t, target, "application", url.Values{"completed_after": {"2000-01-01"}})
	next := w.turnTo(t, target, "application", url.Values{"limit": {"100"}, "after": {*first.Metadata.After}})
	if len(first.Data) != 10 || len(next.Data) != 15 || next.Metadata.Limit != 100 {
		t.Errorf("got %d and %d donations, want 10 and the other 15", len(first.Data), len(next.Data))
	}
}
