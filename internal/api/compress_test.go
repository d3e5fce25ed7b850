package api_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/klauspost/compress/zstd"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
)

// decoded is the body of an answer without its coding.
func decoded(t testing.TB, w *httptest.ResponseRecorder) string {
	t.Helper()
	var from io.Reader = bytes.NewReader(w.Body.Bytes())
	var err error
	switch w.Header().Get("Content-Encoding") {
	case "gzip":
		from, err = gzip.NewReader(from)
	case "zstd":
		var z *zstd.Decoder
		z, err = zstd.NewReader(from)
		if err == nil {
			t.Cleanup(z.Close)
		}
		from = z
	}
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(from)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

func TestLargeAnswersAreCompressed(t *testing.T) {
	t.Parallel()
	// testWire puts 11 bytes around a text.
	small, large := strings.Repeat("a", 1023-11), strings.Repeat("a", 1024-11)
	for name, shared := range map[string]bool{"plain": false, "shared": true} {
		settings, _ := quiet()
		settings.Cache = api.NewCache(0)
		h := api.New(testWire(), []route{
			{Method: "GET", Pattern: "/small", Shared: shared, Handle: fresh(small)},
			{Method: "GET", Pattern: "/large", Shared: shared, Handle: fresh(large)},
		}, settings)
		for _, c := range []struct{ path, accepted, coding string }{
			{"small", "gzip", ""}, {"large", "", ""}, {"large", "identity", ""}, {"large", "gzip", "gzip"}, {"large", "zstd, gzip", "zstd"},
			{"large", "gzip;q=0", ""},
		} {
			plain := ask(h, "GET", "/api/v9/"+c.path, "")
			tag, header := plain.Header().Get("ETag"), []string{"Accept-Encoding", c.accepted}
			want := tag
			if c.coding != "" {
				want = "W/" + tag
			}
			for range 2 {
				w := ask(h, "GET", "/api/v9/"+c.path, "", header...)
				wantHeader(t, w, "Content-Encoding", c.coding)
				wantHeader(t, w, "Content-Length", strconv.Itoa(w.Body.Len()))
				wantHeader(t, w, "Content-Type", "application/json; charset=utf-8")
				wantHeader(t, w, "Vary", "Accept-Encoding, Authorization")
				wantHeader(t, w, "ETag", want)
				if decoded(t, w) != plain.Body.String() {
					t.Errorf("%s, %s for %q: got another body", name, c.path, c.accepted)
				}
				if head := ask(h, "HEAD", "/api/v9/"+c.path, "", header...); !sameHeaders(head, w) || head.Body.Len() > 0 {
					t.Errorf("%s, %s for %q: got HEAD %v, want %v", name, c.path, c.accepted, head.Header(), w.Header())
				}
			}
			for _, known := range []string{tag, "W/" + tag} {
				w := ask(h, "GET", "/api/v9/"+c.path, "", append(header, "If-None-Match", known)...)
				wantStatus(t, w, 304)
				wantHeader(t, w, "ETag", want)
				wantHeader(t, w, "Vary", "Accept-Encoding, Authorization")
				wantHeader(t, w, "Content-Encoding", "")
			}
		}
	}
}

// sameHeaders compares all headers but the request id.
func sameHeaders(a, b *httptest.ResponseRecorder) bool {
	with, without := a.Header().Clone(), b.Header().Clone()
	with.Del("X-Request-Id")
	without.Del("X-Request-Id")
	if len(with) != len(without) {
		return false
	}
	for name := range with {
		if strings.Join(with[name], "|") != strings.Join(without[name], "|") {
			return false
		}
	}
	return true
}

func TestLargeErrorsAreCompressed(t *testing.T) {
	t.Parallel()
	h := serving(route{Method: "POST", Pattern: "/x", Handle: fails(fault.New(fault.Conflict, "%s", strings.Repeat("No. ", 500)))})
	w := ask(h, "POST", "/api/v9/x", "{}", "Accept-Encoding", "gzip")
	wantStatus(t, w, statusOf(fault.Conflict))
	wantHeader(t, w, "Content-Encoding", "gzip")
	wantHeader(t, w, "ETag", "")
	if !strings.Contains(decoded(t, w), "No. No.") {
		t.Errorf("got %q, want the error", decoded(t, w))
	}
}

func TestCompressedBodiesAreRefused(t *testing.T) {
	t.Parallel()
	h := serving(testRoutes()...)
	for coding, want := range map[string]int{
		"gzip": statusOf(fault.Unsupported), "identity, br": statusOf(fault.Unsupported), "nonsense": statusOf(fault.Unsupported),
		"": 200, "identity": 200, "Identity , identity": 200,
	} {
		w := ask(h, "POST", "/api/v9/things", "{}", "Content-Encoding", coding)
		wantStatus(t, w, want)
		accepted := ""
		if want != 200 {
			accepted = "identity"
		}
		wantHeader(t, w, "Accept-Encoding", accepted)
	}
	wantStatus(t, ask(h, "DELETE", "/api/v9/things/1", "", "Content-Encoding", "gzip"), 204)
	other := ask(h, "POST", "/api/v9/things", "x", "Content-Type", "text/plain")
	wantStatus(t, other, statusOf(fault.Unsupported))
	wantHeader(t, other, "Accept-Encoding", "")
}
