package api_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/testclock"
)

// fresh answers with a value that may be kept.
func fresh(body any, tags ...api.Tag) api.Handler[caller] {
	return func(context.Context, *call) (api.Reply, error) {
		return api.Reply{Body: body, Fresh: &api.Freshness{Tags: tags}}, nil
	}
}

// source is a handler over one number, which counts how often it was read.
type source struct {
	value, reads atomic.Int64
	fresh        *api.Freshness
}

func (s *source) handle(_ context.Context, c *call) (api.Reply, error) {
	s.reads.Add(1)
	return api.Reply{Body: map[string]any{"value": s.value.Load(), "id": c.Path("id"), "query": c.Query(), "raw": c.Request.URL.RawQuery}, Fresh: s.fresh}, nil
}

// cached is a handler with one shared route over a cache of this many bytes.
func cached(bytes int64, handle api.Handler[caller]) (http.Handler, *api.Cache) {
	settings, _ := quiet()
	settings.Cache = api.NewCache(bytes)
	return api.New(testWire(), []route{{
		Method: "GET", Pattern: "/things/{id}/{part}", Shared: true, Query: []string{"count", "page"}, Handle: handle,
	}}, settings), settings.Cache
}

func wantReads(t testing.TB, s *source, want int64) {
	t.Helper()
	if got := s.reads.Load(); got != want {
		t.Errorf("got %d reads at the source, want %d", got, want)
	}
}

func TestCacheKeys(t *testing.T) {
	t.Parallel()
	s := &source{fresh: &api.Freshness{}}
	h, cache := cached(0, s.handle)
	for i, target := range []string{
		"/a/b", "/ab/c", "/a%2Fb/c", "/a/b?count=1", "/a/b?count=3", "/a/b?page=1", "/a/b?count=1&page=1", "/a/b?count=2&count=1",
	} {
		for range 2 {
			wantStatus(t, ask(h, "GET", "/api/v9/things"+target, ""), 200)
			wantReads(t, s, int64(i+1))
		}
	}
	for _, same := range []string{"/a/b?", "/a/b?count=", "/a/b?buster=1", "//a//b/", "/a/b?page=1&x=2", "/a/b?page=1&count=1", "/a/b?count=1&count=2"} {
		wantStatus(t, ask(h, "HEAD", "/api/v9/things"+same, ""), 200)
	}
	wantReads(t, s, 8)
	if hits, misses := cache.Stats(); hits != 15 || misses != 8 {
		t.Errorf("got %d hits and %d misses, want 15 and 8", hits, misses)
	}
	long := "/api/v9/things/a/b?count=" + strings.Repeat("9", 2000)
	ask(h, "GET", long, "")
	ask(h, "GET", long, "")
	wantReads(t, s, 10) // so long a key is not worth keeping
}

// TestManySpellingsAreOneEntry asks for one thing in ways that mean the same.
func TestManySpellingsAreOneEntry(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ path, value string }{{"/api/v9/things/ana/7", "ana"}, {"/api/v9/things/0189/7", "189"}} {
		s := &source{fresh: &api.Freshness{}}
		paths := make(chan string, 100)
		h, _ := cached(0, func(ctx context.Context, r *call) (api.Reply, error) {
			paths <- r.Request.URL.Path
			return s.handle(ctx, r)
		})
		for _, spelling := range []string{
			c.path, strings.Replace(c.path, "ana", "Ana", 1), strings.Replace(c.path, "ana", "%41N%61", 1), strings.Replace(c.path, "/things/0", "/things/000", 1),
			strings.Replace(c.path, "/7", "/007", 1), strings.Replace(c.path, "/things/", "//things//", 1) + "/", c.path + "?buster=1", c.path + "?buster=1&COUNT=3",
			c.path + "?count=&page=",
		} {
			got := ask(h, "GET", spelling, "")
			wantStatus(t, got, 200)
			if !strings.Contains(got.Body.String(), `"id":"`+c.value+`"`) {
				t.Errorf("%s: got %s, want the id %s", spelling, got.Body, c.value)
			}
		}
		wantReads(t, s, 1)
		if got, want := <-paths, "/api/v9/things/"+c.value+"/7"; got != want {
			t.Errorf("the handler saw %s, want %s", got, want)
		}
	}
	s := &source{fresh: &api.Freshness{}}
	h, _ := cached(0, s.handle)
	for i, other := range []string{"/0/0", "/00x/0", "/x00/0", "/%C3%A9/0", "/a%2Fb/0", "/a/b/0"} {
		ask(h, "GET", "/api/v9/things"+other, "")
		wantReads(t, s, min(int64(i+1), 5)) // the last has no route
	}
}

