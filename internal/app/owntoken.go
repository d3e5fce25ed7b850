package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// NewOwnToken is a token that a user makes for a program of their own.
type NewOwnToken struct {
	// Name says what it is for.
	Name   string
	Scopes []string
	// Days is how long it works: one of fund.OwnTokenDays.
	Days int
}

// BeginOwnToken lists the scopes that a token may have that a user makes. It takes the proof that MakeOwnToken takes, so that what was typed is not lost
// to it; see NeedsProof.
func (a *App) BeginOwnToken(ctx context.Context, actor Actor) ([]string, error) {
	if err := a.requireProof(actor); err != nil {
		return nil, err
	}
	return a.ownScopes(ctx), nil
}

// ownScopes are all scopes, "sandbox" only while the money is play money.
func (a *App) ownScopes(ctx context.Context) []string {
	var scopes []string
	for _, scope := range fund.Scopes() {
		if scope != fund.ScopeSandbox || a.Mode(ctx).Play() {
			scopes = append(scopes, scope)
		}
	}
	return scopes
}

// ListOwnTokens lists the access tokens that act for the actor's user and that no application asked for, the newest first, at most fund.MaxOwnTokens:
// those that the user made, and those that an operator made for the user.
func (a *App) ListOwnTokens(ctx context.Context, actor Actor) ([]fund.Token, error) {
	if err := RequireUser(actor); err != nil {
		return nil, err
	}
	return a.store.ListOwnTokens(ctx, actor.User, a.Now(), fund.MaxOwnTokens)
}

// MakeOwnToken makes an access token that acts for the actor's user, and returns its text, which is not stored. It is told by mail. It takes a proof; see
// NeedsProof. What is wrong is Invalid at "name", "scope" or "days"; somebody who has fund.MaxOwnTokens gets a Conflict.
func (a *App) MakeOwnToken(ctx context.Context, actor Actor, in NewOwnToken) (text string, made fund.Token, err error) {
	if err := a.requireProof(actor); err != nil {
		return "", made, err
	}
	made = fund.Token{Kind: fund.TokenUser, UserID: actor.User, Name: in.Name, Scopes: in.Scopes}
	var wrong fault.Fields
	fund.CheckName(&wrong, "name", &made.Name)
	if len(made.Scopes) == 0 {
		wrong.Add("scope", fund.Blank)
	}
	for _, scope := range made.Scopes {
		fund.CheckOneOf(&wrong, "scope", scope, a.ownScopes(ctx))
	}
	end, known := fund.OwnTokenEnd(a.Now(), in.Days)
	if !known {
		wrong.Add("days", fund.NotAllowed)
	}
	if err := wrong.Err(); err != nil {
		return "", made, err
	}
	made.ExpiresAt = end
	text, hash, err := a.newSecret()
	if err != nil {
		return "", made, err
	}
	// All writes of a user's tokens share a lane, so that those of one node are counted exactly.
	err = a.write(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		own, err := tx.ListOwnTokens(ctx, actor.User, now, fund.MaxOwnTokens)
		if err != nil {
			return err
		}
		if len(own) == fund.MaxOwnTokens {
			return fault.New(fault.Conflict, "You have %d tokens that work. End one of them first.", fund.MaxOwnTokens)
		}
		if made, err = a.stamped(made, now); err != nil {
			return err
		}
		if err := tx.InsertToken(ctx, made, hash[:]); err != nil {
			return err
		}
		user, err := tx.GetUser(ctx, fund.Key{ID: actor.User})
		if err != nil {
			return err
		}
		if err := a.tellUser(ctx, tx, actor, user, fund.MailTokenMade, now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActCreateToken, made.ID, now))
	})
	if err != nil {
		return "", made, fmt.Errorf("token of user %s: %w", actor.User, err)
	}
	return text, made, nil
}

// EndOwnToken ends a token of ListOwnTokens. One that is not there, or is another's, is NotFound.
func (a *App) EndOwnToken(ctx context.Context, actor Actor, id fund.ID) error {
	if err := RequireUser(actor); err != nil {
		return err
	}
	token, err := a.store.GetTokenByID(ctx, id)
	if err != nil {
		return err
	}
	if token.UserID != actor.User || !token.ApplicationID.IsZero() {
		return missingNamed("token", id.String())
	}
	if !token.RevokedAt.IsZero() {
		return nil
	}
	return a.endToken(ctx, actor, token)
}
