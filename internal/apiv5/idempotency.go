package apiv5

import (
	"context"
	"crypto/sha256"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// once lets a write with an Idempotency-Key happen once: the first answer is kept for 24 hours and
// given again, with the header Idempotent-Replayed. Refusals of the request are answers too;
// failures of ours, and those of the caller's rate and token, are not. It stands around every other
// wrapper, so that what they refuse is kept too.
func (v *version) once(write handler) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		keys := c.Request.Header.Values("Idempotency-Key")
		if len(keys) == 0 {
			return write(ctx, c)
		}
		var (
			reply  api.Reply
			failed error
		)
		request := app.OnceRequest{Key: strings.Join(keys, ", "), Hash: requestHash(c)}
		kept, replayed, err := v.app.Once(ctx, c.Caller, request, func(ctx context.Context, actor app.Actor) (fund.Answer, error) {
			once := *c
			once.Caller = actor
			reply, failed = write(ctx, &once)
			return worthKeeping(reply, failed)
		})
		switch {
		case err != nil:
			return api.Reply{}, err
		case replayed:
			return replay(kept), nil
		default:
			return reply, failed
		}
	}
}

// requestHash is of everything that the work of a request depends on: besides method, path and body
// the version that it is to change.
func requestHash(c *call) [sha256.Size]byte {
	h := sha256.New()
	for _, part := range []string{c.Request.Method, c.Request.URL.EscapedPath(), strings.Join(c.Request.Header.Values("If-Match"), ", ")} {
		_, _ = fmt.Fprintf(h, "%d:%s", len(part), part)
	}
	_, _ = h.Write(c.Body)
	return [sha256.Size]byte(h.Sum(nil))
}

// neverStored are the refusals that say nothing of the request itself.
var neverStored = []int{http.StatusUnauthorized, http.StatusTooManyRequests}

// storedHeaders are the headers that belong to an answer.
var storedHeaders = []string{"Location"}

// worthKeeping is an answer as it is kept, or the error where there is nothing worth it.
func worthKeeping(reply api.Reply, failed error) (fund.Answer, error) {
	if failed != nil {
		status, body := encodeFault(fault.From(failed), "")
		if status >= http.StatusInternalServerError || slices.Contains(neverStored, status) {
			return fund.Answer{}, failed
		}
		return fund.Answer{Status: status, Body: body}, nil
	}
	answer := fund.Answer{Status: reply.Status, Header: headerLines(reply.Header)}
	if answer.Status == 0 {
		answer.Status = http.StatusOK
	}
	if answer.Status == http.StatusNoContent {
		return answer, nil
	}
	var err error
	_, answer.Secret = reply.Body.(newEndpoint)
	answer.Body, err = encode(answer.Status, reply.Body)
	return answer, err
}

// headerLines are the headers that are kept: "Name: value" a line.
func headerLines(h http.Header) string {
	var lines strings.Builder
	for _, name := range storedHeaders {
		if value := h.Get(name); value != "" {
			_, _ = fmt.Fprintf(&lines, "%s: %s\n", name, value)
		}
	}
	return lines.String()
}

// replay gives a kept answer again.
func replay(kept fund.Answer) api.Reply {
	header := http.Header{"Idempotent-Replayed": {"true"}}
	for line := range strings.Lines(kept.Header) {
		name, value, _ := strings.Cut(strings.TrimSuffix(line, "\n"), ": ")
		header.Set(name, value)
	}
	return api.Reply{Status: kept.Status, Body: api.Raw(kept.Body), Header: header}
}
