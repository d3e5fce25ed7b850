package dash_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

// bounds has the cause take amounts of 5 to 500.
func (h *house) bounds() {
	h.t.Helper()
	must.Get(h.UpdateDonationSettings(h.t.Context(), app.System(), app.FactKey{Key: fund.Key{ID: h.campaign.Cause.ID}, Kinds: app.AllKinds()},
		fund.DonationSettingsPatch{Minimum: fund.Some("5"), Maximum: fund.Some("500")}))(h.t)
}

func TestSettingsAreChanged(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.bounds()
	path := h.base() + "/settings"
	owner := h.as("owner")
	for _, c := range []struct {
		name, value, want string
	}{
		{"minimum", "1", "within what the charity allows"}, {"maximum", "900", "within what the charity allows"}, {"minimum", "x", "minimum-problem"},
		{"presets", "5\nlots", "presets-problem"}, {"presets", strings.Repeat("5\n", fund.MaxPresets+1), "at most 12"}, {"stream_delay", "3601", "from 0 to 3,600"},
		{"words", strings.Repeat("a\n", fund.MaxWords+1), "fewer or shorter words"},
	} {
		form := testbrowser.With(owner.Get(path).Form(t, path), c.name, c.value)
		if got := owner.Post(path, form); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, c.want) || !strings.Contains(got.Text, "<title>Error: ") {
			t.Errorf("%s: got %d, want %q\n%s", c.name, got.StatusCode, c.want, got.Text)
		}
	}
	form := testbrowser.With(owner.Get(path).Form(t, path), "minimum", "6", "presets", "10\n 25.50 \n\n", "thanks", "You <b>rock</b>!", "stream_delay", "20", "words", "ass\nfudge", "allowed", "class", "leet", "yes")
	if got := owner.Post(path, form); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	g := must.Get(h.GetDonationSettings(t.Context(), h.owner, h.key()))(t)
	if g.Minimum != 600 || g.Maximum != 0 || !slices.Equal(g.Presets, []int64{1000, 2550}) || g.Thanks != "You <b>rock</b>!" || g.StreamDelay.Seconds() != 20 || !slices.Equal(g.Words, []string{"ass", "fudge"}) ||
		!slices.Equal(g.Allowed, []string{"class"}) || !g.Leet {
		t.Errorf("got %+v", g)
	}
	page := owner.Get(path)
	for _, want := range []string{"6.00", "10.00\n25.50", "You &lt;b&gt;rock&lt;/b&gt;!", "ass\nfudge"} {
		if !strings.Contains(page.Text, want) {
			t.Errorf("got no %q\n%s", want, page.Text)
		}
	}
	empty := testbrowser.With(page.Form(t, path), "minimum", "", "presets", "", "words", "", "allowed", "class", "thanks", "", "stream_delay", "")
	if got := owner.Post(path, empty); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	if g := must.Get(h.GetDonationSettings(t.Context(), h.owner, h.key()))(t); g.Minimum != 0 || len(g.Presets)+len(g.Words) != 0 || g.Thanks != "" || g.StreamDelay != 0 {
		t.Errorf("got %+v, want nothing of its own", g)
	}
}

// TestHeadScreenersSetWords has a volunteer who may change the words, and nothing else.
func TestHeadScreenersSetWords(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	path := h.base() + "/settings"
	volunteer := h.accepted(h.invited("Vic", string(fund.GrantHeadScreener)))
	page := volunteer.Get(path)
	for _, name := range []string{"minimum", "presets", "thanks", "stream_delay"} {
		if strings.Contains(page.Text, `name="`+name+`"`) {
			t.Errorf("got the field %s for a head screener", name)
		}
	}
	form := testbrowser.With(page.Form(t, path), "words", "fudge", "thanks", "Mine")
	if got := volunteer.Post(path, form); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d, want it saved\n%s", got.StatusCode, got.Text)
	}
	if g := must.Get(h.GetDonationSettings(t.Context(), h.owner, h.key()))(t); !slices.Equal(g.Words, []string{"fudge"}) || g.Thanks != "" {
		t.Errorf("got %+v, want the word only", g)
	}
	if got := h.accepted(h.invited("Sam", string(fund.GrantScreener))).Get(path).StatusCode; got != http.StatusForbidden {
		t.Errorf("got %d for a screener, want 403", got)
	}
}
