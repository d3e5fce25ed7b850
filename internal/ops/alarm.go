package ops

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/webhook"
)

// Messenger tells operators of alarms through the webhook that they chose, and pings the service that watches whether all is well. It may reach any address: they are
// the operators' own, and no answer is shown to anybody else.
type Messenger struct {
	// Webhook and Ping are secrets, "" for none.
	Webhook, Ping string
	// Site is the host of the server.
	Site   string
	client *webhook.Client
}

// NewMessenger makes a Messenger. Close ends its connections.
func NewMessenger(hook, ping, site string) *Messenger {
	everywhere := []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
	return &Messenger{Webhook: hook, Ping: ping, Site: site, client: webhook.NewClient(everywhere...)}
}

// Close closes the connections that wait.
func (m *Messenger) Close() { m.client.Close() }

// alarmMessage is what a webhook that is no chat gets.
type alarmMessage struct {
	// Type is alarm.began, alarm.ended or alarm.test.
	Type string `json:"type"`
	// Text is everything in a line, which many services show as it is.
	Text string `json:"text"`
	Site string `json:"site"`
	// Check and Node are those of the alarm; a Node of "" is the whole server.
	Check  string `json:"check"`
	Node   string `json:"node"`
	Urgent bool   `json:"urgent"`
	Found  string `json:"found"`
	Fix    string `json:"fix"`
	// BeganAt and EndedAt are RFC 3339, in UTC; EndedAt is null while it lasts.
	BeganAt time.Time  `json:"began_at"`
	EndedAt *time.Time `json:"ended_at"`
}

// PostAlarm tells the webhook once that an alarm began, or with over that it ended.
func (m *Messenger) PostAlarm(ctx context.Context, a fund.Alarm, over bool) error {
	said := m.about(a, over)
	return m.post(ctx, a.ID.String()+said.Type, said)
}

func (m *Messenger) about(a fund.Alarm, over bool) alarmMessage {
	said := alarmMessage{
		Type: "alarm.began", Site: m.Site, Check: a.Check, Node: a.Node, Urgent: a.Urgent, Found: a.Text, Fix: a.Fix, BeganAt: a.BeganAt.UTC().Truncate(time.Second),
	}
	if over {
		ended := a.EndedAt.UTC().Truncate(time.Second)
		said.Type, said.EndedAt = "alarm.ended", &ended
	}
	said.Text = said.line()
	return said
}

// Test tells the webhook that it is tried out.
func (m *Messenger) Test(ctx context.Context, at time.Time) error {
	said := alarmMessage{Type: "alarm.test", Site: m.Site, BeganAt: at.UTC().Truncate(time.Second), Text: "✅ " + m.Site + ": alarms reach this place."}
	return m.post(ctx, fmt.Sprintf("test%d", at.UnixMicro()), said)
}

// line is the alarm in a line.
func (a alarmMessage) line() string {
	where := a.Check
	if a.Node != "" {
		where += " on " + a.Node
	}
	if a.EndedAt != nil {
		return fmt.Sprintf("✅ %s: %s is fine again since %s. It was: %s", a.Site, where, a.EndedAt.Format("2006-01-02 15:04 MST"), a.Found)
	}
	mark := "🟠"
	if a.Urgent {
		mark = "🔴"
	}
	return strings.TrimSpace(fmt.Sprintf("%s %s: %s: %s %s", mark, a.Site, where, a.Found, a.Fix))
}

// errHook is why a webhook or a ping failed. It never holds the address.
var errHook = errors.New("the message was not taken")

func (m *Messenger) post(ctx context.Context, delivery string, said alarmMessage) error {
	request, err := m.request(delivery, said)
	if err != nil {
		return err
	}
	return m.send(ctx, request)
}

// request is the message in the format of the chat that the address belongs to, or as JSON.
func (m *Messenger) request(delivery string, said alarmMessage) (webhook.Request, error) {
	u, err := url.Parse(m.Webhook)
	if err != nil {
		return webhook.Request{}, fmt.Errorf("%w: its address is none", errHook)
	}
	if format := chatAt(u); format.Chat() {
		return webhook.Chat{Format: format, Address: m.Webhook, Delivery: delivery, Text: said.Text}.Request()
	}
	body, err := webhook.Body(said)
	header := http.Header{"Content-Type": {"application/json"}, "User-Agent": {"Almoner"}}
	return webhook.Request{Method: http.MethodPost, URL: m.Webhook, Header: header, Body: body}, err
}

// chatAt is the format of the chat whose address it is; "" for another. Hookshot takes the text of the JSON, and its addresses look like any other.
func chatAt(u *url.URL) fund.WebhookFormat {
	for _, format := range []fund.WebhookFormat{fund.FormatDiscord, fund.FormatSlack} {
		if format.Problem(u) == "" {
			return format
		}
	}
	if _, _, room := fund.MatrixRoom(u); room {
		return fund.FormatMatrix
	}
	return ""
}

func (m *Messenger) send(ctx context.Context, r webhook.Request) error {
	answer, err := m.client.Send(ctx, r)
	switch {
	case err != nil:
		return fmt.Errorf("%w: %s", errHook, webhook.Reason(err))
	case answer.Status < 200 || answer.Status > 299:
		return fmt.Errorf("%w: the answer was %d", errHook, answer.Status)
	}
	return nil
}

// SendPing says that all is well.
func (m *Messenger) SendPing(ctx context.Context) error {
	return m.send(ctx, webhook.Request{Method: http.MethodGet, URL: m.Ping, Header: http.Header{"User-Agent": {"Almoner"}}})
}
