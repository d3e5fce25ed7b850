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

// ofCause has the stranger belong to the cause, and is their browser with the address of its events.
func (h *house) ofCause() (b testbrowser.Browser, cause string) {
	h.t.Helper()
	user := must.Get(h.GetUser(h.t.Context(), app.System(), fund.Key{Slug: "stranger"}))(h.t)
	must.Do(h.t, h.SetCauseRole(h.t.Context(), app.System(), app.CauseMembership{Cause: h.campaign.Cause.ID, User: user.ID, Role: fund.CauseMember}))
	return h.as("stranger"), "/dashboard/" + h.campaign.Cause.ID.String()
}

// TestAnEventOfACause makes one, changes all of it, and retires it.
func TestAnEventOfACause(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, cause := h.ofCause()
	list, made := cause+"/events", cause+"/events/new"
	if got := b.Get(list); got.StatusCode != http.StatusOK || !strings.Contains(got.Text, "No events yet.") || !strings.Contains(got.Text, made) || strings.Contains(got.Text, cause+"/page") {
		t.Fatalf("got %d\n%s\nwant an empty list, and no page of a cause", got.StatusCode, got.Text)
	}
	if got := b.Post(made, filled(t, b.Get(made), made, "name", "")); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="name-problem">Fill this in`) {
		t.Errorf("got %d for no name\n%s", got.StatusCode, got.Text)
	}
	form := filled(t, b.Get(made), made, "name", "Marathon <b>", "short_description", "A day", "goal", "9,000", "starts_at", "2031-01-01T10:00", "ends_at", "2031-01-02T10:00", "cause_id", fund.ID{15: 1}.String())
	for range 2 {
		if got := b.Post(made, form); got.Header.Get("Location") != list+"?done=saved" {
			t.Fatalf("got %d\n%s\nwant it made", got.StatusCode, got.Text)
		}
	}
	seen := must.Get(h.OwnFundraisingEvents(t.Context(), app.System(), fund.Key{ID: h.campaign.Cause.ID}, fund.Page{Limit: 9}))(t)
	if len(seen) != 1 || seen[0].Status != fund.Unpublished || seen[0].Goal != 900000 || seen[0].Cause.ID != h.campaign.Cause.ID || seen[0].ShortDescription != "A day" {
		t.Fatalf("got %+v, want one draft of the cause", seen)
	}
	base := "/dashboard/" + seen[0].ID.String()
	if got := b.Get(list); !strings.Contains(got.Text, "Marathon &lt;b&gt;") || !strings.Contains(got.Text, base) {
		t.Errorf("got\n%s\nwant the draft", got.Text)
	}
	now := func() fund.FundraisingEvent {
		return must.Get(h.GetFundraisingEvent(t.Context(), app.System(), fund.Key{ID: seen[0].ID}))(t)
	}
	at := base + "/page"
	all := filled(t, b.Get(at), at, "name", "Night marathon", "short_description", "All night", "description", "**Go**", "goal", "", "starts_at", "2031-02-01T10:00", "ends_at", "2031-02-02T10:00",
		"slug", "night", "supportable", "private", "start_supporting_at", "2030-12-01T10:00", "can_publish_supporting_at", "2030-12-02T10:00", "end_supporting_at", "2030-12-03T10:00",
		"livestream.type", "twitch", "livestream.channel", "night", "contact_email", "ask@example.org", "message", "Welcome", "settings.header_title", "Night", "settings.header_intro", "The",
		"settings.find_out_more_link", "https://example.org/more", "settings.color_highlight", "#0B6B50", "settings.minimum_donation", "5", "avatar", "https://img.example/a.png",
		"banner", "https://img.example/b.png", "video", "https://img.example/v", "status", "published")
	if got := b.Post(at, all); got.Header.Get("Location") != base+"?done=saved" {
		t.Fatalf("got %d\n%s\nwant it saved", got.StatusCode, got.Text)
	}
	e := now()
	if e.Name != "Night marathon" || e.ShortDescription != "All night" || e.Description != "**Go**" || e.Goal != 0 || e.StartsAt.Month() != 2 || e.Slug != "night" || e.Supportable != fund.SupportPrivate ||
		e.StartSupportingAt.Day() != 1 || e.CanPublishSupportingAt.Day() != 2 || e.EndSupportingAt.Day() != 3 || e.Livestream == nil || e.Livestream.Channel != "night" || e.ContactEmail != "ask@example.org" ||
		e.Message != "Welcome" || e.Settings.HeaderTitle != "Night" || e.Settings.HeaderIntro != "The" || e.Settings.FindOutMoreLink != "https://example.org/more" || e.Settings.ColorHighlight != "#0B6B50" ||
		e.Settings.MinimumDonation != 500 || e.Avatar == "" || e.Banner == "" || e.Video == "" || e.Status != fund.Published {
		t.Errorf("got %+v", e)
	}
	for _, c := range []struct{ field, typed, want string }{
		{"name", "", "Fill this in"}, {"end_supporting_at", "2029-01-01T10:00", "Choose an end after"}, {"contact_email", "nobody", "Enter an e-mail address"}, {"settings.color_highlight", "green", "Enter a color"},
		{"settings.minimum_donation", "lots", "Enter an amount"}, {"banner", "javascript:alert(1)", "Enter an address"}, {"status", "retired", "Choose one"},
	} {
		got := b.Post(at, filled(t, b.Get(at), at, c.field, c.typed))
		if id := strings.ReplaceAll(c.field, ".", "-"); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+id+`-problem">`+c.want) {
			t.Errorf("%s: got %d, want %q\n%s", c.field, got.StatusCode, c.want, got.Text)
		}
	}
	item := base + "/schedule/new"
	if got := b.Post(item, filled(t, b.Get(item), item, "name", "Opening", "starts_at", "2031-02-01T10:00")); got.StatusCode != http.StatusSeeOther || !strings.Contains(b.Get(base+"/schedule").Text, "Opening") {
		t.Errorf("got %d\n%s\nwant an entry of the schedule", got.StatusCode, got.Text)
	}
	pictures := at + "/pictures"
	if got := h.sendAs(b, pictures, fields(t, b.Get(pictures), pictures), "avatar", cover(t)); got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(now().Avatar, "/media/") {
		t.Errorf("got %d\n%s\nwant a picture", got.StatusCode, got.Text)
	}
	retire := at + "/retire"
	page := b.Get(retire)
	if !strings.Contains(page.Text, "no more campaigns") {
		t.Errorf("got\n%s\nwant it asked in words for an event", page.Text)
	}
	if got := b.Post(retire, testbrowser.With(page.Form(t, retire), "sure", "yes")); got.Header.Get("Location") != base || now().Status != fund.Retired {
		t.Errorf("got %d\n%s\nwant it retired", got.StatusCode, got.Text)
	}
}

