package server_test

import (
	"bufio"
	"context"
	"io"
	"log/slog"
	"net"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testexample"
)

// serving is a node that serves at an address of this machine.
type serving struct {
	*server.Node
	url string
	// stop tells it to stop; served is how it ended.
	stop   context.CancelFunc
	served <-chan error
}

// serve starts a node that would wait a minute for requests to finish, with further settings. It ends with the test.
func serve(t *testing.T, further ...func(*server.Settings)) serving {
	t.Helper()
	settings := testcallers.NodeSettings(storetest.SQLite(t), slog.New(slog.DiscardHandler))
	for _, set := range further {
		set(&settings)
	}
	settings.BaseURL, settings.ShutdownTimeout = "http://127.0.0.1", time.Minute
	node := must.Get(server.Open(t.Context(), settings))(t)
	t.Cleanup(func() { must.Do(t, node.Close()) })
	listener := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	served := make(chan error, 1)
	ended := make(chan struct{})
	go func() {
		served <- node.Serve(ctx, listener)
		close(ended)
	}()
	t.Cleanup(func() {
		stop()
		<-ended
	})
	return serving{node, "http://" + listener.Addr().String(), stop, served}
}

// TestStoppingEndsLiveConnections stops a node that would wait a minute for requests to finish.
func TestStoppingEndsLiveConnections(t *testing.T) {
	t.Parallel()
	node := serve(t)
	ctx := t.Context()
	cause := must.Get(node.App().CreateCause(ctx, app.System(), fund.CausePatch{
		Name: fund.Some("Water"), Slug: fund.Some("water"), LegalName: fund.Some("Water e.V."), Currency: fund.Some("EUR"),
	}))(t)
	token := must.Get(node.App().CreateToken(ctx, app.System(), fund.Token{Kind: fund.TokenCause, CauseID: cause.ID, Scopes: []string{fund.ScopePublic}}))(t)
	request := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, node.url+"/live/water/events", nil))(t)
	request.Header.Set("Authorization", "Bearer "+token)
	response := must.Get(http.DefaultClient.Do(request))(t)
	defer func() { must.Do(t, response.Body.Close()) }()
	if response.StatusCode != http.StatusOK {
		t.Fatalf("got %d %s", response.StatusCode, must.Get(io.ReadAll(response.Body))(t))
	}
	lines := bufio.NewReader(response.Body)
	for line := ""; !strings.HasPrefix(line, "event: state"); {
		line = must.Get(lines.ReadString('\n'))(t)
	}
	node.stop()
	began := time.Now()
	rest := must.Get(io.ReadAll(lines))(t)
	if !strings.Contains(string(rest), "retry: ") || !strings.Contains(string(rest), `"reason":"stopping"`) {
		t.Errorf("got %s, want a goodbye with when to come back", rest)
	}
	must.Do(t, <-node.served)
	if took := time.Since(began); took > 45*time.Second {
		t.Errorf("stopping took %s", took)
	}
}

// TestMessagesOfANodeFitTheSchemaThatItServes reads a stream and a socket of a whole node while somebody donates, and until it stops.
func TestMessagesOfANodeFitTheSchemaThatItServes(t *testing.T) {
	t.Parallel()
	node := serve(t)
	ctx := t.Context()
	cause := must.Get(node.App().ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "EUR"}}))(t)
	get := func(path string) *http.Response {
		response := must.Get(http.DefaultClient.Do(must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, node.url+path, nil))(t)))(t)
		t.Cleanup(func() { must.Do(t, response.Body.Close()) })
		return response
	}
	schema := must.Get(testexample.ReadSchema(must.Get(io.ReadAll(get("/live/schema.json").Body))(t)))(t)
	lines := bufio.NewScanner(get("/live/water/events").Body)
	lines.Buffer(nil, 1<<20)
	streamed := func() (text string) {
		for data := false; !data && lines.Scan(); {
			text, data = strings.CutPrefix(lines.Text(), "data: ")
		}
		return text
	}
	socket, _, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(node.url, "http")+"/live/socket", nil)
	must.Do(t, err)
	defer func() { _ = socket.CloseNow() }()
	must.Do(t, socket.Write(t.Context(), websocket.MessageText, []byte(`{"type":"subscribe","facts":["water"]}`)))
	framed := func() string {
		_, frame, err := socket.Read(t.Context())
		must.Do(t, err)
		return string(frame)
	}
	until := func(next func() string, kind string) {
		for text := ""; !strings.HasPrefix(text, `{"type":"`+kind+`"`); {
			text = next()
			if err := schema.Fits([]byte(text)); err != nil {
				t.Fatalf("%v\n%s", err, text)
			}
		}
	}
	until(streamed, "state")
	until(framed, "subscribed")
	until(framed, "state")
	must.Get(node.App().Donate(ctx, app.System(), fund.DonationInput{Fact: fund.Key{ID: cause.ID}, Amount: "5", Name: "Ada"}))(t)
	until(streamed, "donation.completed")
	until(framed, "donation.completed")
	node.stop()
	until(streamed, "goodbye")
	until(framed, "goodbye")
	must.Do(t, <-node.served)
}

// TestLiveConnectionsFromAnAddressAreASetting opens one stream more than the settings allow.
func TestLiveConnectionsFromAnAddressAreASetting(t *testing.T) {
	t.Parallel()
	for _, one := range []struct {
		name   string
		limits config.Limits
		status int
		says   string
	}{
		{"at the limit of an address", config.Limits{LivePerAddress: 1}, http.StatusTooManyRequests, "There are 1 live connections from your address already"},
		{"at the limit of the node", config.Limits{LiveConnections: 1}, http.StatusServiceUnavailable, "too many live connections"},
		{"below both", config.Limits{LivePerAddress: 2, LiveConnections: 2}, http.StatusOK, "retry: "},
		{"without a limit", config.Limits{}, http.StatusOK, "retry: "},
	} {
		t.Run(one.name, func(t *testing.T) {
			t.Parallel()
			node := serve(t, func(s *server.Settings) { s.Limits = one.limits })
			must.Get(node.App().ImportCause(t.Context(), app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "EUR"}}))(t)
			open := func() (status int, begins string) {
				response := must.Get(http.DefaultClient.Do(must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, node.url+"/live/water/events", nil))(t)))(t)
				t.Cleanup(func() { must.Do(t, response.Body.Close()) })
				begins, _ = bufio.NewReader(response.Body).ReadString('\n') // errors have no end of a line
				return response.StatusCode, begins
			}
			if status, begins := open(); status != http.StatusOK {
				t.Fatalf("got %d %s for the first stream", status, begins)
			}
			if status, begins := open(); status != one.status || !strings.Contains(begins, one.says) {
				t.Errorf("got %d %q for the second stream, want %d with %q", status, begins, one.status, one.says)
			}
		})
	}
}

// TestTheLimitsOfLiveConnectionsAreThoseOfTheDocuments compares the defaults of the flags with those of the hub.
func TestTheLimitsOfLiveConnectionsAreThoseOfTheDocuments(t *testing.T) {
	t.Parallel()
	limits := reflect.TypeFor[config.Limits]()
	for name, want := range map[string]int{"LiveConnections": live.MaxConnections, "LivePerAddress": live.MaxPerAddress} {
		field, _ := limits.FieldByName(name)
		if got := field.Tag.Get("default"); got != strconv.Itoa(want) {
			t.Errorf("%s: got the default %s, want %d", name, got, want)
		}
	}
}
