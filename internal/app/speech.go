package app

import (
	"context"
	"strings"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/sound"
)

// Speaker makes sounds of short texts. A text that it does not speak is NotFound.
type Speaker interface {
	Speak(ctx context.Context, language, text string) (sound.Sound, error)
}

// Speaks reports whether this server can speak.
func (a *App) Speaks() bool { return a.speaker != nil }

// SpokenDonation is what can be read aloud of a donation: what everybody may see of it at this moment, in words.
type SpokenDonation struct{ Name, Amount, Comment string }

// Speech is what a page plays after the sound of an alert.
type Speech struct {
	fund.SoundFile

	Content []byte
	// Gain is what the samples are multiplied by, with the volume of the stage.
	Gain float64
}

// Speak reads aloud what the settings of a stage say of a donation; nil where nothing is to be heard. Unavailable where it could not be spoken in time: the
// alert is shown without.
func (a *App) Speak(ctx context.Context, s fund.AlertSettings, language string, d SpokenDonation) (*Speech, error) {
	text := spokenText(s, d)
	if a.speaker == nil || s.Volume == 0 || text == "" {
		return nil, nil //nolint:nilnil // there is nothing to be heard
	}
	spoken, err := a.speaker.Speak(ctx, language, text)
	if fault.Is(err, fault.NotFound) {
		return nil, nil //nolint:nilnil // there is no voice for it
	}
	if err != nil {
		return nil, err //nolint:wrapcheck // it is a fault
	}
	f := soundFile(spoken)
	return &Speech{SoundFile: f, Content: spoken.Content, Gain: f.Gain() * float64(s.Volume) / fund.MaxVolume}, nil
}

// spokenText is what is read aloud, in the order of the alert.
func spokenText(s fund.AlertSettings, d SpokenDonation) string {
	var parts []string
	for _, one := range []struct {
		speak bool
		text  string
	}{{s.SpeakName, d.Name}, {s.SpeakAmount, d.Amount}, {s.SpeakComment, d.Comment}} {
		if one.speak && strings.TrimSpace(one.text) != "" {
			parts = append(parts, one.text)
		}
	}
	return strings.Join(parts, ". ")
}

// SpeakAlert is Speak for an alert with a variant on the stage of an overlay.
func (a *App) SpeakAlert(ctx context.Context, v OverlayVisit, variant *fund.ChosenVariant, language string, d SpokenDonation) (*Speech, error) {
	if !a.Speaks() {
		return nil, nil //nolint:nilnil // there is nothing to be heard
	}
	settings, err := alertSettingsOf(ctx, a.store.Queries, v.seen.fact, v.StageID)
	if err != nil {
		return nil, err
	}
	return a.Speak(ctx, variant.Over(settings), language, d)
}