func TestInvalidateAllDropsWhatHasNoTags(t *testing.T) {
	t.Parallel()
	for name, kept := range map[string]*api.Freshness{
		"no tags": {}, "a tag": {Tags: []api.Tag{{1}}}, "a time": {Until: time.Now().Add(time.Hour)},
	} {
		s := &source{fresh: kept}
		h, cache := cached(0, s.handle)
		for round := range 2 {
			ask(h, "GET", "/api/v9/things/a/b", "")
			ask(h, "GET", "/api/v9/things/a/b", "")
			if got, want := s.reads.Load(), int64(round+1); got != want {
				t.Errorf("%s: got %d reads at the source in round %d, want %d", name, got, round, want)
			}
			cache.InvalidateAll()
		}
	}
	var none *api.Cache
	none.InvalidateAll()
}

func TestSharedHandlersSeeOnlyTheirQuery(t *testing.T) {
	t.Parallel()
	s := &source{fresh: &api.Freshness{}}
	h, _ := cached(0, s.handle)
	got := data(t, ask(h, "GET", "/api/v9/things/1/x?evil=1&count=5", ""))
	if got["raw"] != "count=5" || fmt.Sprint(got["query"]) != "map[count:[5]]" {
		t.Errorf("got %v, want the parameter count only", got)
	}
	if raw := data(t, ask(h, "GET", "/api/v9/things/1/x?evil=1", ""))["raw"]; raw != "" {
		t.Errorf("got %q, want no parameters", raw)
	}
}

func TestHitIsTheSameAnswer(t *testing.T) {
	t.Parallel()
	h, _ := cached(0, func(context.Context, *call) (api.Reply, error) {
		return api.Reply{Body: 1, Header: http.Header{"Link": {"</x>"}}, Fresh: &api.Freshness{}}, nil
	})
	miss, hit := ask(h, "GET", "/api/v9/things/1/x", ""), ask(h, "GET", "/api/v9/things/1/x", "")
	miss.Header().Del("X-Request-Id")
	wantHeader(t, hit, "X-Request-Id", "request-2")
	hit.Header().Del("X-Request-Id")
	if fmt.Sprint(miss.Header()) != fmt.Sprint(hit.Header()) || miss.Body.String() != hit.Body.String() || hit.Header().Get("Link") != "</x>" {
		t.Errorf("got %v %s, want %v %s", hit.Header(), hit.Body, miss.Header(), miss.Body)
	}
}

// TestNothingIsAnsweredFromMemoryWhileChangesAreNotHeard reads again for as long as another process may have changed something.
func TestNothingIsAnsweredFromMemoryWhileChangesAreNotHeard(t *testing.T) {
	t.Parallel()
	s := &source{fresh: &api.Freshness{}}
	h, cache := cached(0, s.handle)
	var hears atomic.Bool
	hears.Store(true)
	cache.While(hears.Load)
	for _, of := range []struct {
		hears bool
		reads int64
	}{{true, 1}, {true, 1}, {false, 2}, {false, 3}, {true, 3}} {
		hears.Store(of.hears)
		ask(h, "GET", "/api/v9/things/1/x", "")
		wantReads(t, s, of.reads)
	}
}

