package command_test

import (
	"bufio"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
)

// run is the campaign of Ada.
const run = "@ada/run"

// withCampaign is a running server with a campaign of Ada, who is logged in.
func withCampaign(t *testing.T, with command.Serve) running {
	t.Helper()
	r := newRunning(t, with)
	h := terminal{TB: t, db: string(r.db)}
	h.must("cause", "create", "--name", "Well", "--owner", "ada", "--currency", "USD")
	h.must("cause", "approve", "--cause", "well", "--yes")
	h.must("campaign", "create", "--user", "ada", "--cause", "well", "--name", "Run")
	r.logIn(t, command.LogIn{Scopes: []string{"public", "write", "sandbox", "donations:read"}})
	return r
}

// speak types a command that speaks to the server with Ada's login.
func (r running) speak(t *testing.T, args ...string) string {
	t.Helper()
	out, _ := terminal{TB: t}.speakTo(r, args...)
	return out
}

// speakTo returns what the command prints, and what it warns of.
func (h terminal) speakTo(r running, args ...string) (printed, warned string) {
	h.Helper()
	var out, complaint strings.Builder
	args = append(args, "--profile", "default", "--profiles", r.profiles, "--campaign", run)
	if code := command.Run(args, command.Terminal{In: strings.NewReader(""), Out: &out, Err: &complaint}); code != 0 {
		h.Fatalf("%s: got %d: %s", args, code, complaint.String())
	}
	return out.String(), complaint.String()
}

// follow starts a command that follows the feed, and returns its lines.
func follow(t *testing.T, c testnode.Command) (lines func() string, stop func()) {
	t.Helper()
	from, to := io.Pipe()
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() {
		ended <- c.Run(ctx, command.Terminal{Out: to, Err: t.Output(), Wait: atOnce})
		_ = to.Close()
	}()
	t.Cleanup(func() {
		cancel()
		_ = from.Close()
	})
	reader := bufio.NewReader(from)
	lines = func() string {
		t.Helper()
		line, err := reader.ReadString('\n')
		if err != nil {
			t.Fatalf("got %v and %v, want one more line", err, <-ended)
		}
		return strings.TrimSpace(line)
	}
	return lines, func() {
		t.Helper()
		cancel()
		_, _ = io.Copy(io.Discard, reader)
		must.Do(t, <-ended)
	}
}

// atOnce waits for nothing.
func atOnce(ctx context.Context, _ time.Duration) error { return context.Cause(ctx) }

// TestTailFollowsOverARestart starts the server again while its feed is followed.
func TestTailFollowsOverARestart(t *testing.T) {
	t.Parallel()
	r := withCampaign(t, command.Serve{Sandbox: true, Addr: config.Address(testnode.Free(t))})
	people, stopPeople := follow(t, command.Tail{}.As(r.profiles, run, "donation.completed"))
	programs, stopPrograms := follow(t, command.Tail{JSON: true}.As(r.profiles, run, "donation.completed"))
	if line := people(); !strings.Contains(line, " state ") {
		t.Errorf("got %q first, want the state", line)
	}
	programs()
	given := strings.TrimSpace(r.speak(t, "trigger", "donation", "--amount", "12.34", "--name", "Zoë"))
	wantLine := func(want ...string) {
		t.Helper()
		line := people()
		for _, one := range want {
			if !strings.Contains(line, one) {
				t.Errorf("got %q, want %q in it", line, one)
			}
		}
	}
	wantLine("donation.completed 12.34 USD Zoë", given)
	var message map[string]any
	must.Do(t, json.Unmarshal([]byte(programs()), &message))
	if message["type"] != "donation.completed" || message["id"] != given {
		t.Errorf("got %v, want the donation", message)
	}
	address := strings.TrimPrefix(r.URL, "http://")
	must.Do(t, r.Stop())
	testnode.Start(t, command.Serve{DB: r.db, Addr: config.Address(address), Sandbox: true, ShutdownTimeout: time.Minute})
	next := strings.TrimSpace(r.speak(t, "trigger", "donation", "--amount", "5"))
	wantLine("donation.completed 5.00 USD Anonymous", next)
	stopPeople()
	stopPrograms()
}

