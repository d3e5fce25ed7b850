package app

import (
	"context"
	"net/netip"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// Webhooks are how webhook messages are written and sent; the zero value sends none, and they wait.
type Webhooks struct {
	Sender    WebhookSender
	Encoder   WebhookEncoder
	Announcer WebhookAnnouncer
	// Networks are networks that endpoints may be in although they are not public.
	Networks []netip.Prefix
}

// sends reports whether this server sends webhook messages.
func (w Webhooks) sends() bool { return w.Sender != nil && w.Encoder != nil && w.Announcer != nil }

// WebhookSender sends webhook messages.
type WebhookSender interface {
	// Send makes one attempt, which is over after some seconds whatever the receiver does.
	Send(ctx context.Context, r WebhookRequest) WebhookAnswer
}

// WebhookRequest is one attempt to deliver a message.
type WebhookRequest struct {
	// Endpoint is where it goes, with its signing keys.
	Endpoint fund.WebhookEndpoint
	// ID is the id of the message, At the instant that is signed.
	ID fund.ID
	At time.Time
	// Body is the exact body, or what a chat is told in clear.
	Body []byte
	// Changes is how a chat calls the message that this one takes the place of; "" for a new message.
	Changes string
}

// WebhookAnswer is how an attempt ended.
type WebhookAnswer struct {
	// Status is the status of the answer; 0 without an answer. Then Failure says why, in public words.
	Status  int
	Failure string
	// RetryAfter is the header of that name, as it came.
	RetryAfter string
	// SentAs is how a chat calls the message that it was sent, if it can be changed later; "" for others.
	SentAs string
	// Body is the beginning of the answer's body.
	Body string
	// Headers are those that were sent, without secrets.
	Headers map[string]string
}

// WebhookEncoder writes webhook messages in the words of a version of the API.
type WebhookEncoder interface {
	// Data writes the object that a message is about, as JSON.
	Data(ctx context.Context, a *App, c WebhookContent) (string, error)
	// Message writes the exact body of an attempt.
	Message(m WebhookMessage) ([]byte, error)
}

// WebhookAnnouncer writes what chats are told.
type WebhookAnnouncer interface {
	// Announce writes one line.
	Announce(ctx context.Context, a *App, of Announcement) (string, error)
}

// Announcement is what a chat is told. Nothing in it is private.
type Announcement struct {
	// Template has placeholders; "" for the usual words.
	Template string
	// Seen is the fact that was donated to, as everybody sees it; nil in a test message that is about none.
	Seen *Seen
	// Donation is what everybody sees of the donation; nil for a made-up one, in a test message, and where Event is set.
	Donation *fund.PublicDonation
	// Event is what happened; nil for a donation.
	Event *AnnouncedEvent
	// Test is for test messages, which say that they are one.
	Test bool
}

// AnnouncedEvent is an event as everybody sees it.
type AnnouncedEvent struct {
	Topic fund.Topic
	// Title is what its object is called: a poll, target, milestone or reward by its name, a match by who matches, as everybody sees it; the name of a fact.
	Title string
	// Options are those of a poll, the leading one first.
	Options []fund.PollOption
	// Amount is what the total is measured against, Total the total afterwards, of a match what the matcher owes, in minor units of the fact's currency; 0 where there is none.
	Amount, Total int64
}

// WebhookContent is what a message is about, as its receiver may see it.
type WebhookContent struct {
	EventType string
	// Receiver reads what stands around the fact and the donation.
	Receiver Actor
	// Fact is the fact that it is about, or that was donated to; nil for a made-up one. Donation is nil where it is about a fact; of a message about
	// donations, nil is a made-up one.
	Fact     *fund.Fact
	Donation *fund.Donation
	// Event is the event that it comes from, for types that name a topic and for test events; nil for others. Gone reports whether its object is not
	// there any more for the receiver, who may know of that.
	Event *fund.Event
	Gone  bool
}

// WebhookMessage is a message with everything that stands around its object.
type WebhookMessage struct {
	fund.WebhookDelivery
	AttemptedAt time.Time
	// Key is the key of a relay; nil for none.
	Key *fund.RelayKey
}
