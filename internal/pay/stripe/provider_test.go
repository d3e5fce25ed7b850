package stripe_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/stripe"
	"github.com/almoner/almoner/internal/testclock"
)

// order is a payment to be made now.
func order(t *testing.T, clock *testclock.Clock) pay.Order {
	t.Helper()
	id, err := fund.ParseID(donation)
	if err != nil {
		t.Fatal(err)
	}
	return pay.Order{
		Donation: id, Account: account, Donated: 1000, FeeCover: 61, Currency: "USD", FactName: "Run", CauseName: "Water", Email: "ann@example.org",
		DoneURL: "https://give.test/gifts/x", BackURL: "https://give.test/run", ExpiresAt: clock.Now().Add(31 * time.Minute),
	}
}

// TestEveryCallIsOneOfStripes makes each call that we make. Stripe's own mock refuses what is not in its API.
func TestEveryCallIsOneOfStripes(t *testing.T) {
	t.Parallel()
	ctx, clock := t.Context(), testclock.At(time.Now())
	f := newFake(t, startMock(t), clock)
	p := f.provider()
	check := func(call string, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", call, err)
		}
	}
	o := order(t, clock)
	started, err := p.Start(ctx, o)
	check("start", err)
	again, err := p.Start(ctx, o)
	if check("start again", err); again != started {
		t.Errorf("got %+v, want %+v again", again, started)
	}
	ref := pay.Ref{Donation: o.Donation, Account: account, Reference: started.Reference}
	url, err := p.Resume(ctx, ref)
	if check("resume", err); url != started.URL {
		t.Errorf("got %s, want %s", url, started.URL)
	}
	state, err := p.LookUp(ctx, ref)
	if check("look up", err); state.Status != fund.PaymentOpen || state.Until.Before(o.ExpiresAt) {
		t.Errorf("got %+v, want it open for as long as was asked for", state)
	}
	s := f.sessions[started.Reference]
	s.status, s.paymentStatus, s.intent = "complete", "paid", "succeeded"
	check("refund", p.Refund(ctx, pay.Refund{Ref: ref, Amount: 61, Key: "1"}))
	check("refund again", p.Refund(ctx, pay.Refund{Ref: ref, Amount: 61, Key: "1"}))
	for range 2 {
		f.addRefund(s, 1, false)
	}
	d := &dispute{id: "dp_1", amount: 900, status: "needs_response", withdrawn: true}
	s.disputes = append(s.disputes, d)
	state, err = p.LookUp(ctx, ref)
	check("look up", err)
	want := fund.PaymentState{Status: fund.PaymentPaid, Paid: 1061, Currency: "USD", Refunded: 63, Disputed: 900, Dispute: fund.DisputeOpen, Email: "example@example.com"}
	if state != want {
		t.Errorf("got %+v, want %+v", state, want)
	}
	check("concede", p.Concede(ctx, ref))
	found, err := p.Find(ctx, pay.Ref{Account: account, Reference: s.intentID()})
	if check("find", err); found != o.Donation {
		t.Errorf("got %s, want %s", found, o.Donation)
	}
	o.Donation[15]++
	o.InstantOnly = true
	o.FeeCover, o.Email, o.FactName = 0, "", strings.Repeat("ß", 300)
	bare, err := p.Start(ctx, o)
	check("start a bare one", err)
	ref = pay.Ref{Donation: o.Donation, Account: account, Reference: bare.Reference}
	check("cancel", p.Cancel(ctx, ref))
	check("cancel again", p.Cancel(ctx, ref))
	for _, call := range []string{
		"POST checkout sessions", "GET checkout sessions id", "POST checkout sessions id expire", "GET payment_intents id", "POST refunds",
		"GET refunds", "GET disputes", "POST disputes id close",
	} {
		if f.asked[call] == 0 {
			t.Errorf("%s: got none, want it tried", call)
		}
	}
}

