package app_test

import (
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
)

// TestTheAddressTypedAtTheProviderGetsTheReceipt pays for donations that begin without an address.
func TestTheAddressTypedAtTheProviderGetsTheReceipt(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, c := range []struct{ name, form, provider, want string }{
		{"at the provider", "", "Ada@Example.org", "Ada@example.org"},
		{"in the form", "bo@example.org", "", "bo@example.org"},
		{"twice", "bo@example.org", "mallory@example.org", "bo@example.org"},
		{"nowhere", "", "", ""},
	} {
		begun := w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Name: "Ada", Email: c.form}})
		w.payWith(t, begun, goodCard, "email="+c.provider)
		d := must.Get(w.Store.GetDonation(t.Context(), fund.Key{ID: begun.Donation}))(t)
		if got := w.receipt(t, begun.Donation).Mail.Recipient; d.Email != c.want || got != c.want {
			t.Errorf("%s: got %q of the donor and %q of the receipt, want %q", c.name, d.Email, got, c.want)
		}
	}
	report := must.Get(w.Store.Audit(t.Context()))(t)
	if len(report.Differences) > 0 {
		t.Errorf("got %v, want donors as their names and addresses say", report.Differences)
	}
}

// TestPayersCannotFillAMailbox pays again and again with the address of somebody else.
func TestPayersCannotFillAMailbox(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	mails := 0
	for range 2 * shield.MailsAnHour {
		begun := w.begin(t, fund.CheckoutInput{})
		w.payWith(t, begun, goodCard, "email=victim@example.org")
		if w.receipt(t, begun.Donation).Mail.Recipient != "" {
			mails++
		}
	}
	// Some minutes pass meanwhile, in which a few are forgotten.
	if mails > shield.MailsAnHour*3/2 || mails < shield.MailsAnHour {
		t.Errorf("got %d receipts for one address, want about %d", mails, shield.MailsAnHour)
	}
}
