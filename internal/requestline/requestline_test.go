package requestline_test

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/requestline"
)

// standard is what net/http answers itself.
const standard = "400 Bad Request"

// serve runs a server whose handler echoes the path and the body, behind a listener that answers "refused" and what
// it was asked. The handler waits for pause, when there is one.
func serve(t *testing.T, pause <-chan struct{}) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			t.Error(err)
		}
		if pause != nil {
			<-pause
		}
		fmt.Fprintf(w, "served %s %s", r.URL.Path, body)
	}))
	s.Config.WriteTimeout = time.Minute
	s.Listener = requestline.Listen(s.Listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.RemoteAddr == "" {
			t.Error("got no address of the client")
		}
		w.Header().Set("X-Refused", "yes")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, "refused %s %s %s", r.Method, r.RequestURI, r.URL.Path)
	}))
	return s
}

func started(t *testing.T, pause <-chan struct{}) *httptest.Server {
	t.Helper()
	s := serve(t, pause)
	s.Start()
	t.Cleanup(s.Close)
	return s
}

func dial(t *testing.T, s *httptest.Server) net.Conn {
	t.Helper()
	var d net.Dialer
	c, err := d.DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	_ = c.SetDeadline(time.Now().Add(20 * time.Second))
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// answers reads all answers of a connection until it is closed: the bodies of requests with these methods.
func answers(t *testing.T, c net.Conn, methods ...string) []string {
	t.Helper()
	from := bufio.NewReader(c)
	var bodies []string
	for _, method := range methods {
		a, err := http.ReadResponse(from, &http.Request{Method: method})
		if err != nil {
			t.Fatalf("after %q: %v", bodies, err)
		}
		body, err := io.ReadAll(a.Body)
		if err != nil {
			t.Fatal(err)
		}
		bodies = append(bodies, string(body))
		refused := a.Header.Get("X-Refused") != ""
		if bad := strings.HasPrefix(string(body), standard) || refused; bad && (a.StatusCode != 400 || !a.Close) {
			t.Errorf("%q: got %d, close %t, want a 400 that ends the connection", body, a.StatusCode, a.Close)
		}
		if refused && a.Header.Get("Date") == "" {
			t.Errorf("%q: got headers %v, want a Date", body, a.Header)
		}
	}
	if rest, err := io.ReadAll(from); len(rest) > 0 || err != nil {
		t.Errorf("after %q: got %q, %v, want the end of the connection", bodies, rest, err)
	}
	return bodies
}

const host = "Host: x\r\n\r\n"

func TestUnreadableTargetsAreAnsweredByTheHandler(t *testing.T) {
	t.Parallel()
	s := started(t, nil)
	for sent, want := range map[string]string{
		"GET /a/%zz HTTP/1.1\r\n" + host:                                        "refused GET /a/%zz /a/%zz",
		"GET /a/%zz?b=%zz HTTP/1.1\r\n" + host:                                  "refused GET /a/%zz?b=%zz /a/%zz",
		"GET /100% HTTP/1.0\r\n\r\n":                                            "refused GET /100% /100%",
		"GET /%z HTTP/1.1\n\n":                                                  "refused GET /%z /%z",
		"DELETE /a b HTTP/1.1\r\n" + host:                                       "refused DELETE /a b /a b",
		"GET /a\x01 HTTP/1.1\r\n" + host:                                        "refused GET /a\x01 /a\x01",
		"POST /%zz HTTP/1.1\r\nContent-Length: 3\r\n" + host + "abc":            "refused POST /%zz /%zz",
		"POST /%zz HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + host + "0\r\n": "refused POST /%zz /%zz",
		"GET /" + strings.Repeat("a", 4000) + "%zz HTTP/1.1\r\n" + host:         "refused GET /" + strings.Repeat("a", 4000) + "%zz /" + strings.Repeat("a", 4000) + "%zz",
		"GET http://x/%zz HTTP/1.1\r\n" + host:                                  "refused GET http://x/%zz /%zz",
		"GET https://x:1/a/%zz?b=%zz HTTP/1.1\r\n" + host:                       "refused GET https://x:1/a/%zz?b=%zz /a/%zz",
		// What net/http refuses for another reason stays as it is.
		"GET /" + strings.Repeat("a", 8000) + "%zz HTTP/1.1\r\n" + host: standard,
		"GET ftp://x/%zz HTTP/1.1\r\n" + host:                           standard,
		"GET http://x%zz HTTP/1.1\r\n" + host:                           standard,
		"GET /a HTTP/1.1\r\n\r\n":                                       standard + ": missing required Host header",
		"GET /a%20b HTTP/1.1\r\n\r\n":                                   standard + ": missing required Host header",
		"GET /a HTTP/1.1\r\nbroken\r\n" + host:                          standard,
		"GET /%zz HTTP/3.1\r\n" + host:                                  standard,
		"nonsense\r\n\r\n":                                              standard,
	} {
		c := dial(t, s)
		fmt.Fprint(c, sent)
		if got := answers(t, c, "GET")[0]; got != want {
			t.Errorf("%.80q: got %.80q, want %.80q", sent, got, want)
		}
	}
}

func TestHeadHasNoBody(t *testing.T) {
	t.Parallel()
	c := dial(t, started(t, nil))
	fmt.Fprint(c, "HEAD /%zz HTTP/1.1\r\n"+host)
	from := bufio.NewReader(c)
	a, err := http.ReadResponse(from, &http.Request{Method: "HEAD"})
	if err != nil || a.StatusCode != 400 || a.ContentLength != int64(len("refused HEAD /%zz /%zz")) {
		t.Fatalf("got %v, %v, want a 400 with the length of the body", a, err)
	}
	if rest, err := io.ReadAll(from); len(rest) > 0 || err != nil {
		t.Errorf("got %q, %v, want no body", rest, err)
	}
}

func TestKeepAlive(t *testing.T) {
	t.Parallel()
	c := dial(t, started(t, nil))
	from := bufio.NewReader(c)
	for i := range 3 { // the bodies end no line
		fmt.Fprintf(c, "POST /%d%%20 HTTP/1.1\r\nContent-Length: 4\r\n%sa%%zz", i, host)
		a, err := http.ReadResponse(from, nil)
		if err != nil {
			t.Fatal(err)
		}
		if body, _ := io.ReadAll(a.Body); string(body) != fmt.Sprintf("served /%d  a%%zz", i) {
			t.Errorf("got %q", body)
		}
	}
	for _, piece := range []string{"GE", "T /", "%zz HT", "TP/1.1\r\n", host} {
		fmt.Fprint(c, piece)
	}
	if got := answers(t, c, "GET")[0]; got != "refused GET /%zz /%zz" {
		t.Errorf("got %q, want the handler's answer", got)
	}
}

func TestPipelining(t *testing.T) {
	t.Parallel()
	s := started(t, nil)
	for _, sent := range []string{
		"GET /1 HTTP/1.1\r\n" + host + "POST /2 HTTP/1.1\r\nContent-Length: 5\r\n" + host + "a%zz\nGET /%zz HTTP/1.1\r\n" + host + "GET /4 HTTP/1.1\r\n" + host,
		"GET /1 HTTP/1.1\r\n" + host + "POST /2 HTTP/1.1\r\nTransfer-Encoding: chunked\r\n" + host + "5\r\na%zz\n\r\n0\r\n\r\nGET /%zz HTTP/1.1\r\n" + host,
	} {
		c := dial(t, s)
		fmt.Fprint(c, sent)
		if got, want := fmt.Sprint(answers(t, c, "GET", "POST", "GET")), "[served /1  served /2 a%zz\n refused GET /%zz /%zz]"; got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

// TestBodiesAreNeverReplaced sends a body with a line that would be refused, and has it sent back.
func TestBodiesAreNeverReplaced(t *testing.T) {
	t.Parallel()
	body := "GET /%zz HTTP/1.1\r\n\r\nHTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n400 Bad Request"
	c := dial(t, started(t, nil))
	fmt.Fprintf(c, "POST /a HTTP/1.1\r\nConnection: close\r\nContent-Length: %d\r\n%s%s", len(body), host, body)
	if got := answers(t, c, "POST")[0]; got != "served /a "+body {
		t.Errorf("got %q, want the body as it was sent", got)
	}
}

func TestPieces(t *testing.T) {
	t.Parallel()
	s := started(t, nil)
	for _, host := range []string{"", "http://x", "https://x:1"} {
		inPieces(t, s, host)
	}
}

func inPieces(t *testing.T, s *httptest.Server, origin string) {
	t.Helper()
	text := "GET " + origin + "/1%20 HTTP/1.1\r\n" + host + "GET " + origin + "/a/%zz HTTP/1.1\r\n"
	for size := 1; size < len(text); size += 3 {
		c := dial(t, s)
		for from := 0; from < len(text); from += size {
			if _, err := io.WriteString(c, text[from:min(from+size, len(text))]); err != nil {
				t.Fatal(err)
			}
		}
		if got := fmt.Sprint(answers(t, c, "GET", "GET")); got != "[served /1   refused GET "+origin+"/a/%zz /a/%zz]" {
			t.Errorf("in pieces of %d: got %q", size, got)
		}
	}
}

// TestRequestBehindOneThatRuns has the background read of net/http take the first byte.
func TestRequestBehindOneThatRuns(t *testing.T) {
	t.Parallel()
	pause := make(chan struct{})
	c := dial(t, started(t, pause))
	fmt.Fprint(c, "GET /1 HTTP/1.1\r\n"+host)
	fmt.Fprint(c, "GET /%zz HTTP/1.1\r\n"+host)
	close(pause)
	if got := fmt.Sprint(answers(t, c, "GET", "GET")); got != "[served /1  refused GET /%zz /%zz]" {
		t.Errorf("got %q", got)
	}
}

// TestSlowClientsAreCutOff never ends its request line, and the time to read a header is up.
func TestSlowClientsAreCutOff(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	s.Config.ReadHeaderTimeout = 50 * time.Millisecond
	s.Start()
	t.Cleanup(s.Close)
	c := dial(t, s)
	fmt.Fprint(c, "GET /%z")
	if got := answers(t, c, "GET")[0]; got != standard {
		t.Errorf("got %q, want what net/http answers to half a line", got)
	}
}

// TestBodyBehindARefusedRequest still comes when the answer is there: a connection that is reset loses it.
func TestBodyBehindARefusedRequest(t *testing.T) {
	t.Parallel()
	c := dial(t, started(t, nil))
	fmt.Fprint(c, "POST /%zz HTTP/1.1\r\nContent-Length: 51200\r\n"+host)
	if got := answers(t, c, "POST")[0]; got != "refused POST /%zz /%zz" {
		t.Errorf("got %q, want the handler's answer", got)
	}
	for i := range 50 {
		if _, err := c.Write(make([]byte, 1<<10)); err != nil {
			t.Fatalf("after %d KiB: %v, want all of the body taken", i, err)
		}
	}
}

func TestTLSIsLeftAlone(t *testing.T) {
	t.Parallel()
	s := serve(t, nil)
	tcp := s.Listener
	s.TLS = &tls.Config{}
	s.StartTLS()
	t.Cleanup(s.Close)
	inner, err := tls.Dial("tcp", tcp.Addr().String(), &tls.Config{InsecureSkipVerify: true})
	if err != nil {
		t.Fatal(err)
	}
	_ = inner.SetDeadline(time.Now().Add(20 * time.Second))
	t.Cleanup(func() { _ = inner.Close() })
	fmt.Fprint(inner, "GET /%zz HTTP/1.1\r\n"+host)
	if text, _ := io.ReadAll(inner); !strings.HasSuffix(string(text), "\r\n\r\n"+standard) {
		t.Errorf("got %q, want net/http's own answer", text)
	}
}

// otherListener gives connections that are not TCP.
type otherListener struct{ one chan net.Conn }

func (l otherListener) Accept() (net.Conn, error) { return <-l.one, nil }
func (l otherListener) Close() error              { return nil }
func (l otherListener) Addr() net.Addr            { return nil }

func TestOtherConnectionsAreLeftAlone(t *testing.T) {
	t.Parallel()
	one, other := net.Pipe()
	t.Cleanup(func() { _, _ = one.Close(), other.Close() })
	inner := otherListener{make(chan net.Conn, 1)}
	inner.one <- one
	if got, err := requestline.Listen(inner, nil).Accept(); got != one || err != nil {
		t.Errorf("got %v, %v, want the connection itself", got, err)
	}
}

// BenchmarkWatch is what the look at the lines of a browser's request costs.
func BenchmarkWatch(b *testing.B) {
	request := []byte("GET /api/v3/campaigns/2%20 HTTP/1.1\r\nHost: give.example\r\nAccept: */*\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n" +
		"User-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\nAuthorization: Bearer " + strings.Repeat("a", 64) + "\r\n\r\n")
	body := []byte(`{"amount":"1"}`)
	var w requestline.Watcher
	b.ReportAllocs()
	for b.Loop() {
		w.Watch(request)
		w.Watch(body)
	}
}
