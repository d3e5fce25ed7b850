package command

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/client"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/login"
)

// Replay sends history again.
type Replay struct {
	feedFlags
	forwardFlags
	From  string `help:"Cursor after which to begin, as almoner tail prints it." required:"" placeholder:"CURSOR"`
	To    string `help:"Cursor to end at, which is sent, too (default: now)." placeholder:"CURSOR"`
	Speed speed  `help:"How fast the history goes by, such as 10x; 0x waits for nothing (default: ${default})." default:"1x" placeholder:"N"`
}

// longestGap is the longest time between two events of a replay, before the speed shortens it.
const longestGap = time.Minute

// speed is how many times as fast as it was the history goes by; 0 is at once.
type speed float64

// maxSpeed is the greatest speed besides 0.
const maxSpeed = 10_000

// UnmarshalText reads 10x or 0.5x.
func (s *speed) UnmarshalText(text []byte) error {
	n, err := strconv.ParseFloat(strings.TrimSuffix(string(text), "x"), 64)
	if err != nil || !(n >= 0 && n <= maxSpeed) {
		return fmt.Errorf("%q is not a speed; write 10x, 0.5x or 0x, %d at most", text, maxSpeed)
	}
	*s = speed(n)
	return nil
}

// gap is how long to wait for an event that came so long after the one before.
func (s speed) gap(d time.Duration) time.Duration {
	if s == 0 || d <= 0 {
		return 0
	}
	return time.Duration(float64(min(d, longestGap)) / float64(s))
}

// errReplayed ends a replay that is complete.
var errReplayed = errors.New("replayed")

// Run sends each event after From up to To as it was sent before, marked as replayed. What it says of its object is how that is now.
func (c Replay) Run(ctx context.Context, t Terminal) error {
	server, following, err := c.open(ctx, t)
	if err != nil {
		return err
	}
	if c.To == "" {
		if c.To, err = here(ctx, server, following); err != nil {
			return done(ctx, err)
		}
	}
	end, err := positionOf("--to", c.To)
	if err != nil {
		return err
	}
	begin, err := positionOf("--from", c.From)
	if err != nil {
		return err
	}
	to, err := c.forwarder(t, following.Facts)
	if err != nil || begin >= end {
		return err
	}
	r := &replaying{feedFlags: c.feedFlags, to: to, end: end, speed: c.Speed}
	following.After = c.From
	for m, err := range server.History(ctx, following) {
		if err == nil {
			err = r.each(ctx, m)
		}
		if errors.Is(err, errReplayed) {
			return nil
		}
		if err != nil {
			return done(ctx, err)
		}
	}
	return nil
}

// replaying is a replay that is under way.
type replaying struct {
	feedFlags
	to    *forwarder
	end   int64
	speed speed
	last  time.Time
}

func (r *replaying) each(ctx context.Context, m client.Message) error {
	switch m.Type {
	case client.TypeGone:
		r.reportGone(r.to.Terminal, r.to.direct, m)
		return nil
	case client.TypeReset:
		return fault.New(fault.Gone, "The history after --from is not this server's, or is no longer kept (%s).", fault.Echo(m.Reason))
	}
	at, err := positionOf("cursor", m.Cursor)
	if err != nil {
		return err
	}
	if at > r.end {
		return errReplayed
	}
	if gap := r.speed.gap(m.At.Sub(r.last)); gap > 0 && !r.last.IsZero() {
		if err := r.to.pause(ctx, gap); err != nil {
			return err
		}
	}
	r.last, m.Replayed = m.At, true
	if err := r.to.forward(ctx, m); err != nil {
		return err
	}
	if at == r.end {
		return errReplayed
	}
	return nil
}

// pause waits, or until the context ends.
func (t Terminal) pause(ctx context.Context, d time.Duration) error {
	if t.Wait != nil {
		return t.Wait(ctx, d)
	}
	select {
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-time.After(d):
		return nil
	}
}

// here is the cursor of now.
func here(ctx context.Context, server *login.Server, following client.FollowOptions) (cursor string, err error) {
	for m, err := range server.Follow(ctx, following) {
		return m.Cursor, err
	}
	return "", context.Cause(ctx)
}

// positionOf is the position in a cursor, which ends in it.
func positionOf(flag, cursor string) (int64, error) {
	_, text, found := strings.Cut(cursor, ".")
	n, err := strconv.ParseInt(text, 10, 64)
	if !found || err != nil || n < 0 {
		return 0, fault.New(fault.Malformed, "%s %q is not a cursor; almoner tail prints one at the end of each line.", flag, fault.Echo(cursor))
	}
	return n, nil
}
