package stripe_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/stripe/stripe-go/v85/webhook"

	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/stripe"
	"github.com/almoner/almoner/internal/testclock"
)

const (
	testKey    = "sk_test_almoner"
	testSecret = "whsec_test"
	account    = "acct_1PgafTB7WZ01zgkW"
)

// fake is Stripe with a memory: the few calls that we make, and what happens on its side. Each request goes to
// stripe-mock first, which refuses what is not in Stripe's API; objects are those of Stripe's documentation with
// other values.
type fake struct {
	t     testing.TB
	mock  mock
	clock *testclock.Clock
	url   string
	// papers are the documented objects by their kind.
	papers map[string]object

	mu       sync.Mutex
	count    int
	sessions map[string]*session
	// accounts are those that were made, or known, by their ids.
	accounts map[string]*connected
	// replies are what was answered to a key before, asked how often each call was made.
	replies map[string]reply
	asked   map[string]int
	// own is set where the key is of the charity's own account, and no call names one.
	own bool
	// broken is answered instead of everything, when it is set.
	broken *reply
}

type reply struct {
	status int
	body   []byte
	form   string
}

// session, refund and dispute are what the fake remembers.
type session struct {
	id, status, paymentStatus, donation, currency, url, success string
	amount, expires                                             int64
	// intent is the state of the payment; "" before somebody has sent the page.
	intent, failure string
	// fee is what Stripe keeps of it, in another currency at half the price if foreign; 0 while it is not known.
	fee      int64
	foreign  bool
	refunds  []*refund
	disputes []*dispute
	// transaction and mistake are what else the balance transaction and the last payment error say.
	transaction, mistake object
}

type refund struct {
	id, status string
	amount     int64
	ours       bool
}

type dispute struct {
	id, status       string
	amount           int64
	withdrawn, given bool
	// part is what the bank gave back of it, if that is not all.
	part int64
}

func newFake(t testing.TB, m mock, clock *testclock.Clock) *fake {
	t.Helper()
	f := &fake{
		t: t, mock: m, clock: clock, papers: map[string]object{}, sessions: map[string]*session{}, accounts: map[string]*connected{}, replies: map[string]reply{}, asked: map[string]int{},
	}
	for kind, path := range map[string]string{
		"session": "/v1/checkout/sessions/x", "intent": "/v1/payment_intents/x", "charge": "/v1/charges/x?expand[]=refunds", "refund": "/v1/refunds/x",
		"dispute": "/v1/disputes/x", "transaction": "/v1/balance_transactions/x", "event": "/v1/events/x", "account": "/v1/accounts/x",
	} {
		f.papers[kind] = m.documented(t, path)
	}
	server := httptest.NewServer(f)
	t.Cleanup(server.Close)
	f.url = server.URL
	return f
}

// ServeHTTP answers as Stripe does.
func (f *fake) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	f.mu.Lock()
	defer f.mu.Unlock()
	answer := f.answer(r, string(body))
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Request-Id", "req_1")
	w.WriteHeader(answer.status)
	_, _ = w.Write(answer.body)
}

func (f *fake) answer(r *http.Request, body string) reply {
	f.forward(r, body)
	key := r.Header.Get("Idempotency-Key")
	switch {
	case f.broken != nil:
		return *f.broken
	case r.Header.Get("Authorization") != "Bearer "+testKey:
		return refusal(http.StatusUnauthorized, "", "Invalid API Key provided")
	case f.own && r.Header.Get("Stripe-Account") != "":
		f.t.Errorf("%s: got an account, want that of the key", r.URL.Path)
	case ofPlatform(r.URL.Path) && r.Header.Get("Stripe-Account") != "":
		f.t.Errorf("%s: got an account, want none", r.URL.Path)
	case !f.own && !ofPlatform(r.URL.Path) && !f.actsFor(r.Header.Get("Stripe-Account")):
		return refusal(http.StatusForbidden, "account_invalid", "The provided key does not have access to account "+r.Header.Get("Stripe-Account"))
	case r.Method == http.MethodPost && key == "":
		f.t.Errorf("%s: got no idempotency key", r.URL.Path)
	case r.Method == http.MethodPost:
		if before, again := f.replies[key]; again {
			if before.form != body {
				return refusal(http.StatusBadRequest, "", "Keys for idempotent requests can only be used with the same parameters")
			}
			return before
		}
	}
	form, _ := url.ParseQuery(body + r.URL.RawQuery)
	answer := f.route(r, form)
	if answer.form = body; key != "" {
		f.replies[key] = answer
	}
	return answer
}

