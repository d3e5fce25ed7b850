package webhook_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/webhook"
)

// receiver is an endpoint on this machine that counts.
type receiver struct {
	*httptest.Server

	connections, requests atomic.Int64
}

// newReceiver answers with the handler; nil answers 200.
func newReceiver(t *testing.T, answer http.HandlerFunc) *receiver {
	t.Helper()
	r := &receiver{}
	r.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		r.requests.Add(1)
		body, _ := io.ReadAll(q.Body) // a request that is left is noticed only behind its body
		q.Body = io.NopCloser(bytes.NewReader(body))
		if answer != nil {
			answer(w, q)
		}
	}))
	r.Config.ConnState = func(_ net.Conn, s http.ConnState) {
		if s == http.StateNew {
			r.connections.Add(1)
		}
	}
	r.Start()
	t.Cleanup(r.Close)
	return r
}

// TestTheWireIsSpelledAsGiven reads the bytes of a request.
func TestTheWireIsSpelledAsGiven(t *testing.T) {
	t.Parallel()
	l := must.Get(new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	defer func() { _ = l.Close() }()
	lines := make(chan string, 1)
	go func() {
		c, err := l.Accept()
		if err != nil {
			return
		}
		defer func() { _ = c.Close() }()
		var got strings.Builder
		in := bufio.NewReader(c)
		for line := ""; line != "\r\n"; {
			if line, err = in.ReadString('\n'); err != nil {
				return
			}
			got.WriteString(line)
		}
		body := make([]byte, 2)
		_, _ = io.ReadFull(in, body)
		lines <- got.String() + string(body)
		_, _ = io.WriteString(c, "HTTP/1.1 204 No Content\r\n\r\n")
	}()
	r := post("http://" + l.Addr().String() + "/hook?a=b")
	r.Header = http.Header{"User-Agent": {"Tiltify Outgoing Webhook"}, "X-Tiltify-Verision": {"v5"}, "webhook-id": {"7"}}
	answer, err := webhook.NewClient(loopback).Send(t.Context(), r)
	want := "POST /hook?a=b HTTP/1.1\r\nHost: " + l.Addr().String() + "\r\nUser-Agent: Tiltify Outgoing Webhook\r\nContent-Length: 2\r\n" +
		"X-Tiltify-Verision: v5\r\nwebhook-id: 7\r\n\r\n{}"
	if got := <-lines; err != nil || answer.Status != 204 || got != want {
		t.Errorf("got %q, %d, %v, want %q", got, answer.Status, err, want)
	}
}

func TestAnswersAreBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		answer http.HandlerFunc
		body   int
		fails  bool
	}{
		"none":        {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) }, 0, false},
		"at the edge": {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, webhook.MaxAnswer)) }, webhook.MaxAnswer, false},
		"over it":     {func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(make([]byte, webhook.MaxAnswer+1)) }, webhook.MaxAnswer, false},
		"without end": {endless, webhook.MaxAnswer, false},
		"large header": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X", strings.Repeat("x", 2*webhook.MaxHeaders))
		}, 0, true},
		"headers": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("X", strings.Repeat("x", webhook.MaxHeaders-1<<10))
		}, 0, false},
		"packed": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			_, _ = io.WriteString(w, "not unpacked")
		}, 12, false},
		"broken off": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "100")
			_, _ = io.WriteString(w, "half")
		}, 4, false},
		"nothing at all": {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 0, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := webhook.NewClient(loopback)
			defer client.Close()
			got, err := client.Send(t.Context(), post(newReceiver(t, c.answer).URL))
			if (err != nil) != c.fails || len(got.Body) != c.body {
				t.Errorf("got %d bytes, %v, want %d, failing %v", len(got.Body), err, c.body, c.fails)
			}
		})
	}
}

// endless answers until nobody reads.
func endless(w http.ResponseWriter, _ *http.Request) {
	block := make([]byte, 1<<15)
	for {
		if _, err := w.Write(block); err != nil {
			return
		}
	}
}

