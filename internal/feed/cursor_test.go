package feed_test

import (
	"database/sql"
	"errors"
	"path/filepath"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/feed"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

func TestCursorsAreReadAsWritten(t *testing.T) {
	t.Parallel()
	c := feed.Cursor{Epoch: "k3v9x2ma", Mark: fund.Mark{0x0f, 0x3a, 0x91, 0xbc}, Position: 1234}
	if got := c.String(); got != "k3v9x2ma-0f3a91bc.1234" {
		t.Errorf("got %s", got)
	}
	if got := must.Get(feed.ParseCursor(c.String()))(t); got != c {
		t.Errorf("got %+v, want %+v", got, c)
	}
	for _, wrong := range []string{
		"", "1234", "k3v9x2ma-0f3a91bc", "k3v9x2ma-0f3a91bc.", "k3v9x2ma-0f3a91bc.-1", "k3v9x2ma-0f3a91bc.01", "k3v9x2ma-0f3a91bc.1234567890123456789",
		"K3V9X2MA-0f3a91bc.1", "k3v9x2ma-0f3a91bg.1", "k3v9x2m-0f3a91bc.1", "k3v9x2ma-0f3a91bc.1\n", " k3v9x2ma-0f3a91bc.1",
	} {
		if got, err := feed.ParseCursor(wrong); !fault.Is(err, fault.Malformed) {
			t.Errorf("%q: got %+v, %v, want malformed", wrong, got, err)
		}
	}
}

// TestResumeFollowsACursor takes the cursor of each event and of the head.
func TestResumeFollowsACursor(t *testing.T) {
	t.Parallel()
	db := openStore(t)
	appendEvents(t, db, 3)
	f := following(t, db)
	must.Do(t, f.CatchUp(t.Context()))
	events := must.Get(db.EventsAfter(t.Context(), 0, 9))(t)
	read(t, must.Get(f.Resume(t.Context(), feed.Cursor{Epoch: f.Epoch()}))(t), 1, 3)
	for i := range events[:2] {
		read(t, must.Get(f.Resume(t.Context(), f.Cursor(&events[i])))(t), int64(i)+2, 3)
	}
	s, head, err := f.Head(t.Context())
	must.Do(t, err)
	if want := f.Cursor(&events[2]); head != want {
		t.Errorf("got head %s, want %s", head, want)
	}
	appendEvents(t, db, 1)
	must.Do(t, f.CatchUp(t.Context()))
	read(t, s, 4, 4)
	read(t, must.Get(f.Resume(t.Context(), head))(t), 4, 4)
}

// TestACursorMayBeAheadOfItsNode resumes from an event that only another node has seen.
func TestACursorMayBeAheadOfItsNode(t *testing.T) {
	t.Parallel()
	db := openStore(t)
	f := following(t, db)
	appendEvents(t, db, 3)
	events := must.Get(db.EventsAfter(t.Context(), 0, 9))(t)
	s := must.Get(f.Resume(t.Context(), f.Cursor(&events[1])))(t)
	if got, err := next(ended(t), t, s); err == nil {
		t.Errorf("got %v, want nothing before the node has seen it", got)
	}
	must.Do(t, f.CatchUp(t.Context()))
	read(t, s, 3, 3)
}

func TestOtherHistoriesAndWhatIsGoneGetAReset(t *testing.T) {
	t.Parallel()
	db := newFile(t)
	appendEvents(t, db.Store, 4)
	f := following(t, db.Store)
	must.Do(t, f.CatchUp(t.Context()))
	events := must.Get(db.EventsAfter(t.Context(), 0, 9))(t)
	other, ahead := events[1], events[3]
	other.At = other.At.Add(1000)
	ahead.Position++
	foreign := f.Cursor(&events[1])
	foreign.Epoch = "aaaaaaaa"
	for name, c := range map[string]feed.Cursor{"epoch": foreign, "mark": f.Cursor(&other), "position": f.Cursor(&ahead)} {
		if _, err := f.Resume(t.Context(), c); !errors.Is(err, feed.ErrReset) || feed.Expired(err) {
			t.Errorf("%s: got %v, want a reset because of another history", name, err)
		}
	}
	db.change(t, "DELETE FROM events WHERE position <= 2")
	for i := range events {
		_, err := f.Resume(t.Context(), f.Cursor(&events[i]))
		if gone := i < 2; gone != feed.Expired(err) {
			t.Errorf("event %d: got %v, want expired %v", i+1, err, gone)
		}
	}
	if _, err := f.Resume(t.Context(), feed.Cursor{Epoch: f.Epoch()}); !feed.Expired(err) {
		t.Errorf("beginning: got %v, want expired", err)
	}
}

// TestAReplacedLogEndsItsSubscriptions puts another log in place of the one that is followed, as a failover that lost events does.
func TestAReplacedLogEndsItsSubscriptions(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change string
		more   int
		same   bool
	}{
		"shorter":              {change: "DELETE FROM events WHERE position > 2"},
		"as long again":        {change: "UPDATE events SET at = at + 1 WHERE position > 2"},
		"longer":               {change: "UPDATE events SET at = at + 1 WHERE position > 2", more: 2},
		"empty":                {change: "DELETE FROM events"},
		"without the oldest":   {change: "DELETE FROM events WHERE position < 4", same: true},
		"the same, and longer": {change: "UPDATE events SET amount = 7", more: 2, same: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			db := newFile(t)
			f := following(t, db.Store)
			appendEvents(t, db.Store, 4)
			must.Do(t, f.CatchUp(t.Context()))
			live, idle := f.Subscribe(0), f.Subscribe(feed.Now)
			read(t, live, 1, 4)
			db.change(t, c.change)
			appendEvents(t, db.Store, c.more)
			must.Do(t, f.CatchUp(t.Context()))
			last := must.Get(db.LastPosition(t.Context()))(t)
			if got := f.Position(); got != last {
				t.Errorf("got position %d, want %d", got, last)
			}
			for _, s := range []*feed.Subscription{live, idle} {
				_, err := next(ended(t), t, s)
				if got := errors.Is(err, feed.ErrReset); got == c.same {
					t.Errorf("got %v, want a reset: %v", err, !c.same)
				}
			}
			fresh := f.Subscribe(feed.Now)
			appendEvents(t, db.Store, 1)
			must.Do(t, f.CatchUp(t.Context()))
			read(t, fresh, last+1, last+1)
		})
	}
}

