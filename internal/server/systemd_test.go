package server_test

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/testnode"
)

// TestAServiceManagerIsTold has a program, built as a release is, speak to a socket as that of systemd, and say everywhere which version it is.
func TestAServiceManagerIsTold(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(must.Get(os.MkdirTemp("", "notify"))(t), "socket") //nolint:usetesting // addresses of sockets are short
	t.Cleanup(func() { _ = os.RemoveAll(filepath.Dir(socket)) })
	manager := must.Get(net.ListenUnixgram("unixgram", &net.UnixAddr{Name: socket, Net: "unixgram"}))(t)
	t.Cleanup(func() { _ = manager.Close() })
	address := testnode.Free(t)
	const at = "github.com/almoner/almoner/internal/version."
	path := testnode.Build(t, "-ldflags=-X "+at+"tag=v1.2.3 -X "+at+"commit=0123abcd")
	program := exec.CommandContext(t.Context(), path, "serve", "--addr", address, "--db", string(testnode.Database(t)))
	program.Env = append(os.Environ(), "NOTIFY_SOCKET="+socket, "WATCHDOG_USEC=200000")
	must.Do(t, program.Start())
	t.Cleanup(func() { _ = program.Process.Kill() })

	wants := func(want ...string) {
		t.Helper()
		for _, line := range want {
			if got := heard(t, manager); !slices.Contains(got, line) {
				t.Fatalf("got %q, want %q", got, line)
			}
		}
	}
	wants("STATUS=Starting")
	if got, want := heard(t, manager), []string{"READY=1", "STATUS=Almoner v1.2.3 answers at http://" + address}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	status, body := testnode.Get(t, "http://"+address+"/metrics")
	if status != http.StatusOK || !strings.Contains(body, `almoner_build_info{commit="0123abcd",goversion="`+runtime.Version()+`",version="v1.2.3"} 1`) {
		t.Errorf("got %d without the version in the metrics at once after READY=1, want it", status)
	}
	wants("WATCHDOG=1", "WATCHDOG=1", "WATCHDOG=1")
	must.Do(t, program.Process.Signal(syscall.SIGTERM))
	for !slices.Contains(heard(t, manager), "STOPPING=1") {
	}
	must.Do(t, program.Wait())
	for args, want := range map[string]string{
		"version":        "almoner v1.2.3 0123abcd " + runtime.Version() + "\n",
		"version --json": `{"version":"v1.2.3","commit":"0123abcd","go":"` + runtime.Version() + "\"}\n",
	} {
		got := must.Get(exec.CommandContext(t.Context(), path, strings.Fields(args)...).Output())(t)
		if string(got) != want {
			t.Errorf("%s: got %s, want %s", args, got, want)
		}
	}
}

// heard are the lines of the next message.
func heard(t *testing.T, manager net.Conn) []string {
	t.Helper()
	must.Do(t, manager.SetReadDeadline(time.Now().Add(time.Minute)))
	message := make([]byte, 4096)
	n := must.Get(manager.Read(message))(t)
	return strings.Split(string(message[:n]), "\n")
}

// TestWhatIsAlive tells nodes that hang from those that only have no database.
func TestWhatIsAlive(t *testing.T) {
	t.Parallel()
	const within = 200 * time.Millisecond
	answers := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(answers.Close)
	healthy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	t.Cleanup(healthy.Close)
	deaf := must.Get(net.Listen("tcp", "127.0.0.1:0"))(t) // connections are made, and nobody takes them
	t.Cleanup(func() { _ = deaf.Close() })
	fine := func(context.Context) error { return nil }
	fails := func(context.Context) error { return errors.New("the disk is full") }
	waits := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	stuck := func(context.Context) error { select {} }
	for _, c := range []struct {
		name string
		at   net.Addr
		ping func(context.Context) error
		own  bool
		want bool
	}{
		{"answers", healthy.Listener.Addr(), fine, true, true},
		{"database gives errors", healthy.Listener.Addr(), fails, true, true},
		{"database in its process does not answer", healthy.Listener.Addr(), waits, true, false},
		{"database elsewhere does not answer", healthy.Listener.Addr(), waits, false, true},
		{"query that does not give up", healthy.Listener.Addr(), stuck, false, false},
		{"connections that nobody takes", deaf.Addr(), fine, true, false},
		{"answers that are wrong", answers.Listener.Addr(), fine, true, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if err := server.Alive(t.Context(), c.at, within, c.ping, c.own); (err == nil) != c.want {
				t.Errorf("got %v, want alive to be %t", err, c.want)
			}
		})
	}
}

// TestTheWatchdog is told of a node that lives, is slow for a moment, hangs, and stops.
func TestTheWatchdog(t *testing.T) {
	t.Parallel()
	const watchdog = time.Minute
	for _, c := range []struct {
		name string
		// alive is whether the node answers at a time.
		alive    func(at time.Duration) bool
		stopping bool
		// longest is the longest time between two messages within ten minutes.
		longest time.Duration
	}{
		{"lives", func(time.Duration) bool { return true }, false, watchdog / 2},
		{"slow for 25 seconds", func(at time.Duration) bool { return at < 2*time.Minute || at >= 2*time.Minute+25*time.Second }, false, watchdog - 1},
		{"hangs", func(at time.Duration) bool { return at < 2*time.Minute }, false, 10 * time.Minute},
		{"stops", func(time.Duration) bool { return false }, true, watchdog / 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				last, longest := began, time.Duration(0)
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Minute)
				defer cancel()
				server.Follow(ctx, func(state string) {
					if state == "WATCHDOG=1" && ctx.Err() == nil {
						longest, last = max(longest, time.Since(last)), time.Now()
					}
				}, func(within time.Duration) error {
					for range int(within / time.Second) {
						if c.alive(time.Since(began)) {
							return nil
						}
						time.Sleep(time.Second)
					}
					return errors.New("it does not answer")
				}, func() bool { return c.stopping }, watchdog)
				if longest = max(longest, time.Since(last)); longest > c.longest || c.longest > watchdog && longest < watchdog {
					t.Errorf("got %v without a word, want at most %v", longest, c.longest)
				}
			})
		})
	}
}
