package api

import (
	"bytes"
	"errors"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/almoner/almoner/internal/coding"
	"github.com/almoner/almoner/internal/fault"
)

// byteOrderMark begins the UTF-8 bodies of some programs, those of .NET and PowerShell among them.
const byteOrderMark = "\uFEFF"

// WithoutByteOrderMark returns the body without the byte order mark that it may begin with, as RFC 8259
// (section 8.1) lets readers do. Marks of UTF-16 stay: DecodeJSON refuses them.
func WithoutByteOrderMark(body []byte) []byte { return bytes.TrimPrefix(body, []byte(byteOrderMark)) }

// readBody is the whole body of a write, which must be JSON if it says what it is.
func readBody(w http.ResponseWriter, r *http.Request, limit int64) ([]byte, error) {
	if err := coding.Refuse(w.Header(), r); err != nil {
		return nil, err
	}
	if r.ContentLength > limit {
		return nil, tooLarge(limit)
	}
	if r.Body == nil || r.Body == http.NoBody {
		return nil, nil
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, limit))
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return nil, tooLarge(limit)
	}
	if err != nil {
		return nil, fault.Wrap(err, fault.Malformed, "The body could not be read to its end.")
	}
	if len(body) > 0 && !isJSON(r.Header.Get("Content-Type")) {
		return nil, fault.New(fault.Unsupported, "The body must be JSON (Content-Type: application/json).")
	}
	return WithoutByteOrderMark(body), nil
}

func tooLarge(limit int64) error {
	return fault.New(fault.TooLarge, "The body must not be larger than %d bytes.", limit)
}

// isJSON accepts an absent Content-Type and ignores parameters, also broken ones.
func isJSON(contentType string) bool {
	if contentType == "" {
		return true
	}
	media, _, err := mime.ParseMediaType(contentType)
	if err != nil && !errors.Is(err, mime.ErrInvalidMediaParameter) {
		return false
	}
	return media == "application/json" || media == "text/json" ||
		strings.HasPrefix(media, "application/") && strings.HasSuffix(media, "+json")
}
