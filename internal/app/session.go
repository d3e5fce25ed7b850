package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	// SessionLife is the maximum lifetime of a session, sessionIdle that of an unused one.
	SessionLife = 90 * 24 * time.Hour
	sessionIdle = 14 * 24 * time.Hour
	// sessionSeen is how old the recorded last use of a session may get before it is updated.
	sessionSeen = 5 * time.Minute
)

// Visit is a signed-in user in a browser.
type Visit struct {
	Session fund.Session
	User    fund.User
}

// Actor is the visitor.
func (v Visit) Actor() Actor {
	return Actor{Kind: ActorUser, User: v.User.ID, Operator: v.User.Operator, Session: v.Session}
}

// GetVisit returns the visit of a session, and counts as a use of it. An unknown, ended or expired one is Unauthenticated. Nothing is cached between
// calls, so that its end takes effect at once.
func (a *App) GetVisit(ctx context.Context, text string) (Visit, error) {
	return a.visit(ctx, text, a.seen)
}

// WatchVisit is GetVisit for connections that stay open, and are made again, without anybody there: they are no use of the session, which
// ends when the person does not come back.
func (a *App) WatchVisit(ctx context.Context, text string) (Visit, error) {
	return a.visit(ctx, text, func(_ context.Context, s fund.Session) (fund.Session, error) { return s, nil })
}

// visit is the visit of a session that works, which use may note.
func (a *App) visit(ctx context.Context, text string, use func(context.Context, fund.Session) (fund.Session, error)) (Visit, error) {
	hash := hashOf(text)
	session, err := a.store.GetSession(ctx, hash[:])
	if ok, err := found(err); err != nil {
		return Visit{}, err
	} else if !ok || !alive(session, a.Now()) {
		return Visit{}, errSignedOut()
	}
	if session, err = use(ctx, session); err != nil {
		return Visit{}, err
	}
	user, err := a.store.GetUser(ctx, fund.Key{ID: session.UserID})
	if err == nil && !user.DisabledAt.IsZero() {
		return Visit{}, errSignedOut()
	}
	return Visit{Session: session, User: user}, err
}

func errSignedOut() error { return fault.New(fault.Unauthenticated, "You are not signed in any more.") }

func alive(s fund.Session, now time.Time) bool {
	return s.EndedAt.IsZero() && now.Before(s.ExpiresAt) && now.Before(s.SeenAt.Add(sessionIdle))
}

// seen records that a session is in use, at most once per sessionSeen.
func (a *App) seen(ctx context.Context, s fund.Session) (fund.Session, error) {
	now := a.Now()
	if now.Sub(s.SeenAt) < sessionSeen {
		return s, nil
	}
	s.SeenAt = now
	err := a.write(ctx, Actor{}, s.UserID, func(ctx context.Context, tx *store.Tx, _ time.Time) error {
		return tx.SeeSession(ctx, s.ID, now)
	})
	if err != nil {
		return s, fmt.Errorf("session %s: %w", s.ID, err)
	}
	return s, nil
}

// ListSessions lists the newest sessions of the user that can still be used, newest first.
func (a *App) ListSessions(ctx context.Context, actor Actor) ([]fund.Session, error) {
	if err := RequireUser(actor); err != nil {
		return nil, err
	}
	now := a.Now()
	return a.store.ListSessions(ctx, actor.User, now, now.Add(-sessionIdle))
}

// EndSession ends a session of the user, at once on all nodes.
func (a *App) EndSession(ctx context.Context, actor Actor, id fund.ID) error {
	if err := RequireUser(actor); err != nil {
		return err
	}
	err := a.write(ctx, actor, actor.User, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		return endSession(ctx, tx, actor.User, id, now)
	})
	if err != nil {
		return fmt.Errorf("session %s: %w", id, err)
	}
	return nil
}

func endSession(ctx context.Context, tx *store.Tx, user, id fund.ID, now time.Time) error {
	if err := tx.EndSession(ctx, user, id, now); err != nil {
		return err
	}
	tx.Append(fund.Event{Topic: fund.TopicSessionEnded, Subject: id, At: now})
	return nil
}
