package chaos_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/phoenix"
	"github.com/almoner/almoner/internal/testnode"
)

const (
	// levelWithin is how long everybody may take to be level with the ledger once nothing breaks any more.
	levelWithin = 2 * time.Minute
	// lookEvery is how often that is looked at.
	lookEvery = 50 * time.Millisecond
	// afterwards is how many donations come in after everybody was told that an older copy was restored.
	afterwards = 2 * rate
)

// run is one database, its nodes, and everybody who gives and listens.
type run struct {
	binary, folder string
	length         time.Duration
	db             database
	nodes          []*node
	credentials    demo.Credentials
	places         []demo.Address
	// token is an application's.
	token string
	// direct has donors reach the nodes without their proxies.
	direct bool
	// client is the donors', slow the readers'.
	client, slow *http.Client
	book         book
	// before is what the campaigns had raised when the first donation that is judged came in, in cents.
	before  map[string]int64
	readers []*reader
	hooks   *receiver
	// wire is between the nodes and the receiver of webhooks.
	wire *testnode.Proxy
	// said is what `almoner listen` prints.
	said journal

	kills, failovers int
	// kept is when a copy of the database was asked for.
	kept  time.Time
	began time.Time
}

func newRun(t *testing.T, binary string, length time.Duration, db database) *run {
	t.Helper()
	r := &run{binary: binary, folder: t.TempDir(), length: length, db: db, hooks: startReceiver(t)}
	if f, is := db.(*file); is {
		r.folder = f.folder
	}
	r.fill(t)
	db.fill(t)
	r.wire = testnode.StartProxy(t, "tcp", strings.TrimPrefix(r.hooks.url, "http://"))
	donors := &http.Transport{MaxIdleConnsPerHost: donors}
	slow := slowTransport()
	t.Cleanup(func() {
		donors.CloseIdleConnections()
		slow.CloseIdleConnections()
	})
	r.client, r.slow = &http.Client{Transport: donors}, &http.Client{Transport: slow}
	for range db.nodes() {
		n := newNode(t, binary, "--db", db.url(), "--secret-key-file", filepath.Join(r.folder, "almoner.key"))
		n.start(t)
		r.nodes = append(r.nodes, n)
	}
	return r
}

// fill makes the data of a demo.
func (r *run) fill(t *testing.T) {
	t.Helper()
	filler := exec.CommandContext(t.Context(), r.binary, "demo", "--addr", "127.0.0.1:0", "--data", r.folder, "--db", r.db.direct(), "--rate", "0", "--no-pictures")
	log := testnode.Launch(t, filler)
	must.Do(t, filler.Process.Signal(os.Interrupt))
	if err := filler.Wait(); err != nil {
		t.Fatalf("demo: %v\n%s", err, log)
	}
	r.credentials = must.Get(demo.Load(r.folder))(t)
	r.places = []demo.Address{r.credentials.Campaign, r.credentials.SecondCampaign, r.credentials.EmptyCampaign}
	if _, err := os.Stat(filepath.Join(r.folder, "almoner.key")); err != nil {
		must.Do(t, os.Rename(filepath.Join(r.folder, "almoner.db.key"), filepath.Join(r.folder, "almoner.key")))
	}
}

// facts are the ids of the campaigns.
func (r *run) facts() []string {
	ids := make([]string, len(r.places))
	for i, place := range r.places {
		ids[i] = place.ID
	}
	return ids
}

// prove lets everything break, and judges what everybody saw.
func (r *run) prove(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	var following sync.WaitGroup
	t.Cleanup(func() {
		cancel()
		following.Wait()
		if t.Failed() {
			for i, n := range r.nodes {
				t.Logf("node %d said:\n%s", i, n.log.end())
			}
			t.Logf("almoner listen said:\n%s", r.said.end())
		}
	})
	r.token = r.authorize(t)
	r.subscribe(ctx, t, pathOrdered, true)
	r.subscribe(ctx, t, pathAny, false)
	r.listen(t)
	r.readers = []*reader{
		{name: "server-sent events", connect: r.stream, resumes: true}, {name: "server-sent events, stalling", connect: r.stream, resumes: true},
		{name: "WebSocket", connect: r.socket, resumes: true}, {name: "WebSocket, stalling", connect: r.socket, resumes: true},
		{name: "Phoenix 1.0.0", connect: r.channels(phoenix.V1, "1.0.0")}, {name: "Phoenix 2.0.0, stalling", connect: r.channels(phoenix.V2, "2.0.0")},
	}
	for i, rd := range r.readers {
		rd.totals = map[string]int64{}
		following.Go(func() { r.follow(ctx, rd, i) })
	}
	r.warm(ctx, t)
	r.storm(ctx, t)
	r.calm(ctx, t)
	r.goBack(ctx, t)
}

