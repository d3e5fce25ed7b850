package fund

import (
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"

	"github.com/almoner/almoner/internal/fault"
)

// hostNames maps the host of an address as browsers look it up: to lower case and to ASCII.
var hostNames = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.CheckJoiners(true), idna.StrictDomainName(true), idna.VerifyDNSLength(true))

// ReturnAddress is the address to which a link asks to lead a donor back, if it is at one of the sites of the fact's cause; "" for any other. It is
// written anew from its parts, so that no browser reads another host into it than was compared.
func (f Fact) ReturnAddress(typed string) string {
	u, origin := originOf(typed)
	if origin == "" || u.User != nil || !slices.Contains(f.AllowedOrigins, origin) {
		return ""
	}
	path := u.EscapedPath()
	if path == "" {
		path = "/"
	}
	if u.RawQuery != "" {
		path += "?" + u.RawQuery
	}
	if address := origin + path; len(address) <= MaxAddress {
		return address
	}
	return ""
}

// ReturnSite is the name of the site of a return address, for people: its host as it is looked up.
func ReturnSite(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return u.Host
}

// originOf parses an http or https address, and returns its origin as browsers write it: in lower case and ASCII, and without the port that is
// the scheme's own. The origin is "" for what is no such address, or what browsers may read in another way than url.Parse: control characters,
// spaces, backslashes, hosts that end with a dot.
func originOf(address string) (*url.URL, string) {
	if len(address) > MaxAddress || strings.ContainsFunc(address, func(r rune) bool { return r <= ' ' || r == '\\' || r == 0x7f }) || !shown(address, "") {
		return nil, ""
	}
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Opaque != "" || u.Host == "" {
		return nil, ""
	}
	host, port := asciiHost(u), u.Port()
	if host == "" || strings.HasSuffix(u.Host, ":") || port != "" && !isPort(port) {
		return nil, ""
	}
	if port != "" && port != map[string]string{"https": "443", "http": "80"}[u.Scheme] {
		host += ":" + port
	}
	return u, u.Scheme + "://" + host
}

// asciiHost is the host of an address as browsers look it up; "" for what is none, or ends with a dot.
func asciiHost(u *url.URL) string {
	host := u.Hostname()
	if net.ParseIP(host) != nil {
		if strings.Contains(host, ":") {
			return "[" + host + "]"
		}
		return host
	}
	host, err := hostNames.ToASCII(host)
	if err != nil || strings.HasSuffix(host, ".") {
		return ""
	}
	return host
}

// CleanVia is the name by which a link says where donors come from, as it is stored: at most MaxVia letters, digits and signs of - _ . : and
// spaces within. Anything else is no name, and left away.
func CleanVia(typed string) string {
	typed = strings.TrimSpace(typed)
	if utf8.RuneCountInString(typed) > MaxVia || strings.ContainsFunc(typed, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !strings.ContainsRune("-_.: ", r)
	}) {
		return ""
	}
	return typed
}

// checkVia cleans the name of a link, which may be "".
func checkVia(wrong *fault.Fields, path string, via *string) {
	clean := CleanVia(*via)
	if clean == "" && strings.TrimSpace(*via) != "" {
		wrong.Add(path, fmt.Sprintf("is no name of a link: those have at most %d letters, digits, spaces and signs of - _ . :", MaxVia))
	}
	*via = clean
}
