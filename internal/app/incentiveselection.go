package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// incentiveSelection assembles a donation's incentives: what it counts for, and what its donor gets.
type incentiveSelection struct {
	app   *App
	fact  fund.Fact
	at    time.Time
	wrong *fault.Fields
	// asked reports whether donors are asked what their rewards need.
	asked bool
	// hold is that of the draft's rules.
	hold *rewardHold
}

func (v incentiveSelection) add(ctx context.Context, in fund.DonationInput, d *fund.Donation) error {
	if in.PollOption != nil {
		if err := v.vote(ctx, *in.PollOption, d); err != nil {
			return err
		}
	}
	if in.Target != nil {
		if err := v.aim(ctx, *in.Target, d); err != nil {
			return err
		}
	}
	if len(in.Claims) > fund.MaxClaims {
		return nil
	}
	var price int64
	for i, claim := range in.Claims {
		cost, err := v.claim(ctx, fmt.Sprintf("rewards.%d", i), claim, d)
		if err != nil {
			return err
		}
		price += cost
	}
	fund.CheckPrice(v.wrong, *d, price)
	return nil
}

func (v incentiveSelection) vote(ctx context.Context, key fund.Key, d *fund.Donation) error {
	poll, err := v.app.store.GetPollByOption(ctx, key)
	if ok, err := found(err); err != nil {
		return err
	} else if !ok {
		v.wrong.Add("poll_option", fund.Missing)
		return nil
	}
	switch {
	case poll.FactID != v.fact.ID:
		v.wrong.Add("poll_option", fund.OtherFact)
	case !poll.Active(v.at):
		v.wrong.Add("poll_option", fund.PollClosed)
	}
	d.Poll = &fund.Ref{ID: poll.ID, LegacyID: poll.LegacyID, Name: poll.Name}
	for _, o := range poll.Options {
		if o.ID == key.ID || o.LegacyID == key.LegacyID {
			d.PollOption = &fund.Ref{ID: o.ID, LegacyID: o.LegacyID, Name: o.Name}
		}
	}
	return nil
}

func (v incentiveSelection) aim(ctx context.Context, key fund.Key, d *fund.Donation) error {
	target, err := v.app.store.GetTarget(ctx, key)
	if ok, err := found(err); err != nil {
		return err
	} else if !ok {
		v.wrong.Add("target", fund.Missing)
		return nil
	}
	switch {
	case target.FactID != v.fact.ID:
		v.wrong.Add("target", fund.OtherFact)
	case !target.Active(v.at):
		v.wrong.Add("target", fund.Closed)
	}
	d.Target = &fund.Ref{ID: target.ID, LegacyID: target.LegacyID, Name: target.Name}
	return nil
}

// claim adds one reward and returns its price, in minor units.
func (v incentiveSelection) claim(ctx context.Context, path string, in fund.ClaimInput, d *fund.Donation) (int64, error) {
	quantity := in.Quantity
	switch {
	case quantity < 1:
		v.wrong.Add(path+".quantity", fund.NotPositive)
		quantity = 0
	case quantity > fund.MaxQuantity:
		v.wrong.Add(path+".quantity", fund.TooMuch(fund.MaxQuantity))
		quantity = 0
	}
	reward, err := v.app.store.GetReward(ctx, in.Reward)
	if ok, err := found(err); err != nil {
		return 0, err
	} else if !ok {
		v.wrong.Add(path+".reward", fund.Missing)
		return 0, nil
	}
	most, fits := v.hold.add(reward, quantity)
	switch left := v.hold.left(reward); {
	case reward.FactID != v.fact.ID:
		v.wrong.Add(path+".reward", fund.OtherFact)
	case !reward.Active(v.at):
		v.wrong.Add(path+".reward", "cannot be claimed now")
	case left != nil && *left < quantity:
		v.wrong.AddField(fault.Field{Path: path + ".quantity", Text: fmt.Sprintf("is more than the %d left", *left), Rule: fund.OutOfStock, Limit: *left})
	case !fits:
		v.wrong.AddField(fault.Field{Path: path + ".quantity", Text: fmt.Sprintf("is more than the %d that one donation may claim", most), Rule: fund.AboveHeld, Limit: most})
	}
	id, err := v.app.newID(v.at)
	if err != nil {
		return 0, err
	}
	made := fund.Claim{ID: id, Reward: fund.Ref{ID: reward.ID, LegacyID: reward.LegacyID, Name: reward.Name}, Quantity: quantity}
	if v.asked {
		in.Fill(v.wrong, path, reward, &made)
	}
	d.Claims = append(d.Claims, made)
	return reward.Amount * quantity, nil
}
