package web_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/store"
)

// The cards of the sandbox that the tests pay with, beside the good one.
const (
	badCard    = "4000 0000 0000 0002"
	slowCard   = "4000 0000 0000 0077"
	bounceCard = "4000 0000 0000 0101"
	refundCard = "4000 0000 0000 5126"
	lostCard   = "4000 0000 0000 1976"
)

// giftOf is the page of a donation that has begun, which its donor is told after paying.
func (g *donor) giftOf(begun answer, card string) string {
	g.h.t.Helper()
	paid := g.pay(begun, card)
	if paid.StatusCode != http.StatusSeeOther {
		g.h.t.Fatalf("got %d for the payment, want 303", paid.StatusCode)
	}
	return paid.Header.Get("Location")
}

func TestTheGiftPageSaysWhatBecameOfTheGift(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	for name, c := range map[string]struct {
		card string
		// later is how often half a minute passes after the payment.
		later int
		want  []string
		no    []string
	}{
		"paid":       {goodCard, 0, []string{"Thank you!", "no money moves", "/receipt", "on its way to zed@example.org"}, []string{"refresh", "Donate again"}},
		"on its way": {slowCard, 0, []string{"Your payment is on its way", "You can close this page", "We will e-mail your receipt to zed@example.org", `content="2;url=`, "look=1"}, []string{"/receipt", "Donate again"}},
		"bounced":    {bounceCard, 1, []string{"did not go through", "The e-check was returned unpaid.", "Nothing was charged.", "/@ana/run/donate"}, []string{"refresh", "/receipt"}},
		"refunded":   {refundCard, 1, []string{"was refunded", "−$10.00"}, []string{"refresh"}},
		"disputed":   {lostCard, 0, []string{"Thank you!"}, nil},
		"lost":       {lostCard, 3, []string{"Your bank took this gift back", "Taken back by your bank"}, []string{"refresh"}},
	} {
		t.Run(name, func(t *testing.T) {
			g := h.donor()
			at := g.giftOf(g.give(page, "preset", "10.00", "email", "zed@example.org"), c.card)
			for range c.later {
				h.settle()
			}
			got := g.get(at)
			for _, want := range c.want {
				if !strings.Contains(got.body, want) {
					t.Errorf("got a page without %q:\n%s", want, got.body)
				}
			}
			for _, no := range c.no {
				if strings.Contains(got.body, no) {
					t.Errorf("got a page with %q", no)
				}
			}
			for header, want := range map[string]string{
				"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex", "Content-Security-Policy": "form-action 'none'",
			} {
				if !strings.Contains(got.Header.Get(header), want) {
					t.Errorf("%s: got %q, want %q", header, got.Header.Get(header), want)
				}
			}
		})
	}
}

func TestTheGiftPageWaits(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	begun := g.give(page, "preset", "10.00")
	form, err := h.DonationKey(t.Context(), h.pending(t))
	must.Do(t, err)
	at := "/gifts/" + form
	for look, want := range map[string]string{"": `content="2;url=`, "?look=3": `content="5;url=`, "?look=50": `content="10;url=`, "?look=-7": `content="2;url=`, "?look=x": `content="2;url=`} {
		if got := g.get(at + look); !strings.Contains(got.body, want) || !strings.Contains(got.body, "We are waiting for the payment provider") {
			t.Errorf("%s: got\n%s\nwant %s", look, got.body, want)
		}
	}
	if got := g.get(at + "?look=200"); strings.Contains(got.body, "http-equiv") {
		t.Error("got a page that looks again for ever")
	}
	if got := g.get(at).Header.Get("Almoner-Gift-State"); got != "pending open" {
		t.Errorf("got the state %q, want that of the gift for the script", got)
	}
	if declined := g.pay(begun, badCard); declined.StatusCode != http.StatusUnprocessableEntity {
		t.Errorf("got %d for a card that is declined, want 422", declined.StatusCode)
	}
	if got := g.get(at + "/receipt"); got.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for a receipt before the money came, want 404", got.StatusCode)
	}
	h.Clock.Advance(32 * 60e9)
	h.settle()
	if got := g.get(at); !strings.Contains(got.body, "Payment expired") || !strings.Contains(got.body, "Donate again") {
		t.Errorf("got\n%s\nwant a gift that expired", got.body)
	}
	for _, bad := range []string{"nobody", form[1:], form + "A", "%00"} {
		if got := g.get("/gifts/" + bad); got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", bad, got.StatusCode)
		}
	}
	if got := g.send(http.MethodPost, at, "x=1"); got.StatusCode != http.StatusMethodNotAllowed || got.Header.Get("Allow") != "GET, HEAD, OPTIONS" {
		t.Errorf("POST: got %d, want 405", got.StatusCode)
	}
}

