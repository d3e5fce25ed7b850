package server_test

import (
	"bufio"
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

func TestServerAnswersAboutItself(t *testing.T) {
	t.Parallel()
	s := start(t, config.Serve{DB: fileIn(t), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute})
	for _, c := range []struct {
		path   string
		status int
		want   string
	}{
		{"/healthz", 200, "ok"},
		{"/readyz", 200, "ready"},
		{"/", 200, s.url + "/api/v3"},
		{"/api/v3/campaigns/1", 401, `"meta":{"status":401}`},
		{"/api/v3//campaigns/1", 401, `"meta":{"status":401}`},
		{"/api/v4", 404, `{"error":{"status":404,"message":"Not Found","fields":null}}`},
		{"/api", 404, `{"error":{"status":404,"message":"Not Found","fields":null}}`},
		{"/api/", 404, `"message":"Not Found"`},
		{"/api//v5/public/campaigns/1", 404, `"message":"Not Found"`},
		{"/api/v3x/campaigns/1", 404, `"message":"Not Found"`},
		{"/api/public/campaigns/1", 401, `{"error":{"status":401,"message":"Unauthorized","fields":null}}`},
		{"/api//public/campaigns/1/", 401, `"message":"Unauthorized"`},
		{"/api/public/nothing", 404, `"message":"Not Found"`},
		{"/api/private/webhook_endpoints", 401, `"message":"Unauthorized"`},
		{"/api/cause/nothing", 404, `"message":"Not Found"`},
		{"/api/publicity", 404, `"message":"Not Found"`},
		{"/apiary", 404, "There is nothing at this address"},
		{"/oauth/token", 405, ""},
		{"/.well-known/oauth-authorization-server", 200, `{"issuer":"` + s.url + `","authorization_endpoint":"` + s.url + `/oauth/authorize"`},
		{"/account/sign-in", 200, "<form"},
		{"/pay/sandbox/donations", 404, "There is nothing at this address"},
		{"/assets/default-avatar.png", 200, "PNG"},
		{"/metrics", 200, `almoner_http_requests_total{route="pages",status="404"} 1`},
		{"/metrics", 200, "almoner_cache_misses_total"},
		{"/metrics", 200, "almoner_feed_position 0"},
		{"/metrics", 200, "almoner_projection_position 0"},
		{"/metrics", 200, "almoner_projection_lag_events 0"},
		{"/metrics", 200, "almoner_notices_open 0"},
		{"/metrics", 200, "almoner_notices_stuck 0"},
		{"/metrics", 200, "almoner_mail_server 0"},
		{"/metrics", 200, "almoner_receipts_waiting 0"},
		{"/metrics", 200, "almoner_receipts_unknown 0"},
		{"/metrics", 200, "almoner_receipts_refused 0"},
		{"/metrics", 200, `almoner_http_requests_total{route="GET /api/public/campaigns/{campaign_id}",status="401"} 2`},
		{"/metrics", 200, `almoner_http_requests_total{route="account",status="200"} 1`},
		{"/metrics", 200, "go_goroutines"},
	} {
		status, body := get(t, s.url+c.path)
		if status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: got %d %.300s, want %d with %q", c.path, status, body, c.status, c.want)
		}
	}
	if err := s.stop(); err != nil {
		t.Errorf("stop: got %v, want nil", err)
	}
	if _, err := http.Get(s.url + "/healthz"); err == nil {
		t.Error("got an answer after the stop, want none")
	}
}

func TestStopFinishesWhatWasAccepted(t *testing.T) {
	t.Parallel()
	d := startDemo(t, config.Demo{Data: t.TempDir(), Addr: "127.0.0.1:0", Seed: 1, ShutdownTimeout: time.Minute})
	giving := dial(t, d.url)
	body := fmt.Sprintf(`{"campaign":%d,"amount":"7.00"}`, d.credentials.Campaign.LegacyID)
	fmt.Fprintf(giving, "POST /pay/sandbox/donations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n",
		d.credentials.Sandbox.Token, len(body))
	answers := bufio.NewReader(giving)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("got %q, %v, want 100 Continue", line, err)
	}
	if _, err := answers.ReadString('\n'); err != nil {
		t.Fatal(err)
	}

	d.cancel()
	for refused := false; !refused; {
		conn, err := net.Dial("tcp", strings.TrimPrefix(d.url, "http://"))
		if refused = err != nil; !refused {
			_ = conn.Close()
		}
	}
	fmt.Fprint(giving, body)
	if status, text := answer(t, answers); status != http.StatusCreated {
		t.Errorf("donation: got %d %s, want 201", status, text)
	}
	if err := d.stop(); err != nil {
		t.Errorf("stop: got %v, want nil", err)
	}
	var out bytes.Buffer
	if err := server.Audit(t.Context(), config.Audit{Data: d.data}, &out); err != nil || !strings.Contains(out.String(), "totals equal the ledger") {
		t.Errorf("audit: got %v %s, want none", err, &out)
	}
}

