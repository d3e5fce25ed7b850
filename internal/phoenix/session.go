package phoenix

// MaxTopics is how many topics one connection may have joined.
const MaxTopics = 200

// Session is the state of one connection: which topics it joined. It does no I/O: a message goes in, and the answers come out. It is not
// safe for concurrent use.
type Session struct {
	joins map[string]Ref
}

// Step is what follows from a message.
type Step struct {
	// Send are the answers, in order.
	Send []Message
	// Left is a topic that is no longer joined; "" for none.
	Left string
	// Join reports that the message asks to join its topic. Whoever knows the topics answers with Accept or Refuse.
	Join bool
}

// Receive takes a message of the client.
func (s *Session) Receive(m Message) Step {
	join, joined := s.joins[m.Topic]
	switch {
	case m.Topic == ControlTopic && m.Event == EventHeartbeat:
		return Step{Send: []Message{outside(m, payloadOK)}}
	case m.Event == EventJoin && !joined && len(s.joins) >= MaxTopics:
		return Step{Send: []Message{reply(m, payloadTooMany)}}
	case m.Event == EventJoin:
		return Step{Join: true}
	case m.Event == EventLeave:
		return s.leave(m, join, joined)
	case !joined:
		return Step{Send: []Message{outside(m, payloadUnmatched)}}
	case m.Ref == "":
		return Step{}
	default:
		return Step{Send: []Message{reply(m, payloadUnknown)}}
	}
}

// leave answers a leave. One that names another join is late: the topic was joined again since, and stays. Clients that write their own
// frames repeat the ref of the leave instead, as if it were a join; they mean the topic.
func (s *Session) leave(m Message, join Ref, joined bool) Step {
	switch {
	case !joined:
		return Step{Send: []Message{reply(m, payloadOK)}}
	case m.JoinRef != "" && m.JoinRef != join && m.JoinRef != m.Ref:
		return Step{}
	default:
		delete(s.joins, m.Topic)
		return Step{Send: []Message{{JoinRef: join, Ref: m.Ref, Topic: m.Topic, Event: EventReply, Payload: payloadOK}, closed(m.Topic, join)}, Left: m.Topic}
	}
}

// Accept answers a join: the topic is joined. A topic that was joined already is joined anew, and the old join ends.
func (s *Session) Accept(m Message) []Message {
	send := []Message{reply(m, payloadOK)}
	if old, joined := s.joins[m.Topic]; joined {
		send = append(send, closed(m.Topic, old))
	}
	if s.joins == nil {
		s.joins = map[string]Ref{}
	}
	s.joins[m.Topic] = m.JoinRef
	return send
}

// Refuse answers a join of a topic that does not exist, or not for this client: both look the same. The client asks again, for ever. If the
// topic was joined, that join ends.
func (s *Session) Refuse(m Message) []Message {
	return append([]Message{outside(m, payloadUnmatched)}, s.Close(m.Topic)...)
}

// Close ends the join of a topic from the side of the server. Without a join there is nothing to send.
func (s *Session) Close(topic string) []Message {
	join, joined := s.joins[topic]
	if !joined {
		return nil
	}
	delete(s.joins, topic)
	return []Message{closed(topic, join)}
}

// Joined reports whether the topic is joined.
func (s *Session) Joined(topic string) bool {
	_, joined := s.joins[topic]
	return joined
}
