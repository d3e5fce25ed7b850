package authority_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testpg"
)

func TestMain(m *testing.M) { testpg.Main(m) }

// answersAlone reports whether a route needs no database: files, documents, a form with nothing in it, what says how the node is, and a plain request to a socket. Texts for
// chats never say by their status what is wrong, because bots write error pages into the chat.
func answersAlone(method, pattern string) bool {
	return method == http.MethodGet && pattern == "/account/password/forgot" || strings.HasPrefix(pattern, "/assets/") || strings.HasPrefix(pattern, "/text/") || strings.HasPrefix(pattern, "/docs/") || slices.Contains([]string{
		"/healthz", "/metrics", "/robots.txt", "/favicon.ico", "/.well-known/security.txt", "/.well-known/oauth-authorization-server", "/account", "/account/style.css", "/pay/sandbox/style.css", "/gifts", "/socket/websocket", "/live/schema.json", live.ClientPath,
	}, pattern)
}

// TestEveryRouteWhileTheDatabaseIsAway asks every route, as a caller who may, while PostgreSQL is stopped.
func TestEveryRouteWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	database := testpg.Own(t)
	w := newLosing(t, database.URL, database.URL)
	database.Stop(t)
	w.wantUnavailable(t)
	database.Restart(t)
	w.wantBack(t)
}

// TestEveryRouteWhileTheDatabaseIsFrozen stops the processes of PostgreSQL as they stand, so that it takes everything and answers nothing.
func TestEveryRouteWhileTheDatabaseIsFrozen(t *testing.T) {
	t.Parallel()
	database := testpg.Own(t)
	w := newLosing(t, database.URL, database.URL)
	defer database.Thaw(t) // a node that is held does not close
	database.Freeze(t)
	w.wantUnavailable(t)
	database.Thaw(t)
	w.wantBack(t)
}

// TestEveryRouteWhileAnswersOfTheDatabaseAreLost has a proxy in between that keeps them.
func TestEveryRouteWhileAnswersOfTheDatabaseAreLost(t *testing.T) {
	t.Parallel()
	database := testpg.Start(t)
	proxy := testpg.Through(t, database)
	w := newLosing(t, database, proxy.URL)
	defer proxy.Release() // a node that is held does not close
	proxy.Hold()
	w.wantUnavailable(t)
	proxy.Release()
	w.wantBack(t)
}

// losing is a world whose database is about to be lost, with a node that remembers nothing yet.
type losing struct {
	*world
	node *server.Node
	// asked is a request to each route, of one who may.
	asked []sent
	// inTurn is set where one is asked after the other, so that the node opens no further connections.
	inTurn bool
	log    *bytes.Buffer
}

const (
	// answerTime is how long the node of such a world waits for a query.
	answerTime = time.Second
	// heldTime is how long all answers may take on a busy machine. A request that is held takes as long as the outage.
	heldTime = 3 * time.Minute
)

// newLosing makes the world in a database, and a node that finds the database at another URL.
func newLosing(t *testing.T, database, found string) *losing {
	t.Helper()
	l := &losing{world: &world{testcallers.New(t, testcallers.Options{Database: database})}, log: new(bytes.Buffer)}
	l.asked = l.allRequests(t)
	must.Do(t, l.Stop())
	settings := testcallers.NodeSettings(found, slog.New(slog.NewTextHandler(l.log, nil)))
	settings.AnswerTime, settings.ShutdownTimeout = answerTime, answerTime
	l.node = must.Get(server.Open(t.Context(), settings))(t)
	t.Cleanup(func() { must.Do(t, l.node.Close()) })
	l.Handler = l.node.Handler()
	return l
}

// wantUnavailable asks every route while the database is away.
func (l *losing) wantUnavailable(t *testing.T) {
	t.Helper()
	l.askAll(t, func(one sent, got *httptest.ResponseRecorder) {
		switch {
		case !answersAlone(one.Method, one.Pattern):
			one.wantUnavailable(t, got)
		case got.Code >= http.StatusInternalServerError:
			t.Errorf("%s: got %d, want an answer without the database", one, got.Code)
		}
	})
	if lines := bytes.Count(l.log.Bytes(), []byte("\n")); lines > mostLines {
		t.Errorf("got %d lines of log for %d requests, want at most %d:\n%.3000s", lines, len(l.asked), mostLines, l.log)
	}
}