func TestStoppingNodeIsNotReady(t *testing.T) {
	t.Parallel()
	w := httptest.NewRecorder()
	server.ReadyOfStopping(w, httptest.NewRequest(http.MethodGet, "/readyz", nil))
	if w.Code != http.StatusServiceUnavailable || w.Body.String() != "stopping\n" {
		t.Errorf("got %d %s, want 503 stopping", w.Code, w.Body)
	}
}

func TestRefusalsOnStart(t *testing.T) {
	t.Parallel()
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = taken.Close() })
	notADatabase := filepath.Join(t.TempDir(), "letter.db")
	write(t, notADatabase, strings.Repeat("Dear reader, this is a letter. ", 100))
	running := fileIn(t)
	start(t, config.Serve{DB: running, Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute})

	for _, c := range []struct {
		name string
		with config.Serve
		want []string
	}{
		{"port in use", config.Serve{Addr: config.Address(taken.Addr().String()), DB: fileIn(t)}, []string{"in use by another program", "--addr"}},
		{"no such host", config.Serve{Addr: "192.0.2.1:0", DB: fileIn(t)}, []string{"192.0.2.1:0", "--addr"}},
		{"not a database", config.Serve{DB: config.Database("sqlite:" + notADatabase)}, []string{notADatabase, "not a database"}},
		{"folder is missing", config.Serve{DB: config.Database("sqlite:" + filepath.Join(t.TempDir(), "no", "a.db"))}, []string{"folder", "--db"}},
		{"a folder", config.Serve{DB: config.Database("sqlite:" + t.TempDir())}, []string{"cannot be written to", "--db"}},
		{"newer version", config.Serve{DB: newer(t)}, []string{"newer version"}},
		{"database is not there", config.Serve{DB: "postgres://nobody@127.0.0.1:1/none?connect_timeout=2"}, []string{"127.0.0.1", "PostgreSQL"}},
		{"half a captcha", config.Serve{DB: fileIn(t), Captcha: config.Captcha{Secret: "x"}}, []string{"--captcha-verify-url", "--captcha-script"}},
		{"second process", config.Serve{DB: running}, []string{"in use by another process", "--db"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if c.with.Addr == "" {
				c.with.Addr = "127.0.0.1:0"
			}
			refusal(t, server.Serve(t.Context(), c.with, io.Discard, io.Discard), c.want)
		})
	}
}

func TestRefusalsOfTheDemo(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, "")
	refusal(t, server.Demo(t.Context(), config.Demo{Data: file, Addr: "127.0.0.1:0"}, io.Discard, io.Discard), []string{file, "--data"})

	d := startDemo(t, config.Demo{Data: t.TempDir(), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute})
	if err := d.stop(); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(d.data, "credentials.json")); err != nil {
		t.Fatal(err)
	}
	err := server.Demo(t.Context(), config.Demo{Data: d.data, Addr: "127.0.0.1:0"}, io.Discard, io.Discard)
	refusal(t, err, []string{"credentials.json is missing", "--data"})
}

func TestCommandsBesideTheServer(t *testing.T) {
	t.Parallel()
	database := config.Store{DB: fileIn(t)}
	ctx, user := t.Context(), config.User{Store: config.Store{DB: database.DB}, Username: "Ana", Email: "ana@example.org"}
	var out bytes.Buffer
	if err := server.Migrate(ctx, database, &out); err != nil || !strings.Contains(out.String(), "from version 0") {
		t.Fatalf("migrate: got %v %s, want it done", err, &out)
	}
	start(t, config.Serve{DB: database.DB, Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute})
	if err := server.CreateUser(ctx, user, &out); err != nil || !strings.Contains(out.String(), "slug: ana\npassword: ") {
		t.Errorf("user: got %v %s, want a slug and a password", err, &out)
	}
	if got, want := server.Explain(server.CreateUser(ctx, user, &out)), "slug is already taken\nemail is already taken"; got != want {
		t.Errorf("same user again: got %q, want %q", got, want)
	}
	application := config.Application{Store: config.Store{DB: database.DB}, Name: "Bot", RedirectURIs: []string{"https://bot.example.org/back"}, Owner: "ana"}
	if err := server.CreateApplication(ctx, application, &out); err != nil || !strings.Contains(out.String(), "client_secret: ") || strings.Contains(out.String(), "_token: ") {
		t.Errorf("application: got %v %s, want a secret, and no token that ends in two hours", err, &out)
	}
	application.API = "v3"
	if err := server.CreateApplication(ctx, application, &out); err != nil || !strings.Contains(out.String(), "application_token: ") {
		t.Errorf("application of V3: got %v %s, want a token", err, &out)
	}
	application.Owner = "nobody"
	refusal(t, server.CreateApplication(ctx, application, &out), []string{"no user nobody", "user create"})
	refusal(t, server.Audit(ctx, config.Audit{Data: t.TempDir()}, &out), []string{"no database file", "--data"})
}

