package browser_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
)

// inZone has the browser be in a time zone.
func inZone(zone string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetTimezoneOverride, emulation.SetTimezoneOverrideParams{TimezoneID: zone})
		return err
	})
}

// TestTimesSayWhatTheyAreForTheReader types times into a form in the zone of the charity, from somewhere else.
func TestTimesSayWhatTheyAreForTheReader(t *testing.T) {
	t.Parallel()
	h := start(t)
	w, base := signedIn(t, h, h.Users[0])
	h.command(t, "cause", "set", "--cause", h.Cause.Slug, "--time-zone", "Europe/Berlin")
	w.do(inZone("America/New_York"), chromedp.Navigate(h.BaseURL+base+"/schedule/new"))
	note := func(typed string) string {
		return ask[string](w, fmt.Sprintf(`(() => {
			const field = document.getElementById("starts_at"), note = document.getElementById("starts_at-local");
			field.value = %q;
			field.dispatchEvent(new Event("input"));
			return note.hidden ? "" : note.textContent.replaceAll("\u202f", " ");
		})()`, typed))
	}
	for _, c := range []struct{ typed, want string }{
		{"", ""},
		{"2031-07-01T18:00", "For you that is Jul 1, 2031, 12:00 PM (America/New_York)."},
		{"2031-01-01T03:00", "For you that is Dec 31, 2030, 9:00 PM (America/New_York)."},
		{"2031-03-30T02:30", "Clocks go forward past this time, so it never comes. Choose one an hour later"},
		{"2031-10-26T02:30", "For you that is Oct 25, 2031, 8:30 PM (America/New_York)."},
	} {
		if got := note(c.typed); got != c.want {
			t.Errorf("%q: got %q, want %q", c.typed, got, c.want)
		}
	}
	note("2031-07-01T18:00")
	w.look("schedule with a time elsewhere")
	w.do(inZone("Europe/Paris"), chromedp.Navigate(h.BaseURL+base+"/schedule/new"))
	if got := note("2031-07-01T18:00"); got != "" {
		t.Errorf("got %q where clocks show the same, want nothing", got)
	}
}
