package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// peerName names the published fan-out server in the table.
const peerName = "centrifuge v0.40"

// startPeer builds and starts centrifuge, which is a module of its own in a folder of the bench.
func (b *bench) startPeer(ctx context.Context) (*child, error) {
	root := output(ctx, "go", "list", "-m", "-f", "{{.Dir}}")
	binary := filepath.Join(b.folder, "centrifuge")
	build := exec.CommandContext(ctx, "go", "build", "-buildvcs=false", "-o", binary, ".")
	build.Dir = filepath.Join(root, "bench", "centrifuge")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("build centrifuge: %w\n%s", err, out)
	}
	cmd := exec.CommandContext(ctx, binary)
	cmd.Stderr = os.Stderr
	c, err := attend(&process{cmd: cmd})
	if err != nil {
		return nil, err
	}
	c.addr, err = c.line()
	return c, err
}

// publication publishes a message of ours, whose numbers become n, so that both servers send the same bytes.
func publication(message []byte) func(n int) []byte {
	return numbered(fmt.Appendf(nil, "POST /publish HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		len(message), message))
}

// messageIn is the JSON of a donation in what one read of a connection had: an event of a stream, or a frame of a WebSocket.
func messageIn(read []byte) ([]byte, error) {
	i := bytes.Index(read, []byte(marker))
	if i < 0 {
		return nil, fmt.Errorf("no donation in %.300q", read)
	}
	before := read[:i]
	for begin := 0; begin < len(before); begin++ {
		if before[begin] != '{' && before[begin] != '[' {
			continue
		}
		var body json.RawMessage
		if json.NewDecoder(bytes.NewReader(read[begin:])).Decode(&body) == nil && begin+len(body) > i {
			return body, nil
		}
	}
	return nil, fmt.Errorf("no message in %.300q", read)
}

// numbered writes a number behind every marker of a text. The text is used again by the next call.
func numbered(text []byte) func(n int) []byte {
	var at []int
	for from := 0; ; {
		i := bytes.Index(text[from:], []byte(marker))
		if i < 0 {
			break
		}
		from += i + len(marker)
		at = append(at, from)
	}
	return func(n int) []byte {
		for _, i := range at {
			number(text[i:], n)
		}
		return text
	}
}

// donation is a request that donates with the number in the donor's name and in the comment.
func (w *world) donation(prefix string) func(n int) []byte {
	blank := marker + strings.Repeat("0", markerDigits)
	return numbered(post("/pay/sandbox/donations", w.Sandbox.Token, fmt.Sprintf(
		`{"name":"A donor of the benchmark, %s","campaign":%d,"amount":"12.34","comment":"Good luck with the last hours of the stream! %s","reference":"%s-%s"}`,
		blank, w.Campaign.LegacyID, blank, prefix, blank)))
}
