package demo

import (
	"context"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/app"
)

// retiredBefore is how many days before Epoch the retired campaigns ended.
const retiredBefore = 1

// lastDonation leaves time until Epoch for what is switched off after the donations.
var lastDonation = Epoch.Add(-time.Hour)

// makeDonations gives all that is given in the data set. The order in which donations are recorded
// is not quite the order in which they were completed, as with payments that take their time.
func (w *dataset) makeDonations(ctx context.Context) {
	if w.err != nil {
		return
	}
	var gifts []app.PastDonation
	for _, d := range drives() {
		gifts = append(gifts, w.donationsFor(d)...)
	}
	slices.SortStableFunc(gifts, func(a, b app.PastDonation) int { return a.CompletedAt.Compare(b.CompletedAt) })
	w.delaySome(gifts)
	w.clock.since(lastDonation)
	w.did("donations", func() error { return w.app.Import(ctx, app.System(), gifts) })
}

// donationsFor makes up the donations of one campaign, oldest first, so that its stock runs out in
// the order of time.
func (w *dataset) donationsFor(d drive) []app.PastDonation {
	s := w.stalls[d.slug]
	until := lastDonation
	if d.retired {
		until = day(retiredBefore)
	}
	gifts := make([]app.PastDonation, 0, d.donations)
	for _, at := range w.donor.times(d.donations, day(d.opened), until) {
		gifts = append(gifts, app.PastDonation{DonationInput: w.donor.donation(s, at), CompletedAt: at})
	}
	if d.slug == fullDrive {
		w.showOddities(gifts)
	}
	return gifts
}

// showOddities makes sure that every odd name and comment is seen at least once.
func (w *dataset) showOddities(gifts []app.PastDonation) {
	order := w.donor.rng.Perm(len(gifts))
	for i, name := range oddNames {
		gifts[order[i]].Name, gifts[order[i]].Anonymous = name, false
	}
	for i, comment := range oddComments {
		gifts[order[len(order)-1-i]].Comment = comment
	}
}

// times are n instants between from and until, oldest first: half of them in a few busy hours,
// some in the same second, and some at the very same instant.
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

// delaySome moves every twelfth donation or so a few places back.
func (w *dataset) delaySome(gifts []app.PastDonation) {
	for i := range gifts {
		if w.donor.chance(0.08) {
			j := min(len(gifts)-1, i+1+w.donor.rng.IntN(25))
			gifts[i], gifts[j] = gifts[j], gifts[i]
		}
	}
}
