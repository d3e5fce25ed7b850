package checkout_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/checkout"
	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/pay/stripe"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testworld"
	"github.com/almoner/almoner/internal/text"
)

var stripeSettings = checkout.Providers{Stripe: checkout.Stripe{Key: "sk_test_none", WebhookSecret: "whsec_none"}}

func TestSettingsAboutMoneyThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		with checkout.Settings
		want string
	}{
		{"no secret", checkout.Settings{Providers: checkout.Providers{Stripe: checkout.Stripe{Key: "sk_test_none"}}}, "--stripe-webhook-secret"},
		{"no key", checkout.Settings{Providers: checkout.Providers{Stripe: checkout.Stripe{WebhookSecret: "whsec_none"}}}, "but not --stripe-key"},
		{"sandbox beside it", checkout.Settings{Providers: stripeSettings, Sandbox: true}, "leave one of them out"},
	} {
		err := c.with.Check()
		if !fault.Is(err, fault.Invalid) || !strings.Contains(fault.From(err).Message, c.want) {
			t.Errorf("%s: got %v, want it to say %q", c.name, err, c.want)
		}
		if text := fmt.Sprint(err); strings.Contains(text, "sk_test") || strings.Contains(text, "whsec") {
			t.Errorf("%s: got %q, want no secret in it", c.name, text)
		}
	}
}

func TestProvidersAreServedWhereTheyRun(t *testing.T) {
	t.Parallel()
	const missing, unsigned, page, trigger = http.StatusNotFound, http.StatusBadRequest, http.StatusOK, http.StatusUnauthorized
	for name, c := range map[string]struct {
		with                              command.Serve
		stripe, sandbox, style, donations int
	}{
		"nothing":     {command.Serve{}, missing, missing, missing, missing},
		"the sandbox": {command.Serve{Sandbox: true}, missing, unsigned, page, trigger},
		"Stripe":      {command.Serve{Providers: stripeSettings}, unsigned, missing, missing, missing},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.with.DB, c.with.Addr, c.with.ShutdownTimeout = testnode.Database(t), "127.0.0.1:0", time.Minute
			s := testnode.Start(t, c.with)
			for path, want := range map[string]int{
				"/pay/stripe/notices": c.stripe, "/pay/sandbox/notices": c.sandbox, "/pay/sandbox/donations": c.donations, "/pay/other/notices": missing,
			} {
				if got := post(t, s.URL+path, "{}", ""); got != want {
					t.Errorf("%s: got %d, want %d", path, got, want)
				}
			}
			if got, _ := testnode.Get(t, s.URL+"/pay/sandbox/style.css"); got != c.style {
				t.Errorf("style: got %d, want %d", got, c.style)
			}
		})
	}
}

func TestNoticesOfStripeAreTaken(t *testing.T) {
	t.Parallel()
	s := testnode.Start(t, command.Serve{DB: testnode.Database(t), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute, Providers: stripeSettings})
	const body = `{"id":"evt_1","object":"event","type":"payout.paid","livemode":false,"data":{"object":{}}}`
	at := fmt.Sprint(time.Now().Unix())
	mac := hmac.New(sha256.New, []byte(stripeSettings.Stripe.WebhookSecret))
	mac.Write([]byte(at + "." + body))
	good := "t=" + at + ",v1=" + hex.EncodeToString(mac.Sum(nil))
	for name, c := range map[string]struct {
		body, signature string
		want            int
	}{
		"good": {body, good, http.StatusOK}, "forged": {body + " ", good, http.StatusBadRequest}, "unsigned": {body, "", http.StatusBadRequest},
		"too large": {strings.Repeat("x", 3<<20), good, http.StatusRequestEntityTooLarge},
	} {
		if got := post(t, s.URL+"/pay/stripe/notices", c.body, c.signature); got != c.want {
			t.Errorf("%s: got %d, want %d", name, got, c.want)
		}
	}
}

func post(t *testing.T, url, body, signature string) int {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if signature != "" {
		r.Header.Set("Stripe-Signature", signature)
	}
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	return answer.StatusCode
}

// TestDonateFormsMayLeadToThePayment looks at what browsers let the form of a donate page lead to.
func TestDonateFormsMayLeadToThePayment(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		with command.Serve
		more string
	}{
		"nothing": {command.Serve{}, ""}, "the sandbox": {command.Serve{Sandbox: true}, ""},
		"Stripe": {command.Serve{Providers: stripeSettings}, " https://checkout.stripe.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := testnode.Database(t)
			c.with.DB, c.with.Addr, c.with.ShutdownTimeout = database, "127.0.0.1:0", time.Minute
			s := testnode.Start(t, c.with)
			foundCause(t, database)
			answer, err := http.Get(s.URL + "/water/donate")
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			policy, want := answer.Header.Get("Content-Security-Policy"), "form-action 'self' "+s.URL+c.more+";"
			if answer.StatusCode != http.StatusOK || !strings.Contains(policy, want) {
				t.Errorf("got %d with %q, want 200 with %q", answer.StatusCode, policy, want)
			}
		})
	}
}

// foundCause makes a cause with pages at /water.
func foundCause(t *testing.T, database config.Database) {
	t.Helper()
	use := testworld.NewAt(t, string(database), testworld.Options{})
	cause := fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD", Status: fund.Published}}
	if _, err := use.ImportCause(t.Context(), app.System(), cause); err != nil {
		t.Fatal(err)
	}
}

func TestTheDocumentKnowsWhatStripeTells(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "payments.md"))
	if err != nil {
		t.Fatal(err)
	}
	if events := "   " + strings.Join(stripe.Topics(), "\n   ") + "\n   ```\n"; !strings.Contains(string(text), events) {
		t.Errorf("got other events in docs/payments.md, want\n%s", events)
	}
}

// TestTheDocumentsKnowTheCards wants every card of the sandbox where people look for them, and no other.
func TestTheDocumentsKnowTheCards(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"README.md", "docs/payments.md"} {
		document, err := os.ReadFile(filepath.Join("..", "..", filepath.FromSlash(name)))
		if err != nil {
			t.Fatal(err)
		}
		for _, card := range sandbox.Cards() {
			if row := "| `" + card.Spaced() + "` | " + text.English.Text(card.Does) + " |\n"; !strings.Contains(string(document), row) {
				t.Errorf("%s: got no row %q", name, row)
			}
		}
		if got, want := strings.Count(string(document), "\n| `4"), len(sandbox.Cards()); got != want {
			t.Errorf("%s: got %d rows of cards, want %d", name, got, want)
		}
	}
}
