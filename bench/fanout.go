package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"time"
)

const (
	// fanTurns is how many turns each server gets, fanTurn how long one takes.
	fanTurns = 8
	fanTurn  = 2 * time.Second
	// warmUps is how many donations are made before anything is measured.
	warmUps = 5
)

// fanOut measures live connections beside centrifuge: how long a donation takes to reach all of them, and the memory that each takes.
func fanOut(ctx context.Context, b *bench) error {
	peer, err := b.startPeer(ctx)
	if err != nil {
		return err
	}
	other := &crowdOf{kind: kindCentrifuge, server: peer}
	defer other.stop(b)
	if err := other.fill(ctx, b, "campaign"); err != nil {
		return err
	}
	for _, kind := range []string{kindSSE, kindSocket, kindPhoenix} {
		if err := b.fanOutOf(ctx, kind, other); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	return nil
}

// crowdOf are the listeners of one kind, and their server.
type crowdOf struct {
	kind              string
	server, listeners *child
	publish           *connection
	request           func(n int) []byte
	// number is that of the last donation.
	number int
	// each is the memory that one connection takes.
	each memory
	// took are the times from a request to its answer, and to the last listener.
	answered, took []time.Duration
	cpu, hostCPU   time.Duration
}

// fill opens the connections.
func (c *crowdOf) fill(ctx context.Context, b *bench, fact string) error {
	time.Sleep(settle)
	before, err := c.server.memory()
	if err != nil {
		return err
	}
	began := time.Now()
	c.listeners, err = b.listeners(ctx, order{Kind: c.kind, Addr: c.server.addr, Fact: fact, Connections: b.listening})
	if err != nil {
		return err
	}
	b.progress("%s: %d connections in %s", c.kind, b.listening, short(time.Since(began)))
	time.Sleep(settle)
	after, err := c.server.memory()
	if err != nil {
		return err
	}
	n := int64(b.listening)
	c.each = memory{resident: (after.resident - before.resident) / n, used: (after.used - before.used) / n}
	return nil
}

// connect opens a new connection for donations: a server closes one over which nothing comes.
func (c *crowdOf) connect() (err error) {
	if c.publish != nil {
		c.publish.close()
	}
	c.publish, err = dial(c.server.addr)
	return err
}

// listeners starts a host of connections and waits until they listen.
func (b *bench) listeners(ctx context.Context, o order) (*child, error) {
	c, err := b.self(ctx, listenCommand, o)
	if err != nil {
		return nil, err
	}
	var open int
	if err := c.answer(&open); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *crowdOf) stop(b *bench) {
	if c.publish != nil {
		c.publish.close()
	}
	for _, one := range []*child{c.listeners, c.server} {
		if one == nil {
			continue
		}
		if one == c.server {
			_ = one.stop()
		} else if err := one.end(); err != nil {
			b.progress("%s: %v", c.kind, err)
		}
	}
}

// donate makes the next donation and waits until all listeners have it.
func (c *crowdOf) donate() (answered, took time.Duration, err error) {
	c.number++
	began := time.Now()
	if err := c.publish.exchange(c.request(c.number)); err != nil {
		return 0, 0, err
	}
	answered = time.Since(began)
	var a arrival
	if err := c.listeners.answer(&a); err != nil {
		return 0, 0, err
	}
	if a.Number != c.number {
		return 0, 0, fmt.Errorf("donation %d is there before donation %d", a.Number, c.number)
	}
	return answered, time.Duration(a.Last - began.UnixNano()), nil
}

// turn makes one donation after the other for a while, each when the one before is everywhere, and returns the median of the times.
func (c *crowdOf) turn(d time.Duration) (time.Duration, error) {
	if c.kind == kindPhoenix {
		if err := c.listeners.tell(beatQuestion); err != nil {
			return 0, err
		}
		time.Sleep(settle) // the answers
	}
	if err := c.connect(); err != nil {
		return 0, err
	}
	cpu, host := c.server.cpu(), c.listeners.cpu()
	var took []time.Duration
	for began := time.Now(); time.Since(began) < d; {
		answered, all, err := c.donate()
		if err != nil {
			return 0, err
		}
		c.answered, took = append(c.answered, answered), append(took, all)
	}
	c.took = append(c.took, took...)
	c.cpu += c.server.cpu() - cpu
	c.hostCPU += c.listeners.cpu() - host
	return median(took), nil
}

// forget leaves out what was measured so far.
func (c *crowdOf) forget() { c.answered, c.took, c.cpu, c.hostCPU = nil, nil, 0, 0 }

func (b *bench) fanOutOf(ctx context.Context, kind string, other *crowdOf) error {
	w, err := b.quietWorld(ctx, b.databases()[0], "live_"+kind)
	if err != nil {
		return err
	}
	server, err := b.serveAsked(ctx, w.url)
	if err != nil {
		return err
	}
	ours := &crowdOf{kind: kind, server: server, request: w.donation(kind)}
	defer ours.stop(b)
	if err := ours.fill(ctx, b, w.factFor(kind)); err != nil {
		return err
	}
	message, err := b.sampleOf(ctx, ours, w)
	if err != nil {
		return err
	}
	other.request = publication(message)
	other.forget()
	if err := other.connect(); err != nil {
		return err
	}
	for range warmUps {
		if _, _, err := ours.donate(); err != nil {
			return err
		}
		if _, _, err := other.donate(); err != nil {
			return err
		}
	}
	var ratios []float64
	for range fanTurns {
		a, err := ours.turn(fanTurn)
		if err != nil {
			return err
		}
		o, err := other.turn(fanTurn)
		if err != nil {
			return fmt.Errorf("%s: %w", peerName, err)
		}
		b.progress("%s: %s, %s: %s", kind, short(a), peerName, short(o))
		ratios = append(ratios, float64(a)/float64(o))
	}
	b.table.add(row{
		what: fmt.Sprintf("from the request that donates to the last of %s subscribers, %s, messages of %s bytes",
			thousands(int64(b.listening)), kind, thousands(int64(len(message)))),
		measured: ours.String(b), against: peerName + ", WebSocket, the same bytes: " + other.String(b), ratio: twoDigits(median(ratios)),
	})
	b.table.add(row{
		what:     fmt.Sprintf("memory a connection, %s, %s idle", kind, thousands(int64(b.listening))),
		measured: ours.each.String(), against: peerName + ", WebSocket: " + other.each.String(),
		ratio: ratioOf(float64(ours.each.used), float64(other.each.used)), aim: "≤ 20 kB",
	})
	return nil
}

// sampleOf is the message of a donation as a connection of its own has it. That of a stream is over a WebSocket, which has the same message in
// one frame.
func (b *bench) sampleOf(ctx context.Context, c *crowdOf, w *world) (message []byte, err error) {
	kind := c.kind
	if kind == kindSSE {
		kind = kindSocket
	}
	scout, err := b.listeners(ctx, order{Kind: kind, Addr: c.server.addr, Fact: w.factFor(kind), Connections: 1})
	if err != nil {
		return nil, err
	}
	if err := c.connect(); err != nil {
		return nil, err
	}
	if _, _, err := c.donate(); err != nil {
		return nil, err
	}
	var a arrival
	if err := scout.answer(&a); err != nil {
		return nil, err
	}
	time.Sleep(settle) // the rest of the frame
	var sample []byte
	if err := scout.ask(sampleQuestion, &sample); err != nil {
		return nil, err
	}
	message, err = messageIn(sample)
	return message, errors.Join(err, scout.end())
}

// factFor is the name of the campaign for listeners of a kind.
func (w *world) factFor(kind string) string {
	if kind == kindPhoenix {
		return strconv.FormatInt(w.Campaign.LegacyID, 10)
	}
	return "@" + w.Campaign.OwnerSlug + "/" + w.Campaign.Slug
}

// String is what was measured of a crowd.
func (c *crowdOf) String(b *bench) string {
	all, answered := slices.Sorted(slices.Values(c.took)), slices.Sorted(slices.Values(c.answered))
	s, commits := sample{count: len(all), latencies: all}, sample{latencies: answered}
	n := time.Duration(max(len(all), 1) * b.listening)
	return fmt.Sprintf("p50 %s, p99 %s (%d times; answered after %s; CPU a delivery: server %s, clients %s)", short(s.quantile(0.5)), short(s.quantile(0.99)), len(all),
		short(commits.quantile(0.5)), short(c.cpu/n), short(c.hostCPU/n))
}

func (m memory) String() string {
	return fmt.Sprintf("%.1f kB of heap and stacks, %.1f kB resident", float64(m.used)/1e3, float64(m.resident)/1e3)
}
