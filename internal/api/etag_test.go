package api_test

import (
	"context"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
)

func TestETagIsStableAcrossServers(t *testing.T) {
	t.Parallel()
	first := ask(serving(testRoutes()...), "GET", "/api/v9/things/1", "").Header().Get("ETag")
	if got := ask(serving(testRoutes()...), "GET", "/api/v9/things/1", "").Header().Get("ETag"); got != first {
		t.Errorf("got %q, want %q", got, first)
	}
	if !regexp.MustCompile(`^"[0-9a-f]{32}"$`).MatchString(first) {
		t.Errorf("got %q, want a strong tag of 32 hex digits", first)
	}
	if got := ask(serving(testRoutes()...), "GET", "/api/v9/things/2", "").Header().Get("ETag"); got == first {
		t.Errorf("got the same tag %q for another body", got)
	}
}

func TestIfNoneMatch(t *testing.T) {
	t.Parallel()
	for name, shared := range map[string]bool{"plain": false, "shared": true} {
		settings, _ := quiet()
		settings.Cache = api.NewCache(0)
		h := api.New(testWire(), []route{{Method: "GET", Pattern: "/x", Shared: shared, Handle: fresh("v")}, {Method: "POST", Pattern: "/x", Handle: echo}}, settings)
		tag := ask(h, "GET", "/api/v9/x", "").Header().Get("ETag")
		for _, c := range []struct {
			method, header string
			status         int
		}{
			{"GET", tag, 304},
			{"HEAD", tag, 304},
			{"GET", "*", 304},
			{"GET", "W/" + tag, 304},
			{"GET", strings.TrimSuffix(tag, `"`) + `-gzip"`, 304},
			{"GET", `"x", ` + strings.TrimSuffix(tag, `"`) + `--gzip"`, 304},
			{"GET", "W/" + strings.TrimSuffix(tag, `"`) + `;br"`, 304},
			{"GET", strings.TrimSuffix(tag, `"`) + `a"`, 200},
			{"GET", tag[:20] + `-gzip"`, 200},
			{"GET", `"a,b", ` + tag, 304},
			{"GET", `"other" ,W/"x",,` + tag + `,"y"`, 304},
			{"GET", `"other"`, 200},
			{"GET", strings.Trim(tag, `"`), 200},
			{"GET", `"unfinished`, 200},
			{"GET", ``, 200},
			{"POST", "*", 200},
		} {
			w := ask(h, c.method, "/api/v9/x", "", "If-None-Match", c.header)
			if w.Code != c.status {
				t.Errorf("%s: %s with %s: got %d, want %d", name, c.method, c.header, w.Code, c.status)
			}
			if c.status == 304 && (w.Body.Len() > 0 || w.Header().Get("ETag") != tag || w.Header().Get("Cache-Control") != "must-revalidate, private, max-age=0") {
				t.Errorf("%s: got a 304 with body %q and headers %v", name, w.Body, w.Header())
			}
		}
	}
}

func TestReadsAreRevalidated(t *testing.T) {
	t.Parallel()
	w := ask(serving(testRoutes()...), "GET", "/api/v9/things", "")
	wantHeader(t, w, "Cache-Control", "must-revalidate, private, max-age=0")
	wantHeader(t, w, "Vary", "Accept-Encoding, Authorization")
	post := ask(serving(testRoutes()...), "POST", "/api/v9/things", "{}")
	wantHeader(t, post, "Cache-Control", "no-store")
	wantHeader(t, post, "ETag", "")
}

func TestIfMatch(t *testing.T) {
	t.Parallel()
	h := serving(testRoutes()...)
	for header, want := range map[string][]any{
		`"a"`: {`"a"`}, `"a", W/"b"`: {`"a"`, `W/"b"`}, `*`: {"*"}, `junk`: nil, ``: nil,
	} {
		echoed := data(t, ask(h, "PATCH", "/api/v9/things/1", "", "If-Match", header))
		got, _ := echoed["match"].([]any)
		if !slices.Equal(got, want) || echoed["conditional"] != true {
			t.Errorf("%s: got %v, conditional %v, want %v, true", header, got, echoed["conditional"], want)
		}
	}
	if got := data(t, ask(h, "PATCH", "/api/v9/things/1", "")); got["conditional"] != false {
		t.Errorf("got a condition %v without the header, want none", got["match"])
	}
}

func TestIfMatchTakesTagsOfCompressedAnswers(t *testing.T) {
	t.Parallel()
	reads := []route{{Method: "GET", Pattern: "/x", Handle: fresh("v")}}
	change := func(ctx context.Context, c *call) (api.Reply, error) {
		tags, _ := c.IfMatch()
		return api.Reply{}, api.Condition[caller]{Tags: tags, Reads: reads, Pattern: "/x", Encode: testWire().Encode}.Check(ctx, c)
	}
	h := serving(append(reads, route{Method: "PATCH", Pattern: "/x", Handle: change})...)
	tag := ask(h, "GET", "/api/v9/x", "").Header().Get("ETag")
	open := strings.TrimSuffix(tag, `"`)
	for header, want := range map[string]int{
		tag: 200, "W/" + tag: 200, open + `-gzip"`: 200, `"other", W/` + open + `--gzip"`: 200, open + `-zstd"`: 200,
		open[:20] + `-gzip"`: statusOf(fault.Stale), open + `0"`: statusOf(fault.Stale), `"-gzip"`: statusOf(fault.Stale),
	} {
		if w := ask(h, "PATCH", "/api/v9/x", "", "If-Match", header); w.Code != want {
			t.Errorf("%s: got %d, want %d", header, w.Code, want)
		}
	}
}
