package shield

import "net/netip"

// Register counts an application that registers itself from an address. It is RateLimited if the network has to wait; then it is not counted.
func (s *Shield) Register(from netip.Addr) error {
	if wait := s.tries.take(s.now(), []counter{networkCounter(registrationAllowance, from)}); wait > 0 {
		return waitFor(wait, "Too many applications were registered from your network. Try again in ")
	}
	return nil
}
