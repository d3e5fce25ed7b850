package stage

import (
	"bytes"
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/text"
)

const (
	// speechPart leads from the address of an overlay to what its alerts read aloud; the id of the alert follows.
	speechPart = "/speech/"
	// speakWithin is how long an alert waits for its speech. Without it, it is shown in silence.
	speakWithin = 3 * time.Second
)

// speech is what an alert of one donation reads aloud; nil for nothing.
func (s *Server) speech(ctx context.Context, l *text.Locale, v app.OverlayVisit, shown *fund.AlertShown) *app.Speech {
	if shown == nil || shown.Count != 1 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, speakWithin)
	defer cancel()
	in, err := s.o.App.ShownMoney(ctx, v)
	if err != nil {
		s.o.Log.WarnContext(ctx, "an alert is not read aloud", "fact", v.FactID, "error", err)
		return nil
	}
	words := alertWords(l, shown)
	said := app.SpokenDonation{Name: words.Donor, Amount: l.Amount(shown.Total, v.Seen().Fact().Currency), Comment: words.Comment}
	if in != nil {
		said.Amount = l.Text("overlay.about", "Amount", l.Amount(in.Apply(shown.Total), in.Currency))
	}
	spoken, err := s.o.App.SpeakAlert(ctx, v, shown.Variant, l.Language(), said)
	if err != nil {
		s.o.Log.WarnContext(ctx, "an alert is not read aloud", "fact", v.FactID, "error", err)
		return nil
	}
	return spoken
}

// serveSpeech serves what the alert that is shown now reads aloud.
func (s *Server) serveSpeech(w http.ResponseWriter, r *http.Request, v app.OverlayVisit, alert string) error {
	cue, err := s.o.App.Cue(r.Context(), v)
	if err != nil {
		return err
	}
	if !v.Plays() || v.OffAir || cue.Shown == nil || cue.Shown.ID.String() != alert {
		return &fault.Error{Kind: fault.NotFound}
	}
	spoken := s.speech(r.Context(), localeOf(text.Of(r), v), v, cue.Shown)
	if spoken == nil {
		return &fault.Error{Kind: fault.NotFound}
	}
	w.Header().Set("Content-Type", map[string]string{"wav": "audio/wav", "ogg": "audio/ogg", "mp3": "audio/mpeg"}[spoken.Type])
	http.ServeContent(w, r, "", time.Time{}, bytes.NewReader(spoken.Content))
	return nil
}

// speechOf parts what follows the address of overlays into a key and the alert whose speech is asked for; "" for none.
func speechOf(path string) (key, alert string) {
	key, alert, _ = strings.Cut(path, speechPart)
	return key, alert
}
