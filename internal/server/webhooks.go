package server

import (
	"context"
	"net/http"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/live"
	"github.com/almoner/almoner/internal/webhook"
)

// webhooks writes webhooks in the words of version 5, and sends them from this node.
func (n *Node) webhooks() app.Webhooks {
	return app.Webhooks{
		Sender: webhookSender{n.hookClient}, Encoder: apiv5.Messages{BaseURL: n.BaseURL}, Announcer: live.Announcer{}, Networks: n.WebhookNetworks,
	}
}

// webhookSender writes requests to endpoints and sends them.
type webhookSender struct{ client *webhook.Client }

// Send makes one attempt.
func (s webhookSender) Send(ctx context.Context, r app.WebhookRequest) app.WebhookAnswer {
	asked, err := hookRequest(r)
	if err != nil {
		return app.WebhookAnswer{Failure: err.Error()}
	}
	got := app.WebhookAnswer{Headers: withoutSecrets(asked.Header)}
	answer, err := s.client.Send(ctx, asked)
	if err != nil {
		got.Failure = webhook.Reason(err)
		return got
	}
	got.Status, got.RetryAfter, got.Body = answer.Status, answer.RetryAfter, answer.Kept()
	if r.Endpoint.Options.Format.Chat() {
		got.SentAs = chatOf(r).SentAs(answer.Body)
	}
	return got
}

// hookRequest is signed for programs; a chat is told a line in its format.
func hookRequest(r app.WebhookRequest) (webhook.Request, error) {
	if r.Endpoint.Options.Format.Chat() {
		return chatOf(r).Request()
	}
	header := webhook.Signing{
		Endpoint: r.Endpoint.ID, Message: r.ID.String(), At: r.At, Keys: r.Endpoint.SigningKeys(r.At), Standard: r.Endpoint.Options.Standard,
	}.Header(r.Body)
	return webhook.Request{Method: http.MethodPost, URL: r.Endpoint.URL, Header: header, Body: r.Body}, nil
}

// chatOf is the message to a chat.
func chatOf(r app.WebhookRequest) webhook.Chat {
	return webhook.Chat{
		Format: r.Endpoint.Options.Format, Address: r.Endpoint.URL, Delivery: r.ID.String(), Changes: r.Changes, Text: string(r.Body),
	}
}

// withoutSecrets are the headers as the delivery log shows them.
func withoutSecrets(header http.Header) map[string]string {
	shown := map[string]string{}
	for name, values := range header {
		shown[name] = values[0]
		if name == webhook.HeaderSignature || name == webhook.HeaderStandardSignature || name == "Authorization" {
			shown[name] = "…"
		}
	}
	return shown
}
