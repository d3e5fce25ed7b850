package live

import "time"

// ChatLine is chatLine.
var ChatLine = chatLine

// Status is that of a refusal.
var Status = status

// MaxNoise is how many bytes the client of a stream may send after its request.
const MaxNoise = maxNoise

// MaxQueued is how many messages may wait for a reader.
const MaxQueued = maxQueued

// MaxQueuedBytes is how many bytes may wait for a reader.
const MaxQueuedBytes = maxQueuedBytes

// MaxAge is how old a connection gets.
const MaxAge = maxAge

// BeatAll gives every connection its heartbeat, as of now.
func (h *Hub) BeatAll(now time.Time) {
	for group := range h.groups {
		h.beat(group, now)
	}
}

// The limits of passes: see wake.go.
const (
	WakeAfter = wakeAfter
	RestFor   = restFor
	MaxRest   = maxRest
)

// AfterBatch is how long the hub rests after a batch of events, and how many the next one may have.
func AfterBatch(limit, events int, meanwhile int64, took time.Duration) (rest time.Duration, next int) {
	p := passed{limit: limit, events: events, meanwhile: meanwhile, took: took}
	return p.rest(), p.nextLimit()
}

// DrawnFor is for how long a drawing serves others.
const DrawnFor = drawnFor

// SharedKeys is how many keys a Sharing holds.
func SharedKeys[K comparable, V any](s *Sharing[K, V]) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.of)
}
