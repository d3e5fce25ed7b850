package apiv3_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/apiv3"
)

// TestEveryLinkLeadsSomewhere follows all links of all lists that have any.
func TestEveryLinkLeadsSomewhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	paged := 0
	for _, r := range apiv3.Rows() {
		if r.Method != "GET" {
			continue
		}
		target := strings.NewReplacer("{campaign}", "speedrun", "/campaigns/{id}", "/campaigns/{campaign}", "/campaign/{id}", "/campaign/{campaign}",
			"/causes/{id}", "/causes/{cause}", "/fundraising-events/{id}", "/fundraising-events/{event}", "{id}", "1").Replace(r.Pattern)
		token := w.causeToken
		if target == "/users" {
			token = w.adaToken
		}
		for _, query := range []string{"?count=100", "?count=1", "?count=1&after=0"} {
			answer := w.call("GET", w.path(target)+query, token, "")
			if answer.Code != 200 || !strings.Contains(answer.Body.String(), `"links":{`) {
				continue
			}
			paged++
			links := w.pageAs(w.path(target)+query, token).Links
			for name, link := range links {
				if link != "" {
					w.pageAs(link, token)
				} else if name != "prev" {
					t.Errorf("%s%s: got no link %s in %v", target, query, name, links)
				}
			}
		}
	}
	if paged != 16*3 {
		t.Errorf("got %d pages, want 3 of each of the 16 paged lists", paged)
	}
}

func TestAfterZeroIsTheBeginningOfEveryList(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, list := range []string{"/campaigns/{campaign}/donations", "/causes/{cause}/donations", "/fundraising-events/{event}/donations", "/campaigns", "/causes"} {
		all := w.page(w.path(list + "?count=100")).ids()
		if got := w.page(w.path(list + "?count=2&after=0")).ids(); !slices.Equal(got, all[len(all)-2:]) {
			t.Errorf("%s: got %v after 0, want the two oldest of %v", list, got, all)
		}
		if got := w.page(w.path(fmt.Sprintf("%s?count=100&after=0&before=%d", list, all[0]))).ids(); !slices.Equal(got, all[1:]) {
			t.Errorf("%s: got %v after 0 and before %d, want all others of %v", list, got, all[0], all)
		}
	}
}

// TestLinksStayInTheWindow walks between two items in both directions.
func TestLinksStayInTheWindow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, list := range []string{"/campaigns/{campaign}/donations", "/causes/{cause}/donations"} {
		all := w.page(w.path(list + "?count=100")).ids()
		want := all[3:12]
		window := w.path(fmt.Sprintf("%s?count=2&before=%d&after=%d", list, all[2], all[12]))
		p := w.page(window)
		if len(p.Data) != 2 {
			t.Fatalf("%s: got %v, want two items", window, p.ids())
		}
		inside := func(p pageOf) {
			for _, id := range p.ids() {
				if !slices.Contains(want, id) {
					t.Errorf("%s: got %d on a page of the walk, want only %v", window, id, want)
				}
			}
		}
		seen := p.ids()
		for _, name := range []string{"prev", "next"} {
			for q := w.page(p.Links[name]); len(q.Data) > 0; q = w.page(q.Links[name]) {
				inside(q)
				seen = append(seen, q.ids()...)
			}
		}
		slices.Sort(seen)
		if want = slices.Sorted(slices.Values(want)); !slices.Equal(slices.Compact(seen), want) {
			t.Errorf("%s: got %v on both walks, want %v", window, seen, want)
		}
	}
}

func TestBrokenEscapesOfPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, target := range []string{"/campaigns/{campaign}/donations", "/campaigns"} {
		for _, name := range []string{"count", "before", "after"} {
			for _, value := range []string{"%zz", "5%", "1;2"} {
				at := w.path(target) + "?x=%zz&" + name + "=" + value
				if detail := wantError(t, at, w.call("GET", at, w.appToken, ""), 400); !strings.Contains(detail, name) {
					t.Errorf("%s: got %q, want a detail that names %s", at, detail, name)
				}
			}
		}
		if answer := w.call("GET", w.path(target)+"?x=%zz&y=1;2&count=2", w.appToken, ""); answer.Code != 200 {
			t.Errorf("%s: got %d %s, want other broken parameters ignored", target, answer.Code, answer.Body)
		}
	}
}

// pageAs is page with another token.
func (w *world) pageAs(target, token string) pageOf {
	w.t.Helper()
	was := w.causeToken
	w.causeToken = token
	defer func() { w.causeToken = was }()
	return w.page(target)
}
