package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// handledDonation is a donation for those who handle it: with its real name and comment, also while
// strangers do not see them.
type handledDonation struct {
	donation
	Status    string          `json:"status" enum:"pending,completed,partially_refunded,refunded,disputed,lost,failed,cancelled,expired" doc:"Where its money is."`
	Screening string          `json:"screening" enum:"shown,host_only,comment_held,held,hidden"`
	PassedOn  bool            `json:"passed_on" doc:"Whether it waits, and a screener passed it on for another one to show it. False for those who do not screen."`
	Refunded  amount          `json:"amount_refunded" doc:"What went back to the donor; the amount is what is left."`
	Disputed  amount          `json:"amount_disputed" doc:"What a bank took back in a dispute that is open or lost."`
	Email     string          `json:"donor_email"`
	Anonymous bool            `json:"anonymous" doc:"The donor does not want the name shown."`
	Origin    string          `json:"origin" enum:"payment,offline,match,import,trigger,sandbox" doc:"How it came here: through a payment, recorded by somebody who got the money, paid by a matcher at the end of a donation match, from an import, from a program with the scope sandbox, or made up by the sandbox."`
	Reference *string         `json:"reference" doc:"The name of its payment, from the person or program that recorded it. Null for none, and for those who may not record donations."`
	Payment   *handledPayment `json:"payment" doc:"Null for money that came another way."`
	Claims    []handledClaim  `json:"claims" doc:"The claimed rewards, with what is needed to send them for those who may read who donated."`
}

// handledClaim is a claimed reward for those who send it. Answer and address are null for others, and once they are deleted.
type handledClaim struct {
	rewardClaim
	RewardName  string           `json:"reward_name" doc:"What the reward is called."`
	FulfilledAt *string          `json:"fulfilled_at" format:"date-time" doc:"When somebody said that the donor got it; null while nobody did."`
	Answer      *string          `json:"answer" doc:"The answer to the question of the reward. It is deleted 90 days after the claim was fulfilled, unless the operator of the server chose another time."`
	Address     *shippingAddress `json:"address" doc:"Deleted with the answer."`
}

// shippingAddress is where a reward is sent. Its lines are empty where the donor left them out.
type shippingAddress struct {
	Recipient  string `json:"recipient" doc:"Who the parcel is for."`
	Line1      string `json:"line1"`
	Line2      string `json:"line2"`
	City       string `json:"city"`
	Region     string `json:"region"`
	PostalCode string `json:"postal_code"`
	Country    string `json:"country" doc:"Its code in ISO 3166, such as DE. What donors typed before November 2026 is as they typed it."`
	Phone      string `json:"phone" doc:"For questions about the delivery; empty for none."`
	Email      string `json:"email" doc:"For questions about the delivery, in place of a phone number; empty for none. It is not the address of the receipt."`
}

func toHandledClaim(c fund.Claim) handledClaim {
	made := handledClaim{
		rewardClaim: rewardClaim{ID: c.ID.String(), RewardID: c.Reward.ID.String(), Quantity: c.Quantity},
		RewardName:  c.Reward.Name, FulfilledAt: secondsOrNull(c.FulfilledAt), Answer: textOrNull(c.Answer),
	}
	if a := c.Address; a != nil {
		made.Address = &shippingAddress{
			Recipient: a.Recipient, Line1: a.Line1, Line2: a.Line2, City: a.City, Region: a.Region, PostalCode: a.PostalCode,
			Country: a.Country, Phone: a.Phone, Email: a.Email,
		}
	}
	return made
}

// handledPayment is how the money of a donation comes through a payment provider.
type handledPayment struct {
	Provider string  `json:"provider"`
	Status   string  `json:"status" enum:"open,processing,paid,failed,cancelled,expired" doc:"What the provider said last."`
	Reason   *string `json:"reason" doc:"Why it failed."`
	FeeCover amount  `json:"fee_cover" doc:"What the donor added for the provider's fee; it is no part of the amount."`
	Fee      *amount `json:"fee" doc:"What the provider keeps; null while that is not known."`
	Via      *string `json:"via" doc:"What the link said that led the donor to the form (?via=…), so that it is known where money comes from; null for none."`
}

func toHandledPayment(p *fund.Payment) *handledPayment {
	if p == nil {
		return nil
	}
	made := handledPayment{
		Provider: p.Provider, Status: string(p.Status), Reason: textOrNull(p.Reason), FeeCover: fixed(p.FeeCover, p.Currency),
		Via: textOrNull(p.Via),
	}
	if p.Fee != nil {
		fee := fixed(*p.Fee, p.Currency)
		made.Fee = &fee
	}
	return &made
}

