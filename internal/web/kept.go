package web

import (
	"sync"
	"time"
)

const (
	// keptFor is how long a page may be shown again: many who watch one campaign cost no more
	// than one, and nobody sees totals that are much older than the page's way to them.
	keptFor = time.Second
	// keptPages is how many pages are kept at the most.
	keptPages = 512
)

// rendered is a page as it is sent.
type rendered struct {
	status int
	body   []byte
}

// kept remembers the pages of the last second by their paths. Whoever asks for a page that is
// being made waits for it.
type kept struct {
	now   func() time.Time
	mu    sync.Mutex
	pages map[string]*keptPage
}

type keptPage struct {
	// made is closed when page can be read.
	made  chan struct{}
	page  rendered
	until time.Time
}

func newKept(now func() time.Time) *kept { return &kept{now: now, pages: map[string]*keptPage{}} }

// get gives the page of a path, which it has made where there is none. Only pages that are there
// are kept: problems may be over in a moment.
func (k *kept) get(path string, build func() rendered) rendered {
	k.mu.Lock()
	known, now := k.pages[path], k.now()
	if known != nil && (known.until.IsZero() || now.Before(known.until)) {
		k.mu.Unlock()
		<-known.made
		return known.page
	}
	k.makeRoom(now)
	one := &keptPage{made: make(chan struct{}), page: problemText}
	k.pages[path] = one
	k.mu.Unlock()

	defer func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if one.page.status == 0 {
			one.until = k.now().Add(keptFor)
		} else if k.pages[path] == one {
			delete(k.pages, path)
		}
		close(one.made)
	}()
	one.page = build()
	return one.page
}

// makeRoom forgets pages that are too old, and any others while there are too many. The caller
// holds the lock.
func (k *kept) makeRoom(now time.Time) {
	if len(k.pages) < keptPages {
		return
	}
	for path, p := range k.pages {
		if !p.until.IsZero() && !now.Before(p.until) {
			delete(k.pages, path)
		}
	}
	for path := range k.pages {
		if len(k.pages) < keptPages {
			return
		}
		delete(k.pages, path)
	}
}
