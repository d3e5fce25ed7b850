package chaos_test

import (
	"net"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/must"
)

// smallBuffer keeps what is on its way to a reader short, in bytes: a reader that stalls is felt by the server soon.
const smallBuffer = 32 << 10

// proxy is a network that can be cut, between anybody and a server that can be exchanged.
type proxy struct {
	// at is where it listens.
	at string

	mu      sync.Mutex
	network string
	to      string
	open    map[net.Conn]struct{}
	cuts    int
}

// startProxy starts a proxy to a server. It ends with the test.
func startProxy(t *testing.T, network, to string) *proxy {
	t.Helper()
	listener := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	p := &proxy{at: listener.Addr().String(), network: network, to: to, open: map[net.Conn]struct{}{}}
	var serving sync.WaitGroup
	serving.Go(func() { p.serve(listener, &serving) })
	t.Cleanup(func() {
		_ = listener.Close()
		p.cut()
		serving.Wait()
	})
	return p
}

// point sends new connections to another server.
func (p *proxy) point(network, to string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.network, p.to = network, to
}

// cut ends all connections, in the middle of whatever is sent.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.open {
		if tcp, is := c.(*net.TCPConn); is {
			_ = tcp.SetLinger(0) // what is on its way is lost
		}
		_ = c.Close()
		p.cuts++
	}
	clear(p.open)
}

func (p *proxy) serve(listener net.Listener, serving *sync.WaitGroup) {
	for {
		from, err := listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		network, address := p.network, p.to
		p.mu.Unlock()
		to, err := net.Dial(network, address)
		if err != nil {
			_ = from.Close()
			continue
		}
		p.hold(from, to)
		serving.Go(func() { p.pass(to, from) })
		serving.Go(func() { p.pass(from, to) })
	}
}

func (p *proxy) hold(conns ...net.Conn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, c := range conns {
		if tcp, is := c.(*net.TCPConn); is {
			_, _ = tcp.SetReadBuffer(smallBuffer), tcp.SetWriteBuffer(smallBuffer)
		}
		p.open[c] = struct{}{}
	}
}

// pass copies what it reads until one side ends, and then ends both.
func (p *proxy) pass(to, from net.Conn) {
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
