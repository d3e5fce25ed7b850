// Package browser_test looks at the pages of the running program through a real browser, Chromium,
// with the keyboard and with the eyes of a checker for accessibility. ALMONER_SCREENSHOTS=DIR keeps a
// picture of every page in four ways.
package browser_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

// house is a running demo.
type house struct {
	demo.Credentials
	// db is the URL of its database.
	binary, data, db string
	// finance and streamer are tokens that handle donations: of the cause, and of the owner of the campaign; "" where nobody made them.
	finance, streamer string
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
	h.db = "sqlite:" + filepath.Join(h.data, "almoner.db")
	if at := slices.Index(more, "--db"); at >= 0 {
		h.db = more[at+1]
	} else {
		testnode.Filled(t, h.data, true)
	}
	h.stop = h.run(t, testnode.Free(t), more...)
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
	told := h.command(t, "app", "create", "--name", "Ember Overlay", "--redirect-uri", redirectURI, "--scope", "public", "--scope", "write", "--owner", h.Users[0].Slug)
	return application{told["client_id"], told["client_secret"]}
}

// token is a token of somebody that handles donations.
func (h house) token(t *testing.T, of ...string) string {
	t.Helper()
	return h.command(t, append([]string{"token", "create", "--scope", "donations:write", "--scope", "donations:read"}, of...)...)["token"]
}

// command runs a command of the program on the database of the demo, and is what it says, by name.
func (h house) command(t *testing.T, words ...string) map[string]string {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), h.binary, append(words, "--db", h.db)...).CombinedOutput()
	if err != nil {
		t.Fatalf("%s: %v\n%s", words, err, out)
	}
	told := map[string]string{}
	for line := range strings.Lines(string(out)) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ": ")
		told[name] = value
	}
	return told
}

// window is one window of a browser that nobody has used before.
type window struct {
	t   *testing.T
	ctx context.Context
}

const (
	// longestWindow is how long a window may be open beside an evening, and longestStart how long it may take to open, on a machine that does much else.
	longestWindow = 6 * time.Minute
	longestStart  = 2 * time.Minute
)

func open(t *testing.T) window {
	t.Helper()
	return openFor(t, longestWindow+eveningLength(t))
}

// openFor opens a window that closes after a time at the latest.
func openFor(t *testing.T, longest time.Duration) window {
	t.Helper()
	options := append([]chromedp.ExecAllocatorOption{chromedp.WSURLReadTimeout(longestStart)}, chromedp.DefaultExecAllocatorOptions[:]...)
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

// do runs actions in order. A live page may replace an element between finding it and using it; do then looks for the element again, because nothing was done to the old one.
func (w window) do(actions ...chromedp.Action[chromedp.Void]) {
	w.t.Helper()
	late := time.After(longestStep)
	for _, action := range actions {
		for look := time.NewTicker(lookEvery); ; {
			err := chromedp.Do(w.ctx, action)
			if err == nil {
				break
			}
			if !strings.Contains(err.Error(), elementIsGone) {
				w.t.Fatal(err)
			}
			select {
			case <-late:
				w.t.Fatal(err)
			case <-look.C:
			}
		}
	}
}

// elementIsGone is in the error of the browser for an element that is in no page any more.
const elementIsGone = "Could not find node with given id"

// isShown is a function of a page that says whether somebody who looks at it sees an element.
const isShown = `(e => e.checkVisibility() && e.getBoundingClientRect().width > 0 && getComputedStyle(e).clipPath === "none")`

// shown is the first element of a selector that somebody sees who looks at the page.
func shown(selector string) chromedp.JSPath {
	return chromedp.JSPath(fmt.Sprintf(`[...document.querySelectorAll(%q)].find(%s)`, selector, isShown))
}

// submit is what sends the form of a page, beside what only changes the form.
const submit = `main form button:is([type=submit], :not([type])):not([formaction])`

// ask evaluates a script in the page.
func ask[T any](w window, script string) T {
	w.t.Helper()
	answer, err := chromedp.Run(w.ctx, chromedp.Evaluate[T](script, chromedp.EvalAwaitPromise))
	if err != nil {
		w.t.Fatal(err)
	}
	return answer
}

// read is what is at an address for the browser of the window; pages of donors forbid their scripts to ask for anything.
func (w window) read(address string) []byte {
	w.t.Helper()
	r := must.Get(http.NewRequestWithContext(w.ctx, http.MethodGet, address, http.NoBody))(w.t)
	w.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
		known, err := cdp.Call(ctx, target, network.GetCookies, network.GetCookiesParams{URLs: []string{address}})
		if err != nil {
			return err
		}
		for _, c := range known.Cookies {
			r.AddCookie(&http.Cookie{Name: c.Name, Value: c.Value})
		}
		return nil
	}))
	answer := must.Get(http.DefaultClient.Do(r))(w.t)
	said := must.Get(io.ReadAll(answer.Body))(w.t)
	must.Do(w.t, answer.Body.Close())
	if answer.StatusCode != http.StatusOK {
		w.t.Fatalf("%s: got %s, want it read", address, answer.Status)
	}
	return said
}

// listedGift is a gift in the list of a page, by the name of its donor.
const listedGift = `[...document.querySelectorAll("#donations .gives li")].find(li => li.textContent.includes(%q))`

// donationOf is the id of the donation of somebody in the list of the page.
func (w window) donationOf(donor string) string {
	w.t.Helper()
	return strings.TrimPrefix(ask[string](w, fmt.Sprintf(listedGift+".id", donor)), "donation-")
}

// waysToLook are those in which a page is looked at beside the tour.
var waysToLook = []struct {
	name          string
	width, height int64
	dark          bool
}{{"phone", 390, 844, false}, {"desktop", 1280, 900, false}, {"dark phone", 390, 844, true}, {"dark desktop", 1280, 900, true}}

// look keeps pictures of the page, as a phone and as a desktop show it, where they are wanted, and
// wants the page to fit on both, and the checker to find nothing. Unless whole, the checker looks in one way, which the length of the name chooses: the tour has all ways.
func (w window) look(name string) {
	w.t.Helper()
	for i, size := range waysToLook {
		scheme := "light"
		if size.dark {
			scheme = "dark"
		}
		w.do(chromedp.EmulateViewport(size.width, size.height), colors(scheme))
		if wide := ask[int64](w, "document.documentElement.scrollWidth"); wide > size.width {
			w.t.Errorf("%s on a %s: got a page %d wide, want it to fit into %d", name, size.name, wide, size.width)
		}
		if whole || i == len(name)%len(waysToLook) {
			w.accessible(name + " on a " + size.name)
		}
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
