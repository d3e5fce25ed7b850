package phoenix_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/almoner/almoner/internal/phoenix"
)

// client sends frames to a session whose topics are those that begin with "fact.".
type client struct {
	t  *testing.T
	by phoenix.Serializer
	s  phoenix.Session
}

// send gives the frames that answer a frame.
func (c *client) send(frame string) []string {
	c.t.Helper()
	m, err := c.by.Parse([]byte(frame))
	if err != nil {
		c.t.Fatal(err)
	}
	before := c.s.Joined(m.Topic)
	step := c.s.Receive(m)
	out := step.Send
	if gone := before && !c.s.Joined(m.Topic); gone != (step.Left == m.Topic) || !gone && step.Left != "" {
		c.t.Errorf("%s: got Left %q, want the topic when it is no longer joined", frame, step.Left)
	}
	if step.Join && len(m.Topic) > 5 && m.Topic[:5] == "fact." {
		out = append(out, c.s.Accept(m)...)
	} else if step.Join {
		out = append(out, c.s.Refuse(m)...)
	}
	return c.frames(out)
}

func (c *client) frames(out []phoenix.Message) []string {
	var frames []string
	for _, m := range out {
		frames = append(frames, string(c.by.Append(nil, m)))
	}
	return frames
}

// exchange is a frame and what answers it.
type exchange struct {
	send string
	want []string
}

func (c *client) run(name string, all []exchange) {
	c.t.Helper()
	for _, e := range all {
		if got := c.send(e.send); !slices.Equal(got, e.want) {
			c.t.Errorf("%s: %s: got %q, want %q", name, e.send, got, e.want)
		}
	}
}

func TestSession(t *testing.T) {
	t.Parallel()
	const ok = `{"response":{},"status":"ok"}`
	const unmatched = `{"response":{"reason":"unmatched topic"},"status":"error"}`
	for name, script := range map[string][]exchange{
		"the real frames": {
			{`["27","27","fact.165613.donation","phx_join",{}]`, []string{`["27","27","fact.165613.donation","phx_reply",` + ok + `]`}},
			{`[null,"32","phoenix","heartbeat",{}]`, []string{`[null,"32","phoenix","phx_reply",` + ok + `]`}},
			{`["27","28","fact.165613.donation","phx_leave",{}]`, []string{`["27","28","fact.165613.donation","phx_reply",` + ok + `]`, `["27","27","fact.165613.donation","phx_close",{}]`}},
		},
		"an unknown topic": {
			{`["1","1","nothing","phx_join",{}]`, []string{`[null,"1","nothing","phx_reply",` + unmatched + `]`}},
			{`["2","2","nothing","phx_join",{}]`, []string{`[null,"2","nothing","phx_reply",` + unmatched + `]`}},
			{`["2","3","nothing","shout",{}]`, []string{`[null,"3","nothing","phx_reply",` + unmatched + `]`}},
			{`["2","4","nothing","phx_leave",{}]`, []string{`["2","4","nothing","phx_reply",` + ok + `]`}},
		},
		"the control topic": {
			{`["1","1","phoenix","phx_join",{}]`, []string{`[null,"1","phoenix","phx_reply",` + unmatched + `]`}},
			{`[null,"2","phoenix","shout",{}]`, []string{`[null,"2","phoenix","phx_reply",` + unmatched + `]`}},
			{`["1","1","fact.1.fact","heartbeat",{}]`, []string{`[null,"1","fact.1.fact","phx_reply",` + unmatched + `]`}},
		},
		"a topic joined twice": {
			{`["1","1","fact.1.fact","phx_join",{}]`, []string{`["1","1","fact.1.fact","phx_reply",` + ok + `]`}},
			{`["2","2","fact.1.fact","phx_join",{}]`, []string{`["2","2","fact.1.fact","phx_reply",` + ok + `]`, `["1","1","fact.1.fact","phx_close",{}]`}},
			// The leave of the first join was under way; the second stays.
			{`["1","3","fact.1.fact","phx_leave",{}]`, nil},
			{`["2","4","fact.1.fact","phx_leave",{}]`, []string{`["2","4","fact.1.fact","phx_reply",` + ok + `]`, `["2","2","fact.1.fact","phx_close",{}]`}},
		},
		"one ref for several topics": {
			{`["17","17","fact.1.donation","phx_join",{}]`, []string{`["17","17","fact.1.donation","phx_reply",` + ok + `]`}},
			{`["17","17","fact.2.donation","phx_join",{}]`, []string{`["17","17","fact.2.donation","phx_reply",` + ok + `]`}},
		},
		"a leave with a ref of its own, as C# sends it": {
			{`["17","17","fact.1.donation","phx_join",{}]`, []string{`["17","17","fact.1.donation","phx_reply",` + ok + `]`}},
			{`["18","18","fact.1.donation","phx_leave",{}]`, []string{`["17","18","fact.1.donation","phx_reply",` + ok + `]`, `["17","17","fact.1.donation","phx_close",{}]`}},
		},
		"a leave that names no join": {
			{`["1","1","fact.1.fact","phx_join",{}]`, []string{`["1","1","fact.1.fact","phx_reply",` + ok + `]`}},
			{`[null,"2","fact.1.fact","phx_leave",{}]`, []string{`["1","2","fact.1.fact","phx_reply",` + ok + `]`, `["1","1","fact.1.fact","phx_close",{}]`}},
		},
		"an event that no topic has": {
			{`["1","1","fact.1.fact","phx_join",{}]`, []string{`["1","1","fact.1.fact","phx_reply",` + ok + `]`}},
			{`["1","2","fact.1.fact","shout",{}]`, []string{`["1","2","fact.1.fact","phx_reply",{"response":{"reason":"unknown event"},"status":"error"}]`}},
			{`["1",null,"fact.1.fact","shout",{}]`, nil},
		},
		"numbers as refs": {
			{`[1,1,"fact.1.fact","phx_join",{}]`, []string{`[1,1,"fact.1.fact","phx_reply",` + ok + `]`}},
			{`[1,2,"fact.1.fact","phx_leave",{}]`, []string{`[1,2,"fact.1.fact","phx_reply",` + ok + `]`, `[1,1,"fact.1.fact","phx_close",{}]`}},
		},
	} {
		c := &client{t: t, by: phoenix.V2}
		c.run(name, script)
	}
}

