package fault

import "strings"

// Denial is why the access token of an Unauthenticated or Forbidden caller was not accepted.
type Denial uint8

const (
	// DeniedOther is not about the token: none was sent, or its owner lacks the permission.
	DeniedOther Denial = iota
	// DeniedToken means that the token is unknown, expired, revoked or unreadable.
	DeniedToken
	// DeniedKind means that the token is valid but of the wrong kind: an application's own token where a
	// user's is needed.
	DeniedKind
	// DeniedScope means that the token has none of the fault's Scopes.
	DeniedScope
)

// BadToken returns the Unauthenticated fault for an invalid token.
func BadToken(format string, args ...any) *Error {
	e := New(Unauthenticated, format, args...)
	e.Denial = DeniedToken
	return e
}

// WrongToken returns the fault, Unauthenticated or Forbidden, for a valid token of the wrong kind.
func WrongToken(kind Kind, format string, args ...any) *Error {
	e := New(kind, format, args...)
	e.Denial = DeniedKind
	return e
}

// MissingScope returns the Forbidden fault for a token that has none of the scopes, of which one is enough.
func MissingScope(scopes ...string) *Error {
	e := New(Forbidden, "This needs a token with the scope %s.", strings.Join(scopes, " or "))
	e.Denial, e.Scopes = DeniedScope, scopes
	return e
}
