package demo

import (
	"context"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// Donors simulates donors to the campaigns of the demo, at random moments but at a steady rate.
type Donors struct {
	App *app.App
	// Spared is the id of a campaign without donations: the empty one of the credentials.
	Spared string
	// Seed determines the donations and the pauses between them.
	Seed uint64
	// Rate is the average number of donations per second; 0 or less for none.
	Rate float64
	// Log receives errors; nil discards them.
	Log *slog.Logger
}

const (
	// lookAround is how often donors look for new campaigns and incentives.
	lookAround = 15 * time.Second
	// atOnce is how many donations may be in progress.
	atOnce = 64
	// mostCampaigns is how many of the newest campaigns get donations.
	mostCampaigns = 50
)

// crowd is the state of running Donors.
type crowd struct {
	Donors
	donor  donor
	stalls []*stall
	// looked is when the campaigns were last read, rated the day whose exchange rates are set.
	looked, rated time.Time
	onWay         sync.WaitGroup
	slots         chan struct{}
}

// Run makes donations until ctx ends, and then returns nil. Errors are logged and do not stop it.
func (g Donors) Run(ctx context.Context) error {
	if g.Rate <= 0 {
		<-ctx.Done()
		return nil
	}
	if g.Log == nil {
		g.Log = slog.New(slog.DiscardHandler)
	}
	rng := rand.New(rand.NewPCG(g.Seed, 2)) //nolint:gosec // no secret: the same donors come with the same seed
	c := &crowd{Donors: g, donor: donor{rng: rng}, slots: make(chan struct{}, atOnce)}
	defer c.onWay.Wait()
	timer := time.NewTimer(c.pause())
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-timer.C:
		}
		// The next pause starts before the work, so that slow work does not lower the rate.
		timer.Reset(c.pause())
		c.donate(ctx)
	}
}

// pause is the time to the next donation, as in a Poisson process.
func (c *crowd) pause() time.Duration {
	return time.Duration(c.donor.rng.ExpFloat64() / c.Rate * float64(time.Second))
}

// donate starts one donation.
func (c *crowd) donate(ctx context.Context) {
	now := c.App.Now()
	if err := c.look(ctx, now); err != nil {
		if ctx.Err() == nil {
			c.Log.WarnContext(ctx, "simulated donors found no campaigns", "error", err)
		}
		return
	}
	if len(c.stalls) == 0 {
		return
	}
	in := c.donor.donation(c.choose(), now)
	select {
	case c.slots <- struct{}{}:
	case <-ctx.Done():
		return
	}
	c.onWay.Go(func() {
		defer func() { <-c.slots }()
		if _, err := c.App.Donate(ctx, app.System(), in); err != nil && ctx.Err() == nil {
			c.Log.WarnContext(ctx, "simulated donation failed", "error", err)
		}
	})
}

// choose prefers campaigns that raised much, as donors do, but leaves none out.
func (c *crowd) choose() *stall {
	a, b := pick(c.donor, c.stalls), pick(c.donor, c.stalls)
	if a.fact.Raised > b.fact.Raised {
		return a
	}
	return b
}

// look refreshes what is open, if that is outdated.
func (c *crowd) look(ctx context.Context, now time.Time) error {
	if c.stalls != nil && now.Sub(c.looked) < lookAround {
		return nil
	}
	if err := c.rate(ctx, now); err != nil {
		return fmt.Errorf("rates: %w", err)
	}
	facts, err := c.App.ListCampaigns(ctx, app.System(), app.CampaignFilter{}, fund.Page{Limit: mostCampaigns})
	if err != nil {
		return fmt.Errorf("campaigns: %w", err)
	}
	stalls := make([]*stall, 0, len(facts))
	for _, fact := range facts {
		if fact.Status != fund.Published || fact.ID.String() == c.Spared {
			continue
		}
		s, err := c.visit(ctx, fact)
		if err != nil {
			return fmt.Errorf("campaign %d: %w", fact.LegacyID, err)
		}
		stalls = append(stalls, s)
	}
	c.stalls, c.looked = stalls, now
	return nil
}

// rate sets the exchange rates of the day, once a day.
func (c *crowd) rate(ctx context.Context, now time.Time) error {
	today := now.Truncate(24 * time.Hour)
	if c.rated.Equal(today) {
		return nil
	}
	_, err := c.App.PutRates(ctx, app.System(), ratesOf(today))
	if err == nil {
		c.rated = today
	}
	return err
}

// visit loads what a campaign offers.
func (c *crowd) visit(ctx context.Context, fact fund.Fact) (*stall, error) {
	s, err := newStall(fact)
	if err != nil {
		return nil, err
	}
	seen, err := c.App.See(ctx, app.System(), factKey(fact))
	if err != nil {
		return nil, err
	}
	all := fund.Page{Limit: fund.MaxPerFact}
	if s.polls, err = c.App.Polls(ctx, seen, all); err != nil {
		return nil, err
	}
	if s.targets, err = c.App.Targets(ctx, seen, all); err != nil {
		return nil, err
	}
	s.rewards, err = c.App.Rewards(ctx, seen, all)
	return s, err
}
