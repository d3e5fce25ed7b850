package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// boards compares the donor leaderboards of a campaign with few donations and of one with very many: all time, page 1, through the use
// cases and bypassing every cache. Both are read in turns.
func (b *bench) boards(ctx context.Context, d database, small, large listed) error {
	return small.world.open(ctx, func(_ *store.Store, few *app.App) error {
		return large.world.open(ctx, func(_ *store.Store, many *app.App) error {
			slow, fast, err := inTurns(board(ctx, many, large.world), board(ctx, few, small.world))
			if err != nil {
				return fmt.Errorf("leaderboards: %w", err)
			}
			b.table.add(row{
				what: fmt.Sprintf("leaderboard of %d donors, %s, use case, %s donations of %s people",
					pageSize, d.name, thousands(int64(large.size)), thousands(donors)),
				measured: short(slow), against: fmt.Sprintf("with %s donations: %s", thousands(int64(small.size)), short(fast)),
				ratio: ratioOf(slow.Seconds(), fast.Seconds()), aim: "≤ 1.20",
			})
			slow, fast, err = inTurns(newest(ctx, many, large.world), newest(ctx, few, small.world))
			b.table.add(row{
				what:     fmt.Sprintf("page 1, %s, use case, %s donations", d.name, thousands(int64(large.size))),
				measured: short(slow), against: fmt.Sprintf("with %s donations: %s", thousands(int64(small.size)), short(fast)),
				ratio: ratioOf(slow.Seconds(), fast.Seconds()),
			})
			return err
		})
	})
}

// board reads the leaderboard of a world.
func board(ctx context.Context, a *app.App, w *world) func(int) (time.Duration, error) {
	key := app.FactKey{Key: fund.Key{LegacyID: w.EmptyCampaign.LegacyID}}
	query := app.BoardQuery{Board: fund.BoardDonor, Period: fund.PeriodAll}
	return func(int) (time.Duration, error) {
		began := time.Now()
		seen, err := a.See(ctx, app.System(), key)
		if err != nil {
			return 0, err
		}
		got, err := a.Leaderboard(ctx, seen, query, fund.Page{Limit: pageSize})
		took := time.Since(began)
		if err == nil && len(got) != pageSize {
			err = fmt.Errorf("got %d entries, want %d", len(got), pageSize)
		}
		return took, err
	}
}

// newest reads the first page of donations of a world.
func newest(ctx context.Context, a *app.App, w *world) func(int) (time.Duration, error) {
	return func(int) (time.Duration, error) { return readPage(ctx, a, w, app.DonationPage{Limit: pageSize}) }
}

// lag is how far the leaderboards were behind the log, in events and in time.
type lag struct {
	events []int64
	times  []time.Duration
}

// sampleEvery is how often a server's positions are read.
const sampleEvery = 50 * time.Millisecond

// watchLag reads the positions of a server under load until ctx ends.
func (p *process) watchLag(ctx context.Context) (lag, error) {
	var l lag
	type seen struct {
		at          time.Time
		log, folded int64
	}
	var all []seen
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for {
		log, folded, err := p.positions(ctx)
		if ctx.Err() != nil {
			return l, nil
		}
		if err != nil {
			return l, err
		}
		now := seen{time.Now(), log, folded}
		all = append(all, now)
		var behind time.Duration
		for _, before := range all {
			// The first moment at which the log held an event that is not folded yet.
			if before.log > folded {
				behind = now.at.Sub(before.at)
				break
			}
		}
		l.events, l.times = append(l.events, log-folded), append(l.times, behind)
		select {
		case <-tick.C:
		case <-ctx.Done():
			return l, nil
		}
	}
}

// steadyRate is the donations per second of a large event.
const steadyRate = 1000

// addLag makes donations, at a steady rate and as fast as possible, and adds how far the leaderboards lag behind.
func (b *bench) addLag(ctx context.Context, d database, g httpDonors) error {
	for _, load := range []struct {
		what string
		rate int
		aim  string
	}{{thousands(steadyRate) + " donations/s", steadyRate, "≤ 1000 ms"}, {"donations as fast as possible", 0, ""}} {
		seen, s, err := watched(ctx, g.server, func() (sample, error) { return g.at(load.rate).measure(5 * b.turn) })
		if err != nil {
			return fmt.Errorf("lag of the leaderboards: %w", err)
		}
		b.progress("%s: %s: %s behind", d.name, load.what, short(longest(seen.times)))
		b.table.add(row{
			what:     fmt.Sprintf("leaderboards behind the event log, %s, %s over HTTP of %s people", d.name, load.what, thousands(donors)),
			measured: fmt.Sprintf("median %s, at most %s", short(median(seen.times)), short(longest(seen.times))),
			against:  fmt.Sprintf("%s; at most %s events behind", perSecond(s.rate()), thousands(longest(seen.events))), aim: load.aim,
		})
	}
	return nil
}

// watched measures the lag of a server during some work.
func watched(ctx context.Context, server *process, work func() (sample, error)) (lag, sample, error) {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	type result struct {
		lag lag
		err error
	}
	done := make(chan result, 1)
	go func() {
		l, err := server.watchLag(watching)
		done <- result{l, err}
	}()
	s, err := work()
	stop()
	seen := <-done
	return seen.lag, s, errors.Join(err, seen.err)
}
