package shield

import "net/netip"

// OpenCase counts a case that a donor opens from an address. It is RateLimited if the network has to wait; then it is not counted.
func (s *Shield) OpenCase(from netip.Addr) error {
	if wait := s.tries.take(s.now(), []counter{networkCounter(caseAllowance, from)}); wait > 0 {
		return waitFor(wait, "Too many cases were opened from your network. Try again in ")
	}
	return nil
}
