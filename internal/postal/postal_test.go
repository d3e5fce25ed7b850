package postal_test

import (
	"fmt"
	"testing"

	"github.com/almoner/almoner/internal/postal"
)

func TestWhatAddressesHave(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"DE": "[line1 postal_code city] true false true", "us": "[line1 city region postal_code] true true true", "GB": "[line1 city postal_code] true false true",
		"JP": "[line1 region postal_code] false true true", "HK": "[line1 city region] false true false", "IE": "[line1 city region postal_code] true false false",
	} {
		c, known := postal.Find(code)
		got := fmt.Sprint(c.Lines, c.Requires(postal.City), c.Requires(postal.Region), c.Requires(postal.PostalCode))
		if !known || got != want {
			t.Errorf("%s: got %s, want %s", code, got, want)
		}
	}
	if _, known := postal.Find(" jp\n"); !known {
		t.Error("got no country, want the spaces around its code left out")
	}
	for _, none := range []string{"", "Germany", "ZZ", "D"} {
		if _, known := postal.Find(none); known {
			t.Errorf("%q: got a country, want none", none)
		}
	}
}

// TestTheDataIsWhole holds every country to what the form and the rules need, and its postal codes to its own example.
func TestTheDataIsWhole(t *testing.T) {
	t.Parallel()
	if n := len(postal.Codes()); n < 240 {
		t.Errorf("got %d countries, want all", n)
	}
	for _, code := range postal.Codes() {
		c, _ := postal.Find(code)
		if !c.Has(postal.Street) {
			t.Errorf("%s: got %v, want a street", code, c.Lines)
		}
		for _, l := range []postal.Line{postal.Street, postal.City, postal.Region, postal.PostalCode} {
			if c.Requires(l) && !c.Has(l) {
				t.Errorf("%s: needs %s, and does not have it", code, l)
			}
		}
		if _, fits := c.CleanCode(c.Example); c.Example != "" && !fits {
			t.Errorf("%s: its own example %q does not fit", code, c.Example)
		}
		if c.Has(postal.Region) != (c.Region != "") || c.Requires(postal.PostalCode) && c.Example == "" {
			t.Errorf("%s: got %+v, want a name for its regions, and an example of its codes", code, c)
		}
	}
}

func TestPostalCodes(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		country, typed, want string
		fits                 bool
	}{
		{"DE", " 89073 ", "89073", true},
		{"DE", "8907", "8907", false},
		{"US", "98101-1234", "98101-1234", true},
		{"US", "9810", "9810", false},
		{"GB", "ec1y  8sy", "EC1Y 8SY", true},
		{"GB", "EC1Y8SY", "EC1Y8SY", true},
		{"GB", "98101", "98101", false},
		{"JP", "１５４－００２３", "154-0023", true},
		{"JP", "1540023", "1540023", true},
		{"CA", "k1a 0b1", "K1A 0B1", true},
		{"HK", "anything", "ANYTHING", true},
	} {
		country, _ := postal.Find(c.country)
		if got, fits := country.CleanCode(c.typed); got != c.want || fits != c.fits {
			t.Errorf("%s %q: got %q, %v, want %q, %v", c.country, c.typed, got, fits, c.want, c.fits)
		}
	}
}
