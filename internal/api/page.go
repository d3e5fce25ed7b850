package api

import "net/http"

// GuardPage sets what every answer to a browser has: the content security policy, no guessing of content types, and
// the referrer policy.
func GuardPage(h http.Header, policy, referrer string) {
	h.Set("Content-Security-Policy", policy)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", referrer)
}