// TestALogIsCheckedAgainstWhatThisNodeCommitted sees nothing but its own events before the log is replaced.
func TestALogIsCheckedAgainstWhatThisNodeCommitted(t *testing.T) {
	t.Parallel()
	db := newFile(t)
	f := following(t, db.Store)
	db.OnCommit(f.Committed)
	appendEvents(t, db.Store, 3)
	must.Do(t, f.CatchUp(t.Context()))
	// What was known first is no longer kept; what was committed since is what counts.
	db.change(t, "DELETE FROM events WHERE position < 3")
	appendEvents(t, db.Store, 1)
	s := f.Subscribe(feed.Now)
	must.Do(t, f.CatchUp(t.Context()))
	appendEvents(t, db.Store, 1)
	read(t, s, 5, 5)
	db.change(t, "UPDATE events SET at = at + 1 WHERE position > 3")
	must.Do(t, f.CatchUp(t.Context()))
	if _, err := next(ended(t), t, s); !errors.Is(err, feed.ErrReset) {
		t.Errorf("got %v, want a reset", err)
	}
}

// following makes a feed with the epoch of its database.
func following(t *testing.T, db *store.Store) *feed.Follower {
	t.Helper()
	return feed.New(feed.Options{Store: db, Epoch: must.Get(db.Epoch(t.Context()))(t)})
}

// file is a database that can be changed behind the store's back.
type file struct {
	*store.Store
	path string
}

func newFile(t *testing.T) file {
	t.Helper()
	path := filepath.Join(t.TempDir(), "almoner.db")
	return file{open(t, "sqlite:"+path), path}
}

// change runs a statement as another program would.
func (f file) change(t *testing.T, text string) {
	t.Helper()
	other, err := sql.Open("sqlite", f.path)
	must.Do(t, err)
	defer func() { _ = other.Close() }()
	must.Get(other.ExecContext(t.Context(), text))(t)
}
