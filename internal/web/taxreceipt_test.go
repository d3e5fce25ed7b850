package web_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/receipt"
)

// inUS has the cause give receipts for US taxes.
func (h *house) inUS(t *testing.T) {
	t.Helper()
	must.Get(h.UpdateCause(t.Context(), app.System(), fund.Key{ID: h.cause.ID}, fund.CausePatch{
		LegalName: fund.Some("Water, Inc."), GovernmentID: fund.Some("12-3456789"), ReceiptProfile: fund.Some("us"),
		Address: fund.Some(&fund.Address{Line1: "1 Pier Road", City: "Seattle", Country: "US"}),
	}))(t)
}

// TestTheReceiptNameIsAskedOfWhoWantsAReceipt gives with another name than the shown one, and without wanting a receipt.
func TestTheReceiptNameIsAskedOfWhoWantsAReceipt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	g.get(page).wants(t, "a cause without tax receipts", nil, "tax receipt</label>", "receipt-name")
	h.inUS(t)
	shown := g.get(page)
	shown.wants(t, "a cause with tax receipts", []string{`<label for="tax_receipt">I want a tax receipt</label>`, `id="receipt-name"`, "Only <bdi>Water</bdi> sees this."})
	// Neither the request nor what it needs comes by a link.
	g.get(page+"?tax_receipt=1&receipt.name=Mallory&receipt-name=Mallory").wants(t, "a link", nil, `value="Mallory"`, `value="1" checked`)

	refused := g.send(http.MethodPost, page, shown.form("preset", "25.00", "name", "Zed", "tax_receipt", "1", "receipt.name", " ").Encode())
	refused.wants(t, "no name", []string{`<a href="#receipt-name">Enter the name for the tax receipt</a>`, `id="tax_receipt" name="tax_receipt" value="1" checked`, `value="Zed"`})
	long := strings.Repeat("x", receipt.MaxQuestion+1)
	g.send(http.MethodPost, page, shown.form("preset", "25.00", "tax_receipt", "1", "receipt.name", long).Encode()).
		wants(t, "a long name", []string{"Name on the receipt: use 255 characters or fewer", `value="` + long + `"`})
	g.send(http.MethodPost, page, shown.form("preset", "25.00", "tax_receipt", "1", "receipt.name", "A\x01").Encode()).
		wants(t, "a name of signs", []string{"Name on the receipt: remove the characters that cannot be shown"})

	at := g.giftOf(g.give(page, "preset", "25.00", "name", "Zed", "tax_receipt", "1", "receipt.name", "Augusta King"), goodCard)
	g.get(at+"/receipt").wants(t, "the receipt", []string{"Augusta King"}, "Zed")
	for _, public := range []string{"/@ana/run", "/@ana/run/donations.atom", at} {
		g.get(public).wants(t, public, nil, "Augusta")
	}
	g.get("/@ana/run").wants(t, "the page", []string{"Zed"})

	at = g.giftOf(g.give(page, "preset", "25.00", "name", "Zed", "receipt.name", "Augusta King"), goodCard)
	g.get(at+"/receipt").wants(t, "a receipt that nobody asked for", []string{"Zed"}, "Augusta")
	at = g.giftOf(g.give(page, "preset", "25.00", "name", "Zed", "anonymous", "1", "tax_receipt", "1", "receipt.name", "Augusta King"), goodCard)
	g.get(at+"/receipt").wants(t, "the receipt of a hidden name", []string{"Augusta King"})

	german := h.donor()
	german.languages = "de"
	german.get(page).wants(t, "in German", []string{"Ich möchte einen Spendenbeleg für die Steuer", "Name auf dem Spendenbeleg"})
}

// TestGoingBackKeepsWhatAReceiptNeeds cancels a payment, and finds the receipt's name again in the same browser alone.
func TestGoingBackKeepsWhatAReceiptNeeds(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.inUS(t)
	g := h.donor()
	begun := g.give(page, "preset", "25.00", "name", "Zed", "tax_receipt", "1", "receipt.name", "Augusta King")
	back := backOf(t, g.get(begun.Header.Get("Location")))
	if strings.Contains(back, "Augusta") {
		t.Errorf("got the address %s, want nothing in it that was typed", back)
	}
	again := g.get(back)
	again.wants(t, "back", []string{`id="tax_receipt" name="tax_receipt" value="1" checked`, `value="Augusta King"`, `value="Zed"`})
	h.donor().get(back).wants(t, "another browser", nil, "Augusta", `value="1" checked`)
	must.Get(h.UpdateCause(t.Context(), app.System(), fund.Key{ID: h.cause.ID}, fund.CausePatch{ReceiptProfile: fund.Some("plain")}))(t)
	g.get(back).wants(t, "what is no longer asked", []string{`value="Zed"`}, "Augusta")
}
