package submit

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/money"
)

// What is said of a value of another kind.
const (
	NotAText    = "is not a text"
	NotAFlag    = "is not true or false"
	NotAnObject = "is not an object"
	notWhole    = "is not a whole number"
)

// The readers below give a value, or what is wrong with it in words that follow its name.

// ReadText reads a string.
func ReadText(value any) (text, problem string) {
	text, ok := value.(string)
	if !ok {
		return "", NotAText
	}
	return text, ""
}

// ReadFlag reads true or false.
func ReadFlag(value any) (is bool, problem string) {
	is, ok := value.(bool)
	if !ok {
		return false, NotAFlag
	}
	return is, ""
}

// ReadWhole reads a whole number, however it is written: 20.0 and 2e1 are 20.
func ReadWhole(value any) (n int64, problem string) {
	number, ok := value.(json.Number)
	if !ok {
		return 0, money.NotANumber
	}
	text, problem := money.Plain(number.String())
	if problem == money.TooPrecise {
		problem = notWhole
	}
	if problem != "" {
		return 0, problem
	}
	n, err := strconv.ParseInt(money.Shortest(text), 10, 64)
	switch {
	case errors.Is(err, strconv.ErrRange):
		return 0, money.TooLarge
	case err != nil:
		return 0, notWhole
	default:
		return n, ""
	}
}

// ReadDecimal reads a number, or a text that should be one. It is kept as it was written, but for an
// exponent: the rules know how many decimals there are. What is neither is money.NotANumber.
func ReadDecimal(value any) (decimal, problem string) {
	switch value := value.(type) {
	case string:
		return value, ""
	case json.Number:
		return money.Plain(value.String())
	default:
		return "", money.NotANumber
	}
}

// The instants that a date may name. Clients read them as unsigned numbers of milliseconds.
var (
	firstInstant = time.Unix(0, 0).UTC()
	lastInstant  = time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)
)

// IsInstant reports whether a field may have this time: from 1970 to 9999.
func IsInstant(at time.Time) bool { return !at.Before(firstInstant) && !at.After(lastInstant) }

// ReadInstant reads a text in one of the layouts, with UTC as its zone when it names none.
func ReadInstant(text string, layouts []string) (at time.Time, ok bool) {
	for _, layout := range layouts {
		if at, err := time.Parse(layout, text); err == nil {
			return at.UTC(), IsInstant(at)
		}
	}
	return time.Time{}, false
}
