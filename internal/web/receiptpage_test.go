package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestReceipt(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.stall(t)
	g := h.donor()
	at := g.giftOf(g.give(page, "preset", "25.00", "cover", "1", "name", "Bo", "email", "bo@example.org", rewardField(s.sticker), "2", answerField(s.sticker), "Red"), goodCard)
	receipt := g.get(at + "/receipt")
	for _, want := range []string{
		"Water for All, Inc.", "12-3456789", "1 Well Road", "BA1 Bath", "No. 1", "20 November 2026 (UTC)", "Paid on 20 November 2026, 12:00 UTC", "Bo", "bo@example.org", "$25.00", "$1.06", "$26.06",
		"2 × Sticker", "You received", "no money moved",
	} {
		if !strings.Contains(receipt.body, want) {
			t.Errorf("got a receipt without %q:\n%s", want, receipt.body)
		}
	}
	for _, word := range []string{" tax", "educt", "market value", "goods or services"} {
		if strings.Contains(receipt.body, word) {
			t.Errorf("got a receipt of the plain profile with %q:\n%s", word, receipt.body)
		}
	}
	if got := receipt.Header.Get("X-Robots-Tag"); !strings.Contains(got, "noindex") {
		t.Errorf("got X-Robots-Tag %q, want noindex", got)
	}
	_, err := h.RefundDonation(t.Context(), app.System(), fund.Key{LegacyID: 1}, "10")
	must.Do(t, err)
	h.settle()
	now := g.get(at + "/receipt")
	for _, want := range []string{"No. 2", "−$10.00", "$16.06", "replaces receipt No. 1", at + "/receipt/1"} {
		if !strings.Contains(now.body, want) || strings.Contains(now.body, "VOID") {
			t.Errorf("got a receipt for what is left without %q:\n%s", want, now.body)
		}
	}
	old := g.get(at + "/receipt/1")
	for _, want := range []string{"VOID", "Receipt No. 2 takes its place", "$26.06", paper(t, receipt.body)} {
		if !strings.Contains(old.body, want) {
			t.Errorf("got a void receipt without %q:\n%s", want, old.body)
		}
	}
	for _, number := range []string{"3", "0", "01", "-1", "x"} {
		if got := g.get(at + "/receipt/" + number); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", number, got.StatusCode)
		}
	}
	plain := g.giftOf(g.give(page, "preset", "10.00"), refundCard)
	if got := g.get(plain + "/receipt"); !strings.Contains(got.body, "Name not given") || strings.Contains(got.body, "VOID") {
		t.Errorf("got\n%s\nwant a receipt without a name", got.body)
	}
	h.settle()
	if got := g.get(plain + "/receipt"); !strings.Contains(got.body, "VOID") || strings.Contains(got.body, "takes its place") {
		t.Errorf("got\n%s\nwant a void receipt that nothing replaces", got.body)
	}
}

// TestDonorsCorrectTheirNames corrects a receipt, until its days are over.
func TestDonorsCorrectTheirNames(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.stall(t)
	g := h.donor()
	at := g.giftOf(g.give(page, "preset", "10.00", "name", "Bo Smiht", "email", "bo@example.org"), goodCard)
	spell := func(name string) answer {
		return g.send(http.MethodPost, at+"/spelling", url.Values{"name": {name}}.Encode())
	}
	if got := g.get(at + "/receipt"); !strings.Contains(got.body, at+"/spelling") {
		t.Errorf("got\n%s\nwant a way to correct the name", got.body)
	}
	if got := g.get(at + "/spelling"); !strings.Contains(got.body, `value="Bo Smiht"`) || !strings.Contains(got.body, "4 December 2026") || got.Header.Get("Cache-Control") != "no-store" {
		t.Errorf("got\n%s\nwant the name, and until when it can be changed", got.body)
	}
	for name, want := range map[string]string{"": "Enter a name", strings.Repeat("x", 256): "Enter a name", "Bo Smiht": "has this name already"} {
		if got := spell(name); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.body, want) || !strings.Contains(got.body, "<title>Error: ") {
			t.Errorf("%q: got %d\n%s\nwant %q", name, got.StatusCode, got.body, want)
		}
	}
	if got := spell(" Bo\n Smith "); got.StatusCode != http.StatusSeeOther || got.Header.Get("Location") != at+"/receipt" {
		t.Errorf("got %d, want the receipt", got.StatusCode)
	}
	now, old := g.get(at+"/receipt").body, g.get(at+"/receipt/1").body
	if !strings.Contains(now, "No. 2") || !strings.Contains(now, "Bo Smith") || !strings.Contains(now, "replaces receipt No. 1") || strings.Contains(now, "VOID") {
		t.Errorf("got\n%s\nwant the new receipt", now)
	}
	if !strings.Contains(old, "VOID") || !strings.Contains(old, "It was corrected.") || !strings.Contains(old, "Bo Smiht") || !strings.Contains(old, "Receipt No. 2 takes its place") {
		t.Errorf("got\n%s\nwant the old receipt, void", old)
	}
	for _, name := range []string{"Bo S", "Bo T"} {
		if got := spell(name); got.StatusCode != http.StatusSeeOther {
			t.Errorf("%s: got %d, want another correction", name, got.StatusCode)
		}
	}
	if got := spell("Bo U"); got.StatusCode != http.StatusConflict || !strings.Contains(got.body, "Ask the charity") {
		t.Errorf("got %d, want no fourth correction", got.StatusCode)
	}
	late := g.giftOf(g.give(page, "preset", "10.00", "name", "Bo"), goodCard)
	h.Clock.Advance(fund.SpellingDays*24*time.Hour - time.Minute)
	at = late
	if got := spell("Bob"); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d on the last day, want a correction", got.StatusCode)
	}
	h.Clock.Advance(2 * time.Minute)
	if got := spell("Rob"); got.StatusCode != http.StatusConflict || strings.Contains(g.get(late+"/receipt").body, "/spelling") {
		t.Errorf("got %d after the last day, want none", got.StatusCode)
	}
}