// forward asks stripe-mock whether the request is one.
func (f *fake) forward(r *http.Request, body string) {
	again, err := http.NewRequestWithContext(r.Context(), r.Method, f.mock.url+r.URL.RequestURI(), strings.NewReader(body))
	if err != nil {
		f.t.Error(err)
		return
	}
	again.Header = r.Header.Clone()
	again.Header.Set("Authorization", "Bearer sk_test_123")
	answer, err := http.DefaultClient.Do(again)
	if err != nil {
		f.t.Error(err)
		return
	}
	defer func() { _ = answer.Body.Close() }()
	if text, _ := io.ReadAll(answer.Body); answer.StatusCode != http.StatusOK {
		f.t.Errorf("stripe-mock on %s %s %s: got %d %s", r.Method, r.URL, body, answer.StatusCode, text)
	}
}

func refusal(status int, code, message string) reply {
	body, _ := json.Marshal(object{"error": object{"type": "invalid_request_error", "code": code, "message": message}})
	return reply{status: status, body: body}
}

func (f *fake) good(o object) reply {
	body, err := json.Marshal(o)
	if err != nil {
		f.t.Error(err)
	}
	return reply{status: http.StatusOK, body: body}
}

func (f *fake) route(r *http.Request, form url.Values) reply {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/v1/"), "/")
	call := r.Method + " " + parts[0]
	for _, part := range parts[1:] {
		if strings.Contains(part, "_") {
			part = "id"
		}
		call += " " + part
	}
	f.asked[call]++
	id := parts[len(parts)-1]
	switch call {
	case "POST accounts":
		return f.makeAccount(form)
	case "POST account_links":
		return f.link(form)
	case "GET accounts id":
		if c := f.accounts[id]; c != nil && !c.gone {
			return f.good(f.accountPaper(c))
		}
		return refusal(http.StatusForbidden, "account_invalid", "The provided key does not have access to account "+id)
	case "POST checkout sessions":
		return f.create(form)
	case "GET checkout sessions id":
		if s := f.sessions[id]; s != nil {
			return f.good(f.sessionPaper(s, strings.Contains(form.Encode(), "payment_intent")))
		}
	case "POST checkout sessions id expire":
		return f.expire(parts[2])
	case "GET payment_intents id":
		if s := f.byIntent(id); s != nil {
			return f.good(f.intentPaper(s, false))
		}
	case "POST refunds":
		return f.giveBack(form)
	case "GET refunds":
		return f.list(f.byIntent(form.Get("payment_intent")), "refunds")
	case "GET disputes":
		return f.list(f.byIntent(form.Get("payment_intent")), "disputes")
	case "POST disputes id close":
		return f.closeDispute(parts[1])
	}
	return refusal(http.StatusNotFound, "resource_missing", "No such thing: "+id)
}

// create makes a session, and refuses what Stripe refuses.
func (f *fake) create(form url.Values) reply {
	f.count++
	expires, _ := strconv.ParseInt(form.Get("expires_at"), 10, 64)
	if left := expires - f.clock.Now().Unix(); left < 30*60 || left > 24*60*60 {
		return refusal(http.StatusBadRequest, "", "The `expires_at` timestamp must be less than 24 hours and at least 30 minutes from now.")
	}
	s := &session{
		id: fmt.Sprintf("cs_test_%d", f.count), status: "open", paymentStatus: "unpaid", donation: form.Get("metadata[almoner_donation]"),
		currency: form.Get("line_items[0][price_data][currency]"), success: form.Get("success_url"), expires: expires,
	}
	for i := range 2 {
		line := fmt.Sprintf("line_items[%d]", i)
		amount, _ := strconv.ParseInt(form.Get(line+"[price_data][unit_amount]"), 10, 64)
		s.amount += amount
	}
	if form.Get("payment_intent_data[metadata][almoner_donation]") != s.donation || form.Get("client_reference_id") != s.donation {
		f.t.Errorf("got %v, want the donation everywhere", form)
	}
	if s.amount < 50 {
		return refusal(http.StatusBadRequest, "amount_too_small", "The Checkout Session's total amount due must add up to at least $0.50 usd")
	}
	s.url = "https://checkout.stripe.com/c/pay/" + s.id
	f.sessions[s.id] = s
	return f.good(f.sessionPaper(s, false))
}

