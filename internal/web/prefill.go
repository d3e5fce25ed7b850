package web

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/receipt"
)

// prefilled are the fields of the form that a link may fill in under their own names. Mail is not among them: nobody types an address for others.
var prefilled = []string{fieldRelay, fieldName, fieldComment, fieldOption, fieldTarget, fieldVia, fieldReturnTo}

// prefillReward names one reward that a link asks for.
const prefillReward = "reward"

// prefill fills in the form from the link that led to it. What a link says is shown before anything is paid, and checked like what is typed.
func (w donateForm) prefill(link url.Values) {
	for _, field := range prefilled {
		if said := link.Get(field); said != "" {
			w.Set(field, said)
		}
	}
	if number, err := strconv.ParseInt(link.Get(prefillReward), 10, 64); err == nil {
		w.Set(numbered(fieldReward, number), "1")
	}
	if said := link.Get(fieldAmount); said != "" {
		w.prefillAmount(said)
	}
}

// fieldAgain names what was typed before, in the address that donors go back to who do not pay.
const fieldAgain = "again"

// refill fills in the form with what was typed before, for a donor who goes back from the payment.
func (w donateForm) refill(before app.BegunDonation) {
	set := func(field, value string) {
		if w.Del(field); value != "" {
			w.Set(field, value)
		}
	}
	flag := func(field string, on bool) {
		if w.Del(field); on {
			w.Set(field, "1")
		}
	}
	if digits, err := money.Digits(before.Currency); err == nil {
		w.prefillAmount(money.Fixed(before.Amount, digits))
	}
	set(fieldName, before.Name)
	set(fieldEmail, before.Email)
	set(fieldComment, before.Comment)
	set(fieldVia, before.Via)
	set(fieldReturnTo, before.ReturnTo)
	flag(fieldAnonymous, before.Anonymous)
	flag(fieldCover, before.CoversFee)
	flag(fieldContact, before.Contact)
	w.refillReceipt(before.ReceiptRequest)
	if o := before.PollOption; o != nil {
		set(fieldOption, strconv.FormatInt(o.LegacyID, 10))
	}
	if t := before.Target; t != nil {
		set(fieldTarget, strconv.FormatInt(t.LegacyID, 10))
	}
	for _, c := range before.Claims {
		set(numbered(fieldReward, c.Reward.LegacyID), strconv.FormatInt(c.Quantity, 10))
		set(numbered(fieldAnswer, c.Reward.LegacyID), c.Answer)
		if c.Address == nil {
			continue
		}
		for name, line := range addressOf(*c.Address) {
			set(fieldAddress+name, line)
		}
	}
}

// refillReceipt fills in what was typed for a tax receipt, as far as it is still asked.
func (w donateForm) refillReceipt(request *fund.ReceiptRequest) {
	w.Del(fieldTaxReceipt)
	if request == nil {
		return
	}
	w.Set(fieldTaxReceipt, "1")
	for _, q := range w.fact.Profile.Asks {
		answer := request.Asked[q.Name]
		switch {
		case q.Kind == receipt.KindName:
			answer = request.Name
		case q.Kind == receipt.KindConfirm && answer != "":
			answer = "1"
		}
		w.Set(fieldReceipt+q.Name, answer)
	}
}

// prefillAmount chooses the amount, a plain decimal such as "25" or "12.50", or types it where it is not offered. Anything else is typed as it is.
func (w donateForm) prefillAmount(said string) {
	w.Set(fieldPreset, otherAmount)
	w.Set(fieldAmount, said)
	digits, err := money.Digits(w.fact.Currency)
	if err != nil {
		return
	}
	minor, problem := money.Parse(said, digits)
	switch plain := money.Fixed(minor, digits); {
	case problem != "":
	case slices.Contains(w.fact.Settings.Presets, minor):
		w.Set(fieldPreset, plain)
		w.Del(fieldAmount)
	default:
		w.Set(fieldAmount, w.locale.Number(plain))
	}
}
