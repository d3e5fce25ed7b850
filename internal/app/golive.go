package app

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// GoLive takes all play money out of the database, as if it had never been, and returns how many donations there were.
// Accounts, campaigns and settings stay; the next donation fixes the mode again. It is a Conflict where the money is real
// or where there is none. No server may use the database meanwhile, and there is no way back but a backup. System only.
func (a *App) GoLive(ctx context.Context, actor Actor) (donations int64, err error) {
	if actor.Kind != ActorSystem {
		return 0, forbidden()
	}
	mode, err := a.store.Mode(ctx)
	switch {
	case err != nil:
		return 0, err
	case mode == "":
		return 0, fault.New(fault.Conflict, "The database has no donations yet: any payment provider can be set up on it.")
	case !mode.Play():
		return 0, fault.New(fault.Conflict, "The donations in the database are real money, which is never taken out.")
	}
	err = a.write(ctx, actor, fund.ID{}, func(ctx context.Context, tx *store.Tx, now time.Time) (err error) {
		if donations, err = tx.Reset(ctx); err != nil {
			return err
		}
		act := doneOn(fund.ActGoLive, fund.SettingID(fund.SettingMode), now)
		return logAct(ctx, tx, actor, act.with("donations", strconv.FormatInt(donations, 10)))
	})
	if err != nil {
		return 0, fmt.Errorf("go live: %w", err)
	}
	// The leaderboards of exercise are built again. Where this is interrupted, a server does it when it starts.
	if _, err := a.store.Project(ctx); err != nil {
		return donations, fmt.Errorf("go live: leaderboards: %w", err)
	}
	return donations, nil
}
