package web

import "github.com/almoner/almoner/internal/fund"

// The page of a fact follows the feed: ui.Live watches the events of the fact, and reads the page again when there are any. Who formats an amount, and
// who sees which name, is decided here alone. All who watch hear of an event at once, so the page tells them over which time to spread their reads.
const (
	// leastSpread is that time in milliseconds where few watch.
	leastSpread = 300
	// readsPerSecond is about how many reads a second follow an event of a fact that many watch.
	readsPerSecond = 500
)

// spread is within how many milliseconds after an event the page of a fact is read again. It grows in whole seconds, so that the page stays the
// same while some come and go.
func (s *Site) spread(fact fund.ID) int {
	return leastSpread + s.watchers(fact)/readsPerSecond*1000
}
