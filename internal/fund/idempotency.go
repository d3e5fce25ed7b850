package fund

import (
	"crypto/sha256"
	"strings"
	"time"
)

// AnswerLife is how long the answer to a write is kept for its idempotency key.
const AnswerLife = 24 * time.Hour

// IdempotencyKey is a key under which a caller does one write.
type IdempotencyKey struct {
	// Caller is in whose name the key counts; keys of others are others.
	Caller string
	Key    string
	// Request is a hash of all that the write depends on.
	Request [sha256.Size]byte
}

// Answer is what was answered to a write.
type Answer struct {
	// Status is that of the wire; 0 while there is no answer yet.
	Status int
	// Header are the lines of the header that are worth keeping, as the wire puts them.
	Header string
	Body   []byte
}

// StoredAnswer is the first answer to a write under its key.
type StoredAnswer struct {
	IdempotencyKey
	Answer
	CreatedAt time.Time
}

// ExpiredBy is the latest CreatedAt of answers that are no longer kept at that time.
func ExpiredBy(now time.Time) time.Time { return now.Add(-AnswerLife) }

// Expired reports whether the answer is no longer kept.
func (k StoredAnswer) Expired(now time.Time) bool { return !k.CreatedAt.After(ExpiredBy(now)) }

// IsIdempotencyKey reports whether the text can be a key: 1 to MaxIdempotencyKey visible ASCII
// characters.
func IsIdempotencyKey(text string) bool {
	return text != "" && len(text) <= MaxIdempotencyKey &&
		!strings.ContainsFunc(text, func(r rune) bool { return r <= ' ' || r >= 0x7f })
}