func (f *fake) expire(id string) reply {
	s := f.sessions[id]
	switch {
	case s == nil:
		return refusal(http.StatusNotFound, "resource_missing", "No such checkout.session: "+id)
	case s.status != "open":
		return refusal(http.StatusBadRequest, "", "Only Checkout Sessions with a status in [\"open\"] can be expired.")
	}
	s.status = "expired"
	return f.good(f.sessionPaper(s, false))
}

func (f *fake) giveBack(form url.Values) reply {
	s := f.byIntent(form.Get("payment_intent"))
	amount, _ := strconv.ParseInt(form.Get("amount"), 10, 64)
	switch {
	case s == nil || s.intent != "succeeded":
		return refusal(http.StatusBadRequest, "", "This PaymentIntent does not have a successful charge to refund.")
	case amount <= 0 || amount > s.amount-s.refunded():
		return refusal(http.StatusBadRequest, "charge_already_refunded", "Refund amount is greater than unrefunded amount on charge")
	}
	return f.good(f.refundPaper(s, f.addRefund(s, amount, true)))
}

func (f *fake) addRefund(s *session, amount int64, ours bool) *refund {
	r := &refund{id: fmt.Sprintf("re_%s_%d", s.id, len(s.refunds)), status: "succeeded", amount: amount, ours: ours}
	s.refunds = append(s.refunds, r)
	return r
}

func (f *fake) closeDispute(id string) reply {
	for _, s := range f.sessions {
		for _, d := range s.disputes {
			if d.id == id && d.status == "needs_response" {
				d.status = "lost"
				return f.good(f.disputePaper(s, d))
			}
		}
	}
	return refusal(http.StatusBadRequest, "", "This dispute is already closed")
}

// list is one page of what belongs to a payment. It is short, so that there are several.
func (f *fake) list(s *session, what string) reply {
	data := []object{}
	if s != nil && what == "refunds" {
		for _, r := range s.refunds {
			data = append(data, f.refundPaper(s, r))
		}
	}
	if s != nil && what == "disputes" {
		for _, d := range s.disputes {
			data = append(data, f.disputePaper(s, d))
		}
	}
	return f.good(object{"object": "list", "url": "/v1/" + what, "has_more": false, "data": data})
}

func (f *fake) byIntent(id string) *session {
	return f.sessions[strings.Replace(id, "pi_", "cs_", 1)]
}

func (s *session) intentID() string { return strings.Replace(s.id, "cs_", "pi_", 1) }
func (s *session) chargeID() string { return strings.Replace(s.id, "cs_", "ch_", 1) }

func (s *session) refunded() int64 {
	var sum int64
	for _, r := range s.refunds {
		if r.status != "failed" && r.status != "canceled" {
			sum += r.amount
		}
	}
	return sum
}

func (s *session) metadata() object {
	if s.donation == "" {
		return object{}
	}
	return object{"almoner_donation": s.donation}
}

func (f *fake) sessionPaper(s *session, whole bool) object {
	values := object{
		"id": s.id, "status": s.status, "payment_status": s.paymentStatus, "amount_total": s.amount, "currency": s.currency, "url": nil,
		"success_url": s.success, "expires_at": s.expires, "metadata": s.metadata(), "client_reference_id": s.donation, "payment_intent": nil,
	}
	if s.status == "open" {
		values["url"] = s.url
	}
	if s.intent != "" {
		if values["payment_intent"] = any(s.intentID()); whole {
			values["payment_intent"] = f.intentPaper(s, true)
		}
	}
	return with(f.t, f.papers["session"], values)
}

func (f *fake) intentPaper(s *session, whole bool) object {
	values := object{
		"id": s.intentID(), "status": s.intent, "amount": s.amount, "amount_received": 0, "currency": s.currency, "metadata": s.metadata(),
		"latest_charge": nil, "last_payment_error": nil,
	}
	if s.failure != "" {
		values["last_payment_error"] = object{"type": "card_error", "code": "card_declined", "decline_code": s.failure, "message": "Stripe's own words."}
	}
	if s.mistake != nil {
		values["last_payment_error"] = s.mistake
	}
	if s.intent == "succeeded" {
		values["amount_received"] = s.amount
		if values["latest_charge"] = any(s.chargeID()); whole {
			values["latest_charge"] = f.chargePaper(s)
		}
	}
	return with(f.t, f.papers["intent"], values)
}

