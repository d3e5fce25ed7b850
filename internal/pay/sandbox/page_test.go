package sandbox_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/text"
)

// book keeps payments for one test.
type book struct {
	mu    sync.Mutex
	pages map[string]string
	count map[string]int64
	full  error
}

func (b *book) Get(_ context.Context, id string) (string, int64, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.count[id] == 0 {
		return "", 0, fault.New(fault.NotFound, "There is no payment at this address.")
	}
	return b.pages[id], b.count[id], nil
}

func (b *book) Put(_ context.Context, id, body string, version int64, _ time.Time) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch {
	case b.full != nil:
		return b.full
	case version == 0 && b.count[id] > 0:
		return nil
	case b.count[id] != version:
		return fault.New(fault.Stale, "Somebody else was faster.")
	}
	b.pages[id], b.count[id] = body, version+1
	return nil
}

func (b *book) Due(context.Context, time.Time, int) ([]string, error) { return nil, nil }

// desk is a sandbox with one payment to be made.
type desk struct {
	t       *testing.T
	sandbox *sandbox.Provider
	ref     pay.Ref
	url     string
	now     time.Time
	refused error
	told    int
	untold  error
	book    *book
	voided  int
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{t: t, now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC), ref: pay.Ref{Donation: fund.ID{1}, Reference: fund.ID{1}.String()}}
	d.book = &book{pages: map[string]string{}, count: map[string]int64{}}
	d.sandbox = sandbox.New(sandbox.Options{
		Book: d.book, Key: []byte("key"), BaseURL: "http://give.example", Guard: d,
		Links: []sandbox.Link{{Name: "site.legal", URL: "https://example.org/legal?a=1&b"}},
		Fee:   fund.FeeRate{Share: 290}, Now: func() time.Time { return d.now },
		Notify: func(context.Context, pay.Raw) error { d.told++; return d.untold },
	})
	started, err := d.sandbox.Start(t.Context(), pay.Order{
		Donation: d.ref.Donation, Donated: 2500, FeeCover: 106, Currency: "USD", FactName: "Run <1>", CauseName: "Water & Wells",
		DoneURL: "https://give.example/gifts/key", BackURL: "https://give.example/@ana/run/donate?relay=x&y", ExpiresAt: d.now.Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	d.url = started.URL
	return d
}

func (d *desk) Card(pay.Try) error { return d.refused }
func (d *desk) Declined(pay.Try)   {}
func (d *desk) Accepted(pay.Try)   {}
func (d *desk) Voided(pay.Try)     { d.voided++ }

func (d *desk) get() *httptest.ResponseRecorder {
	return d.serve(httptest.NewRequestWithContext(d.t.Context(), http.MethodGet, d.url, nil))
}

func (d *desk) pay(pairs ...string) *httptest.ResponseRecorder {
	form := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		form.Set(pairs[i], pairs[i+1])
	}
	r := httptest.NewRequestWithContext(d.t.Context(), http.MethodPost, d.url, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return d.serve(r)
}

func (d *desk) serve(r *http.Request) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	d.sandbox.Page().ServeHTTP(w, r)
	return w
}

// wants compares an answer with its status and with what its page has; every page says that it is a sandbox.
func wants(t *testing.T, w *httptest.ResponseRecorder, status int, texts ...string) {
	t.Helper()
	body := w.Body.String()
	if w.Code != status || !strings.Contains(body, "<strong>Sandbox</strong> No money moves here.") {
		t.Errorf("got %d\n%s\nwant %d and the mark of the sandbox", w.Code, body, status)
	}
	for _, text := range texts {
		if !strings.Contains(body, text) {
			t.Errorf("got a page without %q:\n%s", text, body)
		}
	}
}

func (d *desk) status() fund.PaymentStatus {
	d.t.Helper()
	said, err := d.sandbox.LookUp(d.t.Context(), d.ref)
	if err != nil {
		d.t.Fatal(err)
	}
	return said.Status
}

func TestThePageShowsWhatIsPaid(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	shown := d.get()
	wants(t, shown, http.StatusOK, "Pay for your gift", "Run &lt;1&gt;", "Water &amp; Wells", "$25.00", "Fee you covered", "$1.06", "$26.06",
		`href="https://give.example/@ana/run/donate?relay=x&amp;y"`, `<a href="https://example.org/legal?a=1&amp;b">Legal information</a>`)
	for _, c := range sandbox.Cards() {
		wants(t, shown, http.StatusOK, c.Spaced(), text.English.Text(c.Does))
	}
	for header, want := range map[string]string{"Cache-Control": "no-store", "Content-Security-Policy": "form-action 'self' https://give.example", "X-Content-Type-Options": "nosniff"} {
		if got := shown.Header().Get(header); !strings.Contains(got, want) {
			t.Errorf("%s: got %q, want %q", header, got, want)
		}
	}
	if strings.Contains(shown.Body.String(), "<script") || strings.Contains(shown.Body.String(), "alert") {
		t.Error("got a page with a problem or a script")
	}
}

