package browser_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/jackc/pgx/v5"

	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

const (
	// eveningEnv is how long gifts come in, such as 10m.
	eveningEnv = "ALMONER_EVENING"
	// giftEvery is the time between two gifts: 3,000 in ten minutes.
	giftEvery = 200 * time.Millisecond
	// unfit is in what must be seen nowhere, in every unfitEvery-th gift. Every readEvery-th that is shown is sent to the reader.
	unfit                 = "zzunfit"
	unfitEvery, readEvery = 7, 10
	// longestQueue is how long an alert may wait after its gift was shown.
	longestQueue = time.Minute
	// noticed is how long the way to a node that died is still taken.
	noticed = 500 * time.Millisecond
	// endsWithin is how long everything may take once no more gifts come.
	endsWithin = 3 * time.Minute
)

// evening is a long show: two nodes on PostgreSQL, reached at one address, and everybody who works on it.
type evening struct {
	house
	t        *testing.T
	length   time.Duration
	database string
	front    *testnode.Proxy
	nodes    []*eveningNode
	// spoken is the file with all texts that were read aloud.
	spoken string
	// given counts gifts, decided those that a screener has decided about, read those that the reader has read, seen what the spy has looked at.
	given, decided, read, seen atomic.Int64
	// over is set once no more gifts come. sent are the ids of those that were read.
	over atomic.Bool
	sent sync.Map
}

// eveningLength is how long gifts come in; 0 for no evening.
func eveningLength(t *testing.T) time.Duration {
	t.Helper()
	long := os.Getenv(eveningEnv)
	if long == "" {
		return 0
	}
	return must.Get(time.ParseDuration(long))(t)
}

type eveningNode struct {
	at      string
	command []string
	server  *exec.Cmd
}

// TestAnEvening has gifts come in for some time while three screeners decide, a reader reads, somebody has the desk on a phone and ten overlays are open in one
// browser. One node is restarted, and one dies. Every gift that was shown was in one alert, soon; what was not shown was seen nowhere.
func TestAnEvening(t *testing.T) {
	t.Parallel()
	e := newEvening(t)
	w, _ := signedIn(t, e.house, e.Users[0])
	base := e.BaseURL + "/dashboard/" + e.Campaign.ID
	overlays := e.openOverlays(w, base)
	e.speak(w, base)
	desk := w.tabs(2)[1]
	desk.do(chromedp.EmulateViewport(390, 844, chromedp.EmulateMobile), chromedp.Navigate(base+"/desk"))
	desk.until(`!document.querySelector(".desk > .note:not(.muted)")`)

	ctx, cancel := context.WithTimeout(t.Context(), e.length+endsWithin)
	defer cancel()
	var work, watch sync.WaitGroup
	watching, unwatch := context.WithCancel(ctx)
	for i := range 3 {
		work.Go(func() { e.screens(ctx, e.Users[i]) })
	}
	work.Go(func() { e.reads(ctx, e.Users[0]) })
	watch.Go(func() { e.spies(watching) })
	work.Go(func() { e.gives(ctx) })
	e.troubles(desk, overlays[fund.OverlayAlerts])
	work.Wait()
	e.wait(ctx, "every alert has ended", `SELECT count(*) = 0 FROM alerts WHERE state IN ('queued', 'playing') AND donation_id IS NOT NULL`)
	unwatch()
	watch.Wait()
	e.judge(overlays)
}

func newEvening(t *testing.T) *evening {
	t.Helper()
	if os.Getenv(eveningEnv) == "" {
		t.Skip("bash scripts/evening.sh plays it: it takes minutes and the whole machine")
	}
	e := &evening{t: t, length: eveningLength(t), database: testpg.Start(t)}
	folder := t.TempDir()
	e.house = house{binary: testnode.Build(t), data: filepath.Join(folder, "data"), db: e.database}
	e.run(t, "127.0.0.1:0", "--db", e.database, "--no-pictures")()
	e.Credentials = must.Get(demo.Load(e.data))(t)
	for _, user := range e.Users[1:3] {
		e.command(t, "cause", "member", "add", "--cause", e.Cause.Slug, "--user", user.Slug)
	}
	e.spoken = filepath.Join(folder, "spoken")
	nodes := []string{testnode.Free(t), testnode.Free(t)}
	e.front = testnode.StartProxy(t, "tcp", nodes[0])
	e.BaseURL = "http://" + e.front.At
	for _, at := range nodes {
		n := &eveningNode{at: at, command: []string{
			e.binary, "serve", "--sandbox", "--addr", at, "--base-url", e.BaseURL, "--db", e.database, "--secret-key-file", filepath.Join(e.data, "almoner.key"),
			"--log-level", "error", "--limit-token-per-minute", "0", "--limit-address-per-minute", "0", "--speech-command", e.speaker(folder),
		}}
		n.start(t)
		e.nodes = append(e.nodes, n)
	}
	e.write(t, http.MethodPatch, "/api/private/campaigns/"+e.Campaign.ID+"/giving", e.V3.UserToken, `{"screening_mode":"everything"}`)
	return e
}

