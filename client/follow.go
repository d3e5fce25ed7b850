package client

import (
	"context"
	"encoding/json"
	"errors"
	"iter"
	"math/rand/v2"
	"slices"
	"strings"
	"time"
)

const (
	// MaxMessage is how long a message may be, in bytes: the present state of 200 facts, and room to spare. A longer one ends a loop with [ErrMessageTooLong].
	MaxMessage = 64 << 20
	// silence is how long a connection may be silent before it counts as broken. A server sends something every 15 seconds.
	silence = 30 * time.Second
	// firstPause and longestPause bound the wait before reconnecting.
	firstPause   = 250 * time.Millisecond
	longestPause = 30 * time.Second
)

// FollowOptions say what to follow, and where to begin.
type FollowOptions struct {
	// Facts names the facts: a UUID, the number of a campaign, @user/slug, +team/slug or cause/slug each.
	Facts []string
	// Types are the types of events to receive, such as donation.completed; empty for all.
	Types []string
	// After is the cursor to begin after; "" begins with the present state.
	After string
	// Store keeps the cursor across restarts; nil keeps none. A stored cursor takes precedence over After. It is saved after each pass of the loop,
	// except the one that leaves the loop: that message comes again.
	Store CursorStore
	// OnError, if not nil, is called with the reason before a broken connection is made again.
	OnError func(error)
	// Sleep replaces the clock in tests; nil waits in real time.
	Sleep func(context.Context, time.Duration) error
}

// Follow ranges over the events of facts as they happen, over server-sent events. Without a cursor to begin after, the first message is the present state.
// It reconnects with growing waits and resumes after the last message the loop has finished, so each event comes once and none is missed. The loop ends
// with an error: that of the context, a refusal that is not temporary, an error of the Store, [ErrMessageTooLong], or [ErrGone].
func (c *Client) Follow(ctx context.Context, f FollowOptions) iter.Seq2[Message, error] {
	return c.follow(ctx, f, follower{connect: (*follower).stream})
}

// FollowWebSocket is like [Client.Follow], over a WebSocket.
func (c *Client) FollowWebSocket(ctx context.Context, f FollowOptions) iter.Seq2[Message, error] {
	return c.follow(ctx, f, follower{connect: (*follower).socket})
}

// History is like [Client.Follow], but ends without an error once it has delivered everything up to now.
func (c *Client) History(ctx context.Context, f FollowOptions) iter.Seq2[Message, error] {
	return c.follow(ctx, f, follower{connect: (*follower).stream, past: true})
}

func (c *Client) follow(ctx context.Context, f FollowOptions, one follower) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		one := one // each range over it begins anew
		one.client, one.yield, one.types, one.after, one.store = c, yield, f.Types, f.After, f.Store
		one.facts = slices.Clone(f.Facts)
		if err := one.run(ctx, f); !errors.Is(err, errEnded) {
			yield(Message{}, err)
		}
	}
}

// ErrGone ends a loop when none of its facts may be seen any more.
var ErrGone = errors.New("none of the facts may be seen any more")

// errEnded says that the loop was left, or that a history is complete.
var errEnded = errors.New("ended")

// follower is a running loop.
type follower struct {
	client *Client
	// connect opens a connection and delivers its messages until it ends.
	connect func(*follower, context.Context) error
	yield   func(Message, error) bool
	facts   []string
	types   []string
	after   string
	store   CursorStore
	// past ends the loop once everything up to now has come.
	past bool
	// retry is how long the server asks to wait before reconnecting; got counts the messages of this connection.
	retry time.Duration
	got   int
	// parted reports that the server closed the connection on purpose: because of its age, or because the server is stopping.
	parted bool
}

// run connects, and reconnects until the loop ends.
func (f *follower) run(ctx context.Context, said FollowOptions) error {
	if f.store != nil {
		kept, err := f.store.Load()
		if err != nil {
			return err
		}
		if kept != "" {
			f.after = kept
		}
	}
	for failures := 0; ; failures++ {
		f.retry, f.got, f.parted = 0, 0, false
		err := f.connect(f, ctx)
		switch {
		case errors.Is(err, errEnded):
			return err
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case err != nil && !passing(err):
			return err
		}
		if f.got > 0 {
			failures = 0
		}
		if said.OnError != nil && err != nil {
			said.OnError(err)
		}
		if err := wait(ctx, max(f.retry, asked(err), pause(failures)), said.Sleep); err != nil {
			return err
		}
	}
}

// asked returns how long a refusal asks to wait.
func asked(err error) time.Duration {
	if refused, is := errors.AsType[*Error](err); is {
		return refused.RetryAfter
	}
	return 0
}

// pause returns how long to wait after a number of failures. It doubles each time and is random, so that clients that were cut off together do not
// come back together.
func pause(failures int) time.Duration {
	longest := min(firstPause<<min(failures, 10), longestPause)
	return longest/2 + rand.N(longest/2) //nolint:gosec // spreads load, hides nothing
}

// wait waits for a time, or until the context ends; by how if that is not nil, else by the clock.
func wait(ctx context.Context, d time.Duration, how func(context.Context, time.Duration) error) error {
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

// watched returns a context that ends when alive has not been called for as long as silence.
func watched(ctx context.Context) (watched context.Context, alive func(), stop func()) {
	watched, cancel := context.WithCancelCause(ctx)
	quiet := time.AfterFunc(silence, func() { cancel(errSilent) })
	return watched, func() { quiet.Reset(silence) }, func() {
		quiet.Stop()
		cancel(nil)
	}
}

// cut returns the error of a connection that ended; nil if the server closed it on purpose.
func (f *follower) cut(ctx context.Context, err error) error {
	if f.parted {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return f.client.broken(err)
}

// message handles a message as it came.
func (f *follower) message(text []byte) error {
	m := Message{Raw: text}
	var around struct {
		RetryMS int64 `json:"retry_ms"`
		Status  int   `json:"status"`
		Facts   []struct {
			Fact struct{ ID string }
		} `json:"facts"`
	}
	if json.Unmarshal(text, &m) != nil || json.Unmarshal(text, &around) != nil || m.Type == "" {
		return f.client.broken(errForeign)
	}
	if around.RetryMS > 0 {
		f.retry = min(time.Duration(around.RetryMS)*time.Millisecond, longestPause)
	}
	switch m.Type {
	case typeGoodbye:
		f.parted = true
		return nil
	case typeError:
		return socketRefusal(text)
	case TypeGone:
		return f.gone(m)
	case TypeState, TypeReset:
		for i, one := range around.Facts {
			if i == 0 {
				f.facts = nil // "gone" names facts by their UUIDs
			}
			f.facts = append(f.facts, one.Fact.ID)
		}
	default:
		if !strings.Contains(m.Type, ".") {
			return nil // not an event, and not known here
		}
	}
	f.got++
	if m.Type == TypeState && f.after != "" {
		return nil // events follow from the cursor on
	}
	return f.take(m)
}

// take hands a message to the loop, and saves the cursor after it.
func (f *follower) take(m Message) error {
	if !f.yield(m, nil) {
		return errEnded
	}
	if m.Cursor == "" || m.Cursor == f.after {
		return nil
	}
	f.after = m.Cursor
	if f.store == nil {
		return nil
	}
	return f.store.Save(f.after)
}

// gone drops facts that may not be seen any more.
func (f *follower) gone(m Message) error {
	f.facts = slices.DeleteFunc(f.facts, func(id string) bool { return slices.Contains(m.FactIDs, id) })
	if len(f.facts) == 0 {
		return ErrGone
	}
	return f.take(m)
}
