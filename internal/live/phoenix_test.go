package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/phoenix"
	"github.com/almoner/almoner/internal/testworld"
)

// TestARealConversation is what one client of Tiltify's socket wrote down, and what its socket answered.
func TestARealConversation(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	w := s.dial(t, "?vsn=2.0.0", nil)
	topic := s.topic(s.Campaign, "donation")
	w.send(`["27","27","` + topic + `","phx_join",{}]`)
	w.want(`["27","27","` + topic + `","phx_reply",{"response":{},"status":"ok"}]`)
	w.send(`[null,"32","phoenix","heartbeat",{}]`)
	w.want(`[null,"32","phoenix","phx_reply",{"response":{},"status":"ok"}]`)
	d := s.give("37", "N0nb1naryCode", "Muensterous cheese puns!\n& more")
	w.want(s.donation(topic, d, "37.0", "N0nb1naryCode", `"Muensterous cheese puns!\n& more"`))
	w.send(`["27","28","` + topic + `","phx_leave",{}]`)
	w.want(`["27","28","`+topic+`","phx_reply",{"response":{},"status":"ok"}]`, `["27","27","`+topic+`","phx_close",{}]`)
	s.give("1", "Ada", "")
	w.idle()
}

func TestPhoenixVersion1(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	w := s.dial(t, "", nil)
	topic := s.topic(s.Campaign, "donation")
	w.send(`{"topic":"` + topic + `","event":"phx_join","payload":{},"ref":"1"}`)
	w.want(`{"event":"phx_reply","payload":{"response":{},"status":"ok"},"ref":"1","topic":"` + topic + `"}`)
	d := s.give("12.5", "Ada", "")
	w.want(fmt.Sprintf(`{"event":"donation","payload":{"amount":12.5,"challenge_id":null,"comment":null,"completedAt":%[1]d,"event_id":%[2]d,"id":%[3]d,"name":"Ada","poll_option_id":null,"reward_id":null,"updatedAt":%[1]d},"ref":null,"topic":"%[4]s"}`,
		d.CompletedAt.Unix()*1000, s.Campaign.LegacyID, d.LegacyID, topic))
}

// TestAPageOfAnyOriginConnects offers a token as phoenix.js does, and compression as browsers do.
func TestAPageOfAnyOriginConnects(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	for _, origin := range []string{"https://overlay.example.org", "null", "file://", "http://localhost:3000"} {
		w := s.dial(t, "?vsn=2.0.0&more=1", &websocket.DialOptions{
			HTTPHeader: http.Header{"Origin": {origin}}, Subprotocols: []string{"phoenix", "base64url.bearer.phx.c2VjcmV0"},
			CompressionMode: websocket.CompressionContextTakeover,
		})
		if got := w.ws.Subprotocol(); got != "phoenix" {
			t.Errorf("origin %s: got subprotocol %q, want phoenix", origin, got)
		}
		w.idle()
	}
	if got := s.dial(t, "?vsn=2.0.0", nil).ws.Subprotocol(); got != "" {
		t.Errorf("got subprotocol %q, want none: none was offered", got)
	}
}

// TestWhatIsNotPublicIsNotThere joins what does not exist, and what is not for everybody: the answers are the same.
func TestWhatIsNotPublicIsNotThere(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	w := s.dial(t, "?vsn=2.0.0", nil)
	draft := s.topic(s.Draft, "donation")
	for _, topic := range []string{
		draft, "fact." + s.Draft.ID.String() + ".fact", "fact.999999.donation", "campaign.999999.campaign", "fact." + fund.ID{1}.String() + ".fact",
		"campaign.speedrun.donation", "fact.0.donation", "rooms:lobby", "phoenix",
	} {
		for range 2 { // the second is answered from memory
			w.send(`["1","2","` + topic + `","phx_join",{}]`)
			w.want(`[null,"2","` + topic + `","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]`)
		}
	}
	// What was over is still to be seen, as in the API.
	w.join(3, s.topic(s.Retired, "donation"))
	// The client asks again, and is let in once the campaign is published.
	must.Get(s.UpdateCampaign(t.Context(), testworld.As(s.Ada), testworld.ByID(s.Draft), fund.CampaignPatch{Status: fund.Some(fund.Published)}))(t)
	s.stage.here(t.Context())
	w.join(4, draft)
}

