package client

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	// PollEvery is how often a Polling asks when it does not say.
	PollEvery = 5 * time.Second
	// overlap is how far a Polling looks back: some donations arrive out of order.
	overlap = time.Minute
	// pollPage is how many donations are asked for at once.
	pollPage = 100
)

// Polling is what is polled.
type Polling struct {
	// Fact is named as those of a Following.
	Fact string
	// Every is how often to ask; 0 is PollEvery.
	Every time.Duration
	// Place keeps over restarts which donations came; nil for none.
	Place Place
	// Broken is told why the server could not be asked, before it is asked again; nil for nobody.
	Broken func(error)
	// Wait waits, for tests; nil is the clock.
	Wait func(context.Context, time.Duration) error
}

// Donations ranges over the donations to a fact that are completed from now on, or after the place, the oldest one first. It asks for the list of donations
// again and again, which needs a token. Each donation comes once: its place is saved after the loop has dealt with it. It ends with an error: that of the context,
// or a refusal that will not go away. Take Follow where you can.
func (c *Client) Donations(ctx context.Context, p Polling) iter.Seq2[Donation, error] {
	return func(yield func(Donation, error) bool) {
		if err := (&poll{client: c, place: p.Place, yield: yield}).run(ctx, p); !errors.Is(err, errEnded) {
			yield(Donation{}, err)
		}
	}
}

// poll is a polling that is under way.
type poll struct {
	client *Client
	place  Place
	yield  func(Donation, error) bool
	// list is the path of the donations, once it is known.
	list string
	// begun reports that it is known what came before.
	begun bool
	// newest is the instant of the newest donation that came, zero for none; seen are the ids of those from overlap before it on.
	newest time.Time
	seen   []string
}

func (p *poll) run(ctx context.Context, said Polling) error {
	if err := p.load(); err != nil {
		return err
	}
	for failures := 0; ; failures++ {
		err := p.round(ctx, said.Fact)
		switch {
		case err == nil:
			failures = 0
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case !passing(err):
			return err
		case said.Broken != nil:
			said.Broken(err)
		}
		every := said.Every
		if every <= 0 {
			every = PollEvery
		}
		if err != nil {
			every = max(every, asked(err), pause(failures))
		}
		if err := wait(ctx, every, said.Wait); err != nil {
			return err
		}
	}
}

// round asks once.
func (p *poll) round(ctx context.Context, fact string) error {
	if p.list == "" {
		id, err := p.client.FactID(ctx, fact)
		if err != nil {
			return err
		}
		p.list = "/api/public/facts/" + url.PathEscape(id) + "/donations"
	}
	if !p.begun {
		return p.begin(ctx)
	}
	donations, err := p.donationsFrom(ctx, p.newest)
	if err != nil {
		return err
	}
	for _, d := range slices.Backward(donations) {
		if slices.Contains(p.seen, d.ID) {
			continue
		}
		if !p.yield(d, nil) {
			return errEnded
		}
		p.add(d)
		if err := p.save(); err != nil {
			return err
		}
	}
	if len(donations) == 0 || len(donations) == len(p.seen) {
		return nil
	}
	p.seen = nil // those from before the overlap are not asked for again
	for _, d := range donations {
		p.add(d)
	}
	return p.save()
}

// begin finds what came before, which is history.
func (p *poll) begin(ctx context.Context) error {
	newest, _, err := p.page(ctx, url.Values{"limit": {"1"}})
	if err != nil {
		return err
	}
	var before []Donation
	if len(newest) > 0 {
		if before, err = p.donationsFrom(ctx, newest[0].CompletedAt); err != nil {
			return err
		}
	}
	for _, d := range before {
		p.add(d)
	}
	p.begun = true
	return p.save()
}

func (p *poll) add(d Donation) {
	if p.seen = append(p.seen, d.ID); d.CompletedAt.After(p.newest) {
		p.newest = d.CompletedAt
	}
}

// donationsFrom are the donations from overlap before an instant on, the newest one first; all of them for zero.
func (p *poll) donationsFrom(ctx context.Context, instant time.Time) (all []Donation, err error) {
	q := url.Values{"limit": {strconv.Itoa(pollPage)}}
	if !instant.IsZero() {
		q.Set("completed_after", instant.Add(-overlap).UTC().Format(time.RFC3339))
	}
	for {
		page, after, err := p.page(ctx, q)
		if err != nil {
			return nil, err
		}
		if all = append(all, page...); after == "" {
			return all, nil
		}
		q.Set("after", after)
	}
}

// page is one page of donations, and the cursor after it, "" for none.
func (p *poll) page(ctx context.Context, q url.Values) (donations []Donation, after string, err error) {
	var page struct {
		Data     []json.RawMessage
		Metadata struct{ After string }
	}
	if err := p.client.Call(ctx, http.MethodGet, p.list+"?"+q.Encode(), nil, &page); err != nil {
		return nil, "", err
	}
	for _, text := range page.Data {
		d := donationOf(text)
		if d == nil {
			return nil, "", p.client.broken(errForeign)
		}
		donations = append(donations, *d)
	}
	return donations, page.Metadata.After, nil
}

// load reads the place: the instant of the newest donation, and the ids of those before it.
func (p *poll) load() error {
	if p.place == nil {
		return nil
	}
	text, err := p.place.Load()
	words := strings.Fields(text)
	if err != nil || len(words) == 0 {
		return err
	}
	if p.newest, err = time.Parse(time.RFC3339Nano, words[0]); err != nil {
		return fmt.Errorf("the place of the polling cannot be read: %w", err)
	}
	p.seen, p.begun = words[1:], true
	return nil
}

func (p *poll) save() error {
	if p.place == nil {
		return nil
	}
	return p.place.Save(p.newest.UTC().Format(time.RFC3339Nano) + " " + strings.Join(p.seen, " "))
}
