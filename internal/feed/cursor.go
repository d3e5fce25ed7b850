package feed

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"regexp"
	"strconv"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// ErrReset says that the place to resume from is not part of the log: it is of another history, or older than what is kept. The
// subscriber begins again with the present state.
var ErrReset = errors.New("feed: the place is not part of the log")

var (
	errForeign = fmt.Errorf("%w: another history", ErrReset)
	errExpired = fmt.Errorf("%w: no longer kept", ErrReset)
)

// Cursor is a place in the log of events: just after the event at Position, 0 for the beginning.
type Cursor struct {
	// Epoch is that of the database, and Mark that of the event; the beginning has a zero Mark.
	Epoch    string
	Mark     fund.Mark
	Position int64
}

// String is the cursor's text: "<epoch>-<mark>.<position>".
func (c Cursor) String() string {
	return c.Epoch + "-" + hex.EncodeToString(c.Mark[:]) + "." + strconv.FormatInt(c.Position, 10)
}

var cursorForm = regexp.MustCompile(`^([a-z0-9]{8})-([0-9a-f]{8})\.(0|[1-9][0-9]{0,17})$`)

// ParseCursor reads the text of a cursor. Anything else is Malformed; whether the place exists is the feed's to say.
func ParseCursor(text string) (c Cursor, err error) {
	parts := cursorForm.FindStringSubmatch(text)
	if parts == nil {
		return c, fault.New(fault.Malformed, "A cursor looks like k3v9x2ma-0f3a91bc.1234: take the one of the last event that arrived.")
	}
	c.Epoch = parts[1]
	if _, err := hex.Decode(c.Mark[:], []byte(parts[2])); err != nil {
		return c, fault.Wrap(err, fault.Malformed, "The cursor has no mark.")
	}
	if c.Position, err = strconv.ParseInt(parts[3], 10, 64); err != nil {
		return c, fault.Wrap(err, fault.Malformed, "The cursor has no position.")
	}
	return c, nil
}

// Expired reports whether an ErrReset is about a place in this history that is older than what is kept.
func Expired(err error) bool { return errors.Is(err, errExpired) }

// Cursor is the place just after an event that a Subscription returned.
func (f *Follower) Cursor(e *fund.Event) Cursor {
	return Cursor{Epoch: f.Epoch(), Mark: e.Mark(), Position: e.Position}
}

// Epoch is that of the database.
func (f *Follower) Epoch() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.epoch
}

// Head subscribes to what follows the last event that was seen, and returns that place. Read the present state after it: then
// nothing is missing in the state and what follows together.
func (f *Follower) Head(ctx context.Context) (*Subscription, Cursor, error) {
	s := f.Subscribe(f.Position())
	c := Cursor{Epoch: f.Epoch(), Position: s.position}
	if s.position == 0 {
		return s, c, nil
	}
	events, err := f.store.EventsFrom(ctx, s.position, s.position, 0)
	if err != nil {
		return nil, c, fmt.Errorf("event %d: %w", s.position, err)
	}
	if len(events) == 0 {
		return nil, c, errForeign
	}
	c.Mark = events[0].Mark()
	return s, c, nil
}

// Resume subscribes to what follows a cursor. It is ErrReset when that place is not in the log, or no longer.
func (f *Follower) Resume(ctx context.Context, c Cursor) (*Subscription, error) {
	// The subscription is made first: when the log is replaced meanwhile, it is closed.
	s := f.Subscribe(c.Position)
	if c.Epoch != f.Epoch() {
		return nil, errForeign
	}
	first, err := f.store.FirstPosition(ctx)
	if err != nil {
		return nil, fmt.Errorf("resume: %w", err)
	}
	if c.Position == 0 {
		if first > 1 {
			return nil, errExpired
		}
		return s, nil
	}
	events, err := f.store.EventsFrom(ctx, c.Position, c.Position, 0)
	switch {
	case err != nil:
		return nil, fmt.Errorf("resume: %w", err)
	case len(events) == 1 && events[0].Mark() == c.Mark:
		return s, nil
	case len(events) == 0 && c.Position < first:
		return nil, errExpired
	default:
		return nil, errForeign
	}
}

// place returns the event by which to check the log, and the position after which to read it.
func (f *Follower) place() (known knownEvent, from int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.known, f.position
}

// continued returns the events without the known one, and whether they continue the history that it belongs to.
func (k knownEvent) continued(events []fund.Event) (later []fund.Event, same bool) {
	if k.position == 0 {
		return events, true
	}
	if len(events) == 0 || events[0].Position != k.position {
		return nil, false
	}
	return events[1:], !k.marked || events[0].Mark() == k.mark
}

// newest is the last of the events, or the same as before without any.
func (k knownEvent) newest(events []fund.Event) knownEvent {
	if len(events) == 0 {
		return k
	}
	last := &events[len(events)-1]
	return knownEvent{last.Position, last.Mark(), true}
}

// reset follows the log that took the place of the one that was followed, from its end on. All subscriptions end.
func (f *Follower) reset(ctx context.Context) error {
	epoch, err := f.store.Epoch(ctx)
	if err != nil {
		return fmt.Errorf("another log: %w", err)
	}
	last, err := f.store.LastPosition(ctx)
	if err != nil {
		return fmt.Errorf("another log: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.log.WarnContext(ctx, "the event log was replaced: a backup was restored, or a failover lost events", "was at", f.position, "is at", last)
	f.epoch, f.start, f.position, f.recent = epoch, last, last, nil
	f.known = knownEvent{position: last}
	f.history++
	close(f.next)
	f.next = make(chan struct{})
	return nil
}
