package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// The headers of Tiltify's webhooks, as they are spelled on the wire: it misspells one of them.
const (
	HeaderTimestamp = "X-Tiltify-Timestamp"
	HeaderSignature = "X-Tiltify-Signature"
	HeaderVersion   = "X-Tiltify-Verision"
	HeaderEndpoint  = "X-Tiltify-Endpoint"
)

// The headers of Standard Webhooks.
const (
	HeaderStandardID        = "webhook-id"
	HeaderStandardTimestamp = "webhook-timestamp"
	HeaderStandardSignature = "webhook-signature"
)

const (
	// UserAgent is Tiltify's, which receivers look for.
	UserAgent = "Tiltify Outgoing Webhook"
	// Version is that of Tiltify's messages.
	Version = "v5"

	// contentType is that of every body in JSON.
	contentType = "application/json"
	// timestamp is the format of Tiltify's timestamp: always in microseconds, in UTC.
	timestamp = "2006-01-02T15:04:05.000000Z"
	// secretPrefix begins a secret of Standard Webhooks.
	secretPrefix = "whsec_"
	// standardVersion begins a signature of Standard Webhooks by HMAC-SHA256.
	standardVersion = "v1,"
)

// Signing is what a request to an endpoint is signed with.
type Signing struct {
	Endpoint fund.ID
	// Message is the id of the message, meta.id: the same over all attempts.
	Message string
	// At is the instant of the attempt, meta.attempted_at.
	At time.Time
	// Keys are the signing keys that are valid at that instant: the present one first, and during a rotation the one before it.
	Keys []string
	// Standard adds the headers of Standard Webhooks.
	Standard bool
}

// Header signs the exact bytes of a body. Tiltify's header has room for one signature, which is by the present key; those of Standard
// Webhooks are by each of the keys.
func (s Signing) Header(body []byte) http.Header {
	at := s.At.UTC().Format(timestamp)
	// The map is set directly: Set would spell the names anew.
	h := http.Header{
		"Content-Type": {contentType}, "User-Agent": {UserAgent},
		HeaderTimestamp: {at}, HeaderSignature: {sign(s.Keys[0], at+".", body)}, HeaderVersion: {Version}, HeaderEndpoint: {s.Endpoint.String()},
	}
	if s.Standard {
		seconds := strconv.FormatInt(s.At.Unix(), 10)
		var signatures []string
		for _, key := range s.Keys {
			signatures = append(signatures, standardVersion+sign(key, s.Message+"."+seconds+".", body))
		}
		h[HeaderStandardID], h[HeaderStandardTimestamp] = []string{s.Message}, []string{seconds}
		h[HeaderStandardSignature] = []string{strings.Join(signatures, " ")}
	}
	return h
}

// StandardSecret is the secret that libraries for Standard Webhooks take for a signing key. They decode it to the characters of the key,
// which are what Tiltify's signatures are made with: so one key verifies both.
func StandardSecret(key string) string {
	return secretPrefix + base64.StdEncoding.EncodeToString([]byte(key))
}

// sign is the HMAC-SHA256 of what precedes a body and the body, under the key as a text, in base64.
func sign(key, before string, body []byte) string {
	mac := hmac.New(sha256.New, []byte(key))
	_, _ = mac.Write([]byte(before))
	_, _ = mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}
