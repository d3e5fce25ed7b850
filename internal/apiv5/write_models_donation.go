package apiv5

import (
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// donationInput is the body of a donation that is recorded, for the documents.
type donationInput struct {
	Amount       moneyInput   `json:"amount"`
	DonorName    string       `json:"donor_name" null:"true" doc:"100 characters at most; Anonymous when it is not sent."`
	DonorComment string       `json:"donor_comment" null:"true" doc:"1000 characters at most."`
	DonorEmail   string       `json:"donor_email" format:"email" null:"true"`
	Anonymous    bool         `json:"anonymous" doc:"The name is not shown."`
	Sustained    bool         `json:"sustained" doc:"It is one of many of a monthly donor."`
	PollOptionID idInput      `json:"poll_option_id"`
	TargetID     idInput      `json:"target_id"`
	RewardClaims []claimInput `json:"reward_claims" null:"true"`
	Reference    string       `json:"reference" null:"true" doc:"Your own name of the payment, unique for the cause: the same one with the same name and amount is recorded once."`
}

type claimInput struct {
	RewardID idInput `json:"reward_id"`
	Quantity int64   `json:"quantity" doc:"1 when it is not sent."`
}

// donationPatch is money that came on another way, as a caller submits it.
type donationPatch struct {
	amount, currency                fund.Opt[string]
	name, comment, email, reference fund.Opt[string]
	anonymous, sustained            fund.Opt[bool]
	pollOption, target              fund.Opt[fund.Key]
	claims                          []fund.ClaimInput
	invalid                         fault.Fields
}

var donationModel = model[donationPatch]{
	invalid: func(p *donationPatch) *fault.Fields { return &p.invalid },
	fields: func(p *donationPatch) []submit.Field {
		return []submit.Field{
			moneyField(&p.amount, &p.currency, "amount", "amount"),
			submit.Text(&p.name, "name", "donor_name"),
			submit.Text(&p.comment, "comment", "donor_comment"),
			submit.Text(&p.email, "email", "donor_email"),
			submit.Flag(&p.anonymous, "anonymous", "anonymous"),
			submit.Flag(&p.sustained, "sustained", "sustained"),
			referenceField(&p.pollOption, "poll_option", "poll_option_id"),
			referenceField(&p.target, "target", "target_id"),
			claimsField(&p.claims),
			submit.Text(&p.reference, "reference", "reference"),
		}
	},
}

// claimsField takes null for no claims. A claim without a quantity is of one.
func claimsField(to *[]fund.ClaimInput) submit.Field {
	f := submit.Items(to, func(claim *fund.ClaimInput) submit.Group {
		var reward fund.Opt[fund.Key]
		var quantity fund.Opt[*int64]
		claim.Quantity = 1
		return submit.Group{
			Fields: []submit.Field{referenceField(&reward, "reward", "reward_id"), submit.Count(&quantity, "quantity", "quantity")},
			Done: func() {
				claim.Reward = reward.Value
				if quantity.Value != nil {
					claim.Quantity = *quantity.Value
				}
			},
		}
	}, "rewards", "reward_claims")
	return unlessNull(f)
}

// unlessNull is a field for which null is the same as not to send it.
func unlessNull(f submit.Field) submit.Field {
	read := f.Read
	f.Read = func(s *submit.Submission, at submit.Spot, value any) {
		if value != nil {
			read(s, at, value)
		}
	}
	return f
}

// input is the donation in the words of the domain.
func (p donationPatch) input() fund.DonationInput {
	return fund.DonationInput{
		Amount: p.amount.Value, Currency: p.currency.Value,
		Name: p.name.Value, Comment: p.comment.Value, Email: p.email.Value, Reference: p.reference.Value,
		Anonymous: p.anonymous.Value, Sustained: p.sustained.Value,
		PollOption: keyOrNone(p.pollOption), Target: keyOrNone(p.target), Claims: p.claims, Invalid: p.invalid,
	}
}

func keyOrNone(key fund.Opt[fund.Key]) *fund.Key {
	if key.Value == (fund.Key{}) {
		return nil
	}
	return &key.Value
}

type refundInput struct {
	Amount moneyInput `json:"amount" doc:"Everything that is left when it is not sent."`
}

// refundPatch is how much goes back; everything that is left when there is no amount.
type refundPatch struct {
	amount, currency fund.Opt[string]
	invalid          fault.Fields
}

var refundModel = model[refundPatch]{
	invalid: func(p *refundPatch) *fault.Fields { return &p.invalid },
	fields: func(p *refundPatch) []submit.Field {
		return []submit.Field{moneyField(&p.amount, &p.currency, "amount", "amount")}
	},
}

type fulfillInput struct {
	ClaimIDs  []string `json:"claim_ids" null:"true" doc:"Ids of claims of the donation; all of its claims when it is not sent."`
	Fulfilled bool     `json:"fulfilled" doc:"True when it is not sent; false takes it back."`
}

var fulfillModel = model[fund.Fulfillment]{
	invalid: func(p *fund.Fulfillment) *fault.Fields { return &p.Invalid },
	fields: func(p *fund.Fulfillment) []submit.Field {
		ids := leavesField(&p.Claims, func(to *fund.Opt[string]) submit.Field { return submit.Text(to, "", "") }, "claims", "claim_ids")
		return []submit.Field{unlessNull(ids), submit.Flag(&p.Fulfilled, "fulfilled", "fulfilled")}
	},
}

type screeningInput struct {
	Screening string `json:"screening" required:"true" enum:"shown,host_only,comment_held,held,hidden" doc:"Whether strangers see the name and the comment; the money always counts."`
}

// screeningPatch says whether strangers see the name and the comment of a donation.
type screeningPatch struct {
	screening fund.Opt[fund.Screening]
	invalid   fault.Fields
}

var screeningModel = model[screeningPatch]{
	required: []string{"screening"},
	invalid:  func(p *screeningPatch) *fault.Fields { return &p.invalid },
	fields: func(p *screeningPatch) []submit.Field {
		return []submit.Field{submit.Text(&p.screening, "screening", "screening")}
	},
}

// nothing is the body of an action that needs none.
type nothing struct{ invalid fault.Fields }

var nothingModel = model[nothing]{
	invalid: func(p *nothing) *fault.Fields { return &p.invalid },
	fields:  func(*nothing) []submit.Field { return nil },
}
