package ecb_test

import (
	"errors"
	"fmt"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/ecb"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

const (
	// csvToday is shaped like eurofxref.csv, csvPast like eurofxref-hist.csv, xmlPast like eurofxref-hist.xml.
	csvToday = "Date, USD, JPY, GBP, \n27 November 2026, 1.0831, 162.45, 0.8412, \n"
	csvPast  = "Date,USD,JPY,QQA,GBP,\n2026-11-27,1.0831,162.45,N/A,0.8412,\n2007-12-31,1.4721,164.93,0.585274,0.73335,\n"
	xmlPast  = `<?xml version="1.0" encoding="UTF-8"?>
<gesmes:Envelope xmlns:gesmes="http://www.gesmes.org/xml/2002-08-01" xmlns="http://www.ecb.int/vocabulary/2002-08-01/eurofxref">
<gesmes:subject>Reference rates</gesmes:subject><gesmes:Sender><gesmes:name>European Central Bank</gesmes:name></gesmes:Sender>
<Cube><Cube time="2026-11-27"><Cube currency="USD" rate="1.0831"/><Cube currency="JPY" rate="162.45"/><Cube currency="GBP" rate="0.8412"/></Cube>
<Cube time='2007-12-31'><Cube currency='USD' rate='1.4721'/><Cube currency='JPY' rate='164.93'/><Cube currency='QQA' rate='0.585274'/><Cube currency='GBP' rate='0.73335'/></Cube></Cube>
</gesmes:Envelope>`
)

func lines(rates []money.DayRate) string {
	var all []string
	for _, r := range rates {
		all = append(all, fmt.Sprintf("%s %s %d", r.Day.Format(time.DateOnly), r.Currency, r.Rate))
	}
	slices.Sort(all)
	return strings.Join(all, "\n")
}

func TestFilesOfTheBankAreRead(t *testing.T) {
	t.Parallel()
	// 1.0831/162.45 = 0.0066672822…, 1.0831/0.8412 = 1.2875653827…
	const today = "2026-11-27 EUR 1083100000\n2026-11-27 GBP 1287565383\n2026-11-27 JPY 6667282"
	const past = "2007-12-31 EUR 1472100000\n2007-12-31 GBP 2007363469\n2007-12-31 JPY 8925605\n" + today
	for _, c := range []struct {
		name, text, want string
		days             int
		skipped          []string
	}{
		{"csv of a day", csvToday, today, 1, nil},
		{"with a byte order mark and CRLF", "\ufeff" + strings.ReplaceAll(csvToday, "\n", "\r\n"), today, 1, nil},
		{"csv of many", csvPast, past, 2, []string{"QQA"}},
		{"xml of many", xmlPast, past, 2, []string{"QQA"}},
	} {
		got, err := ecb.Read(strings.NewReader(c.text))
		if err != nil || lines(got.Rates) != c.want || got.Days != c.days || !slices.Equal(got.Skipped, c.skipped) {
			t.Errorf("%s: got %s, %d days, %v, %v, want %s", c.name, lines(got.Rates), got.Days, got.Skipped, err, c.want)
		}
	}
}

func TestFilesThatAreWrongNameLineAndColumn(t *testing.T) {
	t.Parallel()
	manyDays := func(n int) string {
		var b strings.Builder
		b.WriteString("Date,USD,\n")
		for day := time.Date(1999, 1, 4, 0, 0, 0, 0, time.UTC); n > 0; n-- {
			fmt.Fprintf(&b, "%s,1.1,\n", day.Format(time.DateOnly))
			day = day.AddDate(0, 0, 1)
		}
		return b.String()
	}
	manyCodes := func(n int) string {
		head, row := "Date,USD", "2026-11-27,1"
		for i := 1; i < n; i++ {
			head += fmt.Sprintf(",%c%c%c", 'A'+i%26, 'A'+i/26, 'A'+25)
			row += ",1"
		}
		return head + ",\n" + row + ",\n"
	}
	cube := func(text string) string { return "<E><Cube>\n" + text + "\n</Cube></E>" }
	for _, c := range []struct{ name, text, want string }{
		{"empty", "", "Line 1, column 1: the file is none of the European Central Bank"},
		{"another file", "hello\n", "Line 1, column 1: the file is none"},
		{"zip", "PK\x03\x04", "ZIP archive"},
		{"no days", "Date,USD,\n", "no rates"},
		{"xml without days", "<a/>", "no rates"},
		{"no dollar", "Date,JPY,\n2026-11-27,160,\n", "Line 2, column 1: the day 2026-11-27 has no rate of the US dollar"},
		{"dollar absent", "Date,USD,JPY,\n2026-11-27,N/A,160,\n", "has no rate of the US dollar"},
		{"rate", "Date,USD,JPY,\n2026-11-27,1.1,1e5,\n", `Line 2, column 16: "1e5" is not a rate`},
		{"zero", "Date,USD,JPY,\n2026-11-27,1.1,0.0,\n", `Line 2, column 16: "0.0" is not more than zero`},
		{"too small", "Date,USD,JPY,\n2026-11-27,1.1,99999999999999,\n", "Line 2, column 16: the rate of JPY is out of range"},
		{"code", "Date,USD,yen,\n2026-11-27,1.1,160,\n", `Line 1, column 10: "yen" is not the code of a currency`},
		{"code twice", "Date,USD,USD,\n2026-11-27,1.1,1.2,\n", "Line 2, column 16: the currency USD is there twice"},
		{"the euro", "Date,USD,EUR,\n2026-11-27,1.1,1,\n", "is the euro itself"},
		{"day", "Date,USD,\n2026-13-27,1.1,\n", `Line 2, column 1: "2026-13-27" is not a day`},
		{"day twice", "Date,USD,\n2026-11-27,1.1,\n27 November 2026,1.1,\n", "Line 3, column 1: the day 2026-11-27 is there twice"},
		{"columns", "Date,USD,JPY,\n2026-11-27,1.1,\n", "Line 2, column 1: there are 2 columns, where the header has 3"},
		{"quotes", "Date,USD,\n2026-11-27,\"1.1\n", "Line 2, column 12: there is a quotation mark"},
		{"line", "Date,USD," + strings.Repeat(",", ecb.MaxLine) + "\n", "Line 1, column 16385: the line has more than 16384 bytes"},
		{"days", manyDays(ecb.MaxDays + 1), fmt.Sprintf("Line %d, column 1: the file has more than 20000 days", ecb.MaxDays+2)},
		{"currencies", manyCodes(ecb.MaxColumns + 1), "more than 200 currencies"},
		{"xml syntax", cube("<Cube"), "Line 3, column"},
		{"xml entity", `<!DOCTYPE a [<!ENTITY x "y">]>` + cube("&x;"), "Line 2, column 4"},
		{"xml rate", cube(`<Cube time="2026-11-27"><Cube currency="USD" rate="x"/></Cube>`), `Line 2, column 25: "x" is not a rate`},
		{"xml rate missing", cube(`<Cube time="2026-11-27"><Cube currency="USD"/></Cube>`), `Line 2, column 25: "" is not a rate`},
		{"xml code", cube(`<Cube time="2026-11-27"><Cube currency="us" rate="1"/></Cube>`), `Line 2, column 25: "us" is not the code`},
		{"xml without a day", cube(`<Cube currency="USD" rate="1"/>`), "Line 2, column 1: a rate stands outside of any day"},
		{"xml day in a day", cube(`<Cube time="2026-11-27"><Cube time="2026-11-26"/></Cube>`), "a day stands within another"},
		{"xml day without rates", cube(`<Cube time="2026-11-27"/>`), "Line 2, column 1: the day 2026-11-27 has no rate of the US dollar"},
		{"xml currencies", cube(`<Cube time="2026-11-27">` + strings.Repeat(`<Cube currency="USD" rate="1"/>`, ecb.MaxColumns+1) + `</Cube>`), "the day has more than 200 currencies"},
	} {
		_, err := ecb.Read(strings.NewReader(c.text))
		if !fault.Is(err, fault.Malformed) || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
	for name, text := range map[string]string{"days": manyDays(ecb.MaxDays), "currencies": manyCodes(ecb.MaxColumns)} {
		if _, err := ecb.Read(strings.NewReader(text)); err != nil {
			t.Errorf("as many %s as may be: %v", name, err)
		}
	}
}

// endless is a file without an end.
type endless struct{}

func (endless) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// broken is a file that cannot be read.
type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("the disk is gone") }

func TestFilesAreBounded(t *testing.T) {
	t.Parallel()
	if _, err := ecb.Read(endless{}); err == nil || !strings.Contains(err.Error(), "more than 33554432 bytes") {
		t.Errorf("got %v for a file without end", err)
	}
	if _, err := ecb.Read(broken{}); err == nil || !strings.Contains(err.Error(), "the disk is gone") {
		t.Errorf("got %v, want what the disk says", err)
	}
}

// TestCrossingIsExact compares with the definition: the dollars of a euro divided by its units of the currency.
func TestCrossingIsExact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		dollars := rapid.StringMatching(`[1-9]\.[0-9]{1,6}`).Draw(t, "dollars")
		units := rapid.StringMatching(`[1-9][0-9]{0,4}\.[0-9]{1,6}`).Draw(t, "units")
		got, err := ecb.Read(strings.NewReader("Date,USD,JPY,\n2026-11-27," + dollars + "," + units + ",\n"))
		if err != nil {
			t.Fatal(err)
		}
		d, _ := new(big.Rat).SetString(dollars)
		u, _ := new(big.Rat).SetString(units)
		exact := d.Quo(d, u).Mul(d, big.NewRat(money.RateScale, 1))
		off := exact.Sub(exact, big.NewRat(got.Rates[0].Rate, 1))
		if off.Abs(off).Cmp(big.NewRat(1, 2)) > 0 {
			t.Errorf("%s / %s: got %d, which is off by %s", dollars, units, got.Rates[0].Rate, off.FloatString(3))
		}
	})
}

func FuzzRead(f *testing.F) {
	for _, text := range []string{csvToday, csvPast, xmlPast, "PK", "<a>"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		file, err := ecb.Read(strings.NewReader(text))
		if err != nil && len(file.Rates) > 0 {
			t.Error("an error with rates")
		}
		for _, r := range file.Rates {
			if r.Rate <= 0 || r.Rate > money.MaxRate || r.Day.IsZero() {
				t.Errorf("got %+v", r)
			}
		}
	})
}
