package main

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"strconv"
	"sync"
	"time"
)

// request is the bytes of one request, sent repeatedly by one connection.
type request struct {
	bytes []byte
	// next changes the bytes before each send; nil sends the same bytes.
	next func([]byte)
}

// get is a GET with a bearer token.
func get(path, token string) request {
	return request{bytes: []byte("GET " + path + " HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer " + token + "\r\n\r\n")}
}

// post is a POST of JSON with a bearer token.
func post(path, token, body string) []byte {
	return fmt.Appendf(nil, "POST %s HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s",
		path, token, len(body), body)
}

// load sends requests over that many connections for a while, one after the other on each. A status other than 200 or 201 ends it.
func load(addr string, connections int, d time.Duration, requestOf func(connection int) request) (sample, error) {
	workers := make([][]time.Duration, connections)
	failed := make([]error, connections)
	var ready, done sync.WaitGroup
	start := make(chan struct{})
	ready.Add(connections)
	var began time.Time
	for i := range connections {
		done.Go(func() {
			c, err := dial(addr)
			ready.Done()
			if err != nil {
				failed[i] = err
				return
			}
			defer c.close()
			<-start
			workers[i], failed[i] = c.repeat(requestOf(i), began.Add(d))
		})
	}
	ready.Wait()
	began = time.Now()
	close(start)
	done.Wait()
	return gathered(time.Since(began), workers), errors.Join(failed...)
}

// connection is a minimal client with one keep-alive connection: the client's processor time is lost to the server, because they share the
// cores.
type connection struct {
	conn   net.Conn
	reader *bufio.Reader
}

func dial(addr string) (*connection, error) {
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		return nil, err
	}
	return &connection{conn, bufio.NewReaderSize(conn, 128<<10)}, nil
}

func (c *connection) close() { _ = c.conn.Close() }

func (c *connection) repeat(r request, until time.Time) ([]time.Duration, error) {
	latencies := make([]time.Duration, 0, 1<<14)
	for now := time.Now(); now.Before(until); {
		if r.next != nil {
			r.next(r.bytes)
		}
		if err := c.exchange(r.bytes); err != nil {
			return latencies, err
		}
		end := time.Now()
		latencies = append(latencies, end.Sub(now))
		now = end
	}
	return latencies, nil
}

var (
	contentLength = []byte("Content-Length: ")
	locationIs    = []byte("Location: ")
)

// exchange sends one request and reads its response to the end. Anything but 200 and 201 is an error.
func (c *connection) exchange(send []byte) error {
	_, err := c.ask(send, "200", "201")
	return err
}

// ask sends one request, reads its response to the end, and returns its Location; "" for none. A status that is not among the good ones is
// an error.
func (c *connection) ask(send []byte, good ...string) (location string, err error) {
	if _, err := c.conn.Write(send); err != nil {
		return "", err
	}
	status, err := c.reader.ReadSlice('\n')
	if err != nil {
		return "", err
	}
	isGood := len(status) > 11 && slices.Contains(good, string(status[9:12]))
	statusText := string(bytes.TrimSpace(status[min(9, len(status)):]))
	length := -1
	for {
		line, err := c.reader.ReadSlice('\n')
		if err != nil {
			return "", err
		}
		if len(line) == 2 {
			break
		}
		if value, ok := bytes.CutPrefix(line, locationIs); ok {
			location = string(bytes.TrimSpace(value))
		}
		if value, ok := bytes.CutPrefix(line, contentLength); ok {
			if length, err = strconv.Atoi(string(bytes.TrimSpace(value))); err != nil {
				return "", err
			}
		}
	}
	if length < 0 {
		return "", fmt.Errorf("answer %s has no Content-Length", statusText)
	}
	if !isGood {
		body, _ := io.ReadAll(io.LimitReader(c.reader, int64(length)))
		return "", fmt.Errorf("answer %s: %.300s", statusText, body)
	}
	_, err = c.reader.Discard(length)
	return location, err
}
