package stripe_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay/stripe"
	"github.com/almoner/almoner/internal/testclock"
)

// TestEventsOfAnOwnAccount are those without an account; those of others are of a platform that the charity may be, and concern nothing.
func TestEventsOfAnOwnAccount(t *testing.T) {
	t.Parallel()
	clock := testclock.At(time.Unix(1_790_000_000, 0))
	f := newFake(t, startMock(t), clock)
	f.own = true
	s := &session{id: "cs_test_9", status: "complete", intent: "succeeded", amount: 1000, currency: "usd", donation: donation}
	own := must.Get(f.provider().Decode(f.event("checkout.session.completed", f.sessionPaper(s, false)), clock.Now()))(t)
	if own.Account != account || own.Reference != s.id || !own.Concerns() {
		t.Errorf("got %+v, want an event of the own account", own)
	}
	for _, of := range []string{account, "acct_1OtherOther"} {
		other := must.Get(f.provider().Decode(f.eventOf("checkout.session.completed", f.sessionPaper(s, false), of), clock.Now()))(t)
		if other.Concerns() {
			t.Errorf("got %+v of %s, want that it concerns nothing", other, of)
		}
	}
	changed := must.Get(f.provider().Decode(f.event("account.updated", f.accountPaper(&connected{id: account})), clock.Now()))(t)
	if changed.Concerns() {
		t.Errorf("got %+v, want that it concerns nothing", changed)
	}
}

// TestAnOwnAccountPaysOneCause pays the cause whose account the key is of, and no other; causes connect none, and no second one gets it.
func TestAnOwnAccountPaysOneCause(t *testing.T) {
	t.Parallel()
	w, ctx := newWorldOf(t, startMock(t), "USD", true), t.Context()
	gift := fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}}
	if _, err := w.give(gift); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "not connected") {
		t.Errorf("got %v, want that the cause is not connected", err)
	}
	must.Get(w.ConnectCause(ctx, app.System(), fund.Key{ID: w.cause.ID}, stripe.Profile(), "acct_1OtherOther"))(t)
	if _, err := w.give(gift); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "not connected") {
		t.Errorf("got %v, want no payment to another account", err)
	}
	must.Get(w.ConnectOnlyCause(ctx, app.System(), fund.Key{ID: w.cause.ID}, stripe.Profile(), account))(t)
	w.begin(gift)
	must.Do(t, w.CheckOwnAccount(ctx))
	payments := must.Get(w.GetCausePayments(ctx, app.System(), fund.Key{ID: w.cause.ID}))(t)
	if payments.Connects || !payments.Takes || payments.Account == nil {
		t.Errorf("got %+v, want that it takes payments and connects nothing", payments)
	}
	second := must.Get(w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Trees", Slug: "trees", Currency: "USD"}}))(t)
	if _, err := w.ConnectOnlyCause(ctx, app.System(), fund.Key{ID: second.ID}, stripe.Profile(), account); !fault.Is(err, fault.Conflict) || !strings.Contains(err.Error(), "The cause water is paid") {
		t.Errorf("got %v, want that the account is another cause's", err)
	}
	must.Get(w.ConnectOnlyCause(ctx, app.System(), fund.Key{ID: w.cause.ID}, stripe.Profile(), account))(t)
	must.Get(w.ConnectCause(ctx, app.System(), fund.Key{ID: second.ID}, stripe.Profile(), account))(t) // as a command without the setting
	if err := w.CheckOwnAccount(ctx); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want that no server starts with two causes of one account", err)
	}
}
