package apiv3

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// campaignBy answers with the campaign of a key in the path.
func (v *version) campaignBy(find finds[app.FactKey]) handler {
	return api.Gets(find, v.app.GetFact, func(_ context.Context, _ *call, f fund.Fact) (api.Reply, error) {
		return api.Reply{Body: v.toCampaign(f), Fresh: showsFact(f)}, nil
	})
}

func (v *version) listSupporting(ctx context.Context, c *call) (api.Reply, error) {
	key, err := idOrSlugAt(c)
	if err != nil {
		return api.Reply{}, err
	}
	return v.allCampaigns(ctx, c, app.CampaignFilter{Supporting: &key})
}

func (v *version) listCampaigns(ctx context.Context, c *call) (api.Reply, error) {
	p, err := parsePaging(c, indexCount)
	if err != nil {
		return api.Reply{}, err
	}
	return v.campaignPage(ctx, c, app.CampaignFilter{}, p)
}

func (v *version) listTeamCampaigns(ctx context.Context, c *call) (api.Reply, error) {
	return v.campaignsOf(ctx, c, func(key *fund.Key) app.CampaignFilter { return app.CampaignFilter{Team: key} })
}

func (v *version) listCauseCampaigns(ctx context.Context, c *call) (api.Reply, error) {
	return v.campaignsOf(ctx, c, func(key *fund.Key) app.CampaignFilter { return app.CampaignFilter{Cause: key} })
}

func (v *version) listEventCampaigns(ctx context.Context, c *call) (api.Reply, error) {
	if _, err := idAt(c); err != nil {
		return api.Reply{}, err
	}
	return v.campaignsOf(ctx, c, func(key *fund.Key) app.CampaignFilter { return app.CampaignFilter{Event: key} })
}

// listUserCampaigns gives links only to callers who ask for a page: clients that know no
// other keys than meta and data ask for none, and get everything at once.
func (v *version) listUserCampaigns(ctx context.Context, c *call) (api.Reply, error) {
	key, p, err := indexAt(c)
	if err != nil {
		return api.Reply{}, err
	}
	if !p.asked() {
		return v.allCampaigns(ctx, c, app.CampaignFilter{User: &key})
	}
	return v.campaignPage(ctx, c, app.CampaignFilter{User: &key}, p)
}

// indexAt is what is at {id} and the page of it that is asked for.
func indexAt(c *call) (fund.Key, paging, error) {
	key, err := idOrSlugAt(c)
	if err != nil {
		return fund.Key{}, paging{}, err
	}
	p, err := parsePaging(c, indexCount)
	return key, p, err
}

// campaignsOf is a page of the campaigns of whatever is at {id}.
func (v *version) campaignsOf(ctx context.Context, c *call, filter func(*fund.Key) app.CampaignFilter) (api.Reply, error) {
	key, p, err := indexAt(c)
	if err != nil {
		return api.Reply{}, err
	}
	return v.campaignPage(ctx, c, filter(&key), p)
}

func (v *version) campaignPage(ctx context.Context, c *call, filter app.CampaignFilter, p paging) (api.Reply, error) {
	facts, err := v.app.ListCampaigns(ctx, c.Caller, filter, p.index())
	if err != nil {
		return api.Reply{}, err
	}
	return paged(p, facts, v.toCampaignListItem, func(f fund.Fact) int64 { return f.LegacyID }), nil
}

func (v *version) allCampaigns(ctx context.Context, c *call, filter app.CampaignFilter) (api.Reply, error) {
	facts, err := v.app.ListCampaigns(ctx, c.Caller, filter, fund.Page{Limit: everything})
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: list(facts, v.toCampaignListItem)}, nil
}

// paged is a page with five links.
func paged[From, To any](p paging, items []From, to func(From) To, number func(From) int64) api.Reply {
	return api.Reply{Body: page{data: list(items, to), links: p.indexLinks(ends(items, number))}}
}
