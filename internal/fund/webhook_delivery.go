package fund

import (
	"encoding/json"
	"slices"
	"strings"
	"time"
)

// WebhookStatus is the state of a delivery. The set is closed: see WebhookStatuses.
type WebhookStatus string

// The states of a delivery: it waits for its next attempt; the receiver took it; every attempt failed, or the receiver asked for no more; it
// was stopped because its endpoint was deactivated; or it was not sent, because the receiver may no longer read what it is about.
const (
	WebhookWaiting   WebhookStatus = "waiting"
	WebhookDelivered WebhookStatus = "delivered"
	WebhookFailed    WebhookStatus = "failed"
	WebhookStopped   WebhookStatus = "stopped"
	WebhookWithheld  WebhookStatus = "withheld"
)

// WebhookStatuses lists every state of a delivery.
func WebhookStatuses() []WebhookStatus {
	return []WebhookStatus{WebhookWaiting, WebhookDelivered, WebhookFailed, WebhookStopped, WebhookWithheld}
}

const (
	// WebhookKept is how long a delivery and its attempts are kept.
	WebhookKept = 30 * 24 * time.Hour
	// WebhookWarnEvery is how often the owner of an endpoint is warned at most.
	WebhookWarnEvery = 24 * time.Hour
)

// The kinds of sources of deliveries that are no fact: a webhook relay, and a test message.
const (
	WebhookSourceRelay = "webhook_relay"
	WebhookSourceTest  = "test"
)

// WebhookDelivery is one message to a webhook endpoint. Its id is the same in all of its attempts.
type WebhookDelivery struct {
	ID, EndpointID ID
	// EventType is one of SubscriptionTypes, or WebhookRelayType.
	EventType string
	// SourceID is what the endpoint is subscribed to, or the relay that sends the message; the zero id for a test message that somebody asked for.
	// SourceType is the kind of that fact, WebhookSourceRelay or WebhookSourceTest. Messages show Source.
	SourceID   ID
	SourceType string
	// FactID is the fact that the message is about, Donation the donation, if it is about one. RelayKeyID is the key of a relay.
	FactID, DonationID, RelayKeyID ID
	// PaymentStatus is what a relay's message is sent for: "completed" or "cancelled".
	PaymentStatus string
	// Position is that of the event that it comes from; 0 for a test message that somebody asked for.
	Position int64
	Status   WebhookStatus
	// Attempts is how many were made in all, Failures how many of them failed since it was last begun: a resend by hand begins again.
	Attempts, Failures int
	// DueAt is when the next attempt is made; the zero time when there is none.
	DueAt time.Time
	// Data is the object that is sent, as JSON: that of the first attempt, at GeneratedAt.
	Data        string
	GeneratedAt time.Time
	// Fresh is true until the first attempt begins, for a message that stands for all changes until then.
	Fresh bool
	// Problem is why the last attempt failed, or why there was none.
	Problem                string
	CreatedAt, DeliveredAt time.Time
	// ResentAt is when somebody last had it sent again; the zero time for never.
	ResentAt time.Time
	// SentAs is how a chat calls the message that it was sent; "" where it cannot be changed any more.
	SentAs string
	// Changes is how the chat calls the message that this one takes the place of; "" for a new message.
	Changes string
}

// Begun is when its schedule began: when it was made, or last sent again by hand.
func (d WebhookDelivery) Begun() time.Time {
	if d.ResentAt.After(d.CreatedAt) {
		return d.ResentAt
	}
	return d.CreatedAt
}

// AboutDonation reports whether the message is about a donation, rather than about a fact.
func (d WebhookDelivery) AboutDonation() bool {
	return strings.HasSuffix(d.EventType, ":"+WebhookDonation) || WebhookTopic(d.EventType).Object() == ObjectDonation
}

// Personal reports whether the message may say who donated.
func (d WebhookDelivery) Personal() bool {
	return d.AboutDonation() && PrivateWebhookType(d.EventType) && d.EventType != WebhookRelayType
}

// Line is what a message to a chat says; false for other messages. Its Data is a JSON string.
func (d WebhookDelivery) Line() (line string, is bool) {
	if !strings.HasPrefix(d.Data, `"`) {
		return "", false
	}
	err := json.Unmarshal([]byte(d.Data), &line)
	return line, err == nil
}

// Again is the delivery when somebody sends it again: it waits for its first attempt, but says what it said.
func (d WebhookDelivery) Again(now time.Time) WebhookDelivery {
	d.Status, d.DueAt, d.ResentAt, d.Failures, d.Problem = WebhookWaiting, now, now, 0, ""
	return d
}

// Test reports whether it is a test message: somebody asked for it, or it comes from a test event.
func (d WebhookDelivery) Test() bool { return d.SourceType == WebhookSourceTest }

