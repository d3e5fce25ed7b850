package app

import (
	"context"
	"crypto/sha256"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// terminal is the application that "almoner login" is at every server. It has no secret, for a program on the user's machine cannot keep one
// (RFC 8252, section 8.5): PKCE binds a code to the login that asked for it. It may ask for any scope, because a token never has more rights
// than its user. Its row is made with the first consent.
func terminal() fund.Application {
	return fund.Application{
		ID: fund.TerminalID(), Name: "Almoner terminal", ClientID: fund.TerminalClientID,
		RedirectURIs: []string{"http://127.0.0.1/back", "http://[::1]/back"}, Scopes: fund.Scopes(), API: fund.APIV5,
	}
}

// applicationByClientID finds an application by its client id, with the hash of its secret, even a disabled one. The terminal is there before
// it has a row.
func (a *App) applicationByClientID(ctx context.Context, clientID string) (fund.Application, []byte, error) {
	application, hash, err := a.store.GetApplicationByClientID(ctx, clientID)
	if clientID == fund.TerminalClientID && fault.Is(err, fault.NotFound) {
		return terminal(), nil, nil
	}
	return application, hash, err
}

// FindPublicApplication finds an application that has no secret and must not be disabled; any other is Unauthenticated.
func (a *App) FindPublicApplication(ctx context.Context, clientID string) (fund.Application, error) {
	application, err := a.FindApplication(ctx, clientID)
	if err == nil && application.Public() {
		return application, nil
	}
	if err != nil && !fault.Is(err, fault.NotFound) && !fault.Is(err, fault.Conflict) {
		return fund.Application{}, err
	}
	return fund.Application{}, fault.New(fault.Unauthenticated,
		"The client_id or the client_secret is missing: send both as parameters or by HTTP Basic.")
}

// keepTerminal makes the row of the terminal before something refers to it. No text has the hash of its secret, for that has another length.
func keepTerminal(ctx context.Context, tx *store.Tx, id fund.ID, now time.Time) error {
	if id != fund.TerminalID() {
		return nil
	}
	own := terminal()
	own.CreatedAt = now
	return tx.EnsureApplication(ctx, own, make([]byte, sha256.Size+1))
}
