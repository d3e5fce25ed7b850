package app_test

import (
	"bytes"
	"encoding/binary"
	"math"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/sound"
)

// beep is a WAV with a second of a tone.
func beep() []byte {
	const rate = 8000
	le := binary.LittleEndian
	file := []byte("RIFF\x00\x00\x00\x00WAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	file = le.AppendUint32(le.AppendUint32(file, rate), 2*rate)
	file = append(file, 2, 0, 16, 0, 'd', 'a', 't', 'a')
	file = le.AppendUint32(file, 2*rate)
	for i := range rate {
		file = le.AppendUint16(file, uint16(int16(20_000*math.Sin(float64(i)/2))))
	}
	le.PutUint32(file[4:], uint32(len(file)-8))
	return file
}

// TestWhoSetsUpAlerts reads and changes how alerts sound as everybody. Helpers with a grant do not.
func TestWhoSetsUpAlerts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	desk, _ := w.volunteer(t, "Desk", fund.GrantRoles()...)
	for name, who := range map[string]struct {
		actor app.Actor
		fact  fund.Fact
		may   bool
	}{
		"owner": {w.owner, w.campaign, true}, "stranger": {w.stranger, w.campaign, false}, "member of the cause": {w.causer, w.campaign, false},
		"all grants": {desk, w.campaign, false}, "nobody": {app.Actor{}, w.campaign, false},
		"admin of the team": {w.roles[fund.RoleAdmin], w.team1, true}, "member of the team": {w.roles[fund.RoleMember], w.team1, false},
	} {
		_, read := w.GetAlertSettings(ctx, who.actor, factKey(who.fact))
		_, changed := w.UpdateAlertSettings(ctx, who.actor, factKey(who.fact), fund.AlertSettingsPatch{Volume: fund.Some[int64](50)})
		_, given := w.SetAlertSound(ctx, who.actor, factKey(who.fact), beep())
		_, removed := w.RemoveAlertSound(ctx, who.actor, factKey(who.fact))
		for what, err := range map[string]error{"read": read, "change": changed, "give": given, "remove": removed} {
			if (err == nil) != who.may || !who.may && !fault.Is(err, fault.Forbidden) && !fault.Is(err, fault.Unauthenticated) {
				t.Errorf("%s: got %v, want to %s it %t", name, err, what, who.may)
			}
		}
	}
}

// TestAlertSettings changes the settings of a stage, gives it a sound, and takes that away, and wants its overlays to be told each time.
func TestAlertSettings(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, key := t.Context(), factKey(w.campaign)
	if s := must.Get(w.GetAlertSettings(ctx, w.owner, key))(t); s != fund.DefaultAlertSettings(w.campaign.ID, w.campaign.Currency) {
		t.Errorf("got %+v, want the usual ones", s)
	}
	o := must.Get(w.CreateOverlay(ctx, w.owner, key, goal("one")))(t)
	all := w.events(ctx, t, 0)
	position := all[len(all)-1].Position
	told := func(what string, work func() (fund.AlertSettings, error)) fund.AlertSettings {
		t.Helper()
		s := must.Get(work())(t)
		events := w.events(ctx, t, position)
		if len(events) != 1 || events[0].Topic != fund.TopicOverlayChanged || events[0].Subject != o.ID {
			t.Fatalf("%s: got %v, want that the overlay changed", what, events)
		}
		position = events[0].Position
		return s
	}
	told("change", func() (fund.AlertSettings, error) {
		return w.UpdateAlertSettings(ctx, w.owner, key, fund.AlertSettingsPatch{Volume: fund.Some[int64](50), SpeakName: fund.Some(true), Least: fund.Some("2.50")})
	})
	s := told("give", func() (fund.AlertSettings, error) { return w.SetAlertSound(ctx, w.owner, key, beep()) })
	if s.Sound != fund.AlertOwn || s.Own.Hash == "" || s.Volume != 50 || !s.SpeakName || s.Least != 250 {
		t.Errorf("got %+v, want its own sound, and all else as it was", s)
	}
	if again := must.Get(w.GetAlertSettings(ctx, w.owner, key))(t); again != s {
		t.Errorf("got %+v, want what was said: %+v", again, s)
	}
	name := s.Own.Hash + ".wav"
	content, kind, err := w.GetSound(ctx, name)
	if err != nil || kind != "wav" || !bytes.Equal(content, beep()) {
		t.Errorf("got %d bytes of %s, %v, want the file", len(content), kind, err)
	}
	if p := w.PlayedSound(s); p == nil || p.Address != fund.SoundPath+name || math.Abs(p.Gain-s.Own.Gain()/2) > .0001 {
		t.Errorf("got %+v, want the file at half its gain", p)
	}
	if _, err := w.SetAlertSound(ctx, w.owner, key, []byte("no sound")); !fault.Is(err, fault.Invalid) || fault.From(err).Fields[0].Path != "file" {
		t.Errorf("got %v, want the file refused", err)
	}
	s = told("remove", func() (fund.AlertSettings, error) { return w.RemoveAlertSound(ctx, w.owner, key) })
	if s.Sound != fund.AlertChime || s.Own.Hash != "" || s.Volume != 50 {
		t.Errorf("got %+v, want the chime", s)
	}
	if _, _, err := w.GetSound(ctx, name); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v, want the file gone", err)
	}
}

// TestPlayedSound plays each sound that comes with the server, and nothing where nothing is to be heard.
func TestPlayedSound(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range fund.BuiltinSounds() {
		p := w.PlayedSound(fund.AlertSettings{Sound: name, Volume: fund.MaxVolume})
		if p == nil || p.Address != fund.SoundPath+string(name)+".wav" || p.Gain <= 0 || p.Gain > 1 || p.Length <= 0 {
			t.Errorf("%s: got %+v", name, p)
			continue
		}
		content, kind, err := w.GetSound(t.Context(), string(name)+".wav")
		if s, ok := sound.Builtin(string(name)); err != nil || !ok || kind != "wav" || !bytes.Equal(content, s.Content) {
			t.Errorf("%s: got %s, %v, want what comes with the server", name, kind, err)
		}
	}
	if len(sound.Builtins()) != len(fund.BuiltinSounds()) {
		t.Errorf("got %v, want names for all of %v", fund.BuiltinSounds(), sound.Builtins())
	}
	for name, s := range map[string]fund.AlertSettings{
		"none": {Sound: fund.AlertSilent, Volume: 100}, "no volume": {Sound: fund.AlertChime}, "its own without one": {Sound: fund.AlertOwn, Volume: 100},
	} {
		if p := w.PlayedSound(s); p != nil {
			t.Errorf("%s: got %+v, want nothing", name, p)
		}
	}
}
