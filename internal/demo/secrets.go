package demo

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

const redirectURI = "http://127.0.0.1:8080/callback"

// credentials makes the OAuth application and the tokens, and tells them with the places that
// are worth a look.
func (w *world) credentials(ctx context.Context, f Filler) Credentials {
	c := Credentials{BaseURL: f.BaseURL}
	if w.err != nil {
		return c
	}
	application := w.makeApplication(ctx, &c)
	owner, cause := w.users[people()[0].slug], w.causes[charities()[0].Slug]
	token := func(t fund.Token) string {
		return made(w, "token", func() (string, error) {
			t.ApplicationID = application
			return w.vault.CreateToken(ctx, app.System(), t)
		})
	}
	public := []string{"public"}
	c.V3.UserToken = token(fund.Token{Kind: fund.TokenUser, UserID: owner.ID, Scopes: public})
	c.V3.CauseToken = token(fund.Token{Kind: fund.TokenCause, CauseID: cause.ID, Scopes: public})
	c.Sandbox.Token = token(fund.Token{Kind: fund.TokenApplication, Scopes: []string{fund.ScopeSandbox}})
	w.namePlaces(&c)
	return c
}

func (w *world) makeApplication(ctx context.Context, c *Credentials) fund.ID {
	var secret, token string
	application := made(w, "application", func() (application fund.Application, err error) {
		application, secret, token, err = w.vault.CreateApplication(ctx, app.System(), app.NewApplication{
			Name: "Demo overlay", RedirectURIs: []string{redirectURI}, Owner: w.users[people()[0].slug].ID, Scopes: []string{"public"},
		})
		return application, err
	})
	c.V3.ApplicationToken = token
	c.Application = ApplicationSecrets{
		ID: application.ID.String(), ClientID: application.ClientID, ClientSecret: secret, RedirectURI: application.RedirectURIs[0],
	}
	return application.ID
}

func (w *world) namePlaces(c *Credentials) {
	for _, p := range people() {
		c.Users = append(c.Users, w.logins[p.slug])
	}
	team, cause := w.teams[crews()[0].slug], w.causes[charities()[0].Slug]
	event := w.events[appeals()[0].event.Slug]
	c.Team = Place{ID: team.ID.String(), LegacyID: team.LegacyID, Slug: team.Slug}
	c.Cause = place(cause.Fact, "")
	c.FundraisingEvent = place(event.Fact, cause.Slug)
	for _, d := range drives() {
		switch d.slug {
		case teamDrive:
			c.TeamCampaign = place(w.stalls[d.slug].fact, d.team)
		case fullDrive:
			c.Campaign = place(w.stalls[d.slug].fact, d.user)
		case emptyDrive:
			c.EmptyCampaign = place(w.stalls[d.slug].fact, d.user)
		}
	}
}

func place(f fund.Fact, owner string) Place {
	return Place{ID: f.ID.String(), LegacyID: f.LegacyID, Slug: f.Slug, OwnerSlug: owner}
}
