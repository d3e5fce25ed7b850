package live

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/phoenix"
)

const (
	// PhoenixPath is the prefix of the Phoenix socket.
	PhoenixPath = "/socket"
	// phoenixSocket is where clients connect: they append "/websocket" to the address of a socket.
	phoenixSocket = PhoenixPath + "/websocket"
	// MaxPhoenixFrame is the maximum length of a frame of a client, in bytes; a longer one ends the connection.
	MaxPhoenixFrame = 16 << 10
	// PhoenixIdle is how long a client may send nothing, as in Phoenix. Clients send a heartbeat every 30 seconds.
	PhoenixIdle = 60 * time.Second
	// phoenixWrite is how long a client may take to read one frame.
	phoenixWrite = 10 * time.Second
	// phoenixEvery is the pace at which new connections are taken: clients of a node that was restarted come back at once, without any
	// jitter, and are let in one after the other. Beyond phoenixWait they are refused and come again.
	phoenixEvery = 2 * time.Millisecond
	phoenixWait  = 8 * time.Second
	// frameEvery is the pace at which frames of one client are read, once it has sent frameBurst at once: enough to join all topics.
	frameEvery = 200 * time.Millisecond
	frameBurst = 2 * phoenix.MaxTopics
)

// Pushes writes what is pushed, as version 3 of the API does. It shows what everybody may see.
type Pushes interface {
	// Gate is the error of a connection that is made at now.
	Gate(now time.Time) error
	// Header sets headers of every answer.
	Header(http.Header)
	Donation(fund.Donation) (json.RawMessage, error)
	Campaign(fund.Fact) (json.RawMessage, error)
	Reward(fund.Reward) (json.RawMessage, error)
}

// PhoenixOptions configures a Phoenix.
type PhoenixOptions struct {
	App *app.App
	Hub *Hub
	// Pushes writes the payloads.
	Pushes Pushes
	// Log takes warnings; nil discards them.
	Log *slog.Logger
	// Limit counts a connection and reports how long its sender has to wait, 0 to be served; nil limits nothing.
	Limit func(*http.Request) time.Duration
	// Address is where a request comes from; nil is nowhere, which no limit counts.
	Address func(*http.Request) netip.Addr
	// Mode is the mode of the database where it holds play money; "" otherwise.
	Mode func(context.Context) string
}

// Phoenix is the socket that version 3 had: channels of Phoenix, one for each stream of a fact. It is open to everybody and says only what
// everybody may see. There is no place to resume from: a client gets what happens while it is connected.
type Phoenix struct {
	o      PhoenixOptions
	format *phoenixFormat
	// idle is PhoenixIdle.
	idle time.Duration
	// found are the facts of topics that were asked for; the zero id for none.
	found *memory[topicFact, fund.ID]

	mu sync.Mutex
	// next is when the next connection is taken.
	next time.Time
}

// NewPhoenix makes a Phoenix.
func NewPhoenix(o PhoenixOptions) *Phoenix {
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Limit == nil {
		o.Limit = func(*http.Request) time.Duration { return 0 }
	}
	if o.Address == nil {
		o.Address = func(*http.Request) netip.Addr { return netip.Addr{} }
	}
	if o.Mode == nil {
		o.Mode = func(context.Context) string { return "" }
	}
	return &Phoenix{o: o, idle: PhoenixIdle, format: &phoenixFormat{app: o.App, pushes: o.Pushes}, found: newMemory[topicFact, fund.ID]()}
}

// Endpoints names what is served.
func (p *Phoenix) Endpoints() []api.Endpoint {
	return []api.Endpoint{{Method: http.MethodGet, Pattern: phoenixSocket}}
}

// ServeHTTP takes a connection, which goes on after it has returned.
func (p *Phoenix) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if api.SqueezePath(r.URL.Path) != phoenixSocket {
		api.PlainText(w, http.StatusNotFound, "there is nothing here but "+phoenixSocket+"\n")
		return
	}
	if r.Method != http.MethodGet && r.Method != http.MethodHead {
		w.Header().Set("Allow", "GET, HEAD")
		api.PlainText(w, http.StatusMethodNotAllowed, "this is a WebSocket: connect with GET\n")
		return
	}
	p.o.Pushes.Header(w.Header())
	if mode := p.o.Mode(r.Context()); mode != "" {
		w.Header().Set(api.ModeHeader, mode)
	}
	by, err := phoenix.SerializerFor(r.URL.Query().Get("vsn"))
	if err != nil {
		api.PlainText(w, http.StatusForbidden, "vsn must be 1.0.0 or 2.0.0; without one it is 1.0.0\n") // the status of Phoenix
		return
	}
	joined, err := p.join(r)
	if err != nil {
		p.refuse(w, r, err)
		return
	}
	ws, err := websocket.Accept(lean{w}, r, &websocket.AcceptOptions{
		// The token of phoenix.js is a second subprotocol. Nobody needs one here, so it is not looked at.
		Subprotocols: []string{"phoenix"},
		// Clients are pages of any origin and files; nothing of the browser's user counts here.
		InsecureSkipVerify: true,
		// Compressing keeps 1.2 MB for each connection that is written to at the time, and pushes are short.
		CompressionMode: websocket.CompressionDisabled,
	})
	if err != nil {
		joined.Close()
		return // Accept has answered
	}
	ctx := context.WithoutCancel(r.Context())
	alone(p.o.Log, func() { newPhoenixConn(p, ws, joined, by).run(ctx) })
}

// join lets a connection into the hub.
func (p *Phoenix) join(r *http.Request) (*Conn, error) {
	now := p.o.App.Now()
	if err := p.o.Pushes.Gate(now); err != nil {
		return nil, err
	}
	if wait := p.o.Limit(r); wait > 0 {
		return nil, &fault.Error{Kind: fault.RateLimited, Message: "There were too many requests.", RetryAfter: wait}
	}
	if err := p.queue(r.Context()); err != nil {
		return nil, err
	}
	return p.o.Hub.Join(r.Context(), Joining{Kind: "phoenix", Format: p.format, Address: p.o.Address(r)})
}

// queue waits until it is the connection's turn.
func (p *Phoenix) queue(ctx context.Context) error {
	wait, ok := p.turn(time.Now())
	if !ok {
		return &fault.Error{Kind: fault.Unavailable, Message: "Too many clients connect at the moment.", RetryAfter: RetryHint()}
	}
	if wait > 0 {
		pause(ctx, wait)
	}
	return ctx.Err()
}

// turn takes a turn at now, and returns how long to wait for it; false when that is too long.
func (p *Phoenix) turn(now time.Time) (time.Duration, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.next.Before(now) {
		p.next = now
	}
	wait := p.next.Sub(now)
	if wait > phoenixWait {
		return wait, false
	}
	p.next = p.next.Add(phoenixEvery)
	return wait, true
}

// refuse answers a connection that is not taken. Most clients cannot read why, and come back.
func (p *Phoenix) refuse(w http.ResponseWriter, r *http.Request, err error) {
	f := fault.From(err)
	status := http.StatusInternalServerError
	switch f.Kind {
	case fault.Gone:
		status = http.StatusGone
	case fault.RateLimited:
		status = http.StatusTooManyRequests
	case fault.Unavailable:
		status = http.StatusServiceUnavailable
	default:
		p.o.Log.ErrorContext(r.Context(), "Phoenix socket", "error", err)
	}
	if wait := f.Wait(); wait > 0 {
		w.Header().Set("Retry-After", api.Seconds(wait))
	}
	api.PlainText(w, status, f.Message+"\n")
}
