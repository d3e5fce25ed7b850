package app

import (
	"context"
	"net/url"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// WebhookMail is what a mail about a webhook endpoint says to the owner of its application.
type WebhookMail struct {
	AccountMail
	// Endpoint is the id of the endpoint, Host the host of its address: the rest may be a secret.
	Endpoint fund.ID
	Host     string
}

// webhookMail loads what a mail about a webhook endpoint says: a WebhookMail. It is Gone if the endpoint is, or works again.
func webhookMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	e, err := a.store.GetEndpoint(ctx, m.About)
	if known, err := found(err); err != nil {
		return nil, err
	} else if !known || e.Active() == (m.Kind == fund.MailWebhookDeactivated) {
		return nil, fault.New(fault.Gone, "Not sent: the webhook endpoint was changed meanwhile.")
	}
	application, err := a.store.GetApplication(ctx, e.ApplicationID)
	if err != nil {
		return nil, err
	}
	said, err := a.accountMail(ctx, application.OwnerID)
	made := WebhookMail{AccountMail: said, Endpoint: e.ID}
	if address, wrong := url.Parse(e.URL); wrong == nil {
		made.Host = address.Hostname()
	}
	return made, err
}
