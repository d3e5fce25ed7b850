package fund_test

import (
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func TestDonationSettingsInheritWhatIsNotSet(t *testing.T) {
	t.Parallel()
	above := fund.DonationSettings{
		FactID: fund.ID{1}, Minimum: 200, Maximum: 300, Presets: []int64{250}, Screening: fund.ScreenComments,
		Words: []string{"no"}, Leet: true, Allowed: []string{"nose"}, ReleaseAfter: time.Minute,
	}
	got := fund.DonationSettings{FactID: fund.ID{2}}.Over(above)
	want := above
	want.FactID = fund.ID{2}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, want %+v", got, want)
	}
	own := fund.DonationSettings{
		FactID: fund.ID{2}, Minimum: 1, Maximum: 2, Presets: []int64{}, Screening: fund.ScreenNothing, Words: []string{}, Allowed: []string{}, ReleaseAfter: 0,
	}
	if got := own.Over(above); !reflect.DeepEqual(got, own) {
		t.Errorf("got %+v, want %+v", got, own)
	}
	nothing := fund.DonationSettings{ReleaseAfter: time.Hour}.Over(above)
	if nothing.ReleaseAfter != time.Minute {
		t.Errorf("got %s, want the release of the inherited mode", nothing.ReleaseAfter)
	}
	standard := fund.DonationSettings{}.Over(fund.DefaultDonationSettings())
	if standard.Minimum != 100 || standard.Maximum != 99_999_999 || len(standard.Presets) != 4 || standard.Screening != fund.ScreenNothing {
		t.Errorf("got %+v, want the defaults", standard)
	}
}

func TestDonationSettingsPatch(t *testing.T) {
	t.Parallel()
	some := fund.Some[string]
	texts := func(n, length int) fund.Opt[[]string] {
		all := make([]string, n)
		for i := range all {
			all[i] = strings.Repeat("é", length)
		}
		return fund.Some(all)
	}
	amounts := func(all ...string) fund.Opt[[]string] { return fund.Some(all) }
	const less, seconds = "maximum must not be less than the minimum", "release_after must be from 0 to 2592000 seconds (30 days)"
	for _, c := range []struct {
		name  string
		patch fund.DonationSettingsPatch
		want  []string
	}{
		{"nothing", fund.DonationSettingsPatch{}, nil},
		{"a minimum of nothing", fund.DonationSettingsPatch{Minimum: some("0")}, []string{"minimum must be more than zero"}},
		{"bounds that are equal", fund.DonationSettingsPatch{Minimum: some("5"), Maximum: some("5")}, nil},
		{"bounds that cross", fund.DonationSettingsPatch{Minimum: some("5"), Maximum: some("4.99")}, []string{less}},
		{"only a minimum", fund.DonationSettingsPatch{Minimum: some("5"), Maximum: some("")}, nil},
		{"only a maximum", fund.DonationSettingsPatch{Maximum: some("0.01")}, nil},
		{"yen", fund.DonationSettingsPatch{Minimum: some("1.234")}, []string{"minimum has more decimals than USD allows"}},
		{"most presets", fund.DonationSettingsPatch{Presets: amounts(strings.Split(strings.Repeat("1,", 11)+"1", ",")...)}, nil},
		{"too many presets", fund.DonationSettingsPatch{Presets: amounts(strings.Split(strings.Repeat("1,", 12)+"1", ",")...)}, []string{"presets are too many (12 at most)"}},
		{"bad presets", fund.DonationSettingsPatch{Presets: amounts("1", "0", "x")}, []string{"presets.1 must be more than zero", "presets.2 is not a number"}},
		{"an unknown mode", fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreeningMode("all"))}, []string{"screening is not one of the allowed values"}},
		{"the inherited mode", fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreeningMode(""))}, nil},
		{"everything", fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything)}, nil},
		{"most words", fund.DonationSettingsPatch{Words: texts(fund.MaxWords, 1)}, nil},
		{"too many words", fund.DonationSettingsPatch{Words: texts(fund.MaxWords+1, 1)}, []string{"words are too many (1000 at most)"}},
		{"the longest word", fund.DonationSettingsPatch{Words: texts(1, fund.MaxWord)}, nil},
		{"a word that is too long", fund.DonationSettingsPatch{Words: texts(1, fund.MaxWord+1)}, []string{"words.0 is too long (100 characters at most)"}},
		{"the most text", fund.DonationSettingsPatch{Words: texts(fund.MaxWordsText/fund.MaxWord, fund.MaxWord)}, nil},
		{"too much text", fund.DonationSettingsPatch{Words: texts(fund.MaxWordsText/fund.MaxWord+1, fund.MaxWord)}, []string{
			"words has too much text (20000 characters in all at most): shorten words, or leave some out",
		}},
		{"allowed words", fund.DonationSettingsPatch{Allowed: amounts("", strings.Repeat("a", fund.MaxWord+1))}, []string{
			"allowed.0 cannot be blank", "allowed.1 is too long (100 characters at most)",
		}},
		{"too many allowed words", fund.DonationSettingsPatch{Allowed: texts(fund.MaxWords+1, 1)}, []string{"allowed are too many (1000 at most)"}},
		{"a blank word", fund.DonationSettingsPatch{Words: amounts("a", " \u200b")}, []string{"words.1 cannot be blank"}},
		{"the longest wait", fund.DonationSettingsPatch{ReleaseAfter: fund.Some(int64(fund.MaxReleaseAfter))}, nil},
		{"a wait that is too long", fund.DonationSettingsPatch{ReleaseAfter: fund.Some(int64(fund.MaxReleaseAfter + 1))}, []string{seconds}},
		{"no wait", fund.DonationSettingsPatch{ReleaseAfter: fund.Some(int64(0))}, nil},
		{"a negative wait", fund.DonationSettingsPatch{ReleaseAfter: fund.Some(int64(-1))}, []string{seconds}},
		{"what the wire could not read", fund.DonationSettingsPatch{Invalid: fault.Fields{{Path: "words", Text: "is not a list"}}}, []string{"words is not a list"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var g fund.DonationSettings
			wants(t, c.patch.Apply(&g, "USD", noon), c.want...)
			if !g.UpdatedAt.Equal(noon) {
				t.Errorf("got updated at %s", g.UpdatedAt)
			}
		})
	}
	g := fund.DonationSettings{Minimum: 5, Maximum: 9, Presets: []int64{7}, Words: []string{"x"}, ReleaseAfter: time.Hour}
	wants(t, fund.DonationSettingsPatch{
		Minimum: some("1"), Maximum: some("2.5"), Presets: amounts("3", "0.5"), Words: amounts(" a "), ReleaseAfter: fund.Some[int64](90),
	}.Apply(&g, "USD", noon))
	if got, want := fmt.Sprint(g.Minimum, g.Maximum, g.Presets, g.Words, g.ReleaseAfter), "100 250 [300 50] [a] 1m30s"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	wants(t, fund.DonationSettingsPatch{Minimum: some(""), Maximum: some(""), Presets: amounts(), Words: amounts()}.Apply(&g, "USD", noon))
	if g.Minimum != 0 || g.Maximum != 0 || g.Presets != nil || g.Words != nil {
		t.Errorf("got %+v, want what is inherited", g)
	}
}

