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
	// maxMessage is how long a message may be, in bytes: the present state of 200 facts, and room.
	maxMessage = 64 << 20
	// silence is how long a connection may say nothing, not even that it is there, before it counts as broken. A server speaks every 15 seconds.
	silence = 30 * time.Second
	// firstPause and longestPause bound the wait before a connection is made again.
	firstPause   = 250 * time.Millisecond
	longestPause = 30 * time.Second
)

// Following is what is followed.
type Following struct {
	// Facts are UUIDs, numbers of campaigns, or named as @user/slug, +team/slug or cause/slug.
	Facts []string
	// Types are the types of events, such as donation.completed; none for all.
	Types []string
	// After is the cursor to begin after; "" is now.
	After string
	// Place keeps the cursor over restarts; nil for none. What it has counts more than After. It is saved after each message that the loop has dealt with:
	// not after the one at which the loop ends, which comes again.
	Place Place
	// Broken is told why a connection broke, before it is made again; nil for nobody.
	Broken func(error)
	// Wait waits, for tests; nil is the clock.
	Wait func(context.Context, time.Duration) error
}

// Follow ranges over the events of facts as they happen, over server-sent events. It begins with the present state, if it does not begin after a cursor. It makes
// broken connections again, with growing waits, and goes on after the last message that the loop has dealt with, so that each event comes once and none
// is missed. It ends with an error: that of the context, a refusal that will not go away, or ErrGone.
func (c *Client) Follow(ctx context.Context, f Following) iter.Seq2[Message, error] {
	return c.follow(ctx, f, follower{connect: (*follower).stream})
}

// FollowSocket is Follow over a WebSocket.
func (c *Client) FollowSocket(ctx context.Context, f Following) iter.Seq2[Message, error] {
	return c.follow(ctx, f, follower{connect: (*follower).socket})
}

// History is Follow that ends, without an error, when everything up to now has come.
func (c *Client) History(ctx context.Context, f Following) iter.Seq2[Message, error] {
	return c.follow(ctx, f, follower{connect: (*follower).stream, past: true})
}

func (c *Client) follow(ctx context.Context, f Following, one follower) iter.Seq2[Message, error] {
	return func(yield func(Message, error) bool) {
		one := one // each range over it begins anew
		one.client, one.yield, one.types, one.after, one.place = c, yield, f.Types, f.After, f.Place
		one.facts = slices.Clone(f.Facts)
		if err := one.run(ctx, f); !errors.Is(err, errEnded) {
			yield(Message{}, err)
		}
	}
}

// ErrGone ends a following of which nothing is left: none of its facts may be seen any more.
var ErrGone = errors.New("none of the facts may be seen any more")

// errEnded is the error of a loop that has ended, or of a history.
var errEnded = errors.New("ended")

// follower is a following that is under way.
type follower struct {
	client *Client
	// connect makes a connection and takes its messages until it ends.
	connect func(*follower, context.Context) error
	yield   func(Message, error) bool
	facts   []string
	types   []string
	after   string
	place   Place
	// past ends it when everything up to now has come.
	past bool
	// retry is after what time the server wants to be asked again; got is how many messages came over this connection.
	retry time.Duration
	got   int
	// parted reports that the server said goodbye: it ends connections of a certain age, and when it stops.
	parted bool
}

// run connects again and again.
func (f *follower) run(ctx context.Context, said Following) error {
	if f.place != nil {
		kept, err := f.place.Load()
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
		if said.Broken != nil && err != nil {
			said.Broken(err)
		}
		if err := wait(ctx, max(f.retry, asked(err), pause(failures)), said.Wait); err != nil {
			return err
		}
	}
}

// asked is how long the server asks to wait in a refusal.
func asked(err error) time.Duration {
	if refused, is := errors.AsType[*Error](err); is {
		return refused.RetryAfter
	}
	return 0
}

// pause is how long to wait after so many failures: twice as long each time, and never the same, so that those whose connections broke together
// come back one by one.
func pause(failures int) time.Duration {
	longest := min(firstPause<<min(failures, 10), longestPause)
	return longest/2 + rand.N(longest/2) //nolint:gosec // spreads load, hides nothing
}

// wait waits for a time, or until the context ends: with how, or else by the clock.
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

// watched is a context that ends when alive was not called for some time.
func watched(ctx context.Context) (watched context.Context, alive func(), stop func()) {
	watched, cancel := context.WithCancelCause(ctx)
	quiet := time.AfterFunc(silence, func() { cancel(errSilent) })
	return watched, func() { quiet.Reset(silence) }, func() {
		quiet.Stop()
		cancel(nil)
	}
}

// cut is the error of a connection that ended.
func (f *follower) cut(ctx context.Context, err error) error {
	if f.parted {
		return nil
	}
	if cause := context.Cause(ctx); cause != nil {
		err = cause
	}
	return f.client.broken(err)
}

// message takes a message as it came.
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
				f.facts = nil // by their UUIDs the server says which of them is gone
			}
			f.facts = append(f.facts, one.Fact.ID)
		}
	default:
		if !strings.Contains(m.Type, ".") {
			return nil // neither an event nor what is known here
		}
	}
	f.got++
	if m.Type == TypeState && f.after != "" {
		return nil // it goes on from where it was
	}
	return f.take(m)
}

// take hands a message to the loop, and keeps the place after it.
func (f *follower) take(m Message) error {
	if !f.yield(m, nil) {
		return errEnded
	}
	if m.Cursor == "" || m.Cursor == f.after {
		return nil
	}
	f.after = m.Cursor
	if f.place == nil {
		return nil
	}
	return f.place.Save(f.after)
}

// gone takes facts that may not be seen any more.
func (f *follower) gone(m Message) error {
	f.facts = slices.DeleteFunc(f.facts, func(id string) bool { return slices.Contains(m.FactIDs, id) })
	if len(f.facts) == 0 {
		return ErrGone
	}
	return f.take(m)
}
