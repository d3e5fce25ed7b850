package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testworld"
)

// socketStage is the known world behind a Phoenix socket.
type socketStage struct {
	*testworld.World
	stage   *stage
	phoenix *live.Phoenix
	server  *httptest.Server
}

func newSocketStage(t *testing.T, change ...func(*live.PhoenixOptions)) *socketStage {
	t.Helper()
	service := testworld.NewAt(t, storetest.SQLite(t), testworld.Options{At: testworld.Start})
	s := &socketStage{World: testworld.Populate(t, service)}
	s.stage = runStage(t, service, live.HubOptions{MaxPerAddress: 3})
	o := live.PhoenixOptions{App: s.App, Hub: s.stage.hub, Pushes: apiv3.NewSocket(apiv3.Options{BaseURL: testworld.BaseURL})}
	for _, one := range change {
		one(&o)
	}
	s.phoenix = live.NewPhoenix(o)
	s.server = httptest.NewServer(s.phoenix)
	t.Cleanup(func() {
		s.stage.hub.Close()
		s.server.Close()
		<-s.stage.hub.Drained()
	})
	return s
}

// wire is a client that speaks in frames.
type wire struct {
	t  *testing.T
	ws *websocket.Conn
}

func (s *socketStage) dial(t *testing.T, query string, o *websocket.DialOptions) *wire {
	t.Helper()
	ws, answer, err := websocket.Dial(t.Context(), "ws"+strings.TrimPrefix(s.server.URL, "http")+"/socket/websocket"+query, o)
	if err != nil {
		t.Fatal(err)
	}
	if got := answer.Header.Get("Sec-WebSocket-Extensions"); got != "" {
		t.Errorf("got extensions %q, want none: compressing holds memory for each connection", got)
	}
	t.Cleanup(func() { _ = ws.CloseNow() })
	return &wire{t, ws}
}

func (w *wire) send(frames ...string) {
	w.t.Helper()
	for _, frame := range frames {
		if err := w.ws.Write(w.t.Context(), websocket.MessageText, []byte(frame)); err != nil {
			w.t.Fatal(err)
		}
	}
}

func (w *wire) next() (string, error) {
	ctx, cancel := context.WithTimeout(w.t.Context(), patience)
	defer cancel()
	_, frame, err := w.ws.Read(ctx)
	return string(frame), err
}

// want reads frames.
func (w *wire) want(frames ...string) {
	w.t.Helper()
	for _, want := range frames {
		got, err := w.next()
		if err != nil {
			w.t.Fatalf("got %v, want %s", err, want)
		}
		if got != want {
			w.t.Fatalf("got %s, want %s", got, want)
		}
	}
}

// wantClose reads the end of the connection.
func (w *wire) wantClose(code websocket.StatusCode) {
	w.t.Helper()
	frame, err := w.next()
	if got := websocket.CloseStatus(err); got != code {
		w.t.Fatalf("got %s, %v, want the connection closed with %d", frame, err, code)
	}
}

// join joins a topic with a ref.
func (w *wire) join(ref int, topic string) {
	w.t.Helper()
	w.send(fmt.Sprintf(`["%d","%d","%s","phx_join",{}]`, ref, ref, topic))
	w.want(fmt.Sprintf(`["%d","%d","%s","phx_reply",{"response":{},"status":"ok"}]`, ref, ref, topic))
}

// idle reads the answer to a heartbeat: nothing else was sent before it.
func (w *wire) idle() {
	w.t.Helper()
	w.send(`[null,"hb","phoenix","heartbeat",{}]`)
	w.want(`[null,"hb","phoenix","phx_reply",{"response":{},"status":"ok"}]`)
}

// campaignPush reads a push of a campaign, and returns what it says was raised.
func (w *wire) campaignPush(topic, event string) (raised, total json.Number) {
	w.t.Helper()
	frame, err := w.next()
	if err != nil {
		w.t.Fatal(err)
	}
	var got [5]json.RawMessage
	var campaign struct {
		ID                                                    int64
		AmountRaised, TotalAmountRaised, FundraiserGoalAmount json.Number
	}
	if !strings.HasPrefix(frame, fmt.Sprintf(`[null,null,"%s","%s",{`, topic, event)) || json.Unmarshal([]byte(frame), &got) != nil || json.Unmarshal(got[4], &campaign) != nil {
		w.t.Fatalf("got %s, want a push of %s", frame, topic)
	}
	return campaign.AmountRaised, campaign.TotalAmountRaised
}

func (s *socketStage) topic(f fund.Fact, stream string) string {
	return fmt.Sprintf("fact.%d.%s", f.LegacyID, stream)
}

func (s *socketStage) give(amount, name, comment string) fund.Donation {
	return s.Give(context.Background(), fund.DonationInput{Fact: fund.Key{ID: s.Campaign.ID}, Amount: amount, Name: name, Comment: comment}, testworld.Start)
}

// donation is the frame that pushes a donation to the campaign without any incentive.
func (s *socketStage) donation(topic string, d fund.Donation, amount, name, comment string) string {
	at := d.CompletedAt.Unix() * 1000
	return fmt.Sprintf(`[null,null,"%s","donation",{"amount":%s,"challenge_id":null,"comment":%s,"completedAt":%d,"event_id":%d,"id":%d,"name":"%s","poll_option_id":null,"reward_id":null,"updatedAt":%d}]`,
		topic, amount, comment, at, s.Campaign.LegacyID, d.LegacyID, name, at)
}
