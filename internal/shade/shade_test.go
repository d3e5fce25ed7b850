package shade_test

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/shade"
)

func parse(t *testing.T, text string) shade.RGB {
	t.Helper()
	c, ok := shade.Parse(text)
	if !ok {
		t.Fatalf("got no color of %q", text)
	}
	return c
}

func TestParse(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"#fff": "#ffffff", "#0aF": "#00aaff", "#B35f00": "#b35f00"} {
		if got := parse(t, text).String(); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
	for _, text := range []string{"", "#", "fff", "#ff", "#ffff", "#ggg", "#-12345", "#+12345", "#12345678", "red", "#12 456", "url(x)"} {
		if got, ok := shade.Parse(text); ok {
			t.Errorf("%q: got %s, want no color", text, got)
		}
	}
}

// TestContrast compares with the examples of WCAG's own techniques (G18) and of axe.
func TestContrast(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		a, b string
		want float64
	}{
		{"#000", "#fff", 21}, {"#fff", "#fff", 1}, {"#777777", "#fff", 4.48}, {"#767676", "#fff", 4.54}, {"#ff0000", "#fff", 4.0}, {"#0000ff", "#fff", 8.59},
	} {
		if got := shade.Contrast(parse(t, c.a), parse(t, c.b)); math.Abs(got-c.want) > 0.01 {
			t.Errorf("%s on %s: got %.2f, want %.2f", c.a, c.b, got, c.want)
		}
	}
}

func TestReadable(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"#0b6b50": "#0b6b50", "#000": "#000000", "#1f6ab8": "#1f6ab8"} {
		if got := shade.Readable(parse(t, text)).String(); got != want {
			t.Errorf("%s: got %s, want it as it is", text, got)
		}
	}
	for _, text := range []string{"#ff8800", "#2e8b57", "#ffff00", "#fff", "#ff0055"} {
		c := parse(t, text)
		near := shade.Readable(c)
		if near == c || shade.LightContrast(near) < shade.Enough || shade.LightContrast(near) > shade.Enough+0.2 {
			t.Errorf("%s: got %s with %.2f, want one that just passes", text, near, shade.LightContrast(near))
		}
		if a, b := c.LCH(), near.LCH(); a.C > 0.02 && math.Abs(math.Remainder(a.H-b.H, 360)) > 4 {
			t.Errorf("%s: got %s, want the same hue", text, near)
		}
	}
}

// TestEveryAccentIsReadable wants enough contrast on light and dark pages whatever the color.
func TestEveryAccentIsReadable(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		part := rapid.Float64Range(0, 1)
		c := shade.RGB{R: part.Draw(t, "red"), G: part.Draw(t, "green"), B: part.Draw(t, "blue")}
		if near := shade.Readable(c); shade.LightContrast(near) < shade.Enough {
			t.Errorf("%s: got %s with %.2f on light pages", c, near, shade.LightContrast(near))
		}
		if got := shade.AccentOf(c).DarkContrast(); got < shade.Enough {
			t.Errorf("%s: got %.2f on dark pages", c, got)
		}
	})
}

// TestGroundsAreThoseOfThePages compares with the tokens of the style sheet.
func TestGroundsAreThoseOfThePages(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile(filepath.Join("..", "web", "ui", "css", "tokens.css"))
	if err != nil {
		t.Fatal(err)
	}
	light, dark, _ := strings.Cut(string(raw), "prefers-color-scheme: dark")
	for _, c := range []struct {
		in, name string
		ground   shade.LCH
	}{{light, "paper", shade.LightPaper}, {light, "card", shade.LightCard}, {dark, "paper", shade.DarkPaper}, {dark, "card", shade.DarkCard}} {
		_, rest, _ := strings.Cut(c.in, "--lch-"+c.name+": ")
		var got shade.LCH
		if _, err := fmt.Sscanf(rest, "%f%% %f %f", &got.L, &got.C, &got.H); err != nil {
			t.Fatal(err)
		}
		if got.L /= 100; got != c.ground {
			t.Errorf("%s: got %v, want %v as the page has it", c.name, c.ground, got)
		}
	}
}
