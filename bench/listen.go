package main

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"time"
)

// listenCommand runs this program as the host of live connections: one process for all of them, the same for every server.
const listenCommand = "listen"

// The kinds of connections.
const (
	kindSSE        = "SSE"
	kindSocket     = "WebSocket"
	kindPhoenix    = "Phoenix"
	kindCentrifuge = "centrifuge"
)

const (
	// marker stands in front of the number of a donation, as number writes it, in its name and in its comment: that is all that listeners look for.
	marker       = "bench-"
	markerDigits = 8
	// fromEach is how many connections come from one address: fewer than a server takes.
	fromEach = 250
	// connecting is how many connections are opened at once, greeting how long each may take.
	connecting = 32
	greeting   = 30 * time.Second
	// beatQuestion has the listeners send what keeps their connections open.
	beatQuestion = "beat"
	// sampleQuestion asks for what one of the connections has read since it was the first to have a donation.
	sampleQuestion = "sample"
)

// order is what a host of connections is to do.
type order struct {
	Kind, Addr string
	// Fact is the campaign: slugs, or the legacy id for Phoenix.
	Fact        string
	Connections int
	// Quiet hosts do not report each donation.
	Quiet bool
}

// arrival reports that all connections of a host have a donation: when the first and the last of them had it, in nanoseconds of Unix time.
type arrival struct {
	Number      int
	First, Last int64
}

// hello is how a connection of a kind begins: a request, a first frame for WebSockets, and the text that says that it listens.
type hello struct{ request, frame, ready, beat string }

const upgrade = "Host: bench\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

func (o order) hello() hello {
	switch o.Kind {
	case kindSSE:
		return hello{
			request: "GET /live/" + o.Fact + "/events?types=donation.completed HTTP/1.1\r\nHost: bench\r\n\r\n", ready: `"type":"state"`,
		}
	case kindSocket:
		return hello{
			request: "GET /live/socket HTTP/1.1\r\n" + upgrade, ready: `"type":"state"`,
			frame: `{"type":"subscribe","facts":["` + o.Fact + `"],"types":["donation.completed"]}`,
		}
	case kindPhoenix:
		return hello{
			request: "GET /socket/websocket?vsn=2.0.0 HTTP/1.1\r\n" + upgrade, ready: `"status":"ok"`,
			frame: `["1","1","campaign.` + o.Fact + `.donation","phx_join",{}]`, beat: `[null,"2","phoenix","heartbeat",{}]`,
		}
	default:
		return hello{
			request: "GET /connection/websocket HTTP/1.1\r\n" + upgrade, ready: `"id":2`,
			frame: "{\"id\":1,\"connect\":{}}\n{\"id\":2,\"subscribe\":{\"channel\":\"campaign\"}}",
		}
	}
}

// masked is a WebSocket frame of a client.
func masked(text string) []byte {
	if text == "" {
		return nil
	}
	frame := []byte{0x81}
	if len(text) < 126 {
		frame = append(frame, 0x80|byte(len(text)))
	} else {
		frame = binary.BigEndian.AppendUint16(append(frame, 0x80|126), uint16(len(text)))
	}
	var mask [4]byte
	_, _ = rand.Read(mask[:])
	frame = append(frame, mask[:]...)
	for i := range len(text) {
		frame = append(frame, text[i]^mask[i%4])
	}
	return frame
}

// listen opens the connections of an order, says how many there are, and then reports what arrives until its input ends.
func listen(text string) error {
	var o order
	if err := json.Unmarshal([]byte(text), &o); err != nil {
		return err
	}
	conns, err := openAll(o)
	if err != nil {
		return err
	}
	h, err := newHost(o, conns)
	if err != nil {
		return err
	}
	fmt.Println(len(conns))
	go h.read()
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if err := h.answer(lines.Text()); err != nil {
			return err
		}
	}
	return nil
}

func openAll(o order) ([]net.Conn, error) {
	conns, failed := make([]net.Conn, o.Connections), make([]error, o.Connections)
	next := make(chan int)
	var opening sync.WaitGroup
	for range connecting {
		opening.Go(func() {
			for i := range next {
				conns[i], failed[i] = openOne(o, i)
			}
		})
	}
	for i := range o.Connections {
		next <- i
	}
	close(next)
	opening.Wait()
	return conns, errors.Join(failed...)
}

// openOne opens the i-th connection and returns when the server has said that it listens.
func openOne(o order, i int) (net.Conn, error) {
	from := net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(2+i/fromEach))}
	c, err := (&net.Dialer{LocalAddr: &from}).DialContext(context.Background(), "tcp", o.Addr)
	if err != nil {
		return nil, err
	}
	if err := c.SetDeadline(time.Now().Add(greeting)); err != nil {
		return nil, err
	}
	greet := o.hello()
	if _, err := c.Write([]byte(greet.request)); err != nil {
		return nil, err
	}
	if greet.frame != "" {
		if err := await(c, "\r\n\r\n"); err != nil {
			return nil, err
		}
		if _, err := c.Write(masked(greet.frame)); err != nil {
			return nil, err
		}
	}
	if err := await(c, greet.ready); err != nil {
		return nil, fmt.Errorf("%s, connection %d: %w", o.Kind, i, err)
	}
	return c, c.SetDeadline(time.Time{})
}

// await reads until a text has come. What comes with it is left out: nothing happens yet.
func await(c net.Conn, text string) error {
	var got []byte
	buffer := make([]byte, 16<<10)
	for !bytes.Contains(got, []byte(text)) {
		n, err := c.Read(buffer)
		if err != nil {
			return fmt.Errorf("waits for %q after %.300q: %w", text, got, err)
		}
		got = append(got, buffer[:n]...)
	}
	return nil
}

// numbers calls seen for the number of each marker in the text.
func numbers(text []byte, seen func(n int)) {
	for {
		i := bytes.Index(text, []byte(marker))
		if i < 0 || len(text) < i+len(marker)+markerDigits {
			return
		}
		text = text[i+len(marker):]
		if n, err := strconv.Atoi(string(text[:markerDigits])); err == nil && n > firstNumber {
			seen(n - firstNumber)
		}
	}
}
