package web

import (
	"net/url"
	"slices"
	"strconv"

	"github.com/almoner/almoner/internal/money"
)

// prefilled are the fields of the form that a link may fill in under their own names. Mail is not among them: nobody types an address for others.
var prefilled = []string{fieldRelay, fieldName, fieldComment, fieldOption, fieldTarget}

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
