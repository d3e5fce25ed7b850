package web_test

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
)

// TestSearchFindsWhatIsPublished looks for names, and for what nobody may see.
func TestSearchFindsWhatIsPublished(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	_, err := h.CreateCampaign(t.Context(), h.owner, fund.CampaignPatch{
		Name: fund.Some("Run in secret"), Slug: fund.Some("secret"), Cause: fund.Some(fund.Key{ID: h.cause.ID}), Status: fund.Some(fund.Unpublished),
	})
	must.Do(t, err)
	fold := func() {
		for must.Get(h.Store.FoldWords(t.Context()))(t).Events > 0 {
		}
	}
	fold()
	for question, want := range map[string]string{"ru": "/@ana/run", "WAT": "/cause/water", "an": "/@ana"} {
		got := h.donor().get("/search?q=" + question)
		if got.StatusCode != 200 || !strings.Contains(got.body, `href="`+want+`"`) || strings.Contains(got.body, "secret") {
			t.Errorf("%s: got %d\n%s\nwant a link to %s, and nothing unpublished", question, got.StatusCode, got.body, want)
		}
		if policy := got.Header.Get("Content-Security-Policy"); !strings.Contains(policy, "form-action 'self'") || got.Header.Get("X-Robots-Tag") != "noindex" {
			t.Errorf("%s: got %v, want a page with a form that is not listed", question, got.Header)
		}
	}
	for _, question := range []string{"nobody", "run%20water", "secret", "%22%3E%3Cscript%3E", "%ff", strings.Repeat("a", 3000), "%25", "a'b"} {
		if got := h.donor().get("/search?q=" + question); got.StatusCode != 200 || !strings.Contains(got.body, "Nothing found") || strings.Contains(got.body, "<script") {
			t.Errorf("%s: got %d\n%s\nwant nothing", question, got.StatusCode, got.body)
		}
	}
	if got := h.donor().get("/search"); got.StatusCode != 200 || strings.Contains(got.body, "Nothing found") {
		t.Errorf("got %d\n%s\nwant the form alone", got.StatusCode, got.body)
	}
	if got := h.donor().get("/").body; !strings.Contains(got, `action="/search"`) {
		t.Error("got a first page without the form")
	}
	_, err = h.SuspendCause(t.Context(), app.System(), fund.Key{ID: h.cause.ID}, "Fraud")
	must.Do(t, err)
	fold()
	if got := h.donor().get("/search?q=run"); strings.Contains(got.body, "/@ana/run") {
		t.Error("got a campaign of a suspended cause")
	}
}

// TestPagesOfASearch finds more than fits on a page, among drafts that nobody else sees and that come before.
func TestPagesOfASearch(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	create := func(name string, status fund.Status) {
		must.Get(h.CreateCampaign(t.Context(), h.owner, fund.CampaignPatch{
			Name: fund.Some(name), Slug: fund.Some(strings.ReplaceAll(name, " ", "-")), Cause: fund.Some(fund.Key{ID: h.cause.ID}), Status: fund.Some(status), Goal: fund.Some("9"),
		}))(t)
	}
	for i := range app.SearchPage + 1 {
		create(fmt.Sprintf("lamp aa %02d", i), fund.Unpublished)
		create(fmt.Sprintf("lamp zz %02d lamps", i), fund.Published)
	}
	for must.Get(h.Store.FoldWords(t.Context()))(t).Events > 0 {
	}
	card := regexp.MustCompile(`href="(/@ana/lamp-[^"]*)"`)
	seen := map[string]int{}
	for _, page := range []struct {
		address       string
		cards         int
		before, after string
	}{
		{"/search?q=lam", app.SearchPage, "", "/search?page=2&amp;q=lam"},
		{"/search?q=lam&page=2", 1, "/search?q=lam", ""},
	} {
		got := h.donor().get(page.address)
		found := card.FindAllStringSubmatch(got.body, -1)
		for _, one := range found {
			seen[one[1]]++
		}
		if got.StatusCode != 200 || len(found) != page.cards || strings.Contains(got.body, "lamp-aa") {
			t.Errorf("%s: got %d with %d campaigns, want %d that are published", page.address, got.StatusCode, len(found), page.cards)
		}
		for rel, to := range map[string]string{"prev": page.before, "next": page.after} {
			if got, want := strings.Contains(got.body, `rel="`+rel+`"`), to != ""; got != want {
				t.Errorf("%s: got a link %s: %v, want %v", page.address, rel, got, want)
			}
			if to != "" && !strings.Contains(got.body, `rel="`+rel+`" href="`+to+`"`) {
				t.Errorf("%s: got no link %s to %s in\n%s", page.address, rel, to, got.body)
			}
		}
	}
	if len(seen) != app.SearchPage+1 {
		t.Errorf("got %d campaigns on both pages, want each of %d once", len(seen), app.SearchPage+1)
	}
	for _, page := range []string{"0", "-1", "x", "99999999999999999999", ""} {
		if got := h.donor().get("/search?q=lam&page=" + page); got.StatusCode != 200 || strings.Contains(got.body, `rel="next"`) == (page == "99999999999999999999") {
			t.Errorf("page %q: got %d\n%s", page, got.StatusCode, got.body)
		}
	}
	for _, number := range []int{3, app.SearchPages} {
		got := h.donor().get(fmt.Sprintf("/search?q=lam&page=%d", number))
		if got.StatusCode != 200 || !strings.Contains(got.body, "No results on this page") || !strings.Contains(got.body, `href="/search?q=lam">First page`) ||
			strings.Contains(got.body, "spelling") || strings.Contains(got.body, `rel="prev"`) {
			t.Errorf("got %d\n%s\nwant a page after the last one that leads to the first", got.StatusCode, got.body)
		}
	}
}

