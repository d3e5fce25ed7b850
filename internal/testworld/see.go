package testworld

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// Through finds a fact for an actor and reads more of it, as a wire does in one request.
func Through[T any](ctx context.Context, a *app.App, actor app.Actor, key app.FactKey, read func(app.Seen) (T, error)) (T, error) {
	seen, err := a.See(ctx, actor, key)
	if err != nil {
		return *new(T), err
	}
	return read(seen)
}

// ThroughEvent is Through for a fundraising event.
func ThroughEvent[T any](ctx context.Context, a *app.App, actor app.Actor, key fund.Key, read func(app.SeenEvent) (T, error)) (T, error) {
	seen, err := a.SeeEvent(ctx, actor, key)
	if err != nil {
		return *new(T), err
	}
	return read(seen)
}

// ThroughCause is Through for a cause.
func ThroughCause[T any](ctx context.Context, a *app.App, actor app.Actor, key fund.Key, read func(app.SeenCause) (T, error)) (T, error) {
	seen, err := a.SeeCause(ctx, actor, key)
	if err != nil {
		return *new(T), err
	}
	return read(seen)
}
