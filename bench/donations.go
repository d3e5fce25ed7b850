package main

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// manyWaiting is how many wait for a commit when the store is pressed.
const manyWaiting = 256

// donations compares durable donations, all for one campaign, with what the database engine
// does for the least that a donation could be: one row and one counter.
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
	contenders := []contender{
		giver(d.name+" over HTTP", server, w),
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

// giver makes donations with a reference, a name and a comment on all connections.
func giver(name string, p *process, w *world) contender {
	var turn atomic.Int64
	return contender{name, func(d time.Duration) (sample, error) {
		begin := turn.Add(1)
		return p.load(d, func(connection int) request {
			prefix := fmt.Sprintf("%d-%d-", begin, connection)
			bytes := post("/pay/sandbox/donations", w.Sandbox.Token, fmt.Sprintf(
				`{"campaign":%d,"amount":"12.34","name":"A giver of the benchmark","comment":"Good luck with the last hours of the stream!","reference":"%s00000000"}`,
				w.Campaign.LegacyID, prefix))
			n := 0
			return request{bytes, func(b []byte) {
				n++
				digits := strconv.AppendInt(make([]byte, 0, 8), int64(n+10_000_000), 10)
				copy(b[len(b)-len(`00000000"}`):], digits)
			}}
		})
	}}
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

// press calls work from many goroutines for a while, each one call after the other.
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