// TestADonorWhoComesBackWaitsForNoEvent pays while the provider's event waits in the journal.
func TestADonorWhoComesBackWaitsForNoEvent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	begun := g.give(page, "preset", "10.00")
	paid := g.send(http.MethodPost, begun.Header.Get("Location"), url.Values{"card": {goodCard}, "code": {"020"}}.Encode())
	got := g.get(g.comeBack(paid).Header.Get("Location"))
	if !strings.Contains(got.body, "Thank you!") || got.Header.Get("Almoner-Gift-State") != "completed paid" {
		t.Errorf("got %q and\n%s\nwant thanks", got.Header.Get("Almoner-Gift-State"), got.body)
	}
}

// TestPagesPromiseNoMailThatNobodySends gives where no mail server is set.
func TestPagesPromiseNoMailThatNobodySends(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(o *app.Options) { o.Mailer = nil })
	g := h.donor()
	form := g.get(page)
	if !strings.Contains(form.body, "Your receipt also stays on a page you can keep.") || strings.Contains(form.body, "For your receipt.") {
		t.Errorf("got a form that does not say that no mail is sent:\n%s", form.body)
	}
	for name, card := range map[string]string{"on its way": slowCard, "paid": goodCard} {
		got := g.get(g.giftOf(g.give(page, "preset", "10.00", "email", "zed@example.org", "comment", name), card))
		if !strings.Contains(got.body, "your receipt stays here. We will e-mail it to zed@example.org as soon as we can.") {
			t.Errorf("%s: got a page that does not say where the receipt is:\n%s", name, got.body)
		}
		for _, promise := range []string{"We will e-mail your receipt", "on its way to zed"} {
			if strings.Contains(got.body, promise) {
				t.Errorf("%s: got %q promised, and nobody sends mail", name, promise)
			}
		}
	}
	got := g.get(g.giftOf(g.give(page, "preset", "10.00"), goodCard))
	own, _, _ := strings.Cut(got.body, `<div class="share">`) // from there on, it is about telling others
	if !strings.Contains(own, "Keep the address of this page: your receipt stays here.") || strings.Contains(own, "mail") {
		t.Errorf("got a page that talks of mail to a donor without an address:\n%s", got.body)
	}
}

// TestPagesOfPlayMoneyPromiseMailToNobody says the same to those who have an account and to those who have none.
func TestPagesOfPlayMoneyPromiseMailToNobody(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(o *app.Options) { o.MailAnyone = false })
	g := h.donor()
	if form := g.get(page); strings.Contains(form.body, "For your receipt.") {
		t.Error("got a form that promises mail")
	}
	for _, email := range []string{"zed@example.org", "ana@example.org"} {
		for name, card := range map[string]string{"on its way": slowCard, "paid": goodCard} {
			got := g.get(g.giftOf(g.give(page, "preset", "10.00", "email", email, "comment", name), card))
			if !strings.Contains(got.body, "receipts are e-mailed only to people who have an account here.") || strings.Contains(got.body, email) {
				t.Errorf("%s, %s: got a page that promises mail:\n%s", email, name, got.body)
			}
		}
	}
}

// pending is the only donation whose payment has begun.
func (h *house) pending(t *testing.T) fund.ID {
	t.Helper()
	begun, err := h.Store.DueWork(t.Context(), fund.WorkPayment, h.Clock.Now().AddDate(1, 0, 0), 10)
	must.Do(t, err)
	if len(begun) != 1 {
		t.Fatalf("got %d payments, want 1", len(begun))
	}
	return begun[0]
}

