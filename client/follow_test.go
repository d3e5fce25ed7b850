package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/client"
	"github.com/almoner/almoner/internal/must"
)

// feed is a server that gives each connection one of the answers, in order, and notes what it was asked.
type feed struct {
	*client.Client
	// socket says that it is followed over a WebSocket.
	socket bool
	// asked are the cursors and tokens of each connection, facts what it asked for.
	asked, facts []string
}

// stillReading and stillHere are comments of streams; goodbye and gone are messages.
const (
	stillReading = ": still reading"
	stillHere    = ": still here"
	goodbye      = `{"type":"goodbye","reason":"age"}`
)

// event is one message.
func event(kind, cursor string) string { return fmt.Sprintf(`{"type":%q,"cursor":%q}`, kind, cursor) }

// gone is the message that facts may not be seen any more.
func gone(ids ...string) string {
	return fmt.Sprintf(`{"type":"gone","fact_ids":["%s"]}`, strings.Join(ids, `","`))
}

// bothWays runs a test over server-sent events and over a WebSocket.
func bothWays(t *testing.T, run func(*testing.T, bool)) {
	t.Helper()
	for name, socket := range map[string]bool{"stream": false, "socket": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run(t, socket)
		})
	}
}

// newFeed makes a feed. An answer is a message in each of its lines, or a number: the status that refuses the connection. The last answer is for all
// connections after it.
func newFeed(t *testing.T, socket bool, answers ...string) *feed {
	t.Helper()
	f := &feed{socket: socket}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		answer := answers[min(len(f.asked), len(answers)-1)]
		if !strings.Contains(answer, "{") {
			var status int
			_, _ = fmt.Sscan(answer, &status)
			f.note(r, "refused", "")
			w.Header().Set("Retry-After", "7")
			w.WriteHeader(status)
			_, _ = w.Write([]byte(`{"error":{"message":"No."}}`))
			return
		}
		if socket {
			f.serveSocket(t, w, r, strings.Split(answer, "\n"))
			return
		}
		f.note(r, r.URL.Query().Get("after"), r.URL.Query().Get("facts"))
		for line := range strings.SplitSeq(answer, "\n") {
			if strings.HasPrefix(line, "{") {
				line = "event: any\ndata: " + line
			}
			_, _ = w.Write([]byte(line + "\n\n"))
		}
	}))
	t.Cleanup(server.Close)
	f.Client = client.New(server.URL, "secret")
	return f
}

func (f *feed) note(r *http.Request, after, facts string) {
	f.facts = append(f.facts, facts)
	f.asked = append(f.asked, strings.TrimSpace(after+" "+r.Header.Get("Authorization")))
}

func (f *feed) serveSocket(t *testing.T, w http.ResponseWriter, r *http.Request, lines []string) {
	t.Helper()
	ws, err := websocket.Accept(w, r, nil)
	if err != nil {
		t.Error(err)
		return
	}
	defer func() { _ = ws.CloseNow() }()
	_, frame, err := ws.Read(r.Context())
	if err != nil {
		t.Error(err)
		return
	}
	var command struct {
		Type, After string
		Facts       []string
	}
	if json.Unmarshal(frame, &command) != nil || command.Type != "subscribe" {
		t.Errorf("got the command %s, want to subscribe", frame)
	}
	f.note(r, command.After, strings.Join(command.Facts, ","))
	for _, line := range lines {
		if line = strings.TrimSpace(line); !strings.HasPrefix(line, "{") {
			line = `{"type":"heartbeat"}`
		}
		if ws.Write(r.Context(), websocket.MessageText, []byte(line)) != nil {
			return
		}
	}
}

func (f *feed) follow(ctx context.Context, following client.FollowOptions) iter.Seq2[client.Message, error] {
	if f.socket {
		return f.FollowWebSocket(ctx, following)
	}
	return f.Follow(ctx, following)
}

// errEndless ends a following that asks again and again, where it would do so for ever.
var errEndless = errors.New("it asks without an end")

// mostWaits is how often a following may ask again.
const mostWaits = 20

// noting notes how long is waited, and does not wait.
func noting(waits *[]time.Duration) func(context.Context, time.Duration) error {
	return func(_ context.Context, d time.Duration) error {
		if *waits = append(*waits, d); len(*waits) > mostWaits {
			return errEndless
		}
		return nil
	}
}

