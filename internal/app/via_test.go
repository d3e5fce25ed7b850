package app_test

import (
	"reflect"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestWhoAddsUpDonationsByTheirLinks also wants a donation that is hidden to count.
func TestWhoAddsUpDonationsByTheirLinks(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, operator := t.Context(), w.operator(t)
	d := must.Get(w.donate(t, fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "12", Name: "Ada"}))(t)
	must.Get(w.ScreenDonation(ctx, w.owner, fund.Key{ID: d.ID}, fund.ScreeningHidden))(t)
	at := campaignKey(w.campaign)
	for _, one := range []struct {
		name  string
		actor app.Actor
		want  string
	}{
		{"owner", w.owner, ""}, {"cause staff", w.causer, ""}, {"cause", w.causeToken, ""}, {"operator", operator, ""}, {"system", app.System(), ""},
		{"stranger", w.stranger, "forbidden"}, {"nobody", app.Actor{}, "unauthenticated"},
	} {
		f, sums, err := w.ViaSums(ctx, one.actor, at, fund.Span{})
		wantKind(t, err, one.want)
		if one.want == "" && (sums.None != fund.ViaSum{Donations: 1, Amount: f.Total()} || len(sums.Vias) != 0) {
			t.Errorf("%s: got %+v, want the one donation", one.name, sums)
		}
	}
}

// TestAnErasedDonorCountsWithoutALink adds up two donations by one link, before and after the donor of one is erased.
func TestAnErasedDonorCountsWithoutALink(t *testing.T) {
	t.Parallel()
	w := newQuuxWorld(t)
	for _, email := range []string{quuxEmail, "ada@example.org"} {
		w.payWith(t, w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Email: email}, Via: "newsletter"}), goodCard)
	}
	wantVias := func(want fund.ViaSums) {
		t.Helper()
		if _, got, err := w.ViaSums(t.Context(), w.owner, campaignKey(w.campaign), fund.Span{}); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
	}
	wantVias(fund.ViaSums{Vias: []fund.ViaSum{{Via: "newsletter", Donations: 2, Amount: 2000}}})
	w.erase(t)
	wantVias(fund.ViaSums{Vias: []fund.ViaSum{{Via: "newsletter", Donations: 1, Amount: 1000}}, None: fund.ViaSum{Donations: 1, Amount: 1000}})
	w.raised(t)
}