func TestWhatCameTooLateIsTold(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	s := h.stall(t)
	g := h.donor()
	begun := g.give(page, "preset", "10.00", "poll_option", number(s.open.Options[0].LegacyID))
	_, err := h.UpdatePoll(t.Context(), h.owner, fund.Key{ID: s.open.ID}, fund.PollPatch{Enabled: fund.Some(false)})
	must.Do(t, err)
	got := g.get(g.giftOf(begun, goodCard))
	if !strings.Contains(got.body, "No longer available") || !strings.Contains(got.body, "your vote for “A &lt;1&gt;” arrived") || !strings.Contains(got.body, "still counts") {
		t.Errorf("got\n%s\nwant what was left out", got.body)
	}
}

// TestOnlyTheBrowserThatGaveIsLedToItsGift looks, as any other browser, at the addresses that a payment provider keeps and shows, and at the id
// of the donation that everybody may read.
func TestOnlyTheBrowserThatGaveIsLedToItsGift(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g, other := h.donor(), h.donor()
	other.get(page) // has a name of its own
	begun := g.give(page, "preset", "10.00", "name", "Zedekiah", "anonymous", "on", "email", "zed@example.org", "poll_option", number(h.stall(t).open.Options[0].LegacyID))
	paying := begun.Header.Get("Location")
	paid := g.send(http.MethodPost, paying, url.Values{"card": {goodCard}, "code": {"020"}}.Encode())
	h.settle()
	back := paid.Header.Get("Location")
	gift := g.comeBack(paid).Header.Get("Location")
	if !strings.HasPrefix(gift, "/gifts/") || strings.Contains(back, strings.TrimPrefix(gift, "/gifts/")) {
		t.Fatalf("got %q and then %q, want the gift only at the end", back, gift)
	}
	donations, err := h.Store.ListDonations(t.Context(), store.DonationFilter{Fact: h.campaign.ID}, fund.Page{Limit: 1})
	must.Do(t, err)
	id := donations[0].ID.String()
	if strings.Contains(paying, id) {
		t.Errorf("got the payment at %s, want nothing of the donation's public id", paying)
	}
	for name, browser := range map[string]*donor{"without a name": h.donor(), "with another name": other} {
		if again := browser.get(paying); again.Header.Get("Location") != back {
			t.Errorf("%s: got %d to %q at the payment, want only %q", name, again.StatusCode, again.Header.Get("Location"), back)
		}
		got := browser.get(back)
		if got.StatusCode != http.StatusOK || got.Header.Get("Location") != "" || !strings.Contains(got.body, "Thank you!") || !strings.Contains(got.body, "$10.00") ||
			got.Header.Get("Cache-Control") != "no-store" || got.Header.Get("Referrer-Policy") != "no-referrer" {
			t.Errorf("%s: got %d to %q\n%s\nwant thanks", name, got.StatusCode, got.Header.Get("Location"), got.body)
		}
		for _, secret := range []string{gift, "/receipt", "zed@example.org", "Zedekiah", "Your vote", id} {
			if strings.Contains(got.body, secret) {
				t.Errorf("%s: got a page with %q, want thanks alone:\n%s", name, secret, got.body)
			}
		}
		for _, guessed := range []string{"/pay/sandbox/payments/" + id, "/gifts/" + id, "/gifts/paid/" + id, "/gifts/paid/" + strings.TrimPrefix(gift, "/gifts/")} {
			if got := browser.get(guessed); got.StatusCode != http.StatusNotFound && got.StatusCode != http.StatusGone || strings.Contains(got.body, gift) {
				t.Errorf("%s at %s: got %d\n%s\nwant nothing", name, guessed, got.StatusCode, got.body)
			}
		}
	}
	if again := g.comeBack(g.get(paying)); again.Header.Get("Location") != gift {
		t.Errorf("the donor again: got %d to %q, want %q", again.StatusCode, again.Header.Get("Location"), gift)
	}
}

