package command

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

const (
	// hookTimeout is how long a receiver of webhooks may take to answer.
	hookTimeout = 10 * time.Second
	// maxHookAnswer is how much of its answer is read, in bytes, so that the connection can be used again.
	maxHookAnswer = 4 << 20
)

// checkReceiver refuses what is no address that webhooks can be forwarded to. Which one it is is the user's own choice.
func checkReceiver(text string) error {
	address, err := url.Parse(text)
	if err != nil || address.Host == "" || address.Scheme != "http" && address.Scheme != "https" {
		return fault.New(fault.Malformed, "%q is not an address to forward to; write it as http://127.0.0.1:3000/hook", fault.Echo(text))
	}
	return nil
}

// deliver sends a signed body to a receiver and returns the status of the answer, which is not read. It follows no redirect. Its errors do not repeat the
// address, which its caller knows.
func deliver(ctx context.Context, to string, header http.Header, body []byte) (status int, err error) {
	ctx, cancel := context.WithTimeout(ctx, hookTimeout)
	defer cancel()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, bytes.NewReader(body))
	if err != nil {
		return 0, err
	}
	r.Header = header.Clone()
	answer, err := receivers.Do(r)
	var address *url.Error
	if errors.As(err, &address) {
		err = address.Err
	}
	if err != nil {
		return 0, err
	}
	_, _ = io.Copy(io.Discard, io.LimitReader(answer.Body, maxHookAnswer))
	return answer.StatusCode, answer.Body.Close()
}

// receivers are asked without a proxy: most are on this machine.
var receivers = &http.Client{
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Transport:     &http.Transport{MaxIdleConnsPerHost: 4, IdleConnTimeout: time.Minute},
}
