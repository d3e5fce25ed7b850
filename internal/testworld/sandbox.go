package testworld

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
)

// Fee is what the sandbox keeps of each payment.
var Fee = fund.FeeRate{Share: 290, Fixed: map[string]int64{"USD": 30}}

// Sandbox is a payment provider whose notices the service takes. What the options leave out gets the
// service's own: clock, fee, key and BaseURL.
func (s *Service) Sandbox(o sandbox.Options) *sandbox.Provider {
	o.Book, o.Fee = app.NewSandboxBook(s.Store), Fee
	if o.Key == nil {
		o.Key = []byte("key")
	}
	if o.Now == nil {
		o.Now = s.Clock.Now
	}
	if o.BaseURL == "" {
		o.BaseURL = BaseURL
	}
	o.Notify = func(ctx context.Context, raw pay.Raw) error { return s.TakeProviderEvent(ctx, sandbox.Name, raw) }
	o.Opened = func(ctx context.Context, donation fund.ID) error { return s.PaymentOpened(ctx, donation) }
	return sandbox.New(o)
}

// Pay submits a card, with a code and more fields as name=value, on the page of a payment, and returns the response.
// Settle applies what follows.
func Pay(ctx context.Context, p *sandbox.Provider, page, card string, more ...string) *httptest.ResponseRecorder {
	form := url.Values{"card": {card}, "code": {"020"}}
	for _, field := range more {
		name, value, _ := strings.Cut(field, "=")
		form.Set(name, value)
	}
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, page, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	answer := httptest.NewRecorder()
	p.Page().ServeHTTP(answer, r)
	return answer
}

// Settle lets time pass and does everything that is due, including provider events.
func (s *Service) Settle(ctx context.Context, p *sandbox.Provider) {
	s.Clock.Advance(15 * time.Second) // past the lease of newly journaled events
	p.Round(ctx)
	s.Clock.Advance(15 * time.Second)
	s.DoDue(ctx)
}
