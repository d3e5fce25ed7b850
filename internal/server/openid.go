package server

import (
	"context"
	"io"
	"os"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/openid"
	"github.com/almoner/almoner/internal/web/account"
	"github.com/almoner/almoner/internal/webhook"
)

// maxOpenIDSecret is how many bytes a file with a client secret has at most.
const maxOpenIDSecret = 4 << 10

// openIDOf are the providers that people sign in at. It reads the files with their secrets, and asks no provider anything.
func openIDOf(s Settings) (all []app.OpenIDProvider, err error) {
	providers, err := s.OpenID.Providers()
	if err != nil {
		return nil, fault.Wrap(err, fault.Conflict, "%s.", err)
	}
	transport := webhook.Transport(s.WebhookNetworks...)
	for _, p := range providers {
		var o openid.Options
		if p.ID == config.OpenIDTwitch {
			o = openid.Twitch()
		} else {
			o = openid.Options{Issuer: p.Issuer, Scopes: []string{"email"}}
		}
		if o.Secret, err = openIDSecret(p); err != nil {
			return nil, err
		}
		o.ClientID, o.Scopes = p.ClientID, append(o.Scopes, p.Scopes...)
		o.Redirect, o.Transport, o.Now, o.Log = account.OpenIDReturn(s.BaseURL, p.ID), transport, time.Now, s.Log
		all = append(all, app.OpenIDProvider{ID: p.ID, Name: p.Name, Issuer: o.Issuer, Client: openid.New(o)})
	}
	return all, nil
}

// openIDSecret is the client secret of a provider, from its file if it has one.
func openIDSecret(p config.OpenIDProvider) (string, error) {
	if p.SecretFile == "" {
		return p.Secret, nil
	}
	file, err := os.Open(p.SecretFile)
	if err != nil {
		return "", fault.Wrap(err, fault.Unavailable, "--openid-secret-file: the file %s of %s cannot be read.", p.SecretFile, p.ID)
	}
	defer func() { _ = file.Close() }()
	text, err := io.ReadAll(io.LimitReader(file, maxOpenIDSecret+1))
	secret := strings.TrimSpace(string(text))
	if err != nil || secret == "" || len(text) > maxOpenIDSecret {
		return "", fault.Wrap(err, fault.Unavailable, "--openid-secret-file: the file %s of %s has no client secret: at most %d bytes, and not empty.", p.SecretFile, p.ID, maxOpenIDSecret)
	}
	return secret, nil
}

// checkOpenID asks each provider once beside the requests, so that the log says at the start which one cannot be used. None of them keeps the node from serving.
func (n *Node) checkOpenID(ctx context.Context) error {
	for _, p := range n.openID {
		if client, is := p.Client.(*openid.Client); is {
			_ = client.Check(ctx) // the log says why
		}
	}
	<-ctx.Done()
	return nil
}
