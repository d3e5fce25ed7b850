package main

import (
	"context"
	"errors"
	"fmt"
	"time"
)

const (
	// crowdPace is how many donations a second there are where listeners get all of them in time.
	crowdPace = 8
	// crowdTurns is how many turns there are of crowdTurn each.
	crowdTurns = 3
	crowdTurn  = 4 * time.Second
)

// crowd measures what live connections take from donations: donations to a campaign that many watch over streams, and to the same campaign of
// another server that nobody watches, in turns.
func crowd(ctx context.Context, b *bench) error {
	watched, err := b.audience(ctx, "watched", b.listening)
	if err != nil {
		return err
	}
	alone, err := b.audience(ctx, "alone", 0)
	if err == nil {
		err = errors.Join(b.crowdAt(ctx, watched, alone, crowdPace), b.crowdAt(ctx, watched, alone, 0), alone.stop())
	}
	return errors.Join(err, watched.stop())
}

// audience is a server with its donors and its listeners.
type audience struct {
	httpDonors
	bench *bench
	// watching is how many listeners there are.
	watching int
	// turns are what each turn has shown of the listeners.
	turns []heard
}

// heard is what the listeners had in a turn.
type heard struct {
	// messages were queued for them, slow of them were closed; cpu is the processor time of their process, for as many donations.
	messages, slow int64
	cpu            time.Duration
	donations      int
}

func (b *bench) audience(ctx context.Context, name string, listeners int) (*audience, error) {
	w, err := b.newWorld(ctx, b.databases()[0], name)
	if err != nil {
		return nil, err
	}
	server, _, err := b.serve(ctx, w.url)
	if err != nil {
		return nil, err
	}
	return &audience{httpDonors: newHTTPDonors(name, server, w), bench: b, watching: listeners}, nil
}

func (a *audience) stop() error { return a.server.stop() }

// measureAt is one turn at a pace; 0 for as fast as possible. The listeners come for the turn, so that what they have not had at its end
// takes nothing from the next one.
func (a *audience) measureAt(ctx context.Context, rate int, d time.Duration) (s sample, err error) {
	measure := a.measure
	if rate > 0 {
		measure = func(d time.Duration) (sample, error) { return a.paced(rate, d) }
	}
	if a.watching == 0 {
		return measure(d)
	}
	listeners, err := a.bench.listeners(ctx, order{
		Kind: kindSSE, Addr: a.server.addr, Fact: a.world.factFor(kindSSE), Connections: a.watching, Quiet: true,
	})
	if err != nil {
		return s, err
	}
	time.Sleep(settle)
	before, err := a.server.metrics(ctx, liveMetrics...)
	if err != nil {
		return s, err
	}
	cpu := listeners.cpu()
	if s, err = measure(d); err != nil {
		return s, err
	}
	after, err := a.server.metrics(ctx, liveMetrics...)
	if err != nil {
		return s, err
	}
	a.turns = append(a.turns, heard{messages: after[0] - before[0], slow: after[1] - before[1], cpu: listeners.cpu() - cpu, donations: s.count})
	err = listeners.end()
	time.Sleep(settle) // the server sees that they have gone
	return s, err
}

// liveMetrics count the messages that were queued for listeners, and the listeners that were too slow.
var liveMetrics = []string{"almoner_live_messages_total", "almoner_live_slow_total"}

// paced makes donations over one connection at a steady rate.
func (a *audience) paced(rate int, d time.Duration) (sample, error) {
	c, err := dial(a.server.addr)
	if err != nil {
		return sample{}, err
	}
	defer c.close()
	request := a.world.donation(fmt.Sprint("pace-", a.turn.Add(1)))
	var took []time.Duration
	cpu, began := a.server.cpu(), time.Now()
	for n := 0; time.Since(began) < d; n++ {
		time.Sleep(time.Until(began.Add(time.Duration(n) * time.Second / time.Duration(rate))))
		sent := time.Now()
		if err := c.exchange(request(n)); err != nil {
			return sample{}, err
		}
		took = append(took, time.Since(sent))
	}
	s := gathered(time.Since(began), [][]time.Duration{took})
	s.cpu = a.server.cpu() - cpu
	return s, nil
}

func (b *bench) crowdAt(ctx context.Context, watched, alone *audience, rate int) error {
	watched.turns = nil
	few := *b
	few.turns, few.turn = crowdTurns, crowdTurn
	found, err := few.compete(
		contender{"watched", func(d time.Duration) (sample, error) { return watched.measureAt(ctx, rate, d) }},
		contender{"alone", func(d time.Duration) (sample, error) { return alone.measureAt(ctx, rate, d) }},
	)
	if err != nil {
		return err
	}
	pace, aim := "as fast as possible", "≥ 0.90"
	if rate > 0 {
		pace, aim = fmt.Sprintf("%d/s", rate), ""
	}
	b.table.add(row{
		what:     fmt.Sprintf("donations over HTTP, SQLite, %s, %s listen to that campaign", pace, thousands(int64(b.listening))),
		measured: found.medians[0].String() + "; " + watched.String(), against: "nobody listens: " + found.medians[1].String(),
		ratio: twoDigits(found.ratios[1]), aim: aim,
	})
	return nil
}

// String is what the listeners had.
func (a *audience) String() string {
	var all heard
	for _, one := range a.turns {
		all.messages, all.donations, all.cpu, all.slow = all.messages+one.messages, all.donations+one.donations, all.cpu+one.cpu, all.slow+one.slow
	}
	n := max(all.donations, 1)
	return fmt.Sprintf("%d %% of the messages queued by the end of a turn, %s CPU of the listeners' process for each donation, %d listeners too slow",
		100*all.messages/int64(n*a.watching), short(all.cpu/time.Duration(n)), all.slow)
}
