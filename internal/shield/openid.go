package shield

import "net/netip"

// OpenID counts a sign-in that begins at an OpenID provider from an address. It is RateLimited if the network has to wait; then it is not counted.
func (s *Shield) OpenID(from netip.Addr) error {
	if wait := s.tries.take(s.now(), []counter{networkCounter(openIDAllowance, from)}); wait > 0 {
		return waitFor(wait, "Too many sign-ins began in your network. Try again in ")
	}
	return nil
}
