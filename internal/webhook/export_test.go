package webhook

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"sync/atomic"
	"syscall"
)

// errCounted ends a connection that the guard let through, so that a test sends nothing.
var errCounted = errors.New("counted")

// Counted is a client that counts what its guard lets through, and then connects to nothing.
func Counted(resolver *net.Resolver, open ...netip.Prefix) (*Client, *atomic.Int64) {
	through := new(atomic.Int64)
	g := newGuard(open)
	return newClient(&net.Dialer{Resolver: resolver, Control: func(network, address string, c syscall.RawConn) error {
		if err := g.control(network, address, c); err != nil {
			return err
		}
		through.Add(1)
		return errCounted
	}}), through
}

// Resolved is a client of the open networks that asks a DNS server of its own.
func Resolved(resolver *net.Resolver, open ...netip.Prefix) *Client {
	return newClient(&net.Dialer{Control: newGuard(open).control, Resolver: resolver})
}

// Dialing is a client whose connections are made by dial.
func Dialing(dial func(context.Context, string, string) (net.Conn, error)) *Client {
	c := newClient(new(net.Dialer))
	c.transport.DialContext = dial
	return c
}