func TestInvalidate(t *testing.T) {
	t.Parallel()
	s := &source{fresh: &api.Freshness{Tags: []api.Tag{{1}, {2}}}}
	h, cache := cached(0, s.handle)
	for i, tag := range []api.Tag{{1}, {2}} {
		s.value.Add(1)
		cache.Invalidate(api.Tag{3}, tag)
		for range 2 {
			if got := data(t, ask(h, "GET", "/api/v9/things/1/x", ""))["value"]; got != float64(i+1) {
				t.Errorf("got value %v, want %d", got, i+1)
			}
		}
		wantReads(t, s, int64(i+1))
	}
	survived := 0
	for i := range 4 { // tags may share a slot, but not all of them
		before := s.reads.Load()
		cache.Invalidate(api.Tag{9, byte(i)})
		ask(h, "GET", "/api/v9/things/1/x", "")
		if s.reads.Load() == before {
			survived++
		}
	}
	if survived == 0 {
		t.Error("got every answer dropped by tags that it does not show")
	}
	(*api.Cache)(nil).Invalidate(api.Tag{1})
}

func TestUntil(t *testing.T) {
	t.Parallel()
	c := testclock.At(time.Unix(1e9, 0))
	s := &source{fresh: &api.Freshness{Until: c.Now().Add(time.Minute)}}
	h := api.New(testWire(), []route{{Method: "GET", Pattern: "/x", Shared: true, Handle: s.handle}}, api.Settings{Cache: api.NewCache(0), Now: c.Now})
	for _, want := range []int64{1, 1, 2, 3} {
		ask(h, "GET", "/api/v9/x", "")
		wantReads(t, s, want)
		if want == 1 {
			c.Advance(30 * time.Second)
		}
	}
}

func TestWhatIsNotKept(t *testing.T) {
	t.Parallel()
	for name, handle := range map[string]api.Handler[caller]{
		"no freshness": func(context.Context, *call) (api.Reply, error) { return api.Reply{}, nil },
		"another 2xx": func(context.Context, *call) (api.Reply, error) {
			return api.Reply{Status: 203, Fresh: &api.Freshness{}}, nil
		},
		"fault":     fails(fault.New(fault.NotFound, "None.")),
		"too large": fresh(strings.Repeat("x", 5000)),
	} {
		reads := 0
		h, cache := cached(16*4096, func(ctx context.Context, c *call) (api.Reply, error) { reads++; return handle(ctx, c) })
		ask(h, "GET", "/api/v9/things/1/x", "")
		ask(h, "GET", "/api/v9/things/1/x", "")
		if hits, misses := cache.Stats(); reads != 2 || hits != 0 || misses != 2 {
			t.Errorf("%s: got %d reads, %d hits, %d misses, want 2, 0, 2", name, reads, hits, misses)
		}
	}
}

func TestCacheIsBoundedAndKeepsWhatIsUsed(t *testing.T) {
	t.Parallel()
	const budget, size, keys = 1 << 20, 4000, 1000
	s := &source{}
	h, _ := cached(budget, func(ctx context.Context, c *call) (api.Reply, error) {
		_, _ = s.handle(ctx, c)
		return api.Reply{Body: strings.Repeat("x", size), Fresh: &api.Freshness{}}, nil
	})
	for i := range keys {
		ask(h, "GET", "/api/v9/things/1/"+strconv.Itoa(i), "")
		ask(h, "GET", "/api/v9/things/1/hot", "")
	}
	wantReads(t, s, keys+1)
	for i := range keys {
		ask(h, "GET", "/api/v9/things/1/"+strconv.Itoa(i), "")
	}
	if kept := 2*keys + 1 - s.reads.Load(); kept > budget/size {
		t.Errorf("got %d answers of %d bytes kept, want at most %d", kept, size, budget/size)
	}
}

func TestMissesAreCollapsed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s, gate := &source{fresh: &api.Freshness{}}, make(chan struct{})
		h, _ := cached(0, func(ctx context.Context, c *call) (api.Reply, error) {
			<-gate
			if ctx.Err() != nil {
				return api.Reply{}, ctx.Err()
			}
			return s.handle(ctx, c)
		})
		leader, leave := context.WithCancel(t.Context())
		go h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(leader, "GET", "/api/v9/things/1/x", nil))
		synctest.Wait()
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() { wantStatus(t, ask(h, "GET", "/api/v9/things/1/x", ""), 200) })
		}
		synctest.Wait()
		leave() // the others still want the answer
		close(gate)
		wg.Wait()
		wantReads(t, s, 1)
	})
}

