package live_test

import (
	"bufio"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
)

// raw sends a request as it is written, and reads its answer.
func (s *site) raw(t *testing.T, request string) (net.Conn, *http.Response) {
	t.Helper()
	var d net.Dialer
	c := must.Get(d.DialContext(t.Context(), "tcp", s.server.Listener.Addr().String()))(t)
	t.Cleanup(func() { _ = c.Close() })
	must.Do(t, c.SetDeadline(time.Now().Add(patience)))
	must.Get(io.WriteString(c, request))(t)
	method, _, _ := strings.Cut(request, " ")
	return c, must.Get(http.ReadResponse(bufio.NewReader(c), &http.Request{Method: method}))(t)
}

// TestAStreamIsPlainHTTP reads streams as each version of HTTP frames them, up to their ends.
func TestAStreamIsPlainHTTP(t *testing.T) {
	t.Parallel()
	for version, want := range map[string]string{"1.1": "chunked", "1.0": ""} {
		s := newSite(t, live.HubOptions{})
		_, response := s.raw(t, "GET "+s.campaign()+" HTTP/"+version+"\r\nHost: test\r\n\r\n")
		if got := strings.Join(response.TransferEncoding, ","); got != want || !response.Close {
			t.Errorf("%s: got encoding %q, and that the connection is kept %v; want %q, and closed", version, got, !response.Close, want)
		}
		for name, value := range map[string]string{
			"Content-Type": "text/event-stream; charset=utf-8", "Cache-Control": "no-store", "Access-Control-Allow-Origin": "*",
			"X-Content-Type-Options": "nosniff", "X-Accel-Buffering": "no",
		} {
			if got := response.Header.Get(name); got != value {
				t.Errorf("%s: got %s: %q, want %q", version, name, got, value)
			}
		}
		must.Get(http.ParseTime(response.Header.Get("Date")))(t)
		in, body := bufio.NewReader(response.Body), ""
		for !strings.HasSuffix(body, "event: state\n") { // a hub that closes before sends none
			body += must.Get(in.ReadString('\n'))(t)
		}
		s.hub.Close()
		body += string(must.Get(io.ReadAll(in))(t)) // an error when the last chunk is missing
		if !strings.HasPrefix(body, "retry: ") || !strings.Contains(body, "event: state\n") || !strings.Contains(body, "event: goodbye\n") {
			t.Errorf("%s: got %s, want a whole stream", version, body)
		}
	}
}

func TestAHeadOfAStream(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	_, response := s.raw(t, "HEAD "+s.campaign()+" HTTP/1.1\r\nHost: test\r\n\r\n")
	if got := response.Header.Get("Content-Type"); response.StatusCode != http.StatusOK || got != "text/event-stream; charset=utf-8" {
		t.Errorf("got %d %s, want what GET answers", response.StatusCode, got)
	}
	if got := s.hub.Stats().Open["sse"]; got != 0 {
		t.Errorf("got %d open streams, want none", got)
	}
}

func TestEventsAreOnlyRead(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	for _, method := range []string{http.MethodPost, http.MethodPut, http.MethodDelete} {
		_, response := s.raw(t, method+" "+s.campaign()+" HTTP/1.1\r\nHost: test\r\nContent-Length: 0\r\n\r\n")
		if got := response.Header.Get("Allow"); response.StatusCode != http.StatusMethodNotAllowed || got != "GET, HEAD, OPTIONS" {
			t.Errorf("%s: got %d %q, want 405 and what is allowed", method, response.StatusCode, got)
		}
	}
}

// TestAStreamOverHTTP2 cannot take its connection over, which has other requests.
func TestAStreamOverHTTP2(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	second := httptest.NewUnstartedServer(s.server.Config.Handler)
	second.EnableHTTP2 = true
	second.StartTLS()
	t.Cleanup(func() {
		s.hub.Close() // its handlers end with their streams
		second.Close()
	})
	request := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, second.URL+s.campaign(), nil))(t)
	response := must.Get(second.Client().Do(request))(t)
	t.Cleanup(func() { _ = response.Body.Close() })
	if response.ProtoMajor != 2 {
		t.Fatalf("got %s, want HTTP/2", response.Proto)
	}
	in := &stream{t, response.Body, bufio.NewScanner(response.Body), response.Header}
	in.lines.Buffer(nil, 1<<20)
	in.next()
	given := s.give(t.Context(), "Bob", "")
	if e := in.next(); e.Event != "donation.completed" || e.Data["id"] != given.ID.String() {
		t.Errorf("got %+v, want the donation", e)
	}
}

// TestAStreamOverTLS is taken over with its encryption.
func TestAStreamOverTLS(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	sealed := httptest.NewUnstartedServer(s.server.Config.Handler)
	sealed.TLS = &tls.Config{NextProtos: []string{"http/1.1"}, MinVersion: tls.VersionTLS12}
	sealed.StartTLS()
	t.Cleanup(sealed.Close)
	response := must.Get(sealed.Client().Do(must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, sealed.URL+s.campaign(), nil))(t)))(t)
	t.Cleanup(func() { _ = response.Body.Close() })
	in := &stream{t, response.Body, bufio.NewScanner(response.Body), response.Header}
	in.lines.Buffer(nil, 1<<20)
	if e := in.next(); e.Event != "state" {
		t.Errorf("got %+v, want the state", e)
	}
}

// TestAClientThatSendsTooMuchIsLetGo sends a body without an end to a stream.
func TestAClientThatSendsTooMuchIsLetGo(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	c, response := s.raw(t, "GET "+s.campaign()+" HTTP/1.1\r\nHost: test\r\n\r\n")
	piece := strings.Repeat("x", live.MaxNoise/2-1)
	for range 2 {
		must.Get(io.WriteString(c, piece))(t)
	}
	s.give(t.Context(), "Bob", "")
	for lines := bufio.NewScanner(response.Body); lines.Scan(); {
		if lines.Text() == "event: donation.completed" {
			break // what fits is ignored
		}
	}
	_, _ = io.Copy(c, strings.NewReader(strings.Repeat("x", 1<<20))) // which may be cut off in the middle
	s.noneOpen(t, "sse")
}

// TestAClientThatGoesIsForgotten breaks connections off, which nothing is written to.
func TestAClientThatGoesIsForgotten(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	in := s.open(t, s.campaign())
	in.next()
	c := s.dial(t, nil)
	c.say(`{"type":"subscribe","facts":["` + s.Campaign.ID.String() + `"]}`)
	c.next("state")
	_ = in.body.Close()
	s.noneOpen(t, "sse")
	_ = c.ws.CloseNow()
	s.noneOpen(t, "websocket")
}

// noneOpen waits until no connection of a kind is open.
func (s *site) noneOpen(t *testing.T, kind string) {
	t.Helper()
	for end := time.Now().Add(patience); s.hub.Stats().Open[kind] > 0; time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("%s: a connection stays open", kind)
		}
	}
}
