package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/receipt"
)

// TestAProfileIsProposedAndApproved has the finance of a cause propose receipts for the US, and an operator approve them.
func TestAProfileIsProposedAndApproved(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx, key := t.Context(), fund.Key{ID: w.campaign.Cause.ID}
	us := fund.CausePatch{ReceiptProfile: fund.Some("us")}
	_, err := w.UpdateCause(ctx, w.causer, key, us)
	wantFields(t, err, "legal_name is missing: receipts of the profile us need the legal name", "government_id is missing: receipts of the profile us need the EIN",
		"address is missing: receipts of the profile us need the postal address")
	ready := fund.CausePatch{
		LegalName: fund.Some("Water, Inc."), GovernmentID: fund.Some("12-3456789"), Address: fund.Some(&fund.Address{Line1: "1 Pier Road", City: "Seattle", Country: "US"}),
	}
	must.Get(w.UpdateCause(ctx, app.System(), key, ready))(t)
	proposed := must.Get(w.UpdateCause(ctx, w.causer, key, us))(t)
	if proposed.Profile() != fund.PlainReceipts || proposed.Proposed == nil || proposed.Proposed.Profile() != "us" {
		t.Fatalf("got %+v, want it proposed", proposed.Proposed)
	}
	before := w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	w.payWith(t, before, goodCard)
	noAddress := must.Get(w.UpdateCause(ctx, w.causer, key, fund.CausePatch{Address: fund.Some[*fund.Address](nil)}))(t)
	_, err = w.ApproveCause(ctx, app.System(), key, noAddress.ApprovalVersion())
	wantFields(t, err, "address is missing: receipts of the profile us need the postal address")
	again := must.Get(w.UpdateCause(ctx, w.causer, key, fund.CausePatch{Address: ready.Address}))(t)
	must.Get(w.ApproveCause(ctx, app.System(), key, again.ApprovalVersion()))(t)
	for _, taken := range []fund.CausePatch{{LegalName: fund.Some("")}, {GovernmentID: fund.Some("7")}, {Address: fund.Some[*fund.Address](nil)}} {
		if _, err := w.UpdateCause(ctx, w.causer, key, taken); !fault.Is(err, fault.Invalid) {
			t.Errorf("%+v: got %v, want what the receipts need kept", taken, err)
		}
	}
	after := w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}})
	w.payWith(t, after, goodCard)
	if got := w.issued(t, before.Donation)[0].Facts.Profile + " " + w.issued(t, after.Donation)[0].Facts.Profile; got != "plain us" {
		t.Errorf("got the profiles %q, want those of the days on which they were issued", got)
	}
	must.Get(w.UpdateCause(ctx, app.System(), key, fund.CausePatch{ReceiptProfile: fund.Some("plain")}))(t)
	if got := w.acts(t, key.ID); !slices.Contains(got, "system cause.receipts.set") {
		t.Errorf("got the acts %v, want the choice logged", got)
	}
}

// TestAnotherProfileNeedsNoCode has a cause choose a profile that only this test knows, and a donor get a receipt of it.
func TestAnotherProfileNeedsNoCode(t *testing.T) {
	t.Parallel()
	profile := func(name, title string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(`{"name": "` + name + `", "title": "t", "offered": true, "requires": [], "asks": [], "keeps": ["name"], "years": 2, "columns": [],
			"sources": [], "wordings": [{"version": "1", "from": "2020-01-01", "sources": [], "languages": {"en": {"title": "` + title + `", "number": "{{.number}}",
			"issued": "{{.issued}}", "statements": [{"text": "{{.donor}} gave {{.kept}}."}]}}}]}`)}
	}
	set := must.Get(receipt.Load(fstest.MapFS{"moon.json": profile("moon", "Lunar gift"), "plain.json": profile("plain", "Payment")}))(t)
	w := newWorldWith(t, worldOptions{profiles: set})
	must.Get(w.UpdateCause(t.Context(), app.System(), fund.Key{ID: w.campaign.Cause.ID}, fund.CausePatch{ReceiptProfile: fund.Some("moon")}))(t)
	begun := w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10", Name: "Ada"}})
	w.payWith(t, begun, goodCard)
	v := must.Get(w.GetReceiptView(t.Context(), donorKey(t, w, begun), 0))(t)
	if v.Document.Title != "Lunar gift" || !slices.Equal(v.Document.Statements, []string{"Ada gave $10.00."}) || !strings.Contains(v.Shown.Document, "Lunar gift") {
		t.Errorf("got %+v, want a receipt of the profile, kept as it was shown", v.Document)
	}
}

