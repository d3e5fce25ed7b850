package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testGivingWords keeps what donors read, and where they come from.
func testGivingWords(t *testing.T, w *world) {
	cause := w.cause("cause")
	fact := w.campaign(cause, w.user("ann"), "fact")
	terms := fund.DonationSettings{Statement: "We are\nsmall.", InstantOnly: true}
	words := fund.DonationSettings{Thanks: "Thanks!\nAnn", StreamDelay: 20 * time.Second}
	w.screens(cause.ID, terms)
	w.screens(fact.ID, words)
	w.screens(fact.ID, words) // the second time it is an update
	for _, one := range []struct {
		fact fund.ID
		want fund.DonationSettings
	}{{cause.ID, terms}, {fact.ID, words}} {
		got := must.Get(w.s.ListDonationSettings(t.Context(), []fund.ID{one.fact}))(t)[one.fact]
		same(t, "words", got.SameWords(one.want), true)
		same(t, "terms", got.SameTerms(one.want), true)
	}
	chain := must.Get(w.s.SettingsChain(t.Context(), fact))(t)
	same(t, "the length of the chain", len(chain), 2)
	same(t, "words in the chain", chain[0].SameWords(words), true)
	same(t, "terms in the chain", chain[1].SameTerms(terms), true)

	c := w.completion(fact, 1000)
	d := must.Get(w.s.Begin(t.Context(), store.PendingDonation{Completion: c, Payment: fund.Payment{Provider: "sandbox", Via: "mail", ReturnTo: "https://a.example/x"}}))(t)
	p := w.payment(d.ID)
	same(t, "where the donor comes from", p.Via, "mail")
	same(t, "where the donor goes", p.ReturnTo, "https://a.example/x")
	w.reported(p, paid(0), false)
	must.Do(t, w.s.EachRecord(t.Context(), store.RecordFilter{Fact: cause.ID}, func(r fund.Record) error {
		same(t, "the record", r.Payment.Via, "mail")
		return nil
	}))
}

// testPayerEmails gives donors who typed no address the one that the provider reports with the money, and no other.
func testPayerEmails(t *testing.T, w *world) {
	cause := w.cause("cause")
	fact := w.campaign(cause, w.user("ann"), "fact")
	reports := func(p fund.Payment, word fund.PaymentState, email string) {
		t.Helper()
		word.Email = email
		must.Do(t, w.s.Settle(t.Context(), store.Settlement{Payment: p, Reported: word, DonorKey: []byte("key")}))
	}
	wants := func(what string, donation fund.ID, email string) {
		t.Helper()
		d := must.Get(w.s.GetDonation(t.Context(), fund.Key{ID: donation}))(t)
		same(t, what+": the address", d.Email, email)
		same(t, what+": its receipt", must.Get(w.s.GetReceipt(t.Context(), donation))(t).Mail.Recipient, email)
		if email != "" {
			same(t, what+": the donor", d.DonorID == fund.DonorID([]byte("key"), d), true)
		}
	}
	p := w.begin(fact)
	reports(p, fund.PaymentState{Status: fund.PaymentProcessing}, "early@example.org")
	reports(w.payment(p.DonationID), paid(0), "ada@example.org")
	wants("with the money", p.DonationID, "ada@example.org")
	reports(w.payment(p.DonationID), paid(0), "mallory@example.org")
	reports(w.payment(p.DonationID), paid(100), "mallory@example.org")
	wants("a later report", p.DonationID, "ada@example.org")

	typed := w.beginWith(fact, func(c *store.Completion) { c.Donation.Email = "bo@example.org" })
	reports(typed, paid(0), "mallory@example.org")
	d := must.Get(w.s.GetDonation(t.Context(), fund.Key{ID: typed.DonationID}))(t)
	same(t, "what the donor typed", d.Email, "bo@example.org")

	erased := w.begin(fact)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.EraseDonation(ctx, store.Erasure{Donation: erased.DonationID, Donor: w.id(), At: time.Now()})
	})
	reports(w.payment(erased.DonationID), paid(0), "ada@example.org")
	d = must.Get(w.s.GetDonation(t.Context(), fund.Key{ID: erased.DonationID}))(t)
	same(t, "of a donor who was erased meanwhile", d.Email, "")

	none := w.begin(fact)
	reports(none, paid(0), "")
	wants("without an address", none.DonationID, "")
	reports(w.payment(none.DonationID), paid(100), "late@example.org")
	wants("with one that comes later", none.DonationID, "")
}
