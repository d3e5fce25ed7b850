package storetest

import (
	"context"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testReissuedReceipts follows a donation from refund to refund: each receipt stays as it was issued, and says what took its place.
func testReissuedReceipts(t *testing.T, w *world) {
	ctx := t.Context()
	cause := w.cause("cause")
	fact := w.campaign(cause, w.user("ann"), "fact")
	first := w.pay(fact, "a@example.org")
	other := w.pay(fact, "")
	report := func(refunded, disputed int64, dispute fund.DisputeStatus) {
		t.Helper()
		p := must.Get(w.s.GetPayment(ctx, first.DonationID))(t)
		must.Do(t, w.s.Settle(ctx, store.Settlement{Payment: p, Reported: fund.PaymentState{
			Status: fund.PaymentPaid, Paid: 100, Currency: fact.Currency, Refunded: refunded, Disputed: disputed, Dispute: dispute,
		}}))
	}
	type issued struct {
		number, returned, replacedBy, replaces int64
		void                                   fund.VoidReason
	}
	want := func(what string, want ...issued) {
		t.Helper()
		var got []issued
		for _, r := range must.Get(w.s.ListIssuedReceipts(ctx, first.DonationID))(t) {
			got = append(got, issued{r.Number, r.Facts.Returned, r.ReplacedBy, r.Facts.Replaces, r.Void})
			if r.Valid() != r.VoidAt.IsZero() || r.Facts.Charity.Name != cause.Name || r.Facts.For != fact.Name || r.Facts.Donor.Email != "a@example.org" {
				t.Errorf("%s: got %+v, want what was true when it was issued", what, r)
			}
		}
		same(t, what, got, want)
	}
	want("paid", issued{number: 1})
	report(40, 0, "")
	partly := issued{number: 1, replacedBy: 3, void: fund.VoidRefunded}
	want("partly refunded", partly, issued{number: 3, returned: 40, replaces: 1})
	report(40, 60, fund.DisputeOpen)
	want("disputed", partly, issued{number: 3, returned: 40, replaces: 1})
	report(40, 0, fund.DisputeWon)
	want("won", partly, issued{number: 3, returned: 40, replaces: 1})
	report(100, 0, "")
	gone := issued{number: 3, returned: 40, replaces: 1, void: fund.VoidRefunded}
	want("refunded", partly, gone)
	report(100, 0, "")
	want("refunded again", partly, gone)
	correct := func(name string) error {
		return w.s.Write(ctx, cause.ID, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.CorrectReceipt(ctx, first.DonationID, func(_ fund.IssuedReceipt, to *fund.ReceiptFacts) error {
				to.Donor.Name = name
				return nil
			})
			return err
		})
	}
	if err := correct("Ann"); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want no correction of a void receipt", err)
	}
	report(0, 0, "")
	gone.replacedBy = 4
	want("back again", partly, gone, issued{number: 4, replaces: 3})
	must.Do(t, correct("Ann"))
	want("corrected", partly, gone, issued{number: 4, replaces: 3, replacedBy: 5, void: fund.VoidCorrected}, issued{number: 5, replaces: 4})
	last := must.Get(w.s.GetReceipt(ctx, first.DonationID))(t)
	if last.Number != 5 || last.Mail.Recipient != "a@example.org" || must.Get(w.s.GetReceipt(ctx, other.DonationID))(t).Number != 2 {
		t.Errorf("got %+v, want the last receipt of each donation", last)
	}
	keep := func(text string) {
		must.Do(t, w.s.Write(ctx, cause.ID, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.KeepReceiptFile(ctx, last, []byte(text)); err != nil {
				return err
			}
			return tx.KeepDocument(ctx, last, text)
		}))
	}
	same(t, "no file", must.Get(w.s.GetReceiptFile(ctx, cause.ID, 5))(t), []byte(nil))
	keep("one")
	keep("two")
	same(t, "file", must.Get(w.s.GetReceiptFile(ctx, cause.ID, 5))(t), []byte("one"))
	same(t, "document", must.Get(w.s.ListIssuedReceipts(ctx, first.DonationID))(t)[3].Document, "one")
	if audit := must.Get(w.s.Audit(ctx))(t); len(audit.Differences) > 0 {
		t.Errorf("got %v, want no difference", audit.Differences)
	}
}

// testProfilesOfReplacements has a cause change its profile of receipts, and replaces receipts that were issued before.
func testProfilesOfReplacements(t *testing.T, w *world) {
	ctx := t.Context()
	cause := w.cause("cause")
	fact := w.campaign(cause, w.user("ann"), "fact")
	become := func(profile, legalName, number string) {
		cause.ReceiptProfile, cause.LegalName, cause.GovernmentID = profile, legalName, number
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateCause(ctx, cause) })
	}
	type stated struct{ profile, legalName, number string }
	last := func(donation fund.ID) stated {
		all := must.Get(w.s.ListIssuedReceipts(ctx, donation))(t)
		f := all[len(all)-1].Facts
		return stated{f.Profile, f.Charity.LegalName, f.Charity.GovernmentID}
	}
	become("asked", "Water e. V.", "17")
	before := w.pay(fact, "a@example.org").DonationID
	become("other", "", "18")
	after := w.pay(fact, "b@example.org").DonationID
	again := func(donation fund.ID) {
		refunded := must.Get(w.s.GetPayment(ctx, donation))(t)
		must.Do(t, w.s.Settle(ctx, store.Settlement{Payment: refunded, Reported: fund.PaymentState{
			Status: fund.PaymentPaid, Paid: 100, Currency: fact.Currency, Refunded: refunded.Refunded + 10,
		}}))
	}
	correct := func(donation fund.ID) {
		w.write(func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.CorrectReceipt(ctx, donation, func(_ fund.IssuedReceipt, to *fund.ReceiptFacts) error {
				to.Donor.Name += "!"
				return nil
			})
			return err
		})
	}
	for name, replace := range map[string]func(fund.ID){"refunded": again, "corrected": correct} {
		replace(before)
		same(t, name+": issued before", last(before), stated{"asked", "Water e. V.", "17"})
		become("other", "Water Ltd", "19")
		replace(after)
		same(t, name+": issued after", last(after), stated{"other", "Water Ltd", "19"})
	}
}