// started starts a payment, and returns what the fake remembers of it.
func started(t *testing.T) (*fake, *session, pay.Ref) {
	t.Helper()
	clock := testclock.At(time.Now())
	f := newFake(t, startMock(t), clock)
	o := order(t, clock)
	started, err := f.provider().Start(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	return f, f.sessions[started.Reference], pay.Ref{Donation: o.Donation, Account: account, Reference: started.Reference}
}

func TestPaymentsThatFailHaveAReason(t *testing.T) {
	t.Parallel()
	f, s, ref := started(t)
	s.status, s.intent = "complete", "requires_payment_method"
	for want, mistakes := range map[string][]object{
		fund.ReasonCanceled: {nil},
		fund.ReasonInsufficientFunds: {
			{"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds"}, {"type": "api_error", "code": "insufficient_funds"},
		},
		fund.ReasonNotConfirmed: {{"type": "card_error", "code": "payment_intent_authentication_failure"}},
		fund.ReasonDeclined:     {{"type": "card_error", "code": "card_declined", "decline_code": "lost_card"}},
		fund.ReasonFailed:       {{"type": "api_error", "code": "lock_timeout"}},
	} {
		for _, mistake := range mistakes {
			s.mistake = mistake
			state, err := f.provider().LookUp(t.Context(), ref)
			if err != nil || state.Status != fund.PaymentFailed || state.Reason != want {
				t.Errorf("%v: got %+v, %v, want %q", mistake, state, err, want)
			}
		}
	}
}

// TestFeesAndDisputesInPart has a fee of nothing, one that is not known, and a bank that gives back a part.
func TestFeesAndDisputesInPart(t *testing.T) {
	t.Parallel()
	f, s, ref := started(t)
	s.status, s.paymentStatus, s.intent = "complete", "paid", "succeeded"
	for _, c := range []struct {
		transaction object
		known       bool
	}{{nil, false}, {object{"fee": 0}, true}, {object{"fee": -1}, false}, {object{"amount": 0, "fee": 0}, false}} {
		s.transaction = c.transaction
		state, err := f.provider().LookUp(t.Context(), ref)
		if err != nil || c.known != (state.Fee != nil) || c.known && *state.Fee != 0 {
			t.Errorf("%v: got %+v, %v, want a fee of nothing: %v", c.transaction, state, err, c.known)
		}
	}
	s.disputes = append(s.disputes, &dispute{id: "dp_1", amount: 900, status: "lost", withdrawn: true, part: 300})
	state, err := f.provider().LookUp(t.Context(), ref)
	if err != nil || state.Disputed != 600 || state.Dispute != fund.DisputeLost {
		t.Errorf("got %+v, %v, want 600 lost", state, err)
	}
}

func TestAPageThatIsOverNeedNotBeClosed(t *testing.T) {
	t.Parallel()
	f, s, ref := started(t)
	s.status = "complete"
	if err := f.provider().Cancel(t.Context(), ref); err != nil {
		t.Errorf("got %v, want nil", err)
	}
	refused := refusal(http.StatusBadRequest, "", "No.")
	f.broken = &refused
	ref.Reference = "cs_test_other"
	if err := f.provider().Cancel(t.Context(), ref); !fault.Is(err, fault.PaymentFailed) {
		t.Errorf("got %v, want it refused: nobody knows whether it is over", err)
	}
}

func TestPaymentsThatStripeDoesNotHave(t *testing.T) {
	t.Parallel()
	ctx, clock := t.Context(), testclock.At(time.Now())
	f := newFake(t, startMock(t), clock)
	p, o := f.provider(), order(t, clock)
	started, err := p.Start(ctx, o)
	if err != nil {
		t.Fatal(err)
	}
	ref := pay.Ref{Donation: o.Donation, Account: account, Reference: started.Reference}
	unstarted, unknown, foreign, elsewhere := ref, ref, ref, ref
	unstarted.Reference, unknown.Reference, elsewhere.Account = o.Donation.String(), "cs_test_unknown", "acct_other"
	foreign.Donation[15]++
	calls := map[string]func(pay.Ref) error{
		"resume":  func(r pay.Ref) error { _, err := p.Resume(ctx, r); return err },
		"look up": func(r pay.Ref) error { _, err := p.LookUp(ctx, r); return err },
		"refund":  func(r pay.Ref) error { return p.Refund(ctx, pay.Refund{Ref: r, Amount: 1, Key: "k"}) },
		"concede": func(r pay.Ref) error { return p.Concede(ctx, r) },
	}
	for name, call := range calls {
		for what, c := range map[string]struct {
			ref  pay.Ref
			want fault.Kind
		}{
			"never started": {unstarted, fault.NotFound}, "unknown": {unknown, fault.NotFound}, "of another donation": {foreign, fault.Conflict},
			"of another account": {elsewhere, fault.Unavailable},
		} {
			if err := call(c.ref); !fault.Is(err, c.want) {
				t.Errorf("%s, %s: got %v, want %s", name, what, err, c.want)
			}
		}
	}
	for _, name := range []string{"refund", "concede"} {
		if err := calls[name](ref); !fault.Is(err, fault.PaymentFailed) {
			t.Errorf("%s of what was not paid: got %v, want it refused", name, err)
		}
	}
	f.sessions[ref.Reference].intent = "succeeded"
	if err := calls["concede"](ref); !fault.Is(err, fault.PaymentFailed) {
		t.Errorf("concede without a dispute: got %v, want it refused", err)
	}
	if err := p.Refund(ctx, pay.Refund{Ref: ref, Amount: 5000, Key: "much"}); !fault.Is(err, fault.PaymentFailed) {
		t.Errorf("refund of too much: got %v, want it refused", err)
	}
}

func TestWhatCannotBeStarted(t *testing.T) {
	t.Parallel()
	clock := testclock.At(time.Now())
	f := newFake(t, startMock(t), clock)
	for name, c := range map[string]struct {
		change func(*pay.Order)
		want   fault.Kind
	}{
		"too little":             {func(o *pay.Order) { o.Donated, o.FeeCover = 1, 0 }, fault.PaymentFailed},
		"no account":             {func(o *pay.Order) { o.Account = "" }, fault.Unavailable},
		"uneven dinars":          {func(o *pay.Order) { o.Currency, o.Donated = "KWD", 1001 }, fault.PaymentFailed},
		"uneven cover":           {func(o *pay.Order) { o.Currency = "KWD" }, fault.PaymentFailed},
		"ends too early":         {func(o *pay.Order) { o.ExpiresAt = clock.Now() }, fault.Internal},
		"someone else's account": {func(o *pay.Order) { o.Account = "acct_other" }, fault.Unavailable},
	} {
		o := order(t, clock)
		o.Donation[15] = byte(len(name)) // one of its own
		c.change(&o)
		if _, err := f.provider().Start(t.Context(), o); !fault.Is(err, c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}

// TestRefusalsSayWhatDonorsCanChange wants the rule by which pages choose their text.
func TestRefusalsSayWhatDonorsCanChange(t *testing.T) {
	t.Parallel()
	clock := testclock.At(time.Now())
	for code, want := range map[string]fault.Rule{
		"amount_too_small": fund.ProviderMinimum, "amount_too_large": fund.ProviderMaximum, "email_invalid": fund.ProviderEmail,
		"charge_disputed": "",
	} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusBadRequest)
			_ = json.NewEncoder(w).Encode(object{"error": object{"type": "invalid_request_error", "code": code}})
		}))
		t.Cleanup(server.Close)
		_, err := stripe.New(stripe.Options{Key: testKey, WebhookSecret: testSecret, URL: server.URL}).Start(t.Context(), order(t, clock))
		if got := fault.From(err); got.Kind != fault.PaymentFailed || got.Rule != want {
			t.Errorf("%s: got %v with rule %q, want PaymentFailed with %q", code, err, got.Rule, want)
		}
	}
}

