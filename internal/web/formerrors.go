package web

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/postal"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// closed is why nothing can be given to a fact now; "" when something can.
func closed(w donateForm, now time.Time) string {
	switch g := w.fact; {
	case g.Status == fund.Retired:
		return w.locale.Text("donate.closed.ended")
	case g.Status != fund.Published:
		return w.locale.Text("donate.closed.unpublished")
	case g.Closed:
		return w.locale.Text("donate.closed.campaigns_only")
	case now.Before(g.OpensAt):
		return w.locale.Text("donate.closed.early", "Date", w.locale.Instant(inZone(g.Fact, g.OpensAt)))
	case g.Unready != "":
		return w.locale.Text("donate.closed.unready")
	default:
		return ""
	}
}

// fieldTexts are what the page says of a field, by the rule that its value broke, or by the domain's own text where
// that has no rule. The text at "" is for all other rules.
type fieldTexts map[string]text.ID

// texts are the fields of the form by the names that the domain has for them.
var texts = map[string]fieldTexts{
	"amount": {
		fund.Blank: "donate.error.amount.blank", money.Ambiguous: "donate.error.amount.ambiguous", money.UnclearDigits: "donate.error.amount.digits", money.OtherCurrency: "donate.error.amount.currency",
		money.Negative: "donate.error.amount.positive", fund.NotPositive: "donate.error.amount.positive", money.TooLarge: "donate.error.amount.maximum",
		string(fund.TooManyDecimals): "donate.error.amount.decimals", string(fund.BelowMinimum): "donate.error.amount.minimum",
		string(fund.AboveMaximum): "donate.error.amount.maximum", string(fund.NotMultiple): "donate.error.amount.multiple",
		string(fund.BelowRewards): "donate.error.amount.rewards", string(fund.TotalTooLarge): "donate.error.amount.total", "": "donate.error.amount.unreadable",
	},
	"currency":    {"": "donate.error.currency"},
	"name":        {fund.TooLong(fund.MaxDonorName): "donate.error.name.long", "": "donate.error.name.characters"},
	"email":       {fund.ManyMails: "donate.error.email.many", "": "donate.error.email"},
	"comment":     {fund.TooLong(fund.MaxComment): "donate.error.comment.long", "": "donate.error.comment.characters"},
	"poll_option": {fund.PollClosed: "donate.error.vote.closed", "": "donate.error.vote"},
	"target":      {fund.Closed: "donate.error.challenge.closed", "": "donate.error.challenge"},
	"relay_key":   {fund.UsedBefore: "donate.error.relay.used", "": "donate.error.relay"},
	"rewards":     {fund.TooMany(fund.MaxClaims): "donate.error.rewards.many", "": "donate.error.rewards"},
	"fact":        {"": "donate.error.fact"},
	"reward":      {"": "donate.error.reward"},
	"quantity": {
		string(fund.OutOfStock): "donate.error.reward.left", string(fund.AboveHeld): "donate.error.reward.most", fund.TooMuch(fund.MaxQuantity): "donate.error.reward.many", "": "donate.error.reward.quantity",
	},
	"answer": {
		fund.Blank: "donate.error.answer.blank", fund.TooLong(fund.MaxAnswer): "donate.error.answer.long", "": "donate.error.answer.characters",
	},
	"receipt":     {fund.ControlText: "donate.error.receipt.characters", "": "donate.error.receipt.long"},
	"recipient":   addressTexts("donate.error.address.recipient"),
	"line1":       addressTexts(""),
	"line2":       addressTexts(""),
	"postal_code": addressTexts(""),
	"city":        addressTexts(""),
	"region":      addressTexts(""),
	"country":     {"": "donate.error.address.country"},
	"phone": {
		fund.NotPhone: "donate.error.address.contact", fund.TooLong(fund.MaxDonorName): "donate.error.address.long", "": "donate.error.address.characters",
	},
}

// addressTexts are the texts of a line of the address; blank is for one that has to be filled in.
func addressTexts(blank text.ID) fieldTexts {
	return fieldTexts{
		fund.Blank: blank, fund.TooLong(fund.MaxName): "donate.error.address.long", "": "donate.error.address.characters",
	}
}

// limits are how many characters, or rewards, the fields take.
var limits = map[string]int{
	"name": fund.MaxDonorName, "comment": fund.MaxComment, "rewards": fund.MaxClaims, "answer": fund.MaxAnswer, "line1": fund.MaxName, "line2": fund.MaxName,
	"recipient": fund.MaxName, "phone": fund.MaxDonorName, "postal_code": fund.MaxName, "city": fund.MaxName, "region": fund.MaxName, "country": fund.MaxName,
}

// spot is a place on the page that shows what is wrong with one field.
type spot struct {
	// Place is the id of what the visitor mends, "" for nothing. Field is the key in texts, Name the reward's name.
	place, field, name string
	// problem takes the text; nil for what has no place.
	problem *string
	// asked is the question for a tax receipt that the place is of; nil for any other.
	asked *asked
}

