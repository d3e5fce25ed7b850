package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// manyWaiting is how many callers wait for a commit when the store is under pressure.
const manyWaiting = 256

// donations compares durable donations, all to one campaign, with what the database engine achieves for the least that a donation could be:
// one row and one counter.
func donations(ctx context.Context, b *bench) error {
	for _, d := range b.databases() {
		w, err := b.newWorld(ctx, d, "donations")
		if err != nil {
			return err
		}
		url, err := d.make("raw")
		if err != nil {
			return err
		}
		engine, err := openRaw(ctx, url)
		if err != nil {
			return err
		}
		err = b.donationsOverHTTP(ctx, d, w, engine)
		if err == nil {
			err = b.donationsInStore(ctx, d, w, engine)
		}
		if err = errors.Join(err, engine.close(ctx)); err != nil {
			return fmt.Errorf("%s: %w", d.name, err)
		}
	}
	return nil
}

func (b *bench) donationsOverHTTP(ctx context.Context, d database, w *world, engine *raw) error {
	server, _, err := b.serve(ctx, w.url)
	if err != nil {
		return err
	}
	ours := newHTTPDonors(d.name+" over HTTP", server, w)
	if err := b.addLag(ctx, d, ours); err != nil {
		return errors.Join(err, server.stop())
	}
	contenders := []contender{
		{ours.name, ours.measure},
		{d.name + " raw", func(d time.Duration) (sample, error) { return engine.press(ctx, connections, d) }},
	}
	if d.name != "SQLite" {
		peers, err := b.pgbench(ctx)
		if err != nil {
			return errors.Join(err, server.stop())
		}
		contenders = append(contenders, peers...)
	}
	found, err := b.compete(contenders...)
	if err = errors.Join(err, server.stop()); err != nil {
		return err
	}
	what := fmt.Sprintf("durable donations over HTTP, %s, %d connections, one campaign", d.name, connections)
	aim := "≥ 3.00 of pgbench"
	if d.name == "SQLite" {
		aim = "≥ 5,000/s"
	}
	for i, other := range contenders[1:] {
		rowAim := aim
		if i == 0 && d.name != "SQLite" {
			rowAim = ""
		}
		b.table.add(row{what, found.medians[0].String(), fmt.Sprintf("%s: %s", other.name, found.medians[i+1]),
			twoDigits(found.ratios[i+1]), rowAim})
	}
	return nil
}

// newHTTPDonors returns donors who donate with a reference, a name and a comment on all connections, in turn for
// each of the donors.
func newHTTPDonors(name string, p *process, w *world) httpDonors {
	return httpDonors{name: name, server: p, world: w, turn: &atomic.Int64{}}
}

// httpDonors make donations over HTTP.
type httpDonors struct {
	name   string
	server *process
	world  *world
	turn   *atomic.Int64
	// rate is the donations per second from all connections; 0 for as many as possible.
	rate int
}

// at returns the same donors at a steady rate.
func (g httpDonors) at(rate int) httpDonors {
	g.rate = rate
	return g
}

func (g httpDonors) measure(d time.Duration) (sample, error) {
	begin, began := g.turn.Add(1), time.Now()
	return g.server.load(d, func(connection int) request {
		prefix := fmt.Sprintf("%d-%d-", begin, connection)
		bytes := post("/pay/sandbox/donations", g.world.Sandbox.Token, fmt.Sprintf(
			`{"name":"A donor of the benchmark, 00000000","campaign":%d,"amount":"12.34","comment":"Good luck with the last hours of the stream!","reference":"%s00000000"}`,
			g.world.Campaign.LegacyID, prefix))
		name := strings.Index(string(bytes), `00000000"`)
		n := 0
		return request{bytes, func(b []byte) {
			n++
			number(b[name:], (n*connections+connection)%donors)
			number(b[len(b)-len(`00000000"}`):], n)
			if g.rate > 0 {
				time.Sleep(time.Until(began.Add(time.Duration(n*connections+connection) * time.Second / time.Duration(g.rate))))
			}
		}}
	})
}

// firstNumber is how number writes 0.
const firstNumber = 10_000_000

// number writes n, below ten million, with eight digits.
func number(to []byte, n int) {
	copy(to, strconv.AppendInt(make([]byte, 0, 8), int64(n+firstNumber), 10))
}

// donationsInStore measures the store without HTTP, from as many callers and from more.
func (b *bench) donationsInStore(ctx context.Context, d database, w *world, engine *raw) error {
	return w.open(ctx, func(s *store.Store, _ *app.App) error {
		id, err := fund.ParseID(w.Campaign.ID)
		if err != nil {
			return err
		}
		fact, err := s.GetFact(ctx, store.FactKey{Key: fund.Key{ID: id}})
		if err != nil {
			return err
		}
		for _, waiting := range []int{connections, manyWaiting} {
			found, err := b.compete(
				contender{fmt.Sprintf("%s store, %d waiting", d.name, waiting), func(d time.Duration) (sample, error) {
					return press(waiting, d, func(n int) error {
						c, err := completionFor(fact, time.Now(), n)
						if err != nil {
							return err
						}
						_, err = s.Complete(ctx, c)
						return err
					})
				}},
				contender{fmt.Sprintf("%s raw, %d waiting", d.name, waiting), func(d time.Duration) (sample, error) {
					return engine.press(ctx, waiting, d)
				}})
			if err != nil {
				return err
			}
			b.table.add(row{
				what:     fmt.Sprintf("store.Complete, %s, %d waiting, one campaign", d.name, waiting),
				measured: found.medians[0].String(), against: fmt.Sprintf("raw group commit: %s", found.medians[1]),
				ratio: twoDigits(found.ratios[1]),
			})
		}
		return nil
	})
}

// press calls work from many goroutines for a while, one call after the other in each.
func press(callers int, d time.Duration, work func(n int) error) (sample, error) {
	latencies := make([][]time.Duration, callers)
	failed := make([]error, callers)
	var done sync.WaitGroup
	began := time.Now()
	for i := range callers {
		done.Go(func() {
			now := time.Now()
			for n := i; now.Sub(began) < d; n += callers {
				if failed[i] = work(n); failed[i] != nil {
					return
				}
				end := time.Now()
				latencies[i] = append(latencies[i], end.Sub(now))
				now = end
			}
		})
	}
	done.Wait()
	return gathered(time.Since(began), latencies), errors.Join(failed...)
}
