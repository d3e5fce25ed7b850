package demo

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// care does what follows donations: matches end, donations are refunded, and names and comments are reviewed.
func (w *dataset) care(ctx context.Context) {
	w.endMatches(ctx)
	w.refund(ctx)
	w.screen(ctx)
}

// makeMatches creates the donation matches.
func (w *dataset) makeMatches(ctx context.Context) {
	for _, d := range drives() {
		for _, p := range d.matches {
			s := w.stalls[d.slug]
			m := made(w, "match of "+d.slug, func() (fund.DonationMatch, error) {
				return w.app.CreateMatch(ctx, app.System(), factKey(s.fact), p.patch)
			})
			if w.err == nil {
				s.matches = append(s.matches, m)
			}
		}
	}
}

// endMatches ends the matches that end by Epoch.
func (w *dataset) endMatches(ctx context.Context) {
	for _, d := range drives() {
		for i, p := range d.matches {
			if !p.ended {
				continue
			}
			w.did("end of a match of "+d.slug, func() error {
				_, err := w.app.EndMatch(ctx, app.System(), fund.Key{ID: w.stalls[d.slug].matches[i].ID})
				return err
			})
		}
	}
}

// refund refunds one donation of the second campaign, and part of the one before it.
func (w *dataset) refund(ctx context.Context) {
	for i, amount := range []string{"", "1"} {
		w.did("refund", func() error {
			d, err := w.donation(ctx, secondDrive, 3+i)
			if err != nil {
				return err
			}
			_, err = w.app.RefundDonation(ctx, app.System(), fund.Key{ID: d.ID}, amount)
			return err
		})
	}
}

// screen holds one donation and hides another one.
func (w *dataset) screen(ctx context.Context) {
	for i, s := range []fund.Screening{fund.ScreeningHeld, fund.ScreeningHidden} {
		w.did("screening", func() error {
			d, err := w.donation(ctx, secondDrive, 10+i)
			if err != nil {
				return err
			}
			_, err = w.app.ScreenDonation(ctx, w.actor("yuki"), fund.Key{ID: d.ID}, s)
			return err
		})
	}
}

// donation is one of the donations of a drive, counted from the newest.
func (w *dataset) donation(ctx context.Context, slug string, at int) (fund.Donation, error) {
	seen, err := w.app.See(ctx, app.System(), factKey(w.fact(slug)))
	if err != nil {
		return fund.Donation{}, err
	}
	all, err := w.app.Donations(ctx, seen, app.DonationQuery{}, fund.Page{Limit: at + 1})
	if err == nil && len(all) <= at {
		err = fmt.Errorf("%s has %d donations, want more than %d", slug, len(all), at)
	}
	if err != nil {
		return fund.Donation{}, err
	}
	return all[at], nil
}
