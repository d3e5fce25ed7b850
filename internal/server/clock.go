package server

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// checkClock refuses to start where the last donation is dated more than fund.MaxClockAhead ahead of now: all later ones
// would follow it.
func (n *Node) checkClock(ctx context.Context) error {
	now := time.Now()
	last, err := n.store.LastDonation(ctx)
	if err != nil {
		return err
	}
	if last.Sub(now) <= fund.MaxClockAhead {
		n.clockAhead(ctx, now)
		return nil
	}
	return fault.New(fault.Conflict, "The last donation is dated %s, and the clock of this computer says %s: one of them is wrong. Set the clock, or, if it is "+
		"right now, date the donations again with: almoner repair dates --db URL", last.Format(time.RFC3339), now.UTC().Format(time.RFC3339))
}

// clockAhead is by how much the last donation is dated ahead of now, which is logged once; 0 within
// fund.ClockTolerance.
func (n *Node) clockAhead(ctx context.Context, now time.Time) time.Duration {
	last, err := n.store.LastDonation(ctx)
	if err != nil {
		n.Log.WarnContext(ctx, "the date of the last donation is not known", "error", err)
		return 0
	}
	ahead := last.Sub(now)
	if ahead <= fund.ClockTolerance {
		n.aheadLogged.Store(false)
		return 0
	}
	if !n.aheadLogged.Swap(true) {
		n.Log.WarnContext(ctx, "the last donation is dated ahead of now, and later ones follow it: set the clock, then run almoner repair dates",
			"last_donation", last, "ahead", ahead)
	}
	return ahead
}
