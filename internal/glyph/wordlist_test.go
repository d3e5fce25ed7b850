package glyph_test

import (
	"testing"

	"github.com/almoner/almoner/internal/glyph"
)

func TestWordsAreFoundHoweverTheyAreWritten(t *testing.T) {
	t.Parallel()
	for word, texts := range map[string][]string{
		"scumbag": {
			"a scumbag!", "SCUMBAG", "xscumbagx", "scum\u200bbag", "scum\u00adbag", "s\u0301c\u0336umbag", "s c u m b a g", "scum\nbag", "scum\r\n  bag",
			"s.c.u.m.b.a.g", "scum-bag", "ѕсumbаg", "ЅСUМВАG", "𝓼𝓬𝓾𝓶𝓫𝓪𝓰", "ｓｃｕｍｂａｇ", "scurnbag", "ⓢⓒⓤⓜⓑⓐⓖ", "scum\U000e0020bag", "s\u3164cumbag",
			"\u202egabmucs", "ꜱcumbag", "Вscumbag", "scum\ufe0fbag", "sсuмbаg",
		},
		"ass hat":   {"ass hat", "ass  hat", "asshat", "ass\u00a0hat", "ass-hat", "an ass hatter", "a s s h a t"},
		"Straße":    {"in der STRASSE", "straẞe", "strasse"},
		"вор":       {"ВОР", "вор", "Bop", "воp", "в о р"},
		"idiot":     {"ldiot", "1d1ot", "|diot", "ÍDÍÖT", "IDIOT", "idi0t"},
		"बकवास":     {"बकवास", "ब\u200dकवास", "ब क वा स"},
		"ばか":        {"ばか", "ば か", "は\u3099か"},
		"حمار":      {"حمار", "حـمـار", "حِمَار"},
		"바보":        {"바보", "바 보", "\u1107\u1161\u1107\u1169"},
		"δολοφόνος": {"ΔΟΛΟΦΟΝΟΣ", "δολοφονοσ"},
		":(":        {"so :( then"},
	} {
		l := glyph.NewWordList(glyph.Options{Words: []string{"unrelated", word}})
		for _, text := range texts {
			if !l.In(text) {
				t.Errorf("%q is not found in %+q", word, text)
			}
		}
	}
}

func TestWhatHasNoneOfTheWords(t *testing.T) {
	t.Parallel()
	for word, texts := range map[string][]string{
		"ass":     {"as soon as", "has several", "was so", "gas station", "a session", "", "as, sooner"},
		"ass hat": {"ass", "hat", "a ss hates"},
		"बक":      {"बिक", "बाक", "बुक"},
		"ばか":      {"はか"},
		"burn":    {"bun"},
		"nom":     {"mom"}, // m looks like rn, but is not cut into it
		"scumbag": {"scum", "bag scum", "5cum8ag"},
		":(":      {":)", "("},
		"\u0301":  {"a", "e\u0301"},
	} {
		l := glyph.NewWordList(glyph.Options{Words: []string{word}})
		for _, text := range texts {
			if l.In(text) {
				t.Errorf("%q is found in %+q", word, text)
			}
		}
	}
}

func TestAllowedWords(t *testing.T) {
	t.Parallel()
	l := glyph.NewWordList(glyph.Options{
		Words: []string{"ass", "cunt", "dick", "sex"}, Allowed: []string{"class", "Scunthorpe", "Dick Van Dyke", "Essex"},
	})
	for text, want := range map[string]bool{
		"a class": false, "CLASS!": false, "class-mates": false, "Scunthorpe": false, "ｓcunthorpe": false, "dick  van dyke": true, "dick\u00a0van dyke": false,
		"Essex": false, "two classes": true, "cl\u0430ss": true, "cl ass": true, "class ass": true, "ass class": true, "sex in Essex": true, "cla\u200bss": false,
		"dick van": true, "subclass": true,
	} {
		if got := l.In(text); got != want {
			t.Errorf("%+q: got %v, want %v", text, got, want)
		}
	}
}

func TestWholeWords(t *testing.T) {
	t.Parallel()
	l := glyph.NewWordList(glyph.Options{Whole: []string{"ass", "du Sau"}, Allowed: []string{"as'S"}})
	for text, want := range map[string]bool{
		"you ass!": true, "ASS": true, "a s s": true, "a.s.s": true, "\u200bass\u200b": true, "áss": true, "аѕѕ": true, "ass-hat": true, "Du  sau, du": true, "DUSAU": true,
		"class": false, "assess": false, "as soon": false, "Scunthorpe": false, "du Saurier": false, "as's": false, "": false,
	} {
		if got := l.In(text); got != want {
			t.Errorf("%+q: got %v, want %v", text, got, want)
		}
	}
}

func TestLeet(t *testing.T) {
	t.Parallel()
	for _, text := range []string{"5cum8a9", "$cumb4g", "scumb@g", "2cumbag"} {
		for _, reads := range []bool{false, true} {
			l := glyph.NewWordList(glyph.Options{Words: []string{"scumbag"}, Leet: reads})
			want := reads && text != "2cumbag"
			if got := l.In(text); got != want {
				t.Errorf("%q with leet %v: got %v, want %v", text, reads, got, want)
			}
		}
	}
	l := glyph.NewWordList(glyph.Options{Words: []string{"88"}, Leet: true})
	if !l.In("88") || l.In("8") {
		t.Error("a word of digits is not found as it is written, or too often")
	}
}
