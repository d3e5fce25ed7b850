package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ScreeningDesk is what a screener has to decide about at a fact, and who else is there.
type ScreeningDesk struct {
	// Mine are the donations that the screener has, in the order in which they came: nobody else is given them. See HeldDonations for what they are without.
	Mine []fund.Donation
	// Waiting is how many wait in all, at most fund.MaxWaitingCount.
	Waiting int
	// Leases say who has which donation, Screeners who screens now.
	Leases    []fund.ScreeningLease
	Screeners []fund.ScreenerSeen
}

// TakeHeld gives a screener the next donations to a fact that wait and that nobody else has, up to fund.LeasedAtOnce with those that they have, for
// fund.LeaseStays from now. Who takes them screens, as with HeldDonations. Who is idle keeps what they have until its end, and is given nothing.
func (a *App) TakeHeld(ctx context.Context, actor Actor, key FactKey, idle bool) (desk ScreeningDesk, err error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return desk, err
	}
	if err := requireFully(ctx, a.store.Queries, actor, screenDonation, f); err != nil {
		return desk, err
	}
	if f.Status != fund.Retired {
		if err := a.noteScreener(ctx, f); err != nil {
			return desk, err
		}
	}
	now := a.Now()
	if err := a.readScreeningDesk(ctx, &desk, f.ID, now); err != nil {
		return desk, err
	}
	if !idle && desk.takes(actor.id(), now) {
		err := a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
			if err := requireFully(ctx, tx.Queries, actor, screenDonation, f); err != nil {
				return err
			}
			chain, err := tx.SettingsChain(ctx, f)
			if err != nil {
				return err
			}
			l := fund.ScreeningLease{FactID: f.ID, Screener: fund.Ref{ID: actor.id()}, EndsAt: now.Add(fund.LeaseStays), TwoPasses: inherited(chain).TwoPasses}
			return tx.TakeLeases(ctx, l, fund.LeasedAtOnce, now.Add(-fund.ScreenerStays), now)
		})
		if err != nil {
			return desk, err
		}
		if err := a.readScreeningDesk(ctx, &desk, f.ID, now); err != nil {
			return desk, err
		}
	}
	var mine []fund.ID
	for _, l := range desk.Leases {
		if l.Screener.ID == actor.id() {
			mine = append(mine, l.DonationID)
		}
	}
	desk.Mine, err = a.screenedByID(ctx, mine)
	return desk, err
}

// ScreeningDeskOf is a desk for those who say how a fact is screened: who has what, without anything to decide about.
func (a *App) ScreeningDeskOf(ctx context.Context, actor Actor, key FactKey) (desk ScreeningDesk, err error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return desk, err
	}
	if err := requireFully(ctx, a.store.Queries, actor, setScreening, f); err != nil {
		return desk, err
	}
	err = a.readScreeningDesk(ctx, &desk, f.ID, a.Now())
	return desk, err
}

// readScreeningDesk reads all of a desk but the donations.
func (a *App) readScreeningDesk(ctx context.Context, desk *ScreeningDesk, fact fund.ID, now time.Time) (err error) {
	if desk.Leases, err = a.store.ListLeases(ctx, fact, now); err != nil {
		return err
	}
	if desk.Waiting, err = a.store.CountHeld(ctx, fact, fund.MaxWaitingCount); err != nil {
		return err
	}
	desk.Screeners, err = a.store.ListScreeners(ctx, fact, now.Add(-fund.ScreenerStays))
	return err
}

// takes reports whether there is anything to write for a screener: a lease to renew or to add, or that they are there.
func (d ScreeningDesk) takes(screener fund.ID, now time.Time) bool {
	mine := 0
	for _, l := range d.Leases {
		if l.Screener.ID != screener {
			continue
		}
		if mine++; !l.Fresh(now) {
			return true
		}
	}
	if mine < fund.LeasedAtOnce && len(d.Leases) < d.Waiting {
		return true
	}
	return !slices.ContainsFunc(d.Screeners, func(s fund.ScreenerSeen) bool {
		return s.ID == screener && now.Sub(s.SeenAt) < fund.LeaseStays-fund.LeaseRenews
	})
}

