package web

import (
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// closed is why nothing can be given to a fact now; "" when something can.
func closed(g app.DonateForm, now time.Time) string {
	noun := g.Kind.Noun()
	switch {
	case g.Status == fund.Retired:
		return "This " + noun + " is over and takes no more gifts. Thank you for wanting to give!"
	case g.Status != fund.Published:
		return "This " + noun + " is not published yet and takes no gifts."
	case g.Closed:
		return "This " + noun + " takes no gifts of its own. Please give to one of its campaigns."
	case now.Before(g.OpensAt):
		return "This " + noun + " takes no gifts before it starts, on " + stampOf(g.OpensAt).Text + "."
	default:
		return g.Unready
	}
}

// tell puts what is wrong beside the fields, and all of it into the list at the top. claimed are the numbers of the
// rewards that were asked for, in their order.
func (p *donatePage) tell(wrong fault.Fields, claimed []int64) {
	for _, f := range wrong {
		p.tellOne(f, claimed)
	}
}

// tellOne puts one thing that is wrong beside its field.
func (p *donatePage) tellOne(f fault.Field, claimed []int64) {
	place, subject, problem := p.placeOf(f.Path, claimed)
	text := subject + " " + f.Text + "."
	if problem == nil {
		p.Errors = append(p.Errors, formErrors{Text: text})
		return
	}
	if *problem != "" {
		return // the same address is wrong for each reward that is sent
	}
	*problem = text
	p.Errors = append(p.Errors, formErrors{Place: place, Text: text})
}

// placeOf is where the page shows what is wrong with a field of the domain, what that is called there, and the
// text to be set; nil for what has no place.
func (p *donatePage) placeOf(path string, claimed []int64) (place, subject string, problem *string) {
	switch path {
	case "amount", "currency":
		place = p.Amount.ID()
		if len(p.Presets) > 0 && !p.Other.Checked {
			place = p.Presets[0].ID
		}
		return place, "The " + path, &p.Amount.Problem
	case "name":
		return p.Donor.ID(), "Your name", &p.Donor.Problem
	case "email":
		return p.Email.ID(), "The e-mail address", &p.Email.Problem
	case "comment":
		return p.Comment.ID(), "The comment", &p.Comment.Problem
	case "poll_option":
		return fieldOption, "The chosen option", &p.PollProblem
	case "target":
		return fieldTarget, "The chosen challenge", &p.GoalProblem
	case "relay_key":
		return fieldNoRelay, "The link that brought you here", &p.RelayProblem
	case "rewards":
		return "rewards", "The rewards", &p.RewardsProblem
	case "fact":
		return "", "This campaign", nil
	}
	return p.placeOfReward(path, claimed)
}

func (p *donatePage) placeOfReward(path string, claimed []int64) (place, subject string, problem *string) {
	parts := strings.SplitN(path, ".", 3)
	if len(parts) < 3 || parts[0] != "rewards" {
		return "", "The form", nil
	}
	if line, is := strings.CutPrefix(parts[2], "address."); is {
		for i, field := range p.Address {
			if field.Name == fieldAddress+line {
				return field.ID(), field.Label, &p.Address[i].Problem
			}
		}
	}
	index, err := strconv.Atoi(parts[1])
	if err == nil && index < len(claimed) {
		for i, one := range p.Rewards {
			if one.Quantity.Name != numbered(fieldReward, claimed[index]) {
				continue
			}
			switch {
			case parts[2] == "answer" && one.Answer != nil:
				return one.Answer.ID(), "The answer for “" + one.Name + "”", &one.Answer.Problem
			case parts[2] == "reward":
				return one.Quantity.ID(), "“" + one.Name + "”", &p.Rewards[i].Quantity.Problem
			default:
				return one.Quantity.ID(), "The number of “" + one.Name + "”", &p.Rewards[i].Quantity.Problem
			}
		}
	}
	return "rewards", "A reward that you chose", &p.RewardsProblem
}
