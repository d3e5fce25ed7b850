package chaos_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// hook is a webhook that arrived.
type hook struct {
	message, donation, fact string
	at                      time.Time
}

// receiver takes webhooks, at a path for each sender.
type receiver struct {
	url string
	mu  sync.Mutex
	got map[string][]hook
}

// The paths of a receiver.
const (
	pathOrdered  = "/ordered"
	pathAny      = "/any"
	pathListened = "/listen"
)

func startReceiver(t *testing.T) *receiver {
	t.Helper()
	r := &receiver{got: map[string][]hook{}}
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	r.url = server.URL
	return r
}

func (r *receiver) ServeHTTP(w http.ResponseWriter, q *http.Request) {
	body, err := io.ReadAll(q.Body)
	var m struct {
		Data struct {
			ID       string `json:"id"`
			Campaign string `json:"campaign_id"`
		} `json:"data"`
		Meta struct {
			ID   string `json:"id"`
			Type string `json:"event_type"`
		} `json:"meta"`
	}
	if err != nil || json.Unmarshal(body, &m) != nil {
		w.WriteHeader(http.StatusBadRequest) // it was cut in the middle
		return
	}
	if !strings.HasSuffix(m.Meta.Type, ":donation_updated") {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.got[q.URL.Path] = append(r.got[q.URL.Path], hook{m.Meta.ID, m.Data.ID, m.Data.Campaign, time.Now()})
}

// at is what arrived at a path.
func (r *receiver) at(path string) []hook {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.got[path][:len(r.got[path]):len(r.got[path])]
}
