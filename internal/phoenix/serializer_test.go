package phoenix_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/phoenix"
)

func TestSerializerFor(t *testing.T) {
	t.Parallel()
	for vsn, want := range map[string]phoenix.Serializer{"": phoenix.V1, "1.0.0": phoenix.V1, "1.0.7": phoenix.V1, "2.0.0": phoenix.V2, "2.0.1": phoenix.V2} {
		if got, err := phoenix.SerializerFor(vsn); got != want || err != nil {
			t.Errorf("vsn %q: got %v, %v, want %v", vsn, got, err, want)
		}
	}
	for _, vsn := range []string{"3.0.0", "2.1.0", "1", "2", "two", "2.0", " 2.0.0"} {
		if got, err := phoenix.SerializerFor(vsn); !errors.Is(err, phoenix.ErrVersion) {
			t.Errorf("vsn %q: got %v, %v, want ErrVersion", vsn, got, err)
		}
	}
}

// TestRealFrames reads and writes the frames that were seen on Tiltify's socket.
func TestRealFrames(t *testing.T) {
	t.Parallel()
	for _, frame := range []string{
		`["27","27","fact.165613.donation","phx_join",{}]`,
		`["27","27","fact.165613.donation","phx_reply",{"response":{},"status":"ok"}]`,
		`[null,"32","phoenix","heartbeat",{}]`,
		`[null,"32","phoenix","phx_reply",{"response":{},"status":"ok"}]`,
		`["27","28","fact.165613.donation","phx_leave",{}]`,
		`["27","28","fact.165613.donation","phx_reply",{"response":{},"status":"ok"}]`,
		`["27","27","fact.165613.donation","phx_close",{}]`,
		`[null,null,"fact.165613.donation","donation",{"amount":21.0,"challenge_id":31290,"comment":"Things and stuff! Trans Rights! I don't have anything clever to add!!","completedAt":1649553226000,"event_id":165613,"id":5827315,"name":"N0nb1naryCode","poll_option_id":39030,"reward_id":null,"updatedAt":1649553226000}]`,
	} {
		m, err := phoenix.V2.Parse([]byte(frame))
		if err != nil {
			t.Errorf("%s: %v", frame, err)
			continue
		}
		if got := string(phoenix.V2.Append(nil, m)); got != frame {
			t.Errorf("got %s, want %s", got, frame)
		}
	}
}

func TestParseIsLenient(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		by          phoenix.Serializer
		frame       string
		join, ref   phoenix.Ref
		topic, what string
	}{
		"indented, as C# sends it": {phoenix.V2, "[\r\n  \"17\",\r\n  \"17\",\r\n  \"fact.1.donation\",\r\n  \"phx_join\",\r\n  {}\r\n]", `"17"`, `"17"`, "fact.1.donation", "phx_join"},
		"numbers as refs":          {phoenix.V2, `[1, 2,"fact.1.donation","phx_join",{}]`, `1`, `2`, "fact.1.donation", "phx_join"},
		"any numbers as refs":      {phoenix.V2, `[-1,1.5e3,"t","x",{}]`, `-1`, `1.5e3`, "t", "x"},
		"free texts as refs":       {phoenix.V2, `["null","a-1","fact.1.donation","phx_join",{}]`, `"null"`, `"a-1"`, "fact.1.donation", "phx_join"},
		"no payload":               {phoenix.V2, `["1","1","t","phx_join"]`, `"1"`, `"1"`, "t", "phx_join"},
		"a payload of any kind":    {phoenix.V2, `["1","1","t","phx_join",null]`, `"1"`, `"1"`, "t", "phx_join"},
		"more elements":            {phoenix.V2, `["1","1","t","phx_join",{},7]`, `"1"`, `"1"`, "t", "phx_join"},
		"a longest ref":            {phoenix.V2, `[null,"` + strings.Repeat("1", phoenix.MaxRef-2) + `","t","x",{}]`, "", phoenix.Ref(`"` + strings.Repeat("1", phoenix.MaxRef-2) + `"`), "t", "x"},
		"1.0.0":                    {phoenix.V1, `{"topic":"fact.1.donation","event":"phx_join","payload":{},"ref":"1"}`, "", `"1"`, "fact.1.donation", "phx_join"},
		"1.0.0 of a newer client":  {phoenix.V1, `{"join_ref":"1","ref":"2","topic":"t","event":"phx_leave","payload":{},"more":1}`, `"1"`, `"2"`, "t", "phx_leave"},
		"1.0.0 with little":        {phoenix.V1, "{\n  \"topic\": \"t\",\n  \"event\": \"x\"\n}", "", "", "t", "x"},
	} {
		m, err := c.by.Parse([]byte(c.frame))
		if err != nil || m.JoinRef != c.join || m.Ref != c.ref || m.Topic != c.topic || m.Event != c.what {
			t.Errorf("%s: got %+v, %v", name, m, err)
		}
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		by    phoenix.Serializer
		frame string
	}{
		"nothing":               {phoenix.V2, ``},
		"half a frame":          {phoenix.V2, `["1","1","t","phx_join",{}`},
		"two frames":            {phoenix.V2, `["1","1","t","phx_join",{}]["1","1","t","phx_join",{}]`},
		"too few elements":      {phoenix.V2, `["1","1","t"]`},
		"an object":             {phoenix.V2, `{"topic":"t","event":"phx_join","payload":{},"ref":"1"}`},
		"a number as the topic": {phoenix.V2, `["1","1",5,"phx_join",{}]`},
		"null as the topic":     {phoenix.V2, `["1","1",null,"phx_join",{}]`},
		"null as the event":     {phoenix.V2, `["1","1","t",null,{}]`},
		"an object as a ref":    {phoenix.V2, `["1",{},"t","phx_join",{}]`},
		"a boolean as a ref":    {phoenix.V2, `[true,"1","t","phx_join",{}]`},
		"a ref too long":        {phoenix.V2, `[null,"` + strings.Repeat("1", phoenix.MaxRef-1) + `","t","x",{}]`},
		"no UTF-8":              {phoenix.V2, "[\"1\",\"\xff\",\"t\",\"phx_join\",{}]"},
		"an array for 1.0.0":    {phoenix.V1, `["1","1","t","phx_join",{}]`},
		"1.0.0 without a topic": {phoenix.V1, `{"event":"phx_join","payload":{},"ref":"1"}`},
		"1.0.0 without event":   {phoenix.V1, `{"topic":"t","payload":{},"ref":"1"}`},
	} {
		if m, err := c.by.Parse([]byte(c.frame)); !errors.Is(err, phoenix.ErrUnreadable) {
			t.Errorf("%s: got %+v, %v, want ErrUnreadable", name, m, err)
		}
	}
}

