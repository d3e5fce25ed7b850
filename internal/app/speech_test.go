package app_test

import (
	"context"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/sound"
)

// voice is a speaker that remembers what it was told, and fails as it is told.
type voice struct {
	said string
	err  error
}

func (v *voice) Speak(_ context.Context, language, text string) (sound.Sound, error) {
	v.said += language + ":" + text + ";"
	return sound.Sound{Type: "wav", Content: []byte("wav"), Loudness: fund.TargetLoudness, Peak: 1}, v.err
}

// TestSpeak reads aloud what the settings say, and nothing unless they do.
func TestSpeak(t *testing.T) {
	t.Parallel()
	w := newWorld(t).Store
	gift := app.SpokenDonation{Name: "Ada", Amount: "$5", Comment: "Go!"}
	all := fund.AlertSettings{Volume: 50, SpeakName: true, SpeakAmount: true, SpeakComment: true}
	for name, c := range map[string]struct {
		settings fund.AlertSettings
		gift     app.SpokenDonation
		err      error
		want     string
		heard    bool
		fails    bool
	}{
		"the usual settings": {settings: fund.DefaultAlertSettings(fund.ID{1}, "USD"), gift: gift},
		"all":                {settings: all, gift: gift, want: "en:Ada. $5. Go!;", heard: true},
		"the name":           {settings: fund.AlertSettings{Volume: 50, SpeakName: true}, gift: gift, want: "en:Ada;", heard: true},
		"the amount":         {settings: fund.AlertSettings{Volume: 50, SpeakAmount: true}, gift: gift, want: "en:$5;", heard: true},
		"the comment":        {settings: fund.AlertSettings{Volume: 50, SpeakComment: true}, gift: gift, want: "en:Go!;", heard: true},
		"no comment":         {settings: all, gift: app.SpokenDonation{Name: "Ada", Amount: "$5", Comment: " "}, want: "en:Ada. $5;", heard: true},
		"nothing":            {settings: all},
		"no volume":          {settings: fund.AlertSettings{SpeakName: true}, gift: gift},
		"no voice":           {settings: all, gift: gift, err: &fault.Error{Kind: fault.NotFound}, want: "en:Ada. $5. Go!;"},
		"a broken voice":     {settings: all, gift: gift, err: &fault.Error{Kind: fault.Unavailable}, want: "en:Ada. $5. Go!;", fails: true},
	} {
		v := &voice{err: c.err}
		a := app.New(app.Options{Store: w, Random: strings.NewReader(""), Speaker: v})
		got, err := a.Speak(t.Context(), c.settings, "en", c.gift)
		if v.said != c.want || (got != nil) != c.heard || (err != nil) != c.fails {
			t.Errorf("%s: got %q, %v, %v, want %q", name, v.said, got, err, c.want)
		}
		if got != nil && (got.Gain != .5 || string(got.Content) != "wav") {
			t.Errorf("%s: got %+v, want half the gain", name, got)
		}
	}
	silent := app.New(app.Options{Store: w, Random: strings.NewReader("")})
	if got, err := silent.Speak(t.Context(), all, "en", gift); got != nil || err != nil || silent.Speaks() {
		t.Errorf("got %v, %v of a server without a voice", got, err)
	}
}
