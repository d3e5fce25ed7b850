package stage

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/text"
)

// alerts shows the alert that plays, or says which one may start.
func (s *Server) alerts(ctx context.Context, v app.OverlayVisit, o *overlay) error {
	cue, err := s.o.App.Cue(ctx, v)
	if err != nil {
		return err
	}
	o.changesAt(cue.Until)
	if cue.Shown == nil {
		o.Empty = "overlay.empty.alerts"
		if !cue.Next.IsZero() {
			o.Cue = cue.Next.String()
		}
		return nil
	}
	shown := cue.Shown
	o.Alert, o.Starts = shown.ID.String(), strconv.FormatInt(shown.StartedAt.UnixMilli(), 10)
	if !shown.Pinned() {
		o.Lasts = strconv.FormatInt(shown.EndsAt.Sub(shown.StartedAt).Milliseconds(), 10)
	}
	if cue.Sound != nil {
		o.Sound, o.Gain = cue.Sound.Address, strconv.FormatFloat(cue.Sound.Gain, 'f', 3, 64)
	}
	if spoken := s.speech(ctx, o.locale, v, shown); spoken != nil {
		o.Speech, o.SpeechGain = Path+"/"+v.Key+speechPart+o.Alert+"?lang="+o.locale.Language(), strconv.FormatFloat(spoken.Gain, 'f', 3, 64)
	}
	o.Test = shown.Sample != nil
	return s.word(ctx, o, shown)
}

// word says what an alert says: in the words of its variant, or else the usual ones.
func (s *Server) word(ctx context.Context, o *overlay, shown *fund.AlertShown) error {
	words := alertWords(o.locale, shown)
	words.Amount, words.Money = o.amount(shown.Total), o.amount
	if !shown.Variant.None() {
		o.Variant, o.Look = shown.Variant.Name, shown.Variant.Theme
		said, err := live.AlertText(ctx, s.o.App, o.seen, o.locale, shown.Variant.Template, words)
		if err != nil {
			return err
		}
		if len(said.Lines) > 0 {
			o.Title, o.Note, o.Direction = said.Lines[0], strings.Join(said.Lines[1:], "\n"), said.Direction
			return nil
		}
	}
	o.Title, o.Note, o.Amount = words.Donor, words.Comment, words.Amount
	if shown.Count == 1 {
		o.Title = o.locale.Text("overlay.alert.by", "Name", words.Donor)
	}
	return nil
}

// alertWords are what an alert can say but for its amount. Of many donations, their number stands for who donated, and the names for the comment.
func alertWords(l *text.Locale, shown *fund.AlertShown) app.AlertWords {
	switch {
	case shown.Count != 1:
		names := make([]string, len(shown.Donations))
		for i, d := range shown.Donations {
			names[i] = l.Donor(d.Name)
		}
		return app.AlertWords{Donor: l.Text("overlay.alert.many", "Count", shown.Count, "Number", l.Count(int64(shown.Count))), Comment: strings.Join(names, " · ")}
	case shown.Sample != nil:
		return app.AlertWords{Donor: l.Donor(shown.Sample.Name), Comment: shown.Sample.Comment, Reward: shown.Sample.Reward}
	case len(shown.Donations) == 0: // it was hidden just now
		return app.AlertWords{}
	default:
		d := shown.Donations[0]
		return app.AlertWords{Donor: l.Donor(d.Name), Comment: d.Comment, Reward: strings.Join(shown.Rewards, ", ")}
	}
}

// The messages of a page that shows alerts.
const (
	// saysHello is who the page is: Player is a secret in its browser.
	saysHello = "hello"
	// saysStart asks to start an alert, saysDone says that it was shown to its end.
	saysStart = "start"
	saysDone  = "done"
	// saysAudio is whether its browser lets it make a sound.
	saysAudio = "audio"
	// saysSound tells the page that started an alert that it makes the sound.
	saysSound = "sound"
)

// maxPlayer is how long the secret of a page may be, in bytes.
const maxPlayer = 64

// said is what a page says.
type said struct {
	Type   string `json:"type"`
	Player string `json:"player"`
	Alert  string `json:"alert"`
	Muted  bool   `json:"muted"`
}

// told is what it is told.
type told struct {
	Type  string `json:"type"`
	Alert string `json:"alert"`
}

// talks reports whether pages of an overlay say something: those for alerts, and scenes, which may hold one at any time.
func talks(k fund.OverlayKind) bool { return k == fund.OverlayAlerts || k == fund.OverlayScene }

// hears takes what a page of alerts says; nil for overlays that only look.
func (s *Server) hears(visit app.OverlayVisit, l *text.Locale) func(context.Context, []byte) ([]byte, error) {
	if !talks(visit.Kind) {
		return nil
	}
	key := visit.Key
	var player string
	return func(ctx context.Context, body []byte) ([]byte, error) {
		var one said
		if json.Unmarshal(body, &one) != nil || one.Player == "" || len(one.Player) > maxPlayer {
			return nil, &fault.Error{Kind: fault.Malformed}
		}
		// Each page that is not known yet costs a write: a connection is one page.
		if player != "" && player != one.Player {
			return nil, &fault.Error{Kind: fault.Malformed}
		}
		player = one.Player
		if visit.Kind == fund.OverlayScene { // what it holds changes
			var err error
			if visit, err = s.o.App.OpenOverlay(ctx, key); err != nil {
				return nil, err
			}
		}
		if one.Type == saysHello {
			_, err := s.o.App.MeetPlayer(ctx, visit, one.Player)
			return nil, err
		}
		if one.Type == saysAudio {
			return nil, s.o.App.HearPlayer(ctx, visit, one.Player, one.Muted)
		}
		alert, err := fund.ParseID(one.Alert)
		if err != nil {
			return nil, &fault.Error{Kind: fault.Malformed}
		}
		switch one.Type {
		case saysStart:
			started, err := s.start(ctx, l, visit, one.Player, alert)
			if err != nil || !started {
				return nil, err
			}
			return api.Marshal(told{saysSound, one.Alert})
		case saysDone:
			return nil, s.o.App.FinishAlert(ctx, visit, one.Player, alert)
		default:
			return nil, &fault.Error{Kind: fault.Malformed}
		}
	}
}

// start starts an alert for a page, once what it reads aloud is there.
func (s *Server) start(ctx context.Context, l *text.Locale, v app.OverlayVisit, player string, alert fund.ID) (bool, error) {
	// A page that may not play does not make the server speak.
	if allowed, err := s.o.App.MeetPlayer(ctx, v, player); err != nil || !allowed {
		return false, err
	}
	next, err := s.o.App.NextAlert(ctx, v, alert)
	if err != nil {
		return false, err
	}
	var speech time.Duration
	if spoken := s.speech(ctx, l, v, next); spoken != nil {
		speech = spoken.Length
	}
	return s.o.App.StartAlert(ctx, v, player, alert, speech)
}
