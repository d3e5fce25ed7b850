//go:build unix

package speech_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/sound"
	"github.com/almoner/almoner/internal/speech"
)

// TestMain is the command, too, where its first argument says so: the environment cannot, since it is empty.
func TestMain(m *testing.M) {
	if len(os.Args) > 2 && os.Args[1] == "speak" {
		os.Exit(speak(os.Args[2], os.Args[3:]))
	}
	os.Exit(m.Run())
}

// speak is a command that behaves in one way.
func speak(how string, words []string) int {
	text, _ := io.ReadAll(os.Stdin)
	switch how {
	case "well", "count": // with what was handed in as a file of its own
		if len(os.Environ()) > 0 {
			return 5
		}
		f, _ := os.OpenFile(words[0], os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		_, _ = fmt.Fprintf(f, "%s|%s|%s;", words[1], words[2], strings.TrimSuffix(string(text), "\n"))
		_, _ = os.Stdout.Write(tone())
	case "endless":
		for {
			if _, err := os.Stdout.Write(make([]byte, 1<<16)); err != nil {
				return 1
			}
		}
	case "never": // while it runs, it holds a pipe open
		_, _ = os.OpenFile(words[0], os.O_WRONLY, 0)
		ended := make(chan os.Signal, 1)
		signal.Notify(ended)
		<-ended
	case "child": // leaves one behind that holds the output open
		child := exec.Command(os.Args[0], "speak", "never", words[0])
		child.Stdout = os.Stdout
		if child.Start() != nil {
			return 1
		}
		_, _ = os.Stdout.Write(tone())
	case "text":
		_, _ = os.Stdout.Write(text)
	case "fails":
		_, _ = os.Stderr.Write(text)
		return 3
	}
	return 0
}

// tone is a WAV as it is written to a pipe: its header does not know where it ends.
func tone() []byte {
	const rate = 8000
	le := binary.LittleEndian
	file := []byte("RIFF\xff\xff\xff\x7fWAVEfmt \x10\x00\x00\x00\x01\x00\x01\x00")
	file = le.AppendUint32(le.AppendUint32(file, rate), 2*rate)
	file = append(file, "\x02\x00\x10\x00data\xdb\xff\xff\x7f"...)
	for i := range rate {
		file = le.AppendUint16(file, uint16(int16(20_000*math.Sin(float64(i)/2))))
	}
	return file
}

// speaker has a command that behaves in one way, with a file.
func speaker(t *testing.T, how string) (s *speech.Speaker, file string) {
	t.Helper()
	file = filepath.Join(t.TempDir(), "said")
	return must.Get(speech.New(speech.Options{
		Command: os.Args[0] + " speak " + how + " " + file + " {lang} {voice}", Voices: map[string]string{"en": "en-us", "ar": "arabic", "de": "de"},
	}))(t), file
}

func TestSpeak(t *testing.T) {
	t.Parallel()
	s, file := speaker(t, "well")
	for _, c := range [][2]string{{"en", "Thank you, Ada."}, {"de", "Danke."}, {"en", "شكرا"}} {
		got := must.Get(s.Speak(t.Context(), c[0], c[1]))(t)
		if got.Type != "wav" || got.Length != time.Second || got.Loudness <= sound.Silence {
			t.Errorf("%v: got %s of %v", c, got.Type, got.Length)
		}
	}
	must.Get(s.Speak(t.Context(), "en", "Thank you, Ada."))(t)
	if said := string(must.Get(os.ReadFile(file))(t)); said != "en|en-us|Thank you, Ada.;de|de|Danke.;ar|arabic|شكرا;" {
		t.Errorf("got %q, want each voice with its text, once", said)
	}
	for _, c := range [][2]string{{"fr", "Merci"}, {"", "x"}, {"en", ""}, {"en", " \x00\n"}, {"en-us", "x"}} {
		if _, err := s.Speak(t.Context(), c[0], c[1]); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: got %v, want nothing spoken", c, err)
		}
	}
}

// TestSpeakHostileTexts hands in what a donor could write to get at the command.
func TestSpeakHostileTexts(t *testing.T) {
	t.Parallel()
	s, file := speaker(t, "well")
	for name, c := range map[string]struct{ text, want string }{
		"an option":         {"-w /tmp/x --path=/etc", "-w /tmp/x --path=/etc"},
		"a shell":           {"$(reboot) `reboot` ; reboot", "$(reboot) `reboot` ; reboot"},
		"placeholders":      {"{voice} {lang}", "voice lang"},
		"SSML":              {`<speak><audio src="http://x/y"/>Hi</speak>`, `speak audio src="http://x/y"/ Hi /speak`},
		"phonemes":          {"[[h@l'oU]]", "h@l'oU"},
		"400 times W":       {strings.Repeat("W", 400), "WWW"},
		"a loud word":       {"NOOOOOOOO!!!!!!!!", "NOOO!!!"},
		"a number":          {strings.Repeat("0123456789", 3) + "00000", strings.Repeat("0123456789", 3) + "00000"},
		"zeros":             {"10000", "10000"},
		"null bytes":        {"a\x00b\x00", "a b"},
		"lines and escapes": {"a\r\n\x1b[2Jb", "a 2Jb"},
		"turned around":     {"a\u202eb\u200bc", "abc"},
		"no text":           {"c\xff\xfed", "c d"},
		"1 MB":              {strings.Repeat("ab", 1<<19), strings.Repeat("ab", speech.MaxText/2)},
		"many words":        {strings.Repeat("word ", 1000), strings.TrimSpace(strings.Repeat("word ", 60))},
	} {
		must.Do(t, os.WriteFile(file, nil, 0o600))
		if _, err := s.Speak(t.Context(), "en", c.text); err != nil {
			t.Errorf("%s: got %v", name, err)
		}
		if said := string(must.Get(os.ReadFile(file))(t)); said != "en|en-us|"+c.want+";" {
			t.Errorf("%s: got %q, want %q", name, said, c.want)
		}
	}
}

