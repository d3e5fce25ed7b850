package apiv5

import (
	"bytes"
	"context"
	"net/http"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/submit"
)

// resource is a kind of thing (T) that is written with patches (P): how it is read from a body, and
// how it is shown, which is the same as elsewhere.
type resource[P, T any] struct {
	model model[P]
	// out is a zero value of its wire struct: what that shows and the model has not, nobody writes.
	out  any
	show func(ctx context.Context, c *call, one T) (any, error)
	// path is where one is; nil where it has no address.
	path func(T) string
}

// The steps of a write: find the key of a thing in the path, read it, change it as a patch says.
type (
	finds[K any]      func(c *call) (K, error)
	reads[K, T any]   func(ctx context.Context, actor app.Actor, key K) (T, error)
	does[K, P, T any] func(ctx context.Context, actor app.Actor, key K, patch P) (T, error)
)

// gets answers a GET with the thing, also with one that only its owner sees.
func gets[K, P, T any](r resource[P, T], find finds[K], get reads[K, T]) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		key, err := find(c)
		if err != nil {
			return api.Reply{}, err
		}
		one, err := get(ctx, c.Caller, key)
		if err != nil {
			return api.Reply{}, err
		}
		return r.reply(ctx, c, one, http.StatusOK)
	}
}

// creates answers a POST with 201, the new thing and where it is. The key is that of what the new
// thing belongs to.
func creates[K, P, T any](r resource[P, T], find finds[K], create does[K, P, T]) handler {
	return r.writes(http.StatusCreated, nil, func(ctx context.Context, c *call, patch P) (T, error) {
		key, err := find(c)
		if err != nil {
			return *new(T), err
		}
		return create(ctx, c.Caller, key, patch)
	})
}

// changes answers a PATCH or a PUT with 200 and the whole thing as it is now. What GET shows can be sent
// back: get reads it, to tell the unchanged keys from the changed ones; nil where every key is a change.
func changes[K, P, T any](r resource[P, T], find finds[K], get reads[K, T], change does[K, P, T]) handler {
	var before presents
	if get != nil {
		before = func(ctx context.Context, c *call) (any, error) {
			key, err := find(c)
			if err != nil {
				return nil, err
			}
			one, err := get(ctx, c.Caller, key)
			if err != nil {
				return nil, err
			}
			return r.show(ctx, c, one)
		}
	}
	return r.writes(http.StatusOK, before, func(ctx context.Context, c *call, patch P) (T, error) {
		key, err := find(c)
		if err != nil {
			return *new(T), err
		}
		return change(ctx, c.Caller, key, patch)
	})
}

// acts is changes for a POST that says all in its address: its body may be missing.
func acts[K, P, T any](r resource[P, T], find finds[K], act does[K, P, T]) handler {
	change := changes(r, find, nil, act)
	return func(ctx context.Context, c *call) (api.Reply, error) {
		if len(bytes.TrimSpace(c.Body)) == 0 {
			full := *c
			full.Body = []byte("{}")
			c = &full
		}
		return change(ctx, c)
	}
}

// deletes answers a DELETE with 204.
func deletes[K any](find finds[K], remove func(context.Context, app.Actor, K) error) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		key, err := find(c)
		if err != nil {
			return api.Reply{}, err
		}
		if err := remove(ctx, c.Caller, key); err != nil {
			return api.Reply{}, err
		}
		return api.Reply{Status: http.StatusNoContent}, nil
	}
}

// writes reads the body, does the work and shows what came of it. What could not be read is reported
// together with what the rules find. What before shows is no change; nil where there is nothing yet.
func (r resource[P, T]) writes(status int, before presents, work func(ctx context.Context, c *call, patch P) (T, error)) handler {
	echo := r.model.echoOf(r.out)
	return func(ctx context.Context, c *call) (api.Reply, error) {
		submitted, err := received(c.Body)
		if err != nil {
			return api.Reply{}, err
		}
		if before != nil && echo.within(submitted) {
			if submitted, err = before.changes(ctx, c, echo, submitted); err != nil {
				return api.Reply{}, err
			}
		}
		patch, s := r.model.patch(submitted, echo.readOnly)
		one, err := work(ctx, c, patch)
		if err != nil {
			return api.Reply{}, s.explain(err)
		}
		return r.reply(ctx, c, one, status)
	}
}

// presents is a thing as GET shows it at the moment.
type presents func(ctx context.Context, c *call) (any, error)

// changes is what was submitted without what is shown.
func (p presents) changes(ctx context.Context, c *call, echo echo, submitted api.Object) (api.Object, error) {
	wire, err := p(ctx, c)
	if err != nil {
		return nil, err
	}
	shown, err := submit.Shown(wire)
	if err != nil {
		return nil, err
	}
	return echo.changes(submitted, shown), nil
}

func (r resource[P, T]) reply(ctx context.Context, c *call, one T, status int) (api.Reply, error) {
	body, err := r.show(ctx, c, one)
	if err != nil {
		return api.Reply{}, err
	}
	reply := api.Reply{Status: status, Body: body}
	if status == http.StatusCreated && r.path != nil {
		reply.Header = http.Header{"Location": {r.path(one)}}
	}
	return reply, nil
}

// at is an address: at("polls", id) is "/api/private/polls/<id>".
func at(folder string, id fund.ID) string { return privatePrefix + "/" + folder + "/" + id.String() }

// keyAt finds a thing by its UUID or legacy id at a wildcard.
func keyAt(name string) finds[fund.Key] {
	return func(c *call) (fund.Key, error) { return idAt(c, name) }
}

func nowhere(*call) (struct{}, error) { return struct{}{}, nil }

// keyless is a use case that needs no key, as a step.
func keyless[P, T any](do func(context.Context, app.Actor, P) (T, error)) does[struct{}, P, T] {
	return func(ctx context.Context, actor app.Actor, _ struct{}, patch P) (T, error) {
		return do(ctx, actor, patch)
	}
}

// shown is a mapper that needs no more than the thing itself.
func shown[T, W any](to func(T) W) func(context.Context, *call, T) (any, error) {
	return func(_ context.Context, _ *call, one T) (any, error) { return to(one), nil }
}
