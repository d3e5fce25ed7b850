package live_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coder/websocket"

	"github.com/almoner/almoner/internal/apiv3"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/phoenix"
	"github.com/almoner/almoner/internal/store"
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
	ctx, cancel := context.WithTimeout(w.t.Context(), 20*time.Second)
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

// TestADonationIsPushedOnce follows one donation: clients add its amount up.
func TestADonationIsPushedOnce(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	ctx := t.Context()
	must.Get(s.UpdateDonationSettings(ctx, testworld.As(s.Ada), testworld.ByID(s.Campaign), fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything)}))(t)
	w := s.dial(t, "?vsn=2.0.0", nil)
	topic := s.topic(s.Campaign, "donation")
	w.join(1, topic)
	d := s.give("20", "Ada", "A word")
	// Its texts wait for a person; its amount counts.
	w.want(s.donation(topic, d, "20.0", "Anonymous", "null"))
	must.Get(s.ScreenDonation(ctx, testworld.As(s.Ada), fund.Key{ID: d.ID}, fund.ScreeningShown))(t)
	must.Get(s.RefundDonation(ctx, app.System(), fund.Key{ID: d.ID}, "5"))(t)
	must.Get(s.RefundDonation(ctx, app.System(), fund.Key{ID: d.ID}, ""))(t)
	s.stage.here(ctx)
	w.idle()
}

// TestTotalsArePushed follows the totals of a campaign and of what it supports: clients set them.
func TestTotalsArePushed(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	ctx := t.Context()
	w := s.dial(t, "?vsn=2.0.0", nil)
	campaign := fmt.Sprintf("campaign.%d.campaign", s.Campaign.LegacyID)
	team := "fact." + s.TeamCampaign.ID.String() + ".fact"
	w.join(17, campaign)
	w.join(18, team)
	// Donations to what supports a campaign are none to it.
	w.join(19, "fact."+s.TeamCampaign.ID.String()+".donation")
	want := func(raised, total json.Number) {
		t.Helper()
		if got, _ := w.campaignPush(campaign, "campaign"); got != raised {
			t.Errorf("got amountRaised %s, want %s", got, raised)
		}
		if _, got := w.campaignPush(team, "fact"); got != total {
			t.Errorf("got totalAmountRaised %s of the team's campaign, want %s", got, total)
		}
	}
	d := s.give("20", "Ada", "")
	want("20", "20")
	must.Get(s.RefundDonation(ctx, app.System(), fund.Key{ID: d.ID}, "5.5"))(t)
	want("14.5", "14.5")
	must.Get(s.UpdateCampaign(ctx, testworld.As(s.Ada), testworld.ByID(s.Campaign), fund.CampaignPatch{Goal: fund.Some("600")}))(t)
	if got, _ := w.campaignPush(campaign, "campaign"); got != "14.5" {
		t.Errorf("got amountRaised %s with the new goal, want 14.5", got)
	}
}

func TestRewardsArePushed(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	ctx := t.Context()
	quantity := int64(2)
	r := must.Get(s.CreateReward(ctx, testworld.As(s.Ada), testworld.ByID(s.Campaign), fund.RewardPatch{
		Name: fund.Some("Sticker"), Amount: fund.Some("5"), Kind: fund.Some(fund.RewardVirtual), Quantity: fund.Some(&quantity), Enabled: fund.Some(true), AlwaysActive: fund.Some(true),
	}))(t)
	s.stage.here(ctx)
	w := s.dial(t, "?vsn=2.0.0", nil)
	topic := "fact." + s.Campaign.ID.String() + ".reward"
	w.join(6, topic)
	must.Get(s.UpdateReward(ctx, testworld.As(s.Ada), fund.Key{ID: r.ID}, fund.RewardPatch{Name: fund.Some("Big sticker")}))(t)
	frame, err := w.next()
	if err != nil || !strings.HasPrefix(frame, fmt.Sprintf(`[null,null,"%s","reward",{"id":%d,"type":"Reward","name":"Big sticker",`, topic, r.LegacyID)) {
		t.Errorf("got %s, %v, want the reward", frame, err)
	}
}

