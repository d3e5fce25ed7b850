package dash_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestAProfile changes all of it, and a picture, and nothing that is not on the form.
func TestAProfile(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	b, at := h.as("owner"), "/dashboard/profile"
	now := func() fund.User {
		return must.Get(h.GetUser(t.Context(), app.System(), fund.Key{ID: h.owner.User}))(t)
	}
	if got := b.Get("/dashboard"); !strings.Contains(got.Text, at) {
		t.Errorf("got no way to the profile\n%s", got.Text)
	}
	form := filled(t, b.Get(at), at, "username", "Ada <b>", "slug", "ada", "about", "I run.", "avatar", "https://img.example/a.png", "first_name", "Ada", "last_name", "Lovelace", "newsletter", "yes",
		"social.twitch", "ada_runs", "social.website", "https://ada.example", "email", "else@example.org", "operator", "true")
	if got := b.Post(at, form); got.Header.Get("Location") != "/dashboard?done=saved" {
		t.Fatalf("got %d\n%s\nwant it saved", got.StatusCode, got.Text)
	}
	u := now()
	if u.Username != "Ada <b>" || u.Slug != "ada" || u.About != "I run." || u.Avatar == "" || u.FirstName != "Ada" || u.LastName != "Lovelace" || u.Newsletter == nil || !*u.Newsletter ||
		u.Social.Handle("twitch") != "ada_runs" || u.Social.Handle("website") != "https://ada.example" || u.Email != "owner@example.org" {
		t.Errorf("got %+v", u)
	}
	for field, c := range map[string][2]string{"username": {"", "Fill this in"}, "slug": {"stranger", "You use this address already"}, "avatar": {"javascript:alert(1)", "Enter an address"}} {
		got := b.Post(at, filled(t, b.Get(at), at, field, c[0]))
		if got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+field+`-problem">`) {
			t.Errorf("%s: got %d\n%s", field, got.StatusCode, got.Text)
		}
	}
	pictures := at + "/pictures"
	if got := h.sendAs(b, pictures, fields(t, b.Get(pictures), pictures), "cover", cover(t)); got.StatusCode != http.StatusSeeOther || !strings.HasPrefix(now().Cover, "/media/") {
		t.Errorf("got %d\n%s\nwant a picture", got.StatusCode, got.Text)
	}
	volunteer := h.accepted(h.invited("Vic", "screener"))
	for _, path := range []string{at, pictures} {
		if got := volunteer.Get(path); got.StatusCode != http.StatusForbidden {
			t.Errorf("%s: got %d for a volunteer without an account, want 403", path, got.StatusCode)
		}
	}
}
