package speech

import "time"

// Hurry lets the command of a speaker take no longer.
func (s *Speaker) Hurry(most time.Duration) { s.most = most }

// Kept is how many sounds are kept, and how many bytes they have.
func (s *Speaker) Kept() (sounds, bytes int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.kept), s.bytes
}

// Plain is what is spoken of a text.
var Plain = plain
