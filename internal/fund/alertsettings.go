package fund

import (
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// AlertSound is what an alert of a stage sounds like: one of the sounds that come with the server, AlertOwn, or AlertSilent.
type AlertSound string

// The sounds that are no file of the server.
const (
	// AlertSilent plays nothing, AlertOwn the file that was uploaded for the stage.
	AlertSilent AlertSound = "none"
	AlertOwn    AlertSound = "own"
	// AlertOfVariant plays the file that was uploaded for a variant. A stage has none.
	AlertOfVariant AlertSound = "variant"
)

// The sounds that come with the server.
const (
	AlertChime   AlertSound = "chime"
	AlertRise    AlertSound = "rise"
	AlertKnock   AlertSound = "knock"
	AlertCoin    AlertSound = "coin"
	AlertFanfare AlertSound = "fanfare"
)

// BuiltinSounds lists the sounds that come with the server.
func BuiltinSounds() []AlertSound {
	return []AlertSound{AlertChime, AlertRise, AlertKnock, AlertCoin, AlertFanfare}
}

// AlertSounds lists what the alerts of a stage can sound like, VariantSounds those of a variant that do not sound as the stage says.
func AlertSounds() []AlertSound { return append(BuiltinSounds(), AlertOwn, AlertSilent) }

// VariantSounds is described at AlertSounds.
func VariantSounds() []AlertSound { return append(AlertSounds(), AlertOfVariant) }

// The limits of how alerts sound.
const (
	// MaxVolume is the loudest volume, in hundredths of how loud a sound is measured to be played.
	MaxVolume = 100
	// DefaultVolume is the volume of a stage that nobody set up.
	DefaultVolume = 80
	// TargetLoudness is how loud sounds are played at MaxVolume, in hundredths of LUFS: the level of EBU R 128.
	TargetLoudness = -2300
	// MaxGain is how much louder than its file a sound is played at most: four times, so that the noise of a quiet file stays quiet.
	MaxGain = 4
)

// AlertSettings are how the alerts of a stage sound, and which there are.
type AlertSettings struct {
	FactID ID
	Sound  AlertSound
	// Own is the file that was uploaded; its Hash is "" for none.
	Own SoundFile
	// Volume is from 0 to MaxVolume, of the sound and of speech.
	Volume int64
	// SpeakName, SpeakAmount and SpeakComment are what of a donation is read aloud.
	SpeakName, SpeakAmount, SpeakComment bool
	// Least is the least donation that has an alert, in minor units; 0 for all.
	Least     int64
	Policy    AlertPolicy
	UpdatedAt time.Time
}

// DefaultAlertSettings are those of a stage of a fact that nobody set up: a chime, no speech, and alerts from one unit of the currency.
func DefaultAlertSettings(fact ID, currency string) AlertSettings {
	return AlertSettings{FactID: fact, Sound: AlertChime, Volume: DefaultVolume, Least: unitOf(currency), Policy: DefaultAlertPolicy()}
}

// unitOf is one unit of a currency in its minor units.
func unitOf(currency string) int64 {
	digits, err := money.Digits(currency)
	if err != nil {
		digits = 2
	}
	minor, _ := money.Parse("1", digits)
	return minor
}

// Speaks reports whether anything of a donation is read aloud.
func (s AlertSettings) Speaks() bool { return s.SpeakName || s.SpeakAmount || s.SpeakComment }

// AlertSettingsPatch changes the settings of a stage. Least is decimal text in major units; "" is all donations.
type AlertSettingsPatch struct {
	Sound                                Opt[AlertSound]
	Volume                               Opt[int64]
	SpeakName, SpeakAmount, SpeakComment Opt[bool]
	Least                                Opt[string]
	Policy                               AlertPolicyPatch
}

// Apply changes the settings of a stage whose fact has the currency.
func (p AlertSettingsPatch) Apply(s *AlertSettings, currency string, now time.Time) (wrong fault.Fields) {
	p.Sound.To(&s.Sound)
	p.Volume.To(&s.Volume)
	p.SpeakName.To(&s.SpeakName)
	p.SpeakAmount.To(&s.SpeakAmount)
	p.SpeakComment.To(&s.SpeakComment)
	CheckOneOf(&wrong, "sound", s.Sound, AlertSounds())
	if s.Sound == AlertOwn && s.Own.Hash == "" {
		wrong.Add("sound", NoFile)
	}
	if s.Volume < 0 || s.Volume > MaxVolume {
		wrong.Add("volume", fmt.Sprintf("must be from 0 to %d", MaxVolume))
	}
	s.Least = alertAmount(&wrong, "least", p.Least, s.Least, currency)
	s.UpdatedAt = now
	return append(wrong, p.Policy.Apply(&s.Policy, currency)...)
}

// SoundPath begins the paths of sounds on this server.
const SoundPath = PicturePath + "sounds/"

// soundTypes are the file types of sounds.
var soundTypes = []string{"wav", "ogg", "mp3"}

// SoundFile is a sound that was measured.
type SoundFile struct {
	// Hash is the SHA-256 of its content, in lower-case hexadecimal digits; Type is "wav", "ogg" or "mp3".
	Hash   string        `json:"hash"`
	Type   string        `json:"type"`
	Length time.Duration `json:"length"`
	// Loudness is in hundredths of LUFS, Peak the largest sample in thousandths of full scale.
	Loudness int64 `json:"loudness"`
	Peak     int64 `json:"peak"`
}

// Address is where the file is on this server.
func (f SoundFile) Address() string { return SoundPath + f.Hash + "." + f.Type }

// Gain is what a player multiplies samples by, so that the sound is as loud as others, and never louder than full scale.
func (f SoundFile) Gain() float64 {
	gain := math.Pow(10, float64(TargetLoudness-f.Loudness)/2000)
	return min(gain, MaxGain, 1000/float64(max(1, f.Peak)))
}

// ParseSound reads the name of a file below SoundPath. Any other name is not ok.
func ParseSound(name string) (f SoundFile, ok bool) {
	f.Hash, f.Type, _ = strings.Cut(name, ".")
	if _, err := hex.DecodeString(f.Hash); err != nil || len(f.Hash) != pictureHash || strings.ToLower(f.Hash) != f.Hash {
		return SoundFile{}, false
	}
	return f, slices.Contains(soundTypes, f.Type)
}

// ParseBuiltin reads the name of a file below SoundPath that comes with the server.
func ParseBuiltin(name string) (s AlertSound, ok bool) {
	base, ok := strings.CutSuffix(name, ".wav")
	return AlertSound(base), ok && slices.Contains(BuiltinSounds(), AlertSound(base))
}
