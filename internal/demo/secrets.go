package demo

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// redirectURIs are the redirect URIs of the demo's applications: a program on the user's own machine, and a website.
func redirectURIs() []string {
	return []string{"http://127.0.0.1:8080/callback", "https://overlay.example/oauth/callback"}
}

// apiScopes are the scopes of the demo's applications.
func apiScopes() []string {
	return []string{
		fund.ScopePublic, fund.ScopeCause, fund.ScopeWebhooksRead, fund.ScopeWebhooksWrite, fund.ScopeWrite, fund.ScopeDonationsWrite,
		fund.ScopeDonationsRead,
	}
}

// makeKeys creates the secret from which all keys of the server are derived, before anything else needs a key, because it must not depend
// on the seed.
func (w *dataset) makeKeys(ctx context.Context) {
	w.did("keys", func() error {
		_, err := w.vault.Key(ctx, "demo")
		return err
	})
}

// credentials creates the tokens, and returns them with the most interesting facts.
func (w *dataset) credentials(ctx context.Context, f Filler) Credentials {
	c := Credentials{BaseURL: f.BaseURL}
	if w.err != nil {
		return c
	}
	c.Application = w.overlay.secrets
	old := w.makeApplication(ctx, "Demo overlay for V3", fund.APIV3)
	c.V3.Application, c.V3.ApplicationToken = old.secrets, old.token
	owner, cause := w.users[people()[0].slug], w.causes[charities()[0].Slug]
	token := func(t fund.Token) string {
		return made(w, "token", func() (string, error) {
			t.ApplicationID = old.id
			return w.vault.CreateToken(ctx, app.System(), t)
		})
	}
	c.V3.UserToken = token(fund.Token{Kind: fund.TokenUser, UserID: owner.ID, Scopes: apiScopes()})
	c.V3.CauseToken = token(fund.Token{Kind: fund.TokenCause, CauseID: cause.ID, Scopes: apiScopes()})
	c.Sandbox.Token = token(fund.Token{Kind: fund.TokenApplication, Scopes: []string{fund.ScopeSandbox}})
	w.nameAddresses(&c)
	c.WebhookEndpoint = Endpoint{ID: w.overlay.endpoint.ID.String(), SigningKey: w.overlay.endpoint.SigningKey}
	c.WebhookRelay = Relay{ID: w.overlay.relay.ID.String()}
	c.LegacyRelay = Legacy{Provider: legacyRelay.Provider, UUID: legacyRelay.UUID}
	return c
}

// program is an OAuth application of the demo.
type program struct {
	id      fund.ID
	secrets ApplicationSecrets
	token   string
}

func (w *dataset) makeApplication(ctx context.Context, name, version string) program {
	var p program
	made := made(w, "application", func() (application fund.Application, err error) {
		application, p.secrets.ClientSecret, p.token, err = w.vault.CreateApplication(ctx, app.System(), app.NewApplication{
			Name: name, RedirectURIs: redirectURIs(), API: version, Owner: w.users[people()[0].slug].ID, Scopes: apiScopes(),
		})
		return application, err
	})
	if w.err != nil {
		return p
	}
	p.id = made.ID
	p.secrets.ID, p.secrets.ClientID, p.secrets.Scopes = made.ID.String(), made.ClientID, made.Scopes
	p.secrets.RedirectURI, p.secrets.RedirectURIs = made.RedirectURIs[0], made.RedirectURIs
	return p
}

func (w *dataset) nameAddresses(c *Credentials) {
	for _, p := range people() {
		c.Users = append(c.Users, w.logins[p.slug])
	}
	c.Operator = w.logins[operatorSlug]
	team, cause := w.teams[crews()[0].slug], w.causes[charities()[0].Slug]
	event := w.events[appeals()[0].event.Slug]
	c.Team = Address{ID: team.ID.String(), LegacyID: team.LegacyID, Slug: team.Slug}
	c.Cause = address(cause.Fact, "")
	c.FundraisingEvent = address(event.Fact, cause.Slug)
	c.AuctionHouse = address(w.fact(userHouse), houses()[0].user)
	for _, d := range drives() {
		switch d.slug {
		case teamDrive:
			c.TeamCampaign = address(w.stalls[d.slug].fact, d.team)
		case fullDrive:
			c.Campaign = address(w.stalls[d.slug].fact, d.user)
			c.UserCampaignOwner = w.logins[d.user]
		case secondDrive:
			c.SecondCampaign = address(w.stalls[d.slug].fact, d.user)
		case emptyDrive:
			c.EmptyCampaign = address(w.stalls[d.slug].fact, d.user)
		case personalDrive:
			c.PersonalCampaign = address(w.stalls[d.slug].fact, d.user)
		}
	}
}

func address(f fund.Fact, owner string) Address {
	return Address{ID: f.ID.String(), LegacyID: f.LegacyID, Slug: f.Slug, OwnerSlug: owner}
}