// TestWhatAnEventAsksAndShows changes both, and lets only its cause.
func TestWhatAnEventAsksAndShows(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	b, cause := h.ofCause()
	event := must.Get(h.CreateFundraisingEvent(ctx, app.System(), fund.Key{ID: h.campaign.Cause.ID}, fund.EventPatch{Name: fund.Some("Marathon"), Status: fund.Some(fund.Published)}))(t)
	base := "/dashboard/" + event.ID.String()
	now := func() fund.FundraisingEvent {
		return must.Get(h.GetFundraisingEvent(ctx, app.System(), fund.Key{ID: event.ID}))(t)
	}
	asks := base + "/registration"
	got := b.Post(asks, filled(t, b.Get(asks), asks, "address.required", "yes"))
	if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="address-required-problem">Ask for it first`) {
		t.Errorf("got %d\n%s\nwant it asked for before it is required", got.StatusCode, got.Text)
	}
	form := filled(t, b.Get(asks), asks, "address.enabled", "yes", "address.required", "yes", "shirt_size.enabled", "yes", "shirt_size.position", "2")
	if got := b.Post(asks, form); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d\n%s\nwant it saved", got.StatusCode, got.Text)
	}
	if f := now().RegistrationFields; f["address"] != (fund.RegistrationField{Enabled: true, Required: true}) || f["shirt_size"] != (fund.RegistrationField{Enabled: true, Position: 2}) {
		t.Errorf("got %+v", f)
	}
	shows := base + "/visibility"
	page := b.Get(shows)
	if strings.Count(page.Text, `" checked`) != len(fund.EventVisibilityNames()) {
		t.Errorf("got\n%s\nwant everything shown at first", page.Text)
	}
	if got := b.Post(shows, filled(t, page, shows, "donate", "", "toolkit.url", "https://example.org/kit")); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d\n%s\nwant it saved", got.StatusCode, got.Text)
	}
	if v := now().Visibility; v.Shown("donate") || !v.Shown("goal") || v["toolkit"].URL != "https://example.org/kit" || len(v) != 2 {
		t.Errorf("got %+v", v)
	}
	if got := b.Post(shows, filled(t, b.Get(shows), shows, "toolkit.url", "javascript:alert(1)")); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="toolkit-url-problem">Enter an address`) {
		t.Errorf("got %d for an address that is none\n%s", got.StatusCode, got.Text)
	}
	of := cause + "/visibility"
	if got := b.Post(of, filled(t, b.Get(of), of, "gift_aid", "")); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d\n%s\nwant it saved", got.StatusCode, got.Text)
	}
	if c := must.Get(h.GetCause(ctx, app.System(), fund.Key{ID: h.campaign.Cause.ID}))(t); c.Visibility.Shown("gift_aid") || !c.Visibility.Shown("donate") || len(c.Visibility) != 1 {
		t.Errorf("got %+v of the cause", c.Visibility)
	}
	for _, path := range []string{asks, shows, base + "/page", cause + "/events", cause + "/events/new"} {
		if got := h.as("owner").Get(path); got.StatusCode != http.StatusForbidden {
			t.Errorf("%s: got %d for a streamer, want 403", path, got.StatusCode)
		}
	}
	for _, path := range []string{cause + "/registration", base + "/events", base + "/events/new"} {
		if got := b.Get(path); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got.StatusCode)
		}
	}
}
