package live

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
)

// lateAfter is how old an event may be before a message says that it is late.
const lateAfter = 10 * time.Second

// Format renders events for the connections of one wire. It is comparable, and safe for concurrent use: a pointer does.
type Format interface {
	// Render returns what receivers with the rights of an actor are sent for an event; nil for nothing, because they must not know of it.
	// What it says of things is read then, so that a text that was hidden or erased meanwhile never comes back.
	Render(ctx context.Context, actor app.Actor, o Occurrence) ([]byte, error)
}

// Occurrence is an event with what receivers are told about it.
type Occurrence struct {
	fund.Event
	// Cursor is the place just after the event.
	Cursor feed.Cursor
	// Late reports whether the event is older than ten seconds: its receivers missed it when it was new.
	Late bool
}
