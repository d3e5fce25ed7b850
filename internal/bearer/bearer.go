// Package bearer formats the WWW-Authenticate header of RFC 6750, which says why a bearer token was not
// accepted. All wires for programs share it.
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

// notYours is the description for a fault without a message.
const notYours = "The user, cause or application of this token may not do this here."

// Refusal returns the WWW-Authenticate value for a fault that is answered with the status: the error code,
// the scopes of which one is needed, and the reason in words. A caller who sent no token learns only the
// scheme (RFC 6750, section 3.1). It returns "" for statuses other than 401 and 403.
func Refusal(f *fault.Error, status int) string {
	switch {
	case status != http.StatusUnauthorized && status != http.StatusForbidden:
		return ""
	case f.Denial == fault.DeniedOther && status == http.StatusUnauthorized:
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

// code returns the error code for a denial, "" if none fits. RFC 6750 ties the codes to statuses: a token
// of the wrong kind is invalid_token with a 401 and insufficient_scope with a 403.
func code(d fault.Denial, status int) string {
	switch {
	case d == fault.DeniedOther:
		return ""
	case d == fault.DeniedScope, d == fault.DeniedKind && status == http.StatusForbidden:
		return InsufficientScope
	default:
		return InvalidToken
	}
}

// Description replaces the characters that RFC 6749 and 6750 do not allow in error_description.
func Description(text string) string {
	text = strings.ReplaceAll(text, "…", "...")
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