func (v *version) donationRows() []route {
	out, key := handledDonation{}, keyAt("donation_id")
	// recorded is a donation whose model names the place of its fact as the path of the parent does.
	recorded := func(h parentResource) resource[donationPatch, fund.Donation] {
		m := donationModel
		m.names = map[string]string{"fact": h.name}
		return resourceOf(m, out, v.showDonation, func(d fund.Donation) string { return at("donations", d.ID) })
	}
	refund := actionOf(refundModel, v.showDonation)
	screening := resourceOf(screeningModel, handledDonation{}, v.showDonation, nil)
	concede := actionOf(nothingModel, v.showDonation)
	fulfill := actionOf(fulfillModel, v.showDonation)
	return append(
		eachParent(func(h parentResource) route {
			return asDonationWriter.post(h.pattern("donations"), tagDonations, "Record a donation to "+h.noun+" that came another way", donationInput{}, out, api.Creates(recorded(h), h.key, v.recordDonation))
		}),
		asDonationWriter.get("/donations/{donation_id}", tagDonations, "Get a donation as those see it who handle it", out, api.Gets(key, v.app.HandledDonation, screening.Reply)),
		asDonationWriter.patch("/donations/{donation_id}", tagDonations, "Show, hold or hide the name and comment of a donation", screeningInput{}, out,
			api.Changes(screening, key, v.app.HandledDonation, v.screen)),
		asDonationWriter.action("/donations/{donation_id}/refund", api.Doc{Tag: tagDonations, Summary: "Give back a donation or a part of it, through the provider that took it", ID: "refundDonation"}, refundInput{}, out,
			api.Changes(refund, key, nil, v.refund)),
		asDonationWriter.action("/donations/{donation_id}/dispute/concede", api.Doc{Tag: tagDonations, Summary: "Give up an open dispute: the money stays with the donor", ID: "concedeDispute"}, nil, out,
			api.Changes(concede, key, nil, v.concede)),
		asDonationWriter.action("/donations/{donation_id}/fulfill", api.Doc{Tag: tagDonations, Summary: "Say that rewards claimed with a donation were fulfilled, or that they were not", ID: "fulfillClaims"}, fulfillInput{}, out,
			api.Changes(fulfill, key, nil, v.app.FulfillClaims)),
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

func (v *version) refund(ctx context.Context, actor app.Actor, key fund.Key, patch refundPatch) (fund.Donation, error) {
	if err := v.refundable(ctx, actor, key, &patch); err != nil {
		return fund.Donation{}, err
	}
	return v.app.RefundDonation(ctx, actor, key, patch.amount.Value)
}

// refundable says what is wrong with how much of a donation is to go back. It looks at the currency because that is the donation's own, which never changes.
func (v *version) refundable(ctx context.Context, actor app.Actor, donation fund.Key, patch *refundPatch) error {
	if patch.amount.Set && patch.amount.Value == "" {
		patch.invalid.Add("amount", fund.Blank)
	}
	if patch.currency.Set {
		d, err := v.app.HandledDonation(ctx, actor, donation)
		if err != nil {
			return err
		}
		if d.Currency != patch.currency.Value {
			patch.invalid.Add("currency", "is not the currency of the donation ("+d.Currency+")")
		}
	}
	return patch.invalid.Err()
}

func (v *version) concede(ctx context.Context, actor app.Actor, key fund.Key, body nothing) (fund.Donation, error) {
	if err := body.invalid.Err(); err != nil {
		return fund.Donation{}, err
	}
	return v.app.ConcedeDispute(ctx, actor, key)
}

func (v *version) showDonation(ctx context.Context, c *call, d fund.Donation) (any, error) {
	above, err := v.app.Ancestors(ctx, c.Caller, d.Fact.ID)
	if err != nil {
		return nil, err
	}
	paid, err := v.app.HandledPayment(ctx, c.Caller, fund.Key{ID: d.ID})
	if err != nil {
		return nil, err
	}
	passed, err := v.app.PassedOn(ctx, c.Caller, d)
	if err != nil {
		return nil, err
	}
	self := toSimpleFact(fund.Ancestor{ID: d.Fact.ID, Name: d.Fact.Name, Kind: d.FactKind})
	made := handledDonation{
		donation: v.toDonation(d, append(list(above[d.Fact.ID], toSimpleFact), self)),
		Status:   string(d.State), Screening: string(d.Screening), PassedOn: passed, Refunded: fixed(d.Refunded, d.Currency),
		Disputed: fixed(d.Disputed, d.Currency), Email: d.Email, Anonymous: d.Anonymous, Payment: toHandledPayment(paid),
		Origin: string(d.Origin), Reference: textOrNull(d.Reference),
		Claims: list(d.Claims, toHandledClaim),
	}
	made.DonorName, made.DonorComment = d.GivenName(), textOrNull(d.Comment)
	if made.DonorName == "" {
		made.DonorName = fund.Anonymous
	}
	if made.Screening == "" {
		made.Screening = string(fund.ScreeningShown)
	}
	return made, nil
}
