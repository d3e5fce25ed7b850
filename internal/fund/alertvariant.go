package fund

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// The limits of variants of alerts.
const (
	// MaxAlertVariants is how many variants the alerts of a stage have at once.
	MaxAlertVariants = 20
	// MaxAlertTemplate is how many characters the text of a variant has, MaxAlertLines how many lines.
	MaxAlertTemplate = 200
	MaxAlertLines    = 5
	// MinVariantLasts and MaxVariantLasts are the shortest and the longest time for which an alert can be set up to be shown. One that sounds or speaks for longer
	// is shown for as long as that takes.
	MinVariantLasts = 3 * time.Second
	MaxVariantLasts = 30 * time.Second
	// TogetherInTests is of how many donations a test of a variant is that is for several.
	TogetherInTests = 3
)

// AlertKind is what a variant of alerts is for.
type AlertKind string

// The kinds of alerts that can have a variant of their own. A donation may be of several; the order of the variants says which of them counts.
const (
	// AlertGift is one donation, whatever it is for; so is a test. AlertTogether are several that are shown together.
	AlertGift     AlertKind = "gift"
	AlertTogether AlertKind = "together"
	// AlertLate is one donation that was completed more than AlertsTogetherAfter before it is shown: it waited for screening, or for a page.
	AlertLate AlertKind = "late"
	// AlertReward is a donation that claims a reward, AlertPoll one for an option of a poll, AlertTarget one toward a challenge, AlertMatch that of a matcher.
	AlertReward AlertKind = "reward"
	AlertPoll   AlertKind = "poll"
	AlertTarget AlertKind = "target"
	AlertMatch  AlertKind = "match"
	// AlertTest is a test.
	AlertTest AlertKind = "test"
)

// AlertKinds lists what a variant can be for.
func AlertKinds() []AlertKind {
	return []AlertKind{AlertGift, AlertReward, AlertPoll, AlertTarget, AlertMatch, AlertLate, AlertTogether, AlertTest}
}

// AlertPlaceholders are what the text of a variant can say, as templates of chats call it: who donates, how much, the comment, what reward is claimed, what the
// campaign is called and what it has raised.
func AlertPlaceholders() []string {
	return []string{"donor", "amount", "comment", "reward", "name", "total"}
}

// AlertTraits are what the variant of an alert is chosen by.
type AlertTraits struct {
	// Amount is what its donations are together in minor units, Count how many there are.
	Amount int64
	Count  int
	Test   bool
	// The others are those of one donation.
	Late, Match, Poll, Target bool
	Rewards                   []ID
}

// AlertLook is how an alert with a variant looks and sounds. What is not set is as the stage and the overlay say.
type AlertLook struct {
	// Template is its text with placeholders, its first line in large letters; "" for the usual words.
	Template string     `json:"template,omitempty"`
	Sound    AlertSound `json:"sound,omitempty"`
	// File is what AlertOfVariant plays; its Hash is "" for none.
	File SoundFile `json:"file,omitzero"`
	// Volume is nil for that of the stage.
	Volume *int64 `json:"volume,omitempty"`
	// Lasts is for how long it is shown; 0 for AlertLasts.
	Lasts time.Duration `json:"lasts,omitempty"`
	Theme OverlayTheme  `json:"theme,omitempty"`
	// Speak reports whether it is read aloud, as far as the stage does that.
	Speak bool `json:"speak,omitempty"`
}

// Over are the settings of a stage for an alert with the look. A file that is not there any more sounds as the stage does.
func (l AlertLook) Over(s AlertSettings) AlertSettings {
	switch {
	case l.Sound == AlertOfVariant && l.File.Hash != "":
		s.Sound, s.Own = AlertOwn, l.File
	case l.Sound == "", l.Sound == AlertOfVariant, l.Sound == AlertOwn && s.Own.Hash == "":
	default:
		s.Sound = l.Sound
	}
	if l.Volume != nil {
		s.Volume = *l.Volume
	}
	if !l.Speak {
		s.SpeakName, s.SpeakAmount, s.SpeakComment = false, false, false
	}
	return s
}

// AlertVariant is another way in which alerts of a stage look and sound. The first in the order of the stage that fits an alert is used.
type AlertVariant struct {
	ID, StageID, FactID ID
	// Position is its place in that order.
	Position int64
	// Name is what those who made it call it.
	Name string
	Kind AlertKind
	// From is the least amount that it is for, in minor units; 0 for all.
	From int64
	// Reward is which reward it is for, where its kind is AlertReward; zero for all.
	Reward ID
	AlertLook

	CreatedAt, UpdatedAt time.Time
}

