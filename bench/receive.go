package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/textproto"
	"os"
	"strconv"
	"sync"
	"time"
)

const (
	// receiveCommand runs this program as the receiver of webhooks: many endpoints, each at an address of its own.
	receiveCommand = "receive"
	// receivedQuestion asks for how many webhooks have come, takeQuestion for when each came; then they are forgotten.
	receivedQuestion = "received"
	takeQuestion     = "take"
)

// receiver answers webhooks at once, but for those of its last endpoint, which it takes and never answers.
type receiver struct {
	mu sync.Mutex
	// came are the instants, in nanoseconds of Unix time, at which the webhooks about each donation came.
	came  map[int][]int64
	count int
}

// receive opens that many endpoints, prints their addresses, and answers questions until its input ends.
func receive(ctx context.Context, text string) error {
	endpoints, err := strconv.Atoi(text)
	if err != nil {
		return err
	}
	r := &receiver{came: map[int][]int64{}}
	var urls []string
	for i := range endpoints {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", fmt.Sprintf("127.0.1.%d:0", 1+i))
		if err != nil {
			return err
		}
		urls = append(urls, "http://"+l.Addr().String()+"/hook")
		dead := i == endpoints-1
		go r.serve(l, dead)
	}
	out := json.NewEncoder(os.Stdout)
	if err := out.Encode(urls); err != nil {
		return err
	}
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		if err := r.answer(lines.Text(), out); err != nil {
			return err
		}
	}
	return nil
}

func (r *receiver) answer(question string, out *json.Encoder) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if question == receivedQuestion {
		return out.Encode(r.count)
	}
	came := r.came
	r.came, r.count = map[int][]int64{}, 0
	return out.Encode(came)
}

func (r *receiver) serve(l net.Listener, dead bool) {
	for {
		c, err := l.Accept()
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench receive:", err)
			return
		}
		if dead {
			go func() { _, _ = io.Copy(io.Discard, c) }()
		} else {
			go func() { _ = r.take(c) }()
		}
	}
}

var noContent = []byte("HTTP/1.1 204 No Content\r\n\r\n")

// take answers the requests of one connection.
func (r *receiver) take(c net.Conn) error {
	defer func() { _ = c.Close() }()
	in := bufio.NewReaderSize(c, 8<<10)
	lines := textproto.NewReader(in)
	for {
		length := 0
		for {
			line, err := lines.ReadLineBytes()
			if err != nil {
				return err
			}
			if len(line) == 0 {
				break
			}
			if value, ok := bytes.CutPrefix(line, contentLength); ok {
				if length, err = strconv.Atoi(string(value)); err != nil {
					return err
				}
			}
		}
		if length == 0 {
			return errors.New("a request has no Content-Length")
		}
		body := make([]byte, length)
		if _, err := io.ReadFull(in, body); err != nil {
			return err
		}
		r.note(body)
		if _, err := c.Write(noContent); err != nil {
			return err
		}
	}
}

// note notes a webhook by the first number in it.
func (r *receiver) note(body []byte) {
	now, first := time.Now().UnixNano(), 0
	numbers(body, func(n int) {
		if first == 0 {
			first = n
		}
	})
	r.mu.Lock()
	defer r.mu.Unlock()
	r.came[first] = append(r.came[first], now)
	r.count++
}
