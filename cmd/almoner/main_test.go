package main_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"
	"time"
)

// binary is the built command.
var binary string

func TestMain(m *testing.M) { os.Exit(runTests(m)) }

func runTests(m *testing.M) int {
	folder, err := os.MkdirTemp("", "almoner")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer func() { _ = os.RemoveAll(folder) }()
	binary = filepath.Join(folder, "almoner")
	if out, err := exec.Command("go", "build", "-o", binary, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "%s%v\n", out, err)
		return 1
	}
	return m.Run()
}

func TestHelpExplainsEachFlag(t *testing.T) {
	t.Parallel()
	for command, want := range map[string][]string{
		"":                 {"demo", "serve", "migrate", "user create", "app create", "cause connect", "trigger donation", "receipt list", "receipt send", "audit", "version", "ALMONER_"},
		"demo":             {"--addr", "--data", "--db", "--rate", "--seed", "$ALMONER_RATE", "./almoner-demo", "127.0.0.1:8080"},
		"serve":            {"--addr", "--db", "--base-url", "--log-level", "--log-format", "--v3-sunset", "--trusted-proxies", "--shutdown-timeout", "--sandbox", "--stripe-key", "--stripe-webhook-secret", "$ALMONER_STRIPE_KEY", "--limit-token-per-minute", "--mail-server", "--mail-from", "sqlite:almoner.db", "$ALMONER_V3_SUNSET"},
		"migrate":          {"--db"},
		"user create":      {"--username", "--email", "--slug", "--password-stdin"},
		"app create":       {"--name", "--api", "--redirect-uri", "--scope", "--owner"},
		"cause connect":    {"--cause", "--account", "acct_", "--db"},
		"trigger donation": {"--campaign", "--amount", "--name", "--comment", "--poll-option", "--target", "--reward", "--count", "--data"},
		"receipts list":    {"--db", "--unknown"},
		"receipts send":    {"--db", "--donation"},
		"audit":            {"--data", "--db"},
	} {
		got := run(t, "", append(strings.Fields(command), "--help")...)
		if asked := run(t, "", append([]string{"help"}, strings.Fields(command)...)...); asked.code != got.code || asked.out != got.out {
			t.Errorf("help %s: got code %d and\n%s\nwant what --help says", command, asked.code, asked.out)
		}
		for _, word := range want {
			if got.code != 0 || !strings.Contains(got.out, word) {
				t.Errorf("%q: got code %d and\n%s\nwant %q", command, got.code, got.out, word)
			}
		}
		for line := range strings.Lines(got.out) {
			if strings.HasPrefix(strings.TrimSpace(line), "--") && !strings.Contains(line, "  ") {
				t.Errorf("%q: got %q, want every flag explained", command, line)
			}
		}
	}
}

func TestWrongFlagsAreNamed(t *testing.T) {
	t.Parallel()
	for args, want := range map[string]string{
		"serve --db mysql://x":                 "--db",
		"serve --addr nowhere":                 "--addr",
		"serve --log-level loud":               "--log-level",
		"serve --v3-sunset soon":               "--v3-sunset",
		"serve --trusted-proxies x":            "--trusted-proxies",
		"serve --stripe-key pk_live_x":         "--stripe-key",
		"serve --stripe-key sk_live_":          "--stripe-key",
		"serve --stripe-key sk_org_live_1":     "--stripe-key",
		"serve --stripe-key sk_test_a$b":       "--stripe-key",
		"serve --stripe-webhook-secret x":      "--stripe-webhook-secret",
		"serve --stripe-webhook-secret whsec_": "--stripe-webhook-secret",
		"serve --sandbox-beside-real":          "--sandbox-beside-real",
		"serve --sandbox --stripe-key sk_test_1 --stripe-webhook-secret whsec_1": "--sandbox takes play money",
		"cause connect --account acct_12345":                                     "--cause",
		"cause connect --cause water --account 12345":                            "acct_",
		"cause connect --cause water --account acct_12345 --provider bank":       "--provider",
		"serve --stripe-key sk_test_1":                                           "--stripe-webhook-secret",
		"notices apply --id x":                                                   "--id",
		"receipts send --donation x":                                             "is not the id of a donation",
		"demo --rate fast":                                                       "--rate",
		"trigger donation --amount 1":                                            "--campaign",
		"trigger donation --campaign 1 --amount 1 --count 0":                     "--count",
		"trigger donation --campaign 1 --amount 1 --reward 3:no":                 "--reward",
	} {
		if got := run(t, "", strings.Fields(args)...); got.code != 2 || !strings.Contains(got.err, want) {
			t.Errorf("%s: got code %d %s, want 2 and %s", args, got.code, got.err, want)
		}
	}
}

