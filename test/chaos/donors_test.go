package chaos_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/pay/sandbox"
)

const (
	// donors give at the same time, at most.
	donors = 64
	// patience is how long a donor waits for an answer before the same is sent again.
	patience = 10 * time.Second
)

// gift is a donation that was acknowledged.
type gift struct {
	id     string
	number int64
	fact   string
	cents  int64
	// due is when it was to be sent first, told when it was acknowledged.
	due, told time.Time
}

// book is what donors were told.
type book struct {
	mu    sync.Mutex
	gifts []gift
}

func (b *book) note(g gift) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.gifts = append(b.gifts, g)
}

func (b *book) all() []gift {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.gifts[:len(b.gifts):len(b.gifts)]
}

// give lets donations come in at the rate until so many were acknowledged. A donor without an answer sends the same again, to the next node.
func (r *run) give(ctx context.Context, name string, many int) error {
	return r.giveEach(ctx, name, many, time.Second/rate)
}

// giveEach is give with another time between two donations.
func (r *run) giveEach(ctx context.Context, name string, many int, each time.Duration) error {
	began := time.Now()
	due := make(chan int, many)
	failed := make(chan error, donors)
	var giving sync.WaitGroup
	for range donors {
		giving.Go(func() {
			for n := range due {
				g := gift{fact: r.places[n%len(r.places)].ID, cents: int64(100 + n%900), due: began.Add(time.Duration(n) * each)}
				if err := r.giveOne(ctx, fmt.Sprintf("%s-%d", name, n), g); err != nil {
					failed <- err
					return
				}
			}
		})
	}
	for n := range many {
		wait(ctx, time.Until(began.Add(time.Duration(n)*each)))
		due <- n
	}
	close(due)
	giving.Wait()
	close(failed)
	return <-failed
}

func (r *run) giveOne(ctx context.Context, reference string, g gift) error {
	body := fmt.Sprintf(`{"campaign":%q,"amount":"%d.%02d","reference":%q,"name":"Ada"}`, g.fact, g.cents/100, g.cents%100, reference)
	for try := 0; ; try++ {
		var got struct {
			ID     string `json:"id"`
			Number int64  `json:"legacy_id"`
		}
		status, err := r.ask(ctx, request{node: try, method: http.MethodPost, path: sandbox.TriggerPath, token: r.credentials.Sandbox.Token, body: body}, &got)
		switch {
		case err == nil && status == http.StatusCreated:
			g.id, g.number, g.told = got.ID, got.Number, time.Now()
			r.book.note(g)
			return nil
		case ctx.Err() != nil:
			return ctx.Err()
		case err == nil && status < http.StatusInternalServerError && status != http.StatusTooManyRequests:
			return fmt.Errorf("%s: got %d, want a donation", reference, status)
		}
		wait(ctx, 50*time.Millisecond)
	}
}

// request is a request to one of the nodes.
type request struct {
	node                      int
	method, path, token, body string
}

// ask sends a request and reads the answer.
func (r *run) ask(ctx context.Context, q request, into any) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	n := r.nodes[q.node%len(r.nodes)]
	to := "http://" + n.front.At + q.path
	if r.direct {
		to = "http://" + n.at + q.path
	}
	sent, err := http.NewRequestWithContext(ctx, q.method, to, bytes.NewReader([]byte(q.body)))
	if err != nil {
		return 0, err
	}
	if q.token != "" {
		sent.Header.Set("Authorization", "Bearer "+q.token)
	}
	sent.Header.Set("Content-Type", "application/json")
	answer, err := r.client.Do(sent)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil || answer.StatusCode >= http.StatusMultipleChoices {
		return answer.StatusCode, err
	}
	return answer.StatusCode, json.Unmarshal(text, into)
}

// raised is what the API says that a fact raised, in cents.
func (r *run) raised(ctx context.Context, place demo.Address) (int64, error) {
	var got struct {
		Data struct {
			Raised money `json:"amount_raised"`
		} `json:"data"`
	}
	status, err := r.ask(ctx, request{method: http.MethodGet, path: "/api/public/campaigns/" + place.ID, token: r.token}, &got)
	if err == nil && status != http.StatusOK {
		err = fmt.Errorf("campaign %s: got %d", place.Slug, status)
	}
	return got.Data.Raised.cents(), err
}

// money is an amount as V5 writes it.
type money struct {
	Value string `json:"value"`
}

func (m money) cents() int64 {
	units, _ := strconv.ParseFloat(m.Value, 64)
	return int64(math.Round(units * 100))
}

// wait waits for a time, or until the context ends.
func wait(ctx context.Context, d time.Duration) {
	if d <= 0 {
		return
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
