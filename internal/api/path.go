package api

import (
	"net/http"
	"net/url"
	"strings"
)

// TidyPath gives a request whose path has no empty segments and no slash at the end, the
// same request when there is nothing to do. It works on the escaped path: an escaped slash
// belongs to its segment. It reports false for a path that names nothing: one with dots as
// a segment, which ServeMux would resolve, or one without a leading slash ("*").
func TidyPath(r *http.Request) (*http.Request, bool) {
	if clean(r.URL.Path) {
		return r, true
	}
	escaped := r.URL.EscapedPath()
	if !strings.HasPrefix(escaped, "/") {
		return r, false
	}
	var b strings.Builder
	for segment := range strings.SplitSeq(escaped, "/") {
		switch segment {
		case "":
			continue
		case ".", "..":
			return r, false
		}
		b.WriteByte('/')
		b.WriteString(segment)
	}
	if b.Len() == 0 {
		b.WriteByte('/')
	}
	u := *r.URL
	u.RawPath = b.String()
	path, err := url.PathUnescape(u.RawPath)
	if err != nil {
		return r, false
	}
	u.Path = path
	tidied := r.WithContext(r.Context())
	tidied.URL = &u
	return tidied, true
}

// clean tells of the most common path that nothing needs to be done.
func clean(path string) bool {
	return strings.HasPrefix(path, "/") && !strings.HasSuffix(path, "/") &&
		!strings.Contains(path, "//") && !strings.Contains(path, "/.")
}

// SqueezePath is a path without empty segments. A base URL with a slash at its end makes some.
func SqueezePath(path string) string {
	if !strings.Contains(path, "//") && !strings.HasSuffix(path, "/") {
		return path
	}
	return "/" + strings.Join(strings.FieldsFunc(path, func(c rune) bool { return c == '/' }), "/")
}

// Below reports whether a path is the prefix or below it.
func Below(path, prefix string) bool {
	rest, ok := strings.CutPrefix(path, prefix)
	return ok && (rest == "" || rest[0] == '/')
}

// Absolute is an address with the public address of the service before it, if it is a path of the service.
func Absolute(baseURL, address string) string {
	if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") {
		return baseURL + address
	}
	return address
}

// Origin is the scheme and host of an address; "" where it has none.
func Origin(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Scheme + "://" + u.Host
}
