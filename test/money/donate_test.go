package money_test

import (
	"fmt"
	"html"
	"net/http"
	"net/url"
	"regexp"
	"strings"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testworld"
)

// typed is an amount as somebody types it, in the language of a browser, and what it is in minor units by currency: 0 must be refused, what is
// not named may be either.
type typed struct {
	text, language string
	want           map[string]int64
}

func refused() map[string]int64 { return map[string]int64{"USD": 0, "JPY": 0, "KWD": 0} }

var amountsTyped = []typed{
	{"150", "en", map[string]int64{"USD": 150_00, "JPY": 150, "KWD": 150_000}},
	{"2.5", "en", map[string]int64{"USD": 2_50, "JPY": 0, "KWD": 2_500}},
	{"1,5", "de", map[string]int64{"USD": 1_50, "JPY": 0, "KWD": 1_500}},
	{"1.234", "en", map[string]int64{"USD": 0, "JPY": 0, "KWD": 1_234}},
	{"1.234", "de", map[string]int64{"USD": 1_234_00, "JPY": 1_234, "KWD": 0}},
	{"1,234", "de", map[string]int64{"USD": 0, "JPY": 0, "KWD": 1_234}},
	{"US$10", "en", map[string]int64{"USD": 10_00, "JPY": 0, "KWD": 0}},
	{"￥1000", "ja", map[string]int64{"USD": 0, "JPY": 1_000, "KWD": 0}},
	{"١٥٠", "ar", map[string]int64{"USD": 150_00, "JPY": 150, "KWD": 150_000}},
	{"１５０", "ja", map[string]int64{"USD": 150_00, "JPY": 150, "KWD": 150_000}},
	{"999999.99", "en", map[string]int64{"USD": 999_999_99, "JPY": 0}},
	{"100000", "en", nil},
	{"1000000", "en", nil},
	{"1000000.01", "en", nil},
	{"10,000,000,000", "en", nil},
	{"10 Usd", "en", map[string]int64{"USD": 10_00, "JPY": 0, "KWD": 0}},
	{"20,-", "de", map[string]int64{"USD": 20_00, "JPY": 0, "KWD": 20_000}},
	{"1.000", "en", map[string]int64{"USD": 0, "JPY": 0, "KWD": 1_000}},
	{"10.000", "en", map[string]int64{"USD": 0, "JPY": 0, "KWD": 10_000}},
	{"1,000", "en", map[string]int64{"USD": 1_000_00, "JPY": 1_000, "KWD": 0}},
	{"10000000000.01", "en", refused()},
	{"90071992547409.92", "en", refused()},
	{"9007199254740993", "en", refused()},
	{"99999999999999999999999999", "en", refused()},
	{"0", "en", refused()},
	{"0.00", "en", refused()},
	{"0.001", "en", refused()},
	{"-5", "en", refused()},
	{"−150", "en", refused()},
	{"1e3", "en", refused()},
	{"0x10", "en", refused()},
	{"NaN", "en", refused()},
	{"Infinity", "en", refused()},
	{"", "en", refused()},
	{" ", "en", refused()},
	{"1٥0", "en", refused()},
}

// pick is one of the facts that take donations from what people see; it skips where there is none.
func (w *world) pick(t *rapid.T, fits func(*fact) bool) *fact {
	var some []*fact
	for _, f := range w.facts {
		if fits(f) {
			some = append(some, f)
		}
	}
	if len(some) == 0 {
		t.Skip("there is no such fact")
	}
	return one(t, "fact", some)
}

// page is the address of the page of a fact.
func (f *fact) page() string {
	switch f.kind {
	case "cause":
		return "/cause/" + f.slug
	case "fundraising_event":
		return "/" + f.cause.slug + "/" + f.slug
	case "team_campaign":
		return "/+crew/" + f.slug
	default:
		return "/@owner/" + f.slug
	}
}

