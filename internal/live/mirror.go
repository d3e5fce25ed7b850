package live

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"net/http"
	"slices"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const (
	// repaintEvery is the shortest time from one frame of a mirror to the next: more of them nobody sees, and each costs reads of the database.
	repaintEvery = 100 * time.Millisecond
	// realertEvery is the same for alerts, which change seldom and are to be seen at once.
	realertEvery = 10 * time.Millisecond
	// maxHeard is how long a message of a page may be, in bytes; a longer one ends the connection.
	maxHeard = 1 << 10
	// settled is how long after the last event a mirror looks once more: what follows from events in the background, such as leaderboards, is there by then.
	settled = 1500 * time.Millisecond
)

// Frame is what a mirror shows.
type Frame struct {
	Body []byte
	// Until is when it changes if nothing happens; the zero time for never.
	Until time.Time
}

// paintMessage is what a page is sent: what it shows from now on.
type paintMessage struct {
	Type  string `json:"type"`
	Build string `json:"build"`
	HTML  string `json:"html"`
}

// Painting is the frame of a page that shows some HTML until then. build names what the page is made of: a server of another version has another one, and then
// the page loads again.
func Painting(build, html string, until time.Time) (Frame, error) {
	body, err := api.Marshal(paintMessage{"paint", build, html})
	return Frame{Body: body, Until: until}, err
}

// Mirror is a WebSocket that shows a page how something looks now: it sends a frame at once, and another one whenever a fact, or who looks at it,
// changed. What changes together is sent together.
type Mirror struct {
	Hub *Hub
	Log *slog.Logger
	// Joining says who looks; its Format is the mirror's own.
	Joining

	// Fact is whose events it follows.
	Fact fund.ID
	// Alerts are what the page shows: it changes with its stage and its overlays alone, and may be drawn often. Others change with all that everybody sees of the fact.
	Alerts bool
	// Origin is where pages come from that may open it, where a cookie says who looks; "" where the address does.
	Origin string
	// Hear takes what the page sends, at most maxHeard bytes, and returns what it is told; nil for nothing. An error that is Malformed ends the connection. Without
	// Hear, a page that sends anything is ended.
	Hear func(context.Context, []byte) ([]byte, error)
	// Happened is told what happened before a frame is painted for that, and once more when what follows from it in the background is there; nil for nobody. The zero
	// topic is anything.
	Happened func([]fund.Topic)
	// Paint makes a frame. Its error ends the connection; one that is NotFound says that there is nothing to be seen any more, one that is Forbidden that it is not for who looks.
	Paint func(context.Context) (Frame, error)
}

// anyChange is the format of mirrors: it says that something happened, and not what. role is the fact at which the receivers have a role, so that one that has
// roles at several is several audiences.
type anyChange struct {
	alerts bool
	role   fund.ID
}

// Render is one byte for each event that can change what everybody sees of a fact, or an overlay of it.
func (c anyChange) Render(_ context.Context, _ app.Actor, o Occurrence) ([]byte, error) {
	ofStage := o.Topic == fund.TopicOverlayChanged || o.Topic == fund.TopicStageChanged
	if !ofStage && (c.alerts || !o.Topic.Public() && !o.Topic.MovesScores()) {
		return nil, nil
	}
	return []byte{'.'}, nil
}

// every is the shortest time from one frame to the next.
func (m Mirror) every() time.Duration {
	if m.Alerts {
		return realertEvery
	}
	return repaintEvery
}

// Serve takes a WebSocket, and serves it until it ends. Its error is one before that.
func (m Mirror) Serve(w http.ResponseWriter, r *http.Request) error {
	if m.Origin != "" && r.Header.Get("Origin") != m.Origin {
		return fault.New(fault.Forbidden, "A page of another site asks.")
	}
	m.Format = anyChange{m.Alerts, m.Receiver.Role}
	c, err := m.Hub.Join(r.Context(), m.Joining)
	if err != nil {
		return err
	}
	ws, err := websocket.Accept(lean{w}, r, &websocket.AcceptOptions{
		InsecureSkipVerify: true, // where a cookie counts, Origin was checked
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
		to := frames{ws}
		alone(m.Log, func() {
			m.hear(ctx, c, to)
			cancel() // the page has gone
		})
		if end := m.show(ctx, c, to); end != nil {
			to.goodbye(ctx, end)
		}
	})
	return nil
}