func TestATopicEndsWithTheSightOfItsFact(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(*socketStage) error{
		"unpublished": func(s *socketStage) error {
			_, err := s.UpdateCampaign(t.Context(), testworld.As(s.Ada), testworld.ByID(s.Campaign), fund.CampaignPatch{Status: fund.Some(fund.Unpublished)})
			return err
		},
		"taken down": func(s *socketStage) error {
			_, err := s.TakeDown(t.Context(), app.System(), s.Campaign.ID, "spam")
			return err
		},
		"its cause suspended": func(s *socketStage) error {
			_, err := s.SuspendCause(t.Context(), app.System(), fund.Key{ID: s.Cause.ID}, "spam")
			return err
		},
	} {
		s := newSocketStage(t)
		w := s.dial(t, "?vsn=2.0.0", nil)
		donation, other := s.topic(s.Campaign, "donation"), s.topic(s.Empty, "donation")
		w.join(1, donation)
		w.join(2, other)
		s.Must(end(s))
		w.want(`["1","1","` + donation + `","phx_close",{}]`)
		w.send(`["3","3","` + donation + `","phx_join",{}]`)
		w.want(`[null,"3","` + donation + `","phx_reply",{"response":{"reason":"unmatched topic"},"status":"error"}]`)
		if t.Failed() {
			t.Fatalf("%s: see above", name)
		}
		// Other topics of the connection stay.
		s.Give(t.Context(), fund.DonationInput{Fact: fund.Key{ID: s.Empty.ID}, Amount: "500", Name: "Bob"}, testworld.Start)
		if frame, err := w.next(); err != nil || !strings.HasPrefix(frame, `[null,null,"`+other+`","donation",{"amount":500.0,`) {
			t.Fatalf("%s: got %s, %v, want the donation to the other campaign", name, frame, err)
		}
	}
}

// TestHabitsOfClients has what published clients do that others do not.
func TestHabitsOfClients(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	// One in C# sends indented JSON, one ref for several topics, and leaves with a ref of its own.
	cs := s.dial(t, "?vsn=2.0.0", nil)
	first, second := s.topic(s.Campaign, "donation"), s.topic(s.Empty, "donation")
	for _, topic := range []string{first, second} {
		cs.send("[\r\n  \"17\",\r\n  \"17\",\r\n  \"" + topic + "\",\r\n  \"phx_join\",\r\n  {}\r\n]")
		cs.want(`["17","17","` + topic + `","phx_reply",{"response":{},"status":"ok"}]`)
	}
	cs.send("[\r\n  null,\r\n  \"18\",\r\n  \"phoenix\",\r\n  \"heartbeat\",\r\n  {}\r\n]")
	cs.want(`[null,"18","phoenix","phx_reply",{"response":{},"status":"ok"}]`)
	cs.send(`["19","19","` + second + `","phx_leave",{}]`)
	cs.want(`["17","19","`+second+`","phx_reply",{"response":{},"status":"ok"}]`, `["17","17","`+second+`","phx_close",{}]`)

	// One in JavaScript drops every frame whose ref is not null, and reads payload.name, .amount and .reward_id of event donation.
	anne := s.dial(t, "?vsn=2.0.0", nil)
	topic := fmt.Sprintf("campaign.%d.donation", s.Campaign.LegacyID)
	anne.send(`["1","1","` + topic + `","phx_join",{}]`)
	anne.want(`["1","1","` + topic + `","phx_reply",{"response":{},"status":"ok"}]`)
	anne.send(`[null,"2","phoenix","heartbeat",{}]`)

	// One in Java joins campaigns, and drops frames that start with [null, as answers to heartbeats do.
	java := s.dial(t, "?vsn=2.0.0", nil)
	campaign := fmt.Sprintf("campaign.%d.campaign", s.Campaign.LegacyID)
	java.send(`["17","17","` + campaign + `","phx_join",{}]`)
	java.want(`["17","17","` + campaign + `","phx_reply",{"response":{},"status":"ok"}]`)

	d := s.give("5", "Ada", "")
	cs.want(s.donation(first, d, "5.0", "Ada", "null"))
	if got, _ := java.campaignPush(campaign, "campaign"); got != "5" {
		t.Errorf("got amountRaised %s, want 5", got)
	}
	for range 2 {
		frame, err := anne.next()
		s.Must(err)
		var got [5]any
		s.Must(json.Unmarshal([]byte(frame), &got))
		if got[1] != nil {
			continue
		}
		payload, _ := got[4].(map[string]any)
		if got[3] != "donation" || payload["name"] != "Ada" || payload["amount"] != 5.0 || payload["reward_id"] != nil {
			t.Errorf("got %s, want the donation", frame)
		}
	}
}

