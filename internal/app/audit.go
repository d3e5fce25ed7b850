package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// AuditIfDue compares the totals with the ledger if that was not done for fund.AuditEvery, by one node of the cluster, and keeps how many differ. It waits for a
// moment without donations, but not longer than fund.AuditLate. done reports whether it did. System only.
func (a *App) AuditIfDue(ctx context.Context, actor Actor) (done bool, err error) {
	if actor.Kind != ActorSystem {
		return false, forbidden()
	}
	every, err := a.auditEvery(ctx)
	if err != nil {
		return false, err
	}
	if last, err := a.store.LastAudit(ctx); err != nil || a.Now().Sub(last.BegunAt) < every {
		return false, err
	}
	var taken bool
	err = a.write(ctx, actor, fund.ID{}, func(ctx context.Context, tx *store.Tx, _ time.Time) (err error) {
		taken, err = tx.TakeAudit(ctx, every)
		return err
	})
	if err != nil || !taken {
		return false, err
	}
	report, err := a.store.Audit(ctx)
	if err != nil {
		return false, err
	}
	return true, a.KeepAudit(ctx, actor, report)
}

func (a *App) auditEvery(ctx context.Context) (time.Duration, error) {
	last, err := a.store.LastDonation(ctx)
	if a.Now().Sub(last) < fund.AuditQuiet {
		return fund.AuditLate, err
	}
	return fund.AuditEvery, err
}

// KeepAudit keeps how many differences an audit found, for the doctor and the alarms. System only.
func (a *App) KeepAudit(ctx context.Context, actor Actor, found store.Report) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	return a.write(ctx, actor, fund.ID{}, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		return tx.PutAudit(ctx, len(found.Differences))
	})
}
