package live

import (
	"errors"
	"fmt"
	"net/http"
	"runtime/debug"
	"strconv"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/api"
)

// serveStream streams the events of facts as server-sent events, until the connection ends. Its error is one before that.
func (f *Feed) serveStream(w http.ResponseWriter, r *http.Request, names []string) error {
	q := r.URL.Query()
	a := ask{names: names, after: q.Get("after"), charge: func() time.Duration { return f.o.Limit(r) }}
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
	defer c.Close()
	if err := apart(func() error { return f.watch(r.Context(), c, a) }); err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", "text/event-stream; charset=utf-8")
	h.Set("X-Accel-Buffering", "no") // nginx would hold the events back
	w.WriteHeader(http.StatusOK)
	if r.Method == http.MethodHead {
		return nil
	}
	f.stream(r, c, &eventWriter{w: w, control: http.NewResponseController(w)})
	return nil
}

// apart does work in a goroutine of its own: the stack that reads of the database need would stay with a connection for as long as it is open.
func apart(work func() error) (err error) {
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer func() {
			if p := recover(); p != nil {
				err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
			}
		}()
		err = work()
	}()
	<-done
	return err
}

// stream writes until the connection ends.
func (f *Feed) stream(r *http.Request, c *Conn, out *eventWriter) {
	out.retry(c.hint)
	// The deadlines of the server are for requests that end. A writer without any cannot be protected from slow readers: it gets what
	// there is at once.
	endless := !errors.Is(out.control.SetReadDeadline(time.Time{}), http.ErrNotSupported)
	for first := true; out.err == nil && (first || endless); first = false {
		messages, err := c.Next(r.Context())
		var end *End
		if errors.As(err, &end) {
			out.goodbye(end)
			return
		}
		if err != nil {
			out.goodbye(&End{Reason: ReasonRetry, Retry: ReasonRetry.retry()})
			return
		}
		out.begin()
		for _, m := range messages {
			if len(m.Gone) > 0 {
				out.json("gone", "", gone(m.Gone))
				if c.Unwatch() == 0 {
					out.goodbye(&End{Reason: ReasonGone, Retry: ReasonGone.retry()})
					return
				}
				continue
			}
			out.event(m.name(), m.Cursor, m.Body)
		}
		if len(messages) == 0 {
			out.write(stillHere(c.CaughtUp()))
		}
		out.flush()
	}
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

// eventWriter writes server-sent events. After an error it writes nothing more.
type eventWriter struct {
	w       http.ResponseWriter
	control *http.ResponseController
	err     error
}

// begin gives the receiver time to read what is written next.
func (o *eventWriter) begin() {
	if err := o.control.SetWriteDeadline(time.Now().Add(writeWithin)); err != nil && !errors.Is(err, http.ErrNotSupported) {
		o.err = err
	}
}

func (o *eventWriter) write(text string) {
	if o.err == nil {
		_, o.err = o.w.Write([]byte(text))
	}
}

func (o *eventWriter) retry(d time.Duration) {
	o.write("retry: " + strconv.FormatInt(d.Milliseconds(), 10) + "\n\n")
}

// event writes one event. The body is one line.
func (o *eventWriter) event(name, id string, body []byte) {
	head := "event: " + name + "\ndata: "
	if id != "" {
		head = "id: " + id + "\n" + head
	}
	o.write(head)
	if o.err == nil {
		_, o.err = o.w.Write(body)
	}
	o.write("\n\n")
}

func (o *eventWriter) json(name, id string, v any) {
	body, err := api.Marshal(v)
	if err != nil {
		o.err = err
		return
	}
	o.event(name, id, body)
}

// goodbye ends the stream, with when to come back.
func (o *eventWriter) goodbye(e *End) {
	o.begin()
	o.retry(e.Retry)
	o.json("goodbye", "", goodbye(e))
	o.flush()
}

func (o *eventWriter) flush() {
	if o.err == nil {
		o.err = o.control.Flush()
	}
}
