package client

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

const (
	// maxLine is how long a line of the feed may be, in bytes: the present state of 200 facts, and room.
	maxLine = 64 << 20
	// stillReading is the comment of a server that is alive, and has not sent everything up to now.
	stillReading = "still reading"
	// silence is how long the feed may say nothing, not even that it is there, before it counts as broken.
	silence = time.Minute
	// firstPause and longestPause bound the wait before the feed is asked for again.
	firstPause   = 250 * time.Millisecond
	longestPause = 30 * time.Second
)

// Message is an event of the feed, or where the feed begins.
type Message struct {
	// Type is the topic of the event; "state" where the feed begins, and "reset" where it cannot go on from the cursor that was asked for.
	Type   string `json:"type"`
	Cursor string `json:"cursor"`
	// Reason is why there was a reset.
	Reason   string          `json:"reason"`
	At       string          `json:"at"`
	FactID   string          `json:"fact_id"`
	Object   string          `json:"object"`
	ID       string          `json:"id"`
	Test     bool            `json:"test"`
	Late     bool            `json:"late"`
	Replayed bool            `json:"replayed"`
	Detail   json.RawMessage `json:"detail"`
	Data     json.RawMessage `json:"data"`
	// Raw is the whole message as it came, in one line.
	Raw []byte `json:"-"`
}

// The types of messages that are no events.
const (
	TypeState   = "state"
	TypeReset   = "reset"
	typeGone    = "gone"
	typeGoodbye = "goodbye"
)

// Following is what is followed.
type Following struct {
	// Facts are UUIDs, without which the feed does not say which of them is gone; Types are topics, none for all.
	Facts, Types []string
	// After is the cursor to begin after; "" is now.
	After string
	// Each takes the messages in order; its error ends the following.
	Each func(Message) error
	// Idle is called when everything up to now was sent; nil for nothing. Its error ends the following.
	Idle func() error
	// Gone is called with the ids of facts that may not be seen any more, while others go on; nil for nothing.
	Gone func(ids []string)
	// Broken is told why the connection broke, before it is made again; nil for nobody. A connection that the server ends for a while is not broken.
	Broken func(error)
	// Wait waits; nil is the clock.
	Wait func(context.Context, time.Duration) error
}

// Follow follows the feed until its context ends, an error of Each, or a refusal that will not go away. It makes broken connections again, with
// growing waits, and goes on after the last message that Each took, so that each event comes once and none is missed. It ends when none of the
// facts may be seen any more.
func (c *Client) Follow(ctx context.Context, f Following) error {
	f.Facts = slices.Clone(f.Facts)
	for failures := 0; ; failures++ {
		s := stream{client: c, f: &f}
		err := s.run(ctx)
		var ended *endError
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.As(err, &ended):
			return ended.error
		case err != nil && !passing(err):
			return err
		}
		if s.read > 0 {
			failures = 0
		}
		if f.Broken != nil && err != nil {
			f.Broken(err)
		}
		if err := Wait(ctx, max(s.retry, pause(failures)), f.Wait); err != nil {
			return err
		}
	}
}

// endError is an error of the caller, which ends the following.
type endError struct{ error }

// Unwrap gives that error.
func (e *endError) Unwrap() error { return e.error }

// passing reports whether an error may go away on its own.
func passing(err error) bool {
	return fault.Is(err, fault.Unavailable) || fault.Is(err, fault.RateLimited)
}

// pause is how long to wait after so many failures: twice as long each time, and never the same, so that those whose connections broke together
// come back one by one.
func pause(failures int) time.Duration {
	longest := min(firstPause<<min(failures, 10), longestPause)
	return longest/2 + rand.N(longest/2) //nolint:gosec // spreads load, hides nothing
}

// Wait waits for a time, or until the context ends: with how, or else by the clock.
func Wait(ctx context.Context, d time.Duration, how func(context.Context, time.Duration) error) error {
	if how != nil {
		return how(ctx, d)
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-timer.C:
		return nil
	}
}

