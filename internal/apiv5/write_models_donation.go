package apiv5

import (
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

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
	fields: func(p *donationPatch) []field {
		return []field{
			moneyField(&p.amount, &p.currency, "amount", "amount"),
			textField(&p.name, "name", "donor_name"),
			textField(&p.comment, "comment", "donor_comment"),
			textField(&p.email, "email", "donor_email"),
			flagField(&p.anonymous, "anonymous", "anonymous"),
			flagField(&p.sustained, "sustained", "sustained"),
			referenceField(&p.pollOption, "poll_option", "poll_option_id"),
			referenceField(&p.target, "target", "target_id"),
			claimsField(&p.claims),
			textField(&p.reference, "reference", "reference"),
		}
	},
}

// claimsField keeps the spot of every item. A claim without a quantity is of one.
func claimsField(to *[]fund.ClaimInput) field {
	return field{path: "rewards", keys: []string{"reward_claims"}, read: func(s *submission, at spot, value any) {
		if value == nil {
			return
		}
		s.list(at, value, func(at spot, value any) {
			var reward fund.Opt[fund.Key]
			var quantity fund.Opt[*int64]
			claim := fund.ClaimInput{Quantity: 1}
			group{
				fields: []field{referenceField(&reward, "reward", "reward_id"), countField(&quantity, "quantity", "quantity")},
				done: func() {
					claim.Reward = reward.Value
					if quantity.Value != nil {
						claim.Quantity = *quantity.Value
					}
				},
			}.field().read(s, at, value)
			*to = append(*to, claim)
		})
	}}
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

// refundPatch is how much goes back; everything that is left when there is no amount.
type refundPatch struct {
	amount, currency fund.Opt[string]
	invalid          fault.Fields
}

var refundModel = model[refundPatch]{
	invalid: func(p *refundPatch) *fault.Fields { return &p.invalid },
	fields: func(p *refundPatch) []field {
		return []field{moneyField(&p.amount, &p.currency, "amount", "amount")}
	},
}

// screeningPatch says whether strangers see the name and the comment of a donation.
type screeningPatch struct {
	screening fund.Opt[fund.Screening]
	invalid   fault.Fields
}

var screeningModel = model[screeningPatch]{
	invalid: func(p *screeningPatch) *fault.Fields { return &p.invalid },
	fields: func(p *screeningPatch) []field {
		return []field{textField(&p.screening, "screening", "screening")}
	},
}

// nothing is the body of an action that needs none.
type nothing struct{ invalid fault.Fields }

var nothingModel = model[nothing]{
	invalid: func(p *nothing) *fault.Fields { return &p.invalid },
	fields:  func(*nothing) []field { return nil },
}
