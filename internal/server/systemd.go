package server

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"time"

	"github.com/coreos/go-systemd/v22/daemon"

	"github.com/almoner/almoner/internal/version"
)

const (
	// aliveTime is how long a node may take to answer itself, where no watchdog wants it sooner.
	aliveTime = 20 * time.Second
	// aliveTries is how often a node asks itself at least before a watchdog bites.
	aliveTries = 3
	// aliveAgain is how soon it asks once more.
	aliveAgain = 100 * time.Millisecond
)

// errStuck is that a query neither ends nor gives up in its time.
var errStuck = errors.New("the database does not even give up")

// manager is a service manager that speaks sd_notify, such as systemd. Without one nothing is sent.
type manager struct {
	log *slog.Logger
	// tell sends what changed, and reports whether anybody is told.
	tell func(context.Context, string) bool
	// alive is why a node does not answer within a time, or nil.
	alive func(context.Context, time.Duration) error
	// stopping reports whether the node stops.
	stopping func() bool
}

// manager is told about the node, which listens at an address.
func (n *Node) manager(at net.Addr) manager {
	_, file := n.Database.File()
	return manager{n.Log, n.tell, func(ctx context.Context, within time.Duration) error {
		return alive(ctx, n.scheme(), at, within, n.store.Ping, file)
	}, n.stopping.Load}
}

// tell sends the manager what changed, and reports whether there is one.
func (n *Node) tell(ctx context.Context, state string) bool {
	sent, err := daemon.SdNotify(false, state)
	if err != nil {
		n.Log.WarnContext(ctx, "the service manager cannot be told", "error", err)
	}
	return sent
}

// tellManager tells the manager when the node answers, and from then on that it lives. It goes on while the node stops, which the manager bounds by another
// time.
func (n *Node) tellManager(ctx context.Context, at net.Addr) error {
	if n.tell(ctx, "STATUS=Starting") {
		watchdog, err := daemon.SdWatchdogEnabled(false)
		if err != nil {
			n.Log.WarnContext(ctx, "the watchdog of the service manager is left alone", "error", err)
		}
		n.manager(at).follow(ctx, "STATUS=Almoner "+version.Built().Version+" answers at "+n.BaseURL, watchdog)
	}
	<-ctx.Done()
	return nil
}

// follow says that the node is ready once it is, and twice in the time of a watchdog that it lives; 0 is none. A node that does not answer has as long again,
// in which it is asked some more times: one that is slow for a moment is not ended.
func (m manager) follow(ctx context.Context, status string, watchdog time.Duration) {
	m.untilAlive(ctx, aliveTime)
	if !m.stopping() {
		m.tell(ctx, daemon.SdNotifyReady+"\n"+status)
	}
	if watchdog <= 0 {
		return
	}
	every := watchdog / 2
	next := time.NewTicker(every)
	defer next.Stop()
	for ctx.Err() == nil {
		m.untilAlive(ctx, min(aliveTime, every/aliveTries))
		m.tell(ctx, daemon.SdNotifyWatchdog)
		select {
		case <-ctx.Done():
		case <-next.C:
		}
	}
}

// untilAlive returns once the node answers within that time, or stops.
func (m manager) untilAlive(ctx context.Context, within time.Duration) {
	for ctx.Err() == nil && !m.stopping() {
		err := m.alive(ctx, within)
		if err == nil {
			return
		}
		m.log.WarnContext(ctx, "the node does not answer itself", "error", err)
		pause(ctx, aliveAgain)
	}
}

// alive asks a node as anybody can. One that hangs takes no connection, or does not answer it, or waits for a database in its own process for ever: a restart
// helps. None helps against a database that gives errors, or a server of databases that is away, so that the node goes on with those.
func alive(ctx context.Context, scheme string, at net.Addr, within time.Duration, ping func(context.Context) error, own bool) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	if err := askHealth(ctx, scheme, at); err != nil {
		return err
	}
	answered := make(chan error, 1)
	go func() { answered <- ping(ctx) }()
	select {
	case err := <-answered:
		if own && ctx.Err() != nil {
			return err
		}
		return nil
	case <-time.After(2 * within):
		return errStuck
	}
}

// askHealth asks for /healthz over the network, on this machine. One that has no certificate yet answers with that.
func askHealth(ctx context.Context, scheme string, at net.Addr) error {
	to := at.String()
	if bound, err := netip.ParseAddrPort(to); err == nil && bound.Addr().IsUnspecified() {
		to = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), bound.Port()).String()
	}
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+to+"/healthz", http.NoBody)
	if err != nil {
		return err
	}
	// Each question takes a connection of its own: whether any is taken is what it wants to know.
	asks := http.Client{Transport: &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // it asks itself
	answer, err := asks.Do(r)
	if refused := (*net.OpError)(nil); errors.As(err, &refused) && refused.Op == "remote error" {
		return nil
	}
	if err != nil {
		return err
	}
	_ = answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("/healthz: status %d", answer.StatusCode)
	}
	return nil
}
