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

// causeBase is the address of the pages of the cause.
func (h *house) causeBase() string { return "/dashboard/" + h.campaign.Cause.ID.String() }

func (h *house) cause() fund.Cause {
	h.t.Helper()
	return must.Get(h.GetCause(h.t.Context(), app.System(), fund.Key{ID: h.campaign.Cause.ID}))(h.t)
}

// TestTheProfileOfACause is written by its people, the address of donors' mails by its finance, and who it is by law is a proposal.
func TestTheProfileOfACause(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.role("owner", fund.CauseFinance)
	h.role("stranger", fund.CauseMember)
	path, owner, member := h.causeBase()+"/profile", h.as("owner"), h.as("stranger")
	page := member.Get(path)
	shows(t, "the profile", page, http.StatusOK, `value="Water"`, "/profile/pictures")
	if strings.Contains(page.Text, `name="contact_email"`) {
		t.Error("got the contact for a member, want it for finance only")
	}
	form := testbrowser.With(page.Form(t, path), "name", "Clean water", "slug", "water", "description", "Wells.", "social.website", "https://water.example", "address.line1", "1 Lane", "address.city", "Town", "address.country", "GB", "status", "published", "contact_email", "evil@example.org")
	if got := member.Post(path, form); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	if c := h.cause(); c.Name != "Clean water" || c.Description != "Wells." || c.Social.Website != "https://water.example" || c.Address.Line1 != "1 Lane" || c.Address.Country != "GB" || c.ContactEmail != "" {
		t.Errorf("got %+v, want the profile without a contact", c)
	}
	form = testbrowser.With(owner.Get(path).Form(t, path), "slug", "water", "status", "published", "name", "", "contact_email", "x")
	shows(t, "without a name", owner.Post(path, form), http.StatusUnprocessableEntity, `id="name-problem"`, `id="contact_email-problem"`)
	form = testbrowser.With(form, "name", "Clean water", "description", "Wells.", "contact_email", "office@water.example", "social.website", "https://water.example", "address.line1", "1 Lane", "address.city", "Town", "address.country", "GB")
	if got := owner.Post(path, form); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	if c := h.cause(); c.ContactEmail != "office@water.example" || c.Address.Line1 != "1 Lane" {
		t.Errorf("got %+v, want the contact", c)
	}
	legal := h.causeBase() + "/legal"
	if got := member.Get(legal); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a member, want 403", got.StatusCode)
	}
	form = testbrowser.With(owner.Get(legal).Form(t, legal), "receipt_profile", "us")
	shows(t, "receipts without what they need", owner.Post(legal, form), http.StatusUnprocessableEntity, `id="legal_name-problem"`)
	form = testbrowser.With(owner.Get(legal).Form(t, legal), "legal_name", "Water Inc.", "receipt_profile", "plain")
	if got := owner.Post(legal, form); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d, want it proposed\n%s", got.StatusCode, got.Text)
	}
	c := h.cause()
	if c.LegalName != "" || c.Proposed == nil || c.Proposed.LegalName != "Water Inc." {
		t.Errorf("got %q, %+v, want a proposal", c.LegalName, c.Proposed)
	}
	shows(t, "the proposal", owner.Get(legal), http.StatusOK, `value="Water Inc."`, "waits for the operator")
	shows(t, "the overview", owner.Get(h.causeBase()), http.StatusOK, "Something that you changed waits for the operator")
	if got := owner.Get(h.base() + "/profile"); got.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for the profile of a campaign, want 404", got.StatusCode)
	}
}

