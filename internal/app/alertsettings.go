package app

import (
	"context"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/sound"
	"github.com/almoner/almoner/internal/store"
)

// MaxSound and MaxSoundLength are how many bytes the file of a sound may have, and how long it may play.
const (
	MaxSound       = sound.MaxBytes
	MaxSoundLength = sound.MaxLength
)

// GetAlertSettings returns how the alerts of a fact sound, and which there are, to those who set up its stage.
func (a *App) GetAlertSettings(ctx context.Context, actor Actor, key FactKey) (fund.AlertSettings, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err == nil {
		err = requireRole(ctx, a.store.Queries, actor, setStage, f)
	}
	if err != nil {
		return fund.AlertSettings{}, err
	}
	return alertSettingsOf(ctx, a.store.Queries, f, key.Stage)
}

// alertSettingsOf are the settings of a stage of a fact, the first one where stage is zero; the usual ones where nobody set it up.
func alertSettingsOf(ctx context.Context, q store.Queries, f fund.Fact, stage fund.ID) (fund.AlertSettings, error) {
	s, err := q.GetAlertSettings(ctx, fund.StageKey{Fact: f.ID, ID: stage})
	if fault.Is(err, fault.NotFound) {
		return fund.DefaultAlertSettings(f.ID, f.Currency), nil
	}
	return s, err
}

// UpdateAlertSettings changes how the alerts of a fact sound. Its overlays follow at once.
func (a *App) UpdateAlertSettings(ctx context.Context, actor Actor, key FactKey, patch fund.AlertSettingsPatch) (fund.AlertSettings, error) {
	return a.changeAlerts(ctx, actor, key, func(ctx context.Context, tx *store.Tx, c alertChange) error {
		if err := patch.Apply(c.settings, c.fact.Currency, c.now).Err(); err != nil {
			return err
		}
		return tx.PutAlertSettings(ctx, c.on, *c.settings, c.id)
	})
}

// SetAlertSound makes a file the sound of the alerts of a fact; those who set up its stage. A file that cannot be taken is Invalid at "file".
func (a *App) SetAlertSound(ctx context.Context, actor Actor, key FactKey, file []byte) (fund.AlertSettings, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err == nil {
		err = requireRole(ctx, a.store.Queries, actor, setStage, f) // so that a file of anybody else is not even looked at
	}
	if err != nil {
		return fund.AlertSettings{}, err
	}
	taken, err := a.takeSound(ctx, actor, f, file)
	if err != nil {
		return fund.AlertSettings{}, err
	}
	return a.changeAlerts(ctx, actor, key, func(ctx context.Context, tx *store.Tx, c alertChange) error {
		c.settings.Own, c.settings.Sound, c.settings.UpdatedAt = soundFile(taken), fund.AlertOwn, c.now
		if err := tx.PutAlertSettings(ctx, c.on, *c.settings, c.id); err != nil {
			return err
		}
		return tx.PutStageSound(ctx, c.on, c.settings.Own, taken.Content)
	})
}

// takeSound measures a file that was uploaded for the stage of a fact. How many somebody uploads in an hour is limited.
func (a *App) takeSound(ctx context.Context, actor Actor, f fund.Fact, file []byte) (sound.Sound, error) {
	if actor.Kind != ActorSystem {
		if err := a.shield.Upload(f.QuotaOwner()); err != nil {
			return sound.Sound{}, err
		}
	}
	return a.sounds.Take(ctx, "file", file)
}

// RemoveAlertSound deletes the file that was uploaded for the alerts of a fact. If they sounded like it, they sound like a stage that nobody set up.
func (a *App) RemoveAlertSound(ctx context.Context, actor Actor, key FactKey) (fund.AlertSettings, error) {
	return a.changeAlerts(ctx, actor, key, func(ctx context.Context, tx *store.Tx, c alertChange) error {
		if c.settings.Own, c.settings.UpdatedAt = (fund.SoundFile{}), c.now; c.settings.Sound == fund.AlertOwn {
			c.settings.Sound = fund.DefaultAlertSettings(c.fact.ID, c.fact.Currency).Sound
		}
		if err := tx.PutAlertSettings(ctx, c.on, *c.settings, c.id); err != nil {
			return err
		}
		return tx.DeleteStageSound(ctx, c.on)
	})
}

// alertChange is a change of the alert settings of a stage of a fact.
type alertChange struct {
	stageChange

	on       fund.StageKey
	fact     fund.Fact
	settings *fund.AlertSettings
}

// changeAlerts changes the alert settings of a fact in one write, and tells its overlays.
func (a *App) changeAlerts(ctx context.Context, actor Actor, key FactKey, work func(context.Context, *store.Tx, alertChange) error) (fund.AlertSettings, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.AlertSettings{}, err
	}
	var s fund.AlertSettings
	err = a.changeStage(ctx, actor, f, setStage, func(ctx context.Context, tx *store.Tx, e stageChange) error {
		if s, err = alertSettingsOf(ctx, tx.Queries, f, key.Stage); err != nil {
			return err
		}
		if err := work(ctx, tx, alertChange{e, key.stageOf(f), f, &s}); err != nil {
			return err
		}
		all, err := tx.ListOverlays(ctx, key.stageOf(f), fund.MaxOverlays)
		for _, o := range all {
			appendOverlayChanged(tx, o, e.now)
		}
		return err
	})
	return orNone(s, err)
}

// PlayedSound is what a page plays.
type PlayedSound struct {
	fund.SoundFile

	// Address is where the file is on this server, Gain what its samples are multiplied by, with the volume of the stage.
	Address string
	Gain    float64
}

// PlayedSound is the sound of alerts with the settings; nil for none.
func (a *App) PlayedSound(s fund.AlertSettings) *PlayedSound {
	p := PlayedSound{SoundFile: s.Own}
	switch builtin, is := sound.Builtin(string(s.Sound)); {
	case s.Volume == 0:
		return nil
	case is:
		p.SoundFile = soundFile(builtin)
		p.Address = fund.SoundPath + string(s.Sound) + ".wav"
	case s.Sound == fund.AlertOwn && s.Own.Hash != "":
		p.Address = s.Own.Address()
	default:
		return nil
	}
	p.Gain = p.SoundFile.Gain() * float64(s.Volume) / fund.MaxVolume
	return &p
}

// soundFile is what is known of a sound.
func soundFile(s sound.Sound) fund.SoundFile {
	return fund.SoundFile{Hash: s.Hash, Type: s.Type, Length: s.Length, Loudness: s.Loudness, Peak: s.Peak}
}

// GetSound returns the content of a sound by its name below fund.SoundPath, and its type. Everybody who knows the name may hear it: that of an uploaded one has
// its hash in it, which nobody can guess.
func (a *App) GetSound(ctx context.Context, name string) (content []byte, kind string, err error) {
	if builtin, is := fund.ParseBuiltin(name); is {
		s, _ := sound.Builtin(string(builtin))
		return s.Content, s.Type, nil
	}
	f, is := fund.ParseSound(name)
	if !is {
		return nil, "", missing("sound", fund.Key{})
	}
	content, err = a.store.GetSound(ctx, f)
	return content, f.Type, err
}