// screenedByID finds donations as screeners see them, in the order in which they came.
func (a *App) screenedByID(ctx context.Context, ids []fund.ID) ([]fund.Donation, error) {
	donations, err := a.store.DonationsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	for i, d := range donations {
		donations[i] = forScreeners(d)
	}
	slices.SortFunc(donations, func(x, y fund.Donation) int {
		return slices.IndexFunc(ids, func(id fund.ID) bool { return id == x.ID }) - slices.IndexFunc(ids, func(id fund.ID) bool { return id == y.ID })
	})
	return donations, nil
}

// forScreeners is a donation without what is not for those who screen.
func forScreeners(d fund.Donation) fund.Donation {
	d = withoutClaims(withoutDonor(d.WithoutMoney()))
	d.Reference = ""
	return d
}

// Decision is what a screener decides about a donation.
type Decision struct {
	// To is what it becomes; "" approves it, as ApproveDonation does.
	To fund.Screening
	// Was is what the screener saw; "" for whatever it is. If somebody decided otherwise since, the decision is a Conflict.
	Was fund.Screening
	// Passes is whether the screener saw that it is passed on and not shown, where two look at it; unset for either. If it is otherwise by now, the decision is a
	// Conflict.
	Passes fund.Opt[bool]
}

// DecideDonation is ScreenDonation for somebody at a screening desk: what another screener has is theirs to decide about, unless the actor says how a fact is
// screened. That is a Conflict, and so is a decision about what was decided meanwhile. Where two
// look at each donation, the first screener passes it on.
func (a *App) DecideDonation(ctx context.Context, actor Actor, key fund.Key, decision Decision) error {
	var wrong fault.Fields
	if decision.To != "" {
		fund.CheckScreening(&wrong, decision.To)
	}
	if err := wrong.Err(); err != nil {
		return err
	}
	_, err := a.changeDonation(ctx, actor, screenDonation, key, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		rules, err := screenerOf(ctx, tx.Queries, d)
		if err != nil {
			return err
		}
		to := cmp.Or(decision.To, rules.Approval(d))
		if decision.Was != "" && decision.Was != d.Screening && d.Screening != to {
			return errDecided
		}
		if err := requireLease(ctx, tx.Queries, actor, d, now); err != nil {
			return err
		}
		v := verdict{rules, d, to}
		how, err := passingOf(ctx, tx.Queries, actor, v)
		switch {
		case err != nil:
			return err
		case d.Screening != to && decision.Passes.Set && decision.Passes.Value != (how != showsIt):
			return errDecided
		case how == passedIt:
			return nil
		case how == passesIt:
			return a.passOn(ctx, tx, actor, v, now)
		}
		if err := v.settle(ctx, tx, actor, now); err != nil || d.Screening == to {
			return err
		}
		return a.remember(ctx, tx, fund.ScreeningDecision{FactID: d.Fact.ID, Screener: actor.id(), DonationID: d.ID, Was: d.Screening, Became: to}, now)
	})
	return err
}

// errDecided is the refusal of a decision that comes after another one.
var errDecided = fault.New(fault.Conflict, "Somebody has decided about this donation meanwhile.")

// requireLease requires that no other screener has a donation that waits. Those who say how a fact is screened need none.
func requireLease(ctx context.Context, q store.Queries, actor Actor, d fund.Donation, now time.Time) error {
	l, err := q.LeaseOf(ctx, d.ID, now)
	if err != nil || l.Screener.ID.IsZero() || l.Screener.ID == actor.id() || !d.Screening.Waits() {
		return err
	}
	f, err := q.GetFact(ctx, factByID(d.Fact.ID))
	if err != nil {
		return err
	}
	heads, err := may(ctx, q, actor, setScreening, f)
	if err == nil && !heads {
		err = fault.New(fault.Conflict, "Another screener has this donation now.")
	}
	return err
}
