package ops_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/ops"
)

// TestTheMessengerOfAlarms posts JSON with a line that services show as it is, and pings; what is refused is an error without the address.
func TestTheMessengerOfAlarms(t *testing.T) {
	t.Parallel()
	var got []string
	status := http.StatusNoContent
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = append(got, r.Method+" "+r.URL.Path+" "+strings.TrimSpace(string(body)))
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	m := ops.NewMessenger(server.URL+"/secret", server.URL+"/ping", "give.example.org")
	t.Cleanup(m.Close)
	began := time.Date(2026, 12, 24, 18, 0, 0, 5, time.UTC)
	a := fund.Alarm{Check: "disk", Node: "a", Text: "Nearly full.", Fix: "Make room.", Urgent: true, BeganAt: began, EndedAt: began.Add(time.Hour)}
	must.Do(t, m.PostAlarm(t.Context(), a, false))
	must.Do(t, m.PostAlarm(t.Context(), a, true))
	must.Do(t, m.Test(t.Context(), began))
	must.Do(t, m.SendPing(t.Context()))
	want := []string{
		`POST /secret {"began_at":"2026-12-24T18:00:00Z","check":"disk","ended_at":null,"fix":"Make room.","found":"Nearly full.","node":"a","site":"give.example.org","text":"🔴 give.example.org: disk on a: Nearly full. Make room.","type":"alarm.began","urgent":true}`,
		`POST /secret {"began_at":"2026-12-24T18:00:00Z","check":"disk","ended_at":"2026-12-24T19:00:00Z","fix":"Make room.","found":"Nearly full.","node":"a","site":"give.example.org","text":"✅ give.example.org: disk on a is fine again since 2026-12-24 19:00 UTC. It was: Nearly full.","type":"alarm.ended","urgent":true}`,
		`POST /secret {"began_at":"2026-12-24T18:00:00Z","check":"","ended_at":null,"fix":"","found":"","node":"","site":"give.example.org","text":"✅ give.example.org: alarms reach this place.","type":"alarm.test","urgent":false}`,
		`GET /ping `,
	}
	for i, line := range want {
		if i >= len(got) || got[i] != line {
			t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), line)
		}
	}
	status = http.StatusTeapot
	for _, err := range []error{m.PostAlarm(t.Context(), a, false), m.SendPing(t.Context())} {
		if err == nil || !strings.Contains(err.Error(), "418") || strings.Contains(err.Error(), "secret") {
			t.Errorf("got %v, want the status and not the address", err)
		}
	}
	server.Close()
	if err := m.PostAlarm(t.Context(), a, false); err == nil || strings.Contains(err.Error(), "secret") {
		t.Errorf("got %v, want an error without the address", err)
	}
}

// TestAlarmsInChats writes a message as the chat wants it, whose address is given.
func TestAlarmsInChats(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]string{
		"https://discord.com/api/webhooks/1/abc":                      `"content":`,
		"https://hooks.slack.com/services/T1/B1/abc":                  `"mrkdwn":false`,
		"https://matrix.example.org/!room:example.org?access_token=a": `"msgtype":"m.notice"`,
		"https://ntfy.example.org/alarms":                             `"type":"alarm.began"`,
	} {
		m := ops.NewMessenger(address, "", "give.example.org")
		r, err := m.Request(fund.Alarm{Check: "disk", Text: "Nearly full."})
		if err != nil || !strings.Contains(string(r.Body), want) {
			t.Errorf("%s: got %s, %v, want %s", address, r.Body, err, want)
		}
	}
}
