// Package testnode runs whole servers for tests, in the test's own process, as the terminal starts them.
package testnode

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/demo"
	"github.com/almoner/almoner/internal/must"
)

// Server is a server in this process.
type Server struct {
	URL string
	// Cancel tells it to stop.
	Cancel context.CancelFunc
	done   chan error
}

// Stop ends the server and returns its error.
func (s Server) Stop() error {
	s.Cancel()
	err := <-s.done
	s.done <- err
	return err
}

// Start starts a server, which ends with the test. Its secret key is not left in the folder of the test.
func Start(t *testing.T, c command.Serve) Server {
	t.Helper()
	if _, is := c.DB.File(); !is && c.Secret == (config.Secret{}) {
		c.Secret.KeyFile = filepath.Join(t.TempDir(), "almoner.key")
	}
	s, out := run(t, func(ctx context.Context, out io.Writer) error {
		return c.Run(ctx, command.Terminal{Out: out, Err: t.Output()})
	})
	line := <-out
	s.URL = line[strings.LastIndex(line, " ")+1:]
	return s
}

// Free is an address at which a server can be started, and later started again. Connections to servers on this machine leave from ports of
// 127.0.0.1; where the system has another address, as Linux does, none of them takes the port meanwhile.
func Free(t *testing.T) string {
	t.Helper()
	on := new(net.ListenConfig)
	l, err := on.Listen(t.Context(), "tcp", "127.0.0.2:0")
	if err != nil {
		l = must.Get(on.Listen(t.Context(), "tcp", "127.0.0.1:0"))(t)
	}
	must.Do(t, l.Close())
	return l.Addr().String()
}

// Demo is a server with the demo's data.
type Demo struct {
	Server
	// Data is its folder.
	Data        string
	Credentials demo.Credentials
}

// DemoIn is a demo in the folder, at any free port.
func DemoIn(folder string) command.Demo {
	return command.Demo{Data: folder, Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute}
}

// SkipFilling leaves a test out of -short that fills a demo, as others do that stay.
func SkipFilling(t *testing.T) {
	t.Helper()
	if testing.Short() {
		t.Skip("-short leaves it out: it fills a demo")
	}
}

// StartFilled starts a demo on a copy of what Filled has, in a folder of the test.
func StartFilled(t *testing.T) Demo {
	t.Helper()
	c := DemoIn(t.TempDir())
	Filled(t, c.Data, false)
	return StartDemo(t, c)
}

// StartDemo starts a demo, which fills its folder where that is empty and ends with the test.
func StartDemo(t *testing.T, c command.Demo) Demo {
	t.Helper()
	s, out := run(t, func(ctx context.Context, out io.Writer) error {
		return c.Run(ctx, command.Terminal{Out: out, Err: t.Output()})
	})
	d := Demo{Server: s, Data: c.Data}
	<-out
	d.Credentials = must.Get(demo.Load(c.Data))(t)
	d.URL = d.Credentials.BaseURL
	return d
}

// run starts a server and gives the first line that it prints. The test ends it.
func run(t *testing.T, serve func(context.Context, io.Writer) error) (Server, <-chan string) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	from, to := io.Pipe()
	s := Server{Cancel: cancel, done: make(chan error, 1)}
	go func() {
		err := serve(ctx, to)
		if err != nil {
			t.Errorf("server: %v", err)
		}
		_ = to.Close()
		s.done <- err
	}()
	first := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(from)
		for lines.Scan() {
			select {
			case first <- lines.Text():
			default:
			}
		}
		close(first)
	}()
	t.Cleanup(func() { _ = s.Stop() })
	return s, first
}

// Do runs a command and returns what it prints, with its error.
func Do(t *testing.T, c Command) (string, error) {
	t.Helper()
	var out bytes.Buffer
	err := c.Run(t.Context(), command.Terminal{Out: &out, Err: io.Discard})
	return out.String(), err
}

// Command is a command of the terminal.
type Command interface {
	Run(ctx context.Context, t command.Terminal) error
}

// Refused wants a command to end with an error of one line with all the words, and no trace of a program.
func Refused(t *testing.T, c Command, words ...string) {
	t.Helper()
	_, err := Do(t, c)
	if err == nil {
		t.Fatal("got no refusal")
	}
	text := command.Explain(err)
	for _, word := range words {
		if !strings.Contains(text, word) {
			t.Errorf("got %q, want it to say %q", text, word)
		}
	}
	if strings.Contains(text, "\n") || strings.Contains(text, "goroutine") {
		t.Errorf("got %q, want one line", text)
	}
}

// Get asks for a page and returns its status and body.
func Get(t *testing.T, url string) (int, string) {
	t.Helper()
	answer, err := http.Get(url) //nolint:gosec,noctx // a test asks a server of its own
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(body)
}

// Database is a file that is not there yet.
func Database(t *testing.T) config.Database {
	t.Helper()
	return config.FileIn(t.TempDir())
}

// Read reads a file.
func Read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Write writes a file.
func Write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
