package testworld

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
)

// Fee is what the sandbox keeps of each payment.
var Fee = fund.FeeRate{Share: 290, Fixed: map[string]int64{"USD": 30}}

// Sandbox is a payment provider whose notices the service takes. What the options leave out gets the
// service's own: clock, fee and BaseURL.
func (s *Service) Sandbox(o sandbox.Options) *sandbox.Provider {
	o.Book, o.Key, o.Fee = app.NewSandboxBook(s.Store), []byte("key"), Fee
	if o.Now == nil {
		o.Now = s.Clock.Now
	}
	if o.BaseURL == "" {
		o.BaseURL = BaseURL
	}
	o.Notify = func(ctx context.Context, raw pay.Raw) error { return s.TakeProviderEvent(ctx, sandbox.Name, raw) }
	return sandbox.New(o)
}
