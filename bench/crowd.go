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
	// crowdTurns is how many turns there are at most; after each, listeners may take crowdWait to get what they missed.
	crowdTurns = 5
	crowdWait  = 20 * time.Second
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
	// listeners are the connections that watch, nil for none.
	listeners *child
	watching  int
	// turns are what each turn has shown of the listeners.
	turns []heard
}

// heard is what the listeners had in a turn.
type heard struct {
	// messages were queued for them, slow of them were closed in all; cpu is the processor time of their process, for as many donations.
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
	a := &audience{httpDonors: newHTTPDonors(name, server, w), watching: listeners}
	if listeners == 0 {
		return a, nil
	}
	a.listeners, err = b.listeners(ctx, order{Kind: kindSSE, Addr: server.addr, Fact: w.factFor(kindSSE), Connections: listeners, Quiet: true})
	if err != nil {
		return nil, errors.Join(err, server.stop())
	}
	return a, nil
}

func (a *audience) stop() error {
	if a.listeners == nil {
		return a.server.stop()
	}
	return errors.Join(a.listeners.end(), a.server.stop())
}

// measureAt is one turn at a pace; 0 for as fast as possible. Listeners may finish reading before the next one.
func (a *audience) measureAt(ctx context.Context, rate int, d time.Duration) (sample, error) {
	measure := a.measure
	if rate > 0 {
		measure = func(d time.Duration) (sample, error) { return a.paced(rate, d) }
	}
	if a.listeners == nil {
		return measure(d)
	}
	before, err := a.heard(ctx)
	if err != nil {
		return sample{}, err
	}
	s, err := measure(d)
	if err != nil {
		return s, err
	}
	after, err := a.caughtUp(ctx, before.messages+int64(s.count*a.watching))
	a.turns = append(a.turns, heard{
		messages: after.messages - before.messages, slow: after.slow, cpu: after.cpu - before.cpu, donations: s.count,
	})
	return s, err
}

// caughtUp waits until the listeners have as many messages as there are donations, or until crowdWait has passed, so that the next turn has the
// processors to itself.
func (a *audience) caughtUp(ctx context.Context, donations int64) (now heard, err error) {
	for until := time.Now().Add(crowdWait); time.Now().Before(until); time.Sleep(settle / 4) {
		if now, err = a.heard(ctx); err != nil || now.messages >= donations {
			break
		}
	}
	return now, err
}

func (a *audience) heard(ctx context.Context) (heard, error) {
	values, err := a.server.metrics(ctx, "almoner_live_messages_total", "almoner_live_slow_total")
	if err != nil {
		return heard{}, err
	}
	return heard{messages: values[0], slow: values[1], cpu: a.listeners.cpu()}, nil
}

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
	few.turns = min(b.turns, crowdTurns)
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
		all.messages, all.donations, all.cpu, all.slow = all.messages+one.messages, all.donations+one.donations, all.cpu+one.cpu, one.slow
	}
	n := max(all.donations, 1)
	return fmt.Sprintf("of each donation %s messages, %s CPU of the listeners' process; %d listeners were too slow", thousands(all.messages/int64(n)),
		short(all.cpu/time.Duration(n)), all.slow)
}
