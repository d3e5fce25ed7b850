package web_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
)

// TestTotalsWithoutARateAreInTheirOwnCurrency never shows nothing where something was raised.
func TestTotalsWithoutARateAreInTheirOwnCurrency(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	trees, err := h.ImportCause(t.Context(), app.System(), fund.Cause{Fact: fund.Fact{Name: "Trees", Slug: "trees", Currency: "JPY", Status: fund.Published}})
	must.Do(t, err)
	past := func(f fund.Fact, amount string) app.PastDonation {
		return app.PastDonation{DonationInput: fund.DonationInput{Fact: fund.Key{ID: f.ID}, Amount: amount}, CompletedAt: h.Clock.Now().Add(-time.Hour)}
	}
	raised := func(want string) {
		t.Helper()
		if status, page := testnode.Get(t, h.url+"/@ana"); status != 200 || !strings.Contains(page, "<strong>"+want+"</strong>") {
			t.Errorf("got %d %s, want %s", status, page, want)
		}
	}
	raised("$0.00")
	campaign := h.newCampaign(t, "Plant", "plant", trees)
	must.Do(t, h.Import(t.Context(), app.System(), []app.PastDonation{past(campaign, "2000")}))
	raised("¥2,000")
	must.Do(t, h.Import(t.Context(), app.System(), []app.PastDonation{past(h.campaign, "5")}))
	raised("¥2,000 + $5.00")
	_, err = h.PutRates(t.Context(), app.System(), []money.DayRate{{Currency: "JPY", Day: h.Clock.Now(), Rate: money.RateScale / 100}})
	must.Do(t, err)
	raised("$25.00")
}