// refusal wants an error of one line with all the words, and no trace of a program.
func refusal(t *testing.T, err error, words []string) {
	t.Helper()
	if err == nil {
		t.Fatal("got no refusal")
	}
	text := server.Explain(err)
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("got %q, want it to say %q", text, word)
		}
	}
	if strings.Contains(text, "\n") || strings.Contains(text, "goroutine") {
		t.Errorf("got %q, want one line", text)
	}
}

// running is a server in this process.
type running struct {
	url    string
	cancel context.CancelFunc
	done   chan error
}

// stop ends the server and gives its error.
func (r running) stop() error {
	r.cancel()
	err := <-r.done
	r.done <- err
	return err
}

func start(t *testing.T, c config.Serve) running {
	t.Helper()
	r, out := run(t, func(ctx context.Context, out io.Writer) error { return server.Serve(ctx, c, out, io.Discard) })
	line := <-out
	r.url = line[strings.LastIndex(line, " ")+1:]
	return r
}

type runningDemo struct {
	running
	data        string
	credentials struct {
		BaseURL string `json:"base_url"`
		V3      struct {
			ApplicationToken string `json:"application_token"`
			UserToken        string `json:"user_token"`
		} `json:"v3"`
		Sandbox struct {
			Token string `json:"token"`
		} `json:"sandbox"`
		Campaign struct {
			ID        string `json:"id"`
			LegacyID  int64  `json:"legacy_id"`
			OwnerSlug string `json:"owner_slug"`
			Slug      string `json:"slug"`
		} `json:"campaign"`
	}
}

func startDemo(t *testing.T, c config.Demo) runningDemo {
	t.Helper()
	r, out := run(t, func(ctx context.Context, out io.Writer) error { return server.Demo(ctx, c, out, io.Discard) })
	d := runningDemo{running: r, data: c.Data}
	<-out
	text, err := os.ReadFile(filepath.Join(c.Data, "credentials.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &d.credentials); err != nil {
		t.Fatal(err)
	}
	d.url = d.credentials.BaseURL
	return d
}

// run starts a server and gives the first line that it prints. The test ends it.
func run(t *testing.T, serve func(context.Context, io.Writer) error) (running, <-chan string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	from, to := io.Pipe()
	r := running{cancel: cancel, done: make(chan error, 1)}
	go func() {
		err := serve(ctx, to)
		if err != nil {
			t.Errorf("server: %v", err)
		}
		_ = to.Close()
		r.done <- err
	}()
	first := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(from)
		for lines.Scan() {
			select {
			case first <- lines.Text():
			default:
			}
		}
		close(first)
	}()
	t.Cleanup(func() { _ = r.stop() })
	return r, first
}

func get(t *testing.T, url string) (int, string) {
	t.Helper()
	answer, err := http.Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

func dial(t *testing.T, url string) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", strings.TrimPrefix(url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func answer(t *testing.T, from *bufio.Reader) (int, string) {
	t.Helper()
	a, err := http.ReadResponse(from, nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(a.Body)
	if err != nil {
		t.Fatal(err)
	}
	return a.StatusCode, string(body)
}

func fileIn(t *testing.T) config.Database {
	t.Helper()
	return config.FileIn(t.TempDir())
}

// newer is a database that says to be from a later version.
func newer(t *testing.T) config.Database {
	t.Helper()
	database := fileIn(t)
	if err := server.Migrate(t.Context(), config.Store{DB: database}, io.Discard); err != nil {
		t.Fatal(err)
	}
	path, _ := database.File()
	db, err := sql.Open("sqlite", path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("INSERT INTO goose_db_version (version_id, is_applied) VALUES (99999, 1)"); err != nil {
		t.Fatal(err)
	}
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	return database
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
