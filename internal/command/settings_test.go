package command_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
)

// typing is a shell in a folder with files of settings.
type typing struct {
	testing.TB
	folder string
	env    []string
}

// typingWith makes the files, by their names.
func typingWith(t *testing.T, files map[string]string, env ...string) typing {
	t.Helper()
	h := typing{TB: t, folder: t.TempDir(), env: env}
	for name, text := range files {
		must.Do(t, os.WriteFile(filepath.Join(h.folder, name), []byte(text), 0o600))
	}
	return h
}

func (h typing) run(args ...string) (code int, out, complaint string) {
	h.Helper()
	var stdout, stderr bytes.Buffer
	c := exec.CommandContext(h.Context(), must.Get(os.Executable())(h), args...)
	c.Dir, c.Env, c.Stdout, c.Stderr = h.folder, append(os.Environ(), append(h.env, asProgram+"=1")...), &stdout, &stderr
	_ = c.Run()
	return c.ProcessState.ExitCode(), stdout.String(), stderr.String()
}

// setting is a line of almoner config dump --json.
type setting struct {
	Setting, Flag, From string
	Value               *string
	Secret              bool
}

// dump is what is in effect, by the flags.
func (h typing) dump(args ...string) map[string]string {
	h.Helper()
	code, out, complaint := h.run(append([]string{"config", "dump", "--json"}, args...)...)
	if code != 0 || strings.Contains(out, "hidden") {
		h.Fatalf("got %d %s%s, want no secret", code, out, complaint)
	}
	all := map[string]string{}
	for line := range strings.Lines(out) {
		var s setting
		must.Do(h, json.Unmarshal([]byte(line), &s))
		value := "-"
		switch {
		case s.Secret:
			value = "secret"
		case s.Value != nil:
			value = *s.Value
		}
		all[s.Flag] = fmt.Sprintf("%s: %s=%s", s.From, s.Setting, value)
	}
	return all
}

func TestWhereSettingsComeFrom(t *testing.T) {
	t.Parallel()
	h := typingWith(t, map[string]string{
		"almoner.conf": "ALMONER_ADDR=:1001\nALMONER_BASE_URL=https://file.example\nALMONER_SITE_NAME=File\nALMONER_STRIPE_KEY_FILE=key\nALMONER_STRIPE_WEBHOOK_SECRET=whsec_hidden\n" +
			"ALMONER_DB=postgres://ana:hidden@db/almoner\nALMONER_OPENID_SECRET_FILE=club=x\nALMONER_RATE=2/s\n",
		"key": "sk_test_hidden\n",
	}, "ALMONER_CONFIG=almoner.conf", "ALMONER_BASE_URL=https://environment.example", "ALMONER_SITE_NAME=Environment")
	got := h.dump("--site-name", "Flag", "--trusted-proxies=10.0.0.0/8", "--trusted-proxies", "::1", "--mail-anyone")
	for flag, want := range map[string]string{
		"--addr": "almoner.conf:1: ALMONER_ADDR=:1001", "--base-url": "environment: ALMONER_BASE_URL=https://environment.example", "--site-name": "flag: ALMONER_SITE_NAME=Flag",
		"--trusted-proxies": "flag: ALMONER_TRUSTED_PROXIES=10.0.0.0/8,::1", "--mail-anyone": "flag: ALMONER_MAIL_ANYONE=true", "--sandbox": "not set: ALMONER_SANDBOX=-",
		"--stripe-key": "almoner.conf:4: ALMONER_STRIPE_KEY_FILE=key", "--stripe-webhook-secret": "almoner.conf:5: ALMONER_STRIPE_WEBHOOK_SECRET=secret",
		"--db": "almoner.conf:6: ALMONER_DB=secret", "--openid-secret-file": "almoner.conf:7: ALMONER_OPENID_SECRET_FILE=club=x", "--log-level": "default: ALMONER_LOG_LEVEL=info",
		"--metrics-token-file": "not set: ALMONER_METRICS_TOKEN_FILE=-", "--data": "",
	} {
		if got[flag] != want {
			t.Errorf("got %q, want %q", got[flag], want)
		}
	}
	if got := h.dump("--config="); got["--addr"] != "default: ALMONER_ADDR=127.0.0.1:8080" {
		t.Errorf("got %q, want no file read", got["--addr"])
	}
}

