package app

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// RebuildTotals sets every total that differs to what the ledger says, and makes the leaderboards again. It is logged before, and returns what
// differed. System only.
func (a *App) RebuildTotals(ctx context.Context, actor Actor) ([]store.Difference, error) {
	if err := a.logUpkeep(ctx, actor, fund.ActRebuildTotals, nil); err != nil {
		return nil, err
	}
	return a.store.Rebuild(ctx)
}

// RepairDates dates donations again that a clock dated ahead, and logs how many entries of the ledger changed; a dry run changes and logs
// nothing. After an error it returns, and logs, what was done before. System only.
func (a *App) RepairDates(ctx context.Context, actor Actor, how store.DatesRepair) (store.Repaired, error) {
	if actor.Kind != ActorSystem {
		return store.Repaired{}, forbidden()
	}
	done, err := a.store.RepairDates(ctx, how)
	if how.DryRun || done.Entries == 0 {
		return done, err
	}
	logged := a.logUpkeep(ctx, actor, fund.ActRepairDates, map[string]string{"entries": strconv.Itoa(done.Entries)})
	if err == nil {
		err = logged
	}
	return done, err
}

// LogMigration logs that the schema was brought from a version to another. A database that was just made (0), or that had the schema already,
// was not changed. System only.
func (a *App) LogMigration(ctx context.Context, actor Actor, from, to int64) error {
	if from == 0 || from == to {
		return nil
	}
	return a.logUpkeep(ctx, actor, fund.ActMigrate, map[string]string{
		"from": strconv.FormatInt(from, 10), "to": strconv.FormatInt(to, 10),
	})
}

// LogRestore logs that a backup was put in the place of the database, and until which position it is known. System only.
func (a *App) LogRestore(ctx context.Context, actor Actor, position int64) error {
	return a.logUpkeep(ctx, actor, fund.ActRestore, map[string]string{"position": strconv.FormatInt(position, 10)})
}

// LogLoss logs that the database goes on without what was committed after a position. System only.
func (a *App) LogLoss(ctx context.Context, actor Actor, position, committed int64) error {
	return a.logUpkeep(ctx, actor, fund.ActAcceptLoss, map[string]string{
		"position": strconv.FormatInt(position, 10), "committed": strconv.FormatInt(committed, 10),
	})
}

// LogSecret logs that webhooks were sealed with another secret key, by its id: fund.ActRotateSecretKey or fund.ActReplaceSecretKey. System only.
func (a *App) LogSecret(ctx context.Context, actor Actor, act fund.Act, id string) error {
	return a.logUpkeep(ctx, actor, act, map[string]string{"key": id})
}

// logUpkeep logs an act on the database as a whole.
func (a *App) logUpkeep(ctx context.Context, actor Actor, act fund.Act, detail map[string]string) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	err := a.write(ctx, actor, fund.ID{}, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return logAct(ctx, tx, actor, done{act: act, subject: fund.SubjectDatabase, at: now, detail: detail})
	})
	if err != nil {
		return fmt.Errorf("log of %s: %w", act, err)
	}
	return nil
}