func TestSessionInVersion1(t *testing.T) {
	t.Parallel()
	c := &client{t: t, by: phoenix.V1}
	c.run("1.0.0", []exchange{
		{`{"topic":"fact.1.donation","event":"phx_join","payload":{},"ref":"1"}`, []string{`{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"1","topic":"fact.1.donation"}`}},
		{`{"topic":"phoenix","event":"heartbeat","payload":{},"ref":"2"}`, []string{`{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"2","topic":"phoenix"}`}},
		{`{"topic":"x","event":"phx_join","payload":{},"ref":"3"}`, []string{`{"event":"phx_reply","payload":{"response":{"reason":"unmatched topic"},"status":"error"},"ref":"3","topic":"x"}`}},
		{`{"topic":"fact.1.donation","event":"phx_leave","payload":{},"ref":"4"}`, []string{
			`{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"4","topic":"fact.1.donation"}`,
			`{"event":"phx_close","payload":{},"ref":null,"topic":"fact.1.donation"}`,
		}},
	})
}

func TestTheServerEndsAJoin(t *testing.T) {
	t.Parallel()
	c := &client{t: t, by: phoenix.V2}
	c.send(`["5","5","fact.1.fact","phx_join",{}]`)
	if !c.s.Joined("fact.1.fact") || c.s.Joined("fact.2.fact") {
		t.Error("want fact.1.fact joined, and nothing else")
	}
	if got, want := c.frames(c.s.Close("fact.1.fact")), []string{`["5","5","fact.1.fact","phx_close",{}]`}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	if got := c.s.Close("fact.1.fact"); c.s.Joined("fact.1.fact") || got != nil {
		t.Errorf("a second close sends %v", got)
	}
	// A topic that is joined again, and that is not there any more, ends both joins.
	c.send(`["6","6","fact.1.fact","phx_join",{}]`)
	m, err := phoenix.V2.Parse([]byte(`["7","7","fact.1.fact","phx_join",{}]`))
	if err != nil || !c.s.Receive(m).Join {
		t.Fatal("want a join")
	}
	want := []string{`[null,"7","fact.1.fact","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]`, `["6","6","fact.1.fact","phx_close",{}]`}
	if got := c.frames(c.s.Refuse(m)); !slices.Equal(got, want) || c.s.Joined("fact.1.fact") {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestAConnectionHasAtMostMaxTopics(t *testing.T) {
	t.Parallel()
	c := &client{t: t, by: phoenix.V2}
	for n := range phoenix.MaxTopics {
		c.send(fmt.Sprintf(`["1","1","fact.%d.fact","phx_join",{}]`, n))
	}
	if !c.s.Joined(fmt.Sprintf("fact.%d.fact", phoenix.MaxTopics-1)) {
		t.Errorf("got fewer than %d topics", phoenix.MaxTopics)
	}
	c.run("one too many", []exchange{
		{`["2","3","fact.x.fact","phx_join",{}]`, []string{`["2","3","fact.x.fact","phx_reply",{"response":{"reason":"too many topics"},"status":"error"}]`}},
		{`["2","2","fact.1.fact","phx_join",{}]`, []string{`["2","2","fact.1.fact","phx_reply",{"response":{},"status":"ok"}]`, `["1","1","fact.1.fact","phx_close",{}]`}},
		{`["2","4","fact.1.fact","phx_leave",{}]`, []string{`["2","4","fact.1.fact","phx_reply",{"response":{},"status":"ok"}]`, `["2","2","fact.1.fact","phx_close",{}]`}},
		{`["5","5","fact.x.fact","phx_join",{}]`, []string{`["5","5","fact.x.fact","phx_reply",{"response":{},"status":"ok"}]`}},
	})
}