func (n *eveningNode) start(t *testing.T) {
	t.Helper()
	n.server = exec.CommandContext(context.WithoutCancel(t.Context()), n.command[0], n.command[1:]...)
	testnode.Launch(t, n.server)
	server := n.server
	t.Cleanup(func() {
		_ = server.Process.Kill()
		_ = server.Wait()
	})
}

// speaker makes a program that keeps each text, and answers with a short sound.
func (e *evening) speaker(folder string) string {
	e.t.Helper()
	sound, program := filepath.Join(folder, "sound.wav"), filepath.Join(folder, "speak")
	must.Do(e.t, os.WriteFile(sound, tone(), 0o644))
	must.Do(e.t, os.WriteFile(program, fmt.Appendf(nil, "#!/bin/sh\n/bin/cat >>%s\n/bin/cat %s\n", e.spoken, sound), 0o755))
	return program
}

// tone is a WAV file of half a second.
func tone() []byte {
	const rate, samples = 48000, 24000
	number := func(n, bytes int) []byte {
		out := make([]byte, bytes)
		for i := range out {
			out[i] = byte(n >> (8 * i))
		}
		return out
	}
	var data []byte
	for i := range samples {
		level := 6000
		if i/100%2 == 0 {
			level = -6000
		}
		data = append(data, number(level, 2)...)
	}
	file := append([]byte("RIFF"), number(36+len(data), 4)...)
	file = append(append(file, "WAVEfmt "...), number(16, 4)...)
	file = append(append(file, number(1, 2)...), number(1, 2)...)
	file = append(append(file, number(rate, 4)...), number(2*rate, 4)...)
	file = append(append(file, number(2, 2)...), number(16, 2)...)
	return append(append(append(file, "data"...), number(len(data), 4)...), data...)
}

// openOverlays makes ten overlays, and opens them in the tabs of one browser.
func (e *evening) openOverlays(w window, base string) map[fund.OverlayKind]window {
	e.t.Helper()
	open10 := []fund.OverlayKind{
		fund.OverlayAlerts, fund.OverlayGoal, fund.OverlayTotal, fund.OverlayLatest, fund.OverlayDonors, fund.OverlayPoll, fund.OverlayTarget, fund.OverlayMilestones,
		fund.OverlayTicker, fund.OverlaySchedule,
	}
	tabs := map[fund.OverlayKind]window{}
	for i, one := range open(e.t).tabs(len(open10)) {
		kind := open10[i]
		_, address := w.newOverlay(base, kind, fund.OverlayThemes()[i%len(fund.OverlayThemes())])
		tabs[kind] = one
		one.do(chromedp.Func(func(ctx context.Context, target *chromedp.Target) error {
			return watchFor(ctx, target, unfit)
		}), chromedp.EmulateViewport(800, 600), chromedp.Navigate(address), chromedp.MouseClickXY(9, 9))
		one.until(`document.getElementById("overlay")`)
	}
	return tabs
}

// speak has sounds, and names, amounts and comments read aloud.
func (e *evening) speak(w window, base string) {
	e.t.Helper()
	w.do(chromedp.Navigate(base + "/stage/sound"))
	for _, field := range []string{"speak_name", "speak_amount", "speak_comment"} {
		ask[bool](w, `document.getElementsByName("`+field+`")[0].checked = true`)
	}
	w.press("#form > button", `document.querySelector("[role=status]:not([hidden])")`)
}

// troubles uses the desk, restarts the node that everybody reaches, and later lets it die, so that the other one takes over.
func (e *evening) troubles(desk, alerts window) {
	e.t.Helper()
	part := e.length / 6
	e.rest(part)
	desk.do(chromedp.Click("button[value=pause]"))
	desk.until(`document.querySelector("button[value=resume]")`)
	e.rest(part / 4)
	desk.do(chromedp.Click("button[value=resume]"))
	desk.until(`document.querySelector("button[value=pause]")`)
	e.rest(part)
	first := e.nodes[0].server
	must.Do(e.t, first.Process.Signal(syscall.SIGTERM))
	_ = first.Wait()
	e.nodes[0].start(e.t)
	e.rest(part)
	e.off(desk, alerts, part/4)
	e.rest(part)
	must.Do(e.t, e.nodes[0].server.Process.Kill())
	e.rest(noticed)
	e.front.Point("tcp", e.nodes[1].at)
	e.front.Cut()
}

// off takes the stage off the air for a while.
func (e *evening) off(desk, alerts window, pause time.Duration) {
	e.t.Helper()
	began := time.Now()
	desk.do(chromedp.Click("button[value=off]"))
	alerts.until(`!document.querySelector("[data-alert]")`)
	if took := time.Since(began); took > panicMost {
		e.t.Errorf("got the stage off the air after %s, want at most %s", took, panicMost)
	}
	e.rest(pause)
	desk.until(`document.querySelector("button[value=on]")`)
	desk.do(chromedp.Click("button[value=on]"))
}

// rest lets the evening go on.
func (e *evening) rest(length time.Duration) {
	select {
	case <-e.t.Context().Done():
	case <-time.After(length):
	}
}

