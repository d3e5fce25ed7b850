package live

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/phoenix"
)

// phoenixConn is one client. One goroutine reads its frames and finds the facts of its topics; another has everything else, and writes.
// What the first found goes through the queue of the hub to the second, so that answers and pushes have one order.
type phoenixConn struct {
	phoenix *Phoenix
	ws      *websocket.Conn
	conn    *Conn
	by      phoenix.Serializer
	idle    *time.Timer

	// session and joined belong to the goroutine that writes. Joined are the topics of each fact, in the order of their joins.
	session phoenix.Session
	joined  map[fund.ID][]phoenixTopic
}

// phoenixAsk is a message of the client, with what was found about it.
type phoenixAsk struct {
	phoenix.Message
	topic phoenixTopic
	// fact is that of a topic to be joined; the zero id for none that may be.
	fact fund.ID
	// from is the place before the fact was looked for.
	from Place
}

func newPhoenixConn(p *Phoenix, ws *websocket.Conn, conn *Conn, by phoenix.Serializer) *phoenixConn {
	ws.SetReadLimit(MaxPhoenixFrame)
	return &phoenixConn{phoenix: p, ws: ws, conn: conn, by: by, joined: map[fund.ID][]phoenixTopic{}}
}

// run serves the client until one side ends the connection.
func (c *phoenixConn) run(ctx context.Context) {
	defer c.conn.Close()
	ctx, cancel := context.WithCancel(ctx)
	c.idle = time.AfterFunc(c.phoenix.idle, func() {
		_ = c.ws.Close(websocket.StatusGoingAway, "no heartbeat")
		cancel()
	})
	var reading sync.WaitGroup
	reading.Go(func() {
		defer func() { survive(c.phoenix.o.Log, recover()) }()
		defer cancel()
		c.read(ctx)
	})
	c.end(c.write(ctx))
	c.idle.Stop()
	cancel()
	reading.Wait()
}

// end closes the connection. Clients come back whatever the code, after 10 ms and then more and more slowly.
func (c *phoenixConn) end(err error) {
	var end *End
	if !errors.As(err, &end) {
		_ = c.ws.CloseNow() // the client has gone, or does not read
		return
	}
	code := websocket.StatusTryAgainLater
	if end.Reason == ReasonStopping || end.Reason == ReasonAge {
		code = websocket.StatusGoingAway
	}
	_ = c.ws.Close(code, string(end.Reason))
}

// read passes on what the client sends, until the connection ends. A frame that cannot be read is ignored: to end the connection would let
// the client send it again at once.
func (c *phoenixConn) read(ctx context.Context) {
	pace := newPace()
	for {
		kind, frame, err := c.ws.Read(ctx)
		if err != nil {
			return
		}
		c.idle.Reset(c.phoenix.idle)
		pace.wait(ctx)
		if kind != websocket.MessageText {
			continue
		}
		if err := apart(func() error { return c.take(ctx, frame) }); err != nil {
			c.phoenix.o.Log.ErrorContext(ctx, "Phoenix socket", "error", err)
		}
	}
}

// take passes a frame on. Its error is only ever a panic of apart.
func (c *phoenixConn) take(ctx context.Context, frame []byte) error {
	if m, err := c.by.Parse(frame); err == nil {
		c.conn.Send(&Message{Own: c.ask(ctx, m), OwnSize: len(m.Topic) + len(m.Event)})
	}
	return nil
}

// ask finds the fact of a topic to be joined.
func (c *phoenixConn) ask(ctx context.Context, m phoenix.Message) *phoenixAsk {
	m.Payload = nil // nothing reads it, and it holds the whole frame
	a := &phoenixAsk{Message: m}
	if m.Event != phoenix.EventJoin {
		return a
	}
	var ok bool
	if a.topic, ok = parseTopic(m.Topic); !ok {
		return a
	}
	a.from = c.phoenix.o.Hub.Here()
	a.fact = c.phoenix.find(ctx, a.topic.fact)
	return a
}

// find returns the id of a fact that everybody may see; the zero id for any other. The answer is remembered for a moment, since clients
// ask for what they do not get for ever.
func (p *Phoenix) find(ctx context.Context, of topicFact) fund.ID {
	era := p.o.Hub.era.Load()
	if id, known := p.found.get(of, era); known {
		return id
	}
	seen, err := p.o.App.See(ctx, app.Actor{}, of.find())
	if err != nil && !fault.Is(err, fault.NotFound) {
		p.o.Log.WarnContext(ctx, "topic of the Phoenix socket", "error", err)
		return fund.ID{} // the client joins again
	}
	id := seen.Fact().ID
	p.found.put(of, id, era)
	return id
}