// TestADumpIsAFile reads what was dumped, and dumps it again.
func TestADumpIsAFile(t *testing.T) {
	t.Parallel()
	h := typingWith(t, map[string]string{"almoner.conf": "ALMONER_SITE_NAME='Ana # \"her\" $club \\'\nALMONER_SITE_ACCENT=#0b6b50\nALMONER_STRIPE_KEY=sk_test_hidden\nALMONER_DB=sqlite:a b.db\n"})
	code, first, complaint := h.run("config", "dump", "--config", "almoner.conf")
	if code != 0 || strings.Contains(first, "hidden") || !strings.Contains(first, "\n# almoner.conf:3\n#ALMONER_STRIPE_KEY=… (set)\n") {
		t.Fatalf("got %d %s%s, want it without secrets", code, first, complaint)
	}
	must.Do(t, os.WriteFile(filepath.Join(h.folder, "dumped.conf"), []byte(first), 0o600))
	code, second, complaint := h.run("config", "dump", "--config", "dumped.conf")
	lines := func(text string) []string {
		all := slices.Collect(strings.Lines(text))
		return slices.DeleteFunc(all, func(line string) bool { return line[0] == '#' })
	}
	if code != 0 || !slices.Equal(lines(first), lines(second)) || !strings.Contains(second, "# dumped.conf:2\nALMONER_ADDR=127.0.0.1:8080\n") {
		t.Errorf("got %d %s%s, want the same settings as in\n%s", code, second, complaint, first)
	}
}

func TestEveryCommandReadsTheFile(t *testing.T) {
	t.Parallel()
	h := typingWith(t, map[string]string{"almoner.conf": "ALMONER_DB=sqlite:mine.db\nALMONER_STRIPE_KEY=sk_test_1\n", "wrong.conf": "ALMONER_DB=mysql://hidden\n", "yes.conf": "ALMONER_JSON=true\n", "other.conf": "ALMONER_STRIPE_KEY=hidden\n"})
	for _, args := range [][]string{{"migrate", "--config", "almoner.conf"}, {"--config", "almoner.conf", "audit"}, {"user", "list", "--config=almoner.conf"}, {"migrate", "--config", "other.conf", "--db=sqlite:mine.db"}} {
		if code, _, complaint := h.run(args...); code != 0 {
			t.Errorf("%q: got %d %s", args, code, complaint)
		}
	}
	if _, err := os.Stat(filepath.Join(h.folder, "mine.db")); err != nil {
		t.Errorf("got %v, want the database that the file names", err)
	}
	for _, args := range [][]string{{"audit", "--config", "wrong.conf"}, {"serve", "--config", "wrong.conf"}, {"config", "dump", "--config", "wrong.conf"}} {
		code, out, complaint := h.run(args...)
		if code != 2 || !strings.Contains(complaint, "wrong.conf:1: ALMONER_DB (--db): is not a database") || strings.Contains(out+complaint, "hidden") {
			t.Errorf("%q: got %d %s%s, want the line named", args, code, out, complaint)
		}
	}
	if code, out, _ := h.run("config", "check", "--config", "yes.conf"); code != 1 || out != "yes.conf:1: ALMONER_JSON is no setting\n" {
		t.Errorf("got %d %s, want a flag that is no setting refused, and not followed", code, out)
	}
	h.env = []string{"ALMONER_CONFIG=none.conf"}
	if code, _, complaint := h.run("version"); code != 0 {
		t.Errorf("got %d %s, want no file read by a command without settings", code, complaint)
	}
	if code, _, complaint := h.run("audit"); code != 2 || !strings.Contains(complaint, "none.conf cannot be read: no such file") {
		t.Errorf("got %d %s, want a missing file named", code, complaint)
	}
}

