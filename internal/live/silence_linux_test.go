package live_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
)

// TestADeadLineIsGivenUp asks the system for how long it repeats what a client does not acknowledge.
func TestADeadLineIsGivenUp(t *testing.T) {
	t.Parallel()
	s := newSite(t, live.HubOptions{})
	accepted := make(chan net.Conn, 2)
	server := httptest.NewUnstartedServer(s.server.Config.Handler)
	server.Config.ConnContext = func(ctx context.Context, c net.Conn) context.Context {
		accepted <- c
		return ctx
	}
	server.Start()
	t.Cleanup(server.Close)
	request := must.Get(http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+s.campaign(), nil))(t)
	response := must.Get(server.Client().Do(request))(t)
	t.Cleanup(func() { _ = response.Body.Close() })
	ws, _, err := websocket.Dial(t.Context(), strings.Replace(server.URL, "http", "ws", 1)+live.SocketPath, nil)
	must.Do(t, err)
	t.Cleanup(func() { _ = ws.CloseNow() })
	for _, kind := range []string{"stream", "socket"} {
		raw := must.Get((<-accepted).(*net.TCPConn).SyscallConn())(t)
		const tcpUserTimeout = 18
		must.Do(t, raw.Control(func(fd uintptr) {
			got, err := syscall.GetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout)
			if limit := fmt.Sprint(time.Duration(got) * time.Millisecond); err != nil || limit != "30s" {
				t.Errorf("%s: got %s, %v, want 30s", kind, limit, err)
			}
		}))
	}
}
