package fund_test

import (
	"strings"
	"testing"
	"time"

	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

func TestASlugIsHeldForNinetyDays(t *testing.T) {
	t.Parallel()
	left := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	if got, want := left.Add(fund.SlugHold), time.Date(2026, 5, 30, 12, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("what was left on %s is free on %s, want %s", left, got, want)
	}
}

func TestSlugFrom(t *testing.T) {
	t.Parallel()
	cases := map[string]string{
		"Run for Fun":               "run-for-fun",
		"  24h: Zelda & Friends!  ": "24h-zelda-friends",
		"Ünïcode Café":              "unicode-cafe",
		"Für Kinder":                "fur-kinder",
		"Crème brûlée":              "creme-brulee",
		"Große Straße":              "grosse-strasse",
		"Smørrebrød på Ærø":         "smorrebrod-pa-aero",
		"Łódź & Đà Nẵng":            "lodz-da-nang",
		"İstanbul ışık":             "istanbul-isik",
		"ｆｕｌｌ　ｗｉｄｔｈ ½":              "full-width-1-2",
		"Cafe\u0301 Ana's":          "cafe-anas",
		"Azərbaycan Ɛwe Ɔkɛ Ŋɖi":    "azerbaycan-ewe-oke-ndi",
		"チャリティー":                    "campaign",
		"2024":                      "campaign",
		"":                          "campaign",
		"a__b":                      "a-b",
		strings.Repeat("ab ", 60):   strings.TrimSuffix(strings.Repeat("ab-", 33), "-") + "-a",
	}
	for name, want := range cases {
		if got := fund.SlugFrom(name, "campaign", language.Und); got != want {
			t.Errorf("slug of %q: got %q, want %q", name, got, want)
		}
	}
}

// TestSlugFromANameInALanguage writes letters with marks as German, Danish and Norwegian do, and as nobody else does.
func TestSlugFromANameInALanguage(t *testing.T) {
	t.Parallel()
	const name = "Für Kinder, Çok GÜZEL ışık: Ål på Ærø – Größe Ä"
	german, nordic := "fuer-kinder-cok-guezel-isik-al-pa-aero-groesse-ae", "fur-kinder-cok-guzel-isik-aal-paa-aeroe-grosse-a"
	plain := "fur-kinder-cok-guzel-isik-al-pa-aero-grosse-a"
	for tag, want := range map[string]string{
		"de": german, "de-AT": german, "de-Latn-CH": german, "da": nordic, "nb": nordic, "nn-NO": nordic, "no": nordic,
		"sv": plain, "fi": plain, "tr": plain, "en-DE": plain, "und": plain, "fr": plain,
	} {
		for _, typed := range []string{name, norm.NFD.String(name), strings.ToUpper(name)} {
			if got := fund.SlugFrom(typed, "campaign", language.MustParse(tag)); got != want {
				t.Errorf("%q in %s: got %q, want %q", typed, tag, got, want)
			}
		}
	}
	if got, want := fund.SlugFrom(strings.Repeat("ü", fund.MaxSlug), "campaign", language.German), strings.Repeat("ue", fund.MaxSlug/2); got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestNumberedSlug(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", fund.MaxSlug)
	cases := []struct {
		slug string
		n    int
		want string
	}{
		{"run", 1, "run"}, {"run", 2, "run-2"}, {"run", 17, "run-17"}, {long, 2, long[:fund.MaxSlug-2] + "-2"},
		{strings.Repeat("1", 99) + "a", 2, "n" + strings.Repeat("1", 97) + "-2"},
	}
	for _, c := range cases {
		if got := fund.NumberedSlug(c.slug, c.n); got != c.want {
			t.Errorf("slug %q number %d: got %q, want %q", c.slug, c.n, got, c.want)
		}
	}
}

func FuzzSlugFromIsASlug(f *testing.F) {
	for _, seed := range []string{"Run for Fun", "チャリティー", "--a", "1\x00a", strings.Repeat("é-b", 90), strings.Repeat("Ü", 90)} {
		f.Add(seed, 2, "de")
	}
	f.Fuzz(func(t *testing.T, name string, n int, tag string) {
		slug := fund.NumberedSlug(fund.SlugFrom(name, "campaign", language.Make(tag)), n)
		clean := slug
		var wrong fault.Fields
		fund.CheckSlug(&wrong, "slug", &clean)
		if len(wrong) != 0 || clean != slug {
			t.Errorf("slug of %q: got %q, which %v", name, slug, wrong)
		}
	})
}

func TestAnEventCannotBeCalledAsTheDonatePageOfItsCause(t *testing.T) {
	t.Parallel()
	event := fund.FundraisingEvent{Fact: fund.Fact{
		Kind: fund.KindFundraisingEvent, Name: "A", Slug: "Donate", Currency: "USD", Status: fund.Published, Supportable: fund.SupportPublic,
	}}
	wants(t, event.Check(), "slug is an address of this server: choose another one")
}

func TestACauseCannotBeCalledAsAnAddressOfTheServer(t *testing.T) {
	t.Parallel()
	for _, slug := range append(fund.ReservedSlugs(), "OAuth") {
		cause := fund.Cause{Fact: fund.Fact{Kind: fund.KindCause, Currency: "USD", Status: fund.Unpublished, Supportable: fund.SupportPublic}}
		wrong := fund.CausePatch{Name: fund.Some("A"), Slug: fund.Some(slug)}.Apply(&cause, noon)
		wants(t, wrong, "slug is an address of this server: choose another one")
	}
	wants(t, fund.CampaignPatch{Name: fund.Some("A"), Slug: fund.Some("api"), Goal: fund.Some("1")}.Apply(
		&fund.Fact{Kind: fund.KindCampaign, Currency: "USD", Status: fund.Unpublished, Supportable: fund.SupportPublic}, noon))
}
