package apiv5

import (
	"context"
	"net/http"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// resource is a kind of thing (T) that is written with patches (P).
type resource[P, T any] = api.Resource[app.Actor, P, T]

// finds reads the key of a thing from the path.
type finds[K any] = api.Find[app.Actor, K]

// shows makes the body of an answer, which is the same as elsewhere.
type shows[T any] = api.Show[app.Actor, T]

// resourceOf makes a resource. Out is a zero value of its wire struct: what that shows and the model has not,
// nobody writes. Path is where one is; nil where it has no address.
func resourceOf[P, T any](m model[P], out any, show shows[T], path func(T) string) resource[P, T] {
	return resource[P, T]{Decode: m.decoder(m.echoOf(out)), Show: show, Location: path, BodyFirst: true}
}

// actionOf makes a resource for a POST that may say all in its address: its body may be missing.
func actionOf[P, T any](m model[P], show shows[T]) resource[P, T] {
	return resource[P, T]{Decode: m.optional, Show: show, BodyFirst: true}
}

// lenient is a resource for the operations that the original has: keys that nobody knows are ignored, as there,
// and a missing body is an empty one.
func lenient[P, T any](m model[P], show shows[T]) resource[P, T] {
	return resource[P, T]{Decode: m.lenient, Show: show}
}

// deletes answers a DELETE with 204.
func deletes[K any](find finds[K], remove func(context.Context, app.Actor, K) error) handler {
	return api.Deletes(find, remove, api.Reply{Status: http.StatusNoContent})
}

// at is an address: at("polls", id) is "/api/private/polls/<id>".
func at(folder string, id fund.ID) string { return privatePrefix + "/" + folder + "/" + id.String() }

// shown is a mapper that needs no more than the thing itself.
func shown[T, W any](to func(T) W) shows[T] { return api.Shown[app.Actor](to) }
