package cost_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/server"
)

const (
	// memoryBudget is how much heap and stack an idle live connection may hold in the server, in bytes.
	memoryBudget = 20 << 10
	// measuredConnections are opened of each kind.
	measuredConnections = 2000
	// perSource of them come from one address, below the server's limit.
	perSource = live.MaxPerAddress / 2
	// serverFolder is set in the process that is the server, to the folder of its database.
	serverFolder = "ALMONER_TEST_SERVER_FOLDER"
)

// TestALiveConnectionTakesLittleMemory opens connections to a node that is a process of its own, and asks that process what it holds. They have
// read what comes first, watch one cause, and nothing happens.
func TestALiveConnectionTakesLittleMemory(t *testing.T) { //nolint:paralleltest // it measures memory
	if testing.Short() {
		t.Skip("-short leaves it out: it opens thousands of connections")
	}
	if runtime.GOOS != "linux" {
		t.Skip("needs the many loopback addresses of Linux, and its /proc")
	}
	for kind, open := range map[string]func(*testing.T, string, *net.Dialer){"sse": openStream, "websocket": openSocket, "phoenix": openPhoenix} {
		t.Run(kind, func(t *testing.T) {
			s := startMeasured(t)
			open(t, s.address, from(0)) // so that what the first one needs is there
			held, resident := s.holds()
			for i := range measuredConnections {
				open(t, s.address, from(i))
			}
			nowHeld, nowResident := s.holds()
			each := (nowHeld - held) / measuredConnections
			t.Logf("%s: %d bytes of heap and stack a connection, %d bytes resident", kind, each, (nowResident-resident)/measuredConnections)
			if each > memoryBudget {
				t.Errorf("got %d bytes a connection, want at most %d", each, memoryBudget)
			}
		})
	}
}

// from dials from one of the addresses of the loopback network.
func from(i int) *net.Dialer {
	return &net.Dialer{LocalAddr: net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 1, byte(1 + i/perSource)}), 0))}
}

func openStream(t *testing.T, address string, d *net.Dialer) {
	t.Helper()
	c := must.Get(d.DialContext(t.Context(), "tcp", address))(t)
	t.Cleanup(func() { _ = c.Close() })
	must.Get(fmt.Fprint(c, "GET /live/water/events HTTP/1.1\r\nHost: test\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\nAccept: text/event-stream\r\n\r\n"))(t)
	for lines := bufio.NewReaderSize(c, 1<<10); ; {
		line := must.Get(lines.ReadSlice('\n'))(t)
		if strings.HasPrefix(string(line), "event: state") {
			return
		}
	}
}

// frames is a WebSocket that sends frames once and reads until one has a text.
func frames(t *testing.T, d *net.Dialer, url, frame, until string) {
	t.Helper()
	c := must.Get(d.DialContext(t.Context(), "tcp", strings.Split(url, "/")[2]))(t)
	t.Cleanup(func() { _ = c.Close() })
	path := url[strings.Index(url[len("ws://"):], "/")+len("ws://"):]
	must.Get(fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: test\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n"+
		"Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n", path))(t)
	// A masked frame whose mask is zero.
	must.Get(c.Write(append([]byte{0x81, 0x80 | byte(len(frame)), 0, 0, 0, 0}, frame...)))(t)
	seen := ""
	for buffer := make([]byte, 4<<10); !strings.Contains(seen, until); {
		n := must.Get(c.Read(buffer))(t)
		seen += string(buffer[:n])
	}
}

func openSocket(t *testing.T, address string, d *net.Dialer) {
	t.Helper()
	frames(t, d, "ws://"+address+live.SocketPath, `{"type":"subscribe","facts":["water"]}`, `"type":"state"`)
}

func openPhoenix(t *testing.T, address string, d *net.Dialer) {
	t.Helper()
	frames(t, d, "ws://"+address+live.PhoenixPath+"/websocket?vsn=2.0.0", `["1","1","fact.`+measuredFact.String()+`.fact","phx_join",{}]`, `"status":"ok"`)
}

// measuredFact is the cause that is watched.
var measuredFact = fund.ID{7}

// measured is a node in a process of its own.
type measured struct {
	t       *testing.T
	address string
	process *exec.Cmd
	ask     io.Writer
	answers *bufio.Reader
}

func startMeasured(t *testing.T) *measured {
	t.Helper()
	p := exec.CommandContext(t.Context(), os.Args[0], "-test.run=^TestServeToBeMeasured$", "-test.timeout=10m")
	p.Env = append(os.Environ(), serverFolder+"="+t.TempDir())
	s := &measured{t: t, process: p, ask: must.Get(p.StdinPipe())(t), answers: bufio.NewReader(must.Get(p.StdoutPipe())(t))}
	p.Stderr = t.Output()
	must.Do(t, p.Start())
	t.Cleanup(func() {
		_ = p.Process.Kill()
		_ = p.Wait()
	})
	s.address = s.answer("address ")
	return s
}

func (s *measured) answer(prefix string) string {
	s.t.Helper()
	for {
		line := must.Get(s.answers.ReadString('\n'))(s.t)
		if text, is := strings.CutPrefix(line, prefix); is {
			return strings.TrimSpace(text)
		}
	}
}

// holds is how many bytes of heap and stack are in use after a collection, and how many are resident.
func (s *measured) holds() (held, resident int) {
	s.t.Helper()
	must.Get(fmt.Fprintln(s.ask, "measure"))(s.t)
	held = must.Get(strconv.Atoi(s.answer("held ")))(s.t)
	status := string(must.Get(os.ReadFile(fmt.Sprintf("/proc/%d/status", s.process.Process.Pid)))(s.t))
	_, rest, _ := strings.Cut(status, "VmRSS:")
	resident = must.Get(strconv.Atoi(strings.Fields(rest)[0]))(s.t) << 10
	return held, resident
}

// TestServeToBeMeasured is the process that TestALiveConnectionTakesLittleMemory starts.
func TestServeToBeMeasured(t *testing.T) { //nolint:paralleltest // a process of its own
	folder := os.Getenv(serverFolder)
	if folder == "" {
		t.Skip("not asked for")
	}
	node := must.Get(server.Open(t.Context(), server.Settings{
		Database: config.Database("sqlite:" + filepath.Join(folder, "almoner.db")), BaseURL: "http://127.0.0.1", Payments: checkout.Settings{Sandbox: true},
		Log: slog.New(slog.DiscardHandler), ShutdownTimeout: time.Second,
		Limits: config.Limits{TokenPerMinute: 1e9, TokenBurst: 1e9, AddressPerMinute: 1e9, AddressBurst: 1e9},
	}))(t)
	must.Get(node.App().ImportCause(t.Context(), app.System(), fund.Cause{Fact: fund.Fact{ID: measuredFact, Name: "Water", Slug: "water", Currency: "EUR"}}))(t)
	listener := must.Get((&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	go func() { _ = node.Serve(context.WithoutCancel(t.Context()), listener) }()
	fmt.Println("address " + listener.Addr().String())
	for asks := bufio.NewScanner(os.Stdin); asks.Scan(); {
		var m runtime.MemStats
		for range 4 { // stacks shrink by half each time
			runtime.GC()
		}
		runtime.ReadMemStats(&m)
		fmt.Println("held " + strconv.FormatUint(m.HeapInuse+m.StackInuse, 10))
	}
}
