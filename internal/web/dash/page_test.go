package dash_test

import (
	"html"
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

// now is the campaign as it is.
func (h *house) now() fund.Fact {
	h.t.Helper()
	return must.Get(h.GetFact(h.t.Context(), app.System(), h.key()))(h.t)
}

// TestThePageIsEdited changes all that the editor has, and then one field of it.
func TestThePageIsEdited(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.as("owner")
	at := h.base() + "/page"
	all := filled(t, b.Get(at), at, "name", "Run far", "description", "**Go**\r\n\r\nNow", "goal", "2,500", "starts_at", "2031-01-01T10:00", "ends_at", "2031-01-02T10:00",
		"slug", "run-far", "avatar", "https://img.example/a.png", "livestream.type", "twitch", "livestream.channel", "runner", "supportable", "public", "status", "unpublished",
		"cause_id", fund.ID{15: 1}.String(), "user_id", fund.ID{15: 1}.String(), "currency", "EUR")
	for range 2 {
		if got := b.Post(at, all); got.StatusCode != http.StatusSeeOther {
			t.Fatalf("got %d, want it saved\n%s", got.StatusCode, got.Text)
		}
	}
	f := h.now()
	if f.Name != "Run far" || f.Description != "**Go**\n\nNow" || f.Goal != 250000 || f.StartsAt.Day() != 1 || f.EndsAt.Day() != 2 || f.Slug != "run-far" ||
		f.Avatar != "https://img.example/a.png" || f.Livestream == nil || *f.Livestream != (fund.Livestream{Type: "twitch", Channel: "runner"}) ||
		f.Supportable != fund.SupportPublic || f.Status != fund.Unpublished || f.Cause.ID != h.campaign.Cause.ID || f.Currency != "USD" || f.User.ID != h.campaign.User.ID {
		t.Errorf("got %+v", f)
	}
	if got := b.Post(at, filled(t, b.Get(at), at, "livestream.type", "", "livestream.channel", "", "goal", "")); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	if f = h.now(); f.Livestream != nil || f.Goal != 0 || f.Name != "Run far" || f.StartsAt.IsZero() {
		t.Errorf("got %+v, want no stream and no goal", f)
	}
	for _, c := range []struct{ field, typed, want string }{
		{"name", "", "Fill this in"}, {"slug", "A b!", "Use a to z"}, {"slug", strings.Repeat("a", fund.MaxSlug+1), "Shorten this to 100 characters"}, {"goal", "much", "Enter an amount"},
		{"avatar", "javascript:alert(1)", "Enter an address"}, {"ends_at", "2030-01-01T10:00", "Choose an end after"}, {"status", "retired", "Choose one"},
		{"livestream.type", "twitch", ""}, {"supportable", "everybody", "Choose one"}, {"description", strings.Repeat("d", fund.MaxDescription+1), "Shorten this"},
	} {
		got := b.Post(at, filled(t, b.Get(at), at, c.field, c.typed))
		if c.field == "livestream.type" {
			c.field, c.want = "livestream.channel", "Fill this in"
		}
		if id := strings.ReplaceAll(c.field, ".", "-"); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+id+`-problem">`+c.want) {
			t.Errorf("%s %.40q: got %d, want %q\n%.5000s", c.field, c.typed, got.StatusCode, c.want, got.Text)
		}
	}
}

// TestAPreviewSavesNothing shows the page as it would be.
func TestAPreviewSavesNothing(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.as("owner")
	at := h.base() + "/page"
	got := b.Post(at+"/preview", filled(t, b.Get(at), at, "name", "Run <far>", "description", "New words", "goal", "777"))
	if got.StatusCode != http.StatusOK || !strings.HasPrefix(got.Text, "Run <far> for Water: 77700 ") {
		t.Errorf("got %d %q, want the page as it would be", got.StatusCode, got.Text)
	}
	if f := h.now(); f.Name != h.campaign.Name || f.Description != "" || f.Goal != h.campaign.Goal {
		t.Errorf("got %+v, want nothing changed", f)
	}
	wrong := b.Post(at+"/preview", filled(t, b.Get(at), at, "name", "", "description", "Kept words"))
	if wrong.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(wrong.Text, `id="name-problem">Fill this in`) || !strings.Contains(wrong.Text, "Kept words") {
		t.Errorf("got %d, want the form with what was typed\n%s", wrong.StatusCode, wrong.Text)
	}
	form := filled(t, b.Get(at), at)
	if got := h.as("stranger").Post(at+"/preview", form); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a stranger, want 403", got.StatusCode)
	}
}

// TestTwoBrowsersEditThePage takes theirs where one asks for it.
func TestTwoBrowsersEditThePage(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := h.base() + "/page"
	b := h.as("owner")
	mine := filled(t, b.Get(at), at, "goal", "300")
	must.Get(h.UpdateCampaign(t.Context(), h.owner, h.key(), fund.CampaignPatch{Description: fund.Some("Their words")}))(t)
	clash := b.Post(at, mine)
	for _, want := range []string{"Somebody else changed this meanwhile", "Their words", "You did not change this", `value="300"`} {
		if clash.StatusCode != http.StatusPreconditionFailed || !strings.Contains(clash.Text, want) {
			t.Errorf("got %d, want %q\n%s", clash.StatusCode, want, clash.Text)
		}
	}
	if got := b.Post(at, filled(t, clash, at)); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	if f := h.now(); f.Description != "Their words" || f.Goal != 30000 {
		t.Errorf("got %+v, want what both wrote", f)
	}
}

// TestACampaignIsRetired asks first, and has no way back.
func TestACampaignIsRetired(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b := h.as("owner")
	at := h.base() + "/page"
	retire := at + "/retire"
	page := b.Get(retire)
	if !strings.Contains(page.Text, html.EscapeString(h.campaign.Name)) {
		t.Errorf("got no name\n%s", page.Text)
	}
	if got := b.Post(retire, page.Form(t, retire)); got.StatusCode != http.StatusBadRequest || h.now().Status != fund.Published {
		t.Errorf("got %d without a yes, want 400", got.StatusCode)
	}
	sure := testbrowser.With(page.Form(t, retire), "sure", "yes")
	for _, want := range []int{http.StatusSeeOther, http.StatusConflict} {
		if got := b.Post(retire, sure); got.StatusCode != want {
			t.Errorf("got %d, want %d\n%s", got.StatusCode, want, got.Text)
		}
	}
	if got := b.Get(at); h.now().Status != fund.Retired || strings.Contains(got.Text, `id="form"`) {
		t.Errorf("got a form for a retired campaign\n%s", got.Text)
	}
}

// TestPagesOfOtherKinds edits a personal campaign and an auction house, and no cause.
func TestPagesOfOtherKinds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	patch := fund.CampaignPatch{Name: fund.Some("Walk"), Cause: fund.Some(fund.Key{ID: h.campaign.Cause.ID})}
	personal := must.Get(h.CreatePersonalCampaign(ctx, h.owner, fund.PersonalCampaignPatch{CampaignPatch: patch, ForName: fund.Some("Ana")}))(t)
	b := h.as("owner")
	at := "/dashboard/" + personal.ID.String() + "/page"
	if got := b.Post(at, filled(t, b.Get(at), at, "name", "Walk on")); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	if now := must.Get(h.GetPersonalCampaign(ctx, h.owner, app.FactKey{Key: fund.Key{ID: personal.ID}}))(t); now.Name != "Walk on" || now.ForName != "Ana" {
		t.Errorf("got %+v", now)
	}
	if got := b.Get("/dashboard/" + h.campaign.Cause.ID.String() + "/page"); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a cause, want 403", got.StatusCode)
	}
}
