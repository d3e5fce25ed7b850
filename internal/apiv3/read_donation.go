package apiv3

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// listDonations looks the campaign up first, because the page goes stale with it.
func (v *version) listDonations(ctx context.Context, c *call) (api.Reply, error) {
	key, err := campaignAt(c)
	if err != nil {
		return api.Reply{}, err
	}
	p, err := parsePaging(c, donationCount)
	if err != nil {
		return api.Reply{}, err
	}
	seen, err := v.app.See(ctx, c.Caller, key)
	if err != nil {
		return api.Reply{}, err
	}
	donations, err := v.app.DonationsByNumber(ctx, seen, p.donations())
	if err != nil {
		return api.Reply{}, err
	}
	body := page{data: list(donations, v.toDonation), links: p.links(ends(donations, donationNumber))}
	return api.Reply{Body: body, Fresh: api.Shows(seen.Fact().ID)}, nil
}

func donationNumber(d fund.Donation) int64 { return d.LegacyID }

func (v *version) listCauseDonations(ctx context.Context, c *call) (api.Reply, error) {
	key, err := idOrSlugAt(c)
	if err != nil {
		return api.Reply{}, err
	}
	return v.causeDonations(ctx, c, key, v.app.ListCauseDonations)
}

func (v *version) listEventDonations(ctx context.Context, c *call) (api.Reply, error) {
	key, err := idAt(c)
	if err != nil {
		return api.Reply{}, err
	}
	return v.causeDonations(ctx, c, key, v.app.ListEventDonations)
}

type donationLister func(context.Context, app.Actor, fund.Key, app.DonationPage) ([]fund.Donation, error)

func (v *version) causeDonations(ctx context.Context, c *call, key fund.Key, lister donationLister) (api.Reply, error) {
	p, err := parsePaging(c, donationCount)
	if err != nil {
		return api.Reply{}, err
	}
	donations, err := lister(ctx, c.Caller, key, p.donations())
	if err != nil {
		return api.Reply{}, err
	}
	return paged(p, donations, v.toCauseDonation, donationNumber), nil
}
