package fund

import (
	"net/netip"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

// WebhookEndpoint is an address at which an application is notified.
type WebhookEndpoint struct {
	ID            ID
	ApplicationID ID
	Description   string
	URL           string
	// SigningKey signs deliveries: 64 hexadecimal digits, used as text. It is stored sealed, because a hash cannot sign.
	SigningKey string
	// PreviousKey is the signing key before this one, which signs deliveries, too, until PreviousUntil; "" without WebhookOptions.Overlap.
	PreviousKey   string
	PreviousUntil time.Time
	Options       WebhookOptions
	// WarnedAt is when its owner was last told that its deliveries fail.
	WarnedAt                   time.Time
	ActivatedAt, DeactivatedAt time.Time
	CreatedAt, UpdatedAt       time.Time
}

// WebhookOptions are what an endpoint wants beyond the original's contract; the zero value for nothing.
type WebhookOptions struct {
	// Schedule is ScheduleTiltify, which "" is, too, or ScheduleThreeDays.
	Schedule string `json:"schedule,omitempty"`
	// Ordered makes the messages about a fact wait for each other.
	Ordered bool `json:"ordered,omitempty"`
	// Standard adds the headers of Standard Webhooks, and obeys what they say about answers: 410 ends the deliveries, Retry-After puts them off.
	Standard bool `json:"standard,omitempty"`
	// Overlap keeps the signing key before the present one valid for KeyOverlap after a rotation, for requests that have room for two signatures.
	Overlap bool `json:"overlap,omitempty"`
	// Format is how messages are written. Template is how a donation is announced in a chat, with placeholders, and EventTemplate how any other event is; ""
	// for the usual words.
	Format        WebhookFormat `json:"format,omitempty"`
	Template      string        `json:"template,omitempty"`
	EventTemplate string        `json:"event_template,omitempty"`
}

// InOrder reports whether the messages about a fact wait for each other. Those to chats do: people read them in order, and one that was put off puts off
// those behind it.
func (o WebhookOptions) InOrder() bool { return o.Ordered || o.Format.Chat() }

// Obeys reports whether answers of 410 and Retry-After are obeyed. Chats ask for it.
func (o WebhookOptions) Obeys() bool { return o.Standard || o.Format.Chat() }

// The schedules of retries: that of the original, which ends after about an hour, and one of three days.
const (
	ScheduleTiltify   = "tiltify"
	ScheduleThreeDays = "three_days"
)

// WebhookSchedules lists the schedules of retries.
func WebhookSchedules() []string { return []string{ScheduleTiltify, ScheduleThreeDays} }

// KeyOverlap is for how long the signing key before the present one signs, too.
const KeyOverlap = 24 * time.Hour

// Active reports whether deliveries are made.
func (e WebhookEndpoint) Active() bool {
	return !e.ActivatedAt.IsZero() && e.DeactivatedAt.IsZero()
}

// SigningKeys are the signing keys that are valid at an instant: the present one first, then the one before it during a rotation.
func (e WebhookEndpoint) SigningKeys(at time.Time) []string {
	if e.PreviousKey != "" && at.Before(e.PreviousUntil) {
		return []string{e.SigningKey, e.PreviousKey}
	}
	return []string{e.SigningKey}
}

// Rotate replaces the signing key. The one before it stays valid for KeyOverlap where the endpoint wants that, and else for no moment more.
func (e *WebhookEndpoint) Rotate(key string, now time.Time) {
	e.PreviousKey, e.PreviousUntil = "", time.Time{}
	if e.Options.Overlap {
		e.PreviousKey, e.PreviousUntil = e.SigningKey, now.Add(KeyOverlap)
	}
	e.SigningKey, e.UpdatedAt = key, now
}

// WithoutKeys is the endpoint without its signing keys.
func (e WebhookEndpoint) WithoutKeys() WebhookEndpoint {
	e.SigningKey, e.PreviousKey = "", ""
	return e
}

// WebhookRelayType is the type of the messages that relays send. No subscription can name it.
const WebhookRelayType = "private:relay:donation_updated"

// PrivateWebhookType reports whether messages of the event type are reserved for managers of the fact or for the owner of the relay key.
func PrivateWebhookType(name string) bool { return strings.HasPrefix(name, "private:") }

// WebhookEventTypes are the types of the original that a subscription can name. The private ones are reserved for managers of the fact.
func WebhookEventTypes() []string {
	return []string{
		"private:direct:donation_updated", "private:direct:fact_updated",
		"private:indirect:donation_updated", "private:indirect:fact_updated",
		"public:direct:donation_updated", "public:direct:fact_updated",
		"public:indirect:donation_updated", "public:indirect:fact_updated",
	}
}

// WebhookSubscription notifies an endpoint about a fact.
type WebhookSubscription struct {
	ID, EndpointID, FactID ID
	// EventTypes are some of SubscriptionTypes, sorted.
	EventTypes           []string
	CreatedAt, UpdatedAt time.Time
}

// WebhookRelay sends the updates of single donations to an endpoint.
type WebhookRelay struct {
	ID, ApplicationID, EndpointID ID
	Name                          string
	CreatedAt, UpdatedAt          time.Time
}

// RelayKey follows one donation through a relay. ClientKey is a name that the donor's browser
// carries, not a secret.
type RelayKey struct {
	ID, RelayID ID
	// Key is the name chosen by the application, unique within the relay.
	Key       string
	ClientKey string
	// Metadata is returned as sent; nil for none.
	Metadata *string
	// Donation is the donation made with the key; nil while it is unused.
	Donation             *Donation
	CreatedAt, UpdatedAt time.Time
}

// LegacyRelay is another service's name for a donation.
type LegacyRelay struct {
	Provider, UUID string
	// Meta is a JSON value; "" for none.
	Meta     string
	Donation Donation
}

// WebhookEndpointPatch creates or changes a webhook endpoint.
type WebhookEndpointPatch struct {
	Description, URL Opt[string]
	// Active switches deliveries on and off.
	Active Opt[bool]
	// Schedule is one of WebhookSchedules. Ordered makes the messages about a fact wait for each other.
	Schedule Opt[string]
	Ordered  Opt[bool]
	// Standard adds the headers of Standard Webhooks.
	Standard Opt[bool]
	// Overlap keeps the signing key before the present one valid for a while. Without it the key ends at once.
	Overlap Opt[bool]
	// Format is one of WebhookFormats. Template is how a donation is announced in a chat, EventTemplate how any other event is.
	Format                  Opt[WebhookFormat]
	Template, EventTemplate Opt[string]
	// Networks are networks that the address may be in although they are not public.
	Networks []netip.Prefix
	Invalid  fault.Fields
}

// WebhookRelayPatch creates or changes a webhook relay.
type WebhookRelayPatch struct {
	Name Opt[string]
	// Endpoint is an endpoint of the same application.
	Endpoint Opt[Key]
	Invalid  fault.Fields
}

// RelayKeyInput is a relay key as requested by an application.
type RelayKeyInput struct {
	// An empty Key becomes a UUID.
	Key      string
	Metadata *string
	Invalid  fault.Fields
}

// SubscriptionPatch changes the event types of a subscription.
type SubscriptionPatch struct {
	// EventTypes replaces the previous types.
	EventTypes []string
	Invalid    fault.Fields
}

// WebhookSampleInput requests a sample of a webhook message.
type WebhookSampleInput struct {
	// EventType is one of WebhookEventTypes, or WebhookRelayType.
	EventType Opt[string]
	// Fact is the subject of the sample; without it, everything in it is made up.
	Fact    Opt[Key]
	Invalid fault.Fields
}
