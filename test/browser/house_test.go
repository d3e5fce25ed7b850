// Package browser_test looks at the pages of the running program through a real browser, Chromium,
// with the keyboard and with the eyes of a checker for accessibility. ALMONER_SCREENSHOTS=DIR keeps a
// picture of every page in four ways.
package browser_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

// house is a running demo.
type house struct {
	demo.Credentials
	binary, data string
	// stop ends the demo, which its test may run again.
	stop func()
}

// start builds the program and runs its demo until the test ends, with more flags if there are any.
func start(t *testing.T, more ...string) house {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves the browser out: each test starts one and a demo")
	}
	h := house{binary: testnode.Build(t), data: filepath.Join(t.TempDir(), "data")}
	h.stop = h.run(t, "127.0.0.1:0", more...)
	h.Credentials = must.Get(demo.Load(h.data))(t)
	return h
}

// run runs the demo at an address until stop, or until the test ends.
func (h house) run(t *testing.T, address string, more ...string) (stop func()) {
	t.Helper()
	flags := append([]string{"demo", "--addr", address, "--data", h.data, "--rate", "0", "--log-level", "warn"}, more...)
	server := exec.CommandContext(context.WithoutCancel(t.Context()), h.binary, flags...)
	log := testnode.Launch(t, server)
	stop = sync.OnceFunc(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		if err := server.Wait(); err != nil || log.Len() > 0 {
			t.Errorf("got %v and the log\n%s\nwant a clean stop and no warning", err, log)
		}
	})
	t.Cleanup(stop)
	return stop
}

// application is one that somebody has registered at the command line.
type application struct{ id, secret string }

func (h house) register(t *testing.T, redirectURI string) application {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), h.binary, "app", "create", "--db", "sqlite:"+filepath.Join(h.data, "almoner.db"),
		"--name", "Ember Overlay", "--redirect-uri", redirectURI, "--scope", "public", "--scope", "write", "--owner", h.Users[0].Slug).CombinedOutput()
	if err != nil {
		t.Fatalf("app create: %v\n%s", err, out)
	}
	told := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		told[name] = value
	}
	return application{told["client_id"], told["client_secret"]}
}

// window is one window of a browser that nobody has used before.
type window struct {
	t   *testing.T
	ctx context.Context
}

func open(t *testing.T) window {
	t.Helper()
	return openFor(t, 2*time.Minute)
}

// openFor opens a window that closes after a time at the latest.
func openFor(t *testing.T, longest time.Duration) window {
	t.Helper()
	options := append([]chromedp.ExecAllocatorOption{}, chromedp.DefaultExecAllocatorOptions[:]...)
	for _, flag := range []string{
		"no-sandbox", "disable-gpu", "disable-quic", "no-first-run", "disable-background-networking", "disable-component-update", "disable-sync",
	} {
		options = append(options, chromedp.Flag(flag, true))
	}
	limited, cancel := context.WithTimeout(t.Context(), longest)
	t.Cleanup(cancel)
	allocated, cancel := chromedp.NewExecAllocator(limited, options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocated)
	t.Cleanup(cancel)
	w := window{t, ctx}
	w.do(chromedp.EmulateViewport(1280, 800))
	return w
}

func (w window) do(actions ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	if err := chromedp.Do(w.ctx, actions...); err != nil {
		w.t.Fatal(err)
	}
}

// ask evaluates a script in the page.
func ask[T any](w window, script string) T {
	w.t.Helper()
	answer, err := chromedp.Run(w.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatal(err)
	}
	return answer
}

// look keeps pictures of the page, as a phone and as a desktop show it, where they are wanted, and
// wants the page to fit on both.
func (w window) look(name string) {
	w.t.Helper()
	for _, size := range []struct {
		name          string
		width, height int64
		dark          bool
	}{{"phone", 390, 844, false}, {"desktop", 1280, 900, false}, {"dark phone", 390, 844, true}, {"dark desktop", 1280, 900, true}} {
		scheme := "light"
		if size.dark {
			scheme = "dark"
		}
		w.do(chromedp.EmulateViewport(size.width, size.height), colors(scheme))
		if wide := ask[int64](w, "document.documentElement.scrollWidth"); wide > size.width {
			w.t.Errorf("%s on a %s: got a page %d wide, want it to fit into %d", name, size.name, wide, size.width)
		}
		w.accessible(name + " on a " + size.name)
		w.keep(name + "-" + strings.ReplaceAll(size.name, " ", "-"))
	}
	w.do(chromedp.EmulateViewport(1280, 800), colors("light"))
}

// keep keeps a picture of the whole page, where they are wanted.
func (w window) keep(name string) {
	w.t.Helper()
	folder := os.Getenv("ALMONER_SCREENSHOTS")
	if folder == "" {
		return
	}
	picture, err := chromedp.Run(w.ctx, chromedp.FullScreenshot(100))
	if err != nil {
		w.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(folder, name+".png"), picture, 0o600); err != nil {
		w.t.Error(err)
	}
}

// colors is the choice of a user between light and dark.
func colors(scheme string) chromedp.Action[chromedp.Void] {
	return chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		_, err := cdp.Call(ctx, target, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
			Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}},
		})
		return err
	})
}

var errNoBrowser = errors.New("no chromium on the PATH: install the Debian package chromium")

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		os.Exit(m.Run()) // without a browser: all tests skip
	}
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome"} {
		if _, err := exec.LookPath(name); err == nil {
			testpg.Main(m)
		}
	}
	fmt.Fprintln(os.Stderr, errNoBrowser)
	os.Exit(1)
}
