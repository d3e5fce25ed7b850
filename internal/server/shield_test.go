package server_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testworld"
)

// TestThePaymentPageIsGuarded tries one stolen card after the other on a payment of one browser.
func TestThePaymentPageIsGuarded(t *testing.T) {
	t.Parallel()
	database := testnode.Database(t)
	running := testnode.Start(t, command.Serve{DB: database, Addr: "127.0.0.1:0", ShutdownTimeout: time.Minute, Sandbox: true})
	provider := testworld.NewAt(t, string(database), testworld.Options{}).Sandbox(sandbox.Options{BaseURL: running.URL})
	begun, err := provider.Start(t.Context(), pay.Order{
		Donation: fund.ID{15: 1}, Donated: 1000, Currency: "USD", Session: "browser", Address: "192.0.2.9", ExpiresAt: time.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range []int{422, 422, 422, 422, 422, 429} {
		form := url.Values{"card": {"400000990000000" + string(rune('0'+i))}, "code": {"123"}}
		answer, err := http.PostForm(begun.URL, form)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != want || (answer.Header.Get("Retry-After") != "") != (want == 429) {
			t.Errorf("got %d, Retry-After %q for card %d, want %d", answer.StatusCode, answer.Header.Get("Retry-After"), i+1, want)
		}
	}
}
