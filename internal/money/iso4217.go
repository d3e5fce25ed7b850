package money

import (
	"maps"
	"slices"
	"strings"

	"golang.org/x/text/currency"

	"github.com/almoner/almoner/internal/fault"
)

// ISODate is when the list of currencies was published that this table follows: list one of ISO 4217 by its maintenance agency, SIX. The
// test of the table holds the list of 2024-06-25 and the amendments since.
const ISODate = "2026-09-17"

// currencies are the currencies of ISO 4217, by their number of decimals. Funds and units of account (CLF, UYW, XAD), metals (XAU) and the
// codes for tests and for no currency are not among them: nobody pays with them.
var currencies = byDigits(map[int]string{
	0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF",
	2: "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CNY COP CRC CUP CVE CZK DKK " +
		"DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK " +
		"LBP LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP PKR PLN QAR " +
		"RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED " +
		"VES WST XCD XCG YER ZAR ZMW ZWG",
	3: "BHD IQD JOD KWD LYD OMR TND",
})

func byDigits(lists map[int]string) map[string]int {
	table := map[string]int{}
	for digits, codes := range lists {
		for _, code := range strings.Fields(codes) {
			table[code] = digits
		}
	}
	return table
}

// Currencies lists the codes of the currencies in use, in their order.
func Currencies() []string { return slices.Sorted(maps.Keys(currencies)) }

// InUse reports whether a code is that of a currency that people pay with today. Only these can be chosen; see Digits for what is stored.
func InUse(code string) bool {
	_, is := currencies[code]
	return is
}

// Digits is how many decimals a currency has according to ISO 4217: 2 for USD, 0 for JPY, 3 for KWD. Payment providers may count in other
// units. It is an Invalid fault if the code is not known.
//
// A currency that is no longer in use, such as BGN, keeps the decimals that it had: amounts in it are stored.
func Digits(code string) (int, error) {
	if digits, is := currencies[code]; is {
		return digits, nil
	}
	if code != strings.ToUpper(code) || code == "XXX" || code == "XTS" {
		return 0, unknownCurrency(code)
	}
	unit, err := currency.ParseISO(code)
	if err != nil {
		return 0, unknownCurrency(code)
	}
	digits, _ := currency.Standard.Rounding(unit)
	return digits, nil
}

func unknownCurrency(code string) error {
	return fault.New(fault.Invalid, "%q is not a known currency; use a three-letter ISO 4217 code such as USD.", code)
}