func (f *fake) chargePaper(s *session) object {
	values := object{
		"id": s.chargeID(), "amount": s.amount, "amount_captured": s.amount, "amount_refunded": s.refunded(), "currency": s.currency,
		"metadata": s.metadata(), "payment_intent": s.intentID(), "paid": true, "refunded": s.refunded() == s.amount, "disputed": len(s.disputes) > 0,
		"balance_transaction": nil, "refunds": nil,
	}
	if s.fee > 0 || s.transaction != nil {
		b := object{"id": "txn_1", "amount": s.amount, "fee": s.fee, "net": s.amount - s.fee, "currency": s.currency, "type": "charge"}
		if s.foreign {
			maps.Copy(b, object{"amount": s.amount / 2, "net": s.amount/2 - s.fee, "currency": "eur"})
		}
		maps.Copy(b, s.transaction)
		values["balance_transaction"] = with(f.t, f.papers["transaction"], b)
	}
	// Stripe writes out ten refunds at most; here it is two.
	var some []object
	for i, r := range s.refunds {
		if i < 2 {
			some = append(some, f.refundPaper(s, r))
		}
	}
	values["refunds"] = object{"object": "list", "data": some, "has_more": len(s.refunds) > 2, "url": "/v1/charges/" + s.chargeID() + "/refunds"}
	return with(f.t, f.papers["charge"], values)
}

func (f *fake) refundPaper(s *session, r *refund) object {
	values := object{
		"id": r.id, "amount": r.amount, "status": r.status, "currency": s.currency, "payment_intent": s.intentID(), "charge": s.chargeID(), "metadata": object{},
	}
	if r.ours {
		values["metadata"] = s.metadata()
	}
	return with(f.t, f.papers["refund"], values)
}

func (f *fake) disputePaper(s *session, d *dispute) object {
	moved := []object{}
	move := func(amount int64) {
		if s.foreign {
			amount /= 2
		}
		moved = append(moved, with(f.t, f.papers["transaction"], object{"id": "txn_2", "amount": amount, "fee": 1500, "type": "adjustment"}))
	}
	if d.withdrawn {
		move(-d.amount)
	}
	if d.given {
		move(d.amount)
	}
	if d.part > 0 {
		move(d.part)
	}
	return with(f.t, f.papers["dispute"], object{
		"id": d.id, "amount": d.amount, "status": d.status, "currency": s.currency, "payment_intent": s.intentID(), "charge": s.chargeID(),
		"balance_transactions": moved, "metadata": object{},
	})
}

// event is a signed provider event about an object, as Stripe sends it at that time.
func (f *fake) event(topic string, about object) pay.Raw {
	if f.own {
		return f.eventOf(topic, about, "")
	}
	return f.eventOf(topic, about, account)
}

// eventOf is event for an account.
func (f *fake) eventOf(topic string, about object, of string) pay.Raw {
	f.count++
	event := with(f.t, f.papers["event"], object{
		"id": fmt.Sprintf("evt_%d", f.count), "type": topic, "livemode": false, "created": f.clock.Now().Unix(), "data": object{"object": about},
	})
	if of != "" {
		event["account"] = of
	}
	var body bytes.Buffer
	if err := json.NewEncoder(&body).Encode(event); err != nil {
		f.t.Error(err)
	}
	return f.signed(body.Bytes())
}

func (f *fake) signed(body []byte) pay.Raw {
	signed := webhook.GenerateTestSignedPayload(&webhook.UnsignedPayload{Payload: body, Secret: testSecret, Timestamp: f.clock.Now()})
	return pay.Raw{Header: map[string][]string{stripe.SignatureHeader: {signed.Header}}, Body: body}
}

// provider is ours, which asks the fake.
func (f *fake) provider() *stripe.Provider {
	o := stripe.Options{Key: testKey, WebhookSecret: testSecret, URL: f.url}
	if f.own {
		o.Own = account
	}
	return stripe.New(o)
}