// TestTailSaysWhichCampaignIsGone hides two campaigns, one after the other, while both are followed.
func TestTailSaysWhichCampaignIsGone(t *testing.T) {
	t.Parallel()
	r := withCampaign(t, command.Serve{Sandbox: true})
	h := terminal{TB: t, db: string(r.db)}
	made := func(name string) string {
		id, _ := h.object("campaign", "create", "--user", "ada", "--cause", "well", "--name", name)["id"].(string)
		return id
	}
	walk, swim := made("Walk"), made("Swim")
	from, to := io.Pipe()
	complaints, complain := io.Pipe()
	code := make(chan int, 1)
	go func() {
		args := []string{"tail", "--server", r.URL, "--type", "fact.decided", "--campaign", walk, "--campaign", swim}
		code <- command.Run(args, command.Terminal{In: strings.NewReader(""), Out: to, Err: complain, Wait: atOnce})
		_ = to.Close()
		_ = complain.Close()
	}()
	lines, complaint := bufio.NewReader(from), bufio.NewReader(complaints)
	must.Get(lines.ReadString('\n'))(t) // the state
	go func() { _, _ = io.Copy(io.Discard, lines) }()
	h.must("fact", "takedown", "--fact", walk, "--reason", "spam")
	if got := must.Get(complaint.ReadString('\n'))(t); got != "almoner: "+walk+" may not be seen any more; the others go on.\n" {
		t.Errorf("got %q, want which of them is gone", got)
	}
	h.must("fact", "takedown", "--fact", swim, "--reason", "spam")
	got := string(must.Get(io.ReadAll(complaint))(t))
	if failed := <-code; failed == 0 || got != "almoner: You may not see this any more.\n" {
		t.Errorf("got %d: %q, want the end", failed, got)
	}
}

// received is a webhook that a laptop got.
type received struct {
	header http.Header
	body   []byte
	Data   map[string]any
	Meta   map[string]any
}

// laptop takes webhooks and answers with a status.
func laptop(t *testing.T, status int) (address string, next func() received) {
	t.Helper()
	got := make(chan received, 100)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		one := received{header: r.Header, body: body}
		_ = json.Unmarshal(body, &one)
		got <- one
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/hook", func() received { return <-got }
}

// wantSigned verifies a webhook as Tiltify's receivers do.
func (r received) wantSigned(t *testing.T, key string) {
	t.Helper()
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = mac.Write([]byte(r.header.Get("X-Tiltify-Timestamp") + "." + string(r.body)))
	if want := base64.StdEncoding.EncodeToString(mac.Sum(nil)); r.header.Get("X-Tiltify-Signature") != want {
		t.Errorf("got the signature %q, want %q", r.header.Get("X-Tiltify-Signature"), want)
	}
	if r.header.Get("Webhook-Id") != r.Meta["id"] {
		t.Errorf("got webhook-id %q, want %v", r.header.Get("Webhook-Id"), r.Meta["id"])
	}
}

var cursorForm = regexp.MustCompile(`[a-z0-9]{8}-[0-9a-f]{8}\.[0-9]+`)

