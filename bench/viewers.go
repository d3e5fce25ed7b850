package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"
)

const (
	// watching is how many people watch one page.
	watching = 2000
	// viewPace is how many donations a second there are, viewTime for how long.
	viewPace = 1
	viewTime = 30 * time.Second
	// viewRest is how long the last donation may take to be on all pages.
	viewRest = 15 * time.Second
)

// viewers measures how soon a donation is on the pages of all who watch the page of a campaign in browsers, what that costs the server, and the memory
// that a viewer takes.
func viewers(ctx context.Context, b *bench) error {
	w, err := b.quietWorld(ctx, b.databases()[0], "viewers")
	if err != nil {
		return err
	}
	server, err := b.serveAsked(ctx, w.url)
	if err != nil {
		return err
	}
	return errors.Join(b.watchedBy(ctx, server, w), server.stop())
}

func (b *bench) watchedBy(ctx context.Context, server *child, w *world) error {
	time.Sleep(settle)
	before, err := server.memory()
	if err != nil {
		return err
	}
	crowd, err := b.self(ctx, viewCommand, viewing{Addr: server.addr, Path: "/" + w.factFor(kindSocket), Viewers: watching})
	if err != nil {
		return err
	}
	var open int
	if err := crowd.answer(&open); err != nil {
		return err
	}
	b.progress("viewers: %d watch", open)
	time.Sleep(settle)
	after, err := server.memory()
	if err != nil {
		return err
	}
	cpu := server.cpu()
	made, answered, err := b.donateTo(server, w)
	if err != nil {
		return err
	}
	time.Sleep(viewRest)
	cpu = server.cpu() - cpu
	question, err := json.Marshal(made)
	if err != nil {
		return err
	}
	var had viewed
	if err := crowd.ask(string(question), &had); err != nil {
		return err
	}
	each := memory{resident: (after.resident - before.resident) / watching, used: (after.used - before.used) / watching}
	b.table.add(row{
		what:     fmt.Sprintf("donations to a campaign whose page %s watch in browsers, %d/s for %s: from the request to the message", thousands(watching), viewPace, viewTime),
		measured: fmt.Sprintf("%s; answered after %s", spanOf(had.Messages), spanOf(answered)),
	})
	b.table.add(row{
		what: "the same, to the page that shows the donation",
		measured: fmt.Sprintf("%s; %d reads of the page for each donation, %d %% of them found it as it was; server %s CPU for each donation, %d missed",
			spanOf(had.Pages), had.Reads/len(made), 100*had.Same/max(had.Reads, 1), short(cpu/time.Duration(len(made))), had.Missed),
	})
	b.table.add(row{what: "memory a viewer, two connections, idle", measured: each.String()})
	return crowd.end()
}

// donateTo makes donations at a steady pace, and returns when each was asked for and how long its answer took.
func (b *bench) donateTo(server *child, w *world) (made map[int]time.Time, answered []time.Duration, err error) {
	c, err := dial(server.addr)
	if err != nil {
		return nil, nil, err
	}
	defer c.close()
	request, began := w.donation("view"), time.Now()
	made = map[int]time.Time{}
	for n := 1; n <= int(viewTime/time.Second)*viewPace; n++ {
		time.Sleep(time.Until(began.Add(time.Duration(n) * time.Second / viewPace)))
		made[n] = time.Now()
		if err := c.exchange(request(n)); err != nil {
			return nil, nil, err
		}
		answered = append(answered, time.Since(made[n]))
	}
	return made, answered, nil
}

// spanOf is the median and the 99th percentile.
func spanOf(all []time.Duration) string {
	slices.Sort(all)
	s := sample{count: len(all), latencies: all}
	return fmt.Sprintf("p50 %s, p99 %s", short(s.quantile(0.5)), short(s.quantile(0.99)))
}
