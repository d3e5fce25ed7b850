package config_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
)

// fileOf writes a file.
func fileOf(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "almoner.conf")
	must.Do(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestFilesOfSettings(t *testing.T) {
	t.Parallel()
	text := "# a server\r\n\n  ; more\nALMONER_ADDR=:80\r\n ALMONER_SITE_NAME = Ana's \"club\" \nALMONER_A=\nALMONER_B=#0b6b50\nALMONER_C='a \\ # $b'  \n" +
		`ALMONER_D="a \"b\" \\ \$c \n d"` + "\nALMONER_E=a=b"
	got, errs := config.ReadFile(fileOf(t, text))
	want := []config.Line{
		{4, "ALMONER_ADDR", ":80"}, {5, "ALMONER_SITE_NAME", `Ana's "club"`}, {6, "ALMONER_A", ""}, {7, "ALMONER_B", "#0b6b50"}, {8, "ALMONER_C", `a \ # $b`},
		{9, "ALMONER_D", `a "b" \ $c \n d`}, {10, "ALMONER_E", "a=b"},
	}
	if len(errs) != 0 || !slices.Equal(got.Lines, want) || got.Shared {
		t.Errorf("got %v %+v, want %+v of a file for its owner", errs, got, want)
	}
}

func TestLinesThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"export ALMONER_A=hidden":                ":1: leave out export",
		"\nhidden":                               ":2: the line is no setting",
		"hidden=hidden":                          ":1: the line is no setting",
		"=hidden":                                ":1: the line is no setting",
		"ALMONER A=hidden":                       ":1: the line is no setting",
		strings.Repeat("A", 101) + "=x":          ":1: the line is no setting",
		"ALMONER_A=hidden # hidden":              ":1: ALMONER_A has a # behind a space",
		"ALMONER_A=hidden\t#hidden":              ":1: ALMONER_A has a # behind a space",
		`ALMONER_A=hid\den`:                      `:1: ALMONER_A has a \ outside of quotes`,
		`ALMONER_A=hidden\` + "\nhidden":         `:1: ALMONER_A has a \ outside of quotes`,
		`ALMONER_A="hidden`:                      ":1: ALMONER_A has no closing quote",
		`ALMONER_A="hidden\"`:                    ":1: ALMONER_A has no closing quote",
		"ALMONER_A='hidden":                      ":1: ALMONER_A has no closing quote",
		"ALMONER_A='hidden' # hidden":            ":1: ALMONER_A has more behind the closing quote",
		`ALMONER_A='hidden'"hidden"`:             ":1: ALMONER_A has more behind the closing quote",
		"ALMONER_A=x\nALMONER_A=hidden":          ":2: ALMONER_A is set in line 1 already",
		"# hidden \\\nALMONER_A=hidden":          `:1: a comment must not end in \`,
		"\ufeffALMONER_A=hidden":                 ":1: the file begins with a byte order mark",
		"ALMONER_A=hid\rden":                     ":1: the line has signs that are no text",
		"ALMONER_A=hid\xffden":                   ":1: the line has signs that are no text",
		"A\x00L\x00M\x00=\x00h\x00":              " is not a text in UTF-8",
		strings.Repeat("#hidden\n", 1<<13) + "#": " has more than 65536 bytes",
	} {
		path := fileOf(t, text)
		_, errs := config.ReadFile(path)
		if len(errs) == 0 || !strings.HasPrefix(errs[0].Error(), path+want) || strings.Contains(errs[0].Error(), "hidden") {
			t.Errorf("%.40q: got %v, want %s, and nothing of the value", text, errs, want)
		}
	}
	if got, errs := config.ReadFile(fileOf(t, "A=1\nb\nC=3\nd\n")); len(errs) != 2 || len(got.Lines) != 2 {
		t.Errorf("got %v %v, want both wrong lines named and both good ones read", errs, got.Lines)
	}
}

func TestFilesAtTheirLimits(t *testing.T) {
	t.Parallel()
	if _, errs := config.ReadFile(fileOf(t, strings.Repeat("#", config.MaxFile))); len(errs) != 0 {
		t.Errorf("got %v, want the largest file read", errs)
	}
	if got, errs := config.ReadFile(fileOf(t, strings.Repeat("A", 100)+"=x")); len(errs) != 0 || len(got.Lines) != 1 {
		t.Errorf("got %v %v, want the longest name read", errs, got)
	}
	longest := strings.Repeat("a", config.MaxSecretFile-1)
	if got, err := config.ReadSecret(fileOf(t, longest+"\n")); err != nil || got != longest {
		t.Errorf("got %v and %d bytes, want the longest secret", err, len(got))
	}
	if _, err := config.ReadSecret(fileOf(t, longest+"a\n")); err == nil || !strings.Contains(err.Error(), "more than 4096 bytes") {
		t.Errorf("got %v, want a longer one refused", err)
	}
}

func TestFilesWithASecret(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{"hidden": "hidden", "hidden\n": "hidden", "hidden\r\n": "hidden", "hid den": "hid den", " hidden": " hidden"} {
		if got, err := config.ReadSecret(fileOf(t, text)); err != nil || got != want {
			t.Errorf("%q: got %q %v, want %q", text, got, err, want)
		}
	}
	for text, want := range map[string]string{"": "is empty", "\n": "is empty", "hidden\n\n": "more than one line", "hidden\nhidden\n": "more than one line", "hid\x00den": "more than one line", "hid\xffden": "more than one line"} {
		if _, err := config.ReadSecret(fileOf(t, text)); err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "hidden") {
			t.Errorf("%q: got %v, want %q", text, err, want)
		}
	}
}

func TestOnlyFilesAreRead(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	loop := filepath.Join(folder, "loop")
	must.Do(t, os.Symlink(loop, loop))
	for path, want := range map[string]string{folder: "is not a regular file", filepath.Join(folder, "none"): "cannot be read: no such file", loop: "cannot be read: too many"} {
		_, errs := config.ReadFile(path)
		if len(errs) != 1 || !strings.Contains(errs[0].Error(), path+" "+want) {
			t.Errorf("got %v, want %s %s", errs, path, want)
		}
		if _, err := config.ReadSecret(path); err == nil || !strings.Contains(err.Error(), path+" "+want) {
			t.Errorf("got %v, want %s %s", err, path, want)
		}
	}
	shared := fileOf(t, "A=1")
	must.Do(t, os.Chmod(shared, 0o644))
	if got, errs := config.ReadFile(shared); len(errs) != 0 || !got.Shared {
		t.Errorf("got %v %+v, want a file that others can read", errs, got)
	}
}

// TestQuotedValuesAreReadAgain reads what any value is written as.
func TestQuotedValuesAreReadAgain(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "almoner.conf")
	rapid.Check(t, func(t *rapid.T) {
		value := rapid.OneOf(rapid.String(), rapid.StringMatching(`[ #'"\\$a=\t]{0,9}`)).Draw(t, "value")
		quoted, can := config.Quoted(value)
		if !can {
			return
		}
		must.Do(t, os.WriteFile(file, []byte("A="+quoted+"\n"), 0o600))
		got, errs := config.ReadFile(file)
		if len(errs) != 0 || len(got.Lines) != 1 || got.Lines[0].Value != value {
			t.Fatalf("got %v %+v of %s, want %q", errs, got.Lines, quoted, value)
		}
	})
	for value, want := range map[string]bool{"": true, `a "b" \ $c 'd' # e`: true, "Grüße": true, "a\nb": false, "a\xff": false} {
		if _, can := config.Quoted(value); can != want {
			t.Errorf("%q: got %t, want %t", value, can, want)
		}
	}
}
