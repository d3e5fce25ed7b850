package apiv3

import (
	"context"
	"strconv"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
)

type handler = api.Handler[app.Actor]

// resource is a kind of thing (T) that is written with patches (P).
type resource[P, T any] = api.Resource[app.Actor, P, T]

// finds reads the key of a thing from the path.
type finds[K any] = api.Find[app.Actor, K]

// shows makes the body of an answer, as GET does.
type shows[T any] = api.Show[app.Actor, T]

// resourceOf makes a resource. Path is where one is below the version; nil where it has no address.
func resourceOf[P, T any](m model[P], show shows[T], path func(T) string) resource[P, T] {
	r := resource[P, T]{Decode: m.decode, Show: show}
	if path != nil {
		r.Location = func(one T) string { return prefix + path(one) }
	}
	return r
}

// deletes answers a DELETE with 200 and an empty object: clients index data in every answer.
func deletes[K any](find finds[K], remove func(context.Context, app.Actor, K) error) handler {
	return api.Deletes(find, remove, api.Reply{Body: struct{}{}})
}

// shown is a mapper that needs no more than the thing itself.
func shown[T, W any](to func(T) W) shows[T] { return api.Shown[app.Actor](to) }

// partOf is a use case that reads a thing, as one that reads a part of it.
func partOf[K, T, W any](get api.Get[app.Actor, K, T], part func(T) W) api.Get[app.Actor, K, W] {
	return func(ctx context.Context, actor app.Actor, key K) (W, error) {
		one, err := get(ctx, actor, key)
		return part(one), err
	}
}

// below is a path: below("polls", 7) is "/polls/7".
func below(folder string, id int64) string { return "/" + folder + "/" + strconv.FormatInt(id, 10) }
