// Package fault is the one error type of Almoner.
//
// A fault has two faces. The public one (kind, message, fields) may be shown to the caller. The private one (the wrapped cause) is for the
// log and never leaves the process. Every package below the wire returns faults or wraps them; a foreign error that reaches the wire is
// internal. A fault knows no HTTP status: each wire has one table from kind to status and shape.
package fault

import (
	"context"
	"errors"
	"fmt"
	"time"
)

// Kind says what went wrong from the caller's point of view. The set is closed: a test of every wire ranges over Kinds.
type Kind uint8

const (
	// Internal is the server's fault; it is also the kind of every foreign error.
	Internal Kind = iota
	// Malformed cannot be parsed: bad JSON, a bad or missing parameter.
	Malformed
	// Invalid can be parsed, but has values that are not allowed; Fields says which and why.
	Invalid
	// Unauthenticated asks the caller to authenticate first.
	Unauthenticated
	// Forbidden means authenticated but not permitted.
	Forbidden
	// NotFound means that the object does not exist, or that the caller may not know that it does.
	NotFound
	// WrongMethod means that the resource exists, but not for this method; Allow lists the methods.
	WrongMethod
	// Conflict means that the object is in a state that does not allow the change.
	Conflict
	// Gone means that the object was removed for good.
	Gone
	// Stale means that the caller changed a version that is no longer current.
	Stale
	// TooLarge means that the body exceeds the limit.
	TooLarge
	// Unsupported means a media type that is not accepted.
	Unsupported
	// PaymentFailed means that the provider declined the payment.
	PaymentFailed
	// RateLimited asks the caller to come back after RetryAfter.
	RateLimited
	// Unavailable means that the work cannot be done now, but later.
	Unavailable
)

var kindNames = [...]string{
	"internal", "malformed", "invalid", "unauthenticated", "forbidden", "not_found", "wrong_method", "conflict",
	"gone", "stale", "too_large", "unsupported", "payment_failed", "rate_limited", "unavailable",
}

// String is the kind's name in logs and metrics.
func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return fmt.Sprintf("kind(%d)", uint8(k))
}

// Kinds lists every kind, for tests that range over them.
func Kinds() []Kind {
	kinds := make([]Kind, len(kindNames))
	for i := range kinds {
		kinds[i] = Kind(i)
	}
	return kinds
}

// Error is a fault. Create one with New, Wrap, Fields.Err, BadToken, WrongToken or MissingScope.
type Error struct {
	Kind Kind
	// Message is a whole sentence for the caller: what is wrong and the way out.
	Message string
	// Rule names the reason for callers that have texts of their own; "" where the kind says enough.
	Rule Rule
	// Fields are the invalid fields of an Invalid fault, or what of several is NotFound, in the order they were found.
	Fields Fields
	// RetryAfter is how long a RateLimited or Unavailable caller should wait; 0 is unknown. Wires ask Wait.
	RetryAfter time.Duration
	// Allow are the methods that a WrongMethod caller could have used.
	Allow []string
	// Denial is why the token of an Unauthenticated or Forbidden caller was not accepted. For DeniedScope,
	// Scopes are the scopes of which one is needed.
	Denial Denial
	Scopes []string

	cause error
}

// New returns a fault with a public message.
func New(kind Kind, format string, args ...any) *Error {
	return &Error{Kind: kind, Message: fmt.Sprintf(format, args...)}
}

// Wrap returns a fault with a public message and a private cause.
func Wrap(cause error, kind Kind, format string, args ...any) *Error {
	e := New(kind, format, args...)
	e.cause = cause
	return e
}

// Error is the text for logs: it includes the private cause.
func (e *Error) Error() string {
	text := e.Kind.String()
	if e.Message != "" {
		text += ": " + e.Message
	}
	for _, f := range e.Fields {
		text += fmt.Sprintf(" [%s %s]", f.Path, f.Text)
	}
	if e.cause != nil {
		text += ": " + e.cause.Error()
	}
	return text
}

// RetryLater is how long the caller of Unavailable work should wait if nothing says how long.
const RetryLater = 5 * time.Second

// Wait is how long the caller should wait before another try: RetryAfter, or RetryLater for Unavailable work of which that is not known; 0 for none.
func (e *Error) Wait() time.Duration {
	if e.Kind == Unavailable && e.RetryAfter <= 0 {
		return RetryLater
	}
	return e.RetryAfter
}

// Unwrap returns the private cause.
func (e *Error) Unwrap() error { return e.cause }

// From finds the fault in err's chain. A deadline that passed is Unavailable; any other error is wrapped in an Internal fault.
func From(err error) *Error {
	if err == nil {
		return nil
	}
	var e *Error
	if errors.As(err, &e) {
		return e
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return Wrap(err, Unavailable, "This took too long; try again in a moment.")
	}
	return &Error{Kind: Internal, cause: err}
}

// Is reports whether err is a fault of this kind.
func Is(err error, kind Kind) bool { return err != nil && From(err).Kind == kind }
