package web

import (
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/web/ui"
)

// The page of a fact follows the feed: ui.Live watches the events of the fact, and reads the page again when there are any. Who formats an amount, and
// who sees which name, is decided here alone. On a page of cards it watches their facts, and changes only which of them are live. All who watch hear of an event at once, so the page tells them over which time to spread their reads.
// What ends by time alone is no event: the page tells when that is, and ui.Live reads it again then.
const (
	// leastSpread is that time in milliseconds where few watch.
	leastSpread = 300
	// followed is how many cards of a page ui.Live follows, the first ones that are not over.
	followed = 24
	// readsPerSecond is about how many reads a second follow an event of a fact that many watch.
	readsPerSecond = 500
)

// spread is within how many milliseconds after an event a page that follows facts is read again. It grows in whole seconds, so that the page stays the
// same while some come and go.
func (s *Site) spread(facts ...fund.ID) int {
	watchers := 0
	for _, fact := range facts {
		watchers = max(watchers, s.watchers(fact))
	}
	return leastSpread + watchers/readsPerSecond*1000
}

// spreadOver is spread for a page of cards, which follows who of them goes live.
func (s *Site) spreadOver(facts []fund.Fact) int {
	ids := make([]fund.ID, min(len(facts), followed))
	for i := range ids {
		ids[i] = facts[i].ID
	}
	return s.spread(ids...)
}

// sooner is the earlier of two instants, of which the zero time is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// endOf is when one of the cards that are live is so no longer, if nothing happens; the zero time where none is.
func endOf(cards []ui.Card) (at time.Time) {
	for _, c := range cards {
		at = sooner(at, c.LiveUntil)
	}
	return at
}

// instant is an instant as ui.Live reads it: in milliseconds since 1970, rounded up; "" for never.
func instant(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return strconv.FormatInt(at.Add(time.Millisecond-time.Nanosecond).UnixMilli(), 10)
}
