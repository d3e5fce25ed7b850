// Package chaos_test holds Almoner to its promises about what is told while everything around it breaks: donations come in, nodes and
// databases are killed, connections are cut, readers stall, and in the end an older copy of the database is restored. Everybody who resumes
// hears of each donation once and in order, webhooks arrive at least once under one id, and totals equal the ledger.
//
// The test is short and part of the checks; scripts/chaos.sh runs it for two minutes on each database.
package chaos_test

import (
	"os"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

const (
	// envTime names the environment variable with how long donations come in.
	envTime = "ALMONER_CHAOS_TIME"
	// usualTime is how long without it.
	usualTime = 10 * time.Second
	// rate is how many donations are begun each second.
	rate = 50
)

func TestMain(m *testing.M) { testpg.Main(m) }

func TestChaos(t *testing.T) {
	if testing.Short() {
		t.Skip("-short leaves chaos out: it takes a minute")
	}
	t.Parallel()
	length := lengthOf(t)
	binary := testnode.Build(t)
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		newRun(t, binary, length, &file{folder: t.TempDir()}).prove(t)
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		newRun(t, binary, length, newPair(t)).prove(t)
	})
}

func lengthOf(t *testing.T) time.Duration {
	t.Helper()
	text := os.Getenv(envTime)
	if text == "" {
		return usualTime
	}
	length, err := time.ParseDuration(text)
	if err != nil || length < time.Second {
		t.Fatalf("%s=%s: want a time such as 2m", envTime, text)
	}
	return length
}
