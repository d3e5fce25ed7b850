package crash_test

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/killpoint"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testpg"
)

// TestKilledServerSendsWebhooksAgain kills the server after a receiver has answered and before that is recorded: the receiver gets the same
// again, under the same id, and nothing is lost.
func TestKilledServerSendsWebhooksAgain(t *testing.T) {
	skipShort(t)
	t.Parallel()
	binary := testnode.Build(t, "-tags", "killpoints")
	t.Run("SQLite", func(t *testing.T) {
		t.Parallel()
		killDuringWebhooks(t, &house{binary: binary, data: t.TempDir()})
	})
	t.Run("PostgreSQL", func(t *testing.T) {
		t.Parallel()
		killDuringWebhooks(t, &house{binary: binary, data: t.TempDir(), db: testpg.Start(t)})
	})
}

const (
	// mostHookRounds bounds the kills: after each the webhooks wait for the lease of the server that is gone.
	mostHookRounds = 6
	// hooksWithin is how long webhooks may take after the last start.
	hooksWithin = time.Minute
)

func killDuringWebhooks(t *testing.T, h *house) {
	t.Helper()
	receiver := startReceiver(t)
	h.start(t)
	h.subscribe(t, receiver.url)
	h.stop(t)
	var given []string
	kills := min(rounds(t, 2), mostHookRounds)
	for round := range kills {
		h.killAt = fmt.Sprintf("%s:%d", killpoint.WebhookSent, 1+3*round)
		h.start(t)
		given = append(given, h.giveUntilGone(t, round)...)
	}
	h.killAt = ""
	h.start(t)
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(hooksWithin); receiver.missing(given) > 0 && time.Now().Before(deadline); {
		<-tick.C
	}
	h.stop(t)
	receiver.judge(t, given, kills)
}

// subscribe makes an endpoint for webhooks about the donations of the campaign.
func (h *house) subscribe(t *testing.T, to string) {
	t.Helper()
	var token struct {
		Text string `json:"access_token"`
	}
	a := h.Application
	answer := must.Get(answered(h.client.PostForm(h.BaseURL+"/oauth/token", url.Values{
		"grant_type": {"client_credentials"}, "client_id": {a.ClientID}, "client_secret": {a.ClientSecret}, "scope": {"public webhooks:write"},
	})))(t)
	must.Do(t, json.Unmarshal([]byte(answer.text), &token))
	const endpoints = "/api/private/webhook_endpoints"
	var made struct {
		Data struct {
			ID string `json:"id"`
		} `json:"data"`
	}
	must.Do(t, h.ask(http.MethodPost, endpoints, token.Text, fmt.Sprintf(`{"url":%q}`, to), &made))
	must.Do(t, h.ask(http.MethodPut, endpoints+"/"+made.Data.ID+"/webhook_subscriptions/"+h.Campaign.ID, token.Text,
		`{"event_types":["public:direct:donation_updated"]}`, &struct{}{}))
}

// giveUntilGone has a donor give until the server kills itself, and returns the ids of the donations that were acknowledged.
func (h *house) giveUntilGone(t *testing.T, round int) (given []string) {
	t.Helper()
	gone := make(chan error, 1)
	server := h.server
	go func() { gone <- server.Wait() }()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for n := range farTooMany {
		var answer struct {
			ID string `json:"id"`
		}
		if h.trigger(fmt.Sprintf("crash-hook-%d-%d", round, n), 500, &answer) == nil {
			given = append(given, answer.ID)
		}
		select {
		case <-gone:
			return given
		case <-tick.C:
		}
	}
	t.Fatalf("round %d: the server lives although it should have ended at %s", round, h.killAt)
	return nil
}

// receiver takes webhooks.
type receiver struct {
	url string
	mu  sync.Mutex
	// ids are the ids of the messages about each donation, in the order in which they came.
	ids map[string][]string
}

func startReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{ids: map[string][]string{}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	var m struct {
		Data, Meta struct {
			ID string `json:"id"`
		}
	}
	if err != nil || json.Unmarshal(body, &m) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ids[m.Data.ID] = append(r.ids[m.Data.ID], m.Meta.ID)
}

// missing is how many of the donations nobody told of.
func (r *receiver) missing(given []string) (missing int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, id := range given {
		if len(r.ids[id]) == 0 {
			missing++
		}
	}
	return missing
}

// judge wants each donation, under one id, and one that came again for each kill.
func (r *receiver) judge(t *testing.T, given []string, kills int) {
	t.Helper()
	if n := r.missing(given); n > 0 {
		t.Errorf("%d of %d donations were acknowledged and never sent", n, len(given))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	again := 0
	for donation, ids := range r.ids {
		for _, id := range ids[1:] {
			again++
			if id != ids[0] {
				t.Errorf("donation %s: got the messages %s and %s, want one", donation, ids[0], id)
			}
		}
	}
	if again < kills {
		t.Errorf("got %d messages again after %d kills, want at least one for each", again, kills)
	}
	t.Logf("%d kills, %d donations, %d messages again under the same id", kills, len(given), again)
}