// Rehearsed reports whether it comes from a test event.
func (d WebhookDelivery) Rehearsed() bool { return d.Test() && d.Position != 0 }

// Source is what messages call their source: the zero id for test messages, whose endpoint may still be subscribed to something.
func (d WebhookDelivery) Source() ID {
	if d.Test() {
		return ID{}
	}
	return d.SourceID
}

// WebhookAttempt is one attempt to deliver a message.
type WebhookAttempt struct {
	DeliveryID ID
	// Number is 1 for the first.
	Number   int
	At       time.Time
	Duration time.Duration
	// Status is the status of the answer; 0 without an answer. Then Failure says why.
	Status  int
	Failure string
	// Headers are those that were sent, without secrets. Answer is the beginning of the answer's body.
	Headers map[string]string
	Answer  string
}

// The nouns of webhook event types.
const (
	WebhookDonation = "donation_updated"
	WebhookFact     = "fact_updated"
)

// WebhookChange is what an event means to subscribers: that a donation or a fact was updated, or that something of a topic happened.
type WebhookChange struct {
	// Noun is WebhookDonation, WebhookFact or a topic.
	Noun string
	// Donation is the donation that it is about, if it is about one. Fact is the fact that was updated, or that was donated to; Above is what may stand above it, in no
	// particular order, and more.
	Donation, Fact ID
	Above          []ID
}

// WebhookChanges are what an event means to subscribers: updates as the original has them, then the event itself. A donation updates itself, and the
// totals of its fact and of all above; one of a test event updates no totals.
func WebhookChanges(e Event) []WebhookChange {
	return append(updates(e), topicChange(e)...)
}

// updates are what an event means to those who are subscribed to types of the original.
func updates(e Event) []WebhookChange {
	if e.Test {
		return testUpdates(e)
	}
	switch e.Topic {
	case TopicDonationCompleted, TopicDonationRefunded, TopicDonationDisputed, TopicDonationRestored:
		return append(donationUpdated(e), factsUpdated(e.Facts)...)
	case TopicDonationScreened:
		return donationUpdated(e)
	case TopicFactChanged:
		return []WebhookChange{{Noun: WebhookFact, Fact: e.Subject, Above: without(e.Facts, e.Subject)}}
	case TopicFactLeft, TopicFactJoined:
		return factsUpdated(e.Facts)
	default:
		return nil
	}
}

// testUpdates are those of a made-up donation alone: nothing was counted.
func testUpdates(e Event) []WebhookChange {
	switch e.Topic {
	case TopicDonationCompleted, TopicDonationRefunded, TopicDonationDisputed, TopicDonationRestored, TopicDonationScreened:
		return donationUpdated(e)
	default:
		return nil
	}
}

// donationUpdated has the fact of the donation first in its event.
func donationUpdated(e Event) []WebhookChange {
	if len(e.Facts) == 0 {
		return nil
	}
	return []WebhookChange{{Noun: WebhookDonation, Donation: e.Subject, Fact: e.Facts[0], Above: e.Facts[1:]}}
}

// factsUpdated says that each of the facts was updated, of which each stands below all that follow.
func factsUpdated(facts []ID) []WebhookChange {
	made := make([]WebhookChange, len(facts))
	for i, id := range facts {
		made[i] = WebhookChange{Noun: WebhookFact, Fact: id, Above: facts[i+1:]}
	}
	return made
}

func without(ids []ID, id ID) []ID {
	return slices.DeleteFunc(slices.Clone(ids), func(one ID) bool { return one == id })
}

// The payment states that relays report.
const (
	RelayPending   = "pending"
	RelayCompleted = "completed"
	RelayCancelled = "cancelled"
)

// RelayStatus is where the money of a donation is, as far as relays know: what was given back, or taken back by a bank, is cancelled.
func (s DonationState) RelayStatus() string {
	switch s {
	case DonationPending:
		return RelayPending
	case DonationCompleted, DonationPartiallyRefunded, DonationDisputed:
		return RelayCompleted
	default:
		return RelayCancelled
	}
}

// Relayed reports whether the event may change what a relay reports of its donation.
func (e Event) Relayed() bool {
	switch e.Topic {
	case TopicDonationCompleted, TopicDonationEnded, TopicDonationRefunded, TopicDonationDisputed, TopicDonationRestored:
		return !e.Test
	default:
		return false
	}
}

// WebhookOutcome is how an attempt ended, for an endpoint with these options.
type WebhookOutcome struct {
	// Status is the status of the answer; 0 without one. Then Failure says why.
	Status              int
	Failure, RetryAfter string
	// SentAs is how a chat calls the message that it was sent; "" if it did not say so.
	SentAs  string
	Options WebhookOptions
	// At is when it ended.
	At time.Time
}
