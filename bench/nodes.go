package main

import (
	"context"
	"fmt"
	"math/rand/v2"
	"time"
)

const (
	// hops is how many donations are made for the times from node to node; at most hopPause passes between two.
	hops     = 200
	hopPause = 50 * time.Millisecond
)

// twoNodes measures how long a donation to one node takes to reach listeners of another one over PostgreSQL, and those of the first.
func twoNodes(ctx context.Context, b *bench) error {
	if b.postgres == "" {
		return nil
	}
	w, err := b.quietWorld(ctx, b.databases()[1], "nodes")
	if err != nil {
		return err
	}
	var stop []func() error
	defer func() {
		for _, one := range stop {
			_ = one()
		}
	}()
	var there []*ear
	var first *process
	for range 2 {
		server, _, err := b.serve(ctx, w.url, "--secret-key-file", b.folder+"/nodes.key")
		if err != nil {
			return err
		}
		if first == nil {
			first = server
		}
		stop = append(stop, server.stop)
		for _, kind := range []string{kindSSE, kindSocket} {
			l, err := b.listeners(ctx, order{Kind: kind, Addr: server.addr, Fact: w.factFor(kind), Connections: 1})
			if err != nil {
				return err
			}
			stop = append([]func() error{l.end}, stop...)
			there = append(there, &ear{kind: kind, listeners: l})
		}
	}
	if err := hop(first, w, there); err != nil {
		return err
	}
	b.addHops(there)
	return nil
}

// ear is one listener, with the times that donations took to it.
type ear struct {
	kind      string
	listeners *child
	took      []time.Duration
}

func (e *ear) String() string {
	s := gathered(0, [][]time.Duration{e.took})
	return fmt.Sprintf("p50 %s, p99 %s", short(s.quantile(0.5)), short(s.quantile(0.99)))
}

// hop makes donations on a node, each at a moment of its own, and notes when they arrive.
func hop(server *process, w *world, there []*ear) error {
	c, err := dial(server.addr)
	if err != nil {
		return err
	}
	defer c.close()
	request := w.donation("hop")
	for n := 1; n <= warmUps+hops; n++ {
		time.Sleep(rand.N(hopPause))
		began := time.Now().UnixNano()
		if err := c.exchange(request(n)); err != nil {
			return err
		}
		for _, one := range there {
			var a arrival
			if err := one.listeners.answer(&a); err != nil {
				return err
			}
			if a.Number != n {
				return fmt.Errorf("donation %d is there before donation %d", a.Number, n)
			}
			if n > warmUps {
				one.took = append(one.took, time.Duration(a.Last-began))
			}
		}
	}
	return nil
}

// addHops adds a row for each kind: the second node beside the first.
func (b *bench) addHops(there []*ear) {
	half := len(there) / 2
	for i, far := range there[half:] {
		near := there[i]
		var ratios []float64
		for n := range far.took {
			ratios = append(ratios, float64(far.took[n])/float64(near.took[n]))
		}
		b.table.add(row{
			what:     "from the request that donates on node A to a listener on node B, PostgreSQL, " + far.kind,
			measured: far.String(), against: "a listener on node A: " + near.String(), ratio: twoDigits(median(ratios)),
		})
	}
}