// TestTheEnvironmentIsCheckedLikeFlags sets variables that cannot be meant. None of them is repeated.
func TestTheEnvironmentIsCheckedLikeFlags(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ command, value, want string }{
		"ALMONER_STRIPE_KEY":            {"serve", "hidden", "--stripe-key"},
		"ALMONER_STRIPE_WEBHOOK_SECRET": {"serve", "hidden", "--stripe-webhook-secret"},
		"ALMONER_ADDR":                  {"serve", "nowhere", "--addr"},
		"ALMONER_DB":                    {"audit", "mysql://hidden", "--db"},
		"ALMONER_RATE":                  {"demo", "fast", "--rate"},
		"ALMONER_MAIL_SERVER":           {"serve", "http://ana:hidden@mail.example", "--mail-server"},
		"ALMONER_LIMIT_TOKEN_BURST":     {"serve", "-1", "--limit-token-burst"},
	} {
		started := exec.CommandContext(t.Context(), binary, c.command)
		started.Env = append(os.Environ(), name+"="+c.value)
		out, err := started.CombinedOutput()
		if err == nil || started.ProcessState.ExitCode() != 2 || !strings.Contains(string(out), name) || !strings.Contains(string(out), c.want) {
			t.Errorf("%s: got %v %s, want code 2 and both names", name, err, out)
		}
		if strings.Contains(string(out), "hidden") {
			t.Errorf("%s: got %s, want nothing of its value", name, out)
		}
	}
}

func TestCommandsMakeNoDatabase(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "almoner.db")
	for _, args := range []string{
		"user create --username Ana --email ana@example.org", "app create --name Bot --redirect-uri https://bot.example.org/ --owner ana", "audit",
	} {
		got := run(t, "", append(strings.Fields(args), "--db", "sqlite:"+path)...)
		if got.code != 1 || !strings.Contains(got.err, "There is no database file "+path) {
			t.Errorf("%s: got %+v, want a word about the missing file", args, got)
		}
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) > 0 {
		t.Errorf("got %v, %v, want nothing made", entries, err)
	}
	if got := run(t, "", "migrate", "--db", "sqlite:"+path); got.code != 0 {
		t.Fatalf("migrate: got %+v", got)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want mode 0600", info, err)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	if got := run(t, "", "version"); got.code != 0 || !strings.HasPrefix(got.out, "almoner ") || !strings.Contains(got.out, "go1.") {
		t.Errorf("got %+v, want the version", got)
	}
}

