package client

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"
)

const (
	// WebhookTolerance is how far from now the time of a signature may be.
	WebhookTolerance = 5 * time.Minute
	// maxWebhook is how large a webhook may be, in bytes.
	maxWebhook = 1 << 20
	// standardPrefix is the prefix of a Standard Webhooks secret, standardVersion that of a signature by HMAC-SHA256.
	standardPrefix  = "whsec_"
	standardVersion = "v1,"
)

// Webhook is a message to a webhook endpoint.
type Webhook struct {
	// ID stays the same when the message is sent again.
	ID string
	// Type is the type of the event, such as public:direct:donation_updated.
	Type string
	// Test marks a test message, Replayed one that almoner replay sent.
	Test, Replayed bool
	// Data is the object that the message is about; null when nothing of it may be seen any more.
	Data json.RawMessage
}

// Donation returns the donation that a webhook is about; nil for any other webhook.
func (w Webhook) Donation() *Donation {
	if noun := w.Type[strings.LastIndex(w.Type, ":")+1:]; noun != "donation_updated" && !strings.HasPrefix(noun, "donation.") {
		return nil
	}
	return donationOf(w.Data)
}

// ErrSignature is the error of a webhook that is not signed with any of the keys, or not within WebhookTolerance.
var ErrSignature = errors.New("the signature of the webhook is wrong, or too old")

// Verify checks the signature of a webhook and reads it. It accepts Tiltify's headers and those of Standard Webhooks, signed with any of the keys within
// [WebhookTolerance]. A key is the signing key of the endpoint, or a Standard Webhooks secret (whsec_…); pass two during a rotation. The body
// must be the bytes that were received. A wrong signature is [ErrSignature].
func Verify(header http.Header, body []byte, keys ...string) (Webhook, error) {
	return verifyAt(time.Now(), header, body, keys)
}

func verifyAt(now time.Time, header http.Header, body []byte, keys []string) (Webhook, error) {
	if !signed(now, header, body, keys) {
		return Webhook{}, ErrSignature
	}
	var message struct {
		Data json.RawMessage
		Meta struct {
			ID         string
			EventType  string `json:"event_type"`
			SourceType string `json:"subscription_source_type"`
			Replayed   bool
		}
	}
	if err := json.Unmarshal(body, &message); err != nil {
		return Webhook{}, err
	}
	m := message.Meta
	return Webhook{ID: m.ID, Type: m.EventType, Test: m.SourceType == "test", Replayed: m.Replayed, Data: message.Data}, nil
}

// signed reports whether the body is signed with one of the keys, at about now.
func signed(now time.Time, header http.Header, body []byte, keys []string) bool {
	tiltify, id := header.Get("X-Tiltify-Timestamp"), header.Get("Webhook-Id")
	seconds, _ := strconv.ParseInt(header.Get("Webhook-Timestamp"), 10, 64)
	for _, text := range keys {
		key, err := keyOf(text)
		if err != nil {
			continue
		}
		at, err := time.Parse(time.RFC3339, tiltify)
		if err == nil && now.Sub(at).Abs() <= WebhookTolerance && is(header.Get("X-Tiltify-Signature"), key, tiltify+".", body) {
			return true
		}
		if now.Sub(time.Unix(seconds, 0)).Abs() > WebhookTolerance {
			continue
		}
		for _, one := range strings.Fields(header.Get("Webhook-Signature")) {
			signature, known := strings.CutPrefix(one, standardVersion)
			if known && is(signature, key, id+"."+strconv.FormatInt(seconds, 10)+".", body) {
				return true
			}
		}
	}
	return false
}

// errNoKey is the error of an empty key, with which anybody could sign.
var errNoKey = errors.New("the signing key is empty")

// keyOf returns the bytes that sign: the characters of a signing key, which a Standard Webhooks secret has in base64.
func keyOf(text string) (key []byte, err error) {
	key = []byte(text)
	if secret, standard := strings.CutPrefix(text, standardPrefix); standard {
		key, err = base64.StdEncoding.DecodeString(secret)
	}
	if err == nil && len(key) == 0 {
		err = errNoKey
	}
	return key, err
}

// is reports whether a signature in base64 is that of before followed by the body.
func is(signature string, key []byte, before string, body []byte) bool {
	got, err := base64.StdEncoding.DecodeString(signature)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, key)
	_, _ = mac.Write([]byte(before))
	_, _ = mac.Write(body)
	return hmac.Equal(got, mac.Sum(nil))
}

// WebhookHandler returns a handler that calls take with each webhook that [Verify] accepts, and answers others with 403. If take returns an error, the answer
// is 500 and the server sends the webhook again. A webhook can also come again because an answer was lost. At least one key is required.
func WebhookHandler(take func(context.Context, Webhook) error, keys ...string) (http.Handler, error) {
	if len(keys) == 0 {
		return nil, errNoKey
	}
	for _, key := range keys {
		if _, err := keyOf(key); err != nil {
			return nil, err
		}
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxWebhook))
		if err != nil {
			http.Error(w, "the webhook cannot be read, or is too large", http.StatusRequestEntityTooLarge)
			return
		}
		hook, err := Verify(r.Header, body, keys...)
		switch {
		case errors.Is(err, ErrSignature):
			http.Error(w, ErrSignature.Error(), http.StatusForbidden)
		case err != nil:
			http.Error(w, "the webhook is not JSON as Almoner writes it", http.StatusBadRequest)
		case take(r.Context(), hook) != nil:
			http.Error(w, "the webhook could not be dealt with; send it again", http.StatusInternalServerError)
		}
	}), nil
}
