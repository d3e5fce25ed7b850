package chaos_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/testnode"
)

const (
	// silence is how long a connection may say nothing before the reader makes another, as docs/live.md says.
	silence = 30 * time.Second
	// pauseBefore is how long a reader waits before it comes back. The hints of the server spread load and can be longer than a step of the storm.
	pauseBefore = 250 * time.Millisecond
	// mostProblems is how many problems of one reader are told.
	mostProblems = 10
)

// sight is an event that reached a reader.
type sight struct {
	position int64
	kind, id string
	// fact is that of a channel; "" where one subscription has all facts.
	fact string
	at   time.Time
	// connection counts the connections of the reader.
	connection int
}

// reader is a subscriber whose connection comes and goes.
type reader struct {
	name string
	// connect makes one connection, and reads it until it ends.
	connect func(ctx context.Context, rd *reader, base string) error
	// resumes reports whether it goes on after its last event; else it hears of what happens while it is connected.
	resumes bool

	mu sync.Mutex
	// histories are what it saw; each reset begins another one. began are the positions after which they begin.
	histories [][]sight
	began     []int64
	cursor    string
	// totals are what the facts raised, by id and in cents, as it was told last; states counts the states.
	totals              map[string]int64
	states, connections int
	// until is how long it reads nothing.
	until    time.Time
	problems []string
}

// follow makes connection after connection, each to the next node, until the context ends.
func (r *run) follow(ctx context.Context, rd *reader, first int) {
	for n := first; ctx.Err() == nil; n++ {
		rd.mu.Lock()
		rd.connections++
		rd.mu.Unlock()
		_ = rd.connect(ctx, rd, r.nodes[n%len(r.nodes)].front.At)
		wait(ctx, pauseBefore)
	}
}

// stall makes the reader read nothing for a time.
func (rd *reader) stall(d time.Duration) {
	rd.mu.Lock()
	defer rd.mu.Unlock()
	rd.until = time.Now().Add(d)
}

// rest waits while the reader is stalled.
func (rd *reader) rest(ctx context.Context) {
	rd.mu.Lock()
	left := time.Until(rd.until)
	rd.mu.Unlock()
	wait(ctx, left)
}

// place is where the reader is.
func (rd *reader) place() string {
	rd.mu.Lock()
	defer rd.mu.Unlock()
	return rd.cursor
}

func (rd *reader) problem(format string, args ...any) {
	rd.problems = append(rd.problems, fmt.Sprintf(format, args...))
}

// errRefused is why a reader makes another connection: what it asked for cannot be done now.
var errRefused = errors.New("refused for now")

// message is one of docs/live.md.
type message struct {
	Type   string `json:"type"`
	Cursor string `json:"cursor"`
	Status int    `json:"status"`
	ID     string `json:"id"`
	Facts  []struct {
		Fact struct {
			ID     string `json:"id"`
			Raised money  `json:"amount_raised"`
		} `json:"fact"`
	} `json:"facts"`
}

// take takes a message of a stream or a socket.
func (rd *reader) take(body []byte) error {
	var m message
	if err := json.Unmarshal(body, &m); err != nil {
		return err
	}
	rd.mu.Lock()
	defer rd.mu.Unlock()
	switch {
	case m.Type == "state" || m.Type == "reset":
		rd.state(m)
	case m.Type == "error" && m.Status >= http.StatusInternalServerError:
		return errRefused
	case m.Type == "gone" || m.Type == "error":
		rd.problem("got %.200s", body)
	case strings.Contains(m.Type, "."):
		if len(rd.histories) == 0 {
			rd.problem("got %s before the state", m.Type)
			return nil
		}
		rd.cursor = m.Cursor
		rd.see(sight{position: positionOf(m.Cursor), kind: m.Type, id: m.ID})
	}
	return nil
}

// see notes an event in the present history. The caller holds the lock.
func (rd *reader) see(s sight) {
	s.at, s.connection = time.Now(), rd.connections
	last := len(rd.histories) - 1
	rd.histories[last] = append(rd.histories[last], s)
}

// state takes the present state. The caller holds the lock.
func (rd *reader) state(m message) {
	if m.Type == "state" && rd.cursor != "" && m.Cursor != rd.cursor {
		rd.problem("got a state at %s, want one at %s", m.Cursor, rd.cursor)
	}
	if m.Type == "reset" || rd.cursor == "" {
		rd.histories, rd.began = append(rd.histories, nil), append(rd.began, positionOf(m.Cursor))
		rd.cursor = m.Cursor
	}
	for _, one := range m.Facts {
		rd.totals[one.Fact.ID] = one.Fact.Raised.cents()
	}
	rd.states++
}

// positionOf looks into a cursor, which clients do not.
func positionOf(cursor string) int64 {
	position, _ := strconv.ParseInt(cursor[strings.LastIndex(cursor, ".")+1:], 10, 64)
	return position
}

// history is a copy of one of the histories; nil when there is none such.
func (rd *reader) history(n int) []sight {
	rd.mu.Lock()
	defer rd.mu.Unlock()
	if n >= len(rd.histories) {
		return nil
	}
	return rd.histories[n][:len(rd.histories[n]):len(rd.histories[n])]
}

// split begins another history of a reader who is not told where one begins.
func (rd *reader) split() {
	rd.mu.Lock()
	defer rd.mu.Unlock()
	rd.histories = append(rd.histories, nil)
}

func (rd *reader) counts() (connections int, problems []string) {
	rd.mu.Lock()
	defer rd.mu.Unlock()
	return rd.connections, rd.problems
}

// slowTransport makes connections that hold little, one for each request.
func slowTransport() *http.Transport {
	return &http.Transport{DisableKeepAlives: true, DialContext: func(ctx context.Context, network, address string) (net.Conn, error) {
		c, err := new(net.Dialer).DialContext(ctx, network, address)
		if tcp, is := c.(*net.TCPConn); is {
			err = tcp.SetReadBuffer(testnode.SmallBuffer)
		}
		return c, err
	}}
}
