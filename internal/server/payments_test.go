package server_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/pay/stripe"
	"github.com/almoner/almoner/internal/server"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/text"
)

var stripeSettings = config.Stripe{Key: "sk_test_none", WebhookSecret: "whsec_none"}

func TestSettingsAboutMoneyThatCannotBeMeant(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		with config.Serve
		want []string
	}{
		{"no secret", config.Serve{Stripe: config.Stripe{Key: "sk_test_none"}}, []string{"--stripe-webhook-secret"}},
		{"no key", config.Serve{Stripe: config.Stripe{WebhookSecret: "whsec_none"}}, []string{"but not --stripe-key"}},
		{"sandbox beside it", config.Serve{Stripe: stripeSettings, Sandbox: true}, []string{"--sandbox", "--sandbox-beside-real"}},
	} {
		c.with.Addr, c.with.DB = "127.0.0.1:0", fileIn(t)
		err := server.Serve(t.Context(), c.with, io.Discard, io.Discard)
		refusal(t, err, c.want)
		if text := fmt.Sprint(err); strings.Contains(text, "sk_test") || strings.Contains(text, "whsec") {
			t.Errorf("%s: got %q, want no secret in it", c.name, text)
		}
	}
}

func TestProvidersAreServedWhereTheyRun(t *testing.T) {
	t.Parallel()
	const missing, unsigned, page, trigger = http.StatusNotFound, http.StatusBadRequest, http.StatusOK, http.StatusUnauthorized
	for name, c := range map[string]struct {
		with                              config.Serve
		stripe, sandbox, style, donations int
	}{
		"the sandbox alone":   {config.Serve{}, missing, unsigned, page, missing},
		"with its trigger":    {config.Serve{Sandbox: true}, missing, unsigned, page, trigger},
		"Stripe alone":        {config.Serve{Stripe: stripeSettings}, unsigned, missing, missing, missing},
		"allowed, not wanted": {config.Serve{Stripe: stripeSettings, SandboxBesideReal: true}, unsigned, missing, missing, missing},
		"both":                {config.Serve{Stripe: stripeSettings, Sandbox: true, SandboxBesideReal: true}, unsigned, unsigned, page, trigger},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c.with.DB, c.with.Addr, c.with.ShutdownTimeout = fileIn(t), "127.0.0.1:0", time.Minute
			s := start(t, c.with)
			for path, want := range map[string]int{
				"/pay/stripe/notices": c.stripe, "/pay/sandbox/notices": c.sandbox, "/pay/sandbox/donations": c.donations, "/pay/other/notices": missing,
			} {
				if got := post(t, s.url+path, "{}", ""); got != want {
					t.Errorf("%s: got %d, want %d", path, got, want)
				}
			}
			if got, _ := get(t, s.url+"/pay/sandbox/style.css"); got != c.style {
				t.Errorf("style: got %d, want %d", got, c.style)
			}
		})
	}
}

func TestNoticesOfStripeAreTaken(t *testing.T) {
	t.Parallel()
	s := start(t, config.Serve{DB: fileIn(t), Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute, Stripe: stripeSettings})
	const body = `{"id":"evt_1","object":"event","type":"payout.paid","livemode":false,"data":{"object":{}}}`
	at := fmt.Sprint(time.Now().Unix())
	mac := hmac.New(sha256.New, []byte(stripeSettings.WebhookSecret))
	mac.Write([]byte(at + "." + body))
	good := "t=" + at + ",v1=" + hex.EncodeToString(mac.Sum(nil))
	for name, c := range map[string]struct {
		body, signature string
		want            int
	}{
		"good": {body, good, http.StatusOK}, "forged": {body + " ", good, http.StatusBadRequest}, "unsigned": {body, "", http.StatusBadRequest},
		"too large": {strings.Repeat("x", 3<<20), good, http.StatusRequestEntityTooLarge},
	} {
		if got := post(t, s.url+"/pay/stripe/notices", c.body, c.signature); got != c.want {
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

func TestCausesAreConnected(t *testing.T) {
	t.Parallel()
	ctx, database := t.Context(), fileIn(t)
	var out bytes.Buffer
	if err := server.Migrate(ctx, config.Store{DB: database}, &out); err != nil {
		t.Fatal(err)
	}
	kept, err := store.Open(ctx, string(database), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = kept.Close() })
	use := app.New(app.Options{Store: kept, Random: rand.Reader})
	cause, err := use.CreateCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD"}})
	if err != nil {
		t.Fatal(err)
	}
	before, err := kept.LastPosition(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"water", fmt.Sprint(cause.LegacyID), cause.ID.String()} {
		c := config.Connection{Store: config.Store{DB: database}, Cause: name, Account: "acct_1PgafTB7WZ01zgkW"}
		if err := server.ConnectCause(ctx, c, &out); err != nil || !strings.Contains(out.String(), "Water takes money at Stripe, for the account acct_1PgafTB7WZ01zgkW") {
			t.Errorf("%s: got %v %s, want it connected", name, err, &out)
		}
	}
	cause, err = use.GetCause(ctx, app.System(), fund.Key{ID: cause.ID})
	if err != nil || !slices.Equal(cause.Connected, []string{"stripe"}) {
		t.Errorf("got %v, %v, want Stripe, once", cause.Connected, err)
	}
	// A server beside it learns from the event that it shows the cause as it was.
	events, err := kept.EventsAfter(ctx, before, 10)
	if err != nil || len(events) != 1 || events[0].Topic != fund.TopicFactChanged || events[0].Subject != cause.ID {
		t.Errorf("got %+v, %v, want that the cause changed, once", events, err)
	}
	wrong := config.Connection{Store: config.Store{DB: database}, Cause: "water", Account: "account"}
	refusal(t, server.ConnectCause(ctx, wrong, &out), []string{"account", "acct_"})
	wrong.Cause, wrong.Account = "nobody", "acct_1PgafTB7WZ01zgkW"
	refusal(t, server.ConnectCause(ctx, wrong, &out), []string{"no cause nobody"})
}

// TestDonateFormsMayLeadToThePayment looks at what browsers let the form of a donate page lead to.
func TestDonateFormsMayLeadToThePayment(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		stripe config.Stripe
		more   string
	}{
		"the sandbox": {config.Stripe{}, ""}, "Stripe": {stripeSettings, " https://checkout.stripe.com"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			database := fileIn(t)
			s := start(t, config.Serve{DB: database, Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute, Stripe: c.stripe})
			foundCause(t, database)
			answer, err := http.Get(s.url + "/water/donate")
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			policy, want := answer.Header.Get("Content-Security-Policy"), "form-action 'self' "+s.url+c.more+";"
			if answer.StatusCode != http.StatusOK || !strings.Contains(policy, want) {
				t.Errorf("got %d with %q, want 200 with %q", answer.StatusCode, policy, want)
			}
		})
	}
}

// foundCause makes a cause with pages at /water.
func foundCause(t *testing.T, database config.Database) {
	t.Helper()
	kept, err := store.Open(t.Context(), string(database), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = kept.Close() }()
	use := app.New(app.Options{Store: kept, Random: rand.Reader})
	cause := fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD", Status: fund.Published}}
	if _, err := use.CreateCause(t.Context(), app.System(), cause); err != nil {
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
