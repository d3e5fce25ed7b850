package webhook

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"strconv"
	"syscall"

	"code.dny.dev/ssrf"

	"github.com/almoner/almoner/internal/fund"
)

// metadata are addresses of cloud providers that describe the machine to itself and are in no reserved range.
var metadata = []netip.Prefix{netip.MustParsePrefix("168.63.129.16/32")}

var (
	// ErrAddress is why nothing was sent to an address that is not public. Reason says the same of a host that does not exist: who could tell the two
	// apart could learn the names of hosts in the network here.
	ErrAddress = errors.New("the host has no public address")
	// ErrPort is why nothing was sent to a port of a system service.
	ErrPort = errors.New("the port is below 1024 and neither 80 nor 443")
)

// guard judges each address that is about to be dialed: after the look-up, so that it does not matter how a host is spelled or what DNS
// answers the next time.
type guard struct{ addresses *ssrf.Guardian }

// newGuard makes a guard that lets through public addresses and the open networks.
func newGuard(open []netip.Prefix) guard {
	var v4, v6 []netip.Prefix
	for _, one := range open {
		if one.Addr().Is4() {
			v4 = append(v4, one)
		} else {
			v6 = append(v6, one)
		}
	}
	return guard{ssrf.New(ssrf.WithAnyPort(), ssrf.WithDeniedV4Prefixes(metadata...), ssrf.WithAllowedV4Prefixes(v4...), ssrf.WithAllowedV6Prefixes(v6...))}
}

// control is a net.Dialer's: its error keeps the socket from connecting.
func (g guard) control(network, address string, c syscall.RawConn) error {
	if g.addresses.Safe(network, address, c) != nil {
		return ErrAddress // which one it is would tell about the network here
	}
	return nil
}

// checkPort judges the port of an address before its host is looked up, so that a refusal says nothing about the host.
func checkPort(address string) error {
	_, text, err := net.SplitHostPort(address)
	if err != nil {
		return ErrAddress
	}
	port, err := strconv.ParseUint(text, 10, 16)
	if err != nil || !fund.HookPort(port) {
		return ErrPort
	}
	return nil
}

// newTransport makes connections through the dialer: directly, whatever proxies the environment names, and in HTTP/1.1, which keeps the
// spelling of headers.
func newTransport(dialer *net.Dialer) *http.Transport {
	protocols := new(http.Protocols)
	protocols.SetHTTP1(true)
	return &http.Transport{
		DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
			if err := checkPort(address); err != nil {
				return nil, err
			}
			return dialer.DialContext(ctx, network, address)
		},
		Protocols:              protocols,
		DisableCompression:     true, // a compressed answer could be far larger than what was read
		MaxIdleConns:           maxIdle,
		MaxIdleConnsPerHost:    maxIdleHost,
		IdleConnTimeout:        idleTime,
		MaxResponseHeaderBytes: MaxHeaders,
		TLSHandshakeTimeout:    Timeout,
	}
}
