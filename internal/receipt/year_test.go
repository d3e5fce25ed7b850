package receipt_test

import (
	"bytes"
	"encoding/json"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/receipt"
)

// yearOf is the statement of 2026 with the receipts.
func yearOf(language string, receipts ...fund.IssuedReceipt) receipt.Year {
	return receipt.Year{
		Year: 2026, MadeAt: time.Date(2027, 1, 5, 12, 0, 0, 0, time.UTC), Charity: receipts[0].Facts.Charity, Language: language, Receipts: receipts,
	}
}

// yearly are the documents of a statement as JSON.
func yearly(t *testing.T, y receipt.Year) (texts []string) {
	t.Helper()
	all, err := receipt.Profiles.ComposeYear(y)
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		text, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, string(text))
	}
	return texts
}

func numbered(n int64) func(*fund.IssuedReceipt) {
	return func(r *fund.IssuedReceipt) { r.Number = n }
}

func currency(code string) func(*fund.IssuedReceipt) {
	return func(r *fund.IssuedReceipt) { r.Facts.Currency = code }
}

func TestWhatYearlyStatementsSay(t *testing.T) {
	t.Parallel()
	named := func(r *fund.IssuedReceipt) { r.Facts.Donor.Name = "Grace" }
	for name, c := range map[string]struct {
		year        receipt.Year
		want, never []string
	}{
		"plain": {
			yearOf("en", sample("plain", numbered(7), named), sample("plain", numbered(9), mug(cents(1600)))),
			[]string{`"Payments in 2026"`, "As of 5 January 2027", `"No. 7 · 1 December 2026 (UTC) · Run · Grace","value":"$26.06"`, `"No. 9 · 1 December 2026 (UTC) · Run","value"`, `"Total USD","value":"$52.12"`, "9: 2 × Mug", "United States"},
			[]string{"$16.00"},
		},
		"plain in German": {yearOf("de", sample("plain")), []string{"Zahlungen im Jahr 2026", `"Summe USD","value":"26,06`}, nil},
		"legacy":          {yearOf("en", sample("legacy")), []string{`"profile":"plain"`}, []string{"deduct"}},
		"currencies": {
			yearOf("en", sample("plain"), sample("plain", currency("EUR")), sample("plain", currency("EUR"))),
			[]string{`"Total EUR","value":"€52.12"`, `"Total USD","value":"$26.06"`}, []string{"78.18"},
		},
		"us, nothing provided": {
			yearOf("de", sample("us"), sample("us")),
			[]string{`"language":"en"`, "No goods or services were provided in exchange for these gifts.", `"Deductible at most USD","value":"$52.12"`, "EIN 12-3456789", "501(c)(3)"}, []string{"market value"},
		},
		"us, a value": {
			yearOf("en", sample("us", numbered(7)), sample("us", numbered(9), mug(cents(1600)))),
			[]string{"9: 2 × Mug", "estimated fair market value $16.00", `"Fair market value USD","value":"$16.00"`, `"Deductible at most USD","value":"$36.12"`, "for all other gifts no goods or services were provided"}, []string{"for these gifts."},
		},
		"us, no value": {yearOf("en", sample("us"), sample("us", mug(nil))), []string{"value not stated", "It has not stated the value of all of them"}, []string{"Deductible at most"}},
		"nobody":       {yearOf("en", sample("plain", func(r *fund.IssuedReceipt) { r.Facts.Donor = fund.ReceiptDonor{} })), []string{"Name not given"}, nil},
	} {
		all := yearly(t, c.year)
		if len(all) != 1 {
			t.Fatalf("%s: got %d documents, want one", name, len(all))
		}
		for _, want := range c.want {
			if !strings.Contains(all[0], want) {
				t.Errorf("%s: got no %q in %s", name, want, all[0])
			}
		}
		for _, never := range c.never {
			if strings.Contains(all[0], never) {
				t.Errorf("%s: got %q in %s", name, never, all[0])
			}
		}
		tax := regexp.MustCompile(`(?i)tax|deduct|fair market|goods or services|501|(?-i:EIN|IRS)`)
		if word := tax.FindString(all[0]); word != "" && c.year.Receipts[0].Facts.Profile != "us" {
			t.Errorf("%s: got %q of taxes in %s", name, word, all[0])
		}
	}
}

// TestStatementsAreApartByProfile has a cause that chose another profile in the middle of a year.
func TestStatementsAreApartByProfile(t *testing.T) {
	t.Parallel()
	y := yearOf("en", sample("plain"), sample("us"), sample("legacy"))
	all := yearly(t, y)
	if len(all) != 2 || !strings.Contains(all[0], `"Total USD","value":"$52.12"`) || !strings.Contains(all[1], `"Total USD","value":"$26.06"`) {
		t.Fatalf("got %s, want a list of payments and the statement of the profile us", all)
	}
	documents, err := receipt.Profiles.ComposeYear(y)
	if err != nil {
		t.Fatal(err)
	}
	first, err := receipt.PDF(documents, y.MadeAt, "")
	second, _ := receipt.PDF(documents, y.MadeAt, "")
	if err != nil || !bytes.HasPrefix(first, []byte("%PDF-")) || !bytes.Equal(first, second) || bytes.Count(first, []byte("/Type /Page\n")) != 2 {
		t.Errorf("got %d bytes, %v, want one PDF of two pages, the same each time", len(first), err)
	}
}
