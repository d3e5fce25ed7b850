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
	// DefaultPollInterval is the default of PollOptions.Interval.
	DefaultPollInterval = 5 * time.Second
	// overlap is how far each request looks back, because some donations arrive out of order.
	overlap = time.Minute
	// pollPage is how many donations a request asks for.
	pollPage = 100
)

// PollOptions say which donations to poll for.
type PollOptions struct {
	// Fact names the fact, as in FollowOptions.Facts.
	Fact string
	// Interval is the time between requests; 0 is DefaultPollInterval.
	Interval time.Duration
	// Store keeps across restarts which donations have come; nil keeps nothing.
	Store CursorStore
	// OnError, if not nil, is called with the reason when a request failed, before the next one.
	OnError func(error)
	// Sleep replaces the clock in tests; nil waits in real time.
	Sleep func(context.Context, time.Duration) error
}

// Donations ranges over the donations to a fact that are completed from now on, or since the saved cursor, oldest first. It polls the list of donations,
// which needs a token. Each donation comes once; the cursor is saved after each pass of the loop, except the one that leaves it. The loop ends with an error:
// that of the context, a refusal that is not temporary, or an error of the Store. Prefer [Client.Follow], which needs no token and is faster.
func (c *Client) Donations(ctx context.Context, p PollOptions) iter.Seq2[Donation, error] {
	return func(yield func(Donation, error) bool) {
		if err := (&poll{client: c, store: p.Store, yield: yield}).run(ctx, p); !errors.Is(err, errEnded) {
			yield(Donation{}, err)
		}
	}
}

// poll is a running loop.
type poll struct {
	client *Client
	store  CursorStore
	yield  func(Donation, error) bool
	// list is the path of the donations, once it is known.
	list string
	// begun reports that the donations from before are known.
	begun bool
	// newest is when the newest donation so far was completed, zero for none; seen are the ids of those since overlap before it.
	newest time.Time
	seen   []string
}

func (p *poll) run(ctx context.Context, said PollOptions) error {
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
		case said.OnError != nil:
			said.OnError(err)
		}
		every := said.Interval
		if every <= 0 {
			every = DefaultPollInterval
		}
		if err != nil {
			every = max(every, asked(err), pause(failures))
		}
		if err := wait(ctx, every, said.Sleep); err != nil {
			return err
		}
	}
}

// round makes one round of requests.
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

// begin notes the donations from before, which are not delivered.
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

// donationsFrom returns the donations since overlap before an instant, newest first; all of them for the zero time.
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

// page returns one page of donations, and the cursor of the next page, "" for none.
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

// load reads the cursor: when the newest donation was completed, and the ids in seen.
func (p *poll) load() error {
	if p.store == nil {
		return nil
	}
	text, err := p.store.Load()
	words := strings.Fields(text)
	if err != nil || len(words) == 0 {
		return err
	}
	if p.newest, err = time.Parse(time.RFC3339Nano, words[0]); err != nil {
		return fmt.Errorf("the stored cursor cannot be read: %w", err)
	}
	p.seen, p.begun = words[1:], true
	return nil
}

func (p *poll) save() error {
	if p.store == nil {
		return nil
	}
	return p.store.Save(p.newest.UTC().Format(time.RFC3339Nano) + " " + strings.Join(p.seen, " "))
}
