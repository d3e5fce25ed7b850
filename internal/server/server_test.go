package server_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/testnode"
)

func TestServerAnswersAboutItself(t *testing.T) {
	t.Parallel()
	s := testnode.Start(t, command.Serve{DB: testnode.Database(t), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute})
	for _, c := range []struct {
		path   string
		status int
		want   string
	}{
		{"/healthz", 200, "ok"},
		{"/readyz", 200, "ready"},
		{"/", 200, "<!doctype html>"},
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
		{"/.well-known/oauth-authorization-server", 200, `{"issuer":"` + s.URL + `","authorization_endpoint":"` + s.URL + `/oauth/authorize"`},
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
		{"/metrics", 200, `almoner_work_due{kind="mail"} 0`},
		{"/metrics", 200, `almoner_work_oldest_due_seconds{kind="provider_event"} 0`},
		{"/metrics", 200, `almoner_work_failures_total{kind="match"} 0`},
		{"/metrics", 200, `almoner_http_requests_total{route="GET /api/public/campaigns/{campaign_id}",status="401"} 2`},
		{"/metrics", 200, `almoner_http_requests_total{route="account",status="200"} 1`},
		{"/metrics", 200, "go_goroutines"},
	} {
		status, body := testnode.Get(t, s.URL+c.path)
		if status != c.status || !strings.Contains(body, c.want) {
			t.Errorf("%s: got %d %.300s, want %d with %q", c.path, status, body, c.status, c.want)
		}
	}
	if err := s.Stop(); err != nil {
		t.Errorf("stop: got %v, want nil", err)
	}
	if _, err := http.Get(s.URL + "/healthz"); err == nil {
		t.Error("got an answer after the stop, want none")
	}
}

func TestStopFinishesWhatWasAccepted(t *testing.T) {
	t.Parallel()
	d := testnode.StartFilled(t)
	giving := dial(t, d.URL)
	body := fmt.Sprintf(`{"campaign":%d,"amount":"7.00"}`, d.Credentials.Campaign.LegacyID)
	fmt.Fprintf(giving, "POST /pay/sandbox/donations HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nExpect: 100-continue\r\nContent-Length: %d\r\n\r\n",
		d.Credentials.Sandbox.Token, len(body))
	answers := bufio.NewReader(giving)
	if line, err := answers.ReadString('\n'); err != nil || !strings.Contains(line, "100 Continue") {
		t.Fatalf("got %q, %v, want 100 Continue", line, err)
	}
	if _, err := answers.ReadString('\n'); err != nil {
		t.Fatal(err)
	}

	d.Cancel()
	for refused := false; !refused; {
		conn, err := net.Dial("tcp", strings.TrimPrefix(d.URL, "http://"))
		if refused = err != nil; !refused {
			_ = conn.Close()
		}
	}
	fmt.Fprint(giving, body)
	if status, text := answer(t, answers); status != http.StatusCreated {
		t.Errorf("donation: got %d %s, want 201", status, text)
	}
	if err := d.Stop(); err != nil {
		t.Errorf("stop: got %v, want nil", err)
	}
	if out, err := testnode.Do(t, command.Audit{Data: d.Data}); err != nil || !strings.Contains(out, "totals equal the ledger") {
		t.Errorf("audit: got %v %s, want none", err, out)
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