// TestItGoesOnWhereItWas breaks the connection in every way.
func TestItGoesOnWhereItWas(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, socket bool) {
		f := newFeed(t, socket,
			`{"type":"state","cursor":"e.1","retry_ms":700}`+"\n"+stillHere+"\n"+event("x.y", "e.2")+"\n"+`{"type":"x.y","cu`,
			"503", "429",
			`{"type":"state","cursor":"e.2","retry_ms":999999999}`+"\n"+event("x.y", "e.3")+"\n"+event("newkind", "e.9")+"\n"+goodbye,
			event("reset", "f.9")+"\n"+event("x.y", "f.10"),
		)
		var waits []time.Duration
		var got []string
		for m, err := range f.follow(t.Context(), client.FollowOptions{Facts: []string{"a"}, Sleep: noting(&waits)}) {
			must.Do(t, err)
			if got = append(got, m.Type+" "+m.Cursor); m.Cursor == "f.10" {
				break
			}
		}
		if text, want := strings.Join(got, ", "), "state e.1, x.y e.2, x.y e.3, reset f.9, x.y f.10"; text != want {
			t.Errorf("got %s, want %s", text, want)
		}
		if text, want := strings.Join(f.asked, ", "), "Bearer secret, refused Bearer secret, refused Bearer secret, e.2 Bearer secret, e.3 Bearer secret"; text != want {
			t.Errorf("got asked %s, want %s", text, want)
		}
		if len(waits) != 4 || waits[0] < 700*time.Millisecond || waits[1] < 7*time.Second || waits[3] != client.LongestPause {
			t.Errorf("got waits of %s, want what the server asks for, within bounds", waits)
		}
	})
}

// TestRetryOfStreams takes the hint that streams have in a line of their own.
func TestRetryOfStreams(t *testing.T) {
	t.Parallel()
	f := newFeed(t, false, "retry: 9000\n"+event("state", "e.1"), event("x.y", "e.2"))
	var waits []time.Duration
	for m, err := range f.Follow(t.Context(), client.FollowOptions{Facts: []string{"a"}, Sleep: noting(&waits)}) {
		if must.Do(t, err); m.Type == "x.y" {
			break
		}
	}
	if len(waits) != 1 || waits[0] != 9*time.Second {
		t.Errorf("got waits of %s, want nine seconds", waits)
	}
}

// memory is a store of cursors in memory.
type memory struct {
	kept  string
	saved []string
	err   error
}

func (p *memory) Load() (string, error) { return p.kept, p.err }

func (p *memory) Save(text string) error {
	p.kept, p.saved = text, append(p.saved, text)
	return p.err
}

// TestTheCursorIsAfterWhatTheLoopHasDealtWith stops in the middle of a message, which comes again when the program starts again, and no other.
func TestTheCursorIsAfterWhatTheLoopHasDealtWith(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, socket bool) {
		var kept memory
		f := newFeed(t, socket, event("state", "e.1")+"\n"+event("x.y", "e.2")+"\n"+event("x.y", "e.3"))
		for m, err := range f.follow(t.Context(), client.FollowOptions{Facts: []string{"a"}, Store: &kept}) {
			if must.Do(t, err); m.Cursor == "e.3" {
				break
			}
		}
		if got := strings.Join(kept.saved, " "); got != "e.1 e.2" {
			t.Errorf("got the cursors %s, want those of what was dealt with", got)
		}
		for _, err := range f.follow(t.Context(), client.FollowOptions{Facts: []string{"a"}, After: "older", Store: &kept}) {
			must.Do(t, err)
			break
		}
		if got := strings.Join(f.asked, ", "); got != "Bearer secret, e.2 Bearer secret" {
			t.Errorf("got asked %s, want to go on at the cursor", got)
		}
		broken := &memory{err: errors.New("the disk is full")}
		for _, err := range f.follow(t.Context(), client.FollowOptions{Facts: []string{"a"}, Store: broken}) {
			if !errors.Is(err, broken.err) {
				t.Errorf("got %v, want that of the store", err)
			}
		}
	})
}

