package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
)

const secret = "the private cause"

func TestEveryKindOfFault(t *testing.T) {
	t.Parallel()
	for _, kind := range fault.Kinds() {
		t.Run(kind.String(), func(t *testing.T) {
			t.Parallel()
			f := fault.Wrap(errors.New(secret), kind, "A public sentence.")
			f.RetryAfter = 1500 * time.Millisecond
			f.Allow = []string{"GET", "HEAD"}
			settings, log := quiet()
			h := api.New(testWire(), []route{{Method: "GET", Pattern: "/x", Handle: fails(fmt.Errorf("thing 7: %w", f))}}, settings)
			w := ask(h, "GET", "/api/v9/x", "")
			wantStatus(t, w, statusOf(kind))
			wantHeader(t, w, "Retry-After", "2")
			wantHeader(t, w, "Allow", "GET, HEAD")
			wantHeader(t, w, "Content-Type", "application/json; charset=utf-8")
			wantHeader(t, w, "Cache-Control", "no-store")
			wantHeader(t, w, "ETag", "")
			wantHeader(t, w, "X-Request-Id", "request-1")
			if strings.Contains(w.Body.String(), secret) || !strings.Contains(w.Body.String(), "A public sentence.") {
				t.Errorf("got body %s, want the public face only", w.Body)
			}
			ours := kind == fault.Internal || kind == fault.Unavailable
			if got := strings.Contains(w.Body.String(), "request-1"); got != ours {
				t.Errorf("got request id in the body %t, want %t", got, ours)
			}
			if got, logged := len(log.lines()), ours || kind == fault.RateLimited; got > 1 || (got == 1) != logged {
				t.Errorf("got %d log lines, want one for our own faults and for too many requests: %q", got, log.lines())
			}
			refused := w.Code == http.StatusUnauthorized || w.Code == http.StatusForbidden
			if why := w.Header().Get("WWW-Authenticate"); (why != "") != refused {
				t.Errorf("got WWW-Authenticate %q, want it on refusals only", why)
			}
		})
	}
}

func TestForeignErrorsAreInternal(t *testing.T) {
	t.Parallel()
	unencodable := func(context.Context, *call) (api.Reply, error) { return api.Reply{Body: func() {}}, nil }
	for name, handle := range map[string]api.Handler[caller]{
		"error":  fails(fmt.Errorf("query: %s: %w", secret, io.ErrUnexpectedEOF)),
		"panic":  func(context.Context, *call) (api.Reply, error) { panic(secret) },
		"encode": unencodable,
		"status": func(context.Context, *call) (api.Reply, error) { return api.Reply{Status: 77}, nil },
		"cancel": fails(context.Canceled), // of something else: the caller is still there
	} {
		for _, shared := range []bool{false, true} {
			settings, log := quiet()
			settings.Cache = api.NewCache(0)
			h := api.New(testWire(), []route{{Method: "GET", Pattern: "/x/{id}", Handle: handle, Shared: shared}}, settings)
			w := ask(h, "GET", "/api/v9/x/5?token=hidden", "")
			wantStatus(t, w, 500)
			if strings.Contains(w.Body.String(), secret) || !strings.Contains(w.Body.String(), "request-1") {
				t.Errorf("%s: got body %s, want the request id and nothing private", name, w.Body)
			}
			lines := log.lines()
			if len(lines) != 1 {
				t.Fatalf("%s: got %d log lines, want 1: %q", name, len(lines), lines)
			}
			var line map[string]any
			if err := json.Unmarshal([]byte(lines[0]), &line); err != nil {
				t.Fatal(err)
			}
			if line["request_id"] != "request-1" || line["method"] != "GET" || line["path"] != "/api/v9/x/5" {
				t.Errorf("%s: got log line %v, want request id, method and path", name, line)
			}
		}
	}
}

