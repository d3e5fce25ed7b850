package coding_test

import (
	"bytes"
	"compress/gzip"
	"crypto/rand"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/klauspost/compress/zstd"

	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fault"
)

func TestAccepted(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]coding.Coding{
		"gzip":                        coding.Gzip,
		"x-gzip":                      coding.Gzip,
		"GZIP":                        coding.Gzip,
		"zstd":                        coding.Zstd,
		"gzip, deflate, br, zstd":     coding.Zstd,
		"gzip, deflate, br":           coding.Gzip,
		"gzip;q=1.0, zstd;q=0.5":      coding.Gzip,
		"gzip ; Q=0.2 , zstd ; q=0.9": coding.Zstd,
		"gzip;q=0.001":                coding.Gzip,
		"*":                           coding.Zstd,
		"zstd;q=0, *":                 coding.Gzip,
		"gzip;q=0, *;q=0.1":           coding.Zstd,
		"identity, gzip;q=0.5":        coding.Identity,
		"identity;q=0.5, gzip;q=0.5":  coding.Gzip,
		"gzip;q=0":                    coding.Identity,
		"*;q=0":                       coding.Identity,
		"gzip;q=2":                    coding.Identity,
		"gzip;q=-1":                   coding.Identity,
		"gzip;q=NaN":                  coding.Identity,
		"gzip;level=9":                coding.Identity,
		"deflate, br":                 coding.Identity,
		"":                            coding.Identity,
		",;,q=1":                      coding.Identity,
	} {
		if got := coding.Accepted(http.Header{"Accept-Encoding": {header}}); got != want {
			t.Errorf("%q: got %v, want %v", header, got, want)
		}
	}
	if got := coding.Accepted(nil); got != coding.Identity {
		t.Errorf("without the header: got %v, want the body as it is", got)
	}
	if got := coding.Accepted(http.Header{"Accept-Encoding": {"br", "gzip"}}); got != coding.Gzip {
		t.Errorf("two lines: got %v, want gzip", got)
	}
}

func TestBodyIsTheSameInEachCoding(t *testing.T) {
	t.Parallel()
	noise := make([]byte, 300<<10)
	_, _ = rand.Read(noise)
	for name, plain := range map[string][]byte{
		"least": bytes.Repeat([]byte("a"), coding.MinSize), "text": bytes.Repeat([]byte(`{"id":1,"name":"é"},`), 20_000), "noise": noise,
	} {
		body := coding.NewBody(plain)
		var all sync.WaitGroup
		for _, c := range []coding.Coding{coding.Identity, coding.Gzip, coding.Zstd, coding.Gzip, coding.Zstd} {
			all.Go(func() {
				compressed, length := body.In(c)
				if got := decompress(t, c, compressed); !bytes.Equal(got, plain) {
					t.Errorf("%s in %v: got %d other bytes, want %d", name, c.Header(), len(got), len(plain))
				}
				if strconv.Itoa(len(compressed)) != length[0] {
					t.Errorf("%s in %v: got length %v, want %d", name, c.Header(), length, len(compressed))
				}
			})
		}
		all.Wait()
	}
}

func decompress(t *testing.T, c coding.Coding, compressed []byte) []byte {
	var from io.Reader = bytes.NewReader(compressed)
	switch c {
	case coding.Gzip:
		z, err := gzip.NewReader(from)
		if err != nil {
			t.Error(err)
			return nil
		}
		from = z
	case coding.Zstd:
		z, err := zstd.NewReader(from)
		if err != nil {
			t.Error(err)
			return nil
		}
		defer z.Close()
		from = z
	}
	plain, err := io.ReadAll(from)
	if err != nil {
		t.Error(err)
	}
	return plain
}

func TestBodyIsCompressedOnce(t *testing.T) {
	t.Parallel()
	body := coding.NewBody(bytes.Repeat([]byte("a"), 10<<10))
	for _, c := range []coding.Coding{coding.Gzip, coding.Zstd} {
		first, _ := body.In(c)
		if again, _ := body.In(c); &first[0] != &again[0] || len(first) > 1000 {
			t.Errorf("%v: got %d bytes anew, want the compressed ones again", c.Header(), len(again))
		}
	}
}