// TestSecretsFromFiles wants mistakes named, and no secret.
func TestSecretsFromFiles(t *testing.T) {
	t.Parallel()
	files := map[string]string{"key": "sk_test_hidden\n", "wrong": "hidden", "empty": "", "both.conf": "ALMONER_STRIPE_KEY=sk_test_hidden\nALMONER_STRIPE_KEY_FILE=key\n"}
	for _, c := range []struct {
		env, args []string
		want      string // "" wants no complaint
	}{
		{[]string{"ALMONER_STRIPE_KEY_FILE=key"}, nil, ""},
		{[]string{"ALMONER_STRIPE_KEY_FILE=key", "ALMONER_STRIPE_KEY="}, nil, ""},
		{[]string{"ALMONER_STRIPE_KEY_FILE=", "ALMONER_STRIPE_KEY=sk_test_hidden"}, nil, ""},
		{[]string{"ALMONER_STRIPE_KEY=sk_test_hidden"}, []string{"--config=both.conf"}, ""},
		{[]string{"ALMONER_STRIPE_KEY_FILE=none"}, []string{"--stripe-key=sk_test_hidden"}, ""},
		{[]string{"ALMONER_STRIPE_KEY_FILE=key", "ALMONER_STRIPE_KEY=sk_test_hidden"}, nil, "ALMONER_STRIPE_KEY_FILE (the environment of --stripe-key): ALMONER_STRIPE_KEY is set as well"},
		{nil, []string{"--config=both.conf"}, "both.conf:2: ALMONER_STRIPE_KEY_FILE (--stripe-key): ALMONER_STRIPE_KEY is set as well"},
		{[]string{"ALMONER_STRIPE_KEY_FILE=wrong"}, nil, "ALMONER_STRIPE_KEY_FILE (the environment of --stripe-key): is not a secret or restricted key"},
		{[]string{"ALMONER_STRIPE_KEY_FILE=none"}, nil, "ALMONER_STRIPE_KEY_FILE (the environment of --stripe-key): none cannot be read"},
		{[]string{"ALMONER_STRIPE_KEY_FILE=empty"}, nil, ": empty is empty"},
		{nil, []string{"--openid-secret=hidden"}, "--openid-secret: cannot be understood; write it like ID=TEXT"},
		{nil, []string{"--stripe-key", "hidden"}, "--stripe-key: is not a secret or restricted key"},
		{[]string{"ALMONER_OPENID_SECRET=hidden"}, nil, "ALMONER_OPENID_SECRET (the environment of --openid-secret): cannot be understood; write it like ID=TEXT"},
	} {
		h := typingWith(t, files, c.env...)
		code, out, complaint := h.run(append([]string{"config", "dump"}, c.args...)...)
		if (code == 0) != (c.want == "") || !strings.Contains(complaint, c.want) || strings.Contains(out+complaint, "hidden") {
			t.Errorf("%q %q: got %d %s%s, want %q and no secret", c.env, c.args, code, out, complaint, c.want)
		}
	}
}

// TestAllProblemsAtOnce has a file with as many mistakes as there are kinds.
func TestAllProblemsAtOnce(t *testing.T) {
	t.Parallel()
	h := typingWith(t, map[string]string{
		"almoner.conf": "export ALMONER_ADDR=x\nALMONER_ADDR=nowhere\nALMONER_STRIP_KEY=hidden\nGOGC=100\nALMONER_LOG_LEVEL=loud\nALMONER_LIMIT_TOKEN_BURST=-1\nALMONER_OPENID_SECRET=hidden\n" +
			"ALMONER_MAIL_SERVER=https://u:hidden@x\nALMONER_MAIL_FROM=a@b.c\nALMONER_CAPTCHA_SECRET=hidden\nALMONER_SITE_ACCENT=#ffff00\nALMONER_SITE_LOGO=/nowhere\n" +
			"ALMONER_SPEECH_COMMAND=no-such-program\nALMONER_METRICS_TOKEN_FILE=none\nALMONER_SECRET_KEY=hidden\nALMONER_DB=sqlite:made.db\n",
	}, "ALMONER_SHUTDOWN_TIMEOUT=soon", "ALMONER_SANDBOX=true", "ALMONER_STRIPE_KEY=sk_test_hidden")
	wants := []string{
		"almoner.conf:1: leave out export", "almoner.conf:2: ALMONER_ADDR (--addr)", "almoner.conf:3: ALMONER_STRIP_KEY is no setting (did you mean ALMONER_STRIPE_KEY?)",
		"almoner.conf:4: GOGC is no setting: names of settings begin with ALMONER_", `almoner.conf:5: ALMONER_LOG_LEVEL (--log-level): "loud" is none of: debug, info`,
		"almoner.conf:6: ALMONER_LIMIT_TOKEN_BURST (--limit-token-burst)", "almoner.conf:7: ALMONER_OPENID_SECRET (--openid-secret)", "almoner.conf:8: ALMONER_MAIL_SERVER (--mail-server)",
		"ALMONER_SHUTDOWN_TIMEOUT (the environment of --shutdown-timeout)", "--stripe-webhook-secret: without it", "--captcha-verify-url", "--site-accent", "--site-logo", "--speech-command",
		"--metrics-token-file", "--secret-key ",
	}
	code, out, complaint := h.run("config", "check", "--config", "almoner.conf")
	for _, want := range wants {
		if !strings.Contains(out, want) {
			t.Errorf("got %s, want %q", out, want)
		}
	}
	if code != 1 || strings.Count(out, "\n") != len(wants) || strings.Contains(out+complaint, "hidden") || !strings.Contains(complaint, fmt.Sprintf("problems: %d", len(wants))) {
		t.Errorf("got %d %s%s, want %d problems and no secret", code, out, complaint, len(wants))
	}
	var checked struct {
		Good     bool
		Problems []struct{ Setting, Flag, From, Text string }
		Warnings []string
	}
	code, out, _ = h.run("config", "check", "--config", "almoner.conf", "--json")
	must.Do(t, json.Unmarshal([]byte(out), &checked))
	if code != 1 || checked.Good || len(checked.Problems) != len(wants) || checked.Warnings == nil || !slices.ContainsFunc(checked.Problems, func(p struct{ Setting, Flag, From, Text string }) bool {
		return p.Setting == "ALMONER_LOG_LEVEL" && p.Flag == "--log-level" && p.From == "almoner.conf:5"
	}) {
		t.Errorf("got %d %s, want the same for programs", code, out)
	}
	if entries := must.Get(os.ReadDir(h.folder))(t); len(entries) != 1 {
		t.Errorf("got %v, want nothing made", entries)
	}
}