// Fits reports whether an alert is one that the variant is for.
func (v AlertVariant) Fits(t AlertTraits) bool {
	if t.Amount < v.From {
		return false
	}
	switch v.Kind {
	case AlertTogether:
		return t.Count > 1
	case AlertTest:
		return t.Test
	case AlertGift:
		return t.Count == 1
	case AlertLate:
		return t.Late
	case AlertReward:
		return slices.Contains(t.Rewards, v.Reward) || v.Reward.IsZero() && len(t.Rewards) > 0
	case AlertPoll:
		return t.Poll
	case AlertTarget:
		return t.Target
	case AlertMatch:
		return t.Match
	default:
		return false
	}
}

// ChosenVariant is the variant of an alert as it was when the alert was first shown; one without a name is none.
type ChosenVariant struct {
	Name string `json:"name,omitempty"`
	AlertLook
}

// Chosen is the variant as an alert keeps it.
func (v AlertVariant) Chosen() *ChosenVariant {
	return &ChosenVariant{v.Name, v.AlertLook}
}

// ChooseVariant is the first variant in their order that fits an alert.
func ChooseVariant(all []AlertVariant, t AlertTraits) *ChosenVariant {
	for _, v := range all {
		if v.Fits(t) {
			return v.Chosen()
		}
	}
	return &ChosenVariant{}
}

// None reports whether an alert is as the stage says. An alert that was not shown yet has nil.
func (c *ChosenVariant) None() bool { return c == nil || c.Name == "" }

// Over are the settings of a stage for an alert with the variant.
func (c *ChosenVariant) Over(s AlertSettings) AlertSettings {
	if c.None() {
		return s
	}
	return c.AlertLook.Over(s)
}

// ShownFor is for how long an alert is shown that sounds and speaks for less.
func (c *ChosenVariant) ShownFor() time.Duration {
	if c.None() || c.Lasts == 0 {
		return AlertLasts
	}
	return c.Lasts
}

// AlertVariantPatch changes a variant. From is decimal text in major units; "" is all amounts. Reward is found by who applies the patch.
type AlertVariantPatch struct {
	Name, From, Template Opt[string]
	Kind                 Opt[AlertKind]
	Reward               Opt[ID]
	Sound                Opt[AlertSound]
	Volume               Opt[*int64]
	Lasts                Opt[time.Duration]
	Theme                Opt[OverlayTheme]
	Speak                Opt[bool]
}

// Apply changes a variant of a stage whose fact has the currency.
func (p AlertVariantPatch) Apply(v *AlertVariant, currency string, now time.Time) (wrong fault.Fields) {
	p.Name.To(&v.Name)
	p.Kind.To(&v.Kind)
	p.Reward.To(&v.Reward)
	p.Template.To(&v.Template)
	p.Sound.To(&v.Sound)
	p.Volume.To(&v.Volume)
	p.Lasts.To(&v.Lasts)
	p.Theme.To(&v.Theme)
	p.Speak.To(&v.Speak)
	if v.Kind != AlertReward {
		v.Reward = ID{}
	}
	CheckName(&wrong, "name", &v.Name)
	CheckOneOf(&wrong, "kind", v.Kind, AlertKinds())
	v.From = alertAmount(&wrong, "from", p.From, v.From, currency)
	CheckAlertTemplate(&wrong, "template", &v.Template)
	if v.Sound != "" {
		CheckOneOf(&wrong, "sound", v.Sound, VariantSounds())
	}
	if v.Sound == AlertOfVariant && v.File.Hash == "" {
		wrong.Add("sound", NoFile)
	}
	if v.Volume != nil && (*v.Volume < 0 || *v.Volume > MaxVolume) {
		wrong.Add("volume", fmt.Sprintf("must be from 0 to %d", MaxVolume))
	}
	if v.Lasts != 0 && (v.Lasts < MinVariantLasts || v.Lasts > MaxVariantLasts) {
		wrong.Add("lasts", secondsFrom(MinVariantLasts, MaxVariantLasts))
	}
	if v.Theme != "" {
		CheckOneOf(&wrong, "theme", v.Theme, OverlayThemes())
	}
	v.UpdatedAt = now
	return wrong
}

// CheckAlertTemplate refuses the text of a variant that is too long, or says what no alert can say.
func CheckAlertTemplate(wrong *fault.Fields, path string, template *string) {
	checkLines(wrong, path, template, MaxAlertTemplate)
	if strings.Count(*template, "\n") >= MaxAlertLines {
		wrong.Add(path, fmt.Sprintf("must have at most %d lines", MaxAlertLines))
	}
	for part := range TemplateParts(*template) {
		if part.Value && !slices.Contains(AlertPlaceholders(), part.Text) {
			wrong.Add(path, "must have no placeholders but {"+strings.Join(AlertPlaceholders(), "}, {")+"}")
			return
		}
	}
}