func TestWhatStripeSaysStaysInTheLog(t *testing.T) {
	t.Parallel()
	clock := testclock.At(time.Now())
	for name, c := range map[string]struct {
		status int
		body   object
		want   fault.Kind
	}{
		"a bad request":   {400, object{"type": "invalid_request_error", "param": "mode", "message": "words"}, fault.Internal},
		"a bad address":   {400, object{"type": "invalid_request_error", "code": "email_invalid", "message": "words ann@example.org"}, fault.PaymentFailed},
		"a bad key":       {401, object{"type": "invalid_request_error", "message": "words"}, fault.Unavailable},
		"a bad card":      {402, object{"type": "card_error", "code": "card_declined", "message": "words ann@example.org"}, fault.PaymentFailed},
		"a lost account":  {403, object{"type": "invalid_request_error", "code": "account_invalid", "message": "words"}, fault.Unavailable},
		"nothing there":   {404, object{"type": "invalid_request_error", "code": "resource_missing", "message": "words"}, fault.NotFound},
		"at once":         {409, object{"type": "idempotency_error", "code": "idempotency_key_in_use", "message": "words"}, fault.Unavailable},
		"too many":        {429, object{"type": "invalid_request_error", "code": "rate_limit", "message": "words"}, fault.Unavailable},
		"broken":          {500, object{"type": "api_error", "message": "words"}, fault.Unavailable},
		"a proxy between": {502, nil, fault.Unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Stripe-Should-Retry", "false")
				w.WriteHeader(c.status)
				if c.body == nil {
					_, _ = w.Write([]byte("<html>words</html>"))
					return
				}
				c.body["payment_method"] = object{"billing_details": object{"email": "ann@example.org"}}
				_ = json.NewEncoder(w).Encode(object{"error": c.body})
			}))
			defer server.Close()
			_, err := stripe.New(stripe.Options{Key: testKey, WebhookSecret: testSecret, URL: server.URL}).Start(t.Context(), order(t, clock))
			if !fault.Is(err, c.want) || strings.Contains(fault.From(err).Message, "words") {
				t.Fatalf("got %v, want %s in our words", err, c.want)
			}
			for _, secret := range []string{testKey, testSecret, "ann@example.org"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("got %v, want no %s in the log", err, secret)
				}
			}
		})
	}
}