func TestDonationSettingsStayWithinTheBoundsOfTheCause(t *testing.T) {
	t.Parallel()
	const less, more = "minimum must not be less than the cause's: $2.00", "maximum must not be more than the cause's: $9.00"
	for _, c := range []struct {
		minimum, maximum int64
		cause            fund.DonationSettings
		want             []string
	}{
		{200, 900, fund.DonationSettings{Minimum: 200, Maximum: 900}, nil},
		{201, 899, fund.DonationSettings{Minimum: 200, Maximum: 900}, nil},
		{199, 901, fund.DonationSettings{Minimum: 200, Maximum: 900}, []string{less, more}},
		{0, 0, fund.DonationSettings{Minimum: 200, Maximum: 900}, nil},
		{1, 901, fund.DonationSettings{}, nil},
	} {
		var wrong fault.Fields
		fund.DonationSettings{Minimum: c.minimum, Maximum: c.maximum}.CheckWithin(&wrong, c.cause, "USD")
		wants(t, wrong, c.want...)
	}
}

func TestDonationSettingsAreCompared(t *testing.T) {
	t.Parallel()
	some := fund.DonationSettings{Minimum: 1, Maximum: 2, Presets: []int64{3}, OfflineMaximum: 4, OfflineDailyMaximum: 5}
	for _, c := range []struct {
		name            string
		change          func(*fund.DonationSettings)
		bounds, offline bool
	}{
		{"nothing", func(*fund.DonationSettings) {}, true, true},
		{"what neither is about", func(g *fund.DonationSettings) { g.Leet = true }, true, true},
		{"the minimum", func(g *fund.DonationSettings) { g.Minimum++ }, false, true},
		{"the maximum", func(g *fund.DonationSettings) { g.Maximum++ }, false, true},
		{"the presets", func(g *fund.DonationSettings) { g.Presets = nil }, false, true},
		{"the offline maximum", func(g *fund.DonationSettings) { g.OfflineMaximum++ }, true, false},
		{"the daily maximum", func(g *fund.DonationSettings) { g.OfflineDailyMaximum++ }, true, false},
	} {
		other := some
		c.change(&other)
		if bounds, offline := some.SameBounds(other), some.SameOffline(other); bounds != c.bounds || offline != c.offline {
			t.Errorf("%s: got the same bounds %v, the same offline %v, want %v, %v", c.name, bounds, offline, c.bounds, c.offline)
		}
	}
}

