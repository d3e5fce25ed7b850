package client_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/client"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/must"
)

// feed is a server that gives each connection to the feed one of the answers, in order, and notes what it was asked.
type feed struct {
	*client.Client
	asked []string
	// facts are those that each connection asked for.
	facts []string
}

// newFeed makes a feed. An answer that is a number refuses the connection with that status.
func newFeed(t *testing.T, answers ...string) *feed {
	t.Helper()
	f := &feed{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := answers[min(len(f.asked), len(answers)-1)]
		f.facts = append(f.facts, r.URL.Query().Get("facts"))
		f.asked = append(f.asked, r.URL.Query().Get("after")+" "+r.Header.Get("Authorization"))
		if !strings.Contains(answer, "\n") {
			var status int
			_, _ = fmt.Sscan(answer, &status)
			w.WriteHeader(status)
			answer = `{"error":{"message":"No."}}`
		}
		_, _ = w.Write([]byte(answer))
	}))
	t.Cleanup(server.Close)
	f.Client = must.Get(client.New(server.URL, client.Token("secret", "token.txt")))(t)
	return f
}

// event is one event of a feed.
func event(kind, cursor string) string {
	return fmt.Sprintf("id: %s\nevent: %s\ndata: {\"type\":%q,\"cursor\":%q}\n\n", cursor, kind, kind, cursor)
}

var (
	errEnough = errors.New("enough")
	// errEndless ends a following that asks again and again, where it would do so for ever.
	errEndless = errors.New("the feed is asked for without an end")
)

// mostWaits is how often a following may ask again.
const mostWaits = 20

// follow follows until the last of the wanted messages, and compares what came and how long was waited.
func (f *feed) follow(t *testing.T, want string) (waits []time.Duration, err error) {
	t.Helper()
	var got []string
	err = f.Follow(t.Context(), client.Following{
		Facts: []string{"a"},
		Each: func(m client.Message) error {
			got = append(got, m.Type+" "+m.Cursor)
			if len(got) > strings.Count(want, ", ") {
				return errEnough
			}
			return nil
		},
		Wait: func(_ context.Context, d time.Duration) error {
			if waits = append(waits, d); len(waits) > mostWaits {
				return errEndless
			}
			return nil
		},
	})
	if text := strings.Join(got, ", "); text != want {
		t.Errorf("got %s, want %s", text, want)
	}
	return waits, err
}

// TestTheFeedIsResumed breaks the connection in every way.
func TestTheFeedIsResumed(t *testing.T) {
	t.Parallel()
	f := newFeed(t,
		"retry: 700\n\n"+event("state", "e.1")+": still here\n\n"+event("x", "e.2")+"id: e.3\nevent: x\ndata: {\"type\":\"x\",\"cu",
		"503", "429",
		"retry: 999999999\n\n"+event("state", "e.2")+event("x", "e.3")+"event: goodbye\ndata: {\"type\":\"goodbye\"}\n\n",
		event("reset", "f.9")+event("x", "f.10"),
	)
	waits, err := f.follow(t, "state e.1, x e.2, x e.3, reset f.9, x f.10")
	if !errors.Is(err, errEnough) {
		t.Errorf("got %v, want the error of who follows", err)
	}
	if got, want := strings.Join(f.asked, ", "), " Bearer secret, e.2 Bearer secret, e.2 Bearer secret, e.2 Bearer secret, e.3 Bearer secret"; got != want {
		t.Errorf("got asked %s, want %s", got, want)
	}
	if len(waits) != 4 || waits[0] < 700*time.Millisecond || waits[3] != client.LongestPause {
		t.Errorf("got waits of %s, want what the server asks for, within bounds", waits)
	}
}

// gone is the message that facts may not be seen any more.
func gone(ids ...string) string {
	return fmt.Sprintf("event: gone\ndata: {\"type\":\"gone\",\"fact_ids\":[\"%s\"]}\n\n", strings.Join(ids, `","`))
}

// TestTheOthersGoOn follows two facts, one of which is hidden: it is not asked for again.
func TestTheOthersGoOn(t *testing.T) {
	t.Parallel()
	f := newFeed(t, event("state", "e.1")+gone("b")+event("x", "e.2"), event("state", "e.2")+gone("a", "c"))
	var hidden, messages []string
	err := f.Follow(t.Context(), client.Following{
		Facts: []string{"a", "b", "c"}, Gone: func(ids []string) { hidden = append(hidden, ids...) },
		Each: func(m client.Message) error {
			messages = append(messages, m.Cursor)
			return nil
		},
		Wait: func(context.Context, time.Duration) error { return nil },
	})
	if got := strings.Join(append(messages, hidden...), " "); !fault.Is(err, fault.NotFound) || got != "e.1 e.2 b" {
		t.Errorf("got %s, %v; want both events, then that b is gone, and the end when none is left", got, err)
	}
	if got := strings.Join(f.facts, " "); got != "a,b,c a,c" {
		t.Errorf("got asked for %s, want a,b,c, and then only what is left", got)
	}
}

