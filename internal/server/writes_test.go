package server_test

import (
	"bytes"
	"database/sql"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/testnode"
)

func TestWritesFailUntilOneSucceedsOrNobodyTries(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	var log bytes.Buffer
	w := server.NewWrites(func() time.Time { return now }, slog.New(slog.NewTextHandler(&log, nil)))
	failing := func(want bool) {
		t.Helper()
		if got := w.Failing(); got != want {
			t.Errorf("%v: got failing %v, want %v", now, got, want)
		}
	}
	failing(false)
	w.Failed(errors.New("disk full"))
	failing(true)
	w.Succeeded()
	failing(false)
	w.Failed(errors.New("disk full"))
	now = now.Add(5 * time.Second)
	failing(false)
	if got := strings.Count(log.String(), `msg="writes fail" error="disk full"`); got != 2 {
		t.Errorf("got %d lines, want one for each failure:\n%s", got, &log)
	}
}

// TestFailingWritesTurnReadiness has a trigger of the database refuse what is written.
func TestFailingWritesTurnReadiness(t *testing.T) {
	t.Parallel()
	d := testnode.StartFilled(t)
	path, _ := config.FileIn(d.Data).File()
	db, err := sql.Open("sqlite", path+"?_pragma=busy_timeout(10000)") // the server writes, too
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = db.Close() })
	// Background work would write its leases although there are no events.
	for _, table := range []string{"leases", "events"} {
		if _, err := db.ExecContext(t.Context(), "ALTER TABLE "+table+" RENAME TO "+table+"_away"); err != nil {
			t.Fatal(err)
		}
	}
	give(t, d, http.StatusServiceUnavailable)
	if status, body := testnode.Get(t, d.URL+"/readyz"); status != http.StatusServiceUnavailable || body != "writes fail\n" {
		t.Errorf("got %d %s, want 503 writes fail", status, body)
	}
	// What the server does in the background may fail too.
	if _, body := testnode.Get(t, d.URL+"/metrics"); !regexp.MustCompile(`almoner_write_groups_failed_total [1-9]`).MatchString(body) {
		t.Error("got no failed group in the metrics, want one")
	}
	for _, table := range []string{"leases", "events"} {
		if _, err := db.ExecContext(t.Context(), "ALTER TABLE "+table+"_away RENAME TO "+table); err != nil {
			t.Fatal(err)
		}
	}
	give(t, d, http.StatusCreated)
	if status, body := testnode.Get(t, d.URL+"/readyz"); status != http.StatusOK {
		t.Errorf("got %d %s, want it ready again", status, body)
	}
}

func TestPathsWithManySlashesAndMethods(t *testing.T) {
	t.Parallel()
	s := testnode.Start(t, command.Serve{DB: testnode.Database(t), Addr: "127.0.0.1:0", Sandbox: true, ShutdownTimeout: time.Minute})
	for _, c := range []struct {
		method, path string
		status       int
		want, allow  string
	}{
		{"GET", "//api/v3/campaigns/1", 401, `"meta":{"status":401}`, ""},
		{"GET", "///api//v3/campaigns/1/", 401, `"meta":{"status":401}`, ""},
		{"GET", "//healthz", 200, "ok\n", ""},
		{"GET", "/healthz/", 200, "ok\n", ""},
		{"GET", "//", 200, "Almoner", ""},
		{"GET", "//assets//default-logo.png", 200, "PNG", ""},
		{"GET", "/./", 404, "nothing at this address", ""},
		{"GET", "/a/../assets/default-logo.png", 404, "nothing at this address", ""},
		{"GET", "//example.org/..", 404, "nothing at this address", ""},
		{"GET", "//pay/sandbox/donations", 405, "POST", "OPTIONS, POST"},
		{"OPTIONS", "/pay/sandbox/donations", 204, "", "OPTIONS, POST"},
		{"HEAD", "/healthz", 200, "", ""},
		{"POST", "/healthz", 405, "", "GET, HEAD, OPTIONS"},
		{"OPTIONS", "/healthz", 204, "", "GET, HEAD, OPTIONS"},
		{"DELETE", "/metrics", 405, "", "GET, HEAD, OPTIONS"},
		{"OPTIONS", "/metrics", 204, "", "GET, HEAD, OPTIONS"},
		{"PUT", "/readyz", 405, "", "GET, HEAD, OPTIONS"},
		{"OPTIONS", "/", 204, "", "GET, HEAD, OPTIONS"},
		{"PATCH", "/", 405, "", "GET, HEAD, OPTIONS"},
	} {
		r, err := http.NewRequest(c.method, s.URL+c.path, nil)
		if err != nil {
			t.Fatal(err)
		}
		answer, err := http.DefaultTransport.RoundTrip(r)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if err != nil || answer.StatusCode != c.status || !strings.Contains(string(body), c.want) || answer.Header.Get("Allow") != c.allow {
			t.Errorf("%s %s: got %d %q %.200s %v, want %d %q with %q",
				c.method, c.path, answer.StatusCode, answer.Header.Get("Allow"), body, err, c.status, c.allow, c.want)
		}
	}
}

func TestPagesShareTheLimitOfTheAPI(t *testing.T) {
	t.Parallel()
	s := testnode.Start(t, command.Serve{
		DB: testnode.Database(t), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute, Limits: config.Limits{AddressPerMinute: 1, AddressBurst: 2},
	})
	if status, _ := testnode.Get(t, s.URL+"/"); status != http.StatusOK {
		t.Errorf("first: got %d, want 200", status)
	}
	if status, _ := testnode.Get(t, s.URL+"/api/v3/campaigns/1"); status != http.StatusUnauthorized {
		t.Errorf("second: got %d, want 401", status)
	}
	if status, body := testnode.Get(t, s.URL+"/"); status != http.StatusTooManyRequests || !strings.Contains(body, "too many requests") {
		t.Errorf("third: got %d %s, want the page for 429", status, body)
	}
	if status, _ := testnode.Get(t, s.URL+"/healthz"); status != http.StatusOK {
		t.Errorf("health: got %d, want it without a limit", status)
	}
}