func TestSmallBodiesAreNotCompressed(t *testing.T) {
	t.Parallel()
	all := http.Header{"Accept-Encoding": {"gzip, zstd"}}
	for size, want := range map[int]coding.Coding{0: coding.Identity, coding.MinSize - 1: coding.Identity, coding.MinSize: coding.Zstd} {
		body := coding.NewBody(make([]byte, size))
		if got := body.Choose(all); got != want || body.Compressible() != (want != coding.Identity) {
			t.Errorf("%d bytes: got %v, want %v", size, got, want)
		}
		if got := body.Size(); got < int64(size) || (got > int64(size)) != body.Compressible() {
			t.Errorf("%d bytes: got a size of %d, want room for the compressed forms", size, got)
		}
	}
	if none := (*coding.Body)(nil); none.Choose(all) != coding.Identity || none.Size() != 0 {
		t.Errorf("got %v and %d for no body, want nothing", none.Choose(all), none.Size())
	}
}

func TestSend(t *testing.T) {
	t.Parallel()
	body := coding.NewBody(bytes.Repeat([]byte("a"), coding.MinSize))
	for _, method := range []string{http.MethodGet, http.MethodHead} {
		for _, c := range []coding.Coding{coding.Identity, coding.Gzip} {
			w := httptest.NewRecorder()
			body.Send(w, httptest.NewRequest(method, "/", nil), http.StatusTeapot, c)
			plain, length := body.In(c)
			if method == http.MethodHead {
				plain = nil
			}
			if w.Code != http.StatusTeapot || !bytes.Equal(w.Body.Bytes(), plain) || w.Header().Get("Content-Length") != length[0] || strings.Join(w.Header()["Content-Encoding"], "") != strings.Join(c.Header(), "") {
				t.Errorf("%s in %v: got %d %v and %d bytes", method, c.Header(), w.Code, w.Header(), w.Body.Len())
			}
		}
	}
}

func TestRefuse(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		body    string
		codings []string
		refused bool
	}{
		{"x", nil, false}, {"x", []string{""}, false}, {"x", []string{"identity", "IDENTITY, identity"}, false},
		{"x", []string{"gzip"}, true}, {"x", []string{"identity", "identity, br"}, true}, {"x", []string{"?"}, true},
		{"", []string{"gzip"}, false},
	} {
		r := httptest.NewRequest(http.MethodPost, "/", http.NoBody)
		if c.body != "" {
			r = httptest.NewRequest(http.MethodPost, "/", strings.NewReader(c.body))
		}
		r.Header["Content-Encoding"] = c.codings
		h := http.Header{}
		err := coding.Refuse(h, r)
		if fault.Is(err, fault.Unsupported) != c.refused || (h.Get("Accept-Encoding") == "identity") != c.refused {
			t.Errorf("%q as %v: got %v and headers %v, want refused %t", c.body, c.codings, err, h, c.refused)
		}
	}
}

func TestFile(t *testing.T) {
	t.Parallel()
	text := strings.Repeat("body { margin: 0 }\n", 100)
	serve := coding.File(fstest.MapFS{"a.css": {Data: []byte(text)}}, "a.css")
	for accepted, want := range map[string]string{"": "", "gzip": "gzip"} {
		r := httptest.NewRequest(http.MethodGet, "/", nil)
		r.Header.Set("Accept-Encoding", accepted)
		w := httptest.NewRecorder()
		serve(w, r)
		for name, value := range map[string]string{
			"Content-Type": "text/css; charset=utf-8", "Cache-Control": "public, max-age=3600", "Vary": "Accept-Encoding", "Content-Encoding": want,
			"Content-Length": strconv.Itoa(w.Body.Len()),
		} {
			if got := w.Header().Get(name); got != value || w.Code != http.StatusOK {
				t.Errorf("%q: got %d with %s %q, want 200 with %q", accepted, w.Code, name, got, value)
			}
		}
		if want == "" && w.Body.String() != text {
			t.Errorf("got %q, want the file", w.Body)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("got no panic for a file that is not there, want one")
		}
	}()
	coding.File(fstest.MapFS{}, "b.css")
}
