package apiv3

import "github.com/almoner/almoner/internal/fund"

// campaigns compares with the shape of lists, which has all the keys that show a campaign anywhere.
func (v *version) campaigns() resource[fund.CampaignPatch, fund.Fact] {
	r := resourceOf(campaignModel, shown(v.toCampaign), func(f fund.Fact) string { return below("campaigns", f.LegacyID) })
	r.Compare = shown(v.toCampaignListItem)
	return r
}