// TestPlainLimits stands on both sides of the edge.
func TestPlainLimits(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ab", speech.MaxText/2)
	for text, want := range map[string]string{long: long, long + "c": long, long + " c": long, long[1:] + " c": long[1:]} {
		if got := speech.Plain(text); got != want {
			t.Errorf("%d characters: got %d, want %d", len(text), len(got), len(want))
		}
	}
}

func TestSpeakRefusesCommands(t *testing.T) {
	t.Parallel()
	for how, c := range map[string]struct{ hurry time.Duration }{"endless": {time.Minute}, "never": {time.Second}, "text": {time.Minute}, "fails": {time.Minute}, "child": {time.Minute}} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			s, file := speaker(t, how)
			s.Hurry(c.hurry)
			must.Do(t, syscall.Mkfifo(file, 0o600))
			held := must.Get(os.OpenFile(file, os.O_RDONLY|syscall.O_NONBLOCK, 0))(t)
			_, err := s.Speak(t.Context(), "en", "my secret words")
			if !fault.Is(err, fault.Unavailable) || strings.Contains(fmt.Sprint(err, errors.Unwrap(err)), "secret") {
				t.Errorf("got %v, want that it is not to be had, without the words", err)
			}
			if sounds, bytes := s.Kept(); sounds != 0 || bytes != 0 {
				t.Errorf("got %d sounds kept, of %d bytes", sounds, bytes)
			}
			if _, err := io.ReadAll(held); err != nil {
				t.Errorf("got %v, want that all that the command started has ended", err)
			}
		})
	}
}

// TestSpeakTogether lets many ask for one text at once, of whom the first goes away.
func TestSpeakTogether(t *testing.T) {
	t.Parallel()
	s, file := speaker(t, "well")
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Speak(gone, "en", "Hello"); err != nil && !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v", err)
	}
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			if _, err := s.Speak(t.Context(), "en", "Hello"); err != nil {
				t.Errorf("got %v", err)
			}
		})
	}
	all.Wait()
	if said := string(must.Get(os.ReadFile(file))(t)); said != "en|en-us|Hello;" {
		t.Errorf("got %q, want it spoken once", said)
	}
}

// TestSpeakForgets keeps no more than it may.
func TestSpeakForgets(t *testing.T) {
	t.Parallel()
	s, _ := speaker(t, "well")
	for i := range 66 {
		must.Get(s.Speak(t.Context(), "en", fmt.Sprint("Hello ", i)))(t)
	}
	if sounds, bytes := s.Kept(); sounds != 64 || bytes != 64*len(tone()) {
		t.Errorf("got %d sounds of %d bytes, want 64", sounds, bytes)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	voices := map[string]string{"en": "en"}
	for name, c := range map[string]struct {
		o    speech.Options
		want string
	}{
		"no command":        {speech.Options{Voices: voices}, "is empty"},
		"no such program":   {speech.Options{Command: "no-such-program", Voices: voices}, "not there"},
		"the text":          {speech.Options{Command: os.Args[0] + " {text}", Voices: voices}, "{text}"},
		"within a word":     {speech.Options{Command: os.Args[0] + " --voice={voice}", Voices: voices}, "{voice}"},
		"no voices":         {speech.Options{Command: os.Args[0]}, "0 voices"},
		"an option":         {speech.Options{Command: os.Args[0], Voices: map[string]string{"en": "-w"}}, "en=-w"},
		"an odd language":   {speech.Options{Command: os.Args[0], Voices: map[string]string{"e n": "en"}}, "e n=en"},
		"a voice of spaces": {speech.Options{Command: os.Args[0], Voices: map[string]string{"en": " "}}, "en= "},
	} {
		if _, err := speech.New(c.o); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", name, err, c.want)
		}
	}
}

// TestEspeak runs the program that the guide names, where it is installed.
func TestEspeak(t *testing.T) {
	t.Parallel()
	if _, err := exec.LookPath("espeak-ng"); err != nil {
		t.Skip("espeak-ng is not installed")
	}
	s := must.Get(speech.New(speech.Options{Command: "espeak-ng -v {voice} --stdin --stdout", Voices: map[string]string{"en": "en-us", "de": "de", "ar": "ar"}}))(t)
	for _, text := range []string{"Thank you, Ada, for five dollars.", "-w x", "--version", "<speak>Hi</speak>", strings.Repeat("W", 400), strings.Repeat("9", 30), "a\x00b", strings.Repeat("a b ", 1<<18), "شكرا لك"} {
		got, err := s.Speak(t.Context(), "en", text)
		if err != nil || got.Length < 200*time.Millisecond || got.Loudness <= sound.Silence {
			t.Errorf("%.20q (%d): got %v, %v", text, utf8.RuneCountInString(text), got.Length, err)
		}
	}
}

func FuzzPlain(f *testing.F) {
	for _, text := range []string{"Hello", "-x", "<a>", strings.Repeat("W", 400), "a\x00b\xff", "شكرا"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got := speech.Plain(text)
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > speech.MaxText || strings.ContainsAny(got, "<>&{}[]|\\\x00\r\n\x1b") || strings.TrimSpace(got) != got {
			t.Errorf("got %q", got)
		}
		if again := speech.Plain(got); again != got {
			t.Errorf("got %q of %q", again, got)
		}
	})
}
