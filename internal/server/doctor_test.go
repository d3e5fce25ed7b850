package server_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testcallers"
)

// TestANodeExaminesItself logs what is wrong once, and that it is good again; the metrics have the level. An examination that was cut short says nothing.
func TestANodeExaminesItself(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	settings := testcallers.NodeSettings(storetest.SQLite(t), slog.New(slog.NewTextHandler(&log, nil)))
	settings.BaseURL = "http://127.0.0.1"
	folder := filepath.Join(t.TempDir(), "backups")
	must.Do(t, os.Mkdir(folder, 0o700))
	settings.Backups = config.Backups{Dir: folder, Every: time.Hour}
	node := must.Get(server.Open(t.Context(), settings))(t)
	t.Cleanup(func() { must.Do(t, node.Close()) })
	examined := func(ctx context.Context) []string {
		log.Reset()
		node.Examine(ctx)
		var lines []string
		for line := range strings.Lines(log.String()) {
			if strings.Contains(line, "check=backups") {
				lines = append(lines, line)
			}
		}
		return lines
	}
	metric := func() string {
		for line := range strings.Lines(send(t, node.Handler(), "192.0.2.1:1", http.MethodGet, "/metrics", "").Body.String()) {
			if strings.HasPrefix(line, `almoner_finding{check="backups"}`) {
				return strings.TrimSpace(strings.TrimPrefix(line, `almoner_finding{check="backups"}`))
			}
		}
		return ""
	}
	cut, cancel := context.WithCancel(t.Context())
	cancel()
	if lines := examined(cut); len(lines) != 0 || metric() != "" {
		t.Errorf("got %v and %q of what was cut short", lines, metric())
	}
	if lines := examined(t.Context()); len(lines) != 1 || !strings.Contains(lines[0], "level=INFO") || metric() != "1" {
		t.Errorf("got %v and %q, want a warning", lines, metric())
	}
	if lines := examined(t.Context()); len(lines) != 0 || metric() != "1" {
		t.Errorf("got %v and %q, want nothing again", lines, metric())
	}
	must.Do(t, os.Remove(folder))
	if lines := examined(t.Context()); len(lines) != 1 || !strings.Contains(lines[0], "level=ERROR") || metric() != "2" {
		t.Errorf("got %v and %q, want a problem", lines, metric())
	}
	must.Do(t, os.Mkdir(folder, 0o700))
	must.Do(t, os.WriteFile(filepath.Join(folder, "almoner-scheduled-"+time.Now().UTC().Format("20060102T150405Z")+".db.zst"), nil, 0o600))
	if lines := examined(t.Context()); len(lines) != 1 || !strings.Contains(lines[0], "level=INFO") || metric() != "0" {
		t.Errorf("got %v and %q, want that it is good again", lines, metric())
	}
}

// TestAlarmsOfANode begins an alarm for what a node finds twice, pings while all is well, and not while something is urgent.
func TestAlarmsOfANode(t *testing.T) {
	t.Parallel()
	told := make(chan string, 9)
	hook := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { told <- r.URL.Path }))
	t.Cleanup(hook.Close)
	settings := testcallers.NodeSettings(storetest.SQLite(t), slog.New(slog.DiscardHandler))
	settings.BaseURL = "http://127.0.0.1"
	folder := filepath.Join(t.TempDir(), "backups")
	must.Do(t, os.Mkdir(folder, 0o700))
	settings.Backups = config.Backups{Dir: folder, Every: time.Hour}
	settings.Alarms = config.Alarms{Webhook: config.SecretURL(hook.URL + "/hook"), Ping: config.SecretURL(hook.URL + "/ping")}
	node := must.Get(server.Open(t.Context(), settings))(t)
	t.Cleanup(func() { must.Do(t, node.Close()) })
	open := func() (all []string) {
		for _, a := range must.Get(node.App().OpenAlarms(t.Context(), app.System()))(t) {
			all = append(all, a.Check)
		}
		return all
	}
	must.Do(t, node.PingOnce(t.Context()))
	if len(told) != 0 {
		t.Error("it pings before it examined itself")
	}
	if again := node.Examine(t.Context()); again || len(open()) != 0 {
		t.Errorf("got %t and %v, want nothing of warnings that operators decided on", again, open())
	}
	must.Do(t, node.PingOnce(t.Context()))
	if got := <-told; got != "/ping" {
		t.Errorf("got %s, want a ping", got)
	}
	must.Do(t, os.Remove(folder))
	if again := node.Examine(t.Context()); !again || len(open()) != 0 {
		t.Errorf("got %t and %v, want a second look first", again, open())
	}
	if again := node.Examine(t.Context()); again || !slices.Equal(open(), []string{"backups"}) {
		t.Errorf("got %t and %v, want an alarm", again, open())
	}
	must.Do(t, os.Mkdir(folder, 0o700))
	node.Examine(t.Context())
	must.Do(t, node.PingOnce(t.Context()))
	node.App().DoDue(t.Context(), fund.WorkAlarm)
	if got := <-told; got != "/hook" || len(told) != 0 {
		t.Errorf("got %s and %d more, want the webhook told, and no ping while the alarm is open", got, len(told))
	}
}
