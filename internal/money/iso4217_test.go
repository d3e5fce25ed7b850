package money_test

import (
	"encoding/xml"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// listOne is the ISO 4217 list of currencies as its maintenance agency publishes it.
type listOne struct {
	Entries []struct {
		Code   string `xml:"Ccy"`
		Digits string `xml:"CcyMnrUnts"`
		Name   struct {
			Fund string `xml:"IsFund,attr"`
		} `xml:"CcyNm"`
	} `xml:"CcyTbl>CcyNtry"`
}

// amendments are the changes since the list in testdata: numbers 176 (XCG replaces ANG), 178 (CUC withdrawn), 179 (the fund XAD) and the
// withdrawal of BGN on 2026-01-01. -1 stands for a currency that is no longer in use.
var amendments = map[string]int{"XCG": 2, "ANG": -1, "CUC": -1, "BGN": -1}

// unitsOfAccount are not marked as funds in the list, but nobody pays with them.
var unitsOfAccount = []string{"UYW"}

// published returns the decimals of each currency that people pay with, and the codes of the list that are none.
func published(t *testing.T) (want map[string]int, others []string) {
	t.Helper()
	text, err := os.ReadFile("testdata/iso-4217-list-one.xml")
	if err != nil {
		t.Fatal(err)
	}
	var list listOne
	if err := xml.Unmarshal(text, &list); err != nil {
		t.Fatal(err)
	}
	want = map[string]int{}
	for _, e := range list.Entries {
		digits, err := strconv.Atoi(e.Digits)
		switch {
		case e.Code == "":
		case err != nil || e.Name.Fund != "" || slices.Contains(unitsOfAccount, e.Code):
			others = append(others, e.Code)
		default:
			want[e.Code] = digits
		}
	}
	for code, digits := range amendments {
		if want[code] = digits; digits < 0 {
			delete(want, code)
			others = append(others, code)
		}
	}
	return want, others
}

// TestEveryCurrencyHasTheDigitsOfISO4217 compares the whole table with the list.
func TestEveryCurrencyHasTheDigitsOfISO4217(t *testing.T) {
	t.Parallel()
	want, others := published(t)
	if len(want) != 155 || len(others) != 25 {
		t.Fatalf("the list has %d currencies and %d other codes, want 155 and 25", len(want), len(others))
	}
	for code, digits := range want {
		if got, err := money.Digits(code); err != nil || got != digits || !money.InUse(code) {
			t.Errorf("%s: got %d, %v, in use %v, want %d in use", code, got, err, money.InUse(code), digits)
		}
	}
	for _, code := range others {
		if money.InUse(code) {
			t.Errorf("%s is in use, want it to be no money", code)
		}
	}
	if all := money.Currencies(); len(all) != len(want) || !slices.IsSorted(all) {
		t.Errorf("got %d currencies, want %d in their order", len(all), len(want))
	}
}

func TestDigits(t *testing.T) {
	t.Parallel()
	// Of the last three, amounts may be stored from when they could be chosen.
	for code, want := range map[string]int{"USD": 2, "JPY": 0, "KWD": 3, "RSD": 2, "IQD": 3, "SLE": 2, "BGN": 2, "SLL": 0, "XAU": 2} {
		if got, err := money.Digits(code); err != nil || got != want {
			t.Errorf("%s: got %d, %v, want %d", code, got, err, want)
		}
	}
	for _, code := range []string{"", "usd", "US", "DOLLAR", "XXX", "XTS", "ZZZ", "U$D", strings.Repeat("U", 100)} {
		if _, err := money.Digits(code); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: got %v, want an invalid fault", code, err)
		}
	}
}