func TestDemoFromFirstToLastStart(t *testing.T) {
	t.Parallel()
	data := filepath.Join(t.TempDir(), "demo")
	first := startDemo(t, data)
	for path, mode := range map[string]fs.FileMode{".": 0o700, "credentials.json": 0o600, "almoner.db": 0o600} {
		if info, err := os.Stat(filepath.Join(data, path)); err != nil || info.Mode().Perm() != mode {
			t.Errorf("%s: got %v, %v, want mode %v", path, info, err, mode)
		}
	}
	lines := regexp.MustCompile(`(?m)^ *(curl .*)$`).FindAllString(first.printed, -1)
	if len(lines) != 5 {
		t.Errorf("got %d curl lines in\n%s\nwant 5", len(lines), first.printed)
	}
	for _, line := range lines {
		out, err := exec.Command("sh", "-c", line).CombinedOutput()
		if err != nil || !json.Valid(out) {
			t.Errorf("%s\ngot %v %s, want an answer in JSON", line, err, out)
		}
	}
	if got := run(t, "", "audit", "--data", data); got.code != 0 || !strings.Contains(got.out, "totals equal the ledger") {
		t.Errorf("audit beside the server: got %+v, want no difference", got)
	}
	if got := run(t, "", "demo", "--addr", "127.0.0.1:0", "--data", data); got.code != 1 || !strings.Contains(got.err, "in use by another process") {
		t.Errorf("second demo: got %+v, want a refusal", got)
	}
	first.stop(t)
	if got := run(t, "", "audit", "--data", data); got.code != 0 || !strings.Contains(got.out, "donations: totals equal the ledger") {
		t.Errorf("audit without a server: got %+v, want no difference", got)
	}

	second := startDemo(t, data)
	before, after := first.credentials, second.credentials
	if after.BaseURL == before.BaseURL {
		t.Errorf("got base_url %s again, want that of the second start", after.BaseURL)
	}
	if before.BaseURL = after.BaseURL; before != after {
		t.Errorf("got %+v, want only base_url changed from %+v", after, before)
	}
	if info, err := os.Stat(filepath.Join(data, "credentials.json")); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("got %v, %v, want mode 0600 again", info, err)
	}
	if status := second.get(t, fmt.Sprintf("/api/v3/campaigns/%d", after.Campaign.LegacyID)); status != http.StatusOK {
		t.Errorf("got %d, want the campaign of the first start", status)
	}
	second.stop(t)
	got := run(t, "", "trigger", "donation", "--data", data, "--campaign", "1", "--amount", "1")
	if got.code != 1 || !strings.Contains(got.err, "no server answers at "+after.BaseURL) {
		t.Errorf("trigger without a server: got %+v, want that none answers", got)
	}
}

func TestTriggerDonation(t *testing.T) {
	t.Parallel()
	d := startDemo(t, t.TempDir())
	campaign := d.credentials.Campaign
	for _, c := range []struct {
		args []string
		ids  int
		want []string // on standard error
	}{
		{[]string{"--campaign", campaign.ID, "--amount", "12.34"}, 1, nil},
		{[]string{"--campaign", fmt.Sprint(campaign.LegacyID), "--amount", "5", "--name", "Ö", "--comment", "hi", "--count", "40"}, 40, nil},
		{[]string{"--campaign", "@" + campaign.OwnerSlug + "/" + campaign.Slug, "--amount", "1"}, 1, nil},
		{[]string{"--campaign", "+" + d.credentials.TeamCampaign.OwnerSlug + "/" + d.credentials.TeamCampaign.Slug, "--amount", "1"}, 1, nil},
		{
			[]string{"--campaign", campaign.ID, "--amount", "x", "--poll-option", "999999", "--reward", "999999:2"}, 0,
			[]string{"amount is not a number\n", "poll_option ", "rewards.0.id "},
		},
		{[]string{"--campaign", campaign.ID, "--amount", "-1"}, 0, []string{"amount "}},
		{[]string{"--campaign", "999999", "--amount", "1"}, 0, []string{"999999"}},
	} {
		got := run(t, "", append([]string{"trigger", "donation", "--data", d.data}, c.args...)...)
		ids := map[string]bool{}
		for _, id := range strings.Fields(got.out) {
			ids[id] = true
		}
		if len(ids) != c.ids || (got.code == 0) != (c.ids > 0) {
			t.Errorf("%q: got code %d and %d ids, %s, want %d ids", c.args, got.code, len(ids), got.err, c.ids)
		}
		for _, text := range c.want {
			if !strings.Contains(got.err, text) || got.code != 1 {
				t.Errorf("%q: got code %d and %q, want 1 and %q", c.args, got.code, got.err, text)
			}
		}
	}
	got := run(t, "", "trigger", "donation", "--data", t.TempDir(), "--campaign", "1", "--amount", "1")
	if got.code != 1 || !strings.Contains(got.err, "almoner demo") {
		t.Errorf("no credentials: got %+v, want to be told of the demo", got)
	}
}

