package money

import (
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/width"
)

// tidy brings an amount into the form in which it is read: in capitals, with the digits 0 to 9, and with one of the many spaces, dashes and
// apostrophes each. It is false if the amount has numerals other than decimal digits of one script.
func tidy(typed string) (string, bool) {
	var zero rune
	distinct := true
	text := strings.Map(func(r rune) rune {
		switch {
		case unicode.IsDigit(r):
			value := valueOf(r)
			distinct = distinct && (zero == 0 || zero == r-value)
			zero = r - value
			return '0' + value
		case unicode.IsNumber(r):
			distinct = false
			return r
		default:
			return plainSign(unicode.ToUpper(r))
		}
	}, width.Fold.String(typed))
	return strings.TrimSpace(text), distinct
}

// ReadCount reads a typed whole number, in the digits of any script. It is false for anything else.
func ReadCount(typed string) (int64, bool) {
	text, ok := tidy(typed)
	count, err := strconv.ParseInt(text, 10, 64)
	if !ok || err != nil {
		return 0, false
	}
	return count, true
}

// plainSign replaces spaces, dashes and apostrophes that look alike by one of each, and drops marks of the direction of writing.
func plainSign(r rune) rune {
	switch {
	case unicode.Is(unicode.Bidi_Control, r):
		return -1
	case unicode.IsSpace(r):
		return ' '
	case strings.ContainsRune("−–—", r):
		return '-'
	case r == '’':
		return '\''
	default:
		return r
	}
}

// valueOf is the value of a decimal digit. Unicode encodes the digits of a script in their order, and its table ranges start with a zero.
func valueOf(digit rune) rune {
	for _, table := range unicode.Nd.R16 {
		if rune(table.Lo) <= digit && digit <= rune(table.Hi) {
			return (digit - rune(table.Lo)) % 10
		}
	}
	for _, table := range unicode.Nd.R32 {
		if rune(table.Lo) <= digit && digit <= rune(table.Hi) {
			return (digit - rune(table.Lo)) % 10
		}
	}
	return 0
}