// TestFactsAreFollowedByTheirIDs names a fact by its slug once: by its id the server says later that it is gone.
// TestMessagesAreBounded sends a message of exactly as many bytes as one may have, and one of one more: in one piece, and as a stream of server-sent events in
// many lines. What is not too long is read, and is not Almoner's.
func TestMessagesAreBounded(t *testing.T) {
	t.Parallel()
	long := func(length int) string { return strings.Repeat("x", length) }
	inLines := func(message string) string {
		var lines []string
		for piece := range slices.Chunk([]byte(message), 1<<20) {
			lines = append(lines, string(piece))
		}
		return strings.Join(lines, "\ndata: ")
	}
	for name, c := range map[string]struct {
		socket bool
		answer string
		long   bool
	}{
		"one line":           {false, long(client.MaxMessage), false},
		"one line too long":  {false, long(client.MaxMessage + 1), true},
		"many lines":         {false, inLines(long(client.MaxMessage)), false},
		"many lines, longer": {false, inLines(long(client.MaxMessage + 1)), true},
		"socket":             {true, long(client.MaxMessage), false},
		"socket, too long":   {true, long(client.MaxMessage + 1), true},
	} {
		t.Run(name, func(t *testing.T) {
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !c.socket {
					_, _ = io.WriteString(w, "data: "+c.answer+"\n\n")
					return
				}
				ws, err := websocket.Accept(w, r, nil)
				if err != nil {
					t.Error(err)
					return
				}
				defer func() { _ = ws.CloseNow() }()
				_ = ws.Write(r.Context(), websocket.MessageText, []byte(c.answer))
				_, _, _ = ws.Read(r.Context())
				_, _, _ = ws.Read(r.Context())
			}))
			defer server.Close()
			follow := client.New(server.URL, "").Follow
			if c.socket {
				follow = client.New(server.URL, "").FollowWebSocket
			}
			var broken, ended error
			options := client.FollowOptions{
				Facts: []string{"a"}, OnError: func(err error) { broken = err }, Sleep: func(context.Context, time.Duration) error { return errEnough },
			}
			for _, ended = range follow(t.Context(), options) {
				break
			}
			if tooLong := errors.Is(ended, client.ErrMessageTooLong); tooLong != c.long || tooLong == (broken != nil) {
				t.Errorf("got %v, and %v before, want that it is too long: %v", ended, broken, c.long)
			}
		})
	}
}

func TestFactsAreFollowedByTheirIDs(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, socket bool) {
		state := `{"type":"state","cursor":"e.1","facts":[{"fact":{"id":"1"}},{"fact":{"id":"2"}}]}`
		f := newFeed(t, socket, state, state+"\n"+gone("1", "2"))
		var waits []time.Duration
		for _, err := range f.follow(t.Context(), client.FollowOptions{Facts: []string{"@ada/run", "+t/run"}, Sleep: noting(&waits)}) {
			if err != nil && !errors.Is(err, client.ErrGone) {
				t.Errorf("got %v, want %v", err, client.ErrGone)
			}
		}
		if got := strings.Join(f.facts, " "); got != "@ada/run,+t/run 1,2" {
			t.Errorf("got asked for %s, want the ids the second time", got)
		}
	})
}

// TestTheOthersGoOn follows three facts, of which one is hidden: it is not asked for again.
func TestTheOthersGoOn(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, socket bool) {
		f := newFeed(t, socket, event("state", "e.1")+"\n"+gone("b")+"\n"+event("x.y", "e.2"), event("state", "e.2")+"\n"+gone("a", "c"))
		var got []string
		var last error
		var waits []time.Duration
		for m, err := range f.follow(t.Context(), client.FollowOptions{Facts: []string{"a", "b", "c"}, Sleep: noting(&waits)}) {
			if last = err; err == nil {
				got = append(got, m.Type+m.Cursor+strings.Join(m.FactIDs, ","))
			}
		}
		if !errors.Is(last, client.ErrGone) || !slices.Equal(got, []string{"statee.1", "goneb", "x.ye.2"}) {
			t.Errorf("got %s, %v; want the events, that b is gone, and the end when none is left", got, last)
		}
		if got := strings.Join(f.facts, " "); got != "a,b,c a,c" {
			t.Errorf("got asked for %s, want a,b,c, and then only what is left", got)
		}
	})
}

// TestAGoodbyeIsNoFailure makes a connection again that the server has ended for a while, without a word; one that broke is reported.
func TestAGoodbyeIsNoFailure(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, socket bool) {
		f := newFeed(t, socket, event("state", "e.1")+"\n"+goodbye, event("state", "e.1")+"\n"+stillHere, event("x.y", "e.2"))
		var broken []error
		var waits []time.Duration
		following := client.FollowOptions{Facts: []string{"a"}, Sleep: noting(&waits), OnError: func(err error) { broken = append(broken, err) }}
		for m, err := range f.follow(t.Context(), following) {
			if must.Do(t, err); m.Type == "x.y" {
				break
			}
		}
		if len(f.asked) != 3 || len(broken) != 1 {
			t.Errorf("got reports %v of %d connections, want one report, of the second connection", broken, len(f.asked))
		}
	})
}

