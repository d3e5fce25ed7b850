package fund_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// TestAlertVariantPatch takes what is at the edge of the limits, and names the field that is beyond.
func TestAlertVariantPatch(t *testing.T) {
	t.Parallel()
	volume := func(n int64) fund.Opt[*int64] { return fund.Some(&n) }
	some := fund.Some[string]
	for name, c := range map[string]struct {
		patch fund.AlertVariantPatch
		wrong string
	}{
		"a name alone":           {},
		"no name":                {fund.AlertVariantPatch{Name: some(" ")}, "name"},
		"another kind":           {fund.AlertVariantPatch{Kind: fund.Some(fund.AlertKind("rain"))}, "kind"},
		"the most":               {fund.AlertVariantPatch{From: some("999999.99")}, ""},
		"more than a donation":   {fund.AlertVariantPatch{From: some("1000000")}, "from"},
		"less than nothing":      {fund.AlertVariantPatch{From: some("-1")}, "from"},
		"all amounts":            {fund.AlertVariantPatch{From: some("")}, ""},
		"the longest text":       {fund.AlertVariantPatch{Template: some(strings.Repeat("é", fund.MaxAlertTemplate))}, ""},
		"a longer text":          {fund.AlertVariantPatch{Template: some(strings.Repeat("é", fund.MaxAlertTemplate+1))}, "template"},
		"the most lines":         {fund.AlertVariantPatch{Template: some(strings.Repeat("a\n", fund.MaxAlertLines))}, ""},
		"more lines":             {fund.AlertVariantPatch{Template: some(strings.Repeat("a\n", fund.MaxAlertLines) + "a")}, "template"},
		"all placeholders":       {fund.AlertVariantPatch{Template: some("{" + strings.Join(fund.AlertPlaceholders(), "}{") + "} { Donor }")}, ""},
		"another placeholder":    {fund.AlertVariantPatch{Template: some("{donor} {email}")}, "template"},
		"an empty placeholder":   {fund.AlertVariantPatch{Template: some("{}")}, "template"},
		"a brace":                {fund.AlertVariantPatch{Template: some(":-{ {donor")}, ""},
		"a control":              {fund.AlertVariantPatch{Template: some("a\x00")}, "template"},
		"a sound of the server":  {fund.AlertVariantPatch{Sound: fund.Some(fund.AlertCoin)}, ""},
		"another sound":          {fund.AlertVariantPatch{Sound: fund.Some(fund.AlertSound("scream"))}, "sound"},
		"silence":                {fund.AlertVariantPatch{Volume: volume(0)}, ""},
		"the most volume":        {fund.AlertVariantPatch{Volume: volume(fund.MaxVolume)}, ""},
		"more volume":            {fund.AlertVariantPatch{Volume: volume(fund.MaxVolume + 1)}, "volume"},
		"less volume":            {fund.AlertVariantPatch{Volume: volume(-1)}, "volume"},
		"the shortest":           {fund.AlertVariantPatch{Lasts: fund.Some(fund.MinVariantLasts)}, ""},
		"shorter":                {fund.AlertVariantPatch{Lasts: fund.Some(fund.MinVariantLasts - time.Second)}, "lasts"},
		"the longest":            {fund.AlertVariantPatch{Lasts: fund.Some(fund.MaxVariantLasts)}, ""},
		"longer":                 {fund.AlertVariantPatch{Lasts: fund.Some(fund.MaxVariantLasts + time.Second)}, "lasts"},
		"as long as always":      {fund.AlertVariantPatch{Lasts: fund.Some(time.Duration(0))}, ""},
		"a look":                 {fund.AlertVariantPatch{Theme: fund.Some(fund.ThemePaper)}, ""},
		"another look":           {fund.AlertVariantPatch{Theme: fund.Some(fund.OverlayTheme("neon"))}, "theme"},
		"a reward of no use":     {fund.AlertVariantPatch{Reward: fund.Some(fund.ID{1})}, ""},
		"a line that is no line": {fund.AlertVariantPatch{Template: some("\u200b")}, ""},
	} {
		v := fund.AlertVariant{Name: "Big", Kind: fund.AlertGift}
		wrong := c.patch.Apply(&v, "USD", time.Unix(1, 0))
		if (c.wrong == "") != (len(wrong) == 0) || len(wrong) > 0 && wrong[0].Path != c.wrong {
			t.Errorf("%s: got %v, want %q", name, wrong, c.wrong)
		}
		if !v.Reward.IsZero() {
			t.Errorf("%s: got a reward of a variant that is for all donations", name)
		}
	}
}

