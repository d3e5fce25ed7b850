package demo

import (
	"context"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/app"
)

// retiredBefore is how many days before Epoch the retired campaigns ended.
const retiredBefore = 1

// lastDonation leaves time until Epoch for what is disabled after the donations.
var lastDonation = Epoch.Add(-time.Hour)

// makeDonations makes all donations of the data set. They are recorded in a slightly different order from that of their completion, as with
// slow payments.
func (w *dataset) makeDonations(ctx context.Context) {
	if w.err != nil {
		return
	}
	var donations []app.PastDonation
	for _, d := range drives() {
		donations = append(donations, w.donationsFor(d)...)
	}
	slices.SortStableFunc(donations, func(a, b app.PastDonation) int { return a.CompletedAt.Compare(b.CompletedAt) })
	w.delaySome(donations)
	w.clock.since(lastDonation)
	w.did("donations", func() error {
		for _, at := range rateDays(day(60), w.clock.now()) {
			if _, err := w.app.PutRates(ctx, app.System(), ratesOf(at)); err != nil {
				return err
			}
		}
		return w.app.Import(ctx, app.System(), donations)
	})
}

// donationsFor makes up the donations of one campaign, oldest first, so that its stock runs out in
// the order of time.
func (w *dataset) donationsFor(d drive) []app.PastDonation {
	s := w.stalls[d.slug]
	until := lastDonation
	if d.retired {
		until = day(retiredBefore)
	}
	donations := make([]app.PastDonation, 0, d.donations)
	for _, at := range w.donor.times(d.donations, day(d.opened), until) {
		donations = append(donations, app.PastDonation{DonationInput: w.donor.donation(s, at), CompletedAt: at})
	}
	if d.slug == fullDrive {
		w.showOddities(donations)
	}
	return donations
}

// showOddities makes sure that every odd name and comment is seen at least once.
func (w *dataset) showOddities(donations []app.PastDonation) {
	order := w.donor.rng.Perm(len(donations))
	for i, name := range oddNames {
		donations[order[i]].Name, donations[order[i]].Anonymous = name, false
	}
	for i, comment := range oddComments {
		donations[order[len(order)-1-i]].Comment = comment
	}
}

// times are n instants between from and until, oldest first: half of them in a few busy hours, some in the same second, and some at the
// same instant.
func (g donor) times(n int, from, until time.Time) []time.Time {
	span := until.Sub(from)
	var busy []time.Time
	for range 3 {
		busy = append(busy, from.Add(time.Duration(g.rng.Float64()*0.9*float64(span))))
	}
	times := make([]time.Time, 0, n)
	for i := range n {
		var at time.Time
		switch {
		case i%40 == 13:
			at = times[i-1]
		case i%40 == 27:
			at = times[i-1].Truncate(time.Second).Add(time.Duration(g.rng.IntN(1_000_000)) * time.Microsecond)
		case g.chance(0.5):
			at = pick(g, busy).Add(time.Duration(g.rng.Float64() * float64(min(2*time.Hour, span/12))))
		default:
			at = from.Add(time.Duration(g.rng.Float64() * float64(span-time.Minute)))
		}
		times = append(times, at.Truncate(time.Microsecond))
	}
	slices.SortFunc(times, time.Time.Compare)
	return times
}

// delaySome moves about every twelfth donation back by a few positions.
func (w *dataset) delaySome(donations []app.PastDonation) {
	for i := range donations {
		if w.donor.chance(0.08) {
			j := min(len(donations)-1, i+1+w.donor.rng.IntN(25))
			donations[i], donations[j] = donations[j], donations[i]
		}
	}
}
