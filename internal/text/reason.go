package text

import "github.com/almoner/almoner/internal/fund"

// reasons are the texts for the reasons why payments fail.
var reasons = map[string]ID{
	fund.ReasonCanceled:          "reason.canceled",
	fund.ReasonCardDetails:       "reason.card_details",
	fund.ReasonCardExpired:       "reason.card_expired",
	fund.ReasonCardLimit:         "reason.card_limit",
	fund.ReasonCardUnsupported:   "reason.card_unsupported",
	fund.ReasonDeclined:          "reason.declined",
	fund.ReasonFailed:            "reason.failed",
	fund.ReasonInsufficientFunds: "reason.insufficient_funds",
	fund.ReasonInterrupted:       "reason.interrupted",
	fund.ReasonIssuerUnavailable: "reason.issuer_unavailable",
	fund.ReasonNotConfirmed:      "reason.not_confirmed",
	fund.ReasonNotStarted:        "reason.not_started",
	fund.ReasonReturned:          "reason.returned",
}

// Reason is why a payment failed, by the reason that is stored with it (fund.ReasonDeclined). Otherwise is for a payment without a reason,
// and for a reason that is not one of fund.PaymentReasons: a provider's own words are never shown to donors.
func (l *Locale) Reason(stored string, otherwise ID) string {
	if id, known := reasons[stored]; known {
		return l.Text(id)
	}
	return l.Text(otherwise)
}