// askAll asks every route, and looks at the answers.
func (l *losing) askAll(t *testing.T, look func(sent, *httptest.ResponseRecorder)) {
	t.Helper()
	var asking sync.WaitGroup
	for _, one := range l.asked {
		asking.Go(func() { look(one, l.Serve(one.request)) })
		if l.inTurn {
			asking.Wait()
		}
	}
	answered := make(chan struct{})
	go func() {
		asking.Wait()
		close(answered)
	}()
	select {
	case <-answered:
	case <-time.After(heldTime):
		t.Fatal("got requests that are held, want an answer to each")
	}
}

// wantUnavailable wants the answer to be 503 in the shape of its place, with when to come back and the id of the request.
func (one sent) wantUnavailable(t *testing.T, got *httptest.ResponseRecorder) {
	t.Helper()
	if got.Code != http.StatusServiceUnavailable || got.Header().Get("Retry-After") != "5" || got.Header().Get(api.RequestIDHeader) == "" {
		t.Errorf("%s as %s: got %d with Retry-After %q and the id %q: %.200s, want 503 with both", one, one.caller, got.Code,
			got.Header().Get("Retry-After"), got.Header().Get(api.RequestIDHeader), got.Body)
		return
	}
	is := func(message string) bool {
		return strings.Contains(got.Body.String(), shapeOf(one.Pattern, message, got))
	}
	if !is(readFails) && !is(writeFails) {
		t.Errorf("%s: got %.300s, want the shape of its place: %s", one, got.Body, shapeOf(one.Pattern, readFails, got))
	}
}

// wantBack wants the node to work again without a restart.
func (l *losing) wantBack(t *testing.T) {
	t.Helper()
	late := time.Now().Add(heldTime) // a busy machine may need more than answerTime for a query
	for _, path := range []string{"/readyz", "/", testcallers.CampaignPage} {
		ask := func() *httptest.ResponseRecorder {
			return l.Serve(httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, nil))
		}
		got := ask()
		for got.Code != http.StatusOK && time.Now().Before(late) {
			got = ask()
		}
		if got.Code != http.StatusOK {
			t.Errorf("%s after the outage: got %d %.300s, want 200", path, got.Code, got.Body)
		}
	}
}

// mostLines is how many lines the log may have of an outage of less than a minute: some kinds.
const mostLines = 20

// readFails is what a read says that the database does not answer, and writeFails a write.
const (
	readFails  = "The database does not answer; try again in a moment."
	writeFails = "The database cannot take this now; try again in a moment."
)

// shapeOf is what the body of an error with a message has at a place.
func shapeOf(pattern, message string, got *httptest.ResponseRecorder) string {
	id := got.Header().Get(api.RequestIDHeader)
	switch {
	case strings.HasPrefix(pattern, "/api/v3/"):
		return `{"meta":{"status":503},"error":{"title":"Internal Server Error","detail":"` + message + ` If you report it, please quote the request id ` + id
	case strings.HasPrefix(pattern, "/api/"):
		return `{"error":{"status":503,"message":"Service Unavailable","fields":null}}`
	case strings.HasPrefix(pattern, "/overlay/"):
		return `data-socket=""` // it may be on a stream, so it shows nothing
	case strings.HasPrefix(pattern, "/live/"):
		return `{"error":{"type":"error","status":503,"message":"` + message + `"}}`
	case strings.HasPrefix(pattern, "/oauth/") && pattern != testcallers.AuthorizePage:
		return `{"error":"temporarily_unavailable","error_description":"` + message + `"}`
	case pattern == "/pay/sandbox/donations":
		return `{"error":{"message":"` + message + ` If you report it, please quote the request id ` + id
	case pattern == "/readyz" && message == writeFails:
		return "writes fail\n" // whether a write was refused before it was asked
	case pattern == "/readyz":
		return "the database does not answer\n"
	default:
		return "please quote the request id " + id
	}
}

// sent is a request of one who may.
type sent struct {
	api.Endpoint
	caller  string
	request *http.Request
}

// allRequests are requests to all routes that somebody may call, made while the pages with their forms can be read.
func (w *world) allRequests(t *testing.T) []sent {
	t.Helper()
	may := readTable(t)
	var all []sent
	for _, r := range w.Routes() {
		callers := set(classes[may[r.String()]])
		if len(callers) == 0 {
			continue
		}
		caller := callers[0]
		if slices.Contains(callers, "owner") {
			caller = "owner"
		}
		all = append(all, sent{r, caller, w.Request(t, caller, r)})
	}
	return all
}
