package shield

import (
	"net/netip"
	"time"
)

// Forged counts a provider event from an address that no provider signed, or that cannot be read.
func (s *Shield) Forged(from netip.Addr) {
	s.tries.count(s.now(), []counter{networkCounter(forgedAllowance, from)})
}

// ForgedWait is how long provider events from an address are not looked at, because too many of them were forged; 0 for not at all.
func (s *Shield) ForgedWait(from netip.Addr) time.Duration {
	return s.tries.take(s.now(), nil, networkCounter(forgedAllowance, from))
}