var hidden = regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`)

// donate begins a donation whose amount may be hostile.
func (w *world) donate(t *rapid.T) {
	anywhere := seldom(t, "anywhere", 5)
	w.submit(t, w.pick(t, func(f *fact) bool { return anywhere || f.open() }), one(t, "typed", amountsTyped))
}

// give is a donation as most are: it is begun, paid, and reported.
func (w *world) give(t *rapid.T) {
	before := len(w.donations)
	w.submit(t, w.pick(t, (*fact).open), one(t, "typed", amountsTyped[:3]))
	if len(w.donations) == before {
		return
	}
	d := w.donations[before]
	if seldom(t, "too late", 6) {
		w.fillUp(t, d.to)
	}
	if d.option && seldom(t, "poll closes", 3) {
		w.switchTo(pollOf(d.to), d.to, false)
	}
	d.paid.Status = fund.PaymentPaid
	w.report(t, d)
}

// submit fills in the form of a fact and submits it, sometimes twice.
func (w *world) submit(t *rapid.T, f *fact, typed typed) {
	w.bank.late = seldom(t, "late", 10)
	defer func() { w.bank.late = false }()
	form, ok := w.open(t, f, typed)
	if !ok {
		return
	}
	form.Set("name", one(t, "name", []string{"", "Ann"}))
	if rapid.Bool().Draw(t, "cover") {
		form.Set("cover", "on")
	}
	w.choose(t, form.donation, form.Set)
	for range rapid.IntRange(1, 2).Draw(t, "times") {
		w.post(form)
	}
	w.begun(t, form)
}

// form is the form of a fact with what is filled in, and the donation that it is to begin.
type form struct {
	url.Values
	*donation
	typed
	cookies string
	// orders is how many payments there were before, answer the status of the last answer.
	orders, answer int
}

// open opens the form of a fact, and fills in an amount; false where there is none.
func (w *world) open(t test, f *fact, typed typed) (*form, bool) {
	page := w.send(http.MethodGet, f.page()+"/donate", "", "Accept-Language", typed.language)
	if page.Code != http.StatusOK {
		if f.open() {
			t.Fatalf("GET %s/donate: got %d, want the form", f.page(), page.Code)
		}
		return nil, false
	}
	made := &form{
		Values: url.Values{"preset": {"other"}, "amount": {typed.text}}, donation: &donation{to: f}, typed: typed,
		cookies: cookies(page.Header()), orders: len(w.bank.orders),
	}
	for _, found := range hidden.FindAllStringSubmatch(page.Body.String(), -1) {
		made.Set(found[1], html.UnescapeString(found[2]))
	}
	return made, true
}

// post submits a form.
func (w *world) post(f *form) {
	f.answer = w.send(http.MethodPost, f.to.page()+"/donate", f.Encode(), "Content-Type", "application/x-www-form-urlencoded",
		"Origin", testworld.BaseURL, "Cookie", f.cookies, "Accept-Language", f.language).Code
}

// cookies are those of an answer, for the next request.
func cookies(h http.Header) string {
	var all []string
	for _, cookie := range h.Values("Set-Cookie") {
		pair, _, _ := strings.Cut(cookie, ";")
		all = append(all, pair)
	}
	return strings.Join(all, "; ")
}

// choose chooses incentives where the fact has some.
func (w *world) choose(t *rapid.T, d *donation, set func(field, value string)) {
	if d.to.kind != "campaign" || !rapid.Bool().Draw(t, "incentives") {
		return
	}
	if d.option = rapid.Bool().Draw(t, "option"); d.option {
		set("poll_option", fmt.Sprint(d.to.options[0].LegacyID))
	}
	if d.target = rapid.Bool().Draw(t, "target"); d.target {
		set("target", fmt.Sprint(d.to.target.LegacyID))
	}
	if d.claims = rapid.Int64Range(0, 5).Draw(t, "claims"); d.claims > 0 {
		set(fmt.Sprint("reward.", d.to.reward.LegacyID), fmt.Sprint(d.claims))
	}
}

// begun adds the donation that a form began, if it did.
func (w *world) begun(t test, b *form) {
	want, known := b.want[b.to.currency]
	switch len(w.bank.orders) - b.orders {
	case 0:
		plain := !w.bank.deaf && b.to.open() && b.claims == 0 && !b.target && (!b.option || !b.to.pollClosed) && w.mode == w.serves && want > 0 && want <= w.limit.Of(b.to.currency)
		d := *b.donation
		if d.amount = want; plain && w.fits(&d, want) {
			t.Fatalf("%q of %s to a %s: got %d and no payment, want %d begun", b.text, b.to.currency, b.to.kind, b.answer, want)
		}
		return
	case 1:
	default:
		t.Fatalf("got %d payments of one form", len(w.bank.orders)-b.orders)
	}
	o := w.bank.orders[b.orders]
	b.id, b.amount, b.paid = o.Donation, o.Donated, w.bank.truth[o.Donation]
	switch {
	case known && want != b.amount:
		t.Fatalf("%q of %s: got %d, want %d", b.text, b.to.currency, b.amount, want)
	case b.amount <= 0 || b.amount > w.limit.Of(b.to.currency):
		t.Fatalf("%q of %s: got a donation of %d", b.text, b.to.currency, b.amount)
	case b.option && b.to.pollClosed:
		t.Fatalf("a donation began with a vote in a closed poll")
	case !b.to.open():
		t.Fatalf("a donation began to a %s that takes none", b.to.kind)
	case w.mode != w.serves:
		t.Fatalf("a %s donation began in a %s database", w.serves, w.mode)
	}
	w.donations = append(w.donations, b.donation)
	w.started = true
}

// fill donates so much at once that little more fits into the totals, as thousands of the largest donations would.
func (w *world) fill(t *rapid.T) {
	if !w.fillUp(t, w.pick(t, (*fact).open)) {
		t.Skip("it is full, or takes no donations")
	}
}

// fillUp is fill for one fact; false where nothing was donated.
func (w *world) fillUp(t *rapid.T, f *fact) bool {
	d := &donation{to: f}
	d.amount = money.MaxTotal - w.total(f.cause) - one(t, "left", []int64{0, 1, 100, 10_000, 2_000_000})
	if d.amount <= 0 || !f.open() {
		return false
	}
	d.id = must.Get(fund.NewID(w.clock.Now(), w.bits))(t)
	filling := fund.Donation{
		ID: d.id, Fact: fund.Ref{ID: f.id}, FactKind: fund.Kind(f.kind), CauseID: f.cause.id, Amount: d.amount, Currency: f.currency, Origin: fund.OriginImport,
	}
	filling.DonorID = fund.DonorID(must.Get(w.store.Key(ctx, store.DonorKey))(t), filling)
	_, err := w.store.Complete(ctx, store.Completion{USD: must.Get(w.InUSD(ctx, d.amount, f.currency))(t), Donation: filling})
	if w.mode != w.serves {
		if !fault.Is(err, fault.Conflict) && !fund.IsTotalFault(err) {
			t.Fatalf("a donation of a %s node to a %s database: got %v, want it refused", w.serves, w.mode, err)
		}
		return false
	}
	if err != nil {
		if w.fits(d, d.amount) || !fund.IsTotalFault(err) {
			t.Fatalf("%d more to %#v with %d: %v", d.amount, f.cause, w.total(f.cause), err)
		}
		return false
	}
	d.usd, d.arrived = w.worth(d), true
	w.donations = append(w.donations, d)
	w.started = true
	return true
}