// TestSearchesThatHaveToWait searches as often as one network may, and once more.
func TestSearchesThatHaveToWait(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	for i := range shield.SearchesAtOnce {
		if got := g.get("/search?q=ru"); got.StatusCode != 200 {
			t.Fatalf("search %d: got %d", i, got.StatusCode)
		}
	}
	got := g.get("/search?q=ru")
	if got.StatusCode != 429 || got.Header.Get("Retry-After") != "1" || !strings.Contains(got.body, "Try again in 1 second") || !strings.Contains(got.body, `value="ru"`) || strings.Contains(got.body, "Nothing found") {
		t.Errorf("got %d %v\n%s\nwant 429 with the question", got.StatusCode, got.Header, got.body)
	}
	if got := g.get("/search"); got.StatusCode != 200 {
		t.Errorf("got %d for the form alone", got.StatusCode)
	}
	h.Clock.Advance(time.Second)
	if got := g.get("/search?q=ru"); got.StatusCode != 200 {
		t.Errorf("got %d a second later", got.StatusCode)
	}
}

// TestASearchListsWhatIsLiveFirst finds a page and one: the last of the page is live because of a gift, and the one after it because its streamer says so.
func TestASearchListsWhatIsLiveFirst(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	facts := map[string]fund.Fact{}
	for i := range app.SearchPage + 1 {
		slug := fmt.Sprintf("lamp-%02d", i)
		facts[slug] = must.Get(h.CreateCampaign(t.Context(), h.owner, fund.CampaignPatch{
			Name: fund.Some("Lamp"), Slug: fund.Some(slug), Cause: fund.Some(fund.Key{ID: h.cause.ID}), Status: fund.Some(fund.Published), Goal: fund.Some("9"),
		}))(t)
	}
	for must.Get(h.Store.FoldWords(t.Context()))(t).Events > 0 {
	}
	card := regexp.MustCompile(`href="/@ana/(lamp-[0-9]+)"`)
	found := func(address string) (slugs []string) {
		for _, one := range card.FindAllStringSubmatch(h.donor().get(address).body, -1) {
			slugs = append(slugs, one[1])
		}
		return slices.Compact(slugs)
	}
	first, second := found("/search?q=lamp"), found("/search?q=lamp&page=2")
	if len(first) != app.SearchPage || len(second) != 1 {
		t.Fatalf("got %v and %v, want a page and one", first, second)
	}
	given, said := first[len(first)-1], second[0]
	h.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: facts[given].ID}, Amount: "12", Name: "Grace"}, h.Clock.Now())
	must.Get(h.StartLive(t.Context(), app.System(), app.FactKey{Key: fund.Key{ID: facts[said].ID}}))(t)
	want := slices.Concat([]string{said, given}, first[:len(first)-1])
	if got := found("/search?q=LAM"); !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	if got := found("/search?q=lam&page=2"); len(got) != 0 {
		t.Errorf("got %v, want what is live on the first page only", got)
	}
	if got := found("/search?q=ana"); len(got) != 0 {
		t.Errorf("got %v for another word, want none", got)
	}
}
