package app

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// FulfillClaims says which claims of a donation were fulfilled, or that they were not, and returns the donation. It is for the finance and owners
// of the cause and for operators, and for those who raise money for the cause where it lets them. A donation whose money did not come is a Conflict,
// and so is one without claims.
func (a *App) FulfillClaims(ctx context.Context, actor Actor, key fund.Key, in fund.Fulfillment) (fund.Donation, error) {
	kept, err := a.claimRetention(ctx)
	if err != nil {
		return fund.Donation{}, err
	}
	return a.handleDonation(ctx, actor, fulfillClaims, key, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		ids, wrong := in.Of(d)
		switch {
		case len(wrong) > 0:
			return wrong.Err()
		case len(d.Claims) == 0:
			return fault.New(fault.Conflict, "No reward was claimed with this donation.")
		case in.Done() && !d.State.Arrived():
			return fault.New(fault.Conflict, "The money of this donation has not come; it is %s.", d.State)
		case len(ids) == 0:
			return nil // they are so already
		}
		at := now
		if !in.Done() {
			at = time.Time{}
		}
		if err := tx.FulfillClaims(ctx, ids, at, now.Add(kept)); err != nil {
			return err
		}
		facts, err := factsOfDonation(ctx, tx.Queries, d)
		if err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicDonationChanged, Subject: d.ID, Facts: facts, At: now, Detail: claimsChanged(in.Done())})
		act := doneWith(fund.ActFulfillClaims, d, now).with("claims", strconv.Itoa(len(ids))).with("fulfilled", strconv.FormatBool(in.Done()))
		return logAct(ctx, tx, actor, act)
	})
}

// ListClaims lists the rewards that were claimed with donations to a fact, fulfilled ones or those that are owed, for those who may fulfill them. A page
// goes on behind its cursor Before.
func (a *App) ListClaims(ctx context.Context, actor Actor, key FactKey, fulfilled bool, page fund.Page) ([]fund.ListedClaim, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return nil, err
	}
	if err := requireFully(ctx, a.store.Queries, actor, fulfillClaims, f); err != nil {
		return nil, err
	}
	return a.store.ListClaims(ctx, store.ClaimFilter{Fact: f.ID, Fulfilled: fulfilled}, page)
}

// claimsChanged is the change of claims that were fulfilled, or were not after all.
func claimsChanged(fulfilled bool) fund.Detail {
	d := fund.Detail{From: fund.ClaimsOpen, To: fund.ClaimsFulfilled}
	if !fulfilled {
		d.From, d.To = d.To, d.From
	}
	return d
}

// claimRetention is how long answers and shipping addresses are kept after they were needed.
func (a *App) claimRetention(ctx context.Context) (time.Duration, error) {
	days, _, err := Setting(ctx, a, fund.SettingClaimDays, int64(fund.ClaimDays))
	return time.Duration(days) * 24 * time.Hour, err
}

// streamersShip reports whether the cause lets those who raise money at the fact see and fulfill its claims.
func streamersShip(ctx context.Context, q store.Queries, f fund.Fact) (bool, error) {
	chain, err := q.SettingsChain(ctx, f)
	return slices.ContainsFunc(chain, func(one store.ChainSettings) bool { return one.StreamersShip }), err
}

// eraseClaim deletes the answer and the address of a claim that was fulfilled long enough ago, or of a donation that came to nothing. While the reward
// is owed it looks again later.
func (a *App) eraseClaim(ctx context.Context, id fund.ID) error {
	claimed, err := a.store.FindClaimed(ctx, id)
	if ok, err := found(err); !ok {
		return err
	}
	d, err := a.store.GetDonation(ctx, fund.Key{ID: claimed})
	if err != nil {
		return err
	}
	kept, err := a.claimRetention(ctx)
	if err != nil {
		return err
	}
	return a.store.Write(ctx, d.CauseID, func(ctx context.Context, tx *store.Tx) error {
		now := a.Now()
		d, err := tx.GetDonation(ctx, fund.Key{ID: claimed})
		if err != nil {
			return err
		}
		at := slices.IndexFunc(d.Claims, func(c fund.Claim) bool { return c.ID == id })
		if at < 0 {
			return nil
		}
		switch due := d.EraseAt(d.Claims[at], kept); {
		case due.IsZero():
			return tx.PutOffErasure(ctx, id, now.Add(kept))
		case due.After(now):
			return tx.PutOffErasure(ctx, id, due)
		default:
			if err := tx.EraseClaim(ctx, id); err != nil {
				return err
			}
			// Answers to writes may have it, too.
			_, err := tx.SweepAnswers(ctx, now, sweptAnswers)
			return err
		}
	})
}
