package dash_test

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

// asked has the donor of a paid gift ask for their money.
func (h *house) asked(name string) (fund.Donation, fund.Case) {
	h.t.Helper()
	d := h.claimed(name)
	key := must.Get(h.DonationKey(h.t.Context(), d.ID))(h.t)
	return d, must.Get(h.OpenCase(h.t.Context(), key, "I gave <twice>.", netip.MustParseAddr("192.0.2.1")))(h.t)
}

// TestCasesAreAnswered declines one and refunds a part of another, each once.
func TestCasesAreAnswered(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.finance("stranger")
	first, declined := h.asked("Ada")
	_, refunded := h.asked("Bo")
	b, at := h.as("stranger"), "/dashboard/"+h.campaign.Cause.ID.String()+"/cases"
	page := b.Get(at)
	for _, want := range []string{"I gave &lt;twice&gt;.", h.base() + "/gifts/" + first.ID.String(), "Gift of $20"} {
		if page.StatusCode != http.StatusOK || !strings.Contains(page.Text, want) {
			t.Fatalf("got %d without %q\n%s", page.StatusCode, want, page.Text)
		}
	}
	send := func(c fund.Case, pairs ...string) testbrowser.Answer {
		form := testbrowser.With(page.Form(t, at), "id", c.ID.String())
		form.Del("do")
		return b.Post(at, testbrowser.With(form, pairs...))
	}
	for want, pairs := range map[string][]string{
		"Fill this in": {"do", "decline", "reason", ""}, "Use one line of at most 500": {"do", "decline", "reason", strings.Repeat("a", fund.MaxReason+1)},
		"Enter an amount": {"do", "refund", "amount", "lots", "sure", "yes"}, `-problem" role="alert"`: {"do", "refund", "amount", "5"},
	} {
		if got := send(declined, pairs...); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, want) {
			t.Errorf("%q: got %d, want %q\n%s", pairs, got.StatusCode, want, got.Text)
		}
	}
	if got := send(declined, "do", "decline", "reason", "It was spent."); got.Header.Get("Location") != at+"?done=saved" {
		t.Errorf("got %d\n%s\nwant it declined", got.StatusCode, got.Text)
	}
	if got := send(declined, "do", "decline", "reason", "Again."); got.StatusCode != http.StatusConflict {
		t.Errorf("got %d for a second answer, want 409", got.StatusCode)
	}
	if got := send(refunded, "do", "refund", "amount", "2.50", "sure", "yes"); got.Header.Get("Location") != at+"?done=saved" {
		t.Errorf("got %d\n%s\nwant it refunded", got.StatusCode, got.Text)
	}
	for _, c := range []struct {
		of     fund.Case
		state  fund.CaseState
		reason string
		back   int64
	}{{declined, fund.CaseDeclined, "It was spent.", 0}, {refunded, fund.CaseRefunded, "", 250}} {
		if now := must.Get(h.GetCase(t.Context(), app.System(), fund.Key{ID: c.of.ID}))(t); now.State != c.state || now.Reason != c.reason || now.Refunded != c.back {
			t.Errorf("got %+v, want %+v", now, c)
		}
	}
	if got := b.Get(at); !strings.Contains(got.Text, "Nothing waits for an answer.") {
		t.Errorf("got\n%s\nwant nothing left", got.Text)
	}
	if got := send(declined, "do", "nothing"); got.StatusCode != http.StatusBadRequest {
		t.Errorf("got %d, want 400", got.StatusCode)
	}
	for _, path := range []string{at, h.base() + "/cases"} {
		if got := h.as("owner").Get(path); got.StatusCode != http.StatusForbidden && got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d for a streamer, want it refused", path, got.StatusCode)
		}
	}
}

// TestANameOnAReceiptIsCorrected issues it again with another name.
func TestANameOnAReceiptIsCorrected(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	h.finance("stranger")
	d := h.claimed("Ada")
	b, at := h.as("stranger"), h.base()+"/gifts/"+d.ID.String()
	form := b.Get(at).Form(t, at)
	if got := b.Post(at, testbrowser.With(form, "do", "receipt", "name", " ")); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="name-problem"`) {
		t.Errorf("got %d for no name\n%s", got.StatusCode, got.Text)
	}
	if got := b.Post(at, testbrowser.With(form, "do", "receipt", "name", "Ada Lovelace")); got.Header.Get("Location") != at {
		t.Errorf("got %d\n%s\nwant it issued", got.StatusCode, got.Text)
	}
	issued := must.Get(h.ReceiptsOf(t.Context(), app.System(), fund.Key{ID: d.ID}, fund.Page{Limit: 9}))(t)
	if len(issued) != 2 {
		t.Errorf("got %+v, want a receipt and the one before it", issued)
	}
	if got := h.as("owner").Post(at, testbrowser.With(form, "do", "receipt", "name", "Eve")); got.StatusCode != http.StatusForbidden {
		t.Errorf("got %d for a streamer, want 403", got.StatusCode)
	}
}
