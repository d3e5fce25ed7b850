package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
)

// TestMoneyOverTimeReadsEachRateOnce draws what a user raised in two currencies in many hours: it ends with the total, and takes a statement for the hours
// and one for each rate.
func TestMoneyOverTimeReadsEachRateOnce(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	yen := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Trees"), Cause: key(w.yen.ID), Status: fund.Some(fund.Published)})
	rate := money.DayRate{Currency: "JPY", Day: w.Clock.Now().AddDate(0, 0, -1), Rate: money.RateScale / 100}
	must.Get(w.PutRates(ctx, app.System(), []money.DayRate{rate}))(t)
	const hours = 6
	var past []app.PastDonation
	for i := range hours {
		at := w.Clock.Now().Add(time.Duration(i-hours) * time.Hour)
		past = append(past,
			app.PastDonation{DonationInput: fund.DonationInput{Fact: fund.Key{ID: yen.ID}, Amount: "1000"}, CompletedAt: at},
			app.PastDonation{DonationInput: fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "5"}, CompletedAt: at})
	}
	must.Do(t, w.Import(ctx, app.System(), past))
	for must.Get(w.Store.FoldHours(ctx))(t).Events > 0 {
	}
	for _, c := range []struct {
		total money.Sum
		most  int
	}{
		{money.Sum{Currency: "USD", Minor: hours * 1500}, 2},
		// What is not in the total is not in the hours: dollars count for nothing beside yen without a rate.
		{money.Sum{Currency: "JPY", Minor: hours * 1000}, 1},
	} {
		var over app.OwnPoints
		ran := w.Statements(func() {
			over = must.Get(w.OwnOverTime(ctx, app.OwnedBy{User: w.owner.User}, []money.Sum{c.total}))(t)
		})
		if len(ran) > c.most {
			t.Errorf("%s: got %d statements, want %d at most:\n%s", c.total.Currency, len(ran), c.most, strings.Join(ran, "\n"))
		}
		if n := len(over.Points); n < hours || over.Points[0].Total != 0 || over.Points[n-1].Total != c.total.Minor {
			t.Errorf("%s: got %+v, want it to go from nothing to %d", c.total.Currency, over.Points, c.total.Minor)
		}
	}
}
