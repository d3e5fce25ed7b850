package command

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"syscall"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// listen takes the port of a flag, or says why it cannot be had.
func listen(ctx context.Context, addr config.Address, flag string) (net.Listener, error) {
	var from net.ListenConfig
	listener, err := from.Listen(ctx, "tcp", string(addr))
	switch {
	case err == nil:
		return listener, nil
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fault.New(fault.Unavailable,
			"The address %s is in use by another program; stop that one or choose another port with %s (port 0 takes a free one).", addr, flag)
	case errors.Is(err, syscall.EACCES):
		return nil, fault.New(fault.Unavailable, "The address %s may not be used by this user; choose a port above 1023 with %s.", addr, flag)
	default:
		return nil, fault.Wrap(err, fault.Unavailable, "The address %s cannot be listened on; choose another one with %s.", addr, flag)
	}
}

// httpAddrFlag is where http:// is sent on.
const httpAddrFlag = "--http-addr"

// listenPlain takes the port that sends http:// on to https://; nil for none.
func (c Serve) listenPlain(ctx context.Context) (net.Listener, error) {
	if !c.TLS.Set() || c.TLS.HTTPAddr == "" {
		return nil, nil //nolint:nilnil // there is nothing to send on
	}
	return listen(ctx, config.Address(c.TLS.HTTPAddr), httpAddrFlag)
}

// addressOf is where a listener can be reached from this machine.
func addressOf(listener net.Listener) string {
	bound, err := netip.ParseAddrPort(listener.Addr().String())
	if err != nil {
		return "http://" + listener.Addr().String()
	}
	if bound.Addr().IsUnspecified() {
		bound = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), bound.Port())
	}
	return "http://" + bound.String()
}

func newLog(c config.Log, to io.Writer) *slog.Logger {
	var level slog.Level
	if err := level.UnmarshalText([]byte(c.Level)); err != nil {
		level = slog.LevelInfo
	}
	options := &slog.HandlerOptions{Level: level}
	if c.Format == "json" {
		return slog.New(slog.NewJSONHandler(to, options))
	}
	return slog.New(slog.NewTextHandler(to, options))
}

// feeRate is a fee as the domain has it.
func feeRate(f config.Fee) fund.FeeRate {
	rate := fund.FeeRate{Share: int64(f.Share), Fixed: map[string]int64{}}
	for _, p := range f.Fixed {
		rate.Fixed[p.Currency] = p.Minor
	}
	return rate
}
