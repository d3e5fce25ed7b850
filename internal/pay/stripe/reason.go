package stripe

import (
	"cmp"

	stripego "github.com/stripe/stripe-go/v85"

	"github.com/almoner/almoner/internal/fund"
)

// reasons are ours for Stripe's decline codes, and for its error codes where a payment has no decline code
// (https://docs.stripe.com/declines/codes). A code that is not listed is a plain decline: Stripe asks not to tell a donor
// that a card was reported lost or stolen, or that a payment looks like fraud.
var reasons = map[string]string{
	"insufficient_funds":                    fund.ReasonInsufficientFunds,
	"expired_card":                          fund.ReasonCardExpired,
	"incorrect_address":                     fund.ReasonCardDetails,
	"incorrect_cvc":                         fund.ReasonCardDetails,
	"incorrect_number":                      fund.ReasonCardDetails,
	"incorrect_zip":                         fund.ReasonCardDetails,
	"invalid_cvc":                           fund.ReasonCardDetails,
	"invalid_expiry_month":                  fund.ReasonCardDetails,
	"invalid_expiry_year":                   fund.ReasonCardDetails,
	"invalid_number":                        fund.ReasonCardDetails,
	"card_velocity_exceeded":                fund.ReasonCardLimit,
	"withdrawal_count_limit_exceeded":       fund.ReasonCardLimit,
	"card_not_supported":                    fund.ReasonCardUnsupported,
	"currency_not_supported":                fund.ReasonCardUnsupported,
	"not_permitted":                         fund.ReasonCardUnsupported,
	"service_not_allowed":                   fund.ReasonCardUnsupported,
	"transaction_not_allowed":               fund.ReasonCardUnsupported,
	"issuer_not_available":                  fund.ReasonIssuerUnavailable,
	"processing_error":                      fund.ReasonIssuerUnavailable,
	"reenter_transaction":                   fund.ReasonIssuerUnavailable,
	"try_again_later":                       fund.ReasonIssuerUnavailable,
	"authentication_required":               fund.ReasonNotConfirmed,
	"payment_intent_authentication_failure": fund.ReasonNotConfirmed,
}

// reasonOf says in our own words why a payment failed.
func reasonOf(intent *stripego.PaymentIntent) string {
	failed := intent.LastPaymentError
	if failed == nil {
		return fund.ReasonCanceled
	}
	otherwise := fund.ReasonFailed
	if failed.Type == stripego.ErrorTypeCard {
		otherwise = fund.ReasonDeclined
	}
	return cmp.Or(reasons[string(failed.DeclineCode)], reasons[string(failed.Code)], otherwise)
}
