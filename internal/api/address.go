package api

import (
	"net/http"
	"net/netip"
	"strings"
)

// ClientAddress is where a request comes from: the peer, unless it is a trusted proxy; then
// the right-most address of X-Forwarded-For that is none. It is the zero Addr when the
// peer has no address.
func ClientAddress(r *http.Request, trusted []netip.Prefix) netip.Addr {
	addr := parseAddress(r.RemoteAddr)
	if !within(addr, trusted) {
		return addr
	}
	lines := r.Header.Values("X-Forwarded-For")
	for i := len(lines) - 1; i >= 0; i-- {
		for rest := lines[i]; rest != ""; {
			comma := strings.LastIndexByte(rest, ',')
			hop := parseAddress(strings.TrimSpace(rest[comma+1:]))
			if !hop.IsValid() {
				return addr // beyond what cannot be read nothing can be believed
			}
			if addr = hop; !within(addr, trusted) {
				return addr
			}
			rest = rest[:max(comma, 0)]
		}
	}
	return addr
}

// parseAddress reads an address with or without a port.
func parseAddress(text string) netip.Addr {
	if ap, err := netip.ParseAddrPort(text); err == nil {
		return ap.Addr().Unmap().WithZone("")
	}
	addr, err := netip.ParseAddr(strings.Trim(text, "[]"))
	if err != nil {
		return netip.Addr{}
	}
	return addr.Unmap().WithZone("")
}

func within(addr netip.Addr, prefixes []netip.Prefix) bool {
	for _, p := range prefixes {
		if p.Contains(addr) {
			return true
		}
	}
	return false
}

// Network is what counts as one client: an IPv4 address, or the /64 of an IPv6 address,
// because a single machine may use all of it.
func Network(addr netip.Addr) netip.Addr {
	if !addr.Is6() {
		return addr
	}
	p, err := addr.Prefix(64)
	if err != nil {
		return addr
	}
	return p.Addr()
}