// TestListenAndReplay forwards webhooks to a laptop, and the same ones again.
func TestListenAndReplay(t *testing.T) {
	t.Parallel()
	r := withCampaign(t, command.Serve{Sandbox: true})
	hook, next := laptop(t, http.StatusTeapot)
	lines, stop := follow(t, command.Listen{}.As(r.profiles, run, hook, "donation.completed"))
	key := strings.TrimPrefix(lines(), "Signing key: ")
	if len(key) != 64 || !strings.Contains(lines(), "whsec_") || lines() != "Forwarding to "+hook {
		t.Fatalf("got the key %q, want one, in both forms, and where it goes", key)
	}
	if line := lines(); !strings.HasPrefix(line, "Listening after ") {
		t.Errorf("got %q, want where it begins", line)
	}
	tail, stopTail := follow(t, command.Tail{}.As(r.profiles, run, "donation.completed"))
	begin := cursorForm.FindString(tail())
	var first []received
	var last string
	for _, amount := range []string{"12.34", "7"} {
		given := strings.TrimSpace(r.speak(t, "trigger", "donation", "--amount", amount, "--name", "Zoë"))
		tail()
		one := next()
		one.wantSigned(t, key)
		if one.Data["id"] != given || one.Data["donor_name"] != "Zoë" || one.Meta["event_type"] != "private:direct:donation_updated" || one.Meta["replayed"] != nil {
			t.Errorf("got %s, want the donation %s", one.body, given)
		}
		if _, has := one.Data["donor_email"]; has {
			t.Errorf("got %s, want the keys of a private webhook", one.body)
		}
		last = lines()
		if !strings.Contains(last, given) || !strings.Contains(last, "→ 418 I'm a teapot") {
			t.Errorf("got %q, want a line about the delivery", last)
		}
		first = append(first, one)
	}
	stop()
	stopTail()

	path := filepath.Join(t.TempDir(), "key")
	must.Do(t, os.WriteFile(path, []byte("mine\n"), 0o600))
	for _, to := range []string{cursorForm.FindString(last), ""} {
		hook, replayed := laptop(t, http.StatusOK)
		r.speak(t, "replay", "--type", "donation.completed", "--from", begin, "--to="+to, "--speed", "0x", "--forward-to", hook, "--signing-key-file", path)
		for _, before := range first {
			again := replayed()
			again.wantSigned(t, "mine")
			if again.Meta["id"] != before.Meta["id"] || again.Meta["replayed"] != true || again.Data["id"] != before.Data["id"] {
				t.Errorf("got %s, want the same as %s, marked as replayed", again.body, before.body)
			}
		}
	}
	testnode.Refused(t, command.Replay{From: "aaaaaaaa-00000000.1", To: "aaaaaaaa-00000000.9"}.As(r.profiles, run, hook), "not this server's", "foreign")
	testnode.Refused(t, command.Replay{From: "yesterday"}.As(r.profiles, run, hook), "--from", "not a cursor")
	testnode.Refused(t, command.Listen{}.As(r.profiles, run, "127.0.0.1:3000"), "not an address to forward to")
}

// triggerTopics are those of everything that can be triggered.
var triggerTopics = []string{
	"donation.completed", "donation.refunded", "donation.disputed", "donation.screened", "milestone.reached", "match.completed",
}

// TestTriggerFromTheTerminal makes things happen with play money, and rehearses them where there is none.
func TestTriggerFromTheTerminal(t *testing.T) {
	t.Parallel()
	r := withCampaign(t, command.Serve{Sandbox: true})
	given := strings.TrimSpace(r.speak(t, "trigger", "donation", "--amount", "12.34"))
	for _, event := range []string{"screening", "refund"} {
		if said := r.speak(t, "trigger", event); !strings.Contains(said, given) || strings.Contains(said, "test") {
			t.Errorf("%s: got %q, want it done to %s", event, said, given)
		}
	}
	live := withCampaign(t, command.Serve{})
	lines, _ := follow(t, command.Tail{}.As(live.profiles, run, triggerTopics...))
	lines()
	for event, topic := range map[string]string{
		"donation": "donation.completed", "refund": "donation.refunded", "dispute": "donation.disputed", "poll-vote": "donation.completed",
		"milestone": "milestone.reached", "screening": "donation.screened", "match-end": "match.completed",
	} {
		args := []string{"trigger", event}
		if event == "donation" {
			args = append(args, "--amount", "1234", "--currency", "JPY")
		}
		said, warned := terminal{TB: t}.speakTo(live, args...)
		if !strings.Contains(warned, "a test event, which changes nothing") {
			t.Errorf("%s: got %q, want it to say that this is a test event", event, warned)
		}
		if line := lines(); !strings.Contains(line, topic) || !strings.Contains(line, "[test]") || event == "donation" && !strings.Contains(line, "1234 JPY") {
			t.Errorf("%s: got %q on the feed after %q, want a test event", event, line, said)
		}
	}
}

