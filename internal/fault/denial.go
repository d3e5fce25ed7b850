package fault

import "strings"

// Denial is why the token of an Unauthenticated or Forbidden caller does not do.
type Denial uint8

const (
	// DeniedUnsaid is a refusal that no other token of the same caller would change: nobody said who they
	// are, or they are known and may not.
	DeniedUnsaid Denial = iota
	// DeniedToken is a token that is not known, or has ended.
	DeniedToken
	// DeniedKind is a token that works, but speaks for somebody else than this needs: an application's own
	// where a user is meant.
	DeniedKind
	// DeniedScope is a token without any of the Scopes of its fault.
	DeniedScope
)

// BadToken makes the Unauthenticated fault of a token that does not work.
func BadToken(format string, args ...any) *Error {
	e := New(Unauthenticated, format, args...)
	e.Denial = DeniedToken
	return e
}

// WrongToken makes the fault of a token that speaks for somebody else than this needs. Its kind is
// Unauthenticated or Forbidden, as the caller is to be told.
func WrongToken(kind Kind, format string, args ...any) *Error {
	e := New(kind, format, args...)
	e.Denial = DeniedKind
	return e
}

// MissingScope makes the Forbidden fault of a token that has none of the scopes, of which one would do.
func MissingScope(scopes ...string) *Error {
	e := New(Forbidden, "This needs a token with the scope %s.", strings.Join(scopes, " or "))
	e.Denial, e.Scopes = DeniedScope, scopes
	return e
}