// stream is one connection of a following.
type stream struct {
	client *Client
	f      *Following
	// retry is after what time the server wants to be asked again, read how many messages came.
	retry time.Duration
	read  int
	// parted reports that the server said goodbye: it ends connections of a certain age, and when it stops.
	parted bool
}

func (s *stream) run(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	quiet := time.AfterFunc(silence, func() { cancel(fault.New(fault.Unavailable, "%s says nothing any more.", s.client.Server())) })
	defer quiet.Stop()
	q := url.Values{"facts": {strings.Join(s.f.Facts, ",")}}
	if len(s.f.Types) > 0 {
		q.Set("types", strings.Join(s.f.Types, ","))
	}
	if s.f.After != "" {
		q.Set("after", s.f.After)
	}
	r, err := s.client.request(ctx, http.MethodGet, "/live/events?"+q.Encode(), nil)
	if err != nil {
		return err
	}
	r.Header.Set("Accept", "text/event-stream")
	answer, err := s.client.http.Do(r)
	if err != nil {
		return s.client.unreachable(err)
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		text, _ := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
		return s.client.refusal(answer, text)
	}
	return s.events(answer.Body, func() { quiet.Reset(silence) })
}

// events reads server-sent events until the connection ends.
func (s *stream) events(body io.Reader, alive func()) error {
	lines := bufio.NewScanner(body)
	lines.Buffer(nil, maxLine)
	var name string
	var data []byte
	for lines.Scan() {
		alive()
		field, value, _ := bytes.Cut(lines.Bytes(), []byte(":"))
		value = bytes.TrimPrefix(value, []byte(" "))
		switch {
		case len(lines.Bytes()) == 0:
			if err := s.event(name, data); err != nil {
				return err
			}
			name, data = "", nil
		case len(field) == 0:
			if s.f.Idle != nil && s.read > 0 && string(value) != stillReading {
				if err := s.f.Idle(); err != nil {
					return &endError{err}
				}
			}
		case string(field) == "retry":
			s.retry = retryAfter(string(value))
		case string(field) == "event":
			name = string(value)
		case string(field) == "data":
			data = append(data, value...)
		}
	}
	switch err := lines.Err(); {
	case s.parted:
		return nil
	case err != nil:
		return s.client.unreachable(err)
	}
	return fault.New(fault.Unavailable, "The connection to %s broke.", s.client.Server())
}

// retryAfter is the wait that a server asks for, within bounds.
func retryAfter(milliseconds string) time.Duration {
	n, err := strconv.ParseUint(milliseconds, 10, 31)
	if err != nil {
		return 0
	}
	return min(time.Duration(n)*time.Millisecond, longestPause)
}

// event takes one event.
func (s *stream) event(name string, data []byte) error {
	switch {
	case len(data) == 0:
		return nil
	case name == typeGoodbye:
		s.parted = true
		return nil
	case name == typeGone:
		return s.gone(data)
	}
	m := Message{Raw: data}
	if err := json.Unmarshal(data, &m); err != nil || m.Type == "" {
		return fault.New(fault.Unavailable, "%s does not speak as Almoner does.", s.client.Server())
	}
	if m.Type == TypeState && s.f.After != "" {
		s.read++
		return nil // the feed goes on from where it was
	}
	if err := s.f.Each(m); err != nil {
		return &endError{err}
	}
	s.f.After = m.Cursor
	s.read++
	return nil
}

// gone ends the following of facts that may not be seen any more.
func (s *stream) gone(data []byte) error {
	var m struct {
		FactIDs []string `json:"fact_ids"`
	}
	if err := json.Unmarshal(data, &m); err != nil {
		return fault.New(fault.Unavailable, "%s does not speak as Almoner does.", s.client.Server())
	}
	s.f.Facts = slices.DeleteFunc(s.f.Facts, func(id string) bool { return slices.Contains(m.FactIDs, id) })
	if len(s.f.Facts) == 0 {
		return &endError{fault.New(fault.NotFound, "You may not see this any more.")}
	}
	if s.f.Gone != nil {
		s.f.Gone(m.FactIDs)
	}
	return nil
}