func TestACauseLetsOthersRecordOnlyWithBothLimits(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		once, daily int64
		want        bool
	}{{0, 0, false}, {0, 1, false}, {1, 0, false}, {1, 1, true}} {
		if got := (fund.DonationSettings{OfflineMaximum: c.once, OfflineDailyMaximum: c.daily}).LetsOffline(); got != c.want {
			t.Errorf("%d at once and %d a day: got %v, want %v", c.once, c.daily, got, c.want)
		}
	}
}

func TestADonationIsWithinTheBounds(t *testing.T) {
	t.Parallel()
	g := fund.DonationSettings{Minimum: 100, Maximum: 500}
	for _, c := range []struct {
		amount   int64
		currency string
		want     []string
	}{
		{99, "USD", []string{"amount is less than the minimum donation of $1.00"}}, {100, "USD", nil}, {101, "USD", nil},
		{499, "USD", nil}, {500, "USD", nil}, {501, "USD", []string{"amount is more than the maximum donation of $5.00"}},
		{99, "JPY", []string{"amount is less than the minimum donation of ¥100"}},
		{0, "USD", nil}, {-1, "USD", nil}, {1, "USD", []string{"amount is less than the minimum donation of $1.00"}}, {1, "???", nil},
	} {
		var wrong fault.Fields
		g.Check(&wrong, c.amount, c.currency)
		wants(t, wrong, c.want...)
	}
}

func TestScreening(t *testing.T) {
	t.Parallel()
	const shown, comment, held = fund.ScreeningShown, fund.ScreeningCommentHeld, fund.ScreeningHeld
	for _, c := range []struct {
		mode          fund.ScreeningMode
		name, comment string
		want          fund.Screening
		released      bool
	}{
		{fund.ScreenNothing, "Ada", "Hi", shown, false},
		{fund.ScreenNothing, "", "", shown, false},
		{fund.ScreenNothing, "Ada", "a SPAM b", comment, false},
		{fund.ScreenNothing, "Ada", "ｓｐａｍ", comment, false},
		{fund.ScreenNothing, "Spam", "Hi", held, false},
		{fund.ScreenNothing, "Ada", "STRASSE", comment, false},
		{fund.ScreenNothing, "Ada", "sp\u00adam", comment, false},
		{fund.ScreenNothing, "s p a m", "", held, false},
		{fund.ScreenNothing, "Ada", "antispam", shown, false},
		{fund.ScreenNothing, "Ada", "5pam", shown, false},
		{fund.ScreenComments, "Ada", "", shown, false},
		{fund.ScreenComments, "Ada", "Hi", comment, true},
		{fund.ScreenComments, "Ada", "spam", comment, false},
		{fund.ScreenComments, "Spam", "", held, false},
		{fund.ScreenHostOnly, "Ada", "", shown, false},
		{fund.ScreenHostOnly, "Ada", "Hi", comment, true},
		{fund.ScreenHostOnly, "Ada", "spam", comment, false},
		{fund.ScreenHostOnly, "Spam", "Hi", held, false},
		{fund.ScreenEverything, "", "", held, true},
		{fund.ScreenEverything, "Ada", "Hi", held, true},
		{fund.ScreenEverything, "Ada", "spam", held, false},
		{fund.ScreenEverything, "spam", "", held, false},
	} {
		for _, wait := range []time.Duration{0, time.Minute} {
			g := fund.DonationSettings{Screening: c.mode, Words: []string{"spam", "straße"}, Allowed: []string{"antispam"}, ReleaseAfter: wait}
			d := fund.Donation{Name: c.name, Comment: c.comment, CompletedAt: noon}
			g.Screener().Screen(&d)
			var release time.Time
			if c.released && wait > 0 {
				release = noon.Add(wait)
			}
			if d.Screening != c.want || !d.ReleaseAt.Equal(release) {
				t.Errorf("%+v after %s: got %s until %v, want %s until %v", c, wait, d.Screening, d.ReleaseAt, c.want, release)
			}
		}
	}
}
