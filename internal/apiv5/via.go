package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fund"
)

// viaSum is what came through links with one name. The original has none.
type viaSum struct {
	Via       string `json:"via" doc:"What the links say of where donors come from (?via=…)."`
	Donations int64  `json:"donations" doc:"How many donations."`
	Amount    amount `json:"amount" doc:"What they gave, without what went back."`
}

// donationSum is what some donations gave together.
type donationSum struct {
	Donations int64  `json:"donations" doc:"How many donations."`
	Amount    amount `json:"amount" doc:"What they gave, without what went back."`
}

// viaSums are the donations within a fact by the names of the links that led to them.
type viaSums struct {
	Vias   []viaSum    `json:"vias" doc:"Those that brought the most, largest first; at most 100."`
	Others donationSum `json:"others" doc:"What came by links with further names."`
	None   donationSum `json:"none" doc:"What came without a link that has a name."`
}

func toDonationSum(s fund.ViaSum, currency string) donationSum {
	return donationSum{Donations: s.Donations, Amount: fixed(s.Amount, currency)}
}

// asDonationReader reads donations as the people who handle them see them.
var asDonationReader = accessRule{[]string{fund.ScopeDonationsRead, fund.ScopeDonationsWrite}, anybody}

// viaRows are for those who raise the money.
func (v *version) viaRows() []route {
	h := factParent
	sums := asDonationReader.get(h.pattern("vias"), tagDonations, "Add up the donations within "+h.noun+" by the links that led to them", viaSums{}, v.getViaSums)
	sums.Query = completedQuery
	return []route{sums}
}

func (v *version) getViaSums(ctx context.Context, c *call) (api.Reply, error) {
	key, err := factParent.key(c)
	if err != nil {
		return api.Reply{}, err
	}
	p := queryOf(c)
	span := p.span("completed")
	if err := p.err(); err != nil {
		return api.Reply{}, err
	}
	f, sums, err := v.app.ViaSums(ctx, c.Caller, key, span)
	if err != nil {
		return api.Reply{}, err
	}
	named := func(s fund.ViaSum) viaSum {
		return viaSum{Via: s.Via, Donations: s.Donations, Amount: fixed(s.Amount, f.Currency)}
	}
	return api.Reply{Body: viaSums{
		Vias: list(sums.Vias, named), Others: toDonationSum(sums.Others, f.Currency), None: toDonationSum(sums.None, f.Currency),
	}}, nil
}
