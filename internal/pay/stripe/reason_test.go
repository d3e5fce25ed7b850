package stripe_test

import (
	"slices"
	"testing"

	stripego "github.com/stripe/stripe-go/v85"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay/stripe"
)

func TestReasonsAreOurs(t *testing.T) {
	t.Parallel()
	card := stripego.ErrorTypeCard
	for _, c := range []struct {
		failed *stripego.Error
		want   string
	}{
		{nil, fund.ReasonCanceled},
		{&stripego.Error{Type: card, Code: "card_declined", DeclineCode: "insufficient_funds"}, fund.ReasonInsufficientFunds},
		{&stripego.Error{Type: card, Code: "insufficient_funds"}, fund.ReasonInsufficientFunds},
		{&stripego.Error{Type: card, Code: "expired_card"}, fund.ReasonCardExpired},
		{&stripego.Error{Type: card, Code: "incorrect_cvc", DeclineCode: "incorrect_cvc"}, fund.ReasonCardDetails},
		{&stripego.Error{Type: card, Code: "card_declined", DeclineCode: "card_velocity_exceeded"}, fund.ReasonCardLimit},
		{&stripego.Error{Type: card, Code: "card_declined", DeclineCode: "currency_not_supported"}, fund.ReasonCardUnsupported},
		{&stripego.Error{Type: card, Code: "processing_error"}, fund.ReasonIssuerUnavailable},
		{&stripego.Error{Type: card, Code: "authentication_required"}, fund.ReasonNotConfirmed},
		{&stripego.Error{Type: "invalid_request_error", Code: "payment_intent_authentication_failure"}, fund.ReasonNotConfirmed},
		// What a thief must not learn, and what nobody knows yet.
		{&stripego.Error{Type: card, Code: "card_declined", DeclineCode: "stolen_card", Msg: "Stripe's own words."}, fund.ReasonDeclined},
		{&stripego.Error{Type: card, Code: "card_declined", DeclineCode: "lost_card"}, fund.ReasonDeclined},
		{&stripego.Error{Type: card, Code: "card_declined", DeclineCode: "fraudulent"}, fund.ReasonDeclined},
		{&stripego.Error{Type: card, Code: "card_declined", DeclineCode: "next_year_code", Msg: "Stripe's own words."}, fund.ReasonDeclined},
		{&stripego.Error{Type: "api_error", Code: "next_year_code", Msg: "Stripe's own words."}, fund.ReasonFailed},
	} {
		got := stripe.ReasonOf(&stripego.PaymentIntent{LastPaymentError: c.failed})
		if got != c.want || !slices.Contains(fund.PaymentReasons(), got) {
			t.Errorf("%+v: got %q, want %q", c.failed, got, c.want)
		}
	}
}
