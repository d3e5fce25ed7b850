package web

import (
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/text"
	"github.com/almoner/almoner/internal/web/ui"
)

// The names of the fields of a donate form. Those of rewards are followed by the reward's number.
const (
	fieldForm       = "form"
	fieldRelay      = "relay"
	fieldNoRelay    = "without_relay"
	fieldCurrency   = "currency"
	fieldPreset     = "preset"
	fieldAmount     = "amount"
	fieldCover      = "cover"
	fieldName       = "name"
	fieldAnonymous  = "anonymous"
	fieldContact    = "contact"
	fieldEmail      = "email"
	fieldComment    = "comment"
	fieldOption     = "poll_option"
	fieldTarget     = "target"
	fieldReward     = "reward."
	fieldAnswer     = "answer."
	fieldAddress    = "address."
	fieldTaxReceipt = "tax_receipt"
	fieldReceipt    = "receipt."
	fieldVia        = "via"
	fieldReturnTo   = "return_to"
)

// otherAmount is the choice of an amount that is no preset.
const otherAmount = "other"

// donateForm is what a donor typed into the form of a fact, as it was typed.
type donateForm struct {
	url.Values
	fact   app.DonateForm
	locale *text.Locale
}

// input is what the donor asks for, and the numbers of the rewards in the order of its claims. What cannot be read
// at all is among its invalid fields.
func (w donateForm) input() (in fund.CheckoutInput, claimed []int64) {
	in.DonationInput = fund.DonationInput{
		Currency: w.Get(fieldCurrency), Name: w.Get(fieldName), Comment: lines(w.Get(fieldComment)), Email: w.Get(fieldEmail),
		Anonymous: w.Has(fieldAnonymous),
	}
	in.CoverFee = w.Has(fieldCover)
	if w.Has(fieldContact) {
		in.Contact = w.contactText()
	}
	in.Receipt = w.receipt()
	in.Via, in.ReturnTo = w.Get(fieldVia), w.Get(fieldReturnTo)
	if !w.Has(fieldNoRelay) {
		in.RelayClientKey = w.Get(fieldRelay)
	}
	in.Amount = w.amount(&in.Invalid)
	in.PollOption = w.chosen(fieldOption, &in.Invalid)
	in.Target = w.chosen(fieldTarget, &in.Invalid)
	in.Claims, claimed = w.claims(&in.Invalid)
	return in, claimed
}

// receipt is what was typed for a tax receipt; nil for a donor who wants none.
func (w donateForm) receipt() fund.ReceiptInput {
	if !w.Has(fieldTaxReceipt) {
		return nil
	}
	typed := fund.ReceiptInput{}
	for _, q := range w.fact.Profile.Asks {
		typed[q.Name] = w.Get(fieldReceipt + q.Name)
	}
	return typed
}

// contactText is what a donor agrees to who may be contacted by the cause.
func (w donateForm) contactText() string {
	return w.locale.Text("donate.contact", "Cause", w.fact.Cause.Name)
}

// lines is a text of several lines as it is stored: browsers part them with two characters.
func lines(text string) string { return strings.ReplaceAll(text, "\r\n", "\n") }

// ownAmount reports whether the amount is the one that was typed: no preset was chosen.
func (w donateForm) ownAmount() bool {
	preset := w.Get(fieldPreset)
	return preset == "" || preset == otherAmount
}

// amount is a plain decimal: that of the preset, or what was typed.
func (w donateForm) amount(wrong *fault.Fields) string {
	if !w.ownAmount() {
		return w.Get(fieldPreset)
	}
	plain, problem := w.locale.Read(w.Get(fieldAmount), w.fact.Currency)
	if problem != "" {
		wrong.Add("amount", problem)
	}
	return plain
}

// minor is the amount in minor units; 0 where it cannot be read.
func (w donateForm) minor() int64 {
	digits, err := money.Digits(w.fact.Currency)
	if err != nil {
		return 0
	}
	amount, problem := money.Parse(w.amount(new(fault.Fields)), digits)
	if problem != "" {
		return 0
	}
	return amount
}

// chosen is what was chosen of several things; nil for none.
func (w donateForm) chosen(field string, wrong *fault.Fields) *fund.Key {
	text := w.Get(field)
	if text == "" {
		return nil
	}
	number, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		wrong.Add(field, fund.NotAllowed)
	}
	return &fund.Key{LegacyID: number}
}

// claims are the rewards of which the donor wants any, by their numbers.
func (w donateForm) claims(wrong *fault.Fields) (claims []fund.ClaimInput, claimed []int64) {
	for name := range w.Values {
		number, err := strconv.ParseInt(strings.TrimPrefix(name, fieldReward), 10, 64)
		if !strings.HasPrefix(name, fieldReward) || err != nil || strings.TrimSpace(w.Get(name)) == "" {
			continue
		}
		if count, ok := money.ReadCount(w.Get(name)); !ok || count != 0 {
			claimed = append(claimed, number)
		}
	}
	slices.Sort(claimed)
	for i, number := range claimed {
		quantity, ok := money.ReadCount(w.Get(numbered(fieldReward, number)))
		if !ok {
			wrong.Add("rewards."+strconv.Itoa(i)+".quantity", money.NotANumber)
		}
		claims = append(claims, fund.ClaimInput{
			Reward: fund.Key{LegacyID: number}, Quantity: quantity, Answer: w.Get(numbered(fieldAnswer, number)), Address: w.address(),
		})
	}
	return claims, claimed
}

func numbered(field string, number int64) string { return field + strconv.FormatInt(number, 10) }

// content is everything that was typed, so that the same form with the same content gives once. What a captcha says
// is another thing each time, and no part of it.
func (w donateForm) content() string {
	typed := maps.Clone(w.Values)
	for _, field := range ui.CaptchaFields {
		typed.Del(field)
	}
	return w.fact.ID.String() + "?" + typed.Encode()
}
