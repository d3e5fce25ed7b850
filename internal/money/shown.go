package money

import "strings"

// symbols are the signs of currencies that most readers know without their code. A sign that several
// currencies share stands for the one that is here alone.
var symbols = map[string]string{
	"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "CA$", "AUD": "A$", "NZD": "NZ$", "BRL": "R$", "INR": "₹", "KRW": "₩", "MXN": "MX$",
}

// Symbol is the sign of a currency that most readers know; "" where its code says more.
func Symbol(currency string) string { return symbols[currency] }

// Shown prints minor units as people write them: "$1,234.50", "¥1,200", "1,234.500 KWD". A currency that is not
// known gets two digits.
func Shown(minor int64, currency string) string {
	digits, err := Digits(currency)
	if err != nil {
		digits = 2
	}
	text, negative := strings.CutPrefix(Fixed(minor, digits), "-")
	text = grouped(text)
	if symbol := symbols[currency]; symbol != "" {
		text = symbol + text
	} else {
		text += " " + currency
	}
	if negative {
		return "−" + text
	}
	return text
}

// grouped puts a comma between thousands.
func grouped(number string) string {
	whole, rest, _ := strings.Cut(number, ".")
	for i := len(whole) - 3; i > 0; i -= 3 {
		whole = whole[:i] + "," + whole[i:]
	}
	if rest != "" {
		return whole + "." + rest
	}
	return whole
}
