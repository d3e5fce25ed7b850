package stripe

import (
	"errors"
	"fmt"
	"net/http"

	stripego "github.com/stripe/stripe-go/v85"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// refusal is what Stripe refuses for a reason that somebody can do something about. The rule is for what donors can change.
type refusal struct {
	words string
	rule  fault.Rule
}

var refusals = map[stripego.ErrorCode]refusal{
	stripego.ErrorCodeAmountTooSmall:        {"Stripe does not take so small an amount; please give more.", fund.ProviderMinimum},
	stripego.ErrorCodeAmountTooLarge:        {"Stripe does not take so large an amount; please give less at a time.", fund.ProviderMaximum},
	stripego.ErrorCodeEmailInvalid:          {"Stripe does not accept the e-mail address; please correct it, or leave it out.", fund.ProviderEmail},
	stripego.ErrorCodeChargeAlreadyRefunded: {"Stripe has refunded all of this payment already.", ""},
	stripego.ErrorCodeChargeDisputed:        {"Stripe cannot give this payment back: its bank is asked about it.", ""},
	stripego.ErrorCodeRefundDisputedPayment: {"Stripe cannot give this payment back: its bank is asked about it.", ""},
	stripego.ErrorCodeBalanceInsufficient:   {"The account of the charity at Stripe has too little money to give back so much.", ""},
}

// faultOf is what an error of Stripe's client means to us, with our own words for others.
func faultOf(err error, about string) error {
	var said *stripego.Error
	if !errors.As(err, &said) {
		// A time-out, a network that is away, or an answer that cannot be read.
		return fault.Wrap(fmt.Errorf("stripe: %s: %w", about, err), fault.Unavailable, "Stripe does not answer; please try again in a moment.")
	}
	cause := fmt.Errorf("stripe: %s: %s", about, inLog(said))
	known, isKnown := refusals[said.Code]
	switch status := said.HTTPStatusCode; {
	case isKnown:
		f := fault.Wrap(cause, fault.PaymentFailed, "%s", known.words)
		f.Rule = known.rule
		return f
	case status == http.StatusNotFound || said.Code == stripego.ErrorCodeResourceMissing:
		return fault.Wrap(cause, fault.NotFound, "Stripe does not know this payment.")
	case status == http.StatusUnauthorized || status == http.StatusForbidden:
		return fault.Wrap(cause, fault.Unavailable,
			"Stripe does not let this server act for the charity's account; check the key, and that the account is still connected.")
	case status == http.StatusTooManyRequests || status == http.StatusConflict || status >= http.StatusInternalServerError:
		return fault.Wrap(cause, fault.Unavailable, "Stripe cannot do this now; please try again in a moment.")
	case said.Type == stripego.ErrorTypeCard || status == http.StatusPaymentRequired:
		return fault.Wrap(cause, fault.PaymentFailed, "The payment was declined.")
	default:
		return fault.Wrap(cause, fault.Internal, "")
	}
}

// refused is faultOf for what somebody told Stripe to do: what it does not want to do then is no mistake of
// this program.
func refused(err error, about string) error {
	f := faultOf(err, about)
	if fault.Is(f, fault.Internal) {
		return fault.Wrap(f, fault.PaymentFailed, "Stripe refuses to do this; look at the payment in Stripe's dashboard.")
	}
	return f
}

// inLog is what the log may know of an error. The error's own text has everything in it that Stripe knows of
// the payment and its payer.
func inLog(e *stripego.Error) string {
	text := fmt.Sprintf("status %d, type %s", e.HTTPStatusCode, e.Type)
	for _, part := range []struct{ name, value string }{
		{"code", string(e.Code)}, {"decline code", string(e.DeclineCode)}, {"parameter", e.Param}, {"request", e.RequestID},
	} {
		if part.value != "" {
			text += ", " + part.name + " " + part.value
		}
	}
	if e.Type == stripego.ErrorTypeInvalidRequest && e.Code != stripego.ErrorCodeEmailInvalid {
		text += ": " + e.Msg
	}
	return text
}
