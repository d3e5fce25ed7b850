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

// screenWith is ScreenDonation of a checked screening with another right at the donation's fact.
func (a *App) screenWith(ctx context.Context, actor Actor, r right, key fund.Key, s fund.Screening) (fund.Donation, error) {
	return a.handleDonation(ctx, actor, r, key, func(ctx context.Context, tx *store.Tx, d fund.Donation, now time.Time) error {
		if d.Screening == s {
			return nil
		}
		return setScreeningOf(ctx, tx, actor, d, s, now)
	})
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
		f, err := tx.GetFact(ctx, factByID(d.Fact.ID))
		if err != nil {
			return err
		}
		chain, err := tx.SettingsChain(ctx, f)
		if err != nil {
			return err
		}
		again := d
		inherited(chain).Screener().Screen(&again)
		if again.Screening.Waits() && (again.ReleaseAt.IsZero() || again.ReleaseAt.After(now)) {
			return tx.SetRelease(ctx, d.ID, again.ReleaseAt)
		}
		return setScreeningOf(ctx, tx, background(), d, fund.ScreeningShown, now)
	})
	return err
}

// inherited are the settings of the first fact of a chain, with those that it inherits.
func inherited(chain []store.ChainSettings) fund.DonationSettings {
	var g fund.DonationSettings
	for _, one := range chain {
		g = g.Over(one.DonationSettings)
	}
	return g.Over(fund.DefaultDonationSettings())
}
