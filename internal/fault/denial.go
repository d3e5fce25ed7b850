package fault

import "strings"

// Denial is why the access token of an Unauthenticated or Forbidden caller was not accepted.
type Denial uint8

const (
	// DeniedOther is a refusal that is not about the token: none was sent, or its holder lacks the right.
	DeniedOther Denial = iota
	// DeniedToken means that the token is unknown, expired, revoked or unreadable.
	DeniedToken
	// DeniedKind means that the token is valid but of the wrong kind: an application's own token where a
	// user's is needed.
	DeniedKind
	// DeniedScope means that the token has none of the fault's Scopes.
	DeniedScope
)

// BadToken makes the Unauthenticated fault for a token that is not valid.
func BadToken(format string, args ...any) *Error {
	e := New(Unauthenticated, format, args...)
	e.Denial = DeniedToken
	return e
}

// WrongToken makes the fault for a valid token of the wrong kind. The fault's kind is Unauthenticated or
// Forbidden.
func WrongToken(kind Kind, format string, args ...any) *Error {
	e := New(kind, format, args...)
	e.Denial = DeniedKind
	return e
}

// MissingScope makes the Forbidden fault for a token that has none of the scopes; any one of them is enough.
func MissingScope(scopes ...string) *Error {
	e := New(Forbidden, "This needs a token with the scope %s.", strings.Join(scopes, " or "))
	e.Denial, e.Scopes = DeniedScope, scopes
	return e
}