func TestAbortedHandlerStaysAborted(t *testing.T) {
	t.Parallel()
	h := serving(route{Method: "GET", Pattern: "/x", Handle: func(context.Context, *call) (api.Reply, error) { panic(http.ErrAbortHandler) }})
	if !panics(func() { ask(h, "GET", "/api/v9/x", "") }) {
		t.Error("got no panic, want http.ErrAbortHandler to go on to the server")
	}
}

func TestCallerThatWentAwayIsNoError(t *testing.T) {
	t.Parallel()
	settings, log := quiet()
	m := &recorder{}
	now := time.Now()
	settings.Metrics, settings.Now = m, func() time.Time { return now }
	h := api.New(testWire(), []route{{Method: "GET", Pattern: "/x", Handle: func(ctx context.Context, _ *call) (api.Reply, error) {
		return api.Reply{}, fmt.Errorf("query: %w", ctx.Err())
	}}}, settings)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(ctx, "GET", "/api/v9/x", nil))
	if w.Code == 200 || len(log.lines()) != 0 {
		t.Errorf("got status %d and log %q, want no success and no log", w.Code, log.lines())
	}
	if len(m.all) != 1 || m.all[0].status != 499 {
		t.Errorf("got metrics %v, want one 499", m.all)
	}
}

func TestAuthenticationAndAccess(t *testing.T) {
	t.Parallel()
	called := 0
	h := serving(route{
		Method: "GET", Pattern: "/x", Shared: true,
		Access: func(c caller) error {
			if c == "" {
				return fault.New(fault.Forbidden, "Not you.")
			}
			return nil
		},
		Handle: func(context.Context, *call) (api.Reply, error) { called++; return api.Reply{}, nil },
	})
	wantStatus(t, ask(h, "GET", "/api/v9/x", "", "Authorization", "Bearer bad"), 401)
	wantStatus(t, ask(h, "GET", "/api/v9/x", ""), statusOf(fault.Forbidden))
	wantStatus(t, ask(h, "GET", "/api/v9/x", "", "Authorization", "Bearer me"), 200)
	if called != 1 {
		t.Errorf("got %d calls of the handler, want 1", called)
	}
}

func TestBodies(t *testing.T) {
	t.Parallel()
	settings, _ := quiet()
	settings.Limits.Body = 10
	h := api.New(testWire(), testRoutes(), settings)
	unsupported, large := statusOf(fault.Unsupported), statusOf(fault.TooLarge)
	for _, c := range []struct {
		body, contentType string
		status            int
	}{
		{`{}`, "", 200},
		{`{}`, "application/json", 200},
		{`{}`, "Application/JSON; charset=utf-8", 200},
		{`{}`, "application/vnd.api+json", 200},
		{`{}`, "application/json; charset", 200},
		{``, "text/plain", 200},
		{`0123456789`, "", 200},
		{`01234567890`, "", large},
		{`{}`, "text/plain", unsupported},
		{`{}`, "application/x-www-form-urlencoded", unsupported},
		{`{}`, "image/svg+json", unsupported},
		{`{}`, ";;;", unsupported},
	} {
		w := ask(h, "POST", "/api/v9/things", c.body, "Content-Type", c.contentType)
		if w.Code != c.status {
			t.Errorf("body %q of %q: got %d, want %d", c.body, c.contentType, w.Code, c.status)
		}
		if w.Code == 200 && data(t, w)["body"] != c.body {
			t.Errorf("got body %q, want %q", data(t, w)["body"], c.body)
		}
	}
	chunked := httptest.NewRequest("POST", "/api/v9/things", io.MultiReader(bytes.NewReader(make([]byte, 11))))
	w := httptest.NewRecorder()
	h.ServeHTTP(w, chunked)
	wantStatus(t, w, large)
	broken := httptest.NewRequest("POST", "/api/v9/things", io.MultiReader(strings.NewReader("{"), failingReader{}))
	w = httptest.NewRecorder()
	h.ServeHTTP(w, broken)
	wantStatus(t, w, statusOf(fault.Malformed))
}

type failingReader struct{}

func (failingReader) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
