package app_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
)

// asked counts how often a provider is asked, and fails when a test wants that.
type asked struct {
	pay.Provider
	times atomic.Int64
	err   error
	// endless is set by a question that nothing would end but the provider.
	endless atomic.Bool
}

func (p *asked) LookUp(ctx context.Context, ref pay.Ref) (fund.PaymentState, error) {
	p.times.Add(1)
	if _, ends := ctx.Deadline(); !ends {
		p.endless.Store(true)
	}
	if p.err != nil {
		return fund.PaymentState{}, p.err
	}
	return p.Provider.LookUp(ctx, ref)
}

// askedWorld is a world whose provider counts questions.
func askedWorld(t *testing.T) (*world, *asked) {
	t.Helper()
	counted := &asked{}
	w := newWorldWith(t, worldOptions{provider: func(p pay.Provider) pay.Provider {
		counted.Provider = p
		return counted
	}})
	return w, counted
}

// charge pays on the sandbox's page, and leaves the event in the journal.
func (w *world) charge(t *testing.T, begun app.StartedDonation) {
	t.Helper()
	form := url.Values{"card": {goodCard}, "code": {"020"}}
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, begun.URL, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	w.sandbox.Page().ServeHTTP(httptest.NewRecorder(), r)
}

func (w *world) returned(t *testing.T, begun app.StartedDonation) app.DonorView {
	t.Helper()
	g, err := w.GetReturnedDonorView(t.Context(), donorKey(t, w, begun))
	must.Do(t, err)
	return g
}

func TestADonorWhoComesBackNeedsNoEvent(t *testing.T) {
	t.Parallel()
	w, provider := askedWorld(t)
	begun := w.begin(t, fund.CheckoutInput{})
	w.charge(t, begun)
	if g := w.returned(t, begun); g.Donation.State != fund.DonationCompleted || g.Receipt == nil {
		t.Errorf("got a donation that is %s, receipt %v, want it completed with one", g.Donation.State, g.Receipt)
	}
	if got := provider.times.Load(); got != 1 || provider.endless.Load() {
		t.Errorf("got %d questions, without an end %v, want one that ends", got, provider.endless.Load())
	}
	// The event comes late, and the donor looks again.
	w.settle(t)
	before := provider.times.Load()
	if g := w.returned(t, begun); g.Donation.State != fund.DonationCompleted || w.raised(t) != 1000 || provider.times.Load() != before {
		t.Errorf("got %s and %d raised after %d more questions, want the donation once and none", g.Donation.State, w.raised(t), provider.times.Load()-before)
	}
}

func TestADonorComesBackTwiceAtOnce(t *testing.T) {
	t.Parallel()
	w, provider := askedWorld(t)
	begun := w.begin(t, fund.CheckoutInput{})
	key := donorKey(t, w, begun)
	w.charge(t, begun)
	var both sync.WaitGroup
	for range 8 {
		both.Go(func() {
			if _, err := w.GetReturnedDonorView(context.WithoutCancel(t.Context()), key); err != nil {
				t.Errorf("got %v, want the donation", err)
			}
		})
	}
	both.Go(func() { w.DoDue(context.WithoutCancel(t.Context())) })
	both.Wait()
	// Only one of the views asks. The event that is applied at the same time asks too. Who was overtaken asks once more: the view by what the
	// event stores, or the event by what the view stores before it asks and after it.
	if got := provider.times.Load(); got < 1 || got > 4 || w.raised(t) != 1000 {
		t.Errorf("got %d questions and %d raised, want 1 to 4 and 1000", got, w.raised(t))
	}
}

// TestReloadingAPaymentThatIsNeverMadeIsCheap loads the page of an open payment twice every ten seconds until it is due.
func TestReloadingAPaymentThatIsNeverMadeIsCheap(t *testing.T) {
	t.Parallel()
	w, provider := askedWorld(t)
	begun := w.begin(t, fund.CheckoutInput{})
	before := w.returned(t, begun).Payment
	if got := provider.times.Load(); got != 1 {
		t.Errorf("got %d questions of the first look, want 1", got)
	}
	for range 185 {
		w.Clock.Advance(10 * time.Second)
		for range 2 {
			w.returned(t, begun)
		}
	}
	if got := provider.times.Load(); got != 8 {
		t.Errorf("got %d questions in 31 minutes, want 8", got)
	}
	if got := w.returned(t, begun).Payment; got != before {
		t.Errorf("got %+v stored, want %+v as before", got, before)
	}
	if _, err := w.GetReturnedDonorView(t.Context(), "AAAA"); !fault.Is(err, fault.NotFound) || provider.times.Load() != 8 {
		t.Errorf("made-up key: got %v after %d questions, want that there is none, and none asked", err, provider.times.Load())
	}
}

func TestAProviderThatDoesNotAnswerKeepsNobodyAway(t *testing.T) {
	t.Parallel()
	w, provider := askedWorld(t)
	begun := w.begin(t, fund.CheckoutInput{})
	w.charge(t, begun)
	provider.err = fault.New(fault.Unavailable, "The provider is away.")
	if g := w.returned(t, begun); g.Donation.State != fund.DonationPending || !strings.Contains(w.Log.String(), "The provider is away.") {
		t.Errorf("got %s, logged %q, want what is stored and the reason in the log", g.Donation.State, w.Log)
	}
	provider.err = nil
	w.Clock.Advance(15 * time.Second)
	if g := w.returned(t, begun); g.Donation.State != fund.DonationCompleted {
		t.Errorf("a quarter of a minute later: got %s, want the donation completed", g.Donation.State)
	}
}