// paper is the receipt itself in a page, without what the page says of it.
func paper(t *testing.T, body string) string {
	t.Helper()
	_, rest, ok := strings.Cut(body, `class="paper">`)
	said, _, ended := strings.Cut(rest, "</article>")
	said, _, _ = strings.Cut(said, `<p class="quiet small back">`)
	if !ok || !ended {
		t.Fatalf("got no receipt in\n%s", body)
	}
	return said
}

// TestRenamedCharitiesDoNotRewriteReceipts renames the charity, its campaign and a reward, and wants the same receipt, byte for byte, whether
// or not somebody looked at it before.
func TestRenamedCharitiesDoNotRewriteReceipts(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.stall(t)
	g := h.donor()
	give := func() string {
		return g.giftOf(g.give(page, "preset", "25.00", "name", "Bo", rewardField(s.sticker), "2", answerField(s.sticker), "Red"), goodCard)
	}
	seen, unseen := give(), give()
	before, file := paper(t, g.get(seen+"/receipt").body), g.get(seen+"/receipt.pdf")
	if h := file.Header; file.StatusCode != http.StatusOK || h.Get("Content-Type") != "application/pdf" || h.Get("Cache-Control") != "no-store" ||
		h.Get("Referrer-Policy") != "no-referrer" || h.Get("Content-Disposition") != `inline; filename="receipt-1.pdf"` || !strings.HasPrefix(file.body, "%PDF-") {
		t.Errorf("got %d %v, want a PDF that nobody stores", file.StatusCode, h)
	}
	if got := g.get(seen + "/receipt/1.pdf"); got.body != file.body {
		t.Error("got another PDF by its number")
	}
	if got := g.get(seen + "/receipt/x.pdf"); got.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for a receipt without a number, want 404", got.StatusCode)
	}
	arabic := g.giftOf(g.give(page, "preset", "10.00", "name", "ليلى"), goodCard)
	if got := g.get(arabic + "/receipt"); strings.Contains(got.body, "receipt.pdf") || !strings.Contains(got.body, "characters that our PDF cannot show") {
		t.Errorf("got\n%s\nwant a page that says why there is no PDF", got.body)
	}
	if got := g.get(arabic + "/receipt.pdf"); got.StatusCode != http.StatusNotFound {
		t.Errorf("got %d, want no PDF", got.StatusCode)
	}
	ctx := t.Context()
	_, err := h.UpdateCause(ctx, app.System(), fund.Key{ID: h.campaign.Cause.ID}, fund.CausePatch{
		Name: fund.Some("Fire"), LegalName: fund.Some("Fire for All, Inc."), GovernmentID: fund.Some("98-7654321"), ContactEmail: fund.Some("fire@example.org"),
	})
	must.Do(t, err)
	_, err = h.UpdateReward(ctx, h.owner, fund.Key{ID: s.sticker.ID}, fund.RewardPatch{Name: fund.Some("Poster")})
	must.Do(t, err)
	_, err = h.UpdateCampaign(ctx, h.owner, app.FactKey{Key: fund.Key{ID: h.campaign.ID}}, fund.CampaignPatch{Name: fund.Some("Other")})
	must.Do(t, err)
	if after := paper(t, g.get(seen+"/receipt").body); after != before {
		t.Errorf("got\n%s\nwant the receipt as it was:\n%s", after, before)
	}
	if got := g.get(seen + "/receipt.pdf"); got.body != file.body {
		t.Error("got another PDF after the charity was renamed")
	}
	later := paper(t, g.get(unseen+"/receipt").body)
	if got := strings.NewReplacer("No. 2", "No. 1", "12:01 UTC", "12:00 UTC").Replace(later); got != before {
		t.Errorf("got\n%s\nof a receipt that nobody had looked at, want it as issued:\n%s", got, before)
	}
	if next := paper(t, g.get(give()+"/receipt").body); !strings.Contains(next, "Fire for All, Inc.") || !strings.Contains(next, "98-7654321") || !strings.Contains(next, "Poster") {
		t.Errorf("got\n%s\nwant the next receipt to name the charity as it is now", next)
	}
}
