// Package ecb reads the exchange rates that the European Central Bank publishes: the files eurofxref of today, of the last 90 days and of all
// days since 1999, as CSV or as XML (https://www.ecb.europa.eu/stats/policy_and_exchange_rates/euro_reference_exchange_rates).
//
// The bank says what one euro is worth in each currency. Read crosses that to what one unit of each is worth in US dollars, exactly, and
// rounds once, to money.RateScale. A file is read as a whole or not at all: an error names the line and the column.
package ecb

import (
	"bytes"
	"fmt"
	"io"
	"math/big"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/money"
)

// The limits of a file. That of all days since 1999 had 700 KB as CSV, 9 MB as XML, and 290,000 rates in 2026.
const (
	// MaxSize is in bytes.
	MaxSize = 32 << 20
	// MaxLine is how many bytes a line of a CSV file may have: MaxColumns long rates.
	MaxLine = 16 << 10
	// MaxDays is how many days a file may have: 80 years of them.
	MaxDays = 20_000
	// MaxColumns is how many currencies a day may have.
	MaxColumns = 200
	// MaxRates is how many rates a file may have together.
	MaxRates = 1_000_000
)

// euro is the currency that all rates of the bank are based on, dollar the one that they are crossed to.
const (
	euro   = "EUR"
	dollar = "USD"
)

// File is what was read from a file.
type File struct {
	// Rates are what the currencies were worth in US dollars, at most one for each currency and day.
	Rates []money.DayRate
	// Days is how many days there are.
	Days int
	// Skipped are the codes of currencies that are not known, each once.
	Skipped []string
}

// Read reads a file in either format, which it detects from the content. Its faults are Malformed and name the line and the column.
func Read(from io.Reader) (File, error) {
	text, err := io.ReadAll(io.LimitReader(from, MaxSize+1))
	if err != nil {
		return File{}, fmt.Errorf("read the rates: %w", err)
	}
	if len(text) > MaxSize {
		return File{}, fault.New(fault.Malformed, "The file has more than %d bytes.", MaxSize)
	}
	text = bytes.TrimPrefix(text, []byte("\ufeff"))
	r := newReader()
	switch {
	case bytes.HasPrefix(text, []byte("PK")):
		return File{}, fault.New(fault.Malformed, "The file is a ZIP archive; unpack it, and import the CSV file that is in it.")
	case bytes.HasPrefix(bytes.TrimSpace(text), []byte("<")):
		err = r.readXML(text)
	default:
		err = r.readCSV(text)
	}
	if err == nil && r.file.Days == 0 {
		err = fault.New(fault.Malformed, "The file has no rates.")
	}
	if err != nil {
		return File{}, err
	}
	return r.file, nil
}

// place is where something stands in a file, from 1 on.
type place struct{ line, column int }

func (p place) wrong(format string, args ...any) error {
	return fault.New(fault.Malformed, "Line %d, column %d: %s.", p.line, p.column, fmt.Sprintf(format, args...))
}

// quote is one rate of the bank: what one euro is worth.
type quote struct {
	currency string
	value    *big.Rat
	at       place
}

// reader collects the rates of a file.
type reader struct {
	file    File
	days    map[time.Time]bool
	skipped map[string]bool
}

func newReader() *reader { return &reader{days: map[time.Time]bool{}, skipped: map[string]bool{}} }

// day reads a date in one of the bank's two spellings.
func (r *reader) day(text string, at place) (time.Time, error) {
	for _, layout := range []string{time.DateOnly, "02 January 2006", "2 January 2006"} {
		day, err := time.Parse(layout, text)
		if err != nil {
			continue
		}
		if r.days[day] {
			return day, at.wrong("the day %s is there twice", day.Format(time.DateOnly))
		}
		if len(r.days) >= MaxDays {
			return day, at.wrong("the file has more than %d days", MaxDays)
		}
		r.days[day] = true
		return day, nil
	}
	return time.Time{}, at.wrong("%q is not a day, such as 2026-11-27", fault.Echo(text))
}

// checkCode requires a currency code: three capital letters.
func checkCode(code string, at place) error {
	if len(code) != 3 || code[0] < 'A' || code[0] > 'Z' || code[1] < 'A' || code[1] > 'Z' || code[2] < 'A' || code[2] > 'Z' {
		return at.wrong("%q is not the code of a currency, such as USD", fault.Echo(code))
	}
	return nil
}

// value reads what one euro is worth.
func value(text string, at place) (*big.Rat, error) {
	rate, problem := money.ParseRate(text)
	if problem == "" && rate.Sign() == 0 {
		problem = "is not more than zero"
	}
	if problem != "" {
		return nil, at.wrong("%q %s", fault.Echo(text), problem)
	}
	return rate, nil
}

// add crosses the rates of a day to the dollar.
func (r *reader) add(day time.Time, quotes []quote, at place) error {
	var dollars *big.Rat
	seen := map[string]bool{euro: true}
	for _, q := range quotes {
		if seen[q.currency] {
			return q.at.wrong("the currency %s is there twice, or is the euro itself", q.currency)
		}
		seen[q.currency] = true
		if q.currency == dollar {
			dollars = q.value
		}
	}
	if dollars == nil {
		return at.wrong("the day %s has no rate of the US dollar, which all others are crossed with", day.Format(time.DateOnly))
	}
	quotes = append(quotes, quote{euro, big.NewRat(1, 1), at})
	for _, q := range quotes {
		if err := r.cross(day, q, dollars); err != nil {
			return err
		}
	}
	r.file.Days++
	return nil
}

// cross adds what one unit of a currency is worth in dollars: the dollars of a euro divided by its units of a euro.
func (r *reader) cross(day time.Time, q quote, dollars *big.Rat) error {
	if q.currency == dollar {
		return nil
	}
	if _, err := money.Digits(q.currency); err != nil {
		if !r.skipped[q.currency] {
			r.skipped[q.currency] = true
			r.file.Skipped = append(r.file.Skipped, q.currency)
		}
		return nil
	}
	if len(r.file.Rates) >= MaxRates {
		return q.at.wrong("the file has more than %d rates", MaxRates)
	}
	rate, problem := money.RateOf(new(big.Rat).Quo(dollars, q.value))
	if problem != "" {
		return q.at.wrong("the rate of %s %s", q.currency, problem)
	}
	r.file.Rates = append(r.file.Rates, money.DayRate{Currency: q.currency, Day: day, Rate: rate})
	return nil
}
