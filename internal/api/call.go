package api

import (
	"net/http"
	"net/url"
)

// Call is one request on its way through a handler.
type Call[C Caller] struct {
	// Request is the request; its body was read already.
	Request *http.Request
	// Caller is who calls.
	Caller C
	// Body is the whole body of a write, within Limits.Body, or the file within Upload.MaxBytes.
	Body []byte
	// ID is the request id, as the caller gets it in X-Request-Id.
	ID string

	query url.Values
}

// Path is the value of a wildcard of the route's pattern.
func (c *Call[C]) Path(name string) string { return c.Request.PathValue(name) }

// Query are the query parameters. A parameter without a value counts as absent, and pairs that
// cannot be read are left out.
func (c *Call[C]) Query() url.Values {
	if c.query == nil {
		c.query = parameters(c.Request.URL)
	}
	return c.query
}

// IfMatch are the entity tags of the If-Match header, quotes included, or "*", and whether the
// caller set such a condition at all: one without any readable tag is met by nothing.
func (c *Call[C]) IfMatch() (tags []string, conditional bool) {
	values := c.Request.Header.Values("If-Match")
	return entityTags(values), len(values) > 0
}
