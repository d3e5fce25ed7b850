package apiv5

import (
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// amount is money: always a text, never a number.
type amount struct {
	Value    string `json:"value"`
	Currency string `json:"currency"`
}

// dollars is the currency in which users and teams are told what they raised.
const dollars = "USD"

// fixed is an amount with all decimals of its currency: donations and what was raised.
func fixed(minor int64, currency string) amount {
	return amount{Value: money.Fixed(minor, digits(currency)), Currency: currency}
}

// short is an amount without decimals that say nothing: goals and prices.
func short(minor int64, currency string) amount {
	return amount{Value: money.Short(minor, digits(currency)), Currency: currency}
}

func shortOrNull(minor int64, currency string) *amount {
	if minor == 0 {
		return nil
	}
	made := short(minor, currency)
	return &made
}

// digits of a currency that nobody knows any more are two.
func digits(currency string) int {
	n, err := money.Digits(currency)
	if err != nil {
		return 2
	}
	return n
}

const (
	wholeSeconds = "2006-01-02T15:04:05Z"
	microseconds = "2006-01-02T15:04:05.000000Z"
)

// seconds is an instant as nearly everything writes it.
func seconds(t time.Time) string { return t.UTC().Format(wholeSeconds) }

// written is an instant in a layout, and null for none.
func written(t time.Time, layout string) *string {
	if t.IsZero() {
		return nil
	}
	text := t.UTC().Format(layout)
	return &text
}

func secondsOrNull(t time.Time) *string { return written(t, wholeSeconds) }

func dateOrNull(t time.Time) *string { return written(t, time.DateOnly) }

// idOrNull is the text of an id, and null for none.
func idOrNull(id fund.ID) *string {
	if id.IsZero() {
		return nil
	}
	text := id.String()
	return &text
}

// refID is the id of another thing, and null for nothing.
func refID(r *fund.Ref) *string {
	if r == nil {
		return nil
	}
	return idOrNull(r.ID)
}

// textOrNull is null for a text without content.
func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// list maps all items; the result is never null.
func list[From, To any](items []From, to func(From) To) []To {
	mapped := make([]To, len(items))
	for i, item := range items {
		mapped[i] = to(item)
	}
	return mapped
}
