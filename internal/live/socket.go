package live

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const (
	// MaxFrame is how long a frame of a client may be, in bytes: enough to name MaxFacts facts.
	MaxFrame = 32 << 10
	// CommandBurst is how many commands a client may send at once, and commandEvery how often after that.
	CommandBurst = 40
	commandEvery = 500 * time.Millisecond
	// helloWithin is how long a new client may take for its first command.
	helloWithin = 10 * time.Second
	// maxRef is how long the ref of a command may be, in bytes.
	maxRef = 64
)

// command is a frame of a client.
type command struct {
	Type  string   `json:"type" required:"true" doc:"What to do"`
	Ref   string   `json:"ref" doc:"Any text of up to 64 bytes; it comes back in the answer"`
	Token string   `json:"token" doc:"Of hello: an access token"`
	Facts []string `json:"facts" doc:"Of subscribe and unsubscribe: facts by their ids, or as @user/slug"`
	Types []string `json:"types" doc:"Of subscribe: only events of these types"`
	After string   `json:"after" doc:"Of subscribe: the cursor to resume from"`
	Brief bool     `json:"brief" doc:"Of subscribe: no facts in the state"`
}

// commandTypes are the types of commands.
var commandTypes = []string{"hello", "subscribe", "unsubscribe", "ping"}

// answerMessage answers a command: hello, subscribed, unsubscribed or pong.
type answerMessage struct {
	Type     string `json:"type" doc:"Which message it is"`
	Ref      string `json:"ref,omitempty" doc:"The ref of the command"`
	Watching int    `json:"watching,omitempty" doc:"How many facts the connection watches; absent for none"`
}

// serveSocket takes a WebSocket, and serves it until it ends. Its error is one before that.
func (f *Feed) serveSocket(w http.ResponseWriter, r *http.Request) error {
	receiver, err := f.receiver(r)
	if err != nil {
		return err
	}
	join := Joining{Kind: "websocket", Format: f.format, Receiver: receiver, Address: f.o.Address(r)}
	c, err := f.o.Hub.Join(r.Context(), join)
	if err != nil {
		return err
	}
	ws, err := websocket.Accept(lean{w}, r, &websocket.AcceptOptions{
		// Everybody may read what everybody may see. The cookie of a browser counts only where the page is ours.
		InsecureSkipVerify: true,
		CompressionMode:    websocket.CompressionDisabled, // it would take more memory than everything else of a connection
	})
	if err != nil {
		c.Close()
		return nil //nolint:nilerr // Accept has answered
	}
	ws.SetReadLimit(MaxFrame)
	ctx := context.WithoutCancel(r.Context())
	s := &socket{frames: frames{ws}, feed: f, conn: c, join: join, left: CommandBurst, since: time.Now()}
	alone(f.o.Log, func() { s.serve(ctx) })
	return nil
}

// socket is one WebSocket.
type socket struct {
	frames

	feed *Feed
	conn *Conn
	join Joining
	// left is how many commands may come at once, as of since.
	left  float64
	since time.Time
}

// serve does the first command, and then writes while another goroutine reads.
func (s *socket) serve(ctx context.Context) {
	defer func() { s.conn.Close() }()
	ctx, cancel := context.WithCancel(ctx)
	var reading sync.WaitGroup
	defer reading.Wait()
	defer cancel()
	defer func() { _ = s.ws.CloseNow() }()
	if !s.hello(ctx) {
		return
	}
	reading.Go(func() {
		defer func() { survive(s.feed.o.Log, recover()) }()
		if s.listen(ctx) != nil {
			cancel() // the client has gone
		}
	})
	s.write(ctx)
}

// hello does the first command, which may say who the connection is for.
func (s *socket) hello(ctx context.Context) bool {
	first, cancel := context.WithTimeout(ctx, helloWithin)
	defer cancel()
	one, err := s.read(first)
	if err != nil {
		s.fail(ctx, one.Ref, err)
		return false
	}
	if one.Type != "hello" {
		s.do(ctx, one)
		return true
	}
	if one.Token != "" {
		if err := s.rejoin(ctx, one.Token); err != nil {
			s.fail(ctx, one.Ref, err)
			return false
		}
	}
	s.answer("hello", one.Ref, 0)
	return true
}

// rejoin makes the connection one for the holder of a token.
func (s *socket) rejoin(ctx context.Context, token string) error {
	receiver, err := s.feed.holder(ctx, token)
	if err != nil {
		return err
	}
	s.join.Receiver = receiver
	s.conn.Close()
	c, err := s.feed.o.Hub.Join(ctx, s.join)
	if err != nil {
		return err
	}
	s.conn = c
	return nil
}

// read reads one command.
func (s *socket) read(ctx context.Context) (one command, err error) {
	kind, frame, err := s.ws.Read(ctx)
	if err != nil {
		return one, err
	}
	err = apart(func() error {
		one, err = parseCommand(kind, frame)
		return err
	})
	if err != nil {
		return one, err
	}
	return one, s.pace()
}

func parseCommand(kind websocket.MessageType, frame []byte) (one command, err error) {
	if kind != websocket.MessageText || json.Unmarshal(frame, &one) != nil {
		return command{}, fault.New(fault.Malformed, "A frame is a JSON object like {\"type\":\"subscribe\",\"facts\":[\"@user/slug\"]}.")
	}
	if len(one.Ref) > maxRef {
		return command{}, fault.New(fault.Malformed, "A ref has at most %d bytes.", maxRef)
	}
	return one, nil
}

// pace refuses commands that come too fast.
func (s *socket) pace() error {
	now := time.Now()
	s.left = min(CommandBurst, s.left+now.Sub(s.since).Seconds()/commandEvery.Seconds())
	s.since = now
	if s.left < 1 {
		return fault.New(fault.RateLimited, "There were too many commands: at most %d at once, and then two a second.", CommandBurst)
	}
	s.left--
	return nil
}