// TestWhatStreamersMayDo is said by the finance of a cause.
func TestWhatStreamersMayDo(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.role("owner", fund.CauseFinance)
	h.role("stranger", fund.CauseMember)
	path, owner := h.causeBase()+"/permissions", h.as("owner")
	if got := h.as("stranger").Get(path); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a member, want 403", got.StatusCode)
	}
	form := testbrowser.With(owner.Get(path).Form(t, path), "streamers_ship", "yes", "offline_maximum", "50", "offline_daily_maximum", "200", "statement", "By law.", "instant_only", "yes")
	if got := owner.Post(path, form); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	g := must.Get(h.GetDonationSettings(t.Context(), app.System(), app.FactKey{Key: fund.Key{ID: h.campaign.Cause.ID}, Kinds: app.AllKinds()}))(t)
	if !g.StreamersShip || g.OfflineMaximum != 5000 || g.OfflineDailyMaximum != 20000 || g.Statement != "By law." || !g.InstantOnly {
		t.Errorf("got %+v", g)
	}
	form = testbrowser.With(owner.Get(path).Form(t, path), "offline_maximum", "x")
	shows(t, "no amount", owner.Post(path, form), http.StatusUnprocessableEntity, `id="offline_maximum-problem"`)
	form = owner.Get(path).Form(t, path)
	form.Del("streamers_ship")
	owner.Post(path, testbrowser.With(form, "offline_maximum", "", "offline_daily_maximum", "", "statement", ""))
	g = must.Get(h.GetDonationSettings(t.Context(), app.System(), app.FactKey{Key: fund.Key{ID: h.campaign.Cause.ID}, Kinds: app.AllKinds()}))(t)
	if g.StreamersShip || g.OfflineMaximum != 0 || g.OfflineDailyMaximum != 0 || g.Statement != "" {
		t.Errorf("got %+v, want nothing allowed", g)
	}
}

// TestThePeopleOfACause are managed by its owners, of whom one stays.
func TestThePeopleOfACause(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.role("owner", fund.CauseOwner)
	path, owner := h.causeBase()+"/members", h.as("owner")
	page := owner.Get(path)
	shows(t, "the owner", page, http.StatusOK, "owner", "Add somebody")
	add := testbrowser.With(page.Form(t, path), "user", "nobody-here", "role", "finance")
	shows(t, "nobody", owner.Post(path, add), http.StatusUnprocessableEntity, `id="user-problem"`, `value="nobody-here"`)
	for range 2 { // sent twice
		if got := owner.Post(path, testbrowser.With(add, "user", " @stranger", "role", "member")); got.StatusCode != http.StatusSeeOther {
			t.Fatalf("got %d, want a member\n%s", got.StatusCode, got.Text)
		}
	}
	stranger := h.as("stranger")
	shows(t, "the list of a member", stranger.Get(path), http.StatusOK, "owner", "writes the page and the events")
	if got := stranger.Get(path); strings.Contains(got.Text, "/members/change") || strings.Contains(got.Text, "@example.org") {
		t.Error("got forms or mail addresses for a member")
	}
	change := path + "/change"
	form := owner.Get(path).Form(t, change)
	if got := stranger.Post(change, testbrowser.With(form, "role", "owner")); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a member, want 403", got.StatusCode)
	}
	me := must.Get(h.FindUser(t.Context(), app.System(), fund.Key{}, "owner@example.org"))(t)
	other := must.Get(h.FindUser(t.Context(), app.System(), fund.Key{}, "stranger@example.org"))(t)
	shows(t, "the last owner", owner.Post(change, testbrowser.With(form, "user", me.ID.String(), "role", "member")), http.StatusConflict, "at least one owner")
	shows(t, "the last owner leaves", owner.Post(change, testbrowser.With(form, "user", me.ID.String(), "role", "")), http.StatusConflict, "at least one owner")
	owner.Post(change, testbrowser.With(form, "user", other.ID.String(), "role", "owner"))
	if got := owner.Post(change, testbrowser.With(form, "user", me.ID.String(), "role", "")); got.Header.Get("Location") != "/dashboard?done=removed" {
		t.Errorf("got %d to %q, want the dashboard", got.StatusCode, got.Header.Get("Location"))
	}
	if got := owner.Get(path); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for who left, want 403", got.StatusCode)
	}
}
