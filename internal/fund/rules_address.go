package fund

import (
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/fault"
)

// Error texts of an address that names no server anybody can reach.
const (
	NotPort = "must have a port from 1 to 65535, without leading zeros, or none"
	HasZone = "must not have the zone of an IPv6 address (%…), which means something only on one machine"
)

// checkAddress accepts an optional web address or a path on this server. Other schemes are refused, because pages link to what is stored
// here.
func checkAddress(wrong *fault.Fields, path string, address *string) {
	checkText(wrong, path, address, MaxAddress)
	if *address == "" || wrong.Has(path) {
		return
	}
	u, err := url.Parse(*address)
	switch web := err == nil && (u.Scheme == "https" || u.Scheme == "http"); {
	case web:
		checkServer(wrong, path, u)
	case err != nil || !isLocalPath(*address):
		wrong.Add(path, NotAddress)
	}
}

// checkServer requires a host, without a zone, at a port that a client can connect to.
func checkServer(wrong *fault.Fields, path string, u *url.URL) {
	switch {
	case u.Hostname() == "":
		wrong.Add(path, NotAddress)
	case strings.Contains(u.Hostname(), "%"):
		wrong.Add(path, HasZone)
	case u.Port() == "" && strings.HasSuffix(u.Host, ":"), u.Port() != "" && !isPort(u.Port()):
		wrong.Add(path, NotPort)
	}
}

// isPort reports whether a text is a port from 1 to 65535 as clients write it, without leading zeros.
func isPort(text string) bool {
	_, err := strconv.ParseUint(text, 10, 16)
	return err == nil && text[0] != '0'
}

// isLocalPath reports whether browsers treat an address as a path on this server. They read a backslash as a slash, so two of either begin
// the address of another server.
func isLocalPath(address string) bool {
	rest, local := strings.CutPrefix(address, "/")
	return local && (rest == "" || rest[0] != '/' && rest[0] != '\\')
}

// CheckRedirect requires an absolute redirect URI: https, or http on the loopback interface (RFC 9700, section 2.6), without a fragment
// (RFC 6749, section 3.1.2), and without a space, which separates the addresses of an application. Names that no public DNS has, such as
// those below .test, are accepted: users may have them in a network of their own.
func CheckRedirect(wrong *fault.Fields, path string, address *string) {
	checkAddress(wrong, path, address)
	if *address == "" {
		wrong.Add(path, Blank)
	}
	if wrong.Has(path) {
		return
	}
	u, err := url.Parse(*address)
	switch {
	case err != nil || u.Host == "" || strings.ContainsAny(*address, " \\"):
		wrong.Add(path, NotAddress)
	case strings.Contains(*address, "#"):
		wrong.Add(path, "must not have a fragment (#…)")
	case u.User != nil:
		wrong.Add(path, "must not have a user name")
	case u.Scheme != "https" && !loopback(u.Hostname()):
		wrong.Add(path, "must begin with https:// unless it is on this machine (http://127.0.0.1…)")
	}
}

// loopback reports whether a host is this machine.
func loopback(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}
