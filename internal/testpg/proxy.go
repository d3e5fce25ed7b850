package testpg

import (
	"net"
	"net/url"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
)

// Proxy is between a program and a server, and can keep the server's answers to itself.
type Proxy struct {
	// URL leads to the server's database through the proxy.
	URL string

	// network and address are those of the server.
	network, address string

	mu sync.Mutex
	// open is closed while answers get through.
	open chan struct{}
}

// Through starts a proxy to the server at a URL of this package. It ends with the test.
func Through(tb testing.TB, server string) *Proxy {
	tb.Helper()
	to, err := url.Parse(server)
	if err != nil {
		tb.Fatalf("testpg: %v", err)
	}
	config, err := pgconn.ParseConfig(server)
	if err != nil {
		tb.Fatalf("testpg: %v", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it has nothing to wait for
	if err != nil {
		tb.Fatalf("testpg: %v", err)
	}
	p := &Proxy{open: make(chan struct{})}
	p.network, p.address = pgconn.NetworkAddress(config.Host, config.Port)
	close(p.open)
	query := to.Query()
	query.Del("host")
	query.Set("sslmode", "disable")
	to.Host, to.RawQuery = listener.Addr().String(), query.Encode()
	p.URL = to.String()
	var serving sync.WaitGroup
	serving.Go(func() { p.serve(listener, &serving) })
	tb.Cleanup(func() {
		_ = listener.Close()
		p.Release()
		serving.Wait()
	})
	return p
}

// Hold takes connections and requests as before, and keeps all answers, also those that are on their way.
func (p *Proxy) Hold() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.open = make(chan struct{})
}

// Release lets the answers through that were kept, and all that follow.
func (p *Proxy) Release() {
	p.mu.Lock()
	defer p.mu.Unlock()
	select {
	case <-p.open:
	default:
		close(p.open)
	}
}

func (p *Proxy) gate() <-chan struct{} {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.open
}

func (p *Proxy) serve(listener net.Listener, serving *sync.WaitGroup) {
	for {
		from, err := listener.Accept()
		if err != nil {
			return
		}
		to, err := net.Dial(p.network, p.address) //nolint:noctx // a local server
		if err != nil {
			_ = from.Close()
			continue
		}
		serving.Go(func() { p.pass(to, from, nil) })
		serving.Go(func() { p.pass(from, to, p.gate) })
	}
}

// pass copies what it reads until one side ends, and then ends both.
func (p *Proxy) pass(to, from net.Conn, gate func() <-chan struct{}) {
	defer func() { _, _ = to.Close(), from.Close() }()
	chunk := make([]byte, 16<<10)
	for {
		n, err := from.Read(chunk)
		if gate != nil {
			<-gate()
		}
		if n > 0 {
			if _, err := to.Write(chunk[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
