package web

import (
	"net/http"
	"net/url"
	"strings"
)

// canonicalPath returns the request as it would be with the canonical spelling of its path, and that path, escaped: slugs are read in any case, and
// every sign may be escaped, so that a path of ten letters has thousands of spellings. It is the request itself where only the escapes differ.
func canonicalPath(r *http.Request) (canonical *http.Request, escaped string) {
	parts := strings.Split(r.URL.EscapedPath(), "/")
	for i, part := range parts {
		if text, err := url.PathUnescape(part); err == nil {
			parts[i] = url.PathEscape(strings.ToLower(text))
		}
	}
	escaped = strings.Join(parts, "/")
	path, err := url.PathUnescape(escaped)
	if err != nil || path == r.URL.Path {
		return r, escaped
	}
	canonical = r.Clone(r.Context())
	canonical.URL.Path, canonical.URL.RawPath = path, escaped
	for _, name := range []string{"first", "second"} {
		if value := r.PathValue(name); value != "" {
			canonical.SetPathValue(name, strings.ToLower(value))
		}
	}
	return canonical, escaped
}
