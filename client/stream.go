package client

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// stillReading is the comment with which a server says that more of the past is to come.
const stillReading = "still reading"

// stream opens one stream of server-sent events, and delivers its messages until it ends.
func (f *follower) stream(ctx context.Context) error {
	ctx, alive, stop := watched(ctx)
	defer stop()
	q := url.Values{"facts": {strings.Join(f.facts, ",")}}
	if len(f.types) > 0 {
		q.Set("types", strings.Join(f.types, ","))
	}
	if f.after != "" {
		q.Set("after", f.after)
	}
	r, err := f.client.request(ctx, http.MethodGet, "/live/events?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "text/event-stream")
	answer, err := f.client.http.Do(r)
	if err != nil {
		return f.cut(ctx, err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
		return refusal(answer, text)
	}
	return f.lines(ctx, answer.Body, alive)
}

// lines reads server-sent events until the connection ends. One message may come in several lines of data.
func (f *follower) lines(ctx context.Context, body io.Reader, alive func()) error {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, MaxMessage+len("data: \r\n"))
	var data []byte
	for lines.Scan() {
		alive()
		field, value, _ := bytes.Cut(lines.Bytes(), []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch {
		case len(lines.Bytes()) == 0 && len(data) > 0:
			if err := f.message(data); err != nil {
				return err
			}
			data = nil
		case len(field) == 0 && len(value) > 0:
			if f.past && f.got > 0 && string(value) != stillReading {
				return errEnded
			}
		case string(field) == "retry":
			f.retry = retryAfter(string(value), time.Millisecond)
		case string(field) == "data" && len(data)+len(value) > MaxMessage:
			return f.client.tooLong()
		case string(field) == "data":
			data = append(data, value...)
		}
	}
	err := lines.Err()
	if errors.Is(err, bufio.ErrTooLong) {
		return f.client.tooLong()
	}
	if err == nil {
		err = errCut
	}
	return f.cut(ctx, err)
}
