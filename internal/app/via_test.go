package app_test

import (
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
