package typeface_test

import (
	"testing"

	"github.com/almoner/almoner/internal/typeface"
)

func TestDrawable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]struct {
		shown string
		whole bool
	}{
		"":                     {"", true},
		"Zoë Łukasz Ελένη Щур": {"Zoë Łukasz Ελένη Щур", true},
		"Nguyễn Văn Ạ, Ἀλέξανδρος":         {"Nguyễn Văn Ạ, Ἀλέξανδρος", true},
		"Անի, ანა, ﬁn":                     {"Անի, ანა, ﬁn", true},
		"12,50\u00a0€ ₹ ₺ ₽ ₫ ₩":           {"12,50\u00a0€ ₹ ₺ ₽ ₫ ₩", true},
		"৳ 12":                             {"", false},
		" two  spaces ":                    {" two  spaces ", true},
		"Light up the harbor 🦊":            {"Light up the harbor", true},
		"a 🦊\ufe0f b\u200d":                {"a b", true},
		"Ada 👩‍🚀 Lovelace":                 {"Ada Lovelace", true},
		"🦊":                                {"", true},
		"Café 空":                           {"", false},
		"ليلى":                             {"", false},
		"עדה":                              {"", false},
		"e\u0301 is a letter in parts":     {"é is a letter in parts", true},
		"x\u0301 is one that has no whole": {"", false},
	} {
		if shown, whole := typeface.Drawable(text); shown != want.shown || whole != want.whole {
			t.Errorf("%q: got %q %v, want %q %v", text, shown, whole, want.shown, want.whole)
		}
	}
}