// write sends what there is to send, until the connection ends.
func (c *phoenixConn) write(ctx context.Context) error {
	for {
		messages, err := c.conn.Next(ctx)
		if err != nil {
			return err
		}
		if err := c.pass(ctx, messages); err != nil {
			return err
		}
	}
}

// pass sends what follows from messages. However many of them changed a campaign, its state then is pushed once.
func (c *phoenixConn) pass(ctx context.Context, messages []*Message) error {
	var changed []fund.ID
	for _, m := range messages {
		if err := c.passOne(ctx, m); err != nil {
			return err
		}
		if changesCampaign(m.Event.Topic) {
			changed = append(changed, m.Event.Facts...)
		}
	}
	return c.pushCampaigns(ctx, changed)
}

func (c *phoenixConn) passOne(ctx context.Context, m *Message) error {
	if ask, own := m.Own.(*phoenixAsk); own {
		return c.answer(ctx, ask)
	}
	for _, fact := range m.Gone {
		if err := c.close(ctx, fact); err != nil {
			return err
		}
	}
	if m.Body == nil {
		return nil
	}
	push := pushOf(m.Body)
	return c.push(ctx, push, push.stream)
}

// answer answers a message of the client.
func (c *phoenixConn) answer(ctx context.Context, a *phoenixAsk) error {
	step := c.session.Receive(a.Message)
	send := step.Send
	switch {
	case step.Left != "":
		c.leave(step.Left)
	case step.Join && a.fact.IsZero():
		send = c.session.Refuse(a.Message)
		c.leave(a.Topic)
	case step.Join:
		// A connection has no more facts than topics.
		if err := c.conn.Watch(Watch{Facts: []fund.ID{a.fact}, From: a.from}); err != nil {
			return err
		}
		if !c.session.Joined(a.Topic) {
			c.joined[a.fact] = append(c.joined[a.fact], a.topic)
		}
		send = c.session.Accept(a.Message)
	}
	return c.send(ctx, send...)
}

// leave forgets a topic.
func (c *phoenixConn) leave(name string) {
	for fact, topics := range c.joined {
		topics = slices.DeleteFunc(topics, func(t phoenixTopic) bool { return t.name == name })
		if len(topics) > 0 {
			c.joined[fact] = topics
			continue
		}
		delete(c.joined, fact)
		c.conn.Unwatch(fact)
	}
}

// close ends the topics of a fact that everybody may not see any more.
func (c *phoenixConn) close(ctx context.Context, fact fund.ID) error {
	topics := c.joined[fact]
	delete(c.joined, fact)
	for _, t := range topics {
		if err := c.send(ctx, c.session.Close(t.name)...); err != nil {
			return err
		}
	}
	return nil
}

// pushCampaigns pushes the present state of facts that changed.
func (c *phoenixConn) pushCampaigns(ctx context.Context, facts []fund.ID) error {
	for i, fact := range facts {
		if slices.Contains(facts[:i], fact) || !slices.ContainsFunc(c.joined[fact], phoenixTopic.ofCampaign) {
			continue
		}
		payload, err := c.phoenix.o.Hub.StateOf(ctx, c.conn, fact, func(ctx context.Context) ([]byte, error) {
			return c.phoenix.format.campaign(ctx, app.Actor{}, fact)
		})
		if err != nil {
			return err
		}
		if payload == nil {
			continue
		}
		push := phoenixPush{fact: fact, payload: payload}
		if err := c.push(ctx, push, streamCampaign, streamFact); err != nil {
			return err
		}
	}
	return nil
}

// ofCampaign reports whether the topic is about the state of its fact.
func (t phoenixTopic) ofCampaign() bool { return t.stream == streamCampaign || t.stream == streamFact }

// push sends a push on those joined topics of its fact that are of the streams.
func (c *phoenixConn) push(ctx context.Context, p phoenixPush, streams ...phoenixStream) error {
	for _, t := range c.joined[p.fact] {
		if !slices.Contains(streams, t.stream) {
			continue
		}
		if err := c.send(ctx, phoenix.Push(t.name, string(t.stream), p.payload)); err != nil {
			return err
		}
	}
	return nil
}

// send writes messages. A client that does not read is let go.
func (c *phoenixConn) send(ctx context.Context, messages ...phoenix.Message) error {
	buffer := newBuffer()
	defer func() { freeBuffer(buffer) }()
	for _, m := range messages {
		*buffer = c.by.Append((*buffer)[:0], m)
		if err := c.writeFrame(ctx, *buffer); err != nil {
			return err
		}
	}
	return nil
}

func (c *phoenixConn) writeFrame(ctx context.Context, frame []byte) error {
	ctx, cancel := context.WithTimeout(ctx, phoenixWrite)
	defer cancel()
	return c.ws.Write(ctx, websocket.MessageText, frame)
}
