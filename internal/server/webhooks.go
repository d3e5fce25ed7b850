package server

import (
	"context"
	"net/http"

	"github.com/almoner/almoner/internal/apiv5"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/webhook"
)

// webhooks writes webhooks in the words of version 5, and sends them from this node.
func (n *Node) webhooks() app.Webhooks {
	return app.Webhooks{
		Sender: webhookSender{n.hookClient}, Encoder: apiv5.Messages{BaseURL: n.BaseURL}, Networks: n.WebhookNetworks,
	}
}

// webhookSender signs requests to endpoints and sends them.
type webhookSender struct{ client *webhook.Client }

// Send makes one attempt.
func (s webhookSender) Send(ctx context.Context, r app.WebhookRequest) app.WebhookAnswer {
	header := webhook.Signing{
		Endpoint: r.Endpoint.ID, Message: r.ID.String(), At: r.At, Keys: r.Endpoint.SigningKeys(r.At), Standard: r.Endpoint.Options.Standard,
	}.Header(r.Body)
	got := app.WebhookAnswer{Headers: withoutSecrets(header)}
	answer, err := s.client.Send(ctx, webhook.Request{Method: http.MethodPost, URL: r.Endpoint.URL, Header: header, Body: r.Body})
	if err != nil {
		got.Failure = webhook.Reason(err)
		return got
	}
	got.Status, got.RetryAfter, got.Body = answer.Status, answer.RetryAfter, answer.Kept()
	return got
}

// withoutSecrets are the headers as the delivery log shows them.
func withoutSecrets(header http.Header) map[string]string {
	shown := map[string]string{}
	for name, values := range header {
		shown[name] = values[0]
		if name == webhook.HeaderSignature || name == webhook.HeaderStandardSignature {
			shown[name] = "…"
		}
	}
	return shown
}
