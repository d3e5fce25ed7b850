package export_test

import (
	"encoding/csv"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/export"
	"github.com/almoner/almoner/internal/fund"
)

var at = time.Date(2026, 11, 1, 12, 0, 0, 500, time.FixedZone("", 3600))

// full is a donation with everything, bare one with as little as possible.
func full() fund.Record {
	fee := int64(59)
	return fund.Record{
		ID: fund.ID{1}, Number: 7, Fact: fund.Ref{ID: fund.ID{2}, Name: "=SUM(A1)"}, Kind: fund.KindCampaign, Cause: fund.Ref{ID: fund.ID{3}, Name: "Water, \"clean\""},
		State: fund.DonationPartiallyRefunded, Amount: 1000, Refunded: 150, Disputed: 5, Currency: "USD", Name: "-Ada\n", Email: "@ada", Anonymous: true,
		Payment: &fund.Payment{Provider: "sandbox", Account: "+acct", Reference: "\tpi_1", FeeCover: 30, Fee: &fee, Refunded: 155, Disputed: 5},
		Receipt: 12, ReceiptAt: at, CompletedAt: at, UpdatedAt: at.Add(time.Hour),
	}
}

func bare() fund.Record {
	return fund.Record{ID: fund.ID{4}, Amount: 500, Currency: "JPY", State: fund.DonationCompleted, IsMatch: true, CompletedAt: at, UpdatedAt: at, Reference: "cash 1"}
}

// written is a donation as written in CSV and in JSON, by column name.
func written(t *testing.T, r fund.Record) (cells map[string]string, values map[string]any) {
	t.Helper()
	var texts [2]strings.Builder
	for i, format := range []export.Format{export.CSV, export.JSON} {
		w, err := export.Donations(&texts[i], format)
		if err == nil {
			err = w.Write(r)
		}
		if err == nil {
			err = w.Flush()
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	rows, err := csv.NewReader(strings.NewReader(texts[0].String())).ReadAll()
	if err != nil || len(rows) != 2 || !strings.HasSuffix(texts[0].String(), "\r\n") {
		t.Fatalf("got %q, %v, want a header and a row, each with CRLF", texts[0].String(), err)
	}
	cells = map[string]string{}
	for i, name := range rows[0] {
		cells[name] = rows[1][i]
	}
	line, rest, _ := strings.Cut(texts[1].String(), "\n")
	if err := json.Unmarshal([]byte(line), &values); err != nil || rest != "" || len(values) != len(cells) {
		t.Fatalf("got %q, %v, want one object on one line, with the columns of CSV", texts[1].String(), err)
	}
	return cells, values
}

func TestDonationsInBothFormats(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, csv string
		json      any
	}{
		{"donation_id", "01000000-0000-0000-0000-000000000000", "01000000-0000-0000-0000-000000000000"},
		{"donation_number", "7", 7.0},
		{"completed_at", "2026-11-01T11:00:00Z", "2026-11-01T11:00:00Z"},
		{"state", "partially_refunded", "partially_refunded"},
		{"currency", "USD", "USD"},
		{"gift", "10.00", "10.00"},
		{"refunded", "1.50", "1.50"},
		{"disputed", "0.05", "0.05"},
		{"net", "8.45", "8.45"},
		{"fee_cover", "0.30", "0.30"},
		{"provider_fee", "0.59", "0.59"},
		{"payment_refunded", "1.55", "1.55"},
		{"match", "false", false},
		{"donor_name", "'-Ada\n", "-Ada\n"},
		{"donor_email", "'@ada", "@ada"},
		{"anonymous", "true", true},
		{"fact_name", "'=SUM(A1)", "=SUM(A1)"},
		{"cause_name", "Water, \"clean\"", "Water, \"clean\""},
		{"payment_account", "'+acct", "+acct"},
		{"payment_reference", "'\tpi_1", "\tpi_1"},
		{"receipt_number", "12", 12.0},
	} {
		cells, values := written(t, full())
		if cells[c.name] != c.csv || values[c.name] != c.json {
			t.Errorf("%s: got %q and %v, want %q and %v", c.name, cells[c.name], values[c.name], c.csv, c.json)
		}
	}
}

func TestUnknownValuesAreEmpty(t *testing.T) {
	t.Parallel()
	cells, values := written(t, bare())
	for _, name := range []string{
		"fee_cover", "provider_fee", "payment_refunded", "payment_disputed", "donor_name", "donor_email", "provider", "payment_account",
		"receipt_number", "receipt_issued_at",
	} {
		if value, there := values[name]; cells[name] != "" || value != nil || !there {
			t.Errorf("%s: got %q and %v, want nothing and null", name, cells[name], value)
		}
	}
	if cells["gift"] != "500" || cells["payment_reference"] != "cash 1" || cells["match"] != "true" {
		t.Errorf("got %q of yen, reference %q, match %s, want 500, cash 1 and true", cells["gift"], cells["payment_reference"], cells["match"])
	}
}

// TestAnUnknownFeeIsEmpty has a payment whose provider has not reported its fee yet.
func TestAnUnknownFeeIsEmpty(t *testing.T) {
	t.Parallel()
	r := full()
	r.Payment.Fee = nil
	cells, values := written(t, r)
	if value, there := values["provider_fee"]; cells["provider_fee"] != "" || value != nil || !there {
		t.Errorf("got %q and %v, want nothing and null", cells["provider_fee"], value)
	}
	if cells["fee_cover"] != "0.30" || cells["payment_refunded"] != "1.55" || cells["provider"] != "sandbox" {
		t.Errorf("got %v, want what is known of the payment", cells)
	}
}

func TestANegativeAmountIsNotAFormula(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	w, err := export.Movements(&out, export.CSV)
	if err == nil {
		err = w.Write(fund.Movement{Kind: fund.EntryRefund, Moved: -150, At: at, Record: full()})
	}
	if err == nil {
		err = w.Flush()
	}
	if err != nil || !strings.Contains(out.String(), ",2026-11-01T11:00:00Z,refund,USD,-1.50,") {
		t.Errorf("got %q, %v, want the plain number -1.50", &out, err)
	}
}

func TestAnUnknownCurrencyIsRefused(t *testing.T) {
	t.Parallel()
	w, err := export.Donations(&strings.Builder{}, export.JSON)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(fund.Record{Currency: "?"}); err == nil {
		t.Error("got no error, want one about the currency")
	}
}
