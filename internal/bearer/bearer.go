// Package bearer says in the words of RFC 6750 why a bearer token does not do. All wires for programs
// share it.
package bearer

import (
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// start begins every header: RFC 6750 wants at least one parameter.
const start = `Bearer realm="almoner"`

// The error codes of RFC 6750, section 3.1.
const (
	InvalidToken      = "invalid_token"
	InsufficientScope = "insufficient_scope"
)

// notYours is the description of a refusal that has no words of its own.
const notYours = "The user, cause or application of this token may not do this here."

// Refusal is the value of WWW-Authenticate for a fault that is answered with the status: which error it
// is, which scopes would do, and why in words. Who sent no token at all is told nothing but the scheme
// (section 3.1). It is "" for other statuses than 401 and 403.
func Refusal(f *fault.Error, status int) string {
	switch {
	case status != http.StatusUnauthorized && status != http.StatusForbidden:
		return ""
	case f.Denial == fault.DeniedUnsaid && status == http.StatusUnauthorized:
		return start
	}
	header := start
	if code := code(f.Denial, status); code != "" {
		header += `, error="` + code + `"`
	}
	if f.Denial == fault.DeniedScope {
		header += `, scope="` + strings.Join(f.Scopes, " ") + `"`
	}
	description := f.Message
	if description == "" {
		description = notYours
	}
	return header + `, error_description="` + Description(description) + `"`
}

// code is the error code for a denial; "" where none fits. A token of the wrong kind is invalid where the
// status asks for another one, and has too few privileges where it is known and refused.
func code(d fault.Denial, status int) string {
	switch {
	case d == fault.DeniedUnsaid:
		return ""
	case d == fault.DeniedScope, d == fault.DeniedKind && status == http.StatusForbidden:
		return InsufficientScope
	default:
		return InvalidToken
	}
}

// Description keeps to the characters that RFC 6749 and 6750 allow in error_description.
func Description(text string) string {
	return strings.Map(func(c rune) rune {
		switch {
		case c == '"':
			return '\''
		case c < ' ' || c > '~' || c == '\\':
			return '?'
		}
		return c
	}, text)
}