// wait waits until a query says true.
func (e *evening) wait(ctx context.Context, what, query string) {
	for look := time.NewTicker(lookEvery); ; {
		if is, err := one[bool](ctx, e.database, query); err == nil && is {
			return
		}
		select {
		case <-ctx.Done():
			e.t.Errorf("waited too long until %s", what)
			return
		case <-look.C:
		}
	}
}

// one is the one value that a query has.
func one[T any](ctx context.Context, database, query string) (value T, err error) {
	conn, err := pgx.Connect(ctx, database)
	if err != nil {
		return value, err
	}
	defer func() { _ = conn.Close(context.WithoutCancel(ctx)) }()
	err = conn.QueryRow(ctx, query).Scan(&value)
	return value, err
}

// ofEvening are the donations of an evening.
const ofEvening = ` FROM donations d LEFT JOIN alerts a ON a.donation_id = d.id WHERE d.comment LIKE 'evening %'`

// judge compares what was given with what was seen.
func (e *evening) judge(overlays map[fund.OverlayKind]window) {
	e.t.Helper()
	for name, query := range map[string]string{
		"gifts that were lost":                        `SELECT ` + strconv.FormatInt(e.given.Load(), 10) + ` - count(DISTINCT d.comment)` + ofEvening,
		"gifts that nobody decided about":             `SELECT count(*)` + ofEvening + ` AND d.screening NOT IN ('shown', 'hidden')`,
		"unfit gifts that were shown":                 `SELECT count(*)` + ofEvening + ` AND d.comment LIKE '%` + unfit + `%' AND d.screening <> 'hidden'`,
		"others that were hidden":                     `SELECT count(*)` + ofEvening + ` AND d.comment NOT LIKE '%` + unfit + `%' AND d.screening <> 'shown'`,
		"shown gifts that were in no alert":           `SELECT count(*)` + ofEvening + ` AND d.screening = 'shown' AND a.started_at IS NULL`,
		"hidden gifts that were in an alert":          `SELECT count(*)` + ofEvening + ` AND d.screening = 'hidden' AND a.started_at IS NOT NULL`,
		"alerts that came late":                       `SELECT count(*)` + ofEvening + ` AND a.started_at - a.queued_at > ` + strconv.FormatInt(longestQueue.Microseconds(), 10),
		"alerts that broke beside those of an outage": `SELECT greatest(0, count(DISTINCT a.lead_id) - 2)` + ofEvening + ` AND a.state = 'broken'`,
		"shown gifts that were not read":              `SELECT count(*)` + ofEvening + ` AND d.screening = 'shown' AND d.read_at IS NULL`,
		"hidden gifts that were read":                 `SELECT count(*)` + ofEvening + ` AND d.screening = 'hidden' AND d.read_at IS NOT NULL`,
	} {
		if got, err := one[int64](e.t.Context(), e.database, query); err != nil || got != 0 {
			e.t.Errorf("%s: got %d, %v; want none", name, got, err)
		}
	}
	total := overlays[fund.OverlayTotal]
	var shown struct {
		Data struct {
			TotalAmountRaised struct{ Value string } `json:"total_amount_raised"`
		}
	}
	must.Do(e.t, json.Unmarshal([]byte(e.reading("/api/public/campaigns/"+e.Campaign.ID)), &shown))
	total.loaded(fmt.Sprintf(`Math.abs(document.getElementById("amount")?.textContent.replace(/[^0-9.]/g, "") - %s) < 1`, shown.Data.TotalAmountRaised.Value))
	for kind, tab := range overlays {
		if leaked := ask[string](tab, `localStorage.getItem("leaked") ?? ""`); leaked != "" {
			e.t.Errorf("overlay %s: got %.300q, want nothing that was not shown", kind, leaked)
		}
	}
	said, err := os.ReadFile(e.spoken)
	if err != nil || len(said) == 0 || strings.Contains(string(said), unfit) {
		e.t.Errorf("got %d bytes read aloud, %v; want texts without what was not shown", len(said), err)
	}
	slowest, err := one[int64](e.t.Context(), e.database, `SELECT coalesce(max(a.started_at - a.queued_at), 0)`+ofEvening)
	together, wrong := one[int64](e.t.Context(), e.database, `SELECT count(DISTINCT a.lead_id)`+ofEvening)
	e.t.Logf("%d gifts, %d decisions, %d read aloud, in %d alerts, the last of which began %s after it was shown (%v, %v); the spy looked %d times",
		e.given.Load(), e.decided.Load(), e.read.Load(), together, time.Duration(slowest)*time.Microsecond, err, wrong, e.seen.Load())
}

// watchFor has a page keep a text of it that has something in it.
func watchFor(ctx context.Context, target *chromedp.Target, text string) error {
	script := fmt.Sprintf(`new MutationObserver(() => document.documentElement?.textContent.includes(%q) && localStorage.setItem("leaked", document.documentElement.textContent)).observe(document, {childList: true, characterData: true, subtree: true})`, text)
	_, err := cdp.Call(ctx, target, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	return err
}
