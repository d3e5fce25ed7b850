package shield

import "net/netip"

// Search counts a search from an address. It is RateLimited if the network has to wait; then it is not counted.
func (s *Shield) Search(from netip.Addr) error {
	if wait := s.tries.take(s.now(), []counter{networkCounter(searchAllowance, from)}); wait > 0 {
		return waitFor(wait, "Too many searches came from your network. Try again in ")
	}
	return nil
}
