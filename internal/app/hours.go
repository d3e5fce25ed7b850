package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/store"
)

const (
	// MaxPoints is how many steps the money of a fact over time has at most.
	MaxPoints = 40
	// lookedBack is how far back it goes at most.
	lookedBack = 40 * 24 * time.Hour
	// MostOwnHours is how many hours of single facts are added up for the money of a user or a team over time: 104 facts that raise money in every hour of 40 days.
	// With more of them it goes less far back.
	MostOwnHours = 100_000
)

// RaisedPoint is what a fact and everything below it had raised at an instant, in minor units.
type RaisedPoint struct {
	At    time.Time
	Total int64
}

// RaisedOverTime is what a fact had raised at the end of up to MaxPoints steps of the same length, of whole hours, in the last 40 days until now or until it
// ended, after a point for its beginning; nil for a fact that nobody gave to in that time. It may be some seconds behind, but ends with the fact's total.
func (a *App) RaisedOverTime(ctx context.Context, s Seen) ([]RaisedPoint, error) {
	end := a.Now()
	if at := s.fact.EndsAt; !at.IsZero() && at.Before(end) {
		end = at
	}
	const most = int(lookedBack/time.Hour) + 2
	hours, err := a.store.RaisedHours(ctx, s.fact.ID, end.Add(-lookedBack), most)
	if err != nil || len(hours) == 0 {
		return nil, err
	}
	return pointsOf(hours, end, s.fact.Total()), nil
}

// OwnedBy is whose facts are meant: one of them is set.
type OwnedBy struct{ User, Team fund.ID }

// OwnPoints is what a user's or a team's own facts had raised over time, in one currency.
type OwnPoints struct {
	Currency string
	Points   []RaisedPoint
}

// OwnOverTime is RaisedOverTime of all facts of a user or a team together, which ends with their total: see UserTotals and TeamTotals. Other currencies than its
// are converted to US dollars at today's rate. It is empty where the total is in more than one currency.
func (a *App) OwnOverTime(ctx context.Context, of OwnedBy, totals []money.Sum) (OwnPoints, error) {
	if len(totals) != 1 || totals[0].Minor == 0 {
		return OwnPoints{}, nil
	}
	over := OwnPoints{Currency: totals[0].Currency}
	now := a.Now()
	hours, err := a.store.OwnHours(ctx, store.OwnFacts{User: of.User, Team: of.Team}, store.HourSpan{Since: now.Add(-lookedBack), Now: now, Most: MostOwnHours})
	if err != nil {
		return over, err
	}
	if err := a.convertHours(ctx, hours, over.Currency, now); err != nil {
		return over, err
	}
	var sums []store.RaisedHour
	for _, h := range hours {
		if last := len(sums) - 1; last >= 0 && sums[last].At.Equal(h.At) {
			sums[last].Amount += h.Amount
			continue
		}
		sums = append(sums, h.RaisedHour)
	}
	if len(sums) > 0 {
		over.Points = pointsOf(sums, now, totals[0].Minor)
	}
	for i := range over.Points {
		over.Points[i].Total = max(over.Points[i].Total, 0) // rates of other days
	}
	return over, nil
}

// convertHours converts hours of other currencies to that of a total, and reads each rate once. A currency that the total leaves out counts as 0: one without a
// rate, or any other one where the total is not in US dollars.
func (a *App) convertHours(ctx context.Context, hours []store.OwnHour, to string, at time.Time) error {
	known := map[string]money.Conversion{}
	for i := range hours {
		h := &hours[i]
		if h.Currency == to {
			continue
		}
		by, is := known[h.Currency]
		if !is && to == "USD" {
			var err error
			by, err = a.store.ToUSD(ctx, h.Currency, at)
			if _, err := found(err); err != nil {
				return fmt.Errorf("rate of %s: %w", h.Currency, err)
			}
			known[h.Currency] = by
		}
		h.Amount = by.Apply(h.Amount)
	}
	return nil
}

// pointsOf adds up the hours, which end with a total.
func pointsOf(hours []store.RaisedHour, end time.Time, total int64) []RaisedPoint {
	first := hours[0].At
	for _, h := range hours {
		total -= h.Amount
	}
	if last := hours[len(hours)-1].At.Add(time.Hour); last.After(end) {
		end = last // what came back after the end, or in the present hour
	}
	whole := int(end.Sub(first)/time.Hour) + 1
	step := time.Duration((whole+MaxPoints-1)/MaxPoints) * time.Hour
	points := []RaisedPoint{{first, total}}
	for at := first.Add(step); ; at = at.Add(step) {
		for len(hours) > 0 && hours[0].At.Before(at) {
			total += hours[0].Amount
			hours = hours[1:]
		}
		if !at.Before(end) {
			return append(points, RaisedPoint{end, total})
		}
		points = append(points, RaisedPoint{at, total})
	}
}
