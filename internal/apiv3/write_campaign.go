package apiv3

import (
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// The keys of what is written, in the wildcards of the routes.

func idAt(c *call) (fund.Key, error) { return number(c, "id") }

func idOrSlugAt(c *call) (fund.Key, error) { return numberOrSlug(c, "id") }

func ofUserAt(c *call) (app.FactKey, error) { return ownedCampaignAt(c, ofUser) }

func ofTeamAt(c *call) (app.FactKey, error) { return ownedCampaignAt(c, ofTeam) }

// campaigns compares with the shape of lists, which has all the keys that show a campaign anywhere.
func (v *version) campaigns() resource[fund.CampaignPatch, fund.Fact] {
	r := resourceOf(campaignModel, shown(v.toCampaign), func(f fund.Fact) string { return below("campaigns", f.LegacyID) })
	r.Compare = shown(v.toCampaignListItem)
	return r
}