func TestUnreadableFramesAreIgnored(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	w := s.dial(t, "?vsn=2.0.0", nil)
	w.send(`{"topic":"phoenix"}`, `hello`, `[]`, `["1",{},"phoenix","heartbeat",{}]`)
	s.Must(w.ws.Write(t.Context(), websocket.MessageBinary, []byte{0, 1, 1, 7, 9}))
	w.idle()
	const begin, end = `["1","1","`, `","phx_join",{}]`
	w.send(begin + strings.Repeat("x", live.MaxPhoenixFrame-len(begin+end)) + end)
	if frame, err := w.next(); err != nil || !strings.Contains(frame, "unmatched topic") {
		t.Fatalf("got %d bytes, %v, want the refusal of a frame of the maximum length", len(frame), err)
	}
	w.send(begin + strings.Repeat("x", live.MaxPhoenixFrame-len(begin+end)+1) + end)
	w.wantClose(websocket.StatusMessageTooBig)
}

// TestEveryTopicMayHaveAFactOfItsOwn holds the limits of the protocol and of the hub together.
func TestEveryTopicMayHaveAFactOfItsOwn(t *testing.T) {
	t.Parallel()
	if live.MaxFacts < phoenix.MaxTopics {
		t.Errorf("a connection watches at most %d facts, but joins %d topics", live.MaxFacts, phoenix.MaxTopics)
	}
}

// TestATopicThatIsJoinedAgainIsJoinedOnce is what a client does that lost the answer.
func TestATopicThatIsJoinedAgainIsJoinedOnce(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	w := s.dial(t, "?vsn=2.0.0", nil)
	topic := s.topic(s.Campaign, "donation")
	w.join(1, topic)
	w.join(2, topic)
	w.want(`["1","1","` + topic + `","phx_close",{}]`)
	d := s.give("1", "Ada", "")
	w.want(s.donation(topic, d, "1.0", "Ada", "null"))
	w.idle()
}

// TestLeavingForgetsTheFact keeps a connection from gathering facts until it can join none.
func TestLeavingForgetsTheFact(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	w := s.dial(t, "?vsn=2.0.0", nil)
	topics := []string{s.topic(s.Campaign, "donation"), s.topic(s.Campaign, "fact")}
	for i, topic := range topics {
		w.join(i, topic)
	}
	for s.stage.hub.Watched() == 0 { // it is soon: the connection reads the log up to now
		runtime.Gosched()
	}
	for i, topic := range topics {
		if got := s.stage.hub.Watched(); got != 1 {
			t.Errorf("after %d leaves: got %d facts watched, want 1", i, got)
		}
		w.send(fmt.Sprintf(`["%d","9","%s","phx_leave",{}]`, i, topic))
		w.want(fmt.Sprintf(`["%d","9","%s","phx_reply",{"response":{},"status":"ok"}]`, i, topic), fmt.Sprintf(`["%d","%d","%s","phx_close",{}]`, i, i, topic))
	}
	if got := s.stage.hub.Watched(); got != 0 {
		t.Errorf("got %d facts watched, want none", got)
	}
}

func TestAStopSaysSo(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	w := s.dial(t, "?vsn=2.0.0", nil)
	topic := s.topic(s.Campaign, "donation")
	w.join(1, topic)
	d := s.give("1", "Ada", "")
	s.stage.here(t.Context())
	s.stage.hub.Close()
	w.want(s.donation(topic, d, "1.0", "Ada", "null"))
	w.wantClose(websocket.StatusGoingAway)
	if _, answer, err := websocket.Dial(t.Context(), s.server.URL+"/socket/websocket", nil); err == nil || answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" {
		t.Errorf("got %v, want 503 with Retry-After", err)
	}
}

func TestAPlainRequestIsNoConnection(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	for method, want := range map[string]int{
		http.MethodGet: http.StatusUpgradeRequired, http.MethodHead: http.StatusUpgradeRequired, http.MethodPost: http.StatusMethodNotAllowed,
	} {
		w := httptest.NewRecorder()
		s.phoenix.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, "/socket/websocket", http.NoBody))
		if w.Code != want || want == http.StatusMethodNotAllowed && w.Header().Get("Allow") == "" {
			t.Errorf("%s: got %d, want %d", method, w.Code, want)
		}
	}
	if got := s.stage.hub.Stats().Open["phoenix"]; got != 0 {
		t.Errorf("got %d connections, want none", got)
	}
}

func TestTheModeIsSaid(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t, func(o *live.PhoenixOptions) { o.Mode = func(context.Context) string { return "sandbox" } })
	_, answer, err := websocket.Dial(t.Context(), s.server.URL+"/socket/websocket", nil)
	if err != nil || answer.Header.Get("Almoner-Mode") != "sandbox" || answer.Header.Get("Deprecation") == "" {
		t.Errorf("got %v, %v, want Almoner-Mode and Deprecation", answer, err)
	}
}
