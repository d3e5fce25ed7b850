package fund

import (
	"fmt"
	"time"
)

// tiltifyWaits are how long the original waits before each retry.
var tiltifyWaits = []time.Duration{
	2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second, 64 * time.Second, 128 * time.Second,
	256 * time.Second, 512 * time.Second, 900 * time.Second, 900 * time.Second, 900 * time.Second,
}

// Attempted is the delivery after an attempt that ended so, and what follows for its endpoint. A test message is sent once.
func (d WebhookDelivery) Attempted(o WebhookOutcome) (WebhookDelivery, WebhookVerdict) {
	d.Attempts++
	d.DueAt, d.Problem = time.Time{}, ""
	if o.Status >= 200 && o.Status <= 299 {
		d.Status, d.DeliveredAt, d.Failures = WebhookDelivered, o.At, 0
		return d, WebhookGoOn
	}
	d.Failures++
	d.Problem = o.Failure
	if o.Status != 0 {
		d.Problem = fmt.Sprintf("the answer was %d", o.Status)
	}
	waits := tiltifyWaits
	switch {
	case d.Test():
		d.Status = WebhookFailed
		return d, WebhookGoOn
	case d.Failures > len(waits):
		d.Status = WebhookFailed
		return d, WebhookDeactivate
	}
	d.Status, d.DueAt = WebhookWaiting, o.At.Add(waits[d.Failures-1])
	if d.Failures == WebhookWarnRetries+1 {
		return d, WebhookWarn
	}
	return d, WebhookGoOn
}
