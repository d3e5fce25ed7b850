package chaos_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
	"strings"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/phoenix"
)

// mostFrame is how long a message may be, in bytes.
const mostFrame = 16 << 20

// stream reads server-sent events.
func (r *run) stream(ctx context.Context, rd *reader, at string) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	quiet := time.AfterFunc(silence, cancel)
	defer quiet.Stop()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+at+"/live/events?facts="+strings.Join(r.facts(), ","), nil)
	if err != nil {
		return err
	}
	if after := rd.place(); after != "" {
		q.Header.Set("Last-Event-ID", after)
	}
	answer, err := r.slow.Do(q)
	if err != nil {
		return err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return fmt.Errorf("got %d", answer.StatusCode)
	}
	lines := bufio.NewReaderSize(answer.Body, 4096)
	for data := ""; ; {
		rd.rest(ctx)
		quiet.Reset(silence)
		line, err := lines.ReadString('\n')
		if err != nil {
			return err // an event that was not ended was not sent
		}
		if line == "\n" && data != "" {
			if err := rd.take([]byte(data)); err != nil {
				return err
			}
			data = ""
		}
		if text, is := strings.CutPrefix(line, "data: "); is {
			data = text
		}
	}
}

// dial opens a WebSocket.
func (r *run) dial(ctx context.Context, at, path string) (*websocket.Conn, error) {
	ws, answer, err := websocket.Dial(ctx, "ws://"+at+path, &websocket.DialOptions{HTTPClient: r.slow})
	if err != nil {
		return nil, err
	}
	if answer.Body != nil {
		_ = answer.Body.Close()
	}
	ws.SetReadLimit(mostFrame)
	return ws, nil
}

// frames reads frames until the connection ends.
func frames(ctx context.Context, rd *reader, ws *websocket.Conn, take func([]byte) error) error {
	for {
		rd.rest(ctx)
		within, cancel := context.WithTimeout(ctx, silence)
		_, frame, err := ws.Read(within)
		cancel()
		if err == nil {
			err = take(frame)
		}
		if err != nil {
			return err
		}
	}
}

// socket reads the WebSocket.
func (r *run) socket(ctx context.Context, rd *reader, at string) error {
	ws, err := r.dial(ctx, at, "/live/socket")
	if err != nil {
		return err
	}
	defer func() { _ = ws.CloseNow() }()
	ask, err := json.Marshal(map[string]any{"type": "subscribe", "facts": r.facts(), "after": rd.place()})
	if err != nil {
		return err
	}
	if err := ws.Write(ctx, websocket.MessageText, ask); err != nil {
		return err
	}
	return frames(ctx, rd, ws, rd.take)
}

// channels reads the Phoenix socket in one of its serializers: the donations and the totals of all facts.
func (r *run) channels(by phoenix.Serializer, vsn string) func(context.Context, *reader, string) error {
	return func(ctx context.Context, rd *reader, at string) error {
		ws, err := r.dial(ctx, at, "/socket/websocket?vsn="+vsn)
		if err != nil {
			return err
		}
		defer func() { _ = ws.CloseNow() }()
		topics := map[string]string{}
		for n, fact := range r.facts() {
			for _, stream := range []string{".donation", ".campaign"} {
				topic := "campaign." + fact + stream
				topics[topic] = fact
				ref := phoenix.Ref(fmt.Sprintf(`"%d%s"`, n, stream))
				join := by.Append(nil, phoenix.Message{JoinRef: ref, Ref: ref, Topic: topic, Event: phoenix.EventJoin})
				if err := ws.Write(ctx, websocket.MessageText, join); err != nil {
					return err
				}
			}
		}
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		go beat(ctx, ws, by)
		return frames(ctx, rd, ws, func(frame []byte) error {
			m, err := by.Parse(frame)
			if err != nil {
				return err
			}
			return rd.pushed(m, topics[m.Topic])
		})
	}
}

// beat sends the heartbeats of a client.
func beat(ctx context.Context, ws *websocket.Conn, by phoenix.Serializer) {
	for wait(ctx, silence/2); ctx.Err() == nil; wait(ctx, silence/2) {
		_ = ws.Write(ctx, websocket.MessageText, by.Append(nil, phoenix.Message{Ref: `"beat"`, Topic: phoenix.ControlTopic, Event: phoenix.EventHeartbeat}))
	}
}

// pushed takes a push about a fact.
func (rd *reader) pushed(m phoenix.Message, fact string) error {
	var p struct {
		ID     json.Number `json:"id"`
		Raised float64     `json:"amountRaised"`
		Status string      `json:"status"`
	}
	if m.Event != "donation" && m.Event != "campaign" && m.Event != phoenix.EventReply {
		return nil
	}
	if err := json.Unmarshal(m.Payload, &p); err != nil {
		return err
	}
	switch {
	case m.Event == phoenix.EventReply && p.Status == "error":
		return errRefused // the database was away; clients of Phoenix join again, too
	case m.Event == phoenix.EventReply:
		return nil
	case fact == "":
		return errors.New("a push on a topic that nobody joined")
	}
	rd.mu.Lock()
	defer rd.mu.Unlock()
	if m.Event == "campaign" {
		rd.totals[fact] = int64(math.Round(p.Raised * 100))
		return nil
	}
	if len(rd.histories) == 0 {
		rd.histories = append(rd.histories, nil)
	}
	rd.see(sight{kind: m.Event, id: p.ID.String(), fact: fact})
	return nil
}
