package web_test

import (
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
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
		for must.Get(h.Store.FoldWords(t.Context()))(t) > 0 {
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