// TestReceiptsAreMadeOutToTheReceiptName pays with another name than the shown one, with a profile that asks for it, without asking, and with one that
// only those get who ask.
func TestReceiptsAreMadeOutToTheReceiptName(t *testing.T) {
	t.Parallel()
	profile := func(name, more string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(`{"name": "` + name + `", "title": "t", "offered": true, "keeps": ["name", "dome"], "years": 2, ` + more + `
			"wordings": [{"version": "1", "from": "2020-01-01", "languages": {"en": {"title": "` + name + `", "number": "{{.number}}",
			"issued": "{{.issued}}", "statements": [{"text": "{{.donor}} gave {{.kept}}."}]}}}]}`)}
	}
	asks := `"on_request": true, "asks": [{"name": "name", "kind": "name", "required": true, "most": 40, "labels": {"en": "Name"}, "problems": {"en": "Name?"}},
		{"name": "dome", "kind": "line", "most": 9, "labels": {"en": "Dome"}, "problems": {"en": "Dome?"}}],`
	set := must.Get(receipt.Load(fstest.MapFS{"moon.json": profile("moon", asks), "plain.json": profile("plain", "")}))(t)
	w := newWorldWith(t, worldOptions{profiles: set})
	must.Get(w.UpdateCause(t.Context(), app.System(), fund.Key{ID: w.campaign.Cause.ID}, fund.CausePatch{ReceiptProfile: fund.Some("moon")}))(t)
	give := func(name string, anonymous bool, receipt fund.ReceiptInput) app.StartedDonation {
		begun := w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10", Name: name, Anonymous: anonymous}, Receipt: receipt})
		w.payWith(t, begun, goodCard)
		return begun
	}
	typed := fund.ReceiptInput{"name": "Augusta King", "dome": "Tycho"}
	for name, c := range map[string]struct {
		begun app.StartedDonation
		want  string
	}{
		"another name":            {give("Ada", false, typed), "moon: Augusta King gave $10.00. map[dome:Tycho]"},
		"a hidden name":           {give("Ada", true, typed), "moon: Augusta King gave $10.00. map[dome:Tycho]"},
		"no request":              {give("Ada", false, nil), "plain: Ada gave $10.00. map[]"},
		"no request, and no name": {give("", false, nil), "plain:  gave $10.00. map[]"},
		"a receipt name alone":    {give("", false, fund.ReceiptInput{"name": "Augusta"}), "moon: Augusta gave $10.00. map[]"},
	} {
		v := must.Get(w.GetReceiptView(t.Context(), donorKey(t, w, c.begun), 0))(t)
		if got := fmt.Sprintf("%s: %s %v", v.Document.Title, v.Document.Statements[0], v.Shown.Facts.Donor.Asked); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
		if v.Donation.Name == "Augusta King" {
			t.Errorf("%s: got the receipt name as the shown name", name)
		}
	}
	// What takes the place of a receipt has its profile, and no donor gets a tax receipt by a refund or a correction.
	for name, c := range map[string]struct {
		receipt fund.ReceiptInput
		want    string
	}{"asked": {typed, "moon moon moon"}, "not asked": {nil, "plain plain plain"}} {
		donation := give("Ada", false, c.receipt).Donation
		must.Get(w.RefundDonation(t.Context(), w.causer, fund.Key{ID: donation}, "1"))(t)
		must.Get(w.CorrectReceipt(t.Context(), w.causer, fund.Key{ID: donation}, "A. King"))(t)
		var got []string
		for _, r := range w.issued(t, donation) {
			got = append(got, r.Facts.Profile)
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: got receipts of the profiles %q, want %q", name, got, c.want)
		}
	}
	asked := give("Ada", false, typed)
	must.Get(w.EraseDonation(t.Context(), app.System(), asked.Donation))(t)
	p := must.Get(w.Store.GetPayment(t.Context(), asked.Donation))(t)
	if p.ReceiptRequest != nil {
		t.Errorf("got %+v of an erased donor, want nothing", p.ReceiptRequest)
	}
	_, err := w.BeginDonation(t.Context(), app.Actor{}, campaignKey(w.campaign), fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}, Receipt: fund.ReceiptInput{"dome": "Archimedes"}})
	wantFields(t, err, "receipt.name "+fund.Blank, "receipt.dome "+fund.TooLong(9))
	key := fund.Key{ID: w.campaign.Cause.ID}
	must.Get(w.UpdateCause(t.Context(), app.System(), key, fund.CausePatch{ReceiptProfile: fund.Some("plain")}))(t)
	if d := w.issued(t, give("Ada", false, typed).Donation)[0].Facts.Donor; d.Name != "Ada" || d.Asked != nil {
		t.Errorf("got %+v, want no answer taken to what nobody asks", d)
	}
}

// TestFinanceCorrectsReceipts corrects a name long after the donor could, as everybody who may and who may not.
func TestFinanceCorrectsReceipts(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	begun := w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10", Name: "Ada L"}})
	w.payWith(t, begun, goodCard)
	w.Clock.Advance(400 * 24 * time.Hour)
	key := fund.Key{ID: begun.Donation}
	for _, who := range []app.Actor{w.owner, w.stranger, {}} {
		if _, err := w.CorrectReceipt(ctx, who, key, "Ada"); err == nil {
			t.Errorf("%+v: got the name changed, want that refused", who)
		}
	}
	for i, who := range []app.Actor{w.causer, app.System()} {
		if r := must.Get(w.CorrectReceipt(ctx, who, key, "Ada Lovelace"+strings.Repeat("!", i)))(t); r.Number != int64(i+2) {
			t.Errorf("got receipt %d, want the next number", r.Number)
		}
	}
	all := w.issued(t, begun.Donation)
	if len(all) != 3 || all[0].Facts.Donor.Name != "Ada L" || all[0].Void != fund.VoidCorrected || all[0].ReplacedBy != 2 || all[2].Facts.Donor.Name != "Ada Lovelace!" || !all[2].Valid() {
		t.Errorf("got %+v, want all three kept, and the last one valid", all)
	}
	for name, kind := range map[string]fault.Kind{" ": fault.Invalid, strings.Repeat("x", fund.MaxName+1): fault.Invalid, "Ada Lovelace!": fault.Conflict} {
		if _, err := w.CorrectReceipt(ctx, app.System(), key, name); !fault.Is(err, kind) {
			t.Errorf("%q: got %v, want %s", name, err, kind)
		}
	}
	must.Get(w.CorrectReceipt(ctx, app.System(), key, strings.Repeat("é", fund.MaxName)))(t) // as long as a donor can type it for a receipt
}
