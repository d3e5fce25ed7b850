package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"modernc.org/sqlite"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// carelessName is part of the name of the database that does not zero what it frees.
const carelessName = "careless"

// zeroed compares donations on SQLite, which zeroes what is deleted or overwritten (PRAGMA secure_delete), with the same without that.
func zeroed(ctx context.Context, b *bench) error {
	sqlite.RegisterConnectionHook(func(conn sqlite.ExecQuerierContext, dsn string) error {
		if !strings.Contains(dsn, carelessName) {
			return nil
		}
		_, err := conn.ExecContext(ctx, "PRAGMA secure_delete = OFF", nil)
		return err
	})
	d := b.databases()[0]
	var worlds [2]*world
	for i, name := range []string{"zeroed", carelessName} {
		var err error
		if worlds[i], err = b.newWorld(ctx, d, name); err != nil {
			return err
		}
	}
	return worlds[0].open(ctx, func(ours *store.Store, _ *app.App) error {
		return worlds[1].open(ctx, func(careless *store.Store, _ *app.App) error {
			return b.zeroedStores(ctx, [2]*store.Store{ours, careless}, worlds)
		})
	})
}

func (b *bench) zeroedStores(ctx context.Context, stores [2]*store.Store, worlds [2]*world) error {
	var contenders []contender
	for i, s := range stores {
		id, err := fund.ParseID(worlds[i].Campaign.ID)
		if err != nil {
			return err
		}
		fact, err := s.GetFact(ctx, store.FactKey{Key: fund.Key{ID: id}})
		if err != nil {
			return err
		}
		contenders = append(contenders, contender{[]string{"secure_delete on", "secure_delete off"}[i], func(d time.Duration) (sample, error) {
			return press(connections, d, func(n int) error {
				c, err := completionFor(fact, time.Now(), n)
				if err != nil {
					return err
				}
				_, err = s.Complete(ctx, c)
				return err
			})
		}})
	}
	found, err := b.compete(contenders...)
	if err != nil {
		return err
	}
	b.table.add(row{
		what:     fmt.Sprintf("store.Complete with secure_delete on, SQLite, %d waiting, one campaign", connections),
		measured: found.medians[0].String(), against: fmt.Sprintf("secure_delete off: %s", found.medians[1]), ratio: twoDigits(found.ratios[1]),
	})
	return nil
}
