package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// ScreenDonation sets whether the public sees the name and the comment of a donation. Of one whose money has yet to arrive only "held" and
// "hidden" last: the rules decide about the rest when it arrives.
func (a *App) ScreenDonation(ctx context.Context, actor Actor, key fund.Key, s fund.Screening) (fund.Donation, error) {
	var wrong fault.Fields
	fund.CheckScreening(&wrong, s)
	if err := wrong.Err(); err != nil {
		return fund.Donation{}, err
	}
	return a.screenWith(ctx, actor, screenDonation, key, s)
}

// ApproveDonation shows a donation that was looked at: its comment to the public, or to those who read donations aloud alone where comments are for the
// host only.
func (a *App) ApproveDonation(ctx context.Context, actor Actor, key fund.Key) (fund.Donation, error) {
	return a.screenAs(ctx, actor, screenDonation, key, func(rules fund.Screener, d fund.Donation) fund.Screening { return rules.Approval(d) })
}

// screenWith is ScreenDonation of a checked screening with another right at the donation's fact.
func (a *App) screenWith(ctx context.Context, actor Actor, r right, key fund.Key, s fund.Screening) (fund.Donation, error) {
	return a.screenAs(ctx, actor, r, key, func(fund.Screener, fund.Donation) fund.Screening { return s })
}

// screenAs sets the screening that is chosen by the rules, as far as they allow it.
func (a *App) screenAs(
	ctx context.Context, actor Actor, r right, key fund.Key, choose func(fund.Screener, fund.Donation) fund.Screening,
) (fund.Donation, error) {
	return a.handleDonation(ctx, actor, r, key, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		rules, err := screenerOf(ctx, tx.Queries, d)
		if err != nil {
			return err
		}
		v := verdict{rules, d, choose(rules, d)}
		how, err := passingOf(ctx, tx.Queries, actor, v)
		switch {
		case err != nil || how == passedIt:
			return err
		case how == passesIt:
			return a.passOn(ctx, tx, actor, v, now)
		}
		return v.settle(ctx, tx, actor, now)
	})
}

// verdict is what a donation is to become.
type verdict struct {
	rules fund.Screener
	d     fund.Donation
	to    fund.Screening
}

// settle is apply for a decision that is no step back: what comes to wait by it has to be passed on once more.
func (v verdict) settle(ctx context.Context, tx *store.Tx, actor Actor, now time.Time) error {
	if err := v.apply(ctx, tx, actor, now); err != nil || !v.to.Waits() || v.to == v.d.Screening {
		return err
	}
	_, err := tx.UnpassDonation(ctx, v.d.ID, fund.ID{})
	return err
}

// apply sets the screening of the donation as far as the rules allow it.
func (v verdict) apply(ctx context.Context, tx *store.Tx, actor Actor, now time.Time) error {
	if v.d.Screening == v.to {
		return nil
	}
	if err := v.allowed(); err != nil {
		return err
	}
	return setScreeningOf(ctx, tx, actor, v.d, v.to, now)
}

// allowed says why the rules do not allow it.
func (v verdict) allowed() error {
	var wrong fault.Fields
	switch {
	case v.rules.Withheld(v.d, v.to):
		wrong.Add("screening", "cannot be "+string(v.to)+": comments are for the host only here; send host_only, or change screening_mode first")
	case v.rules.Barred(v.d, v.to):
		wrong.Add("screening", "cannot be "+string(v.to)+": the donation has a link or a telephone number, which is never shown here; hide it, or turn no_contacts off first")
	}
	return wrong.Err()
}

func setScreeningOf(ctx context.Context, tx *store.Tx, actor Actor, d fund.Donation, s fund.Screening, now time.Time) error {
	if err := tx.ScreenDonation(ctx, d.ID, s, now); err != nil {
		return err
	}
	facts, err := factsOfDonation(ctx, tx.Queries, d)
	if err != nil {
		return err
	}
	tx.Append(fund.Event{Topic: fund.TopicDonationScreened, Subject: d.ID, Facts: facts, At: now, Detail: fund.Detail{From: string(d.Screening), To: string(s)}})
	return logAct(ctx, tx, actor, doneWith(fund.ActScreen, d, now).with("screening", string(s)))
}

// release shows a donation that was held long enough. The rules of this moment decide once more: a word that was added meanwhile still
// holds it, and so does a longer wait.
func (a *App) release(ctx context.Context, id fund.ID) error {
	_, err := a.handleDonation(ctx, background(), screenDonation, fund.Key{ID: id}, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		if d.ReleaseAt.IsZero() || d.ReleaseAt.After(now) {
			return nil // somebody decided meanwhile
		}
		rules, err := screenerOf(ctx, tx.Queries, d)
		if err != nil {
			return err
		}
		again := d
		rules.Screen(&again)
		if again.Screening.Waits() && (again.ReleaseAt.IsZero() || again.ReleaseAt.After(now)) {
			return tx.SetRelease(ctx, d.ID, again.ReleaseAt)
		}
		if rules.Attended() && again.Screening.Waits() {
			seen, err := tx.ScreenerSeen(ctx, d.Fact.ID)
			if err != nil {
				return err
			}
			if now.Sub(seen) >= fund.ScreenerStays {
				return tx.SetRelease(ctx, d.ID, now.Add(fund.Parked))
			}
		}
		return setScreeningOf(ctx, tx, background(), d, rules.Approval(d), now)
	})
	return err
}

// screenerOf judges by the settings that hold for a donation now.
func screenerOf(ctx context.Context, q store.Queries, d fund.Donation) (fund.Screener, error) {
	g, err := settingsOver(ctx, q, d.Fact.ID)
	return g.Screener(), err
}

// settingsOver are the settings of a fact, with those that it inherits.
func settingsOver(ctx context.Context, q store.Queries, id fund.ID) (fund.DonationSettings, error) {
	f, err := q.GetFact(ctx, factByID(id))
	if err != nil {
		return fund.DonationSettings{}, err
	}
	chain, err := q.SettingsChain(ctx, f)
	return inherited(chain), err
}

// noteScreener notes that somebody who may screen looks at what waits at a fact. Where it can be released only while somebody does, and nobody did, it waits its
// whole time once more: they need the time to look.
func (a *App) noteScreener(ctx context.Context, f fund.Fact) error {
	seen, err := a.store.ScreenerSeen(ctx, f.ID)
	if err != nil || a.Now().Sub(seen) < fund.ScreenerStays/noteScreenersPer {
		return err
	}
	return a.write(ctx, background(), f.Cause.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.SeeScreener(ctx, f.ID, now); err != nil || now.Sub(seen) < fund.ScreenerStays {
			return err
		}
		g, err := settingsOver(ctx, tx.Queries, f.ID)
		if err != nil || !g.Screener().Attended() || g.ReleaseAfter == 0 {
			return err
		}
		return tx.ReleaseParked(ctx, f.ID, now.Add(g.ReleaseAfter))
	})
}

// noteScreenersPer is how often a screener is noted while they are taken to be there: a look costs a write now and then, not each time.
const noteScreenersPer = 8

// inherited are the settings of the first fact of a chain, with those that it inherits.
func inherited(chain []store.ChainSettings) fund.DonationSettings {
	var g fund.DonationSettings
	for _, one := range chain {
		g = g.Over(one.DonationSettings)
	}
	return g.Over(fund.DefaultDonationSettings())
}
