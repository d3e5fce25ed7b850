package dash

import (
	"cmp"
	"context"
	"maps"
	"net/http"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
)

// alertKindTexts are what variants of alerts are for, in words.
var alertKindTexts = map[fund.AlertKind]text.ID{
	fund.AlertGift: "dash.variant.kind.gift", fund.AlertReward: "dash.variant.kind.reward", fund.AlertPoll: "dash.variant.kind.poll", fund.AlertTarget: "dash.variant.kind.target",
	fund.AlertMatch: "dash.variant.kind.match", fund.AlertLate: "dash.variant.kind.late", fund.AlertTogether: "dash.variant.kind.together", fund.AlertTest: "dash.variant.kind.test",
}

// orUsual are choices after one that leaves it to others.
func orUsual(l *text.Locale, usual text.ID, choices []pick) []pick {
	return append([]pick{{"", l.Text(usual)}}, choices...)
}

// variants are other ways in which alerts of the stage of a fact look and sound.
func (s *Server) variants() partKind {
	return partKind{
		Path: "variants", param: "variant", list: "stage", Heading: "dash.variants", None: "dash.variants.none", Add: "dash.variants.add", change: "dash.variant.change", may: stages, staged: true,
		rows: func(ctx context.Context, p place, f *fields) ([]partRow, error) {
			all, err := s.app.ListAlertVariants(ctx, p.seen)
			rows := make([]partRow, len(all))
			for i, one := range all {
				rows[i] = partRow{ID: one.ID.String(), Name: one.Name, Text: f.variantText(one)}
			}
			return rows, err
		},
		blank: func(f *fields) {
			f.variant(fund.AlertVariant{Kind: fund.AlertGift, AlertLook: fund.AlertLook{Speak: true}})
		},
		find: func(ctx context.Context, a *app.App, p place, id fund.ID, f *fields) (found, error) {
			one, err := a.GetAlertVariant(ctx, p.actor, id)
			f.variant(one)
			return found{name: one.Name, fact: one.FactID, stage: one.StageID, test: testPrefix + id.String()}, err
		},
		more: s.pickReward,
		create: func(ctx context.Context, p place, actor app.Actor, in sent) error {
			_, err := s.app.CreateAlertVariant(ctx, actor, p.key(), variantPatch(in))
			return err
		},
		update: func(ctx context.Context, actor app.Actor, id fund.ID, in sent) error {
			_, err := s.app.UpdateAlertVariant(ctx, actor, id, variantPatch(in))
			return err
		},
		move: func(ctx context.Context, p place, m app.OptionMove) error {
			return s.app.MoveAlertVariant(ctx, p.actor, m)
		},
		sample: s.variantSamples,
		beside: func(l *text.Locale, p place, id fund.ID) []deed {
			return []deed{{p.Base() + "/variants/" + id.String() + variantSoundPath, l.Text("dash.variant.sounds")}}
		},
		deeds: []partDeed{deleting(func(ctx context.Context, actor app.Actor, key fund.Key) error {
			return s.app.DeleteAlertVariant(ctx, actor, key.ID)
		})},
	}
}

// variantText says which alerts a variant is for.
func (f *fields) variantText(v fund.AlertVariant) string {
	said := []string{f.locale.Text(alertKindTexts[v.Kind])}
	if v.From > 0 {
		said = append(said, f.locale.Text("dash.variant.from.amount", "Amount", f.locale.Amount(v.From, f.currency)))
	}
	return strings.Join(said, " · ")
}

