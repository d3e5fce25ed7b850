package export_test

import (
	"encoding/csv"
	"encoding/json"
	"errors"
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
		Payment: &fund.Payment{Provider: "sandbox", Account: "+acct", Reference: "\tpi_1", PayoutReference: "txn_1", FeeCover: 30, Fee: &fee, Refunded: 155, Disputed: 5},
		Receipt: 12, ReceiptAt: at, CompletedAt: at, UpdatedAt: at.Add(time.Hour),
		Comment: "Hi;=1+1", Poll: "Next game", PollOption: "+chess", Target: "Sing", Claims: "2 × Mug: -L",
		Receipted: &fund.ReceiptFacts{Profile: "moon", Donor: fund.ReceiptDonor{Name: "=Augusta"}}, ReceiptCells: map[string]string{"dome": "+Tycho"},
	}
}

func bare() fund.Record {
	return fund.Record{ID: fund.ID{4}, Amount: 500, Currency: "JPY", State: fund.DonationCompleted, IsMatch: true, CompletedAt: at, UpdatedAt: at, Reference: "cash 1", Origin: fund.OriginOffline}
}

// written is a donation as written in CSV and in JSON, by column name.
func written(t *testing.T, r fund.Record) (cells map[string]string, values map[string]any) {
	t.Helper()
	var texts [2]strings.Builder
	for i, format := range []export.Format{export.CSV, export.JSON} {
		w, err := export.Donations(&texts[i], export.Options{Format: format}, []string{"dome", "guild"})
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
		{"receipt_profile", "moon", "moon"}, {"receipt_name", "'=Augusta", "=Augusta"}, {"receipt_dome", "'+Tycho", "+Tycho"}, {"receipt_guild", "", nil},
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
		{"payout_reference", "txn_1", "txn_1"},
		{"comment", "Hi;'=1+1", "Hi;=1+1"},
		{"poll", "Next game", "Next game"},
		{"poll_option", "'+chess", "+chess"},
		{"target", "Sing", "Sing"},
		{"claims", "2 × Mug: '-L", "2 × Mug: -L"},
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
		"payout_reference", "comment", "poll", "poll_option", "target", "claims",
	} {
		if value, there := values[name]; cells[name] != "" || value != nil || !there {
			t.Errorf("%s: got %q and %v, want nothing and null", name, cells[name], value)
		}
	}
	if cells["origin"] != "offline" || values["origin"] != "offline" {
		t.Errorf("got the origin %q and %v, want offline", cells["origin"], values["origin"])
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
	w, err := export.Movements(&out, export.Options{Format: export.CSV})
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
	w, err := export.Donations(&strings.Builder{}, export.Options{Format: export.JSON}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Write(fund.Record{Currency: "?"}); err == nil {
		t.Error("got no error, want one about the currency")
	}
}

// TestNoTextIsAFormula reads a name that tries to begin a cell in the ways of several countries and scripts.
func TestNoTextIsAFormula(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]string{
		"=1+1": "'=1+1", "Zoë;=1+1;x": "Zoë;'=1+1;x", "\uff1d1+1": "'\uff1d1+1", "a\t@b": "a\t'@b", "a|-b": "a|'-b", " =1": " '=1", "\u200b=1": "\u200b'=1",
		"\u00a0+1": "\u00a0'+1", "a; \"=1\"": "a; \"'=1\"", "a\n- b": "a\n'- b", "a\u2028=1": "a\u2028'=1", "\uff1b\uff0b1": "\uff1b'\uff0b1", "\u22121": "'\u22121",
		"ann-marie@example.org": "ann-marie@example.org", "1 + 1 = 2": "1 + 1 = 2", "": "", "\rx": "'x", "\tx": "'\tx",
	} {
		r := full()
		r.Name = name
		cells, _ := written(t, r)
		if got := cells["donor_name"]; got != strings.ReplaceAll(want, "\r\n", "\n") {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

func TestMarkAndDelimiter(t *testing.T) {
	t.Parallel()
	for o, want := range map[export.Options]string{
		{Format: export.CSV, Mark: true}:                  "\ufeffdonation_id,donation_number,",
		{Format: export.CSV, Delimiter: ';'}:              "donation_id;donation_number;",
		{Format: export.CSV, Delimiter: '\t', Mark: true}: "\ufeffdonation_id\tdonation_number\t",
		{Format: export.JSON, Delimiter: ';', Mark: true}: `{"donation_id":`,
	} {
		var out strings.Builder
		w, err := export.Donations(&out, o, nil)
		if err == nil {
			err = errors.Join(w.Write(full()), w.Flush())
		}
		if err != nil || !strings.HasPrefix(out.String(), want) {
			t.Errorf("%+v: got %.60q, %v, want it to begin with %q", o, out.String(), err, want)
		}
	}
}

// TestClaimsHaveWhatIsNeededToSendThem writes a claim with an address, and one without.
func TestClaimsHaveWhatIsNeededToSendThem(t *testing.T) {
	t.Parallel()
	var out strings.Builder
	w, err := export.Claims(&out, export.Options{Format: export.CSV})
	if err != nil {
		t.Fatal(err)
	}
	address := &fund.ShippingAddress{
		Recipient: "Ada L", Phone: "+44 1",
		Address: fund.Address{Line1: "1 Road", Line2: "=2", City: "Town", Region: "R", PostalCode: "01", Country: "GB"},
	}
	for _, c := range []fund.Claim{
		{ID: fund.ID{9}, Reward: fund.Ref{Name: "Mug"}, Quantity: 2, FulfilledAt: at, Answer: "-blue", Address: address}, {Reward: fund.Ref{Name: "Song"}, Quantity: 1},
	} {
		if err := w.Write(fund.ClaimRecord{Claim: c, Record: full()}); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"reward_name,quantity,fulfilled_at,answer,recipient,line1,line2,city,region,postal_code,country,phone,email,donation_id,",
		",Mug,2,2026-11-01T11:00:00Z,'-blue,Ada L,1 Road,'=2,Town,R,01,GB,'+44 1,,01000000-", ",Song,1,,,,,,,,,,,,01000000-",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("got %s, want %q in it", out.String(), want)
		}
	}
}
