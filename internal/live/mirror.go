package live

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const (
	// repaintEvery is the shortest time from one frame of a mirror to the next: more of them nobody sees, and each costs reads of the database.
	repaintEvery = 100 * time.Millisecond
	// settled is how long after the last event a mirror looks once more: what follows from events in the background, such as leaderboards, is there by then.
	settled = 1500 * time.Millisecond
)

// Frame is what a mirror shows.
type Frame struct {
	Body []byte
	// Until is when it changes if nothing happens; the zero time for never.
	Until time.Time
}

// Mirror is a WebSocket that shows a page how something looks now: it sends a frame at once, and another one whenever a fact, or who looks at it,
// changed. What changes together is sent together. The page sends nothing.
type Mirror struct {
	Hub *Hub
	Log *slog.Logger
	// Joining says who looks; its Format is the mirror's own.
	Joining

	// Fact is whose events it follows.
	Fact fund.ID
	// Paint makes a frame. Its error ends the connection; one that is NotFound says that there is nothing to be seen any more.
	Paint func(context.Context) (Frame, error)
}

// anyChange is the format of mirrors: it says that something happened, and not what.
type anyChange struct{}

// Render is one byte for each event that can change what everybody sees of a fact, or an overlay of it.
func (anyChange) Render(_ context.Context, _ app.Actor, o Occurrence) ([]byte, error) {
	if !o.Topic.Public() && o.Topic != fund.TopicOverlayChanged && !o.Topic.MovesScores() {
		return nil, nil
	}
	return []byte{'.'}, nil
}

// Serve takes a WebSocket, and serves it until it ends. Its error is one before that.
func (m Mirror) Serve(w http.ResponseWriter, r *http.Request) error {
	m.Format = anyChange{}
	c, err := m.Hub.Join(r.Context(), m.Joining)
	if err != nil {
		return err
	}
	ws, err := websocket.Accept(lean{w}, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // who looks is named by the address, and no cookie counts
		CompressionMode:    websocket.CompressionDisabled,
	})
	if err != nil {
		c.Close()
		return nil //nolint:nilerr // Accept has answered
	}
	ctx := context.WithoutCancel(r.Context())
	alone(m.Log, func() {
		defer c.Close()
		defer func() { _ = ws.CloseNow() }()
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		alone(m.Log, func() {
			if _, _, err := ws.Reader(ctx); err != nil {
				cancel() // the page has gone
				return
			}
			c.end(ReasonRefused)
		})
		to := frames{ws}
		if end := m.show(ctx, c, to); end != nil {
			to.goodbye(ctx, end)
		}
	})
	return nil
}

// show sends frames until the connection ends, and returns why; nil where nobody is there any more.
func (m Mirror) show(ctx context.Context, c *Conn, to frames) *End {
	if err := c.Watch(Watch{Facts: []fund.ID{m.Fact}, From: m.Hub.Here()}); err != nil {
		return &End{Reason: ReasonRefused, Retry: ReasonRefused.retry()}
	}
	var (
		shown   []byte
		settles time.Time
	)
	for {
		f, err := m.paint(ctx)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // nobody is there any more
		case fault.Is(err, fault.NotFound):
			return &End{Reason: ReasonGone, Retry: ReasonGone.retry()}
		case err != nil:
			m.Log.WarnContext(ctx, "an overlay cannot be drawn", "fact", m.Fact, "error", err)
			return &End{Reason: ReasonRetry, Retry: ReasonRetry.retry()}
		}
		if !bytes.Equal(f.Body, shown) {
			if to.put(ctx, f.Body) != nil {
				return nil //nolint:nilerr // nobody is there any more
			}
			shown = f.Body
		}
		pause(ctx, repaintEvery)
		happened, end := m.await(ctx, c, to, sooner(f.Until, settles))
		switch {
		case end != nil || ctx.Err() != nil:
			return end
		case happened:
			settles = time.Now().Add(settled)
		case !time.Now().Before(settles):
			settles = time.Time{}
		}
	}
}

// paint makes a frame.
func (m Mirror) paint(ctx context.Context) (f Frame, err error) {
	ctx, cancel := context.WithTimeout(ctx, writeWithin)
	defer cancel()
	err = apart(func() error {
		f, err = m.Paint(ctx)
		return err
	})
	return f, err
}

// await returns when it is time for the next frame, and whether that is because something happened. Where there is none, it returns why, or ctx has ended.
func (m Mirror) await(ctx context.Context, c *Conn, to frames, until time.Time) (happened bool, end *End) {
	for {
		messages, err := next(ctx, c, until)
		switch {
		case errors.As(err, &end):
			return false, end
		case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded):
			return false, nil
		case err != nil:
			return false, &End{Reason: ReasonRetry, Retry: ReasonRetry.retry()}
		case len(messages) == 0:
			if to.put(ctx, heartbeat[0].Body) != nil {
				return false, &End{Reason: ReasonRetry, Retry: ReasonRetry.retry()}
			}
		case c.over():
			return false, &End{Reason: ReasonGone, Retry: ReasonGone.retry()}
		default:
			return true, nil
		}
	}
}

// sooner is the earlier of two instants, of which the zero time is never.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || !b.IsZero() && b.Before(a) {
		return b
	}
	return a
}

// next is Conn.Next until an instant; the zero time for ever.
func next(ctx context.Context, c *Conn, until time.Time) ([]*Message, error) {
	if !until.IsZero() {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, until)
		defer cancel()
	}
	return c.Next(ctx)
}
