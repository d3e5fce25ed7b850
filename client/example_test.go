package client_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/almoner/almoner/client"
	"github.com/almoner/almoner/internal/webhook"
)

// exampleServer stands for a server that runs: it says one thing.
func exampleServer(said string) *httptest.Server {
	return httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(said))
	}))
}

func ExampleClient_Follow() {
	running := exampleServer(`data: {"type":"donation.completed","cursor":"k3v9x2ma-77aa01d2.1235","object":"donation",` +
		`"data":{"id":"1","donor_name":"Grace","amount":{"value":"25.00","currency":"USD"}}}` + "\n\n")
	defer running.Close()

	server := client.New(running.URL, "") // such as https://give.example.org
	for m, err := range server.Follow(context.Background(), client.FollowOptions{Facts: []string{"@ada/run"}}) {
		if err != nil {
			panic(err)
		}
		if donation := m.Donation(); donation != nil {
			fmt.Println(donation.DonorName, "gave", donation.Amount)
			break
		}
	}
	// Output: Grace gave 25.00 USD
}

func ExampleClient_Donations() {
	running := exampleServer(`{"data":[{"id":"1","donor_name":"Grace","amount":{"value":"25.00","currency":"USD"}}]}`)
	defer running.Close()

	server := client.New(running.URL, "token")
	options := client.PollOptions{Fact: "8f6ad8a5-6c1e-4dc4-8c0c-6d4d4d2f6c11", Store: &memory{kept: "2026-11-29T12:00:00Z"}} // client.CursorFile("cursor") in a program
	for donation, err := range server.Donations(context.Background(), options) {
		if err != nil {
			panic(err)
		}
		fmt.Println(donation.DonorName, "gave", donation.Amount)
		break
	}
	// Output: Grace gave 25.00 USD
}

func ExampleClient_Call() {
	running := exampleServer(`{"data":{"name":"Run for water","total_amount_raised":{"value":"1234.50","currency":"USD"}}}`)
	defer running.Close()

	server := client.New(running.URL, "token")
	var fact struct {
		Data struct {
			Name   string        `json:"name"`
			Raised client.Amount `json:"total_amount_raised"`
		} `json:"data"`
	}
	if err := server.Call(context.Background(), http.MethodGet, "/api/public/facts/by/slugs/@ada/run", nil, &fact); err != nil {
		panic(err)
	}
	fmt.Println(fact.Data.Name, fact.Data.Raised)
	// Output: Run for water 1234.50 USD
}

func ExampleWebhookHandler() {
	const key = "the signing key of the endpoint"
	handler, err := client.WebhookHandler(func(_ context.Context, hook client.Webhook) error {
		fmt.Println(hook.Type, hook.ID)
		return nil
	}, key)
	if err != nil {
		panic(err)
	}

	body := `{"data":{},"meta":{"event_type":"public:direct:fact_updated","id":"8f6ad8a5"}}`
	r := httptest.NewRequest(http.MethodPost, "/hook", strings.NewReader(body))
	r.Header = webhook.Signing{At: time.Now(), Keys: []string{key}}.Header([]byte(body))
	handler.ServeHTTP(httptest.NewRecorder(), r)
	// Output: public:direct:fact_updated 8f6ad8a5
}
