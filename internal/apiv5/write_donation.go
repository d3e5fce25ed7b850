package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

const tagDonations = "Donations"

// handledDonation is a donation for those who handle it: with its real name and comment, also while
// strangers do not see them.
type handledDonation struct {
	donation
	Screening string `json:"screening" enum:"shown,held,hidden"`
	Refunded  amount `json:"amount_refunded" doc:"What went back; the amount is what is left."`
	Email     string `json:"donor_email"`
	Anonymous bool   `json:"anonymous" doc:"The giver does not want the name shown."`
}

func (v *version) donationRows() []route {
	r := resource[donationPatch, fund.Donation]{
		model: donationModel, out: handledDonation{}, show: v.showDonation,
		path: func(d fund.Donation) string { return at("donations", d.ID) },
	}
	refund := resource[refundPatch, fund.Donation]{model: refundModel, show: v.showDonation}
	screening := resource[screeningPatch, fund.Donation]{model: screeningModel, out: handledDonation{}, show: v.showDonation}
	out, key := handledDonation{}, keyAt("donation_id")
	return append(
		eachHome(func(h home) route {
			r.model.names = map[string]string{"fact": h.name}
			return asGiver.post(h.pattern("donations"), tagDonations, "Record a donation to "+h.noun+" that came another way", donationInput{}, out, creates(r, h.key, v.recordDonation))
		}),
		asGiver.get("/donations/{donation_id}", tagDonations, "Get a donation as those see it who handle it", out, gets(r, key, v.app.HandledDonation)),
		asGiver.patch("/donations/{donation_id}", tagDonations, "Show, hold or hide the name and comment of a donation", screeningInput{}, out, changes(screening, key, v.screen)),
		asGiver.action("/donations/{donation_id}/refund", api.Doc{Tag: tagDonations, Summary: "Give back a donation or a part of it", ID: "refundDonation"}, refundInput{}, out, acts(refund, key, v.refund)),
	)
}

func (v *version) recordDonation(ctx context.Context, actor app.Actor, key app.FactKey, patch donationPatch) (fund.Donation, error) {
	return v.app.RecordOffline(ctx, actor, key, patch.input())
}

func (v *version) screen(ctx context.Context, actor app.Actor, key fund.Key, patch screeningPatch) (fund.Donation, error) {
	fund.CheckScreening(&patch.invalid, patch.screening.Value)
	if err := patch.invalid.Err(); err != nil {
		return fund.Donation{}, err
	}
	return v.app.ScreenDonation(ctx, actor, key, patch.screening.Value)
}

// refund looks at the currency here because it is the donation's own, which never changes.
func (v *version) refund(ctx context.Context, actor app.Actor, key fund.Key, patch refundPatch) (fund.Donation, error) {
	if patch.amount.Set && patch.amount.Value == "" {
		patch.invalid.Add("amount", fund.Blank)
	}
	if patch.currency.Set {
		d, err := v.app.HandledDonation(ctx, actor, key)
		if err != nil {
			return fund.Donation{}, err
		}
		if d.Currency != patch.currency.Value {
			patch.invalid.Add("currency", "is not the currency of the donation ("+d.Currency+")")
		}
	}
	if err := patch.invalid.Err(); err != nil {
		return fund.Donation{}, err
	}
	return v.app.RefundDonation(ctx, actor, key, patch.amount.Value)
}

func (v *version) showDonation(ctx context.Context, c *call, d fund.Donation) (any, error) {
	above, err := v.app.Ancestors(ctx, c.Caller, d.Fact.ID)
	if err != nil {
		return nil, err
	}
	self := toSimpleFact(fund.Ancestor{ID: d.Fact.ID, Name: d.Fact.Name, Kind: d.FactKind})
	made := handledDonation{
		donation:  v.toDonation(d, append(list(above[d.Fact.ID], toSimpleFact), self)),
		Screening: string(d.Screening), Refunded: fixed(d.Refunded, d.Currency), Email: d.Email, Anonymous: d.Anonymous,
	}
	made.DonorName, made.DonorComment = d.Name, textOrNull(d.Comment)
	if made.DonorName == "" {
		made.DonorName = fund.Anonymous
	}
	if made.Screening == "" {
		made.Screening = string(fund.ScreeningShown)
	}
	return made, nil
}
