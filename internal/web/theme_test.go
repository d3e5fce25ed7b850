package web_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

var themeLink = regexp.MustCompile(`<link rel="stylesheet" href="(/assets/theme-[^"]*)">`)

// changeCause changes the cause.
func (h *house) changeCause(t *testing.T, patch fund.CausePatch) {
	t.Helper()
	cause, err := h.UpdateCause(t.Context(), app.System(), fund.Key{ID: h.cause.ID}, patch)
	must.Do(t, err)
	h.cause = cause
}

// TestPagesHaveTheColorOfTheirCause follows a color from the cause to a style sheet that browsers keep for good.
func TestPagesHaveTheColorOfTheirCause(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for _, path := range []string{"/", "/@ana/run", "/cause/water"} {
		if got := themeLink.FindString(h.donor().get(path).body); got != "" {
			t.Errorf("%s: got %s before there is a color", path, got)
		}
	}
	h.changeCause(t, fund.CausePatch{Settings: fund.SettingsPatch{"color_highlight": "#6a1b9a"}})
	var at string
	for _, path := range []string{"/@ana/run", "/cause/water", "/@ana/run/donate"} {
		found := themeLink.FindStringSubmatch(h.donor().get(path).body)
		if found == nil || !strings.HasPrefix(found[1], "/assets/theme-6a1b9a-") {
			t.Fatalf("%s: got %q, want the theme of the cause", path, found)
		}
		at = found[1]
	}
	got := h.donor().get(at)
	if got.StatusCode != 200 || got.Header.Get("Content-Type") != "text/css; charset=utf-8" || !strings.Contains(got.Header.Get("Cache-Control"), "immutable") {
		t.Errorf("got %d %v, want a style sheet for good", got.StatusCode, got.Header)
	}
	if strings.Count(got.body, "--lch-accent:") != 2 || !strings.Contains(got.body, "prefers-color-scheme:dark") {
		t.Errorf("got %s, want an accent for light and one for dark pages", got.body)
	}
	for _, other := range []string{"/assets/theme-6a1b9a-aaaaaaaaaa.css", "/assets/theme-.css", "/assets/theme-zzzzzz.css", strings.Replace(at, "6a1b9a", "ffff00", 1)} {
		if got := h.donor().get(other); got.StatusCode != 404 {
			t.Errorf("%s: got %d, want that there is none", other, got.StatusCode)
		}
	}
}

// TestAColorOfBeforeIsMadeReadable takes a color that nobody checked when it was stored.
func TestAColorOfBeforeIsMadeReadable(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	cause, err := h.ImportCause(t.Context(), app.System(), fund.Cause{
		Fact:     fund.Fact{Name: "Sun", Slug: "sun", Currency: "USD", Status: fund.Published},
		Settings: fund.Settings{ColorHighlight: "#ffee00"},
	})
	must.Do(t, err)
	h.newCampaign(t, "Shine", "shine", cause)
	found := themeLink.FindStringSubmatch(h.donor().get("/@ana/shine").body)
	if found == nil || strings.Contains(found[1], "ffee00") {
		t.Errorf("got %q, want a darker one of the color", found)
	}
}

// TestTimesAreThoseOfTheCause wants instants on pages in the zone of the cause, and in calendars in UTC with the zone for programs that ask for it.
func TestTimesAreThoseOfTheCause(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.changeCause(t, fund.CausePatch{TimeZone: fund.Some("Europe/Berlin")})
	_, err := h.CreateScheduleItem(t.Context(), h.owner, keyOf(h.campaign), fund.SchedulePatch{
		Name: fund.Some("Start"), StartsAt: fund.Some(time.Date(2026, 12, 24, 19, 0, 0, 0, time.UTC)),
	})
	must.Do(t, err)
	if got := h.donor().get("/@ana/run").body; !strings.Contains(got, "24 December 2026, 20:00 CET") {
		t.Errorf("got %s, want the time in Berlin", got)
	}
	if got := h.donor().get("/@ana/run/schedule.ics").body; !strings.Contains(got, "X-WR-TIMEZONE:Europe/Berlin\r\n") || !strings.Contains(got, "DTSTART:20261224T190000Z") {
		t.Errorf("got %s, want the zone, and the instant", got)
	}
}
