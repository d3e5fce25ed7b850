package config

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// BaseURL is the address that others reach the server at, in the form in which browsers send an
// origin: lower-case scheme and host, no default port, no trailing slash. "" stands for the listening address.
type BaseURL string

// UnmarshalText reads the address in any spelling: HTTPS://Example.ORG:443/ becomes https://example.org,
// and a non-ASCII host name its xn-- form. It refuses anything beyond a scheme, a host and a port.
func (b *BaseURL) UnmarshalText(text []byte) error {
	written := strings.TrimSpace(string(text))
	if written == "" {
		*b = ""
		return nil
	}
	u, err := parseWebURL(written, "https://give.example.org")
	switch {
	case err != nil:
		return err
	case strings.Trim(u.Path, "/") != "" || strings.ContainsAny(written, "?#") || u.User != nil:
		return fmt.Errorf("%q has more than a scheme and a host; Almoner needs a host of its own", u.Redacted())
	}
	*b = BaseURL(u.Scheme + "://" + u.Host)
	return nil
}

// WebURL is the address of somebody else's server, with scheme, host and port normalized as in BaseURL;
// "" for none.
type WebURL string

// UnmarshalText reads the address: https, or http on this machine.
func (w *WebURL) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*w = ""
		return nil
	}
	u, err := parseWebURL(string(text), "https://example.org/path")
	switch {
	case err != nil:
		return err
	case u.User != nil || u.Fragment != "":
		return fmt.Errorf("%q has a user or a fragment; write it like https://example.org/path", u.Redacted())
	case u.Scheme != "https" && !ThisMachine(u.Hostname()):
		return fmt.Errorf("%q is not safe from listeners; write an address with https://", text)
	}
	*w = WebURL(u.String())
	return nil
}

// SecretURL is an address that whoever has it may use, such as a webhook of a chat; "" for none. No error repeats it.
type SecretURL string

// UnmarshalText reads the address: https, or http on this machine.
func (w *SecretURL) UnmarshalText(text []byte) error {
	if len(text) == 0 {
		*w = ""
		return nil
	}
	u, err := url.Parse(string(text))
	switch {
	case err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" || u.User != nil || u.Fragment != "":
		return errors.New("is not a web address; write it like https://example.org/path")
	case u.Scheme != "https" && !ThisMachine(u.Hostname()):
		return errors.New("is not safe from listeners; write an address with https://")
	}
	*w = SecretURL(u.String())
	return nil
}

// ThisMachine reports whether a host is the computer that the program runs on.
func ThisMachine(host string) bool {
	address, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && address.IsLoopback()
}

// parseWebURL parses an http or https URL and normalizes its scheme, host and port. The example is for
// the error message.
func parseWebURL(written, example string) (*url.URL, error) {
	u, err := url.Parse(written)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, fmt.Errorf("%q is not a web address; write it like %s", written, example)
	}
	host, err := normalHost(u.Hostname())
	if err != nil {
		return nil, fmt.Errorf("the host of %q %w", u.Redacted(), err)
	}
	port, err := normalPort(u.Scheme, u.Port())
	if err != nil {
		return nil, err
	}
	u.Host = host + port
	return u, nil
}

// hostNames maps a name as browsers do: to lower case and, if it is not ASCII, to its xn-- form. It allows
// underscores and any hyphens, because container names have them.
var hostNames = idna.New(idna.MapForLookup(), idna.BidiRule(), idna.CheckJoiners(true), idna.CheckHyphens(false),
	idna.StrictDomainName(false), idna.VerifyDNSLength(true))

const hostCharacters = "abcdefghijklmnopqrstuvwxyz0123456789-_."

// normalHost returns a host name or IP address as browsers write it in an origin.
func normalHost(host string) (string, error) {
	if strings.Contains(host, ":") {
		address, err := netip.ParseAddr(host)
		if err != nil || address.Zone() != "" || address.Is4In6() {
			return "", errors.New("is not an IPv6 address that a browser accepts; write it like [2001:db8::1]")
		}
		return "[" + address.String() + "]", nil
	}
	name, err := hostNames.ToASCII(strings.TrimSuffix(host, "."))
	if err != nil || strings.Trim(name, hostCharacters) != "" {
		return "", errors.New("is not a valid host name; use a name such as give.example.org")
	}
	if address, err := netip.ParseAddr(name); err == nil {
		return address.String(), nil
	}
	if endsInNumber(name) {
		return "", errors.New("is not a valid IPv4 address; write all four numbers, such as 192.0.2.7")
	}
	return name, nil
}

// endsInNumber reports whether browsers parse the name as an IPv4 address, which depends only on its last
// label: they read 127.1 and 0x7f000001 as 127.0.0.1.
func endsInNumber(name string) bool {
	last := name[strings.LastIndexByte(name, '.')+1:]
	if strings.Trim(last, "0123456789") == "" {
		return true
	}
	digits, hexadecimal := strings.CutPrefix(last, "0x")
	return hexadecimal && strings.Trim(digits, "0123456789abcdef") == ""
}

// normalPort returns ":PORT", or "" for the default port of the scheme, which browsers omit.
func normalPort(scheme, port string) (string, error) {
	if port == "" {
		return "", nil
	}
	number, err := strconv.ParseUint(port, 10, 16)
	if err != nil || number == 0 {
		return "", fmt.Errorf("%q is not a port; write a number from 1 to 65535", port)
	}
	if scheme == "http" && number == 80 || scheme == "https" && number == 443 {
		return "", nil
	}
	return ":" + strconv.FormatUint(number, 10), nil
}
