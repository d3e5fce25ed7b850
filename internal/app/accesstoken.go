package app

import (
	"context"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// IssueToken creates an access token for a user, a cause or an application, as its kind says, and returns its text, which is not stored;
// operators only. Without scopes it has "public". ExpiresAt is in the future, or the zero time for a token that does not expire.
func (a *App) IssueToken(ctx context.Context, actor Actor, t fund.Token) (text string, made fund.Token, err error) {
	if err := requireOperator(actor); err != nil {
		return "", t, err
	}
	if len(t.Scopes) == 0 {
		t.Scopes = []string{fund.ScopePublic}
	}
	var wrong fault.Fields
	for _, scope := range t.Scopes {
		fund.CheckOneOf(&wrong, "scope", scope, fund.Scopes())
	}
	if expired(t, a.Now()) {
		wrong.Add("expires", "is in the past")
	}
	if err := wrong.Err(); err != nil {
		return "", t, err
	}
	if err := a.requireEnabled(ctx, &t); err != nil {
		return "", t, err
	}
	return a.createToken(ctx, actor, t)
}

// requireEnabled refuses a token that could not be used, or that has a scope that its application was not given.
func (a *App) requireEnabled(ctx context.Context, t *fund.Token) error {
	if !t.UserID.IsZero() {
		user, err := a.store.GetUser(ctx, fund.Key{ID: t.UserID})
		if err != nil {
			return err
		}
		if !user.DisabledAt.IsZero() {
			return fault.New(fault.Conflict, "The user %s is disabled; enable the user first.", user.Slug)
		}
	}
	if t.ApplicationID.IsZero() {
		return nil
	}
	application, err := a.store.GetApplication(ctx, t.ApplicationID)
	if err != nil {
		return err
	}
	if !application.DisabledAt.IsZero() {
		return fault.New(fault.Conflict, "The application %s, or its owner, is disabled.", application.ClientID)
	}
	if missing := firstMissing(t.Scopes, application.Scopes); missing != "" {
		return refused(FieldScope, "The application was not given the scope %q.", missing)
	}
	return nil
}

// ListTokens lists the access tokens that work, of a user, of an application or of all; operators only. A cursor is {ID}.
func (a *App) ListTokens(ctx context.Context, actor Actor, filter store.TokenFilter, page fund.Page) ([]fund.Token, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	filter.Now = a.Now()
	return a.store.ListTokens(ctx, filter, page)
}

// EndToken revokes the access token with the id, which is invalid when this returns; operators only. One that was revoked stays as it was.
func (a *App) EndToken(ctx context.Context, actor Actor, id fund.ID) error {
	if err := requireOperator(actor); err != nil {
		return err
	}
	token, err := a.store.GetTokenByID(ctx, id)
	if err != nil || !token.RevokedAt.IsZero() {
		return err
	}
	return a.endToken(ctx, actor, token)
}