func TestAppend(t *testing.T) {
	t.Parallel()
	push := phoenix.Push("fact.1.donation", "donation", json.RawMessage(`{"amount":1.0}`))
	odd := phoenix.Message{JoinRef: `7`, Ref: `"a"`, Topic: "<\"\u2028é\n>", Event: "x"}
	for name, c := range map[string]struct {
		by   phoenix.Serializer
		m    phoenix.Message
		want string
	}{
		"push":                {phoenix.V2, push, `[null,null,"fact.1.donation","donation",{"amount":1.0}]`},
		"push in 1.0.0":       {phoenix.V1, push, `{"event":"donation","payload":{"amount":1.0},"ref":null,"topic":"fact.1.donation"}`},
		"odd letters":         {phoenix.V2, odd, "[7,\"a\",\"<\\\"\u2028é\\n>\",\"x\",{}]"},
		"1.0.0 has no join":   {phoenix.V1, odd, "{\"event\":\"x\",\"payload\":{},\"ref\":\"a\",\"topic\":\"<\\\"\u2028é\\n>\"}"},
		"text that is broken": {phoenix.V2, phoenix.Push("\xff", "x", nil), "[null,null,\"\ufffd\",\"x\",{}]"},
	} {
		if got := string(c.by.Append([]byte("-"), c.m)); got != "-"+c.want {
			t.Errorf("%s: got %s, want -%s", name, got, c.want)
		}
	}
}

// FuzzParse reads any frame: what is read can be answered in valid JSON that reads as the same message.
func FuzzParse(f *testing.F) {
	for _, frame := range []string{
		`["27","27","fact.165613.donation","phx_join",{}]`, `[null,"32","phoenix","heartbeat",{}]`, "[\n 1,\n 1.5e3, \"\\ud800\", \"x\"]",
		`{"topic":"t","event":"phx_leave","payload":null,"ref":"1","join_ref":2}`, `[`, `null`, `[[],{},"t","x",{}]`,
	} {
		f.Add([]byte(frame))
	}
	f.Fuzz(func(t *testing.T, frame []byte) {
		for _, by := range []phoenix.Serializer{phoenix.V1, phoenix.V2} {
			m, err := by.Parse(frame)
			if err != nil {
				if !errors.Is(err, phoenix.ErrUnreadable) {
					t.Fatalf("%q: got %v, want ErrUnreadable", frame, err)
				}
				continue
			}
			var s phoenix.Session
			for _, send := range append(s.Receive(m).Send, s.Accept(m)...) {
				out := by.Append(nil, send)
				got, err := by.Parse(out)
				if !json.Valid(out) || err != nil || got.Ref != send.Ref || got.Topic != send.Topic || got.Event != send.Event {
					t.Fatalf("%q: answered with %q, which reads as %+v, %v", frame, out, got, err)
				}
			}
		}
	})
}
