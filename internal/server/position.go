package server

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/ops"
	"github.com/almoner/almoner/internal/store"
)

// markEvery is how often the mark of a database is written at most: what is committed within it can get lost unnoticed.
const markEvery = time.Second

// marker keeps the mark of a database file; see ops.Mark. One without a path keeps none.
type marker struct {
	path, epoch string
	// last is the last position that was committed, written that of the mark.
	last    atomic.Int64
	written int64
}

// checkPosition refuses a database that lost what it had committed. It comes before anything is written. other reports whether the file was exchanged
// for one with another history.
func (n *Node) checkPosition(ctx context.Context, schema store.Schema) (other bool, err error) {
	path, is, err := FileOf(n.Database)
	if err != nil || !is {
		return false, err
	}
	n.mark.path = path
	if schema.Present > 0 {
		return ops.Lost(ctx, n.store, path)
	}
	mark, found, err := ops.ReadMark(path)
	if err == nil && found && mark.Position > 0 {
		err = ops.Behind(path, 0, mark)
	}
	return false, err
}

// beginMark begins to note what is committed. A file that was exchanged begins a history of its own: it may be an older copy, whose positions others
// have seen go on.
func (n *Node) beginMark(ctx context.Context, other bool) error {
	if n.mark.path == "" {
		return nil
	}
	if other {
		n.Log.WarnContext(ctx, "the database file is not the one that was served here last: whatever follows it live begins again")
		if err := n.store.BeginHistory(ctx); err != nil {
			return err
		}
	}
	mark, err := ops.PresentMark(ctx, n.store)
	if err != nil {
		return err
	}
	n.mark.epoch = mark.Epoch
	n.mark.last.Store(mark.Position)
	if err := mark.Write(n.mark.path); err != nil {
		n.unmarked(ctx, err) // a full disk must not keep a server from being read
	}
	n.store.OnCommit(n.mark.committed)
	return nil
}

func (n *Node) unmarked(ctx context.Context, err error) {
	n.Log.WarnContext(ctx, "until where the database is committed cannot be noted", "file", n.mark.path, "error", err)
}

// committed notes what is on the disk.
func (m *marker) committed(events []fund.Event) {
	for _, e := range events {
		if e.Position > m.last.Load() {
			m.last.Store(e.Position)
		}
	}
}

// write writes the mark if something was committed since it was written.
func (m *marker) write() error {
	last := m.last.Load()
	if m.path == "" || m.epoch == "" || last <= m.written {
		return nil
	}
	if err := (ops.Mark{Epoch: m.epoch, Position: last}).Write(m.path); err != nil {
		return err
	}
	m.written = last
	return nil
}

// keepMark is a worker that keeps the mark.
func (n *Node) keepMark(ctx context.Context) error {
	tick := time.NewTicker(markEvery)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			if err := n.mark.write(); err != nil {
				n.unmarked(ctx, err)
			}
		}
	}
}