// hear takes what the page sends, until it has gone.
func (m Mirror) hear(ctx context.Context, c *Conn, from frames) {
	from.ws.SetReadLimit(maxHeard)
	for p := newPace(); ; p.wait(ctx) {
		_, said, err := from.ws.Read(ctx)
		if err != nil {
			return
		}
		answer, err := m.heard(ctx, said)
		switch {
		case fault.Is(err, fault.Malformed):
			c.end(ReasonRefused)
			<-ctx.Done() // once the page is told why
			return
		case err != nil && ctx.Err() == nil:
			m.Log.WarnContext(ctx, "what an overlay said", "fact", m.Fact, "error", err)
		case answer != nil && from.put(ctx, answer) != nil:
			return
		}
	}
}

// heard takes one message of the page.
func (m Mirror) heard(ctx context.Context, said []byte) (answer []byte, err error) {
	if m.Hear == nil {
		return nil, &fault.Error{Kind: fault.Malformed}
	}
	err = apart(func() error {
		answer, err = m.Hear(ctx, said)
		return err
	})
	return answer, err
}

// show sends frames until the connection ends, and returns why; nil where nobody is there any more.
func (m Mirror) show(ctx context.Context, c *Conn, to frames) *End {
	if err := c.Watch(Watch{Facts: []fund.ID{m.Fact}, From: m.Hub.Here()}); err != nil {
		return &End{Reason: ReasonRefused, Retry: ReasonRefused.retry()}
	}
	var (
		shown   []byte
		recent  []fund.Topic
		settles time.Time
	)
	for {
		f, err := m.paint(ctx)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // nobody is there any more
		case fault.Is(err, fault.NotFound):
			return &End{Reason: ReasonGone, Retry: ReasonGone.retry()}
		case fault.Is(err, fault.Forbidden):
			return &End{Reason: ReasonRights, Retry: ReasonRights.retry()}
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
		pause(ctx, m.every())
		happened, end := m.await(ctx, c, to, sooner(f.Until, settles))
		switch {
		case end != nil || ctx.Err() != nil:
			return end
		case len(happened) > 0:
			m.tell(happened)
			settles, recent = time.Now().Add(settled), addTopics(recent, happened)
		case !time.Now().Before(settles):
			m.tell(recent)
			settles, recent = time.Time{}, nil
		}
	}
}

// tell says what happened.
func (m Mirror) tell(topics []fund.Topic) {
	if m.Happened != nil && len(topics) > 0 {
		m.Happened(topics)
	}
}

// addTopics adds topics that are not among others yet.
func addTopics(to, topics []fund.Topic) []fund.Topic {
	for _, one := range topics {
		if !slices.Contains(to, one) {
			to = append(to, one)
		}
	}
	return to
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

// await returns when it is time for the next frame, and what happened, if that is why. Where there is none, it returns why, or ctx has ended.
func (m Mirror) await(ctx context.Context, c *Conn, to frames, until time.Time) (happened []fund.Topic, end *End) {
	for {
		messages, err := next(ctx, c, until)
		switch {
		case errors.As(err, &end):
			return nil, end
		case ctx.Err() != nil, errors.Is(err, context.DeadlineExceeded):
			return nil, nil
		case err != nil:
			return nil, &End{Reason: ReasonRetry, Retry: ReasonRetry.retry()}
		case len(messages) == 0:
			if to.put(ctx, heartbeat[0].Body) != nil {
				return nil, &End{Reason: ReasonRetry, Retry: ReasonRetry.retry()}
			}
		case c.over():
			return nil, &End{Reason: ReasonGone, Retry: ReasonGone.retry()}
		default:
			for _, one := range messages {
				happened = addTopics(happened, []fund.Topic{one.Event.Topic})
			}
			return happened, nil
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