func TestStripeThatIsSilent(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then is it noticed that the client has gone
		cancel()
		<-r.Context().Done()
	}))
	defer server.Close()
	_, err := stripe.New(stripe.Options{Key: testKey, URL: server.URL}).Start(ctx, order(t, testclock.At(time.Now())))
	if !fault.Is(err, fault.Unavailable) {
		t.Errorf("got %v, want it unavailable", err)
	}
}

func TestCausesTakeMoneyOnceTheyAreConnected(t *testing.T) {
	t.Parallel()
	w := newWorld(t, startMock(t), "KWD")
	gift := func(amount string) fund.CheckoutInput {
		return fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: amount}, CoverFee: true}
	}
	if _, err := w.give(gift("5")); !fault.Is(err, fault.Unavailable) || !strings.Contains(err.Error(), "not connected") {
		t.Errorf("got %v, want to be told that the account is not connected", err)
	}
	w.connect()
	w.connect()
	cause, err := w.GetCause(t.Context(), app.System(), fund.Key{ID: w.cause.ID})
	if w.Must(err); strings.Join(cause.Connected, " ") != stripe.Name {
		t.Errorf("got %v, want Stripe once", cause.Connected)
	}
	if _, err := w.give(gift("5.124")); !fault.Is(err, fault.Invalid) || !strings.Contains(err.Error(), "amount must be a multiple of 0.010 KWD") {
		t.Errorf("got %v, want the amount refused beside its field", err)
	}
	// The cover is 0.150 dinars to the thousandth, and more of 5.12.
	begun, s := w.begin(gift("5.12"))
	if s.amount != 5120+160 || s.currency != "kwd" {
		t.Errorf("got %d %s, want the cover rounded up to what can be paid", s.amount, s.currency)
	}
	w.pay(s)
	w.want("paid", begun.Donation, fund.DonationCompleted, 5120, 0)
}

func TestAccountsHaveAForm(t *testing.T) {
	t.Parallel()
	for account, good := range map[string]bool{
		"acct_1PgafTB7WZ01zgkW": true, "": false, "acct_": false, "ACCT_1PgafTB7WZ01zgkW": false, "cus_1PgafTB7WZ01zgkW": false,
		"acct_1Pgaf TB7": false, "acct_1PgafTB7WZ01zgkW\n": false,
	} {
		if err := stripe.Profile().CheckAccount(account); (err == nil) != good || err != nil && !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: got %v, want good %t", account, err, good)
		}
	}
}
