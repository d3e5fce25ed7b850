package app_test

import (
	"testing"

	"github.com/almoner/almoner/internal/fund"
)

func TestWhatIsGivenToIsForgottenWhenItChanges(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	owner, err := w.CurrentUser(t.Context(), w.owner)
	must(t, err)
	in := fund.DonationInput{Fact: fund.Key{Slug: w.campaign.Slug}, FactOwner: "@" + owner.Slug}
	for range 2 {
		_, err = w.give(t, in)
		must(t, err)
	}
	_, err = w.UpdateCampaign(t.Context(), w.owner, campaignKey(w.campaign), fund.CampaignPatch{Slug: fund.Some("renamed")})
	must(t, err)
	_, err = w.give(t, in)
	wantKind(t, err, "not_found")
	in.Fact.Slug = "renamed"
	_, err = w.give(t, in)
	must(t, err)
	_, err = w.UpdateCampaign(t.Context(), w.owner, campaignKey(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	must(t, err)
	_, err = w.give(t, in)
	wantFields(t, err, "fact is retired: a retired campaign takes no donations")
}