// variant are the fields of a variant.
func (f *fields) variant(v fund.AlertVariant) {
	l := f.locale
	f.hint(f.line("name", "dash.name", v.Name), "dash.variant.name.hint")
	f.hint(f.choice("kind", "dash.variant.kind", string(v.Kind), picks(l, fund.AlertKinds(), alertKindTexts)...), "dash.variant.kind.hint")
	f.hint(f.amount("from", "dash.variant.from", v.From), "dash.variant.from.hint").Optional = true
	f.hint(f.choice("reward", "dash.variant.reward", idText(v.Reward)), "dash.variant.reward.hint")
	words := f.lines("template", "dash.variant.template", v.Template)
	f.hint(words, "dash.variant.template.hint", "Words", "{"+strings.Join(fund.AlertPlaceholders(), "} {")+"}", "Max", l.Count(fund.MaxAlertTemplate), "Lines", l.Count(fund.MaxAlertLines),
		"Name", "{name}", "Total", "{total}", "Comment", "{comment}")
	words.Optional = true
	sounds := fund.AlertSounds()
	if v.File.Hash != "" {
		sounds = fund.VariantSounds()
	}
	f.hint(f.choice("sound", "dash.alerts.sound", string(v.Sound), orUsual(l, "dash.variant.sound.usual", picks(l, sounds, variantSoundTexts()))...), "dash.variant.sound.hint")
	f.hint(f.count("volume", "dash.alerts.volume", v.Volume), "dash.variant.volume.hint").Optional = true
	var lasts *int64
	if v.Lasts > 0 {
		seconds := int64(v.Lasts / time.Second)
		lasts = &seconds
	}
	f.hint(f.count("lasts", "dash.variant.lasts", lasts), "dash.variant.lasts.hint",
		"Least", int(fund.MinVariantLasts/time.Second), "Most", int(fund.MaxVariantLasts/time.Second), "Usual", int(fund.AlertLasts/time.Second)).Optional = true
	f.choice("theme", "dash.overlay.theme", string(v.Theme), orUsual(l, "dash.variant.theme.usual", picks(l, fund.OverlayThemes(), overlayThemeTexts))...)
	f.hint(f.check("speak", "dash.variant.speak", v.Speak), "dash.variant.speak.hint")
}

// variantSoundTexts are what alerts with a variant can sound like, in words.
func variantSoundTexts() map[fund.AlertSound]text.ID {
	words := maps.Clone(alertSoundTexts)
	words[fund.AlertOwn], words[fund.AlertOfVariant] = "dash.variant.sound.stage", "dash.variant.sound.own"
	return words
}

// variantSounds are those of a variant.
func (s *Server) variantSounds(r *http.Request, p *place) (soundsOf, error) {
	id, one, err := s.partAt(r, s.variants(), p)
	if err != nil {
		return soundsOf{}, err
	}
	v, err := s.app.GetAlertVariant(r.Context(), p.actor, id)
	return soundsOf{
		heading: text.Of(r).Text("dash.variant.sounds.of", "Name", one.name), back: p.Base() + "/variants/" + id.String(),
		sounds: fund.VariantSounds(), words: variantSoundTexts(), file: v.File,
		own: func(fund.AlertSettings) bool { return v.File.Hash != "" },
		take: func(ctx context.Context, file []byte) error {
			_, err := s.app.SetVariantSound(ctx, p.actor, id, file)
			return err
		},
		remove: func(ctx context.Context) error {
			_, err := s.app.RemoveVariantSound(ctx, p.actor, id)
			return err
		},
	}, err
}

// variantPatch is what a form about a variant says.
func variantPatch(in sent) fund.AlertVariantPatch {
	patch := fund.AlertVariantPatch{
		Name: in.text("name"), Kind: choiceOf[fund.AlertKind](in, "kind"), From: in.text("from"), Reward: in.id("reward"), Template: in.text("template"),
		Sound: choiceOf[fund.AlertSound](in, "sound"), Volume: in.count("volume"), Theme: choiceOf[fund.OverlayTheme](in, "theme"), Speak: in.flag("speak"),
	}
	if n := in.count("lasts"); n.Set {
		patch.Lasts = fund.Some(time.Duration(0))
		if n.Value != nil {
			patch.Lasts.Value = time.Duration(cmp.Or(min(*n.Value, mostLengths), -1)) * time.Second // 0 is refused: nothing typed is the usual length
		}
	}
	return patch
}

// pickReward adds the rewards of a fact to the form of a variant. One that is gone stays, if it is chosen.
func (s *Server) pickReward(ctx context.Context, p place, f *fields) error {
	all, err := s.app.Rewards(ctx, p.seen, everything)
	choices := []pick{{"", f.locale.Text("dash.variant.reward.all")}}
	for _, one := range all {
		choices = append(choices, pick{one.ID.String(), one.Name})
	}
	f.choose("reward", choices, "dash.variant.reward.gone")
	return err
}

// alertSample is what an alert of a made-up donation would say.
type alertSample struct {
	Title     string
	Lines     []string
	Direction string
}

