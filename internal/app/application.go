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

// NewApplication is the input of CreateApplication.
type NewApplication struct {
	Name string
	// RedirectURIs are where users may be redirected to, at least one.
	RedirectURIs []string
	// API is fund.APIV3 or fund.APIV5; "" is fund.APIV5.
	API string
	// Owner is the user who owns it; the zero id for nobody.
	Owner fund.ID
	// Scopes are the most that its tokens may have; none means "public", and in V3, which has no scopes, "public", "cause" and "write".
	Scopes []string
}

// check returns all errors and sets defaults. Scopes are those that it may have.
func (in *NewApplication) check(scopes []string) error {
	var wrong fault.Fields
	fund.CheckName(&wrong, "name", &in.Name)
	if strings.ContainsFunc(in.Name, func(r rune) bool { return unicode.Is(unicode.Cf, r) }) {
		// Users see this name on the consent page, so it may contain nothing that reorders or imitates other text.
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
		fund.CheckOneOf(&wrong, "scope", scope, scopes)
	}
	if len(in.Scopes) == 0 {
		in.Scopes = []string{fund.ScopePublic}
		if in.API == fund.APIV3 {
			in.Scopes = append(in.Scopes, fund.ScopeCause, fund.ScopeWrite)
		}
	}
	return wrong.Err()
}

// CreateApplication creates an OAuth application. It returns the client secret and a first access token of its own, with the lifetime of
// its API's tokens, once: neither is stored. System only.
func (a *App) CreateApplication(ctx context.Context, actor Actor, in NewApplication) (made fund.Application, secret, token string, err error) {
	if actor.Kind != ActorSystem {
		return fund.Application{}, "", "", forbidden()
	}
	if err := in.check(fund.Scopes()); err != nil {
		return fund.Application{}, "", "", err
	}
	fresh, err := a.newApplication(in)
	if err != nil {
		return fund.Application{}, "", "", err
	}
	id, now := fresh.ID, fresh.CreatedAt
	err = a.write(ctx, actor, id, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		if err := tx.InsertApplication(ctx, fresh.Application, fresh.hash[:]); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActCreateApplication, id, now))
	})
	if err != nil {
		return fund.Application{}, "", "", fmt.Errorf("new application %q: %w", in.Name, err)
	}
	token, err = a.CreateToken(ctx, actor, fund.Token{
		Kind: fund.TokenApplication, ApplicationID: id, Scopes: in.Scopes, ExpiresAt: accessEnd(in.API, now),
	})
	return fresh.Application, fresh.secret, token, err
}

// newApplication is an application to be inserted, with its client secret and the hash of that.
type newApplication struct {
	fund.Application
	secret string
	hash   tokenHash
}

// newApplication makes an application of a checked input.
func (a *App) newApplication(in NewApplication) (newApplication, error) {
	clientID, _, err := a.newSecret()
	if err != nil {
		return newApplication{}, err
	}
	secret, hash, err := a.newSecret()
	if err != nil {
		return newApplication{}, err
	}
	now := a.Now()
	id, err := a.newID(now)
	return newApplication{Application: fund.Application{
		ID: id, Name: in.Name, ClientID: clientID, RedirectURIs: in.RedirectURIs, OwnerID: in.Owner,
		Scopes: in.Scopes, API: in.API, CreatedAt: now,
	}, secret: secret, hash: hash}, err
}

// CheckApplication returns the application with the client id and secret. Anything else, and one that is
// disabled or waits for an operator, is Unauthenticated.
func (a *App) CheckApplication(ctx context.Context, clientID, secret string) (fund.Application, error) {
	application, want, err := a.applicationByClientID(ctx, clientID)
	known, err := found(err)
	if err != nil {
		return fund.Application{}, fmt.Errorf("application: %w", err)
	}
	got := hashOf(secret)
	if subtle.ConstantTimeCompare(got[:], want) != 1 || !known {
		return fund.Application{}, fault.New(fault.Unauthenticated, "The client id or the client secret is wrong.")
	}
	if !application.DisabledAt.IsZero() {
		return fund.Application{}, fault.New(fault.Unauthenticated, "The application is disabled.")
	}
	return application, requireApproved(application, fault.Unauthenticated)
}

// ListApplications lists all applications; operators only. A cursor is {ID}.
func (a *App) ListApplications(ctx context.Context, actor Actor, page fund.Page) ([]fund.Application, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.ListApplications(ctx, page)
}

// RotateSecret replaces the client secret of an application and returns the new one, which is not stored; operators only. The old one is
// wrong at once; tokens stay. A public application has none: that is a Conflict.
func (a *App) RotateSecret(ctx context.Context, actor Actor, id fund.ID) (string, error) {
	if id == fund.TerminalID() {
		return "", fault.New(fault.Conflict, "The terminal has no client secret; it runs on machines of its users.")
	}
	text, hash, err := a.newSecret()
	if err != nil {
		return "", err
	}
	return text, a.changeApplication(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.SetApplicationSecret(ctx, id, hash[:]); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActRotateSecret, id, now))
	})
}

// DisableApplication ends all tokens of an application for good, and issues it no more; operators only.
func (a *App) DisableApplication(ctx context.Context, actor Actor, id fund.ID) error {
	return a.changeApplication(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.DisableApplication(ctx, id, now); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActDisableApplication, id, now))
	})
}

// EnableApplication lets a disabled application in again; operators only. Its tokens and the consents to it stay ended, and one that waited for an
// operator's approval waits again. While the owner is disabled, it is a Conflict. An application that is not disabled stays as it is.
func (a *App) EnableApplication(ctx context.Context, actor Actor, id fund.ID) (enabled fund.Application, err error) {
	err = a.changeApplication(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		before, err := tx.GetApplication(ctx, id)
		if enabled = before; err != nil || before.DisabledAt.IsZero() {
			return err
		}
		tokens, err := tx.EnableApplication(ctx, id, now)
		if err != nil {
			return err
		}
		for _, token := range tokens {
			tx.Append(fund.Event{Topic: fund.TopicTokenRevoked, Subject: token, At: now})
		}
		if enabled, err = tx.GetApplication(ctx, id); err != nil {
			return err
		}
		if !enabled.DisabledAt.IsZero() {
			return fault.New(fault.Conflict, "The owner of the application is disabled, and so is the application; enable the user first.")
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActEnableApplication, id, now))
	})
	return enabled, err
}

// changeApplication makes one change of an application, and has every node forget what it knew of its tokens.
func (a *App) changeApplication(ctx context.Context, actor Actor, id fund.ID, change change) error {
	if err := requireOperator(actor); err != nil {
		return err
	}
	err := a.write(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := keepTerminal(ctx, tx, id, now); err != nil {
			return err
		}
		tx.Append(fund.Event{Topic: fund.TopicApplicationChanged, Subject: id, At: now})
		return change(ctx, tx, now)
	})
	if err != nil {
		return fmt.Errorf("application %s: %w", id, err)
	}
	return nil
}

// GetApplication finds an application by its client id or its id; operators only.
func (a *App) GetApplication(ctx context.Context, actor Actor, name string) (fund.Application, error) {
	if err := requireOperator(actor); err != nil {
		return fund.Application{}, err
	}
	if id, err := fund.ParseID(name); err == nil {
		return a.store.GetApplication(ctx, id)
	}
	application, _, err := a.applicationByClientID(ctx, name)
	return application, err
}
