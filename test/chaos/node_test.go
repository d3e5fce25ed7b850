package chaos_test

import (
	"bufio"
	"bytes"
	"context"
	"io"
	"os/exec"
	"strings"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
)

// node is a server whose process comes and goes. Everybody reaches it through a proxy.
type node struct {
	binary string
	args   []string
	// at is where it listens.
	at     string
	front  *testnode.Proxy
	server *exec.Cmd
	log    *journal
}

// newNode makes a node, which is not started. It has the same port each time.
func newNode(t *testing.T, binary string, args ...string) *node {
	t.Helper()
	at := testnode.Free(t)
	n := &node{binary: binary, at: at, front: testnode.StartProxy(t, "tcp", at), log: &journal{}}
	n.args = append([]string{
		"serve", "--sandbox", "--addr", at, "--base-url", "http://" + n.front.At, "--webhook-networks", "127.0.0.0/8", "--log-level", "warn",
		"--limit-token-per-minute", "0", "--limit-address-per-minute", "0",
	}, args...)
	return n
}

// start starts the node and waits until it listens.
func (n *node) start(t *testing.T) {
	t.Helper()
	n.server = exec.CommandContext(context.WithoutCancel(t.Context()), n.binary, n.args...)
	n.server.Stderr = n.log
	out := must.Get(n.server.StdoutPipe())(t)
	must.Do(t, n.server.Start())
	server := n.server
	t.Cleanup(func() { _ = server.Process.Kill() })
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.Contains(line, "listens on") {
		_ = n.server.Process.Kill()
		_ = n.server.Wait()
		t.Fatalf("the node did not start: %q, %v\n%s", line, err, n.log)
	}
	go func() { _, _ = io.Copy(io.Discard, out) }()
}

// kill ends the node without a warning.
func (n *node) kill(t *testing.T) {
	t.Helper()
	must.Do(t, n.server.Process.Kill())
	_ = n.server.Wait()
}

// journal is what a process prints. It is safe for concurrent use.
type journal struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.Write(p)
}

func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.text.String()
}

// end is the last part of it.
func (j *journal) end() string {
	const most = 5000
	text := j.String()
	return text[max(0, len(text)-most):]
}
