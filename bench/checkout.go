package main

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"sync"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/store"
)

const (
	// forms is how many donate forms are created before each turn.
	forms = 40_000
	// completedMetric counts completed donations.
	completedMetric = "almoner_donations_completed_total"
)

// checkouts measures complete checkouts: a donor submits the donate form of a campaign, pays on the sandbox's page, and the provider event
// completes the donation.
func checkouts(ctx context.Context, b *bench) error {
	for _, d := range b.databases() {
		if err := b.checkoutsOn(ctx, d); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
	}
	return nil
}

func (b *bench) checkoutsOn(ctx context.Context, d database) error {
	w, err := b.newWorld(ctx, d, "gifts")
	if err != nil {
		return err
	}
	g := &formDonors{world: w, turns: make([][]string, b.turns+1)}
	err = w.open(ctx, func(_ *store.Store, a *app.App) error { return g.makeForms(ctx, a) })
	if err != nil {
		return err
	}
	if g.server, _, err = b.serve(ctx, w.url); err != nil {
		return err
	}
	found, err := b.compete(contender{d.name + ": complete donations", g.measure})
	if err = errors.Join(err, g.server.stop()); err != nil {
		return err
	}
	aim := ""
	if d.name == "SQLite" {
		aim = "≥ 2,000/s"
	}
	b.table.add(row{
		what:     fmt.Sprintf("complete donations through the sandbox, %s, %d donors at once, one campaign", d.name, connections),
		measured: found.medians[0].String(), against: "the highest peak that a live appeal has published: 350/s",
		ratio: twoDigits(found.medians[0].rate() / 350), aim: aim,
	})
	return nil
}

// formDonors donate on all connections, each with a form of its own.
type formDonors struct {
	server *process
	world  *world
	turns  [][]string
	turn   int
}

// makeForms names the forms of all turns, as opening the donate page does.
func (g *formDonors) makeForms(ctx context.Context, a *app.App) error {
	for turn := range g.turns {
		for range forms {
			form, err := a.NewForm(ctx)
			if err != nil {
				return err
			}
			g.turns[turn] = append(g.turns[turn], form)
		}
	}
	return nil
}

// measure lets donors donate for a while, and ends when the last of their donations is complete. Latencies are those of donors: from
// submitting the form to the end of the payment.
func (g *formDonors) measure(d time.Duration) (sample, error) {
	ctx := context.Background()
	before, err := g.server.metrics(ctx, completedMetric)
	if err != nil {
		return sample{}, err
	}
	mine := g.turns[g.turn]
	g.turn++
	var next atomic.Int64
	workers, failed := make([][]time.Duration, connections), make([]error, connections)
	var working sync.WaitGroup
	cpu, began := g.server.cpu(), time.Now()
	for i := range connections {
		working.Go(func() {
			workers[i], failed[i] = g.donateAll(began.Add(d), func() (string, bool) {
				n := int(next.Add(1)) - 1
				if n >= len(mine) {
					return "", false
				}
				return mine[n], true
			})
		})
	}
	working.Wait()
	s := gathered(0, workers)
	err = errors.Join(append(failed, g.complete(ctx, before[0]+int64(s.count)))...)
	s.elapsed, s.cpu = time.Since(began), g.server.cpu()-cpu
	return s, err
}

// donateAll makes one donation after the other until then, or until there are no more forms.
func (g *formDonors) donateAll(until time.Time, nextForm func() (string, bool)) ([]time.Duration, error) {
	c, err := dial(g.server.addr)
	if err != nil {
		return nil, err
	}
	defer c.close()
	var latencies []time.Duration
	for now := time.Now(); now.Before(until); {
		form, more := nextForm()
		if !more {
			return latencies, errors.New("there are not enough forms for this turn")
		}
		if err := g.donate(c, form); err != nil {
			return latencies, err
		}
		end := time.Now()
		latencies = append(latencies, end.Sub(now))
		now = end
	}
	return latencies, nil
}

// donate submits a form and pays.
func (g *formDonors) donate(c *connection, form string) error {
	place := g.world.Campaign
	location, err := c.ask(formPost("/@"+place.OwnerSlug+"/"+place.Slug+"/donate", url.Values{
		"form": {form}, "preset": {"other"}, "amount": {"12.34"}, "name": {"A donor of the benchmark"}, "email": {form[:16] + "@example.org"}, // each address has a limit
		"comment": {"Good luck with the last hours of the stream!"}, "currency": {"USD"},
	}), "303")
	if err != nil {
		return fmt.Errorf("donate form: %w", err)
	}
	page, err := url.Parse(location)
	if err != nil {
		return err
	}
	if _, err := c.ask(formPost(page.Path, url.Values{"card": {"4242424242424242"}, "code": {"123"}}), "303"); err != nil {
		return fmt.Errorf("payment: %w", err)
	}
	return nil
}

// formPost is a form as a browser submits it.
func formPost(path string, form url.Values) []byte {
	body := form.Encode()
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: bench\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n\r\n%s",
		path, len(body), body)
}

// complete waits until that many donations are complete.
func (g *formDonors) complete(ctx context.Context, want int64) error {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); {
		got, err := g.server.metrics(ctx, completedMetric)
		if err != nil || got[0] >= want {
			return err
		}
		<-tick.C
	}
	return fmt.Errorf("paid donations are not complete after 30 s; want %d", want)
}
