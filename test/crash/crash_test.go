// Package crash_test holds Almoner to its two promises about money while things go wrong around
// it: a donation that was acknowledged is there, once, also when the process is killed in the
// middle of its work; and whoever was told of a donation never sees an older total.
package crash_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"

	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

const (
	// writers give at the same time.
	writers = 16
	// mostAcknowledged bounds the random number of acknowledgements after which the server is killed.
	mostAcknowledged = 300
	// envRounds names the environment variable with the number of kills on each database.
	envRounds = "ALMONER_CRASH_ROUNDS"
	seed      = 20261123
)

func TestMain(m *testing.M) { testpg.Main(m) }

func TestKilledServerKeepsWhatItAcknowledged(t *testing.T) {
	skipShort(t)
	t.Parallel()
	binary := testnode.Build(t)
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		killAgainAndAgain(t, &house{binary: binary, data: t.TempDir()}, rounds(t, 4))
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		killAgainAndAgain(t, &house{binary: binary, data: t.TempDir(), db: testpg.Start(t)}, rounds(t, 3))
	})
}

// skipShort leaves a test out of -short: to kill a server again and again takes minutes.
func skipShort(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves crashes out: they take minutes")
	}
}

func rounds(t *testing.T, usual int) int {
	t.Helper()
	text := os.Getenv(envRounds)
	if text == "" {
		return usual
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("%s=%s: want a number of rounds", envRounds, text)
	}
	return n
}

func killAgainAndAgain(t *testing.T, h *house, rounds int) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, uint64(rounds)))
	book := newLedger()
	h.start(t)
	for round := range rounds {
		after := 1 + random.Int64N(mostAcknowledged)
		h.giveUntilKilled(t, book, round, after)
		h.audit(t)
		h.start(t)
		found := h.donations(t)
		if !book.agrees(t, found) {
			t.Fatalf("round %d, killed after %d acknowledgements", round, after)
		}
		h.giveAgain(t, book, found)
	}
	book.agrees(t, h.donations(t))
	h.stop(t)
	h.audit(t)
	t.Logf("%d kills, %d donations", rounds, len(book.acknowledged))
}

// receipt is what a donor was told, or what the list shows, of one donation.
type receipt struct {
	id    int64
	cents int64
}

// ledger is what the donors know. A reference is pending when its donor got no answer.
type ledger struct {
	acknowledged map[string]receipt
	pending      map[string]int64 // the amounts, in cents
}

func newLedger() *ledger {
	return &ledger{acknowledged: map[string]receipt{}, pending: map[string]int64{}}
}

// agrees compares what was found under each reference with what the donors know.
func (l *ledger) agrees(t *testing.T, found map[string][]receipt) bool {
	t.Helper()
	for reference, want := range l.acknowledged {
		if got := found[reference]; len(got) != 1 || got[0] != want {
			t.Errorf("%s: got %v, want exactly %v, as it was acknowledged", reference, got, want)
		}
	}
	for reference, got := range found {
		if _, acknowledged := l.acknowledged[reference]; acknowledged {
			continue
		}
		if cents, pending := l.pending[reference]; !pending || len(got) != 1 || got[0].cents != cents {
			t.Errorf("%s: got %v, want at most one of %d cents, which nobody acknowledged", reference, got, cents)
		}
	}
	return !t.Failed()
}

func referenceOf(round, writer, n int) string { return fmt.Sprintf("crash-%d-%d-%d", round, writer, n) }