// TestTestEventsStayInside appends an event of a rehearsal between two donations.
func TestTestEventsStayInside(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	w := s.dial(t, "?vsn=2.0.0", nil)
	donation, fact := s.topic(s.Campaign, "donation"), s.topic(s.Campaign, "fact")
	w.join(1, donation)
	first := s.give("1", "Ada", "")
	w.want(s.donation(donation, first, "1.0", "Ada", "null"))
	w.join(2, fact)
	s.Must(s.Store.Write(t.Context(), fund.ID{}, func(_ context.Context, tx *store.Tx) error {
		for _, topic := range fund.Topics() {
			tx.Append(fund.Event{Topic: topic, Subject: first.ID, Facts: []fund.ID{s.Campaign.ID}, At: testworld.Start, Test: true})
		}
		return nil
	}))
	second := s.give("2", "Ada", "")
	w.want(s.donation(donation, second, "2.0", "Ada", "null"))
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

func TestASilentClientIsLetGo(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	s.phoenix.SetIdle(50 * time.Millisecond)
	s.dial(t, "?vsn=2.0.0", nil).wantClose(websocket.StatusGoingAway)
}

func TestHeartbeatsKeepAConnection(t *testing.T) {
	t.Parallel()
	const idle = time.Second
	s := newSocketStage(t)
	s.phoenix.SetIdle(idle)
	w := s.dial(t, "?vsn=2.0.0", nil)
	for began := time.Now(); time.Since(began) < idle*3/2; {
		w.idle()
	}
}

// TestAFastClientWaits sends more frames than pass at once.
func TestAFastClientWaits(t *testing.T) {
	t.Parallel()
	const more = 5
	s := newSocketStage(t)
	w := s.dial(t, "?vsn=2.0.0", nil)
	began := time.Now()
	for range live.FrameBurst + more {
		w.send(`[null,"1","phoenix","heartbeat",{}]`)
	}
	for range live.FrameBurst + more {
		w.want(`[null,"1","phoenix","phx_reply",{"response":{},"status":"ok"}]`)
	}
	if took := time.Since(began); took < (more-1)*live.FrameEvery {
		t.Errorf("got all answers within %s, want the last after %s", took, more*live.FrameEvery)
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

// TestRefusedConnections has all answers but 101.
func TestRefusedConnections(t *testing.T) {
	t.Parallel()
	from := func(*http.Request) netip.Addr { return netip.MustParseAddr("203.0.113.9") }
	for name, c := range map[string]struct {
		path   string
		change func(*live.PhoenixOptions)
		upTo   int // connections that are taken before
		status int
		said   string
	}{
		"another version":   {"/socket/websocket?vsn=3.0.0", nil, 0, http.StatusForbidden, "vsn must be 1.0.0 or 2.0.0"},
		"another path":      {"/socket/longpoll?vsn=2.0.0", nil, 0, http.StatusNotFound, "/socket/websocket"},
		"after the sunset":  {"/socket/websocket", func(o *live.PhoenixOptions) { o.Pushes = apiv3.NewSocket(apiv3.Options{Sunset: testworld.Start}) }, 0, http.StatusGone, "Version 3 of the API ended"},
		"too many requests": {"/socket/websocket", func(o *live.PhoenixOptions) { o.Limit = func(*http.Request) time.Duration { return time.Minute } }, 0, http.StatusTooManyRequests, "too many requests"},
		"too many of one":   {"/socket/websocket", func(o *live.PhoenixOptions) { o.Address = from }, 3, http.StatusTooManyRequests, "your address"},
	} {
		s := newSocketStage(t, func(o *live.PhoenixOptions) {
			if c.change != nil {
				c.change(o)
			}
		})
		for range c.upTo {
			s.dial(t, "", nil)
		}
		_, answer, err := websocket.Dial(t.Context(), s.server.URL+c.path, nil)
		if err == nil {
			t.Errorf("%s: got a connection", name)
			continue
		}
		body := make([]byte, 200)
		n, _ := answer.Body.Read(body)
		if answer.StatusCode != c.status || !strings.Contains(string(body[:n]), c.said) {
			t.Errorf("%s: got %d and %q, want %d and %q", name, answer.StatusCode, body[:n], c.status, c.said)
		}
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

// TestClientsThatComeAtOnceAreTakenInTurn takes all who wait for at most PhoenixWait.
func TestClientsThatComeAtOnceAreTakenInTurn(t *testing.T) {
	t.Parallel()
	p := live.NewPhoenix(live.PhoenixOptions{})
	now := time.Unix(1_700_000_000, 0)
	most := int(live.PhoenixWait/live.PhoenixEvery) + 1
	for n := range most {
		if wait, ok := p.Turn(now); !ok || wait != time.Duration(n)*live.PhoenixEvery {
			t.Fatalf("client %d: got %s, %t, want %s", n, wait, ok, time.Duration(n)*live.PhoenixEvery)
		}
	}
	if wait, ok := p.Turn(now); ok {
		t.Errorf("got %s for one too many, want it refused", wait)
	}
	if wait, ok := p.Turn(now.Add(2 * live.PhoenixWait)); !ok || wait != 0 {
		t.Errorf("got %s, %t later, want no wait", wait, ok)
	}
}

// TestTopicsThatAreAskedForAgainAreNotRead counts statements.
func TestTopicsThatAreAskedForAgainAreNotRead(t *testing.T) {
	t.Parallel()
	s := newSocketStage(t)
	s.stage.here(t.Context())
	topics := []string{s.topic(s.Draft, "donation"), "fact.999999.donation", s.topic(s.Campaign, "donation")}
	find := func() (found []bool) {
		for _, topic := range topics {
			found = append(found, s.phoenix.Find(t.Context(), topic))
		}
		return found
	}
	find()
	statements := s.Statements(func() {
		if got, want := find(), []bool{false, false, true}; !slices.Equal(got, want) {
			t.Errorf("got %v, want %v", got, want)
		}
	})
	// The feed reads the log meanwhile.
	if slices.ContainsFunc(statements, func(text string) bool { return strings.Contains(text, "facts") }) {
		t.Errorf("got %q, want no read of a fact", statements)
	}
}