func TestCardsThatAreNotPaid(t *testing.T) {
	t.Parallel()
	const good = "4242424242424242"
	for name, c := range map[string]struct {
		send   []string
		status int
		want   []string
	}{
		"wrong card":    {[]string{"card", "4111 1111 1111 1111", "code", "123"}, 422, []string{"sandbox card number", `value="4111 1111 1111 1111" aria-invalid="true"`, `value="123"`}},
		"no card":       {[]string{"code", "123"}, 422, []string{"sandbox card number"}},
		"wrong code":    {[]string{"card", good, "code", "12"}, 422, []string{"3 or 4 digits", `value="12" aria-describedby="code-hint problem" aria-invalid="true"`, good}},
		"code in words": {[]string{"card", good, "code", "١٢٣"}, 422, []string{"3 or 4 digits"}},
		"declined":      {[]string{"card", "4000 0000 0000 0002", "code", "123"}, 422, []string{"The card was declined.", `value="4000 0000 0000 0002"`}},
		"no funds":      {[]string{"card", "4000-0000-0000-9995", "code", "123"}, 422, []string{"insufficient funds"}},
		"confirm":       {[]string{"card", "4000 0027 6000 3184", "code", "123"}, 200, []string{"Confirm this payment", `name="card" value="4000 0027 6000 3184"`, "$26.06"}},
		"not confirmed": {[]string{"card", "4000 0027 6000 3184", "code", "123", "confirm", "no"}, 422, []string{"The payment was not confirmed."}},
		"too large":     {[]string{"card", good, "code", strings.Repeat("1", 5000)}, 400, []string{"Nothing was charged"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			wants(t, d.pay(c.send...), c.status, c.want...)
			if got := d.status(); got != fund.PaymentOpen {
				t.Errorf("got the payment %s, want it open", got)
			}
			if paid := d.pay("card", good, "code", "123"); paid.Code != http.StatusSeeOther {
				t.Errorf("got %d for a good card afterwards, want 303", paid.Code)
			}
		})
	}
}

func TestPaymentsThatAreOver(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	if paid := d.pay("card", "4000 0027 6000 3184", "code", "123", "confirm", "yes"); paid.Code != http.StatusSeeOther || paid.Header().Get("Location") != "https://give.example/gifts/key" {
		t.Errorf("got %d to %q, want 303 to the gift", paid.Code, paid.Header().Get("Location"))
	}
	for name, again := range map[string]*httptest.ResponseRecorder{"shown": d.get(), "paid": d.pay("card", "4242424242424242", "code", "123")} {
		if again.Code != http.StatusSeeOther || again.Header().Get("Location") != "https://give.example/gifts/key" {
			t.Errorf("%s again: got %d, want 303 to the gift", name, again.Code)
		}
	}
	if d.status() != fund.PaymentPaid || d.told != 1 {
		t.Errorf("got %s, told %d times, want it paid once", d.status(), d.told)
	}

	late := newDesk(t)
	if err := late.sandbox.Cancel(t.Context(), late.ref); err != nil {
		t.Fatal(err)
	}
	wants(t, late.get(), http.StatusGone, "This payment has ended", "Nothing was charged.")
	if over := late.get().Body.String(); strings.Contains(over, "gifts/") {
		t.Errorf("got\n%s\nwant no way to the gift", over)
	}
	wants(t, late.pay("card", "4242424242424242", "code", "123"), http.StatusGone, "This payment has ended")

	for _, id := range []string{"nothing", late.ref.Donation.String()} {
		late.url = "http://give.example" + sandbox.PagePath + id
		wants(t, late.get(), http.StatusNotFound, "There is no payment at this address.")
	}
}

func TestThoseWhoTryOutCardsWait(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.refused = &fault.Error{Kind: fault.RateLimited, Message: "Too many cards were tried.", RetryAfter: 90 * time.Second}
	got := d.pay("card", "4242424242424242", "code", "123")
	wants(t, got, http.StatusTooManyRequests, "Too many cards from your browser or network were declined", "Try again in 2 minutes")
	d.refused = &fault.Error{Kind: fault.RateLimited, Rule: pay.CardDeclined, RetryAfter: 20 * time.Second}
	wants(t, d.pay("card", "4242424242424242", "code", "123"), http.StatusTooManyRequests, "Use another card, or try this one again in 20 seconds")
	if after := got.Header().Get("Retry-After"); after != fmt.Sprint(90) || d.status() != fund.PaymentOpen {
		t.Errorf("got Retry-After %q and the payment %s, want 90 and open", after, d.status())
	}
}

// TestNothingIsChargedWhileTheBookIsFull keeps what was typed, and counts no try.
func TestNothingIsChargedWhileTheBookIsFull(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.book.full = fault.New(fault.Unavailable, "The database cannot take this now.")
	got := d.pay("card", "4242 4242 4242 4242", "code", "123")
	wants(t, got, http.StatusServiceUnavailable, "Nothing was charged", `value="4242 4242 4242 4242"`, `value="123"`, "$25.00")
	if after := got.Header().Get("Retry-After"); after != "5" || d.status() != fund.PaymentOpen || d.voided != 1 {
		t.Errorf("got Retry-After %q, the payment %s and %d tries taken back, want 5, open and 1", after, d.status(), d.voided)
	}
	d.book.full = nil
	if got := d.pay("card", "4242 4242 4242 4242", "code", "123"); got.Code != http.StatusSeeOther || d.voided != 1 {
		t.Errorf("got %d and %d tries taken back, want 303 and 1", got.Code, d.voided)
	}
}

// TestAChargeStandsOfWhichNobodyCouldBeTold leads on to the donation, which waits for the provider event.
func TestAChargeStandsOfWhichNobodyCouldBeTold(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	d.untold = fault.New(fault.Unavailable, "The database cannot take this now.")
	if got := d.pay("card", "4242424242424242", "code", "123"); got.Code != http.StatusSeeOther || d.status() != fund.PaymentPaid {
		t.Errorf("got %d and the payment %s, want 303 and paid", got.Code, d.status())
	}
}