// TestChooseVariant wants the first variant that fits, by kind, size and reward.
func TestChooseVariant(t *testing.T) {
	t.Parallel()
	drawing, hat := fund.ID{1}, fund.ID{2}
	one := func(name string, kind fund.AlertKind, from int64, reward fund.ID) fund.AlertVariant {
		return fund.AlertVariant{ID: fund.ID{9}, Name: name, Kind: kind, From: from, Reward: reward}
	}
	all := []fund.AlertVariant{
		one("tests", fund.AlertTest, 500_00, fund.ID{}), one("prints", fund.AlertReward, 0, drawing), one("rewards", fund.AlertReward, 0, fund.ID{}),
		one("votes", fund.AlertPoll, 0, fund.ID{}), one("challenges", fund.AlertTarget, 0, fund.ID{}), one("matchers", fund.AlertMatch, 0, fund.ID{}),
		one("late", fund.AlertLate, 0, fund.ID{}), one("many", fund.AlertTogether, 50_00, fund.ID{}), one("huge", fund.AlertGift, 100_00, fund.ID{}),
		one("big", fund.AlertGift, 10_00, fund.ID{}), one("never", fund.AlertGift, 10_00, fund.ID{}), one("unknown", fund.AlertKind(""), 0, fund.ID{}),
	}
	for name, c := range map[string]struct {
		traits fund.AlertTraits
		want   string
	}{
		"small":              {fund.AlertTraits{Amount: 9_99, Count: 1}, ""},
		"as big as that":     {fund.AlertTraits{Amount: 10_00, Count: 1}, "big"},
		"nearly huge":        {fund.AlertTraits{Amount: 99_99, Count: 1}, "big"},
		"huge":               {fund.AlertTraits{Amount: 100_00, Count: 1}, "huge"},
		"a print":            {fund.AlertTraits{Amount: 100_00, Count: 1, Rewards: []fund.ID{hat, drawing}}, "prints"},
		"a hat":              {fund.AlertTraits{Amount: 100_00, Count: 1, Rewards: []fund.ID{hat}}, "rewards"},
		"a vote":             {fund.AlertTraits{Amount: 1, Count: 1, Poll: true}, "votes"},
		"a challenge":        {fund.AlertTraits{Amount: 1, Count: 1, Target: true}, "challenges"},
		"a match":            {fund.AlertTraits{Amount: 1, Count: 1, Match: true, Late: true}, "matchers"},
		"late":               {fund.AlertTraits{Amount: 100_00, Count: 1, Late: true}, "late"},
		"many":               {fund.AlertTraits{Amount: 50_00, Count: 2}, "many"},
		"many that are less": {fund.AlertTraits{Amount: 49_99, Count: 2}, ""},
		"a test":             {fund.AlertTraits{Amount: 25_00, Count: 1, Test: true}, "big"},
		"a large test":       {fund.AlertTraits{Amount: 500_00, Count: 1, Test: true}, "tests"},
		"hidden meanwhile":   {fund.AlertTraits{}, ""},
	} {
		if got := fund.ChooseVariant(all, c.traits); got.Name != c.want || got.None() != (c.want == "") {
			t.Errorf("%s: got %q, want %q", name, got.Name, c.want)
		}
	}
	if got := fund.ChooseVariant(nil, fund.AlertTraits{Count: 1}); !got.None() || got.ShownFor() != fund.AlertLasts {
		t.Errorf("got %+v without variants, want an alert as the stage says", got)
	}
}

// TestAVariantOverTheStage changes what it says, and leaves all else as the stage has it.
func TestAVariantOverTheStage(t *testing.T) {
	t.Parallel()
	volume := int64(7)
	stage := fund.AlertSettings{Sound: fund.AlertChime, Volume: 50, SpeakName: true, SpeakComment: true}
	own := stage
	own.Own.Hash = "x"
	for name, c := range map[string]struct {
		of   fund.AlertSettings
		look fund.AlertLook
		want string
	}{
		"nothing":             {stage, fund.AlertLook{Speak: true}, "chime 50 true"},
		"another sound":       {stage, fund.AlertLook{Sound: fund.AlertCoin, Speak: true}, "coin 50 true"},
		"its volume":          {stage, fund.AlertLook{Volume: &volume, Speak: true}, "chime 7 true"},
		"no speech":           {stage, fund.AlertLook{}, "chime 50 false"},
		"the file":            {own, fund.AlertLook{Sound: fund.AlertOwn, Speak: true}, "own 50 true"},
		"a file that is gone": {stage, fund.AlertLook{Sound: fund.AlertOwn, Speak: true}, "chime 50 true"},
	} {
		got := (&fund.ChosenVariant{Name: "one", AlertLook: c.look}).Over(c.of)
		if said := fmt.Sprint(got.Sound, " ", got.Volume, " ", got.Speaks()); said != c.want {
			t.Errorf("%s: got %s, want %s", name, said, c.want)
		}
	}
	for name, none := range map[string]*fund.ChosenVariant{"not chosen": nil, "none": {}} {
		if got := none.Over(stage); got != stage {
			t.Errorf("%s: got %+v, want what the stage says", name, got)
		}
	}
}

// TestNoAlertOfAVariantIsTooLong wants the longest one, the longest rest and the time to start to be within what others wait.
func TestNoAlertOfAVariantIsTooLong(t *testing.T) {
	t.Parallel()
	if fund.MaxVariantLasts > fund.MaxAlertLasts || fund.MaxAlertLasts+fund.MaxAlertRest+fund.AlertReady > fund.MaxAlertBehind {
		t.Error("an alert may keep others waiting for more than a minute")
	}
}

func TestTemplateParts(t *testing.T) {
	t.Parallel()
	for template, want := range map[string]string{
		"": "", "plain": "plain", "{Total}": "<total>", "a { x } b": "a <x> b", "{": "{", "}{": "}{", "{}": "<>", "{a}{b}c": "<a><b>c", "{a{b}": "<a{b>", "a}b": "a}b",
	} {
		got := ""
		for part := range fund.TemplateParts(template) {
			if part.Value {
				part.Text = "<" + part.Text + ">"
			}
			got += part.Text
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", template, got, want)
		}
	}
	for range fund.TemplateParts("{a}{b}") {
		break // which ends it
	}
}
