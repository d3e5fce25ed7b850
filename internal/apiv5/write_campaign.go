package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
)

func (v *version) campaignRows() []route {
	mine := resourceOf(campaignModel, campaign{}, v.showEvent, func(f fund.Fact) string { return at("campaigns", f.ID) })
	of := resourceOf(campaignModel, teamCampaign{}, v.showEvent, func(f fund.Fact) string { return at("team_campaigns", f.ID) })
	in := campaignInput{}
	own := asUser.get("/campaigns", tagCampaigns, "List your own campaigns, drafts too", []campaign{}, v.listOwnCampaigns)
	own.Query = pageQuery
	return []route{
		own,
		asUser.post("/campaigns", tagCampaigns, "Create a campaign of your own", in, campaign{}, api.Creates(mine, api.Nowhere, api.Keyless(v.app.CreateCampaign))),
		asUser.get("/campaigns/{campaign_id}", tagCampaigns, "Get a campaign as its owner sees it", campaign{}, api.Gets(atCampaign.key, v.app.GetFact, mine.Reply)),
		asUser.patch("/campaigns/{campaign_id}", tagCampaigns, "Change or retire a campaign", in, campaign{}, api.Changes(mine, atCampaign.key, v.app.GetFact, v.app.UpdateCampaign)),
		asUser.remove("/campaigns/{campaign_id}", tagCampaigns, "Delete a campaign that was never used", deletes(atCampaign.key, v.app.DeleteCampaign)),

		asUser.post("/teams/{team_id}/team_campaigns", tagTeamCampaigns, "Create a campaign of a team", in, teamCampaign{}, api.Creates(of, keyAt("team_id"), v.app.CreateTeamCampaign)),
		asUser.get("/team_campaigns/{team_campaign_id}", tagTeamCampaigns, "Get a team campaign as its editors see it", teamCampaign{}, api.Gets(atTeamCampaign.key, v.app.GetFact, of.Reply)),
		asUser.patch("/team_campaigns/{team_campaign_id}", tagTeamCampaigns, "Change or retire a team campaign", in, teamCampaign{},
			api.Changes(of, atTeamCampaign.key, v.app.GetFact, v.app.UpdateCampaign)),
		asUser.remove("/team_campaigns/{team_campaign_id}", tagTeamCampaigns, "Delete a team campaign that was never used", deletes(atTeamCampaign.key, v.app.DeleteCampaign)),
	}
}

func (v *version) listOwnCampaigns(ctx context.Context, c *call) (api.Reply, error) {
	return v.factPage(ctx, c, queryOf(c), factList{
		kind: "own campaigns", owner: c.Caller.User, to: v.toEvent,
		read: func(page fund.Page) ([]fund.Fact, error) { return v.app.OwnCampaigns(ctx, c.Caller, page) },
	})
}

// showEvent shows a campaign or a team campaign with what is around it.
func (v *version) showEvent(ctx context.Context, c *call, f fund.Fact) (any, error) {
	w, err := v.around(ctx, c, f)
	if err != nil {
		return nil, err
	}
	return v.toEvent(f, w), nil
}
