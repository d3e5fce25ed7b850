package api

import (
	"net/http"
	"slices"
	"strings"
)

const (
	// usualHeaders are what pages send, whether a preflight asks for them or not.
	usualHeaders = "Authorization, Content-Type, If-None-Match, If-Match, Idempotency-Key"
	// maxAskedHeaders is how many names of a preflight are looked at, maxHeaderName how long each may be, in bytes.
	maxAskedHeaders = 32
	maxHeaderName   = 64
)

// The values of headers of every answer to OPTIONS, made once. The answer depends on what was asked for, and
// at an address without anything on whether it is a preflight at all.
var (
	corsMethods = []string{"GET, HEAD, POST, PATCH, PUT, DELETE, OPTIONS"}
	corsMaxAge  = []string{"86400"}
	corsVary    = []string{"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"}
)

// preflight reports whether a browser asks if a page may call.
func preflight(r *http.Request) bool {
	return r.Header.Get("Origin") != "" && r.Header.Get("Access-Control-Request-Method") != ""
}

func optionsAnswer(r *http.Request, allow []string) *answer {
	h := http.Header{
		"Access-Control-Allow-Methods": corsMethods,
		"Access-Control-Allow-Headers": {AllowedHeaders(r)},
		"Access-Control-Max-Age":       corsMaxAge,
		"Vary":                         corsVary,
	}
	if len(allow) > 0 {
		h["Allow"] = []string{strings.Join(allow, ", ")}
	}
	return &answer{status: http.StatusNoContent, header: h}
}

// AllowedHeaders is the value of Access-Control-Allow-Headers for a preflight: the usual headers and those
// that it asks for, of which wrappers of fetch add many. A header that nobody expects is not read, so that
// none does harm. Of what is asked for only the first 32 names count, and none of more than 64 bytes.
func AllowedHeaders(r *http.Request) string {
	allowed, asked := strings.Split(usualHeaders, ", "), 0
	for _, line := range r.Header["Access-Control-Request-Headers"] {
		for name := range strings.SplitSeq(line, ",") {
			if asked++; asked > maxAskedHeaders {
				return strings.Join(allowed, ", ")
			}
			name = strings.TrimSpace(name)
			known := slices.ContainsFunc(allowed, func(one string) bool { return strings.EqualFold(one, name) })
			if !known && isHeaderName(name) {
				allowed = append(allowed, name)
			}
		}
	}
	return strings.Join(allowed, ", ")
}

// isHeaderName reports whether a text can be the name of a header (RFC 9110, section 5.6.2).
func isHeaderName(text string) bool {
	const signs = "!#$%&'*+-.^_`|~"
	return text != "" && len(text) <= maxHeaderName && strings.IndexFunc(text, func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && !strings.ContainsRune(signs, c)
	}) < 0
}
