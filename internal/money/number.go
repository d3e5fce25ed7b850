package money

import (
	"strconv"
	"strings"
)

// maxExponent is the largest exponent that is expanded; no amount or id comes near it.
const maxExponent = 30

// Plain expands the exponent of a JSON number exactly: "1.5e3" is "1500". One without an exponent stays as it is. The second result is an
// error text of Parse or empty. The number must be valid JSON.
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
	case exponent < -maxExponent: // Atoi returns the nearest number if out of range
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

// Shortest is a decimal without trailing zeros after the point: "2.50" is "2.5".
func Shortest(text string) string {
	if strings.Contains(text, ".") {
		text = strings.TrimSuffix(strings.TrimRight(text, "0"), ".")
	}
	return text
}
