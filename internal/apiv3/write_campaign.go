package apiv3

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// The keys of what is written, in the wildcards of the routes.

func nowhere(*call) (struct{}, error) { return struct{}{}, nil }

func idAt(c *call) (fund.Key, error) { return number(c, "id") }

func idOrSlugAt(c *call) (fund.Key, error) { return numberOrSlug(c, "id") }

func ofUserAt(c *call) (app.FactKey, error) { return ownedCampaignAt(c, ofUser) }

func ofTeamAt(c *call) (app.FactKey, error) { return ownedCampaignAt(c, ofTeam) }

func (v *version) createCampaign(ctx context.Context, actor app.Actor, _ struct{}, patch fund.CampaignPatch) (made, error) {
	f, err := v.app.CreateCampaign(ctx, actor, patch)
	return v.madeCampaign(f), err
}

func (v *version) createTeamCampaign(ctx context.Context, actor app.Actor, team fund.Key, patch fund.CampaignPatch) (made, error) {
	f, err := v.app.CreateTeamCampaign(ctx, actor, team, patch)
	return v.madeCampaign(f), err
}

func (v *version) madeCampaign(f fund.Fact) made {
	return made{body: v.toCampaign(f), path: below("campaigns", f.LegacyID)}
}

// changesCampaign compares with the shape of lists, which has all the keys that show a
// campaign anywhere.
func (v *version) changesCampaign(find finds[app.FactKey]) handler {
	return changes(campaignModel, find,
		showing(v.app.GetFact, v.toCampaignListItem), applying(v.app.UpdateCampaign, v.toCampaign))
}