// TestAHistoryEndsWhenEverythingCame does not end while the server still reads.
func TestAHistoryEndsWhenEverythingCame(t *testing.T) {
	t.Parallel()
	f := newFeed(t, false, stillHere+"\n"+event("state", "e.1")+"\n"+stillReading+"\n"+event("x.y", "e.2")+"\n"+stillHere+"\n"+event("x.y", "e.3"))
	var got []string
	for m, err := range f.History(t.Context(), client.FollowOptions{Facts: []string{"a"}}) {
		must.Do(t, err)
		got = append(got, m.Cursor)
	}
	if text := strings.Join(got, ", "); text != "e.1, e.2" {
		t.Errorf("got %s, want what was sent up to now", text)
	}
}

// TestRefusalsThatStayEndTheFollowing does not ask for ever.
func TestRefusalsThatStayEndTheFollowing(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, socket bool) {
		answers := map[string]int{"401": 401, "403": 403, "404": 404, "422": 422, "308": 308}
		if socket {
			answers[`{"type":"error","status":404,"message":"No\u0007 fact.","fields":{"facts":"is wrong"}}`] = 404
		}
		for answer, want := range answers {
			f := newFeed(t, socket, answer)
			var last error
			for _, err := range f.follow(t.Context(), client.FollowOptions{Facts: []string{"a"}}) {
				last = err
			}
			refused, is := errors.AsType[*client.Error](last)
			if !is || refused.Status != want || len(f.asked) != 1 {
				t.Errorf("%q: got %v after %d requests, want %d after one", answer, last, len(f.asked), want)
			}
			if strings.Contains(answer, "fields") && last.Error() != "the server answered 404: No  fact. [facts is wrong]" {
				t.Errorf("got %q, want it without control characters, with its fields", last)
			}
		}
	})
}

// TestTokensAreAskedForAgain goes on when a token cannot be renewed for now, and ends when it cannot be any more.
func TestTokensAreAskedForAgain(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, socket bool) {
		f := newFeed(t, socket, event("state", "e.1"))
		errs := []error{&url.Error{Op: "Post", Err: errEnough}, &client.Error{Status: 503}, nil, errEnough}
		f.Client = client.NewWithTokenSource(f.Server(), func(context.Context) (string, error) {
			err := errs[0]
			errs = errs[1:]
			return "fresh", err
		})
		var waits []time.Duration
		var last error
		for _, last = range f.follow(t.Context(), client.FollowOptions{Facts: []string{"a"}, Sleep: noting(&waits)}) {
			continue
		}
		if !errors.Is(last, errEnough) || len(errs) != 0 || !slices.Equal(f.asked, []string{"Bearer fresh"}) {
			t.Errorf("got %v after %s, want the last of the errors after one connection", last, f.asked)
		}
	})
}

// TestTheContextEndsIt ends with the cause of the context.
func TestTheContextEndsIt(t *testing.T) {
	t.Parallel()
	bothWays(t, func(t *testing.T, socket bool) {
		enough := errors.New("enough")
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		f := newFeed(t, socket, event("state", "e.1"))
		var last error
		for _, err := range f.follow(ctx, client.FollowOptions{Facts: []string{"a"}}) {
			last = err
			cancel(enough)
		}
		if !errors.Is(last, enough) {
			t.Errorf("got %v, want the cause", last)
		}
	})
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
	c := client.New(server.URL, "secret")
	following := client.FollowOptions{Facts: []string{"a"}}
	errs := []error{c.Call(t.Context(), http.MethodGet, "/", nil, &struct{}{})}
	for _, err := range c.Follow(t.Context(), following) {
		errs = append(errs, err)
	}
	for _, err := range c.FollowWebSocket(t.Context(), following) {
		errs = append(errs, err)
	}
	for _, err := range errs {
		if refused, is := errors.AsType[*client.Error](err); !is || refused.Location != thief.URL || stolen != "" {
			t.Errorf("got %v and %q at the other server, want a refusal that names it", err, stolen)
		}
	}
	if len(errs) != 3 {
		t.Errorf("got %d errors, want one of each", len(errs))
	}
	for _, address := range []string{
		"http://almoner.example", "http://127.0.0.1.example", "ftp://almoner.example", "almoner.example", "https://me@almoner.example",
		"https://almoner.example/path", "https://almoner.example?x=1", "",
	} {
		if _, err := client.New(address, "").FactID(t.Context(), "@ada/run"); err == nil || !strings.Contains(err.Error(), "https://") {
			t.Errorf("%s: got %v, want it refused", address, err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for _, address := range []string{"https://almoner.example/", "http://127.0.0.1:8080", "http://[::1]:8080", "http://localhost"} {
		if _, err := client.New(address, "").FactID(ctx, "@ada/run"); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: got %v, want it taken", address, err)
		}
	}
}
