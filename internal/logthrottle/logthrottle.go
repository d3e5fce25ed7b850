// Package logthrottle keeps a flood of equal troubles from flooding the log: of each kind there is one line a minute, which says how many
// were left out.
//
// A kind is a message with the kind of its fault: all pages that the database does not answer for are one, refused webhooks are another. An
// attribute with the key KindKey makes kinds of its own.
// Only warnings and errors are throttled whose error is a fault that is no error of ours: that the database is away, that a caller may not,
// sends what cannot be read, or too much. An Internal fault is logged each time, because each may be another bug.
//
// The first of a kind is logged at once. What follows within Every is counted; after it, the last of them is logged with left_out, the number
// of those that were not.
package logthrottle

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fault"
)

const (
	// Every is how often one kind is logged at most.
	Every = time.Minute
	// KindKey is the key of an attribute whose values, which must be few, are told apart.
	KindKey = "kind"
	// maxKinds is how many kinds are throttled at once. Messages are constants, so that there are some tens.
	maxKinds = 1024
	// leftOut is the attribute with the number of lines that were left out since the last one of the kind.
	leftOut = "left_out"
)

// New returns a handler that throttles what it hands on to next.
func New(next slog.Handler) slog.Handler {
	return &handler{next: next, kinds: &kinds{all: map[kind]*window{}}}
}

type handler struct {
	next slog.Handler
	// kinds are shared by all handlers that were derived from one.
	kinds *kinds
}

type kind struct {
	level   slog.Level
	message string
	fault   fault.Kind
	// of is the value of KindKey.
	of string
}

type kinds struct {
	mu  sync.Mutex
	all map[kind]*window
}

// window is the time after a line of a kind.
type window struct {
	// last is the last record that was not logged, and the handler that it came to; left is how many there are.
	last slog.Record
	to   slog.Handler
	left int
}

// Enabled is that of slog.Handler.
func (h *handler) Enabled(ctx context.Context, level slog.Level) bool {
	return h.next.Enabled(ctx, level)
}

// WithAttrs is that of slog.Handler.
func (h *handler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return &handler{h.next.WithAttrs(attrs), h.kinds}
}

// WithGroup is that of slog.Handler.
func (h *handler) WithGroup(name string) slog.Handler {
	return &handler{h.next.WithGroup(name), h.kinds}
}

// Handle logs the record, or counts it.
func (h *handler) Handle(ctx context.Context, r slog.Record) error {
	of, throttled := kindOf(r)
	if !throttled || h.kinds.first(of, h.next, r) {
		return h.next.Handle(ctx, r)
	}
	return nil
}

// first reports whether a record is the first of its kind, and to be logged. Otherwise it is counted.
func (k *kinds) first(of kind, to slog.Handler, r slog.Record) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	if w := k.all[of]; w != nil {
		w.last, w.to = r.Clone(), to
		w.left++
		return false
	}
	if len(k.all) < maxKinds {
		k.all[of] = &window{}
		time.AfterFunc(Every, func() { k.end(of) })
	}
	return true
}

// end logs the last record of a window with the number of the others, and begins another window; one without records ends the kind.
func (k *kinds) end(of kind) {
	k.mu.Lock()
	ended := k.all[of]
	if ended.left == 0 {
		delete(k.all, of)
		k.mu.Unlock()
		return
	}
	k.all[of] = &window{}
	time.AfterFunc(Every, func() { k.end(of) })
	k.mu.Unlock()
	ended.last.AddAttrs(slog.Int(leftOut, ended.left-1))
	_ = ended.to.Handle(context.Background(), ended.last) // as slog does with an error of its handler
}

// kindOf is the kind of a record, and whether it is throttled at all.
func kindOf(r slog.Record) (kind, bool) {
	if r.Level < slog.LevelWarn {
		return kind{}, false
	}
	of := kind{level: r.Level, message: r.Message}
	r.Attrs(func(a slog.Attr) bool {
		if a.Key == KindKey {
			of.of = a.Value.String()
		}
		if err, is := a.Value.Any().(error); is {
			of.fault = fault.From(err).Kind
		}
		return true
	})
	return of, of.fault != fault.Internal
}
