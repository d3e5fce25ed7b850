package fund

import (
	"slices"
	"strings"
)

// The parts of the name of an event type, SIGHT:WAY:NOUN: who may read the messages, and where the fact stands that they are about.
const (
	WebhookPublic   = "public"
	WebhookPrivate  = "private"
	WebhookDirect   = "direct"
	WebhookIndirect = "indirect"
)

// WebhookTopic is the topic that an event type names, as in "public:direct:poll.closed"; "" for the types of the original, which name no topic.
func WebhookTopic(eventType string) Topic {
	topic := Topic(eventType[strings.LastIndex(eventType, ":")+1:])
	if !topic.Known() {
		return ""
	}
	return topic
}

// WebhookTopicTypes are the event types that a subscription can name beyond those of the original: one for each topic that goes out to others.
// Topics that only managers of a fact may know of have private types alone.
func WebhookTopicTypes() []string {
	var all []string
	for _, topic := range Topics() {
		if !topic.GoesOut() {
			continue
		}
		sights := []string{WebhookPrivate}
		if topic.Public() {
			sights = append(sights, WebhookPublic)
		}
		for _, sight := range sights {
			for _, way := range []string{WebhookDirect, WebhookIndirect} {
				all = append(all, sight+":"+way+":"+string(topic))
			}
		}
	}
	slices.Sort(all)
	return all
}

// SubscriptionTypes are all event types that a subscription can name: those of the original first.
func SubscriptionTypes() []string { return append(WebhookEventTypes(), WebhookTopicTypes()...) }

// topicChange is what an event means to those who are subscribed to its topic; none for what goes out to nobody.
func topicChange(e Event) []WebhookChange {
	c := WebhookChange{Noun: string(e.Topic)}
	switch object := e.Topic.Object(); {
	case !e.Topic.GoesOut():
		return nil
	case object == ObjectFact:
		c.Fact, c.Above = e.Subject, without(e.Facts, e.Subject)
	case len(e.Facts) == 0:
		return nil
	default:
		c.Fact, c.Above = e.Facts[0], e.Facts[1:]
		if object == ObjectDonation {
			c.Donation = e.Subject
		}
	}
	return []WebhookChange{c}
}
