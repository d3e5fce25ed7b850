package dash_test

import (
	"html"
	"net/http"
	"net/url"
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
		"slug", "run-far", "avatar", "https://img.example/a.png", "livestream.type", "twitch", "livestream.channel", "runner", "color", "#0B6B50", "supportable", "public", "status", "unpublished",
		"cause_id", fund.ID{15: 1}.String(), "user_id", fund.ID{15: 1}.String(), "currency", "EUR")
	for range 2 {
		if got := b.Post(at, all); got.StatusCode != http.StatusSeeOther {
			t.Fatalf("got %d, want it saved\n%s", got.StatusCode, got.Text)
		}
	}
	f := h.now()
	if f.Name != "Run far" || f.Description != "**Go**\n\nNow" || f.Goal != 250000 || f.StartsAt.Day() != 1 || f.EndsAt.Day() != 2 || f.Slug != "run-far" ||
		f.Color != "#0B6B50" || f.Avatar != "https://img.example/a.png" || f.Livestream == nil || *f.Livestream != (fund.Livestream{Type: "twitch", Channel: "runner"}) ||
		f.Supportable != fund.SupportPublic || f.Status != fund.Unpublished || f.Cause.ID != h.campaign.Cause.ID || f.Currency != "USD" || f.User.ID != h.campaign.User.ID {
		t.Errorf("got %+v", f)
	}
	if got := b.Post(at, filled(t, b.Get(at), at, "livestream.type", "", "livestream.channel", "", "color", "", "goal", "")); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	if f = h.now(); f.Livestream != nil || f.Color != "" || f.Goal != 0 || f.Name != "Run far" || f.StartsAt.IsZero() {
		t.Errorf("got %+v, want no stream and no goal", f)
	}
	for _, c := range []struct{ field, typed, want string }{
		{"name", "", "Fill this in"}, {"slug", "A b!", "Use a to z"}, {"slug", strings.Repeat("a", fund.MaxSlug+1), "Shorten this to 100 characters"}, {"goal", "much", "Enter an amount"},
		{"avatar", "javascript:alert(1)", "Enter an address"}, {"ends_at", "2030-01-01T10:00", "Choose an end after"}, {"status", "retired", "Choose one"},
		{"color", "green", "Enter a color"}, {"color", "#ffee00", "This is too light to be read on white. The nearest color that works is #"},
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

// TestACampaignIsDeleted asks first, and leads on from what has gifts.
func TestACampaignIsDeleted(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	patch := fund.CampaignPatch{Name: fund.Some("A <b> try"), Cause: fund.Some(fund.Key{ID: h.campaign.Cause.ID}), Status: fund.Some(fund.Published)}
	unused := must.Get(h.CreateCampaign(ctx, h.owner, patch))(t)
	b, at := h.as("owner"), "/dashboard/"+unused.ID.String()+"/page"
	remove := at + "/delete"
	if got := b.Get(at); !strings.Contains(got.Text, remove) {
		t.Errorf("got no way to delete it\n%s", got.Text)
	}
	page := b.Get(remove)
	if got := b.Post(remove, page.Form(t, remove)); got.StatusCode != http.StatusBadRequest {
		t.Errorf("got %d without a yes, want 400", got.StatusCode)
	}
	sure := testbrowser.With(page.Form(t, remove), "sure", "yes")
	if got := b.Post(remove, sure); got.Header.Get("Location") != "/dashboard?done=removed" {
		t.Errorf("got %d, want it deleted\n%s", got.StatusCode, got.Text)
	}
	if got := b.Get("/dashboard?done=removed"); !strings.Contains(got.Text, "Deleted.") || strings.Contains(got.Text, "A &lt;b&gt; try") {
		t.Errorf("got %d, want it gone\n%s", got.StatusCode, got.Text)
	}
	if got := b.Post(remove, sure); got.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for what is deleted, want 404", got.StatusCode)
	}
	h.give("Ada")
	at = h.base() + "/page"
	if got := b.Get(at); strings.Contains(got.Text, at+"/delete") {
		t.Errorf("got a way to delete what has gifts\n%s", got.Text)
	}
	got := b.Post(at+"/delete", testbrowser.With(b.Get(at+"/delete").Form(t, at+"/delete"), "sure", "yes"))
	if got.StatusCode != http.StatusConflict || !strings.Contains(got.Text, "Retire it instead") || h.now().Status != fund.Published {
		t.Errorf("got %d, want the way out\n%s", got.StatusCode, got.Text)
	}
	if got := h.as("stranger").Get(at + "/delete"); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a stranger, want 403", got.StatusCode)
	}
}

