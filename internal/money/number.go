package money

import (
	"strconv"
	"strings"
)

// maxExponent is the largest exponent that is written out; no amount or id comes near it.
const maxExponent = 30

// Plain writes a JSON number without its exponent, exactly: "1.5e3" is "1500". One that has none
// stays as it is. The second result says what is wrong, in the words of Parse, or is empty. The
// number must be one that JSON allows.
func Plain(number string) (text, problem string) {
	at := strings.IndexAny(number, "eE")
	if at < 0 {
		return number, ""
	}
	exponent, _ := strconv.Atoi(number[at+1:])
	text, negative := strings.CutPrefix(number[:at], "-")
	whole, fraction, _ := strings.Cut(text, ".")
	switch digits := whole + fraction; {
	case strings.Trim(digits, "0") == "":
		return "0", ""
	case exponent < -maxExponent: // Atoi gives the nearest number for one that is out of range
		return "", TooPrecise
	case exponent > maxExponent:
		return "", TooLarge
	default:
		point := len(whole) + exponent
		digits += strings.Repeat("0", max(point-len(digits), 0))
		if point < 1 {
			digits, point = strings.Repeat("0", 1-point)+digits, 1
		}
		text = Shortest(digits[:point] + "." + digits[point:])
	}
	if text = strings.TrimLeft(text, "0"); text == "" || text[0] == '.' {
		text = "0" + text
	}
	if negative {
		text = "-" + text
	}
	return text, ""
}

// Shortest is a decimal without the zeros at its end that say nothing: "2.50" is "2.5".
func Shortest(text string) string {
	if strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text
}