// TestAGoodbyeIsNoFailure makes a connection again that the server has ended for a while, without a word; one that broke is reported.
func TestAGoodbyeIsNoFailure(t *testing.T) {
	t.Parallel()
	f := newFeed(t, event("state", "e.1")+"event: goodbye\ndata: {\"type\":\"goodbye\",\"reason\":\"age\"}\n\n", event("state", "e.1")+": still here\n\n", event("x", "e.2"))
	var broken []error
	err := f.Follow(t.Context(), client.Following{
		Facts: []string{"a"}, Broken: func(err error) { broken = append(broken, err) },
		Each: func(m client.Message) error {
			if m.Type == "x" {
				return errEnough
			}
			return nil
		},
		Wait: func(context.Context, time.Duration) error { return nil },
	})
	if !errors.Is(err, errEnough) || len(f.asked) != 3 || len(broken) != 1 {
		t.Errorf("got %v after %d connections, and reports %v; want one report, of the second connection", err, len(f.asked), broken)
	}
}

// TestIdleIsWhenEverythingWasSent does not end a following while the server still reads.
func TestIdleIsWhenEverythingWasSent(t *testing.T) {
	t.Parallel()
	f := newFeed(t, ": still here\n\n"+event("state", "e.1")+": still reading\n\n"+event("x", "e.2")+": still here\n\n"+event("x", "e.3"))
	var got []string
	err := f.Follow(t.Context(), client.Following{
		Facts: []string{"a"}, Idle: func() error { return errEnough },
		Each: func(m client.Message) error {
			got = append(got, m.Cursor)
			return nil
		},
	})
	if text := strings.Join(got, ", "); !errors.Is(err, errEnough) || text != "e.1, e.2" {
		t.Errorf("got %s, %v, want what was sent up to now", text, err)
	}
}

// TestRefusalsThatStayEndTheFollowing does not ask for ever.
func TestRefusalsThatStayEndTheFollowing(t *testing.T) {
	t.Parallel()
	for answer, want := range map[string]fault.Kind{
		"401": fault.Unauthenticated, "403": fault.Forbidden, "404": fault.NotFound, "422": fault.Invalid,
		event("state", "e.1") + gone("a"): fault.NotFound,
	} {
		f := newFeed(t, answer)
		err := f.Follow(t.Context(), client.Following{Facts: []string{"a"}, Each: func(client.Message) error { return nil }})
		if !fault.Is(err, want) || len(f.asked) != 1 {
			t.Errorf("%q: got %v after %d requests, want %s after one", answer, err, len(f.asked), want)
		}
	}
}

func TestPausesGrowAndDiffer(t *testing.T) {
	t.Parallel()
	for failures := range 100 {
		longest := min(client.FirstPause<<min(failures, 20), client.LongestPause)
		seen := map[time.Duration]bool{}
		for range 20 {
			got := client.Pause(failures)
			if got < longest/2 || got > longest {
				t.Fatalf("%d failures: got %s, want from %s to %s", failures, got, longest/2, longest)
			}
			seen[got] = true
		}
		if len(seen) < 10 {
			t.Errorf("%d failures: got %d different waits of 20, want them spread", failures, len(seen))
		}
	}
}

// TestTokensStayWithTheirServer refuses to send one elsewhere.
func TestTokensStayWithTheirServer(t *testing.T) {
	t.Parallel()
	var stolen string
	thief := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { stolen = r.Header.Get("Authorization") }))
	t.Cleanup(thief.Close)
	server := httptest.NewServer(http.RedirectHandler(thief.URL, http.StatusTemporaryRedirect))
	t.Cleanup(server.Close)
	c := must.Get(client.New(server.URL, client.Token("secret", "token.txt")))(t)
	if err := c.Get(t.Context(), "/", &struct{}{}); !fault.Is(err, fault.Conflict) || stolen != "" {
		t.Errorf("got %v and %q at the other server, want a refusal that names it", err, stolen)
	}
	for _, address := range []string{
		"http://almoner.example", "http://127.0.0.1.example", "ftp://almoner.example", "almoner.example", "https://me@almoner.example",
		"https://almoner.example/path", "https://almoner.example?x=1", "",
	} {
		if _, err := client.New(address, nil); !fault.Is(err, fault.Malformed) {
			t.Errorf("%s: got %v, want it refused", address, err)
		}
	}
	for _, address := range []string{"https://almoner.example/", "http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost"} {
		must.Get(client.New(address, nil))(t)
	}
}
