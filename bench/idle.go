package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/store"
)

const (
	// starts is how often each server is started.
	starts = 7
	// settle is how long a server is left alone before its memory is read.
	settle = 2 * time.Second
)

// idle measures an idle server: how fast it starts and how much memory it holds.
func idle(ctx context.Context, b *bench) error {
	for _, d := range b.databases() {
		empty, err := b.emptyWorld(ctx, d)
		if err != nil {
			return err
		}
		full, err := b.newWorld(ctx, d, "idle")
		if err != nil {
			return err
		}
		for _, one := range []struct {
			data string
			w    *world
		}{{"empty database", empty}, {"demo data", full}} {
			if err := b.idleOn(ctx, d.name+", "+one.data, one.w); err != nil {
				return fmt.Errorf("%s, %s: %w", d.name, one.data, err)
			}
		}
	}
	return nil
}

// emptyWorld has the schema and no data.
func (b *bench) emptyWorld(ctx context.Context, d database) (*world, error) {
	url, err := d.make("empty")
	if err != nil {
		return nil, err
	}
	w := &world{url: url}
	return w, w.open(ctx, func(s *store.Store, _ *app.App) error {
		_, _, err := s.Migrate(ctx)
		return err
	})
}

func (b *bench) idleOn(ctx context.Context, what string, w *world) error {
	var ready []time.Duration
	for range starts {
		server, took, err := b.serve(ctx, w.url)
		if err != nil {
			return err
		}
		ready = append(ready, took)
		if err := server.stop(); err != nil {
			return err
		}
	}
	b.table.add(row{what: "from start to ready, " + what, measured: short(median(ready)), aim: "≤ 200 ms"})
	server, _, err := b.serve(ctx, w.url)
	if err != nil {
		return err
	}
	return errors.Join(b.memory(what, server, w), server.stop())
}

func (b *bench) memory(what string, server *process, w *world) error {
	if err := b.resident("memory when idle, "+what, "≤ 60 MB", server); err != nil {
		return err
	}
	if w.Campaign.LegacyID == 0 {
		return nil
	}
	for _, path := range []string{campaignPath(w.Campaign, ""), campaignPath(w.Campaign, "/donations")} {
		if _, err := reader(path, server, path, w.V3.ApplicationToken).measure(b.turn); err != nil {
			return err
		}
	}
	if _, err := newHTTPDonors(what, server, w).measure(b.turn); err != nil {
		return err
	}
	return b.resident(fmt.Sprintf("memory after a rush of %d callers, %s", connections, what), "", server)
}

func (b *bench) resident(what, aim string, server *process) error {
	time.Sleep(settle)
	bytes, err := server.resident()
	b.table.add(row{what: what, measured: megabytes(bytes), aim: aim})
	return err
}