func TestWaitingCallerMayLeave(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		h, _ := cached(0, func(context.Context, *call) (api.Reply, error) { <-gate; return api.Reply{}, nil })
		go ask(h, "GET", "/api/v9/things/1/x", "")
		synctest.Wait()
		ctx, leave := context.WithCancel(t.Context())
		left := make(chan struct{})
		go func() {
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, "GET", "/api/v9/things/1/x", nil))
			close(left)
		}()
		synctest.Wait()
		leave()
		<-left
		close(gate)
	})
}

func TestRequestAfterInvalidationDoesNotGetAnOlderRead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		tag := api.Tag{1}
		var value atomic.Int64
		read, gate := make(chan struct{}, 2), make(chan struct{})
		h, cache := cached(0, func(context.Context, *call) (api.Reply, error) {
			seen := value.Load()
			read <- struct{}{}
			<-gate
			return api.Reply{Body: map[string]int64{"value": seen}, Fresh: &api.Freshness{Tags: []api.Tag{tag}}}, nil
		})
		var wg sync.WaitGroup
		wg.Go(func() {
			if got := data(t, ask(h, "GET", "/api/v9/things/1/x", ""))["value"]; got != 0.0 {
				t.Errorf("first: got %v, want 0", got)
			}
		})
		<-read
		value.Store(1)
		cache.Invalidate(tag)
		for range 3 {
			wg.Go(func() {
				if got := data(t, ask(h, "GET", "/api/v9/things/1/x", ""))["value"]; got != 1.0 {
					t.Errorf("after the invalidation: got %v, want 1", got)
				}
			})
		}
		synctest.Wait()
		close(gate)
		wg.Wait()
		if got := data(t, ask(h, "GET", "/api/v9/things/1/x", ""))["value"]; got != 1.0 {
			t.Errorf("kept: got %v, want 1", got)
		}
	})
}

func TestPanicInASharedReadFreesThoseWhoWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		gate := make(chan struct{})
		var calls atomic.Int64
		h, _ := cached(0, func(context.Context, *call) (api.Reply, error) {
			if calls.Add(1) == 1 {
				<-gate
				panic("first")
			}
			return api.Reply{}, nil
		})
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() { wantStatus(t, ask(h, "GET", "/api/v9/things/1/x", ""), 500) })
		}
		synctest.Wait()
		close(gate)
		wg.Wait()
		wantStatus(t, ask(h, "GET", "/api/v9/things/1/x", ""), 200)
	})
}

// TestNoStaleReads is the model: numbers that only grow. Whoever was told of a number by a
// writer that has invalidated must never read a smaller one.
func TestNoStaleReads(t *testing.T) {
	t.Parallel()
	const things, rounds = 4, 2000
	var values, told [things]atomic.Int64
	h, cache := cached(1<<16, func(_ context.Context, c *call) (api.Reply, error) {
		i, _ := strconv.Atoi(c.Path("id"))
		return api.Reply{
			Body:  map[string]int64{"value": values[i].Load()},
			Fresh: &api.Freshness{Tags: []api.Tag{{byte(i)}}},
		}, nil
	})
	var wg sync.WaitGroup
	for w := range 2 {
		wg.Go(func() {
			for n := range rounds {
				i := (n + w) % things
				v := values[i].Add(1)
				cache.Invalidate(api.Tag{byte(i)})
				for old := told[i].Load(); old < v && !told[i].CompareAndSwap(old, v); old = told[i].Load() {
				}
			}
		})
	}
	for range 4 {
		wg.Go(func() {
			for n := range rounds {
				i := n % things
				floor := told[i].Load()
				got := data(t, ask(h, "GET", fmt.Sprintf("/api/v9/things/%d/x", i), ""))["value"]
				if got.(float64) < float64(floor) {
					t.Errorf("thing %d: got %v, want at least %d", i, got, floor)
				}
			}
		})
	}
	wg.Wait()
}
