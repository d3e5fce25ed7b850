package openid

import (
	"errors"
	"io"
	"net/http"
)

// errLarge is why the rest of an answer is not read.
var errLarge = errors.New("the answer of the provider is too large")

// bounded lets no answer be larger than MaxAnswer.
type bounded struct{ to http.RoundTripper }

// RoundTrip makes one request.
func (b bounded) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := b.to.RoundTrip(r)
	if err != nil {
		return nil, err //nolint:wrapcheck // http.Client wraps it
	}
	answer.Body = &boundedBody{body: answer.Body, left: MaxAnswer}
	return answer, nil
}

type boundedBody struct {
	body io.ReadCloser
	left int
}

// Read reads up to the limit, and fails at what is behind it.
func (b *boundedBody) Read(p []byte) (int, error) {
	if b.left < 0 {
		return 0, errLarge
	}
	n, err := b.body.Read(p[:min(len(p), b.left+1)])
	if b.left -= n; b.left < 0 {
		return n + b.left, errLarge
	}
	return n, err //nolint:wrapcheck // a reader's io.EOF stays as it is
}

// Close closes the answer.
func (b *boundedBody) Close() error { return b.body.Close() } //nolint:wrapcheck // it is the answer's own
