package apiv3

import (
	"context"
	"net/http"
	"strconv"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/submit"
)

type handler = api.Handler[app.Actor]

// The steps of a write, each about the thing with a key (of type K): find its key in the
// path, show it as GET does, change it as a patch (of type P) says.
type (
	finds[K any]      func(c *call) (K, error)
	views[K any]      func(ctx context.Context, actor app.Actor, key K) (any, error)
	applies[K, P any] func(ctx context.Context, actor app.Actor, key K, patch P) (any, error)
	makes[K, P any]   func(ctx context.Context, actor app.Actor, key K, patch P) (made, error)
)

// made is a new thing: as GET shows it, and its path below the version.
type made struct {
	body any
	path string
}

// creates answers a POST with 201, the new thing and where it is. The key is that of what
// the new thing belongs to.
func creates[K, P any](m model[P], find finds[K], create makes[K, P]) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		key, s, err := opened(m, find, c)
		if err != nil {
			return api.Reply{}, err
		}
		one, err := create(ctx, c.Caller, key, m.patch(s))
		if err != nil {
			return api.Reply{}, s.explain(err)
		}
		header := http.Header{"Location": {prefix + one.path}}
		return api.Reply{Status: http.StatusCreated, Body: one.body, Header: header}, nil
	}
}

// changes answers a PATCH with 200 and the whole thing as it is now. What it reads before is
// only to tell the unchanged keys from the changed ones; nil where every key is a change.
func changes[K, P any](m model[P], find finds[K], before views[K], change applies[K, P]) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		key, s, err := opened(m, find, c)
		if err != nil {
			return api.Reply{}, err
		}
		if before != nil {
			now, err := before(ctx, c.Caller, key)
			if err != nil {
				return api.Reply{}, err
			}
			if s.now, err = submit.Shown(now); err != nil {
				return api.Reply{}, err
			}
		}
		body, err := change(ctx, c.Caller, key, m.patch(s))
		if err != nil {
			return api.Reply{}, s.explain(err)
		}
		return api.Reply{Body: body}, nil
	}
}

// deletes answers a DELETE with 200 and an empty object: clients index data in every answer.
func deletes[K any](find finds[K], remove func(context.Context, app.Actor, K) error) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		key, err := find(c)
		if err != nil {
			return api.Reply{}, err
		}
		if err := remove(ctx, c.Caller, key); err != nil {
			return api.Reply{}, err
		}
		return api.Reply{Body: struct{}{}}, nil
	}
}

// opened reads what the request itself says, before anything is looked up.
func opened[K, P any](m model[P], find finds[K], c *call) (K, *submission, error) {
	key, err := find(c)
	if err != nil {
		return key, nil, err
	}
	s, err := received(m.names, c.Body)
	return key, s, err
}

// showing is a use case that reads, with the mapper of what it gives.
func showing[K, T, W any](get func(context.Context, app.Actor, K) (T, error), to func(T) W) views[K] {
	return func(ctx context.Context, actor app.Actor, key K) (any, error) {
		one, err := get(ctx, actor, key)
		return to(one), err
	}
}

// applying is a use case that changes, with the mapper of what it gives.
func applying[K, P, T, W any](change func(context.Context, app.Actor, K, P) (T, error), to func(T) W) applies[K, P] {
	return func(ctx context.Context, actor app.Actor, key K, patch P) (any, error) {
		one, err := change(ctx, actor, key, patch)
		return to(one), err
	}
}

// below is a path: below("polls", 7) is "/polls/7".
func below(folder string, id int64) string { return "/" + folder + "/" + strconv.FormatInt(id, 10) }