// TestAPublicFeedNeedsNoToken follows and forwards a published campaign as nobody.
func TestAPublicFeedNeedsNoToken(t *testing.T) {
	t.Parallel()
	r := withCampaign(t, command.Serve{Sandbox: true})
	hook, next := laptop(t, http.StatusOK)
	lines, stop := follow(t, command.Tail{}.At(r.URL, run))
	if line := lines(); !strings.Contains(line, " state ") {
		t.Errorf("got %q first, want the state", line)
	}
	forwarded, stopListening := follow(t, command.Listen{}.At(r.URL, run, hook))
	for range 4 { // the key, in both forms, where it goes, and where it begins
		forwarded()
	}
	given := strings.TrimSpace(r.speak(t, "trigger", "donation", "--amount", "5"))
	if line := lines(); !strings.Contains(line, given) {
		t.Errorf("got %q, want the donation %s", line, given)
	}
	if got := next(); got.Meta["event_type"] != "public:direct:donation_updated" || got.Data["id"] != given {
		t.Errorf("got %s, want a public message of the campaign that was named", got.body)
	}
	forwarded()
	stop()
	stopListening()
}

// TestServersAreNamedOnce refuses what names no server, or two.
func TestServersAreNamedOnce(t *testing.T) {
	t.Parallel()
	empty := filepath.Join(t.TempDir(), "token")
	must.Do(t, os.WriteFile(empty, []byte(" \n"), 0o600))
	for want, args := range map[string][]string{
		"give one of them":     {"--server", "https://a.example", "--data", "x"},
		"--token-file is for":  {"--token-file", empty},
		"no server is named":   {"--profiles", t.TempDir()},
		"There is no profile":  {"--profiles", t.TempDir(), "--profile", "other"},
		"one access token":     {"--server", "http://127.0.0.1:1", "--token-file", empty},
		"No server answers":    {"--server", "http://127.0.0.1:1"},
		"must begin with http": {"--server", "http://a.example"},
	} {
		code, _, complaint := terminal{TB: t}.bare(append([]string{"trigger", "refund", "--campaign", run}, args...)...)
		if code == 0 || !strings.Contains(complaint, want) {
			t.Errorf("%q: got %d: %s, want %q", args, code, complaint, want)
		}
	}
}

// bare types a command that takes no database.
func (h terminal) bare(args ...string) (code int, out, complaint string) {
	var stdout, stderr strings.Builder
	code = command.Run(args, command.Terminal{In: strings.NewReader(h.in), Out: &stdout, Err: &stderr})
	return code, stdout.String(), stderr.String()
}

// TestLoginsAreRenewed speaks with an access token that has ended: its refresh token gets the next ones, which are saved.
func TestLoginsAreRenewed(t *testing.T) {
	t.Parallel()
	r := withCampaign(t, command.Serve{Sandbox: true})
	path, before := r.saved(t, "default")
	before["expires_at"] = "2026-01-01T00:00:00Z"
	must.Do(t, os.WriteFile(path, must.Get(json.Marshal(before))(t), 0o600))
	for range 2 { // the second time with the token that was saved
		r.speak(t, "trigger", "donation", "--amount", "1")
	}
	_, after := r.saved(t, "default")
	if after["refresh_token"] == before["refresh_token"] || after["access_token"] == before["access_token"] || after["server"] != before["server"] {
		t.Errorf("got %v, want new tokens", after["expires_at"])
	}
	if info := must.Get(os.Stat(path))(t); info.Mode().Perm() != 0o600 {
		t.Errorf("got mode %o, want 600", info.Mode().Perm())
	}
	must.Get(testnode.Do(t, command.LogOut{}.In(r.profiles, "default")))(t)
}