// authorize gets a token for the application.
func (r *run) authorize(t *testing.T) string {
	t.Helper()
	a := r.credentials.Application
	answer, err := r.client.PostForm("http://"+r.nodes[0].front.At+"/oauth/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {a.ClientID}, "client_secret": {a.ClientSecret}, "scope": {"public webhooks:write"},
	})
	must.Do(t, err)
	defer func() { _ = answer.Body.Close() }()
	var got struct {
		Token string `json:"access_token"`
	}
	must.Do(t, json.NewDecoder(answer.Body).Decode(&got))
	if got.Token == "" {
		t.Fatalf("got %s, want a token", answer.Status)
	}
	return got.Token
}

// subscribe makes an endpoint for webhooks that is subscribed to the donations of all campaigns.
func (r *run) subscribe(ctx context.Context, t *testing.T, path string, ordered bool) {
	t.Helper()
	const endpoints = "/api/private/webhook_endpoints"
	var made struct {
		Data struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	r.must(ctx, t, request{method: http.MethodPost, path: endpoints, body: fmt.Sprintf(`{"url":"http://%s%s","ordered":%t}`, r.wire.At, path, ordered)}, &made)
	for _, fact := range r.facts() {
		r.must(ctx, t, request{
			method: http.MethodPut, path: endpoints + "/" + made.Data.ID + "/webhook_subscriptions/" + fact,
			body: `{"event_types":["public:direct:donation_updated"]}`,
		}, &struct{}{})
	}
}

// must sends a request of the application that has to be done.
func (r *run) must(ctx context.Context, t *testing.T, q request, into any) {
	t.Helper()
	q.token = r.token
	if status, err := r.ask(ctx, q, into); err != nil || status >= http.StatusMultipleChoices {
		t.Fatalf("%s %s: got %d, %v", q.method, q.path, status, err)
	}
}

// listen starts `almoner listen`.
func (r *run) listen(t *testing.T) {
	t.Helper()
	token := filepath.Join(t.TempDir(), "token")
	must.Do(t, os.WriteFile(token, []byte(r.token), 0o600))
	words := []string{"listen", "--server", "http://" + r.nodes[0].front.At, "--token-file", token, "--forward-to", r.hooks.url + pathListened, "--type", "donation.completed"}
	for _, fact := range r.facts() {
		words = append(words, "--campaign", fact)
	}
	program := exec.CommandContext(context.WithoutCancel(t.Context()), r.binary, words...)
	program.Stdout, program.Stderr = &r.said, &r.said
	must.Do(t, program.Start())
	t.Cleanup(func() {
		_ = program.Process.Kill()
		_ = program.Wait()
	})
}

// warm waits until everybody is connected: it gives until each has heard of something. What was given until then is not judged.
func (r *run) warm(ctx context.Context, t *testing.T) {
	t.Helper()
	for n := range 60 {
		must.Do(t, r.give(ctx, fmt.Sprintf("chaos-warm-%d", n), len(r.places)))
		wait(ctx, time.Second/2)
		cold := len(r.hooks.at(pathListened)) == 0 || len(r.hooks.at(pathOrdered)) == 0 || len(r.hooks.at(pathAny)) == 0
		for _, rd := range r.readers {
			cold = cold || len(rd.history(0)) == 0
		}
		if !cold {
			r.book, r.before = book{}, r.raisedNow(ctx, t)
			return
		}
	}
	t.Fatal("not everybody heard of a donation")
}

// until waits until it is so, and reports whether it became so in time.
func until(ctx context.Context, within time.Duration, so func() bool) bool {
	for deadline := time.Now().Add(within); !so(); wait(ctx, lookEvery) {
		if ctx.Err() != nil || time.Now().After(deadline) {
			return false
		}
	}
	return true
}

// audit wants totals that equal the ledger.
func (r *run) audit(t *testing.T) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), r.binary, "audit", "--db", r.db.direct()).CombinedOutput()
	if err != nil {
		t.Errorf("audit: %v\n%s", err, out)
	}
}