func TestOnlyTheBeginningOfAnAnswerIsKept(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]string{
		"":                                     "",
		strings.Repeat("a", webhook.MaxKept):   strings.Repeat("a", webhook.MaxKept),
		strings.Repeat("a", webhook.MaxKept+1): strings.Repeat("a", webhook.MaxKept),
		strings.Repeat("a", webhook.MaxKept-1) + "é": strings.Repeat("a", webhook.MaxKept-1),
		"a\xffb": "ab",
	} {
		if got := (webhook.Answer{Body: []byte(body)}).Kept(); got != want || !utf8.ValidString(got) {
			t.Errorf("got %d bytes, want %d", len(got), len(want))
		}
	}
}

// TestConnectionsAreUsedAgain sends many requests one after another.
func TestConnectionsAreUsedAgain(t *testing.T) {
	t.Parallel()
	r := newReceiver(t, func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Retry-After", "7")
		_, _ = io.Copy(w, q.Body)
	})
	c := webhook.NewClient(loopback)
	defer c.Close()
	for range 20 {
		if got, err := c.Send(t.Context(), post(r.URL)); err != nil || string(got.Body) != "{}" || got.RetryAfter != "7" {
			t.Fatalf("got %q, %q, %v, want what was sent", got.Body, got.RetryAfter, err)
		}
	}
	if n := r.connections.Load(); n != 1 {
		t.Errorf("got %d connections, want 1", n)
	}
}

func TestReasonsSayNothingOfTheNetworkHere(t *testing.T) {
	t.Parallel()
	hang := newReceiver(t, func(_ http.ResponseWriter, q *http.Request) { <-q.Context().Done() })
	quiet := newReceiver(t, func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
	secure := httptest.NewTLSServer(http.NotFoundHandler())
	secure.Config.ErrorLog = nil
	defer secure.Close()
	missing := webhook.Resolved((&nameServer{answers: [][]string{nil}}).resolver(), loopback)
	open := webhook.NewClient(loopback)
	const unanswered = "there was no answer within 10 seconds"
	for _, c := range []struct {
		client    *webhook.Client
		url, want string
	}{
		{webhook.NewClient(), hang.URL, "the host has no public address"},
		{missing, "http://missing.example:25/", "the port is below 1024 and neither 80 nor 443"},
		{open, "http://127.0.0.1:25/", "the port is below 1024 and neither 80 nor 443"},
		{missing, "http://missing.example/", "the host has no public address"},
		{open, closed(t), "the host refused the connection"},
		{open, quiet.URL, "the host closed the connection without an answer"},
		{open, hang.URL, unanswered},
		{open, secure.URL, "the certificate of the host is not valid"},
		{open, "https" + strings.TrimPrefix(quiet.URL, "http"), "the host does not speak TLS at this port"},
		{open, "http://%zz", "the attempt failed"},
	} {
		within := time.Minute
		if c.want == unanswered {
			within = time.Second
		}
		ctx, end := context.WithTimeout(t.Context(), within)
		_, err := c.client.Send(ctx, post(c.url))
		end()
		if err == nil || webhook.Reason(err) != c.want {
			t.Errorf("%s: got %q for %v, want %q", c.url, webhook.Reason(err), err, c.want)
		}
	}
}

// TestAnAttemptEndsInTime has a receiver that never answers, and one that answers a byte a second.
func TestAnAttemptEndsInTime(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		first string
		fails bool
	}{
		"silent": {"", true},
		"slow":   {"HTTP/1.1 200 OK\r\n\r\n", false},
	} {
		synctest.Test(t, func(t *testing.T) {
			here, there := net.Pipe()
			var served sync.WaitGroup
			defer served.Wait()
			defer func() { _ = there.Close() }()
			served.Go(func() {
				_, _ = http.ReadRequest(bufio.NewReader(there))
				for part := c.first; ; part = "." {
					if c.first == "" {
						return
					}
					if _, err := io.WriteString(there, part); err != nil {
						return
					}
					time.Sleep(time.Second)
				}
			})
			client := webhook.Dialing(func(context.Context, string, string) (net.Conn, error) { return here, nil })
			defer client.Close()
			began := time.Now()
			answer, err := client.Send(t.Context(), post("http://hooks.example/"))
			if took := time.Since(began); (err != nil) != c.fails || took != webhook.Timeout || !c.fails && answer.Status != 200 {
				t.Errorf("%s: got %d, %v after %s, want it to end after %s", name, answer.Status, err, took, webhook.Timeout)
			}
		})
	}
}
