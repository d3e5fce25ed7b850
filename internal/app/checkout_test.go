package app_test

import (
	"context"
	"crypto/rand"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

// The cards of the sandbox that the tests pay with.
const (
	goodCard    = "4242 4242 4242 4242"
	badCard     = "4000 0000 0000 0002"
	slowCard    = "4000 0000 0000 0077"
	refundCard  = "4000 0000 0000 5126"
	wonCard     = "4000 0000 0000 0259"
	lostCard    = "4000 0000 0000 1976"
	confirmCard = "4000 0027 6000 3184"
	bounceCard  = "4000 0000 0000 0101"
)

// begin starts a donation to the campaign.
func (w *world) begin(t testing.TB, in fund.CheckoutInput) app.StartedDonation {
	t.Helper()
	if in.Amount == "" {
		in.Amount = "10"
	}
	begun, err := w.BeginDonation(t.Context(), app.Actor{}, campaignKey(w.campaign), in)
	must.Do(t, err)
	return begun
}

// beginAt starts a donation of 10 to a fact.
func (w *world) beginAt(t testing.TB, f fund.Fact) app.StartedDonation {
	t.Helper()
	return must.Get(w.BeginDonation(t.Context(), app.Actor{}, factKey(f), fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "10"}}))(t)
}

// payWith pays a donation on the sandbox's page, returns where that leads, and does everything that is due.
func (w *world) payWith(t testing.TB, begun app.StartedDonation, card string, more ...string) (status int, location string) {
	t.Helper()
	answer := testworld.Pay(t.Context(), w.sandbox, begun.URL, card, more...)
	w.settle(t)
	return answer.Code, answer.Header().Get("Location")
}

// settle does everything that is due by now, including provider events.
func (w *world) settle(t testing.TB) {
	t.Helper()
	w.Settle(t.Context(), w.sandbox)
}

func (w *world) donation(t testworld.Test, id fund.ID) fund.Donation {
	t.Helper()
	d, err := w.Store.GetDonation(context.Background(), fund.Key{ID: id})
	must.Do(t, err)
	return d
}

// raised is what the campaign has raised; the audit must be clean.
func (w *world) raised(t testworld.Test) int64 {
	t.Helper()
	report, err := w.Store.Audit(context.Background())
	must.Do(t, err)
	for _, d := range report.Differences {
		t.Errorf("audit: %s", d)
	}
	f, err := w.GetFact(context.Background(), app.System(), campaignKey(w.campaign))
	must.Do(t, err)
	return f.Raised
}

// idBits are the random bits of ids in tests.
var idBits = rand.Reader

func TestSandboxCardsHaveTheirResults(t *testing.T) {
	t.Parallel()
	type moment struct {
		state  fund.DonationState
		raised int64
	}
	for name, c := range map[string]struct {
		card string
		more []string
		// then is the donation's state at once, and after each further step.
		then []moment
	}{
		"good":             {card: goodCard, then: []moment{{fund.DonationCompleted, 1000}}},
		"declined":         {card: badCard, then: []moment{{fund.DonationPending, 0}}},
		"confirmed":        {card: confirmCard, more: []string{"confirm=yes"}, then: []moment{{fund.DonationCompleted, 1000}}},
		"not confirmed":    {card: confirmCard, more: []string{"confirm=no"}, then: []moment{{fund.DonationPending, 0}}},
		"asked to confirm": {card: confirmCard, then: []moment{{fund.DonationPending, 0}}},
		"slow":             {card: slowCard, then: []moment{{fund.DonationPending, 0}, {fund.DonationCompleted, 1000}}},
		"bounced":          {card: bounceCard, then: []moment{{fund.DonationPending, 0}, {fund.DonationFailed, 0}}},
		"refunded":         {card: refundCard, then: []moment{{fund.DonationCompleted, 1000}, {fund.DonationRefunded, 0}}},
		"won":              {card: wonCard, then: []moment{{fund.DonationCompleted, 1000}, {fund.DonationDisputed, 0}, {fund.DonationCompleted, 1000}}},
		"lost":             {card: lostCard, then: []moment{{fund.DonationCompleted, 1000}, {fund.DonationDisputed, 0}, {fund.DonationLost, 0}}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			begun := w.begin(t, fund.CheckoutInput{})
			if got := w.donation(t, begun.Donation); got.State != fund.DonationPending || w.raised(t) != 0 {
				t.Errorf("got %s before it was paid, want pending and nothing raised", got.State)
			}
			for i, want := range c.then {
				if i == 0 {
					w.payWith(t, begun, c.card, c.more...)
				} else {
					w.settle(t)
				}
				if got := w.donation(t, begun.Donation); got.State != want.state || w.raised(t) != want.raised {
					t.Errorf("step %d: got %s and %d raised, want %s and %d", i, got.State, w.raised(t), want.state, want.raised)
				}
			}
		})
	}
}

// TestAFormDonatesOnceAndNeverTheOldAmount submits one form several times: unchanged, and changed.
func TestAFormDonatesOnceAndNeverTheOldAmount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	form, err := w.NewForm(t.Context())
	must.Do(t, err)
	send := func(amount string) app.StartedDonation {
		id, err := w.OpenForm(t.Context(), form, "amount="+amount)
		must.Do(t, err)
		return w.begin(t, fund.CheckoutInput{ID: id, DonationInput: fund.DonationInput{Amount: amount}})
	}
	first, again, changed := send("10"), send("10"), send("20")
	if again != first {
		t.Errorf("got %v for the same form again, want %v", again, first)
	}
	if got := w.donation(t, changed.Donation).Amount; got != 2000 || changed.Donation == first.Donation {
		t.Errorf("got %d for the changed form, want another donation of 2000", got)
	}
	if text := first.Donation.String(); text[14] != '7' {
		t.Errorf("got the id %s, want a UUID of version 7", text)
	}
	for _, bad := range []string{"", "nonsense", form[1:], strings.ToUpper(form)} {
		_, err := w.OpenForm(t.Context(), bad, "")
		wantKind(t, err, "not_found")
	}
}
