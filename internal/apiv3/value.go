package apiv3

import (
	"encoding/json"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// decimal is an amount as a JSON number in major units, in its shortest form: 10, 10.5,
// 12.34. A currency that nobody knows any more is read with two decimals.
func decimal(minor int64, currency string) json.Number {
	return json.Number(money.Short(minor, digits(currency)))
}

func digits(currency string) int {
	n, err := money.Digits(currency)
	if err != nil {
		return 2
	}
	return n
}

// fixed is an amount as a text with all decimals of its currency, and null for none: so the
// real answers write the smallest donation of a cause.
func fixed(minor int64, currency string) *string {
	if minor == 0 {
		return nil
	}
	text := money.Fixed(minor, digits(currency))
	return &text
}

// millis is an instant as V3 writes it: Unix milliseconds that are whole seconds, 0 for no
// instant.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix() * 1000
}

// millisOrNull is millis with null for no instant.
func millisOrNull(t time.Time) *int64 {
	if t.IsZero() {
		return nil
	}
	ms := millis(t)
	return &ms
}

// date is the day of an instant in UTC, "" for no instant: a key of this kind is always a
// text in the documents.
func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

// first is the first instant that is one.
func first(times ...time.Time) time.Time {
	for _, t := range times {
		if !t.IsZero() {
			return t
		}
	}
	return time.Time{}
}

// textOrNull is null for a text without content.
func textOrNull(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// word writes a boolean as a text, because the real answers do so in rewards.
func word(b bool) string {
	if b {
		return "true"
	}
	return "false"
}

// legacyID is the number of another thing, 0 (and so an absent key) for nothing.
func legacyID(r *fund.Ref) int64 {
	if r == nil {
		return 0
	}
	return r.LegacyID
}

// camel turns a name of the domain into one of this wire: amount_raised, amountRaised.
func camel(snake string) string {
	parts := strings.Split(snake, "_")
	for i, part := range parts[1:] {
		if part != "" {
			parts[i+1] = strings.ToUpper(part[:1]) + part[1:]
		}
	}
	return strings.Join(parts, "")
}

// list maps all items; the result is never null.
func list[From, To any](items []From, to func(From) To) []To {
	mapped := make([]To, len(items))
	for i, item := range items {
		mapped[i] = to(item)
	}
	return mapped
}
