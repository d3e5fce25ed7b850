package command_test

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testnode"
)

// running is a server of play money with a user, Ada, and terminals that speak to it.
type running struct {
	testnode.Server
	db       config.Database
	password string
	// profiles is where logins are saved.
	profiles string
}

func newRunning(t *testing.T, with command.Serve) running {
	t.Helper()
	r := running{db: testnode.Database(t), profiles: filepath.Join(t.TempDir(), "logins")}
	with.DB, with.ShutdownTimeout = r.db, time.Minute
	if with.Addr == "" {
		with.Addr = "127.0.0.1:0"
	}
	r.Server = testnode.Start(t, with)
	out := must.Get(testnode.Do(t, command.CreateUser{Store: command.Store{DB: r.db}, Username: "Ada", Email: "ada@example.org"}))(t)
	_, r.password, _ = strings.Cut(strings.TrimSpace(out), "password: ")
	return r
}

// login starts a login with more flags, and returns the page that it shows; finish ends it in the browser.
func (r running) login(t *testing.T, c command.LogIn) (page string, done func() (string, error)) {
	t.Helper()
	c.Profiles, c.NoBrowser = r.profiles, true
	if c.Server == "" {
		c.Server = r.URL
	}
	from, to := io.Pipe()
	ended := make(chan error, 1)
	ctx, cancel := context.WithCancel(t.Context())
	t.Cleanup(cancel)
	go func() {
		ended <- c.Run(ctx, command.Terminal{Out: to, Err: t.Output()})
		_ = to.Close()
	}()
	lines := bufio.NewReader(from)
	for !strings.HasPrefix(page, "http") {
		line, err := lines.ReadString('\n')
		if err != nil {
			t.Fatalf("got %v before a page to open", <-ended)
		}
		page = strings.TrimSpace(line)
	}
	return page, func() (string, error) {
		rest, _ := io.ReadAll(lines)
		return string(rest), <-ended
	}
}

// decide is what Ada does in her browser, up to the page that she comes back to.
func (r running) decide(t *testing.T, page, decision string) (status int, body string) {
	t.Helper()
	b := &http.Client{Jar: must.Get(cookiejar.New(nil))(t)}
	visit := func(address string, form url.Values) (*http.Response, string) {
		method := http.MethodGet
		if form != nil {
			method = http.MethodPost
		}
		request := must.Get(http.NewRequestWithContext(t.Context(), method, address, strings.NewReader(form.Encode())))(t)
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		request.Header.Set("Sec-Fetch-Site", "same-origin")
		answer := must.Get(b.Do(request))(t)
		defer func() { _ = answer.Body.Close() }()
		return answer, string(must.Get(io.ReadAll(answer.Body))(t))
	}
	_, body = visit(page, nil)
	form := testcallers.Hidden(body)
	form.Set("email", "ada@example.org")
	form.Set("password", r.password)
	_, body = visit(r.URL+testcallers.SignInPage, form)
	form = testcallers.Hidden(body)
	form.Set("decision", decision)
	answer, body := visit(r.URL+testcallers.AuthorizePage, form)
	return answer.StatusCode, body
}

// logIn saves a login of Ada.
func (r running) logIn(t *testing.T, c command.LogIn) string {
	t.Helper()
	page, done := r.login(t, c)
	if status, body := r.decide(t, page, "allow"); status != http.StatusOK || !strings.Contains(body, "go back to your terminal") {
		t.Fatalf("got %d %s, want the way back to the terminal", status, body)
	}
	return must.Get(done())(t)
}

// saved is the profile's file.
func (r running) saved(t *testing.T, name string) (path string, profile map[string]any) {
	t.Helper()
	path = filepath.Join(r.profiles, name+".json")
	must.Do(t, json.Unmarshal([]byte(testnode.Read(t, path)), &profile))
	return path, profile
}

func TestLoginAndLogout(t *testing.T) {
	t.Parallel()
	r := newRunning(t, command.Serve{Sandbox: true})
	said := r.logIn(t, command.LogIn{})
	path, profile := r.saved(t, "default")
	if !strings.Contains(said, "as ada, profile default. It may: public write sandbox") {
		t.Errorf("got %q, want who logged in and what they may", said)
	}
	for _, key := range []string{"access_token", "refresh_token"} {
		if token, is := profile[key].(string); !is || len(token) != 64 || strings.Contains(said, token) {
			t.Errorf("got %s %v in the file and %q printed, want it in the file only", key, profile[key], said)
		}
	}
	for of, want := range map[string]os.FileMode{path: 0o600, r.profiles: 0o700} {
		if info := must.Get(os.Stat(of))(t); info.Mode().Perm() != want {
			t.Errorf("%s: got mode %o, want %o", of, info.Mode().Perm(), want)
		}
	}
	must.Get(testnode.Do(t, command.LogOut{}.In(r.profiles, "default")))(t)
	if _, err := os.Stat(path); err == nil {
		t.Error("got the profile kept, want it deleted")
	}
	ask := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, r.URL+"/oauth/validate", nil))(t)
	ask.Header.Set("Authorization", "Bearer "+profile["access_token"].(string))
	answer := must.Get(http.DefaultClient.Do(ask))(t)
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusUnauthorized {
		t.Errorf("got %d for the token afterwards, want it ended", answer.StatusCode)
	}
	testnode.Refused(t, command.LogOut{}.In(r.profiles, "default"), "no profile default", "almoner login")
}

func TestLoginsThatFail(t *testing.T) {
	t.Parallel()
	r := newRunning(t, command.Serve{Sandbox: true})
	page, done := r.login(t, command.LogIn{})
	address := must.Get(url.Parse(page))(t)
	back := address.Query().Get("redirect_uri")
	if code, _ := testnode.Get(t, back+"?code=stolen&state=guessed"); code != http.StatusBadRequest {
		t.Errorf("got %d for an answer to another login, want it refused", code)
	}
	r.decide(t, page, "deny")
	if _, err := done(); err == nil || !strings.Contains(command.Explain(err), "did not allow it") {
		t.Errorf("got %v, want that the user did not allow it", err)
	}
	if _, err := os.Stat(r.profiles); err == nil {
		t.Error("got a profile of a login that failed")
	}
	for want, c := range map[string]command.LogIn{
		"https://":                {Server: "http://almoner.example"},
		"not the address":         {Server: "almoner.example"},
		"calls itself \"" + r.URL: {Server: strings.Replace(r.URL, "127.0.0.1", "localhost", 1)},
		"No server answers":       {Server: "http://127.0.0.1:1"},
	} {
		c.Profiles, c.NoBrowser = r.profiles, true
		testnode.Refused(t, c, want)
	}
}

// TestProfilesThatOthersCanReadAreRefused keeps tokens from being used that may have been copied.
func TestProfilesThatOthersCanReadAreRefused(t *testing.T) {
	t.Parallel()
	r := newRunning(t, command.Serve{Sandbox: true})
	r.logIn(t, command.LogIn{Scopes: []string{"public"}}.As("my-own"))
	path, _ := r.saved(t, "my-own")
	must.Do(t, os.Chmod(path, 0o640))
	testnode.Refused(t, command.LogOut{}.In(r.profiles, "my-own"), "Others can read", "chmod 600")
	testnode.Refused(t, command.LogOut{}.In(r.profiles, "../my-own"), "not the name of a profile")
}
