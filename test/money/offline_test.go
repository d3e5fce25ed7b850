package money_test

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// offline is a donation without a payment, as it was sent and under which key.
type offline struct {
	path, body, key string
	// reference is what the cause knows it by, at when it was sent.
	reference string
	at        time.Time
	*donation
}

// written are amounts in JSON, and what they are in minor units of a currency with two decimals; 0 must be refused in all of them, -1 may be
// either.
var written = []struct {
	json  string
	cents int64
}{
	{`"25"`, 25_00}, {`25`, 25_00}, {`"12.50"`, 12_50}, {`12.5`, 12_50}, {`{"value":"3","currency":"USD"}`, -1}, {`2.5e1`, -1}, {`"1.234"`, -1},
	{`"0.01"`, 1}, {`"1000000"`, -1}, {`"1000000.01"`, -1}, {`"10000000000"`, -1}, {`"10000000000.01"`, 0}, {`9007199254740993`, 0}, {`1e30`, 0},
	{`1e400`, 0}, {`0`, 0}, {`"0"`, 0}, {`-0`, 0}, {`-5`, 0}, {`"-5"`, 0}, {`"US$10"`, 0}, {`"１２"`, 0}, {`"1,234"`, 0}, {`"NaN"`, 0}, {`""`, 0}, {`null`, 0},
	{`true`, 0}, {`[5]`, 0}, {`{"value":"5","currency":"XXX"}`, 0},
}

// record records an offline donation, whose reference may be known.
func (w *world) record(t *rapid.T) {
	anywhere := seldom(t, "anywhere", 5)
	f := w.pick(t, func(f *fact) bool { return changing(f) && (anywhere || f.open()) })
	typed := written[0]
	if rapid.Bool().Draw(t, "hostile") {
		typed = one(t, "amount", written)
	}
	name := one(t, "name", []string{"", "Ann", "Bob"})
	reference := one(t, "reference", []string{"", " ", "\u200b", "r1", " r1 ", "r2", "R1"})
	d := &donation{to: f, arrived: true}
	body := fmt.Sprintf(`{"amount":%s,"donor_name":%q,"reference":%q`, typed.json, name, reference)
	w.choose(t, d, func(field, value string) {
		if field = strings.TrimSuffix(field, "_option"); field == "poll" {
			body += fmt.Sprintf(`,"poll_option_id":%s`, value)
		} else if field == "target" {
			body += fmt.Sprintf(`,"target_id":%s`, value)
		} else {
			body += fmt.Sprintf(`,"reward_claims":[{"reward_id":%s,"quantity":%s}]`, strings.TrimPrefix(field, "reward."), value)
		}
	})
	o := offline{
		path: f.address() + "/donations", body: body + "}", key: fmt.Sprint("key-", w.steps), reference: strings.Trim(reference, " \u200b"), donation: d,
	}
	w.recordOnce(t, o, typed.cents)
}

// recorded is a donation as the answer shows it.
type recorded struct {
	named
	Amount amount
	Name   string `json:"donor_name"`
}

// recordOnce records an offline donation, whose amount should be so many cents of the US currency.
func (w *world) recordOnce(t *rapid.T, o offline, cents int64) {
	f, reference := o.to, o.reference
	got, ok := write[recorded](w, http.MethodPost, o.path, o.body, "Idempotency-Key", o.key)
	want := cents
	if f.currency != "USD" && cents > 0 {
		want = -1
	}
	if !ok {
		d := *o.donation
		if d.amount, d.arrived = want, false; want > 0 && f.open() && o.claims == 0 && !o.target && (!o.option || !f.pollClosed) && reference == "" && w.mode == w.serves && w.fits(&d, want) {
			t.Fatalf("%s %s was refused", o.path, o.body)
		}
		return
	}
	o.amount = w.minor(got.Amount.Value, got.Amount.Currency)
	o.id = must.Get(fund.ParseID(got.ID))(t)
	before := w.references[f.cause.ID+reference]
	switch {
	case reference != "" && before != nil && (before.id != o.id || before.to != f || want >= 0 && want != before.amount):
		t.Fatalf("%s: got the donation %s, want that of the same reference, %s, or a refusal", o.body, o.id, before.id)
	case reference != "" && before != nil:
		return
	case got.Amount.Currency != f.currency || want >= 0 && o.amount != want || o.amount <= 0 || o.amount > w.limit.Of(f.currency):
		t.Fatalf("%s: got %+v", o.body, got)
	case o.option && f.pollClosed:
		t.Fatalf("%s: a vote in a closed poll was recorded", o.body)
	case !f.open():
		t.Fatalf("a donation to a %s that takes none was recorded", f.kind)
	case w.mode != w.serves && w.mode != fund.ModeLive:
		t.Fatalf("a donation of a %s node was recorded in a %s database", w.serves, w.mode)
	}
	for _, one := range w.donations {
		if one.id == o.id {
			t.Fatalf("%s: got the donation %s, which is another one", o.body, o.id)
		}
	}
	if reference != "" {
		w.references[f.cause.ID+reference] = o.donation
	}
	o.usd = w.worth(o.donation)
	w.donations = append(w.donations, o.donation)
	o.at = w.clock.Now()
	w.last, w.started = o, true
}

// keyLasts is how long an idempotency key is known.
const keyLasts = 24 * time.Hour

// again sends the last offline donation once more under its key, which records nothing while the key is known.
func (w *world) again(t *rapid.T) {
	o := w.last
	if o.donation == nil {
		t.Skip("nothing was recorded")
	}
	if w.clock.Now().Sub(o.at) > keyLasts-time.Hour {
		w.anew(t)
		return
	}
	if got, ok := write[recorded](w, http.MethodPost, o.path, o.body, "Idempotency-Key", o.key); ok && got.ID != o.id.String() {
		t.Fatalf("the same key: got the donation %s, want %s", got.ID, o.id)
	}
}

// anew sends the last offline donation under its old key, which is forgotten.
func (w *world) anew(t *rapid.T) {
	o := w.last
	if w.last = (offline{}); o.donation == nil || w.clock.Now().Sub(o.at) <= keyLasts && w.started {
		return
	}
	o.donation = &donation{to: o.to, arrived: true, option: o.option, target: o.target, claims: o.claims}
	w.recordOnce(t, o, -1)
}
