package app

import (
	"context"
	"crypto/subtle"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// NewApplication is what an OAuth application is made of.
type NewApplication struct {
	Name string
	// RedirectURIs are where users may be sent back to, at least one.
	RedirectURIs []string
	// API is fund.APIV3 or fund.APIV5; "" is the latter.
	API string
	// Owner is the user it belongs to; the zero id for nobody.
	Owner fund.ID
	// Scopes are what its tokens may have at most; none means "public", and in V3, which knows
	// no scopes, "public", "cause" and "write".
	Scopes []string
}

// check reports everything that is wrong, and fills in what was left open.
func (in *NewApplication) check() error {
	var wrong fault.Fields
	fund.CheckName(&wrong, "name", &in.Name)
	if strings.ContainsFunc(in.Name, func(r rune) bool { return unicode.Is(unicode.Cf, r) }) {
		// Users are asked by this name: nothing in it may turn others around or look like what it is not.
		wrong.Add("name", fund.ControlText)
	}
	if len(in.RedirectURIs) == 0 {
		wrong.Add("redirect_uri", fund.Blank)
	}
	for i := range in.RedirectURIs {
		fund.CheckRedirect(&wrong, "redirect_uri", &in.RedirectURIs[i])
	}
	if in.API == "" {
		in.API = fund.APIV5
	}
	fund.CheckOneOf(&wrong, "api", in.API, []string{fund.APIV3, fund.APIV5})
	for _, scope := range in.Scopes {
		fund.CheckOneOf(&wrong, "scope", scope, fund.Scopes())
	}
	if len(in.Scopes) == 0 {
		in.Scopes = []string{fund.ScopePublic}
		if in.API == fund.APIV3 {
			in.Scopes = append(in.Scopes, fund.ScopeCause, fund.ScopeWrite)
		}
	}
	return wrong.Err()
}

// CreateApplication makes an OAuth application. Its client secret and a first access token of its
// own, which ends like all of its API, are given here once and are stored nowhere. System only.
func (a *App) CreateApplication(ctx context.Context, actor Actor, in NewApplication) (made fund.Application, secret, token string, err error) {
	if actor.Kind != ActorSystem {
		return fund.Application{}, "", "", forbidden()
	}
	if err := in.check(); err != nil {
		return fund.Application{}, "", "", err
	}
	clientID, _, err := a.newSecret()
	if err != nil {
		return fund.Application{}, "", "", err
	}
	secret, hash, err := a.newSecret()
	if err != nil {
		return fund.Application{}, "", "", err
	}
	now := a.Now()
	id, err := a.newID(now)
	if err != nil {
		return fund.Application{}, "", "", err
	}
	made = fund.Application{
		ID: id, Name: in.Name, ClientID: clientID, RedirectURIs: in.RedirectURIs, OwnerID: in.Owner,
		Scopes: in.Scopes, API: in.API, CreatedAt: now,
	}
	err = a.write(ctx, actor, id, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		return tx.InsertApplication(ctx, made, hash[:])
	})
	if err != nil {
		return fund.Application{}, "", "", fmt.Errorf("new application %q: %w", in.Name, err)
	}
	token, err = a.CreateToken(ctx, actor, fund.Token{
		Kind: fund.TokenApplication, ApplicationID: id, Scopes: in.Scopes, ExpiresAt: accessEnd(in.API, now),
	})
	return made, secret, token, err
}

// CheckApplication gives the application with this client id and secret. Anything else is
// Unauthenticated.
func (a *App) CheckApplication(ctx context.Context, clientID, secret string) (fund.Application, error) {
	application, want, err := a.store.GetApplicationByClientID(ctx, clientID)
	known, err := found(err)
	if err != nil {
		return fund.Application{}, fmt.Errorf("application: %w", err)
	}
	got := hashOf(secret)
	if subtle.ConstantTimeCompare(got[:], want) != 1 || !known {
		return fund.Application{}, fault.New(fault.Unauthenticated, "The client id or the client secret is wrong.")
	}
	return application, nil
}