// listen does the commands until one is refused in a way that ends the connection, or until there is nobody any more, which is its error.
func (s *socket) listen(ctx context.Context) error {
	for {
		one, err := s.read(ctx)
		var refused *fault.Error
		if errors.As(err, &refused) {
			s.send(errorOf(refused, one.Ref))
			s.conn.end(ReasonRefused)
			return nil
		}
		if err != nil {
			return err
		}
		s.do(ctx, one)
	}
}

// do does a command. One that cannot be done is answered with an error, and the connection goes on.
func (s *socket) do(ctx context.Context, one command) {
	err := apart(func() error { return s.done(ctx, one) })
	if err == nil || ctx.Err() != nil {
		return
	}
	f := fault.From(err)
	if status(f) == http.StatusInternalServerError {
		s.feed.o.Log.ErrorContext(ctx, "live", "error", err)
		f = &fault.Error{Message: "Something went wrong here; try again."}
	}
	s.send(errorOf(f, one.Ref))
}

func (s *socket) done(ctx context.Context, one command) error {
	switch one.Type {
	case "subscribe":
		return s.subscribe(ctx, one)
	case "unsubscribe":
		return s.unsubscribe(ctx, one)
	case "ping":
		s.answer("pong", one.Ref, s.conn.Unwatch())
		return nil
	case "hello":
		return fault.New(fault.Malformed, "hello is the first command of a connection: connect again to change the token.")
	default:
		return fault.New(fault.Malformed, "There is no command %q; there are hello, subscribe, unsubscribe and ping.", fault.Echo(one.Type))
	}
}

func (s *socket) subscribe(ctx context.Context, one command) error {
	types, err := typesOf(one.Types)
	if err != nil {
		return err
	}
	// Who does not read states gets no further ones; until then nothing of the client is read.
	if err := s.conn.Room(ctx); err != nil {
		return err
	}
	answer, err := api.Marshal(answerMessage{Type: "subscribed", Ref: one.Ref})
	if err != nil {
		return err
	}
	return s.feed.watch(ctx, s.conn, ask{
		names: one.Facts, types: types, after: one.After, brief: one.Brief, ref: one.Ref, answer: &Message{Body: answer}, address: s.join.Address,
	})
}

func (s *socket) unsubscribe(ctx context.Context, one command) error {
	if len(one.Facts) > MaxFacts {
		return ErrTooManyFacts
	}
	if err := s.feed.charge(ctx, len(one.Facts), s.join.Address); err != nil {
		return err
	}
	actor := s.conn.audience.actor()
	for _, name := range one.Facts {
		id, unnamed := fund.ParseID(name) // of a fact that may be gone
		if unnamed != nil {
			seen, err := s.feed.see(ctx, actor, name)
			if err != nil {
				return err
			}
			id = seen.Fact().ID
		}
		s.conn.Unwatch(id)
	}
	s.answer("unsubscribed", one.Ref, s.conn.Unwatch())
	return nil
}

func (s *socket) answer(kind, ref string, watching int) {
	s.send(answerMessage{Type: kind, Ref: ref, Watching: watching})
}

// send queues a message of the socket's own.
func (s *socket) send(v any) {
	if body, err := api.Marshal(v); err == nil {
		s.conn.Send(&Message{Body: body})
	}
}

// fail says why the connection ends because of a command.
func (s *socket) fail(ctx context.Context, ref string, err error) {
	f := fault.From(err)
	if code := status(f); ctx.Err() != nil || code == http.StatusInternalServerError {
		return // the client has gone, or does not speak this protocol
	}
	if body, err := api.Marshal(errorOf(f, ref)); err == nil {
		_ = s.put(ctx, body)
	}
	_ = s.ws.Close(websocket.StatusPolicyViolation, "")
}

// frames writes to a WebSocket.
type frames struct{ ws *websocket.Conn }

// put writes one frame.
func (s frames) put(ctx context.Context, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	return s.ws.Write(ctx, websocket.MessageText, body)
}

// write writes until the connection ends.
func (s *socket) write(ctx context.Context) {
	for {
		messages, err := s.conn.Next(ctx)
		var end *End
		switch {
		case errors.As(err, &end):
			s.goodbye(ctx, end)
			return
		case ctx.Err() != nil:
			return
		case err != nil:
			s.goodbye(ctx, &End{Reason: ReasonRetry, Retry: ReasonRetry.retry()})
			return
		}
		if len(messages) == 0 {
			messages = heartbeat
		}
		for _, m := range messages {
			body := m.Body
			if len(m.Gone) > 0 {
				if body, err = api.Marshal(gone(m.Gone)); err != nil {
					return
				}
			}
			if s.put(ctx, body) != nil {
				return
			}
		}
	}
}

// heartbeatMessage is the message of a heartbeat.
type heartbeatMessage struct {
	Type string `json:"type" doc:"Which message it is"`
}

// heartbeat is what is sent while nothing happens: pages do not see the pings of the protocol.
var heartbeat = []*Message{{Body: []byte(`{"type":"heartbeat"}`)}}

func (s frames) goodbye(ctx context.Context, e *End) {
	body, err := api.Marshal(goodbye(e))
	if err == nil {
		err = s.put(ctx, body)
	}
	if err == nil {
		_ = s.ws.Close(e.code(), string(e.Reason))
	}
}

// code is the close code of an end.
func (e *End) code() websocket.StatusCode {
	switch e.Reason {
	case ReasonRights, ReasonRefused:
		return websocket.StatusPolicyViolation
	case ReasonStopping, ReasonAge:
		return websocket.StatusGoingAway
	default:
		return websocket.StatusTryAgainLater
	}
}
