package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

const (
	// hookEndpoints are the endpoints of an application, as many as it may have; the last one takes requests and never answers.
	hookEndpoints = 100
	// hookBurst is how many donations are made at once for the rate: as many webhooks for each of the endpoints.
	hookBurst = 40
	// hookTurns is how many turns there are with the dead endpoint, and without it.
	hookTurns = 4
	// hookPace is how many donations a second there are where the time of a webhook is measured, hookSteady how many of them there are.
	hookPace, hookSteady = 4, 8
	// hookWait is how long webhooks may take.
	hookWait = 60 * time.Second
)

// webhooks measures how many webhooks a second go to 100 endpoints of which one never answers, and whether that one slows the others.
func webhooks(ctx context.Context, b *bench) error {
	for _, d := range b.databases() {
		if err := b.webhooksOn(ctx, d); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
	}
	return nil
}

func (b *bench) webhooksOn(ctx context.Context, d database) error {
	w, err := b.quietWorld(ctx, d, "webhooks")
	if err != nil {
		return err
	}
	server, _, err := b.serve(ctx, w.url, "--webhook-networks", "127.0.0.0/8", "--secret-key-file", b.folder+"/"+d.name+".key")
	if err != nil {
		return err
	}
	h := &hooks{world: w, server: server, request: w.donation("webhook"), sent: map[int]time.Time{}}
	if err = h.open(ctx, b); err == nil {
		err = b.compareHooks(ctx, d, h)
	}
	return errors.Join(err, h.receiver.end(), server.stop())
}

// compareHooks measures in turns with the dead endpoint and without it.
func (b *bench) compareHooks(ctx context.Context, d database, h *hooks) error {
	var with, without hookTurnsOf
	for turn := range hookTurns + 1 {
		for _, one := range []struct {
			dead bool
			into *hookTurnsOf
		}{{true, &with}, {false, &without}} {
			if err := h.setDead(ctx, one.dead); err != nil {
				return err
			}
			burst, err := h.burst()
			if err != nil {
				return err
			}
			steady, err := h.steady()
			if err != nil {
				return err
			}
			b.progress("%s, one endpoint dead: %t: %s; at %d donations a second %s", d.name, one.dead, burst, hookPace, steady)
			if turn > 0 {
				one.into.bursts, one.into.steady = append(one.into.bursts, burst), append(one.into.steady, steady)
			}
		}
	}
	alive := hookEndpoints - 1
	b.table.add(row{
		what:     fmt.Sprintf("webhooks to %d endpoints, %s, %d donations at once, one more endpoint never answers", alive, d.name, hookBurst),
		measured: with.rate(), against: fmt.Sprintf("all of %d endpoints answer: %s", alive, without.rate()),
		ratio: twoDigits(ratioOfTurns(with.bursts, without.bursts, sample.rate)), aim: "≥ 2,000/s",
	})
	b.table.add(row{
		what:     fmt.Sprintf("from the request that donates to each of %d endpoints, %s, %d donations/s, one more endpoint never answers", alive, d.name, hookPace),
		measured: with.times(), against: fmt.Sprintf("all of %d endpoints answer: %s", alive, without.times()),
		ratio: twoDigits(ratioOfTurns(with.steady, without.steady, func(s sample) float64 { return float64(s.quantile(0.99)) })) + " of p99",
	})
	return nil
}

// hookTurnsOf are the turns of one kind.
type hookTurnsOf struct{ bursts, steady []sample }

func (t hookTurnsOf) rate() string {
	var rates []float64
	var each []time.Duration
	for _, s := range t.bursts {
		rates, each = append(rates, s.rate()), append(each, s.each())
	}
	return fmt.Sprintf("%s, %s CPU each", perSecond(median(rates)), short(median(each)))
}

func (t hookTurnsOf) times() string {
	var halves, most []time.Duration
	for _, s := range t.steady {
		halves, most = append(halves, s.quantile(0.5)), append(most, s.quantile(0.99))
	}
	return fmt.Sprintf("p50 %s, p99 %s", short(median(halves)), short(median(most)))
}

// ratioOfTurns is the median of the ratios of the turns.
func ratioOfTurns(a, b []sample, of func(sample) float64) float64 {
	var ratios []float64
	for i := range a {
		ratios = append(ratios, of(a[i])/max(of(b[i]), 1))
	}
	return median(ratios)
}

// hooks are a server with endpoints, and their receiver.
type hooks struct {
	world    *world
	server   *process
	receiver *child
	request  func(n int) []byte
	number   int
	// sent is when each donation was requested.
	sent        map[int]time.Time
	token, dead string
}

