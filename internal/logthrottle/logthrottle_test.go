package logthrottle_test

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/logthrottle"
)

// logged has something logged, and gives the lines without their times.
func logged(t *testing.T, write func(*slog.Logger)) string {
	t.Helper()
	var out bytes.Buffer
	synctest.Test(t, func(*testing.T) {
		options := &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
			if a.Key == slog.TimeKey {
				return slog.Attr{}
			}
			return a
		}}
		write(slog.New(logthrottle.New(slog.NewTextHandler(&out, options))))
		time.Sleep(3 * logthrottle.Every) // until no kind is left
		synctest.Wait()
	})
	return out.String()
}

func away(text string) error { return fault.New(fault.Unavailable, "%s", text) }

func TestOneLineAMinuteSaysHowManyWereLeftOut(t *testing.T) {
	t.Parallel()
	got := logged(t, func(log *slog.Logger) {
		for i := range 100 { // a minute and ten seconds
			log.Error("page", "n", i, "error", away("Away."))
			time.Sleep(700 * time.Millisecond)
		}
	})
	want := `level=ERROR msg=page n=0 error="unavailable: Away."
level=ERROR msg=page n=85 error="unavailable: Away." left_out=84
level=ERROR msg=page n=99 error="unavailable: Away." left_out=13
`
	if got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestAKindThatWasQuietForAMinuteIsLoggedAtOnce(t *testing.T) {
	t.Parallel()
	got := logged(t, func(log *slog.Logger) {
		log.Warn("webhook refused", "error", fault.New(fault.Unauthenticated, "First."))
		time.Sleep(logthrottle.Every)
		synctest.Wait()
		log.Warn("webhook refused", "error", fault.New(fault.Unauthenticated, "Second."))
	})
	if strings.Count(got, "\n") != 2 || strings.Contains(got, "left_out") {
		t.Errorf("got\n%swant two lines", got)
	}
}

func TestKindsDoNotHideEachOther(t *testing.T) {
	t.Parallel()
	got := logged(t, func(log *slog.Logger) {
		log.Error("page", "error", away("Away."))
		log.Warn("page", "error", away("Away."))
		log.Error("request failed", "error", away("Away."))
		log.With("node", 1).Error("oauth", "error", away("Away."))
		log.Error("page", "error", fault.New(fault.RateLimited, "Later."))
		log.Error("page", logthrottle.KindKey, "mail", "error", away("Away."))
		log.WithGroup("g").Error("page", logthrottle.KindKey, "match", "error", away("Away."))
	})
	if strings.Count(got, "\n") != 7 || strings.Contains(got, "left_out") {
		t.Errorf("got\n%swant all seven lines", got)
	}
}

func TestWhatIsNotThrottled(t *testing.T) {
	t.Parallel()
	got := logged(t, func(log *slog.Logger) {
		for range 5 {
			log.Error("request failed", "error", errors.New("a bug"))
			log.Warn("a warning without an error")
			log.Info("an event", "error", away("Away."))
			log.Debug("is off", "error", away("Away."))
		}
	})
	if lines := strings.Count(got, "\n"); lines != 15 {
		t.Errorf("got %d lines, want 15:\n%s", lines, got)
	}
}
