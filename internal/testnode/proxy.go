package testnode

import (
	"context"
	"net"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/must"
)

// SmallBuffer keeps what is on its way to a reader short, in bytes: a reader that stalls is felt by the server soon.
const SmallBuffer = 32 << 10

// Proxy is a network that can be cut, between anybody and a server that can be exchanged.
type Proxy struct {
	// At is where it listens.
	At string

	mu      sync.Mutex
	network string
	to      string
	open    map[net.Conn]struct{}
}

// StartProxy starts a proxy to a server. It ends with the test.
func StartProxy(t *testing.T, network, to string) *Proxy {
	t.Helper()
	listener := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	p := &Proxy{At: listener.Addr().String(), network: network, to: to, open: map[net.Conn]struct{}{}}
	var serving sync.WaitGroup
	serving.Go(func() { p.serve(context.WithoutCancel(t.Context()), listener, &serving) })
	t.Cleanup(func() {
		_ = listener.Close()
		p.Cut()
		serving.Wait()
	})
	return p
}

// Point sends new connections to another server.
func (p *Proxy) Point(network, to string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.network, p.to = network, to
}

// Cut ends all connections, in the middle of whatever is sent.
func (p *Proxy) Cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		if tcp, is := c.(*net.TCPConn); is {
			_ = tcp.SetLinger(0) // what is on its way is lost
		}
		_ = c.Close()
	}
	clear(p.open)
}

func (p *Proxy) serve(ctx context.Context, listener net.Listener, serving *sync.WaitGroup) {
	for {
		from, err := listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		network, address := p.network, p.to
		p.mu.Unlock()
		to, err := new(net.Dialer).DialContext(ctx, network, address)
		if err != nil {
			_ = from.Close()
			continue
		}
		p.hold(from, to)
		serving.Go(func() { p.pass(to, from) })
		serving.Go(func() { p.pass(from, to) })
	}
}

func (p *Proxy) hold(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		if tcp, is := c.(*net.TCPConn); is {
			_, _ = tcp.SetReadBuffer(SmallBuffer), tcp.SetWriteBuffer(SmallBuffer)
		}
		p.open[c] = struct{}{}
	}
}

// pass copies what it reads until one side ends, and then ends both.
func (p *Proxy) pass(to, from net.Conn) {
	chunk := make([]byte, 16<<10)
	for {
		n, err := from.Read(chunk)
		if n > 0 {
			if _, failed := to.Write(chunk[:n]); failed != nil {
				break
			}
		}
		if err != nil {
			break
		}
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	_, _ = to.Close(), from.Close()
	delete(p.open, to)
	delete(p.open, from)
}
