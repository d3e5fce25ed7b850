package phoenix

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/go-json-experiment/json/jsontext"
)

// MaxRef is the maximum length of a ref, in bytes of JSON. phoenix.js counts up from 1.
const MaxRef = 64

// ErrUnreadable is returned for a frame that is no message of the serializer.
var ErrUnreadable = errors.New("phoenix: unreadable frame")

// ErrVersion is returned for a version of the protocol that is not spoken.
var ErrVersion = errors.New("phoenix: vsn must be 1.0.0 or 2.0.0; leave it out for 1.0.0")

// Serializer is how messages are written.
type Serializer int

const (
	// V1 writes objects {"event","payload","ref","topic"}. It is what a client speaks that names no version.
	V1 Serializer = 1
	// V2 writes arrays [join_ref, ref, topic, event, payload].
	V2 Serializer = 2
)

// SerializerFor finds the serializer of the version that a client names, as "2.0.0"; none is 1.0.0. As in Phoenix, the last number
// does not matter. The error is ErrVersion.
func SerializerFor(vsn string) (Serializer, error) {
	switch {
	case vsn == "", strings.HasPrefix(vsn, "1.0."):
		return V1, nil
	case strings.HasPrefix(vsn, "2.0."):
		return V2, nil
	default:
		return 0, ErrVersion
	}
}

// Parse reads a frame. White space and the order of keys do not matter, a payload may be missing, and more elements than needed are ignored.
// The error is ErrUnreadable with a reason for developers.
func (s Serializer) Parse(frame []byte) (Message, error) {
	// Refs go back to the client as they came, and a text frame must be UTF-8.
	if !utf8.Valid(frame) {
		return Message{}, fmt.Errorf("%w: not UTF-8", ErrUnreadable)
	}
	var raw rawMessage
	if err := s.unmarshal(frame, &raw); err != nil {
		return Message{}, fmt.Errorf("%w: %w", ErrUnreadable, err)
	}
	m := Message{Payload: raw.Payload}
	var err error
	if m.JoinRef, err = parseRef("join_ref", raw.JoinRef); err != nil {
		return Message{}, err
	}
	if m.Ref, err = parseRef("ref", raw.Ref); err != nil {
		return Message{}, err
	}
	if raw.Topic == nil || raw.Event == nil {
		return Message{}, fmt.Errorf("%w: topic and event must be texts", ErrUnreadable)
	}
	m.Topic, m.Event = *raw.Topic, *raw.Event
	return m, nil
}

// rawMessage is a message of V1 as it is sent.
type rawMessage struct {
	JoinRef json.RawMessage `json:"join_ref"`
	Ref     json.RawMessage `json:"ref"`
	Topic   *string         `json:"topic"`
	Event   *string         `json:"event"`
	Payload json.RawMessage `json:"payload"`
}

func (s Serializer) unmarshal(frame []byte, into *rawMessage) error {
	if s == V1 {
		return json.Unmarshal(frame, into)
	}
	parts := []any{&into.JoinRef, &into.Ref, &into.Topic, &into.Event, &into.Payload}
	var elements []json.RawMessage
	if err := json.Unmarshal(frame, &elements); err != nil {
		return err
	}
	if len(elements) < len(parts)-1 {
		return errors.New("want [join_ref, ref, topic, event, payload]")
	}
	for i, part := range parts[:min(len(parts), len(elements))] {
		if err := json.Unmarshal(elements[i], part); err != nil {
			return err
		}
	}
	return nil
}

func parseRef(name string, raw json.RawMessage) (Ref, error) {
	raw = bytes.TrimSpace(raw)
	switch {
	case len(raw) == 0, string(raw) == "null":
		return "", nil
	case len(raw) > MaxRef:
		return "", fmt.Errorf("%w: %s has more than %d bytes", ErrUnreadable, name, MaxRef)
	case raw[0] == '"', raw[0] == '-', raw[0] >= '0' && raw[0] <= '9':
		return Ref(raw), nil
	default:
		return "", fmt.Errorf("%w: %s must be a text, a number or null", ErrUnreadable, name)
	}
}

// Append appends the frame of a message to a buffer.
func (s Serializer) Append(to []byte, m Message) []byte {
	if s == V1 {
		to = appendText(append(to, `{"event":`...), m.Event)
		to = appendPayload(append(to, `,"payload":`...), m.Payload)
		to = appendRef(append(to, `,"ref":`...), m.Ref)
		to = appendText(append(to, `,"topic":`...), m.Topic)
		return append(to, '}')
	}
	to = appendRef(append(to, '['), m.JoinRef)
	to = appendRef(append(to, ','), m.Ref)
	to = appendText(append(to, ','), m.Topic)
	to = appendText(append(to, ','), m.Event)
	to = appendPayload(append(to, ','), m.Payload)
	return append(to, ']')
}

func appendRef(to []byte, ref Ref) []byte {
	if ref == "" {
		return append(to, "null"...)
	}
	return append(to, ref...)
}

func appendPayload(to []byte, payload json.RawMessage) []byte {
	if payload == nil {
		return append(to, "{}"...)
	}
	return append(to, payload...)
}

// appendText writes a text as Phoenix does: letters of any language stay themselves.
func appendText(to []byte, text string) []byte {
	// Its only error is a text that is not UTF-8, which it replaces.
	to, _ = jsontext.AppendQuote(to, text)
	return to
}
