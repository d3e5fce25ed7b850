package dash_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

// TestTwoScreenersShareThePage has two screeners look at what waits: neither sees what the other has, the owner sees who has it, and late forms change nothing.
func TestTwoScreenersShareThePage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := h.base() + "/screening"
	vic, bob, owner := h.accepted(h.invited("Vic", "screener")), h.accepted(h.invited("Bob", "screener")), h.as("owner")
	given := h.give("Mallory")
	page := vic.Get(at)
	if !strings.Contains(page.Text, "Mallory") || !strings.Contains(page.Text, "1 gift waits. Screening now: Vic.") || strings.Contains(page.Text, "all=yes") {
		t.Errorf("got\n%s\nwant the gift, how many wait, who screens, and no list of all", page.Text)
	}
	if got := bob.Get(at + "?all=yes").Text; strings.Contains(got, "Mallory") || !strings.Contains(got, "Nothing is waiting") || !strings.Contains(got, "Screening now: ") {
		t.Errorf("got\n%s\nwant nothing of what somebody else has", got)
	}
	if got := owner.Get(at + "?all=yes").Text; !strings.Contains(got, "Mallory") || !strings.Contains(got, "Vic has it now") {
		t.Errorf("got\n%s\nwant the gift, and who has it", got)
	}
	late := func(what string, b testbrowser.Browser, pairs ...string) {
		t.Helper()
		form := testbrowser.With(page.Form(t, at), append([]string{"form", formOf(t, b, at), "to", "shown"}, pairs...)...)
		if got := b.Post(at, form); got.Header.Get("Location") != at+"?late=yes" {
			t.Errorf("%s: got %d and %s, want to be told", what, got.StatusCode, got.Header.Get("Location"))
		}
	}
	late("what somebody else has", bob)
	late("what was seen otherwise", vic, "was", "comment_held")
	if got := vic.Get(at + "?late=yes").Text; !strings.Contains(got, "That did not work") {
		t.Errorf("got\n%s\nwant a reason", got)
	}
	if got := vic.Post(at, testbrowser.With(page.Form(t, at), "to", "")); got.StatusCode != http.StatusBadRequest {
		t.Errorf("got %d for a form without a decision", got.StatusCode)
	}
	form := testbrowser.With(page.Form(t, at), "to", "shown")
	for range 2 { // a form that is sent twice decides once
		if got := vic.Post(at, form); got.Header.Get("Location") != at+"#next" {
			t.Errorf("got %d and %s, want the page again", got.StatusCode, got.Header.Get("Location"))
		}
	}
	if d := must.Get(h.GetDonation(t.Context(), app.System(), fund.Key{ID: given.ID}))(t); d.Screening != fund.ScreeningShown {
		t.Errorf("got %s, want it shown", d.Screening)
	}
	late("what was decided", vic, "to", "hidden")
}

// formOf is the token of the forms of somebody.
func formOf(t *testing.T, b testbrowser.Browser, at string) string {
	t.Helper()
	_, rest, _ := strings.Cut(b.Get(at).Text, `name="form" value="`)
	token, _, _ := strings.Cut(rest, `"`)
	return token
}