// TestPicturesOfACampaign takes both, refuses what is none, and removes one.
func TestPicturesOfACampaign(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, at := h.as("owner"), h.base()+"/page/pictures"
	form := fields(t, b.Get(at), at)
	for slot, picture := range map[string]func() string{"avatar": func() string { return h.now().Avatar }, "cover": func() string { return h.now().Cover }} {
		if got := h.sendAs(b, at, form, slot, []byte("no picture")); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+slot+`-problem"`) {
			t.Errorf("%s: got %d for a file that is no picture\n%s", slot, got.StatusCode, got.Text)
		}
		if got := h.sendAs(b, at, form, slot, cover(t)); got.Header.Get("Location") != at+"?done=saved" {
			t.Errorf("%s: got %d, want it taken\n%s", slot, got.StatusCode, got.Text)
		}
		if is := picture(); !strings.HasPrefix(is, "/media/") || !strings.Contains(b.Get(at).Text, is) {
			t.Errorf("%s: got %q, want the picture that was sent", slot, is)
		}
	}
	if got := b.Post(at, testbrowser.With(form, "no_avatar", "yes")); got.StatusCode != http.StatusSeeOther || h.now().Avatar != "" || h.now().Cover == "" {
		t.Errorf("got %d, want only the avatar removed", got.StatusCode)
	}
	if got := h.as("stranger").Post(at, form); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a stranger, want 403", got.StatusCode)
	}
	if got := b.Get("/dashboard/" + h.campaign.Cause.ID.String() + "/page/pictures"); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a cause, want 403", got.StatusCode)
	}
}

// TestWhatIsTypedOutlivesTheSession sends the page of somebody who was signed out meanwhile, and wants what they wrote shown on the way to the sign-in, but no
// secret, and no address of elsewhere to come back to.
func TestWhatIsTypedOutlivesTheSession(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	at := h.base() + "/page"
	form := filled(t, h.as("owner").Get(at), at, "description", "We run <b>far</b>\r\nfor a good cause of ours.", "name", "Run",
		"password", "a pass phrase of mine that nobody else reads")
	nobody := testbrowser.New(t, h.url)
	shows(t, "signed out", nobody.Post(at, form, "Referer", h.url+at), http.StatusForbidden,
		"We run &lt;b&gt;far&lt;/b&gt;\r\nfor a good cause of ours.</textarea>", `href="/account/sign-in?next=`+url.QueryEscape(at)+`"`)
	if got := nobody.Post(at, form); strings.Contains(got.Text, "phrase") {
		t.Errorf("got a password in\n%s", got.Text)
	}
	for _, from := range []string{"https://elsewhere.example/a", h.url + "/nowhere", "//elsewhere.example", "javascript:alert(1)", ":"} {
		got := nobody.Post(at, form, "Referer", from)
		shows(t, from, got, http.StatusForbidden, `href="/account/sign-in?next=%2Fdashboard"`)
	}
	if got := nobody.Post(at, testbrowser.With(form, "description", strings.Repeat("a ", 19)+"a")); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != "/account/sign-in?next=%2Fdashboard" {
		t.Errorf("got %d to %q for a form without long texts, want the sign-in\n%s", got.StatusCode, got.Header.Get("Location"), got.Text)
	}
}