// tell puts what is wrong beside the fields, and all of it into the list at the top. claimed are the numbers of the
// rewards that were asked for, in their order.
func (p *donatePage) tell(w donateForm, wrong fault.Fields, claimed []int64) {
	for _, f := range wrong {
		at := p.spotOf(f.Path, claimed)
		said := p.say(w, at, f)
		if at.problem == nil {
			p.Errors = append(p.Errors, formErrors{Text: said})
			continue
		}
		if *at.problem != "" {
			continue // the same address is wrong for each reward that is sent
		}
		*at.problem = said
		p.Errors = append(p.Errors, formErrors{Place: at.place, Text: said})
	}
}

// say is what the page says of a wrong field.
func (p *donatePage) say(w donateForm, at spot, f fault.Field) string {
	if at.asked != nil && f.Text != fund.TooLong(at.asked.most) && f.Text != fund.ControlText {
		return at.asked.problem
	}
	known := texts[at.field]
	id := cmp.Or(known[cmp.Or(string(f.Rule), f.Text)], known[""], "donate.error.form")
	limit, most := f.Limit, limits[at.field]
	if at.asked != nil {
		most = at.asked.most
	}
	switch {
	case f.Text == fund.NotPostalCode:
		return w.locale.Text("donate.error.address.code", "Example", w.country().Example, "Country", w.locale.Country(w.country().Code))
	case f.Text == fund.Blank && w.country().Has(postal.Line(at.field)):
		id = named(w.country(), postal.Line(at.field)).blank
	case id == "donate.error.amount.blank" && len(p.Presets) == 0:
		id = "donate.error.amount.blank_own"
	case id == "donate.error.amount.decimals" && limit == 0:
		id = "donate.error.amount.whole"
	case id == "donate.error.reward.left" && limit == 0:
		id = "donate.error.reward.sold_out"
	case f.Text == money.TooLarge:
		limit = w.fact.Settings.Maximum
	}
	currency := w.fact.Currency
	lesser, greater := w.locale.Readings(w.Get(fieldAmount), currency)
	return w.locale.Text(id, "Lesser", lesser, "Greater", greater, "Name", at.name, "Currency", currency, "Example", w.locale.Example(currency), "Limit", w.locale.Amount(limit, currency),
		"Count", limit, "Number", w.locale.Number(strconv.FormatInt(limit, 10)), "Max", w.locale.Number(strconv.Itoa(most)))
}

// spotOf finds the place of a field of the domain.
func (p *donatePage) spotOf(path string, claimed []int64) spot {
	at := spot{field: path}
	switch path {
	case "amount", "currency":
		at.place, at.problem = p.Amount.ID(), &p.Amount.Problem
		if len(p.Presets) > 0 && !p.Other.Checked {
			at.place = p.Presets[0].ID
		}
	case "poll_option":
		at.place, at.problem = fieldOption, &p.PollProblem
	case "target":
		at.place, at.problem = fieldTarget, &p.GoalProblem
	case "relay_key":
		at.place, at.problem = fieldNoRelay, &p.RelayProblem
	case "rewards":
		at.place, at.problem = "rewards", &p.RewardsProblem
	default:
		if i := slices.IndexFunc(p.Typed, func(f ui.Field) bool { return f.Name == path }); i >= 0 {
			at.place, at.problem = p.Typed[i].ID(), &p.Typed[i].Problem
			return at
		}
		if name, is := strings.CutPrefix(path, fieldReceipt); is && p.Receipt != nil {
			return p.Receipt.spot(name)
		}
		return p.spotOfReward(path, claimed)
	}
	return at
}

func (r *taxReceipt) spot(name string) spot {
	for i := range r.Asks {
		if one := &r.Asks[i]; one.name == name {
			return spot{place: one.ID(), field: "receipt", name: one.Label, problem: &one.Problem, asked: one}
		}
	}
	return spot{field: fieldReceipt + name}
}

func (p *donatePage) spotOfReward(path string, claimed []int64) spot {
	parts := strings.SplitN(path, ".", 3)
	if len(parts) < 3 || parts[0] != "rewards" {
		return spot{field: path}
	}
	if line, is := strings.CutPrefix(parts[2], "address."); is {
		for i, field := range p.Address {
			if field.Name == addressLineOf(line) {
				return spot{place: field.ID(), field: line, problem: &p.Address[i].Problem}
			}
		}
	}
	index, err := strconv.Atoi(parts[1])
	for i := range p.Rewards {
		one := &p.Rewards[i]
		if err != nil || index >= len(claimed) || one.Quantity.Name != numbered(fieldReward, claimed[index]) {
			continue
		}
		if parts[2] == "answer" && one.Answer != nil {
			return spot{place: one.Answer.ID(), field: "answer", name: one.Name, problem: &one.Answer.Problem}
		}
		return spot{place: one.Quantity.ID(), field: parts[2], name: one.Name, problem: &one.Quantity.Problem}
	}
	return spot{place: "rewards", field: "rewards", problem: &p.RewardsProblem}
}
