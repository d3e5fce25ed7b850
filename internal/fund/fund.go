// Package fund is the domain of Almoner: its nouns, their states and the rules that need no I/O. It has no wire tags, no SQL and no clock.
//
// Its center is the fact: anything that takes or gathers donations. A fact may support a parent, which also counts what the fact raises.
// Amounts are minor units of the fact's currency, which is the currency of its cause, so that sums never convert. A missing text is "", a
// missing time is the zero time, a missing reference is nil.
package fund

import (
	"database/sql/driver"
	"fmt"
	"io"
	"time"

	"github.com/gofrs/uuid/v5"
)

// ID is a permanent identifier: a version 7 UUID, so that ids sort by creation time.
type ID [16]byte

// NewID returns a new id for the instant now with bits from random.
func NewID(now time.Time, random io.Reader) (ID, error) {
	u, err := uuid.NewGenWithOptions(uuid.WithRandomReader(random)).NewV7AtTime(now)
	if err != nil {
		return ID{}, fmt.Errorf("new id: %w", err)
	}
	return ID(u), nil
}

// FirstID is below every id that NewID made at the instant or later, and above those that it made more than a millisecond before.
func FirstID(at time.Time) ID {
	var id ID
	ms := max(0, at.UnixMilli())
	for i := range 6 {
		id[i] = byte(ms >> (8 * (5 - i)))
	}
	return id
}

// ParseID reads the canonical text form of a UUID.
func ParseID(text string) (ID, error) {
	if len(text) != 36 {
		return ID{}, fmt.Errorf("id %q: not a UUID", text)
	}
	u, err := uuid.FromString(text)
	if err != nil {
		return ID{}, fmt.Errorf("id %q: %w", text, err)
	}
	return ID(u), nil
}

// With is an id of the same time with the given bits in place of its random ones.
func (id ID) With(bits [32]byte) ID {
	made := id
	copy(made[6:], bits[:])
	made[6], made[8] = made[6]&0x0f|0x70, made[8]&0x3f|0x80 // still a UUID of version 7
	return made
}

// String is the canonical text form: 36 characters, lower case.
func (id ID) String() string { return uuid.UUID(id).String() }

// IsZero reports whether there is no id.
func (id ID) IsZero() bool { return id == ID{} }

// Time is the time of the clock when the id was made, in whole milliseconds; false for an id that has none, which is not of version 7.
func (id ID) Time() (time.Time, bool) {
	if uuid.UUID(id).Version() != 7 {
		return time.Time{}, false
	}
	var millis int64
	for _, b := range id[:6] {
		millis = millis<<8 | int64(b)
	}
	return time.UnixMilli(millis).UTC(), true
}

// Value stores the id as its 16 bytes, and no id as NULL.
func (id ID) Value() (driver.Value, error) {
	if id.IsZero() {
		return nil, nil
	}
	return id[:], nil
}

// Scan reads what Value stored.
func (id *ID) Scan(src any) error {
	switch b := src.(type) {
	case nil:
		*id = ID{}
	case []byte:
		if len(b) != len(id) {
			return fmt.Errorf("id of %d bytes, want %d", len(b), len(id))
		}
		copy(id[:], b)
	default:
		return fmt.Errorf("id from %T", src)
	}
	return nil
}

// Key identifies one object by exactly one of its names.
type Key struct {
	ID       ID
	LegacyID int64
	// Slug is unique under its owner only; see the finder that takes the key.
	Slug string
}

// String is the key for messages: the slug, the legacy id or the UUID, and "" for an empty key.
func (k Key) String() string {
	switch {
	case k.Slug != "":
		return k.Slug
	case k.LegacyID != 0:
		return fmt.Sprint(k.LegacyID)
	case k.ID.IsZero():
		return ""
	default:
		return k.ID.String()
	}
}

// Ref refers to another object by every name that a wire may need.
type Ref struct {
	ID       ID
	LegacyID int64
	Slug     string
	Name     string
}

// IDOrZero is the referenced id; the zero id for a nil reference.
func (r *Ref) IDOrZero() ID {
	if r == nil {
		return ID{}
	}
	return r.ID
}

// Owner is the part of a fact's user or team that responses show.
type Owner struct {
	Ref
	// Avatar is the address of a picture; "" for the default one.
	Avatar string
}

// Page requests a page of a list that is ordered newest first. Both cursors may be set.
type Page struct {
	// Limit is the maximum number of items; at least 1.
	Limit int
	// Before selects items older than the cursor, After the nearest newer ones.
	Before, After *Cursor
	// Order is the direction of the list; "" is NewestFirst.
	Order Order
}

// Order is the direction of a list.
type Order string

// The directions of lists. In a list with a sort key other than time, the highest key counts as the newest.
const (
	NewestFirst Order = ""
	OldestFirst Order = "oldest"
)

// Span is an interval: from After (inclusive) until Before (exclusive). A zero end is open.
type Span struct{ After, Before time.Time }

// Cursor is a position in a list: the sort key of one item.
type Cursor struct {
	// At is the first sort key (a donation's completion); the zero time where a list is
	// ordered by number only.
	At time.Time
	// ID or Number is the last sort key, which is unique.
	ID     ID
	Number int64
}

// Opt is a field of a patch: unset leaves the value as it is; set to the zero value clears it.
type Opt[T any] struct {
	Value T
	Set   bool
}

// Some is a set field.
func Some[T any](value T) Opt[T] { return Opt[T]{Value: value, Set: true} }

// To writes the value to target if it is set.
func (o Opt[T]) To(target *T) {
	if o.Set {
		*target = o.Value
	}
}
