package fund

import (
	"crypto/sha256"
	"strings"
	"time"
)

// AnswerLife is how long the response to a write is stored for its idempotency key.
const AnswerLife = 24 * time.Hour

// IdempotencyKey is a key under which a caller performs one write.
type IdempotencyKey struct {
	// Caller owns the key: equal keys of two callers are different keys.
	Caller string
	Key    string
	// Request is a hash of everything that the write depends on.
	Request [sha256.Size]byte
}

// Answer is the response to a write.
type Answer struct {
	// Status is the HTTP status; 0 while there is no response yet.
	Status int
	// Header are the header lines to replay, as written to the wire.
	Header string
	Body   []byte
	// Secret says that the body has a secret in it, which must not stand in the database in clear. It is not read back.
	Secret bool
}

// StoredAnswer is the first response to a write under its key.
type StoredAnswer struct {
	IdempotencyKey
	Answer
	CreatedAt time.Time
}

// ExpiredBy is the latest CreatedAt of responses that have expired at that time.
func ExpiredBy(now time.Time) time.Time { return now.Add(-AnswerLife) }

// Expired reports whether the response has expired.
func (k StoredAnswer) Expired(now time.Time) bool { return !k.CreatedAt.After(ExpiredBy(now)) }

// IsIdempotencyKey reports whether the text is a valid key: 1 to MaxIdempotencyKey visible ASCII characters.
func IsIdempotencyKey(text string) bool {
	return text != "" && len(text) <= MaxIdempotencyKey &&
		!strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}
