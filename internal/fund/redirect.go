package fund

import (
	"slices"
	"strconv"
	"strings"
)

// MatchesRedirect reports whether the address that a program asks for is the registered one, compared as
// strings (RFC 9700, section 2.1). Only the port of an http address on the loopback interface is free:
// a native program takes any that the system gives it (RFC 8252, section 7.3).
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

// loopbackHosts are the hosts whose port is free. No name but localhost leads to the machine itself, and
// only where it was registered so.
var loopbackHosts = []string{"127.0.0.1", "[::1]", "localhost"}

// withoutLoopbackPort takes the port out of an http address on the loopback interface; false for any
// other address. It works on the text, so that two spellings of one address stay two.
func withoutLoopbackPort(address string) (string, bool) {
	rest, isHTTP := strings.CutPrefix(address, "http://")
	end := strings.IndexAny(rest, "/?")
	if end < 0 {
		end = len(rest)
	}
	host, port := rest[:end], ""
	if colon := strings.LastIndexByte(host, ':'); colon > strings.IndexByte(host, ']') {
		host, port = host[:colon], host[colon+1:]
		if n, err := strconv.ParseUint(port, 10, 16); err != nil || n == 0 {
			return "", false
		}
	}
	return host + rest[end:], isHTTP && slices.Contains(loopbackHosts, host)
}
