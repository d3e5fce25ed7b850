package client_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/client"
	"github.com/almoner/almoner/internal/must"
)

// list is a server with the donations to one fact, the newest one first, two a page.
type list struct {
	*client.Client
	mu        sync.Mutex
	donations []donation
	// refuse are the statuses of the next answers to lists, in order; 0 answers.
	refuse []int
}

type donation struct {
	ID string    `json:"id"`
	At time.Time `json:"completed_at"`
}

// noon is when the histories of these tests are.
var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

func newList(t *testing.T) *list {
	t.Helper()
	l := &list{}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/public/facts/by/slugs/@ada/run", func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"data":{"id":"7"}}`))
	})
	mux.HandleFunc("GET /api/public/facts/7/donations", func(w http.ResponseWriter, r *http.Request) {
		l.mu.Lock()
		defer l.mu.Unlock()
		if len(l.refuse) > 0 {
			status := l.refuse[0]
			if l.refuse = l.refuse[1:]; status != 0 {
				w.WriteHeader(status)
				return
			}
		}
		since, _ := time.Parse(time.RFC3339, r.URL.Query().Get("completed_after"))
		var from int
		_, _ = fmt.Sscan(r.URL.Query().Get("after"), &from)
		found := slices.DeleteFunc(slices.Clone(l.donations), func(d donation) bool { return d.At.Before(since) })
		page, after := found[min(from, len(found)):], ""
		if len(page) > 2 {
			page, after = page[:2], fmt.Sprint(from+2)
		}
		_ = json.NewEncoder(w).Encode(map[string]any{"data": page, "metadata": map[string]string{"after": after}})
	})
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	l.Client = client.New(server.URL, "secret")
	return l
}

// give adds donations with those ids, which are completed so many seconds after noon.
func (l *list) give(seconds int, ids ...string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, id := range ids {
		l.donations = append(l.donations, donation{id, noon.Add(time.Duration(seconds) * time.Second)})
	}
	slices.SortStableFunc(l.donations, func(a, b donation) int { return b.At.Compare(a.At) })
}

var errEnough = errors.New("enough")

// poll polls, with rounds between the waits, and returns the ids that came.
func (l *list) poll(t *testing.T, kept client.CursorStore, rounds ...func()) (got []string, broken []error) {
	t.Helper()
	options := client.PollOptions{
		Fact: "@ada/run", Store: kept, OnError: func(err error) { broken = append(broken, err) },
		Sleep: func(_ context.Context, d time.Duration) error {
			if d < client.DefaultPollInterval {
				t.Errorf("got a wait of %s, want %s at least", d, client.DefaultPollInterval)
			}
			if len(rounds) == 0 {
				return errEnough
			}
			rounds[0]()
			rounds = rounds[1:]
			return nil
		},
	}
	for d, err := range l.Donations(t.Context(), options) {
		if err != nil && !errors.Is(err, errEnough) {
			t.Fatal(err)
		}
		if err == nil {
			got = append(got, d.ID)
		}
	}
	return got, broken
}

// TestEachDonationComesOnce polls over pages, failures, donations of one instant and such as arrive out of order, and over a restart.
func TestEachDonationComesOnce(t *testing.T) {
	t.Parallel()
	l, kept := newList(t), &memory{}
	l.give(0, "history1", "history2", "history3")
	got, broken := l.poll(t, kept,
		func() { l.give(1, "a") },
		func() { l.give(2, "b", "c", "d") },
		func() { l.give(-30, "late") },
		func() { l.give(9, "e"); l.refuse = []int{503} },
		func() { l.give(200, "f"); l.refuse = []int{0, 429} }, // the second page
		func() {},
		func() {},
	)
	if text := strings.Join(got, " "); text != "a d c b late e f" {
		t.Errorf("got %s, want each once", text)
	}
	if len(broken) != 2 {
		t.Errorf("got %v, want two reports", broken)
	}
	l.give(201, "meanwhile")
	if got, _ := l.poll(t, kept, func() {}); strings.Join(got, " ") != "meanwhile" {
		t.Errorf("got %s after a restart, want meanwhile", got)
	}
	if words := strings.Fields(kept.kept); len(words) != 3 {
		t.Errorf("got the cursor %s, want the two ids of the overlap", kept.kept)
	}
}

// TestTheCursorOfAPollingIsAfterWhatTheLoopHasDealtWith stops in the middle of a donation.
func TestTheCursorOfAPollingIsAfterWhatTheLoopHasDealtWith(t *testing.T) {
	t.Parallel()
	l, kept := newList(t), &memory{}
	l.poll(t, kept)
	l.give(0, "a", "b")
	for _, err := range l.Donations(t.Context(), client.PollOptions{Fact: "@ada/run", Store: kept}) {
		must.Do(t, err)
		break
	}
	if got, _ := l.poll(t, kept); strings.Join(got, " ") != "b a" {
		t.Errorf("got %s, want both", got)
	}
}

// TestThePollingOfNothingBeginsWithTheFirst has no history.
func TestThePollingOfNothingBeginsWithTheFirst(t *testing.T) {
	t.Parallel()
	l := newList(t)
	if got, _ := l.poll(t, nil, func() { l.give(0, "a") }); strings.Join(got, " ") != "a" {
		t.Errorf("got %s, want a", got)
	}
}

// TestAPollingThatIsRefusedEnds does not ask for ever, nor from a cursor that is none.
func TestAPollingThatIsRefusedEnds(t *testing.T) {
	t.Parallel()
	l := newList(t)
	l.refuse = []int{403}
	for _, kept := range []client.CursorStore{nil, &memory{kept: "none"}, &memory{err: errEnough}} {
		n := 0
		for _, err := range l.Donations(t.Context(), client.PollOptions{Fact: "@ada/run", Store: kept}) {
			if n++; err == nil || n > 1 {
				t.Errorf("%v: got %v, want one error", kept, err)
			}
		}
	}
}
