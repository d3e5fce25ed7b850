// Package phoenix speaks the channel protocol of the Phoenix framework as a server: its two serializers, and what a server answers to
// joins, leaves and heartbeats. It does no I/O and knows no topic; whoever uses it says which topics there are.
//
// The protocol has no specification. What is written here follows Phoenix 1.7 (Phoenix.Socket and its V1 and V2 serializers), the client
// phoenix.js 1.8.16, and real frames of Tiltify's socket. Keys of objects are in alphabetical order, as there.
package phoenix

import "encoding/json"

// The events of the protocol itself.
const (
	EventJoin      = "phx_join"
	EventLeave     = "phx_leave"
	EventReply     = "phx_reply"
	EventClose     = "phx_close"
	EventHeartbeat = "heartbeat"
)

// ControlTopic is the topic of heartbeats.
const ControlTopic = "phoenix"

// Ref names a message of a client, or the join that a message belongs to. It is the JSON text of a string or a number, because clients may
// number as they like and get back what they sent; empty is null.
type Ref string

// Message is one message of a channel, in either direction.
type Message struct {
	// JoinRef is the ref of the join; serializer 1.0.0 does not write it.
	JoinRef, Ref Ref
	Topic, Event string
	// Payload is a JSON value; nil is an empty object.
	Payload json.RawMessage
}

// Push is a message that answers nothing.
func Push(topic, event string, payload json.RawMessage) Message {
	return Message{Topic: topic, Event: event, Payload: payload}
}

var (
	payloadOK        = json.RawMessage(`{"response":{},"status":"ok"}`)
	payloadUnmatched = json.RawMessage(`{"response":{"reason":"unmatched topic"},"status":"error"}`)
	payloadTooMany   = json.RawMessage(`{"response":{"reason":"too many topics"},"status":"error"}`)
	payloadUnknown   = json.RawMessage(`{"response":{"reason":"unknown event"},"status":"error"}`)
)

// reply answers a message within its join.
func reply(to Message, payload json.RawMessage) Message {
	return Message{JoinRef: to.JoinRef, Ref: to.Ref, Topic: to.Topic, Event: EventReply, Payload: payload}
}

// outside answers a message that belongs to no join: Phoenix leaves the join's ref out.
func outside(to Message, payload json.RawMessage) Message {
	to.JoinRef = ""
	return reply(to, payload)
}

// closed says that a topic is no longer joined. Phoenix names the join in both refs.
func closed(topic string, join Ref) Message {
	return Message{JoinRef: join, Ref: join, Topic: topic, Event: EventClose}
}