func TestUserAndApplication(t *testing.T) {
	t.Parallel()
	db := "sqlite:" + filepath.Join(t.TempDir(), "almoner.db")
	if got := run(t, "", "migrate", "--db", db); got.code != 0 {
		t.Fatalf("migrate: got %+v", got)
	}
	got := run(t, "correct horse battery\n", "user", "create", "--db", db, "--username", "Ana", "--email", "ana@example.org", "--slug", "ana", "--password-stdin")
	if got.code != 0 || !strings.Contains(got.out, "slug: ana") || strings.Contains(got.out, "password") {
		t.Errorf("user: got %+v, want a user and no password printed", got)
	}
	got = run(t, "", "user", "create", "--db", db, "--username", "Ana", "--email", "no address")
	if got.code != 1 || !strings.Contains(got.err, "email ") {
		t.Errorf("wrong user: got %+v, want the fields named", got)
	}
	got = run(t, "", "app", "create", "--db", db, "--name", "Bot", "--redirect-uri", "https://bot.example.org/back", "--owner", "ana")
	if got.code != 0 || !regexp.MustCompile(`(?s)id: [0-9a-f-]{36}\nclient_id: \w+\nclient_secret: \w+\nscopes: public\n$`).MatchString(got.out) {
		t.Errorf("application: got %+v, want its secrets", got)
	}
	got = run(t, "", "app", "create", "--db", db, "--name", "Old bot", "--api", "v3", "--redirect-uri", "https://bot.example.org/a",
		"--redirect-uri", "http://127.0.0.1/b", "--scope", "public", "--scope", "donations:write", "--owner", "ana")
	if got.code != 0 || !strings.Contains(got.out, "scopes: public donations:write\napplication_token: ") {
		t.Errorf("application for V3: got %+v, want its scopes and a token that does not end", got)
	}
}

// result is how a command ended.
type result struct {
	code     int
	out, err string
}

func run(t *testing.T, input string, args ...string) result {
	t.Helper()
	var out, err bytes.Buffer
	command := exec.CommandContext(t.Context(), binary, args...)
	command.Stdin, command.Stdout, command.Stderr = strings.NewReader(input), &out, &err
	failed := command.Run()
	var exit *exec.ExitError
	if failed != nil && !errors.As(failed, &exit) {
		t.Fatal(failed)
	}
	return result{code: command.ProcessState.ExitCode(), out: out.String(), err: err.String()}
}

type place struct {
	ID        string `json:"id"`
	LegacyID  int64  `json:"legacy_id"`
	Slug      string `json:"slug"`
	OwnerSlug string `json:"owner_slug"`
}

// demo is a running demo.
type demo struct {
	command     *exec.Cmd
	data        string
	printed     string
	credentials struct {
		BaseURL string `json:"base_url"`
		V3      struct {
			ApplicationToken string `json:"application_token"`
		} `json:"v3"`
		Campaign     place `json:"campaign"`
		TeamCampaign place `json:"team_campaign"`
	}
}

// startDemo starts the demo on a free port and reads what it prints.
func startDemo(t *testing.T, data string) *demo {
	t.Helper()
	d := &demo{data: data, command: exec.Command(binary, "demo", "--addr", "127.0.0.1:0", "--data", data, "--rate", "0", "--no-pictures")}
	d.command.WaitDelay = time.Minute
	var log bytes.Buffer
	d.command.Stderr = &log
	out, err := d.command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := d.command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = d.command.Process.Kill()
		_ = d.command.Wait()
	})
	lines := bufio.NewScanner(out)
	for !strings.Contains(d.printed, "Ctrl+C") && lines.Scan() {
		d.printed += lines.Text() + "\n"
	}
	text, err := os.ReadFile(filepath.Join(data, "credentials.json"))
	if err != nil {
		_ = d.command.Wait()
		t.Fatalf("%v\n%s%s", err, d.printed, &log)
	}
	if err := json.Unmarshal(text, &d.credentials); err != nil {
		t.Fatal(err)
	}
	return d
}

// stop ends the demo as Ctrl+C does, and wants it to end well.
func (d *demo) stop(t *testing.T) {
	t.Helper()
	if err := d.command.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	if err := d.command.Wait(); err != nil {
		t.Errorf("stop: got %v, want exit code 0", err)
	}
}

func (d *demo) get(t *testing.T, path string) int {
	t.Helper()
	r, err := http.NewRequest(http.MethodGet, d.credentials.BaseURL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+d.credentials.V3.ApplicationToken)
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	return answer.StatusCode
}
