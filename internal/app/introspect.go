package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// TokenState is what a token's holder or application may learn about it.
type TokenState struct {
	// Active reports whether the token works now; nothing else is set if it does not.
	Active bool
	// Refresh reports whether it is a refresh token.
	Refresh   bool
	Scopes    []string
	CreatedAt time.Time
	// ExpiresAt is the zero time for a token that does not expire.
	ExpiresAt time.Time
	// User is the token's user; the zero user for none.
	User fund.User
	// ClientID is "" for a token without an application.
	ClientID string
}

// Inspect describes a token to the authenticated application that owns it. Unknown tokens and those of other applications are only reported
// as inactive.
func (a *App) Inspect(ctx context.Context, application fund.Application, text string) (TokenState, error) {
	now := a.Now()
	token, err := a.findToken(ctx, text)
	if err != nil || token.ApplicationID != application.ID {
		return TokenState{}, err
	}
	if !token.RevokedAt.IsZero() || token.Disabled || expired(token.Token, now) || token.used {
		return TokenState{}, nil
	}
	state := TokenState{
		Active: true, Refresh: token.refresh, Scopes: token.Scopes, CreatedAt: token.CreatedAt, ExpiresAt: token.ExpiresAt,
		ClientID: application.ClientID,
	}
	return a.withUser(ctx, state, token.UserID)
}

func (a *App) withUser(ctx context.Context, state TokenState, id fund.ID) (TokenState, error) {
	if id.IsZero() {
		return state, nil
	}
	var err error
	state.User, err = a.store.GetUser(ctx, fund.Key{ID: id})
	return state, err
}

// Validate describes an access token to its holder. Invalid tokens are Unauthenticated.
func (a *App) Validate(ctx context.Context, bearer string) (TokenState, error) {
	actor, err := a.Authenticate(ctx, bearer)
	if err != nil {
		return TokenState{}, err
	}
	if err := RequireToken(actor); err != nil {
		return TokenState{}, err
	}
	token, err := a.findToken(ctx, bearer)
	if err != nil {
		return TokenState{}, err
	}
	state := TokenState{Active: true, Scopes: token.Scopes, CreatedAt: token.CreatedAt, ExpiresAt: token.ExpiresAt}
	if !token.ApplicationID.IsZero() {
		application, err := a.store.GetApplication(ctx, token.ApplicationID)
		if err != nil {
			return TokenState{}, err
		}
		state.ClientID = application.ClientID
	}
	return a.withUser(ctx, state, token.UserID)
}

// RevokeIssued revokes a token of an authenticated application; the token is invalid when this returns. An access token is revoked alone, a
// refresh token with its whole grant. An unknown token is no error; another application's is refused.
func (a *App) RevokeIssued(ctx context.Context, application fund.Application, text string) error {
	token, err := a.findToken(ctx, text)
	switch {
	case err != nil:
		return err
	case token.ID.IsZero() && !token.refresh:
		return nil
	case token.ApplicationID != application.ID:
		return refused(FieldGrant, "The token was issued to another application.")
	case token.refresh:
		return a.endGrant(ctx, token.GrantID)
	}
	return a.endToken(ctx, Actor{}, token.Token)
}

// endToken revokes a token. An operator who ends it leaves a line in the log of acts.
func (a *App) endToken(ctx context.Context, actor Actor, token fund.Token) error {
	lane := token.ApplicationID
	if !token.GrantID.IsZero() {
		lane = token.GrantID
	}
	err := a.write(ctx, actor, lane, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.RevokeToken(ctx, token.ID, now); err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicTokenRevoked, Subject: token.ID, At: now})
		if !actsAsOperator(actor) || actor.Token == token.ID {
			return nil
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActRevokeToken, token.ID, now))
	})
	if err != nil {
		return fmt.Errorf("token %s: %w", token.ID, err)
	}
	return nil
}

// anyToken is an access token, or a refresh token in the shape of one: without an id.
type anyToken struct {
	fund.Token
	refresh, used bool
}

// findToken finds a token of any kind by its text; the zero value for none.
func (a *App) findToken(ctx context.Context, text string) (anyToken, error) {
	hash := hashOf(text)
	token, err := a.store.GetToken(ctx, hash[:])
	if ok, err := found(err); ok || err != nil {
		return anyToken{Token: token}, err
	}
	refresh, err := a.store.GetRefreshToken(ctx, hash[:])
	if ok, err := found(err); !ok {
		return anyToken{}, err
	}
	grant, err := a.store.GetGrant(ctx, refresh.GrantID)
	return anyToken{Token: fund.Token{
		Kind: fund.TokenUser, ApplicationID: grant.ApplicationID, UserID: grant.UserID, GrantID: grant.ID, Scopes: refresh.Scopes,
		CreatedAt: refresh.CreatedAt, ExpiresAt: refresh.ExpiresAt, RevokedAt: grant.RevokedAt,
	}, refresh: true, used: !refresh.UsedAt.IsZero()}, err
}