// TestADonorComesBackToTheAddressOfTheForm gives where the server is reached under a name that is not its own, as a demo
// on localhost: the browser's name is known there only.
func TestADonorComesBackToTheAddressOfTheForm(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	alias := strings.Replace(h.url, "127.0.0.1", "localhost", 1)
	for name, c := range map[string]struct{ host, origin, want string }{
		"its own":           {strings.TrimPrefix(h.url, "http://"), h.url, h.url},
		"another":           {strings.TrimPrefix(alias, "http://"), alias, alias},
		"behind a proxy":    {"backend:8080", h.url, h.url},
		"no word about it":  {strings.TrimPrefix(alias, "http://"), "", h.url},
		"with more than it": {strings.TrimPrefix(alias, "http://"), alias + "/x", h.url},
	} {
		g := h.donor()
		form := g.get(page).form("preset", "10.00").Encode()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+page, strings.NewReader(form))
		must.Do(t, err)
		r.Host = c.host
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		if c.origin != "" {
			r.Header.Set("Origin", c.origin)
		}
		begun, err := g.Do(r)
		must.Do(t, err)
		must.Do(t, begun.Body.Close())
		paid := g.send(http.MethodPost, begun.Header.Get("Location"), url.Values{"card": {goodCard}, "code": {"020"}}.Encode())
		if back := paid.Header.Get("Location"); !strings.HasPrefix(back, c.want+"/gifts/paid/") {
			t.Errorf("%s: got back to %q, want %s", name, back, c.want)
		}
	}
}

// elsewhere is a provider whose payment pages are not on this server.
type elsewhere struct{ pay.Provider }

// TestTheWayToThePayment follows a donor who claims a reward to a payment page elsewhere, and back there once the payment is over.
func TestTheWayToThePayment(t *testing.T) {
	t.Parallel()
	h := newHouse(t, func(o *app.Options) { o.Payments.Provider = elsewhere{o.Payments.Provider} })
	s := h.stall(t)
	g := h.donor()
	begun := g.give(page, "preset", "25.00", rewardField(s.scarce), "1")
	at := begun.Header.Get("Location")
	if begun.StatusCode != http.StatusSeeOther || !strings.HasPrefix(at, h.url+"/gifts/") || !strings.HasSuffix(at, "/pay") {
		t.Fatalf("got %d to %s, want an address of this server", begun.StatusCode, at)
	}
	on := g.get(at)
	if to := on.Header.Get("Location"); on.StatusCode != http.StatusSeeOther || !strings.HasPrefix(to, h.url+sandbox.PagePath) {
		t.Errorf("got %d to %s, want the payment page", on.StatusCode, to)
	}
	if on.Header.Get("Cache-Control") != "no-store" || on.Header.Get("Referrer-Policy") != "no-referrer" {
		t.Errorf("got %v, want a secret address", on.Header)
	}
	g.pay(on, goodCard)
	if over := g.get(at); over.Header.Get("Location") != strings.TrimSuffix(at, "/pay") {
		t.Errorf("once it is paid: got %s, want the page of the gift", over.Header.Get("Location"))
	}
	if unknown := g.get("/gifts/nobody/pay"); unknown.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for an unknown key, want 404", unknown.StatusCode)
	}
}

// TestGiftsToWhatIsHiddenLeadNowhere gives, has the campaign hidden, and looks at a gift that was paid and one that was not.
func TestGiftsToWhatIsHiddenLeadNowhere(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	gifts := map[string]string{"paid": g.giftOf(g.give(page, "preset", "10.00"), goodCard), "bounced": g.giftOf(g.give(page, "preset", "10.00"), bounceCard)}
	h.settle()
	for name, gift := range gifts {
		g.get(gift).wants(t, name, []string{`href="/@ana/run`, "Run"})
	}
	_, err := h.UpdateCampaign(t.Context(), h.owner, keyOf(h.campaign), fund.CampaignPatch{Status: fund.Some(fund.Unpublished)})
	must.Do(t, err)
	for name, gift := range gifts {
		g.get(gift).wants(t, name+" and hidden", []string{"Run"}, `href="/@ana/run`, `href=""`)
	}
}

// TestAddressesOfGiftsThatWereCut leads donors whose mail program cut an address to all their gifts.
func TestAddressesOfGiftsThatWereCut(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	g := h.donor()
	gift := g.giftOf(g.give(page, "preset", "10.00"), goodCard)
	cut := gift[:len(gift)-5]
	for _, path := range []string{cut, cut + "/receipt", cut + "/receipt.pdf", cut + "/problem", cut + "/spelling", gift + "/receipt/99"} {
		got := g.get(path)
		if got.StatusCode != http.StatusNotFound {
			t.Errorf("%s: got %d, want 404", path, got.StatusCode)
		}
		got.wants(t, path, []string{"Gift not found", `href="/gifts"`}, `action="/search"`)
	}
	g.get("/nothing/at/all").wants(t, "another page", []string{"Page not found", `action="/search"`})
}
