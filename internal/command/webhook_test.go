package command_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/must"
)

// hookTerminal types webhook commands as an application.
type hookTerminal struct {
	running
	file, endpoint string
}

// asked is the data of an answer to a request of the application.
func (h hookTerminal) asked(t *testing.T, path, body string) map[string]any {
	t.Helper()
	token := strings.TrimSpace(string(must.Get(os.ReadFile(h.file))(t)))
	request := must.Get(http.NewRequestWithContext(t.Context(), http.MethodPost, h.URL+"/api/private"+path, strings.NewReader(body)))(t)
	request.Header.Set("Authorization", "Bearer "+token)
	request.Header.Set("Content-Type", "application/json")
	answer := must.Get(http.DefaultClient.Do(request))(t)
	defer func() { _ = answer.Body.Close() }()
	var got struct{ Data map[string]any }
	must.Do(t, json.NewDecoder(answer.Body).Decode(&got))
	return got.Data
}

func (h hookTerminal) typed(args ...string) (code int, out, complaint string) {
	var stdout, stderr bytes.Buffer
	args = append(args, "--server", h.URL, "--token-file", h.file)
	code = command.Run(args, command.Terminal{In: strings.NewReader(""), Out: &stdout, Err: &stderr})
	return code, stdout.String(), stderr.String()
}

// must types a command about the endpoint that is done.
func (h hookTerminal) must(t *testing.T, args ...string) string {
	t.Helper()
	if args[1] != "list" {
		args = append(args, "--endpoint", h.endpoint)
	}
	code, out, complaint := h.typed(args...)
	if code != 0 {
		t.Fatalf("%s: got %d: %s", args, code, complaint)
	}
	return out
}

func newHookTerminal(t *testing.T) (hookTerminal, chan http.Header) {
	t.Helper()
	got := make(chan http.Header, 9)
	receiver := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got <- r.Header }))
	t.Cleanup(receiver.Close)
	h := hookTerminal{running: newRunning(t, command.Serve{Sandbox: true, WebhookNetworks: []config.Network{{Prefix: netip.MustParsePrefix("127.0.0.0/8")}}})}
	at := terminal{TB: t, db: string(h.db)}
	var made struct {
		ClientID string `json:"client_id"`
	}
	must.Do(t, json.Unmarshal([]byte(at.must("app", "create", "--name", "Bot", "--owner", "ada", "--scope", "webhooks:write", "--redirect-uri", "https://bot.example/", "--json")), &made))
	var token struct{ Token string }
	must.Do(t, json.Unmarshal([]byte(at.must("token", "create", "--app", made.ClientID, "--scope", "webhooks:write", "--json")), &token))
	h.file = filepath.Join(t.TempDir(), "token")
	must.Do(t, os.WriteFile(h.file, []byte(token.Token+"\n"), 0o600))
	h.endpoint, _ = h.asked(t, "/webhook_endpoints", `{"url":"`+receiver.URL+`/hook","description":"Mine"}`)["id"].(string)
	return h, got
}

func TestWebhooksFromATerminal(t *testing.T) {
	t.Parallel()
	h, got := newHookTerminal(t)
	if out := h.must(t, "webhook", "list"); !strings.HasPrefix(out, h.endpoint+"\tactive\ttiltify\thttp://127.0.0.1:") || strings.Count(out, "\n") != 1 {
		t.Errorf("got %q, want the endpoint", out)
	}
	if out := h.must(t, "webhook", "list", "--json"); strings.Contains(out, "signing_key") || !strings.Contains(out, `"description":"Mine"`) {
		t.Errorf("got %s, want the endpoint without its key", out)
	}
	sent := strings.Split(h.must(t, "webhook", "test", "--type", "public:direct:fact_updated"), "\t")
	<-got
	delivery := sent[0]
	var shown string
	for !strings.Contains(shown, "delivered") { // until the attempt is recorded
		shown = h.must(t, "webhook", "show", "--delivery", delivery)
	}
	if !strings.Contains(shown, "public:direct:fact_updated") || !strings.Contains(shown, "Sample campaign") || !strings.Contains(shown, "\n1\t") {
		t.Errorf("got %s, want the attempt and the body", shown)
	}
	if out := h.must(t, "webhook", "show", "--delivery", delivery, "--json"); !strings.Contains(out, `"request_headers":{`) || !strings.Contains(out, `"X-Tiltify-Signature":"…"`) {
		t.Errorf("got %s, want it without the signature", out)
	}
	h.must(t, "webhook", "resend", "--delivery", delivery)
	<-got
	for strings.Count(h.must(t, "webhook", "deliveries", "--status", "delivered"), "\n") != 1 {
	}
	h.must(t, "webhook", "test")
	<-got
	if out := h.must(t, "webhook", "deliveries", "--limit", "1", "--json"); strings.Count(out, "\n") != 1 || !strings.Contains(out, `"event_type":"public:direct:donation_updated"`) {
		t.Errorf("got %s, want the newest alone", out)
	}
	if out := h.must(t, "webhook", "deactivate"); !strings.HasPrefix(out, h.endpoint+"\tinactive") {
		t.Errorf("got %q, want it off", out)
	}
	if code, _, complaint := h.typed("webhook", "resend", "--endpoint", h.endpoint, "--since", "2026-01-01T00:00:00Z"); code != 1 || !strings.Contains(complaint, "activate it first") {
		t.Errorf("got %d %q, want the way out", code, complaint)
	}
	if out := h.must(t, "webhook", "activate"); !strings.HasPrefix(out, h.endpoint+"\tactive") {
		t.Errorf("got %q, want it on", out)
	}
	if out := h.must(t, "webhook", "resend", "--since", "2026-01-01T00:00:00Z", "--json"); out != "{\"deliveries\":0}\n" {
		t.Errorf("got %q, want none sent again", out)
	}
	for _, args := range [][]string{{"webhook", "resend", "--endpoint", h.endpoint}, {"webhook", "deliveries"}} {
		if code, _, _ := h.typed(args...); code != 2 {
			t.Errorf("%s: got %d, want 2", args, code)
		}
	}
	if code, _, complaint := h.typed("webhook", "deliveries", "--endpoint", "nonsense"); code != 1 || complaint == "" {
		t.Errorf("got %d %q, want it refused", code, complaint)
	}
}
