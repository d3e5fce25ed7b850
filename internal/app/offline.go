package app

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/store"
)

// RecordOffline records an offline donation, paid in cash, by check or at a stall. The cause and operators may do it, and those who raise
// money for the cause as far as it allows. The donation is to key, whatever the input says. The result names the donor as the actor did.
func (a *App) RecordOffline(ctx context.Context, actor Actor, key FactKey, in fund.DonationInput) (fund.Donation, error) {
	f, err := a.GetFact(ctx, actor, key)
	if err != nil {
		return fund.Donation{}, err
	}
	if _, err := requireRight(ctx, a.store.Queries, actor, creditMoney, f); err != nil {
		return fund.Donation{}, err
	}
	if err := a.requireByHand(ctx); err != nil {
		return fund.Donation{}, err
	}
	c, err := a.completion(ctx, f, in, time.Time{})
	if err != nil {
		return fund.Donation{}, err
	}
	c.Donation.Origin = fund.OriginOffline
	var d fund.Donation
	err = a.write(ctx, actor, f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := mayRepeat(ctx, tx.Queries, actor, f, c.Reference); err != nil {
			return err
		}
		if d, err = tx.Complete(ctx, c); err != nil || d.ID != c.Donation.ID {
			return err // a repeated reference records nothing
		}
		return credit(ctx, tx, actor, f, credited{act: fund.ActRecordOffline, path: "amount", subject: d.ID, amount: d.Amount, whole: d.Amount, at: now})
	})
	if err != nil {
		return fund.Donation{}, fmt.Errorf("offline donation for fact %s: %w", f.ID, err)
	}
	reads, err := a.readsDonors(ctx, actor, f)
	if err != nil || reads {
		return d, err
	}
	shown := withoutClaims(withoutDonor(d))
	if d.ID == c.Donation.ID {
		shown.Name, shown.Email = c.Donation.Name, c.Donation.Email
	}
	return shown, nil
}

// mayRepeat refuses a reference of a donation that somebody else recorded to an actor who may not read donors: whether it is repeated with the
// right name would confirm a guess at that name.
func mayRepeat(ctx context.Context, q store.Queries, actor Actor, f fund.Fact, reference string) error {
	if reference == "" || actor.Kind == ActorSystem {
		return nil
	}
	before, err := q.DonationOfReference(ctx, f.Cause.ID, reference)
	if known, err := found(err); !known {
		return err
	}
	if reads, err := readsDonors(ctx, q, actor, f); err != nil || reads {
		return err
	}
	acts, err := q.ListActs(ctx, before, fund.Page{Limit: 1, Order: fund.OldestFirst})
	if err != nil {
		return err
	}
	if len(acts) == 0 || acts[0].Act != fund.ActRecordOffline || acts[0].Actor != actor.id() {
		var wrong fault.Fields
		wrong.Add("reference", "was used for another donation")
		return wrong.Err()
	}
	return nil
}

// credited is money without a payment: what was done, and the field that names the amount. amount is what is added now, in minor units, and whole
// what the donation or pledge comes to with it.
type credited struct {
	act           fund.Act
	path          string
	subject       fund.ID
	amount, whole int64
	at            time.Time
}

// credit logs money without a payment, and checks it against what the cause allows those who raise money for it.
func credit(ctx context.Context, tx *store.Tx, actor Actor, f fund.Fact, c credited) error {
	got, err := requireRight(ctx, tx.Queries, actor, creditMoney, f)
	if err != nil {
		return err
	}
	if got == levelLimited {
		if err := withinOffline(ctx, tx.Queries, actor, f, c); err != nil {
			return err
		}
	}
	return logAct(ctx, tx, actor, doneOn(c.act, c.subject, c.at).of(f.Cause.ID).with(detailCause, f.Cause.ID.String()).withAmount(c.amount))
}

// mayCredit reports whether the actor may record money without a payment at the fact, however much.
func mayCredit(ctx context.Context, q store.Queries, actor Actor, f fund.Fact) (bool, error) {
	got, err := levelOf(ctx, q, actor, creditMoney, f)
	if err != nil || got != levelLimited {
		return got == levelAllowed, err
	}
	allows, err := donationSettingsOf(ctx, q, f.Cause.ID)
	return allows.LetsOffline(), err
}

// The names of details that are read again.
const (
	detailCause  = "cause"
	detailAmount = "amount"
)

// withinOffline requires that the cause allows the actor to record the amount, together with what the actor recorded today (UTC).
func withinOffline(ctx context.Context, q store.Queries, actor Actor, f fund.Fact, c credited) error {
	all, err := q.ListDonationSettings(ctx, []fund.ID{f.Cause.ID})
	if err != nil {
		return err
	}
	allows := all[f.Cause.ID]
	if !allows.LetsOffline() {
		return fault.New(fault.Forbidden, "The cause does not let you record money without a payment; ask its staff to record it, or to allow it.")
	}
	today, err := q.ListActsSince(ctx, actor.User, []fund.Act{fund.ActRecordOffline, fund.ActCreateMatch, fund.ActUpdateMatch},
		c.at.UTC().Truncate(24*time.Hour), fund.MaxOfflineADay)
	if err != nil {
		return err
	}
	sum := c.amount
	for _, one := range today {
		if one.Detail[detailCause] == f.Cause.ID.String() {
			amount, _ := strconv.ParseInt(one.Detail[detailAmount], 10, 64)
			sum += amount
		}
	}
	var wrong fault.Fields
	switch {
	case c.amount > 0 && c.whole > allows.OfflineMaximum:
		wrong.AddField(fault.Field{
			Path: c.path, Text: "is more than the cause lets you record at once without a payment: " + money.English.Amount(allows.OfflineMaximum, f.Currency),
			Rule: fund.AboveOffline, Limit: allows.OfflineMaximum,
		})
	case sum > allows.OfflineDailyMaximum:
		wrong.AddField(fault.Field{
			Path: c.path, Text: "is more than the cause lets you record a day without a payment: " + money.English.Amount(allows.OfflineDailyMaximum, f.Currency),
			Rule: fund.AboveOffline, Limit: allows.OfflineDailyMaximum,
		})
	case len(today) >= fund.MaxOfflineADay:
		return fault.New(fault.Conflict, "You may record at most %d donations and pledges without a payment a day.", fund.MaxOfflineADay)
	}
	return wrong.Err()
}