// variantSamples are what the text of a variant says of donations that are hard to speak of.
func (s *Server) variantSamples(ctx context.Context, p place, in sent) ([]alertSample, error) {
	l, template := in.locale, in.plain["template"]
	var wrong fault.Fields
	if fund.CheckAlertTemplate(&wrong, "template", &template); len(wrong) > 0 {
		return nil, nil
	}
	kind := fund.AlertKind(in.plain["kind"])
	reward := ""
	if kind == fund.AlertReward {
		reward = l.Text("dash.variant.sample.reward")
		for _, one := range in.all {
			for _, c := range one.Choices {
				if one.Name == "reward" && c.Value != "" && c.Value == in.plain["reward"] {
					reward = c.Text
				}
			}
		}
	}
	var samples []alertSample
	for _, one := range sampleWords(l, kind, p.Fact.Currency) {
		one.words.Reward = reward
		said, err := s.alertText(ctx, s.app, p.seen, l, template, one.words)
		if err != nil {
			return nil, err
		}
		if len(said.Lines) == 0 {
			said.Direction, said.Lines = "auto", usualLines(l, kind, one.words)
		}
		samples = append(samples, alertSample{l.Text(one.title), said.Lines, said.Direction})
	}
	return samples, nil
}

// usualLines are the words of an alert whose variant has none.
func usualLines(l *text.Locale, kind fund.AlertKind, w app.AlertWords) []string {
	first := w.Donor
	if kind != fund.AlertTogether {
		first = l.Text("overlay.alert.by", "Name", w.Donor)
	}
	lines := []string{first, w.Amount}
	if w.Comment != "" {
		lines = append(lines, w.Comment)
	}
	return lines
}

// sampled are the words of a made-up donation, and what it is an example of.
type sampled struct {
	title text.ID
	words app.AlertWords
}

// The amounts of made-up donations, in major units.
const (
	sampleSmall = "25"
	sampleLarge = "1234"
)

// turnedDonors are made-up donors who write in the other direction, by that of the page.
var turnedDonors = map[string]struct{ name, comment string }{"ltr": {"ליאור כהן", "בהצלחה!"}, "rtl": {"Ada Lovelace", "Good luck!"}}

// sampleWords are those of made-up donations.
func sampleWords(l *text.Locale, kind fund.AlertKind, currency string) []sampled {
	amount := func(major, currency string) string {
		digits, err := money.Digits(currency)
		if err != nil {
			digits = 2
		}
		minor, _ := money.Parse(major, digits)
		return l.Amount(minor, currency)
	}
	other := "EUR"
	if currency == other {
		other = "USD"
	}
	turned := turnedDonors[l.Direction()]
	name, comment := l.Text("dash.air.gift.name"), l.Text("dash.air.gift.comment")
	if kind == fund.AlertTogether {
		many := l.Text("overlay.alert.many", "Count", fund.TogetherInTests, "Number", l.Count(fund.TogetherInTests))
		names := strings.Join([]string{name, l.Donor(""), turned.name}, " · ")
		return []sampled{
			{"dash.variant.sample.together", app.AlertWords{Donor: many, Amount: amount(sampleSmall, currency), Comment: names}},
			{"dash.variant.sample.currency", app.AlertWords{Donor: many, Amount: amount(sampleLarge, other), Comment: names}},
		}
	}
	return []sampled{
		{"dash.variant.sample.plain", app.AlertWords{Donor: name, Amount: amount(sampleSmall, currency), Comment: comment}},
		{"dash.variant.sample.unnamed", app.AlertWords{Donor: l.Donor(""), Amount: amount(sampleSmall, currency)}},
		{"dash.variant.sample.approved", app.AlertWords{Donor: name, Amount: amount(sampleSmall, currency), Comment: l.Text("dash.desk.test.comment")}},
		{"dash.variant.sample.currency", app.AlertWords{Donor: name, Amount: amount(sampleLarge, other)}},
		{"dash.variant.sample.long", app.AlertWords{Donor: strings.Repeat("W", fund.MaxDonorName), Amount: amount(sampleSmall, currency)}},
		{"dash.variant.sample.turned", app.AlertWords{
			Donor: turned.name, Amount: amount(sampleSmall, currency), Comment: turned.comment,
		}},
	}
}
