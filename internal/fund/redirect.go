package fund

import (
	"slices"
	"strings"
)

// MatchesRedirect reports whether the requested redirect URI matches the registered one. URIs are compared as strings (RFC 9700, section
// 2.1), except that an http URI on the loopback interface matches with any port, because the system assigns native programs their port at
// run time (RFC 8252, section 7.3).
func MatchesRedirect(registered, asked string) bool {
	if registered == asked {
		return true
	}
	fixed, ok := withoutLoopbackPort(registered)
	if !ok {
		return false
	}
	free, ok := withoutLoopbackPort(asked)
	return ok && free == fixed
}

// loopbackHosts are the hosts that match with any port.
var loopbackHosts = []string{"127.0.0.1", "[::1]", "localhost"}

// withoutLoopbackPort removes the port from an http URI on the loopback interface; it returns false for any
// other URI. It works on the text, so that two spellings of one URI stay distinct.
func withoutLoopbackPort(address string) (string, bool) {
	rest, isHTTP := strings.CutPrefix(address, "http://")
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	host := rest[:end]
	if colon := strings.LastIndexByte(host, ':'); colon > strings.IndexByte(host, ']') {
		if !isPort(host[colon+1:]) {
			return "", false
		}
		host = host[:colon]
	}
	return host + rest[end:], isHTTP && slices.Contains(loopbackHosts, host)
}
