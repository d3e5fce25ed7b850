package live

import (
	"context"
)

// Send queues a message of the connection's own, behind what is queued.
func (c *Conn) Send(m *Message) {
	c.hub.mu.Lock()
	defer c.hub.mu.Unlock()
	c.hub.push(c, m)
	c.signal()
}

// push queues a message, and does not wake the connection; false when too much is waiting, which ends the connection.
func (c *Conn) push(m *Message) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.ended != nil {
		return true
	}
	if len(c.queued) >= maxQueued || c.bytes+m.size() > maxQueuedBytes && len(c.queued) > 0 {
		c.finish(ReasonSlow)
		return false
	}
	c.queued = append(c.queued, m)
	c.bytes += m.size()
	return true
}

// end ends the connection once what is queued was sent.
func (c *Conn) end(r Reason) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.finish(r)
}

// finish is end for callers who hold the lock of the connection.
func (c *Conn) finish(r Reason) {
	if c.ended != nil {
		return
	}
	if r == ReasonRights || r == ReasonSlow {
		c.queued, c.bytes = nil, 0
	}
	c.ended = &End{Reason: r, Retry: r.retry()}
	c.replays = nil
	c.signal()
	signal(c.taken)
}

func (c *Conn) heartbeat() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.beating = true
	c.signal()
}

func (c *Conn) signal() { signal(c.wake) }

// signal wakes who waits for a channel that holds one signal.
func signal(to chan struct{}) {
	select {
	case to <- struct{}{}:
	default:
	}
}

// CaughtUp reports whether everything that was in the log when facts were watched has been read. It is for the goroutine that calls Next: right
// after a heartbeat, all of it was returned.
func (c *Conn) CaughtUp() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.replays) == 0
}

// Room waits until the first messages of Watch that were not taken yet are few enough for another one, or until the connection ends. It is
// for the goroutine that calls Watch.
func (c *Conn) Room(ctx context.Context) error {
	for c.waiting() >= maxQueuedBytes {
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-c.taken:
		}
	}
	return nil
}

// waiting is how many bytes the first messages have that were not taken yet.
func (c *Conn) waiting() (bytes int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, r := range c.replays {
		if r.first {
			bytes += r.First.size()
		}
	}
	return bytes
}

// Next waits for messages and returns them in order. None, without an error, is a heartbeat. The error is an *End once the connection is
// to be closed, that of ctx, or that of the store, after which the connection is closed, too.
func (c *Conn) Next(ctx context.Context) ([]*Message, error) {
	for {
		messages, beat, err := c.take()
		if err != nil || len(messages) > 0 {
			return messages, err
		}
		more, reading, err := c.read(ctx)
		if err != nil || len(more) > 0 {
			return more, err
		}
		if beat {
			return nil, nil
		}
		if reading {
			continue
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-c.wake:
		}
	}
}

// take takes what is queued.
func (c *Conn) take() (messages []*Message, beat bool, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	messages, beat = c.queued, c.beating
	c.queued, c.bytes, c.beating = nil, 0, false
	if len(messages) == 0 && c.ended != nil {
		return nil, false, c.ended
	}
	return messages, beat, nil
}

// read reads the next page of the log for what is not watched live yet. Reading reports whether there may be more.
func (c *Conn) read(ctx context.Context) (messages []*Message, reading bool, err error) {
	c.mu.Lock()
	if len(c.replays) == 0 {
		c.mu.Unlock()
		return nil, false, nil
	}
	r := c.replays[0]
	first := r.first
	r.first = false
	c.mu.Unlock()
	if first {
		signal(c.taken)
		messages = append(messages, r.First)
		if len(r.Lost) > 0 {
			messages = append(messages, &Message{Gone: r.Lost})
		}
		return messages, true, nil
	}
	if done, err := c.goLive(ctx, r); done || err != nil {
		return nil, true, err
	}
	select {
	case c.hub.replaying <- struct{}{}:
		defer func() { <-c.hub.replaying }()
	case <-ctx.Done():
		return nil, true, ctx.Err()
	}
	messages, err = c.page(ctx, r)
	return messages, true, err
}
