package fund

import (
	"fmt"
	"time"
)

// Attempted is the delivery after an attempt that ended so, and what was decided about it.
func (d WebhookDelivery) Attempted(o WebhookOutcome) (WebhookDelivery, WebhookDecision) {
	stage := WebhookStage("")
	if o.Status == 0 {
		stage = WebhookDuring
	}
	d.Attempts++
	return d.decided(stage, o)
}

// NotAttempted is the delivery after a failure on this side, before anything was sent.
func (d WebhookDelivery) NotAttempted(o WebhookOutcome) WebhookDelivery {
	d, _ = d.decided(WebhookBefore, o)
	return d
}

func (d WebhookDelivery) decided(stage WebhookStage, o WebhookOutcome) (WebhookDelivery, WebhookDecision) {
	refused, pointless := o.Options.Format.Refused(), o.Options.Format.Pointless()
	if d.Changes != "" { // somebody deleted the message, which says nothing about the chat
		refused, pointless = nil, append(pointless, refused...)
	}
	decision := WebhookTry{
		Stage: stage, Status: o.Status, RetryAfter: o.RetryAfter, Failures: d.Failures, Schedule: o.Options.Schedule, Standard: o.Options.Obeys(),
		Refused: refused, Pointless: pointless,
		Once: d.Test(), Begun: d.Begun(), At: o.At,
	}.Decide()
	d.DueAt, d.Problem = decision.At, o.problem()
	if decision.Counts {
		d.Failures++
	}
	switch decision.Next {
	case WebhookDone:
		d.Status, d.DeliveredAt, d.Problem = WebhookDelivered, o.At, ""
		if d.SentAs = d.Changes; d.SentAs == "" {
			d.SentAs = o.SentAs
		}
	case WebhookRetry:
		d.Status = WebhookWaiting
	default:
		d.Status = WebhookFailed
	}
	return d, decision
}

// problem is why an attempt failed, in public words.
func (o WebhookOutcome) problem() string {
	if o.Status == 0 {
		return o.Failure
	}
	return fmt.Sprintf("the answer was %d", o.Status)
}

// Deactivates reports whether the endpoint is deactivated.
func (d WebhookDecision) Deactivates() bool {
	return d.Next == WebhookDeactivated || d.Next == WebhookEnded
}

// Withhold ends a delivery that must not be sent.
func (d WebhookDelivery) Withhold(why string) WebhookDelivery {
	d.Status, d.Problem, d.DueAt, d.Fresh = WebhookWithheld, why, time.Time{}, false
	return d
}
