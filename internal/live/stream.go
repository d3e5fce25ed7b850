package live

import (
	"context"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
)

// serveStream streams the events of facts as server-sent events, until the connection ends. Its error is one before that.
func (f *Feed) serveStream(w http.ResponseWriter, r *http.Request, names []string) error {
	q := r.URL.Query()
	a := ask{names: names, after: q.Get("after"), address: f.o.Address(r)}
	if id := r.Header.Get("Last-Event-ID"); id != "" { // what a browser says when it comes back to the same address
		a.after = id
	}
	var err error
	if a.types, err = typesOf(strings.FieldsFunc(strings.Join(q["types"], ","), func(c rune) bool { return c == ',' || c == ' ' })); err != nil {
		return err
	}
	receiver, err := f.receiver(r)
	if err != nil {
		return err
	}
	c, err := f.o.Hub.Join(r.Context(), Joining{Kind: "sse", Format: f.format, Receiver: receiver, Address: f.o.Address(r)})
	if err != nil {
		return err
	}
	if err := f.watch(r.Context(), c, a); err != nil {
		c.Close()
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // nginx would hold the events back
	f.begin(w, r, c)
	return nil
}

// begin answers with the stream. Where the connection can be taken over, it goes on after begin has returned.
func (f *Feed) begin(w http.ResponseWriter, r *http.Request, c *Conn) {
	if r.Method == http.MethodHead {
		w.WriteHeader(http.StatusOK)
		c.Close()
		return
	}
	taken, err := takeOver(w, r)
	switch {
	case errors.Is(err, http.ErrNotSupported):
		defer c.Close()
		w.WriteHeader(http.StatusOK)
		f.answer(w, r, c)
	case err != nil: // the client has gone
		c.Close()
	default:
		ctx := context.WithoutCancel(r.Context())
		alone(f.o.Log, func() { f.carry(ctx, taken, c) })
	}
}

// answer streams in the handler. A writer without deadlines cannot be protected from slow readers: it gets what there is at once.
func (f *Feed) answer(w http.ResponseWriter, r *http.Request, c *Conn) {
	control := http.NewResponseController(w)
	endless := !errors.Is(control.SetReadDeadline(time.Time{}), http.ErrNotSupported) // the deadlines of the server are for requests that end
	out := &eventWriter{to: &answer{w, control}}
	out.retry(c.hint)
	for f.pass(r.Context(), c, out) && endless {
	}
}

// carry streams over a connection that was taken over.
func (f *Feed) carry(ctx context.Context, taken *wire, c *Conn) {
	ctx, cancel := context.WithCancel(ctx)
	defer c.Close()
	defer taken.finish()
	alone(f.o.Log, func() {
		defer cancel()
		taken.listen()
	})
	out := &eventWriter{to: taken}
	out.retry(c.hint)
	for f.pass(ctx, c, out) {
	}
}

// pass sends the next messages, and reports whether there can be more.
func (f *Feed) pass(ctx context.Context, c *Conn, out *eventWriter) bool {
	messages, err := c.Next(ctx)
	var end *End
	switch {
	case errors.As(err, &end):
	case err != nil:
		end = &End{Reason: ReasonRetry, Retry: ReasonRetry.retry()}
	case len(messages) == 0:
		out.text(stillHere(c.CaughtUp()))
	default:
		end = out.messages(c, messages)
	}
	if end != nil {
		out.goodbye(end)
	}
	return out.flush() == nil && end == nil
}

// stillHere is the line of a heartbeat, which says whether everything up to now was sent. Programs that want no more than that end there.
func stillHere(caughtUp bool) string {
	if caughtUp {
		return ": still here\n\n"
	}
	return ": still reading\n\n"
}

// name is the name of a message as an event of a stream.
func (m *Message) name() string {
	if m.Name != "" {
		return m.Name
	}
	return string(m.Event.Topic)
}

// sendAt is how many bytes of events are collected at most, but for one event more: buffers stay small enough to be used again.
const sendAt = maxKeptBuffer / 4

// eventWriter collects server-sent events, and sends them in few pieces. After an error it sends nothing more.
type eventWriter struct {
	to  outlet
	err error
	// buffer holds what is not sent yet; nil for nothing, so that an idle stream holds none.
	buffer *[]byte
}

func (o *eventWriter) text(parts ...string) {
	if o.buffer == nil {
		o.buffer = newBuffer()
	}
	for _, part := range parts {
		*o.buffer = append(*o.buffer, part...)
	}
}

// messages adds messages. Once the receiver was told that the last fact is gone, it returns why the stream ends.
func (o *eventWriter) messages(c *Conn, some []*Message) *End {
	anyGone := false
	for _, m := range some {
		if len(m.Gone) > 0 {
			anyGone = true
			o.json("gone", gone(m.Gone))
			continue
		}
		o.event(m.name(), m.Cursor, m.Body)
		if len(*o.buffer) >= sendAt {
			_ = o.flush() // the last flush returns the error
		}
	}
	if anyGone && c.over() {
		return &End{Reason: ReasonGone, Retry: ReasonGone.retry()}
	}
	return nil
}

func (o *eventWriter) retry(d time.Duration) {
	o.text("retry: ", strconv.FormatInt(d.Milliseconds(), 10), "\n\n")
}

// event adds one event. The body is one line.
func (o *eventWriter) event(name, id string, body []byte) {
	if id != "" {
		o.text("id: ", id, "\n")
	}
	o.text("event: ", name, "\ndata: ")
	*o.buffer = append(*o.buffer, body...)
	o.text("\n\n")
}

// json adds an event of this package's own.
func (o *eventWriter) json(name string, v any) {
	if body, err := api.Marshal(v); err == nil { // such types can always be written
		o.event(name, "", body)
	}
}

// goodbye adds the end of the stream, with when to come back.
func (o *eventWriter) goodbye(e *End) {
	o.retry(e.Retry)
	o.json("goodbye", goodbye(e))
}

// flush sends what was added. Its error is the first one.
func (o *eventWriter) flush() error {
	if o.buffer == nil {
		return o.err
	}
	if o.err == nil {
		o.err = o.to.send(*o.buffer)
	}
	freeBuffer(o.buffer)
	o.buffer = nil
	return o.err
}