func TestGoodSettings(t *testing.T) {
	t.Parallel()
	h := typingWith(t, map[string]string{"almoner.conf": "ALMONER_STRIPE_KEY=sk_test_hidden\nALMONER_STRIPE_WEBHOOK_SECRET_FILE=secret\nALMONER_DB=sqlite:a.db\n", "secret": "whsec_hidden"})
	if code, out, complaint := h.run("config", "check", "--config", "almoner.conf"); code != 0 || out != "The settings are good.\n" || complaint != "" {
		t.Errorf("got %d %q %q, want no problem", code, out, complaint)
	}
	must.Do(t, os.Chmod(filepath.Join(h.folder, "almoner.conf"), 0o644))
	const warning = "warning: everybody on this machine can read almoner.conf, which holds secrets (ALMONER_STRIPE_KEY); "
	if code, out, complaint := h.run("config", "check", "--config", "almoner.conf"); code != 0 || !strings.HasPrefix(out, warning) || complaint != "" {
		t.Errorf("got %d %q %q, want a warning", code, out, complaint)
	}
	h.env = []string{"ALMONER_STRIP_KEY=hidden", "ALMONER_YES=true", "ALMONER_STRIPE_KEY_FILE=", "ALMONER_TEST_POSTGRES=x"}
	if code, out, _ := h.run("config", "check"); code != 0 || out != "warning: ALMONER_STRIP_KEY in the environment is no setting (did you mean ALMONER_STRIPE_KEY?)\nThe settings are good.\n" {
		t.Errorf("got %d %q, want a warning of the one name that is almost one", code, out)
	}
	h.env = nil
	if code, _, complaint := h.run("migrate", "--config", "almoner.conf"); code != 0 || !strings.HasPrefix(complaint, "almoner: "+warning) {
		t.Errorf("got %d %q, want a warning, and the command run", code, complaint)
	}
}

// TestSecretsAreMarked finds flags that are called like secrets.
func TestSecretsAreMarked(t *testing.T) {
	t.Parallel()
	public := map[string]bool{"--captcha-site-key": true}
	marked := map[string]string{}
	for _, s := range command.Settings() {
		words := strings.Split(strings.TrimPrefix(s.Flag, "--"), "-")
		last := words[len(words)-1]
		if called := last == "key" || last == "secret" || last == "token" || last == "password"; called && !public[s.Flag] && !s.Secret {
			t.Errorf("%s: is called like a secret, and is not marked as one", s.Flag)
		}
		if s.Secret {
			marked[s.Flag] = s.File
		}
	}
	want := map[string]string{
		"--db": "ALMONER_DB_FILE", "--captcha-secret": "ALMONER_CAPTCHA_SECRET_FILE", "--mail-server": "ALMONER_MAIL_SERVER_FILE", "--stripe-key": "ALMONER_STRIPE_KEY_FILE",
		"--alarm-webhook": "ALMONER_ALARM_WEBHOOK_FILE", "--alarm-ping": "ALMONER_ALARM_PING_FILE", "--stripe-webhook-secret": "ALMONER_STRIPE_WEBHOOK_SECRET_FILE",
		"--secret-key": "", "--openid-secret": "", // these two have flags for their files
	}
	if !maps.Equal(marked, want) {
		t.Errorf("got %v, want %v", marked, want)
	}
	for text, want := range map[string]bool{
		"sqlite:a@b.db": false, "postgres://ana@db/a": false, "postgres://ana:x@db/a": true, "postgres://db/a?password=x": true, "postgres://ana:x@a:1,b:2/a": true, "smtp://h": false,
	} {
		if got := config.HoldsPassword(text); got != want {
			t.Errorf("%s: got %t, want %t", text, got, want)
		}
	}
}
