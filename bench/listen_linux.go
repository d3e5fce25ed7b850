package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"os"
	"runtime"
	"slices"
	"sync"
	"syscall"
	"time"
)

const (
	// readAtOnce is how many bytes are read of a connection at once, keptTail how many are kept of them in case a marker goes on in the next.
	readAtOnce = 64 << 10
	keptTail   = len(marker) + markerDigits - 1
)

// host reads all connections in one thread: the server shares the cores with it, and should have as much of them as it can.
type host struct {
	order
	poll  int
	conns map[int32]*listener
	out   *json.Encoder
	// beat is what keeps a connection open.
	beat []byte
	// arrived are the donations that not all connections have yet; only read uses it.
	arrived map[int]*arrived
	// sampled is the connection that sample is of; only read uses it.
	sampled int32
	// mu guards out and sample.
	mu     sync.Mutex
	sample []byte
}

type arrived struct {
	arrival
	conns int
}

// listener is one connection.
type listener struct {
	file *os.File
	// seen is the highest number that has come.
	seen int
	tail []byte
}

func newHost(o order, conns []net.Conn) (*host, error) {
	h := &host{order: o, conns: map[int32]*listener{}, out: json.NewEncoder(os.Stdout), arrived: map[int]*arrived{}, beat: masked(o.hello().beat)}
	var err error
	if h.poll, err = syscall.EpollCreate1(0); err != nil {
		return nil, err
	}
	for _, c := range conns {
		tcp, ok := c.(*net.TCPConn)
		if !ok {
			return nil, errors.New("not a TCP connection")
		}
		file, err := tcp.File()
		if err != nil {
			return nil, err
		}
		if err := c.Close(); err != nil { // the file is a copy
			return nil, err
		}
		fd := int32(file.Fd())
		if err := syscall.SetNonblock(int(fd), true); err != nil {
			return nil, err
		}
		h.conns[fd] = &listener{file: file}
		if err := syscall.EpollCtl(h.poll, syscall.EPOLL_CTL_ADD, int(fd), &syscall.EpollEvent{Events: syscall.EPOLLIN, Fd: fd}); err != nil {
			return nil, err
		}
	}
	return h, nil
}

// read reads until the process ends.
func (h *host) read() {
	runtime.LockOSThread()
	events := make([]syscall.EpollEvent, 1024)
	buffer := make([]byte, keptTail+readAtOnce)
	for {
		n, err := syscall.EpollWait(h.poll, events, -1)
		if err != nil && !errors.Is(err, syscall.EINTR) {
			fmt.Fprintln(os.Stderr, "bench listen:", err)
			return
		}
		for _, e := range events[:max(n, 0)] {
			h.readOne(e.Fd, buffer)
		}
	}
}

func (h *host) readOne(fd int32, buffer []byte) {
	l := h.conns[fd]
	begin := keptTail - len(l.tail)
	copy(buffer[begin:], l.tail)
	n, err := syscall.Read(int(fd), buffer[keptTail:])
	if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EINTR) {
		return
	}
	if err != nil || n == 0 {
		fmt.Fprintf(os.Stderr, "bench listen: the server ended a %s connection: %v\n", h.Kind, err)
		_ = syscall.EpollCtl(h.poll, syscall.EPOLL_CTL_DEL, int(fd), nil)
		_ = l.file.Close()
		return
	}
	if fd == h.sampled {
		h.mu.Lock()
		h.sample = append(h.sample, buffer[keptTail:keptTail+n]...)
		h.mu.Unlock()
	}
	text := buffer[begin : keptTail+n]
	numbers(text, func(n int) {
		if n > l.seen {
			l.seen = n
			h.saw(n, fd, text)
		}
	})
	l.tail = append(l.tail[:0], text[max(0, len(text)-keptTail):]...)
}

// saw counts a donation that has reached one more connection. The first one of each is the sample, with what it reads after that.
func (h *host) saw(n int, fd int32, text []byte) {
	if h.Quiet {
		return
	}
	now := time.Now().UnixNano()
	a := h.arrived[n]
	if a == nil {
		a = &arrived{arrival: arrival{Number: n, First: now}}
		h.arrived[n] = a
		h.sampled = fd
		h.mu.Lock()
		h.sample = append(h.sample[:0], text...)
		h.mu.Unlock()
	}
	if a.conns++; a.conns == len(h.conns) {
		a.Last = now
		_ = h.say(a.arrival)
		delete(h.arrived, n)
	}
}

// answer answers a question of the bench.
func (h *host) answer(question string) error {
	switch question {
	case beatQuestion:
		for fd := range h.conns {
			if _, err := syscall.Write(int(fd), h.beat); err != nil {
				return fmt.Errorf("heartbeat: %w", err)
			}
		}
		return nil
	case sampleQuestion:
		h.mu.Lock()
		sample := slices.Clone(h.sample)
		h.mu.Unlock()
		return h.say(sample)
	default:
		return fmt.Errorf("there is no question %q", question)
	}
}

// say writes a line.
func (h *host) say(v any) error {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.out.Encode(v)
}