// open opens the receiver and subscribes its endpoints to the campaign. The dead one is the demo's endpoint.
func (h *hooks) open(ctx context.Context, b *bench) (err error) {
	if h.receiver, err = b.self(ctx, receiveCommand, hookEndpoints); err != nil {
		return err
	}
	var urls []string
	if err := h.receiver.answer(&urls); err != nil {
		return err
	}
	if err := h.logIn(ctx); err != nil {
		return err
	}
	for i, one := range urls {
		if h.dead = h.world.WebhookEndpoint.ID; i < len(urls)-1 {
			var made struct{ Data struct{ ID string } }
			if err := h.call(ctx, http.MethodPost, "", map[string]any{"url": one}, &made); err != nil {
				return err
			}
			h.dead = made.Data.ID
		} else if err := h.call(ctx, http.MethodPatch, "/"+h.dead, map[string]any{"url": one}, nil); err != nil {
			return err
		}
		err := h.call(ctx, http.MethodPut, "/"+h.dead+"/webhook_subscriptions/"+h.world.Campaign.ID,
			map[string]any{"event_types": []string{"public:direct:donation_updated"}}, nil)
		if err != nil {
			return err
		}
	}
	return nil
}

// logIn gets a token of the demo's application.
func (h *hooks) logIn(ctx context.Context) error {
	form := url.Values{
		"grant_type": {"client_credentials"}, "client_id": {h.world.Application.ClientID}, "client_secret": {h.world.Application.ClientSecret},
		"scope": {"webhooks:write"},
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+h.server.addr+"/oauth/token", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	var issued struct {
		AccessToken string `json:"access_token"`
	}
	err = answered(r, &issued)
	h.token = issued.AccessToken
	return err
}

// call calls the API of webhook endpoints.
func (h *hooks) call(ctx context.Context, method, path string, body map[string]any, into any) error {
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, "http://"+h.server.addr+"/api/private/webhook_endpoints"+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+h.token)
	return answered(r, into)
}

// answered reads the answer of a request; any status but 200 and 201 is an error.
func answered(r *http.Request, into any) error {
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(answer.Body)
	if err = errors.Join(err, answer.Body.Close()); err != nil {
		return err
	}
	if answer.StatusCode != http.StatusOK && answer.StatusCode != http.StatusCreated {
		return fmt.Errorf("%s %s: %s: %.300s", r.Method, r.URL.Path, answer.Status, body)
	}
	if into == nil {
		return nil
	}
	return json.Unmarshal(body, into)
}

// setDead turns deliveries to the dead endpoint on or off; what waits for it is dropped with the latter.
func (h *hooks) setDead(ctx context.Context, active bool) error {
	status := "inactive"
	if active {
		status = "active"
	}
	return h.call(ctx, http.MethodPatch, "/"+h.dead, map[string]any{"status": status}, nil)
}

// burst makes donations as fast as one connection can, and counts until the last webhook has come.
func (h *hooks) burst() (sample, error) { return h.turn(hookBurst, 0) }

// steady makes donations at a pace.
func (h *hooks) steady() (sample, error) { return h.turn(hookSteady, time.Second/hookPace) }

func (h *hooks) turn(donations int, pause time.Duration) (sample, error) {
	publish, err := dial(h.server.addr)
	if err != nil {
		return sample{}, err
	}
	defer publish.close()
	cpu, began := h.server.cpu(), time.Now()
	for i := range donations {
		time.Sleep(time.Until(began.Add(time.Duration(i) * pause)))
		h.number++
		h.sent[h.number] = time.Now()
		if err := publish.exchange(h.request(h.number)); err != nil {
			return sample{}, err
		}
	}
	want := donations * (hookEndpoints - 1)
	if err := h.arrived(want); err != nil {
		return sample{}, err
	}
	var came map[int][]int64
	if err := h.receiver.ask(takeQuestion, &came); err != nil {
		return sample{}, err
	}
	var latencies []time.Duration
	var last int64
	for n, all := range came {
		for _, at := range all {
			latencies = append(latencies, time.Duration(at-h.sent[n].UnixNano()))
			last = max(last, at)
		}
	}
	s := gathered(time.Duration(last-began.UnixNano()), [][]time.Duration{latencies})
	s.cpu = h.server.cpu() - cpu
	return s, nil
}

// arrived waits until that many webhooks have come.
func (h *hooks) arrived(want int) error {
	var got int
	for until := time.Now().Add(hookWait); time.Now().Before(until); time.Sleep(10 * time.Millisecond) {
		if err := h.receiver.ask(receivedQuestion, &got); err != nil || got >= want {
			return err
		}
	}
	return fmt.Errorf("%d of %d webhooks have come after %s", got, want, hookWait)
}
