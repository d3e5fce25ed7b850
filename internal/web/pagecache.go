package web

import (
	"sync"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/coding"
)

const (
	// cacheFor is how long a page may be shown again: many who watch one campaign cost no more
	// than one, and nobody sees totals that are much older than the page's way to them.
	cacheFor = time.Second
	// maxCachedPages is how many pages are kept at most.
	maxCachedPages = 512
)

// rendered is a page as it is sent.
type rendered struct {
	status int
	// requestID is the id that the page of a failure quotes, also to others who waited for it; "" for other pages.
	requestID string
	// location is where a redirect leads to.
	location string
	// contentType is what the body is; "" is HTML.
	contentType string
	// policy is the content policy; "" is readPolicy.
	policy string
	body   []byte
	// tag is the entity tag of a page for all visitors; "" for others, and for those that stand in for one that cannot be shown.
	tag string
	// shared is the body of a page that is the same for all visitors; nil for others, which may hold secrets and are
	// not compressed.
	shared *coding.Body
}

// cache remembers the pages of the last second by their patterns and canonical paths. Whoever asks for a page that is
// being made waits for it. A page that was begun before the last change is not shown to those who
// come after the change: who was told of a donation never sees an older total.
type pageCache struct {
	now func() time.Time
	// changes counts what has changed anywhere.
	changes atomic.Uint64
	mu      sync.Mutex
	pages   map[string]*cachedPage
}

type cachedPage struct {
	// made is closed when page can be read.
	made  chan struct{}
	page  rendered
	until time.Time
	// begun is how many changes there were before anything was read.
	begun uint64
}

func newPageCache(now func() time.Time) *pageCache {
	return &pageCache{now: now, pages: map[string]*cachedPage{}}
}

// get gives the page of a path, which it has made where there is none that may be shown. Only
// pages that are there are kept: problems may be over in a moment.
func (k *pageCache) get(path string, build func() rendered) rendered {
	arrived := k.changes.Load()
	for {
		k.mu.Lock()
		known, now := k.pages[path], k.now()
		finished := known != nil && !known.until.IsZero()
		if known == nil || finished && (known.begun < arrived || !now.Before(known.until)) {
			return k.make(path, now, build)
		}
		k.mu.Unlock()
		<-known.made
		if known.begun >= arrived {
			return known.page
		}
	}
}

// make builds a page and keeps it. The caller holds the lock, which it gives back.
func (k *pageCache) make(path string, now time.Time, build func() rendered) rendered {
	k.makeRoom(now)
	one := &cachedPage{made: make(chan struct{}), page: problemText, begun: k.changes.Load()}
	k.pages[path] = one
	k.mu.Unlock()

	defer func() {
		k.mu.Lock()
		defer k.mu.Unlock()
		if one.page.status == 0 {
			one.until = k.now().Add(cacheFor)
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
func (k *pageCache) makeRoom(now time.Time) {
	if len(k.pages) < maxCachedPages {
		return
	}
	for path, p := range k.pages {
		if !p.until.IsZero() && !now.Before(p.until) {
			delete(k.pages, path)
		}
	}
	for path := range k.pages {
		if len(k.pages) < maxCachedPages {
			return
		}
		delete(k.pages, path)
	}
}
