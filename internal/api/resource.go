package api

import (
	"context"
	"net/http"
)

// Resource is a kind of thing (T) that callers (C) write with patches (P): how a version reads a patch from
// a body, and how it shows and locates the thing.
type Resource[C Caller, P, T any] struct {
	// Decode reads the body of a write.
	Decode Decode[C, P]
	// Show makes the body of an answer, as every read of the thing does.
	Show Show[C, T]
	// Compare shows the thing as a body is compared with it; nil is Show.
	Compare Show[C, T]
	// Location is the path of a new thing; nil where it has no address.
	Location func(T) string
	// BodyFirst reports a body that cannot be read before a path that cannot. Versions differ in it.
	BodyFirst bool
}

// Decode reads the body of a write as far as it says what is wanted. A body that cannot be read is Malformed.
type Decode[C Caller, P any] func(call *Call[C]) (Submission[P], error)

// Submission is a body that was read.
type Submission[P any] interface {
	// Echoes reports whether the body may repeat what the thing shows at the moment, so that Patch needs it.
	Echoes() bool
	// Patch is what the body changes. What shown has already is no change; it is nil for a new thing and where
	// every key is a change. What is wrong with the body is in the patch, where the rules add what they find.
	Patch(shown any) (P, error)
	// Explain puts an error of the rules into the words of the body.
	Explain(err error) error
}

// The steps of an operation. K is the key of a thing.
type (
	// Find reads a key from the path.
	Find[C Caller, K any] func(call *Call[C]) (K, error)
	// Get is a use case that reads the thing with a key.
	Get[C Caller, K, T any] func(ctx context.Context, caller C, key K) (T, error)
	// Do is a use case that makes or changes a thing as the patch says.
	Do[C Caller, K, P, T any] func(ctx context.Context, caller C, key K, patch P) (T, error)
	// Show makes the body of an answer with a thing.
	Show[C Caller, T any] func(ctx context.Context, call *Call[C], one T) (any, error)
)

// Reply is the answer with a thing.
func (r Resource[C, P, T]) Reply(ctx context.Context, call *Call[C], one T) (Reply, error) {
	body, err := r.Show(ctx, call, one)
	if err != nil {
		return Reply{}, err
	}
	return Reply{Body: body}, nil
}

// created is the answer with a new thing, which says where it is.
func (r Resource[C, P, T]) created(ctx context.Context, call *Call[C], one T) (Reply, error) {
	reply, err := r.Reply(ctx, call, one)
	if err != nil {
		return Reply{}, err
	}
	reply.Status = http.StatusCreated
	if r.Location != nil {
		reply.Header = http.Header{"Location": {r.Location(one)}}
	}
	return reply, nil
}

// Gets answers with the thing whose key is in the path. Reply makes the answer.
func Gets[C Caller, K, T any](find Find[C, K], get Get[C, K, T], reply func(context.Context, *Call[C], T) (Reply, error)) Handler[C] {
	return func(ctx context.Context, call *Call[C]) (Reply, error) {
		key, err := find(call)
		if err != nil {
			return Reply{}, err
		}
		one, err := get(ctx, call.Caller, key)
		if err != nil {
			return Reply{}, err
		}
		return reply(ctx, call, one)
	}
}

// Creates answers with 201, the new thing and where it is. The key is that of what the new thing belongs to.
func Creates[C Caller, K, P, T any](r Resource[C, P, T], find Find[C, K], create Do[C, K, P, T]) Handler[C] {
	return write[C, K, P, T]{Resource: r, find: find, work: create, reply: r.created}.handle
}

// Changes answers with 200 and the whole thing as it is now. Get reads it before the change, so that what an
// answer shows can be sent back; nil where every key is a change.
func Changes[C Caller, K, P, T any](r Resource[C, P, T], find Find[C, K], get Get[C, K, T], change Do[C, K, P, T]) Handler[C] {
	return write[C, K, P, T]{Resource: r, find: find, get: get, work: change, reply: r.Reply}.handle
}

// Deletes answers with the reply, once the thing with the key in the path is removed.
func Deletes[C Caller, K any](find Find[C, K], remove func(context.Context, C, K) error, reply Reply) Handler[C] {
	return func(ctx context.Context, call *Call[C]) (Reply, error) {
		key, err := find(call)
		if err != nil {
			return Reply{}, err
		}
		if err := remove(ctx, call.Caller, key); err != nil {
			return Reply{}, err
		}
		return reply, nil
	}
}

// write is one write of a resource with its steps. Get is nil where nothing is compared.
type write[C Caller, K, P, T any] struct {
	Resource[C, P, T]

	find  Find[C, K]
	get   Get[C, K, T]
	work  Do[C, K, P, T]
	reply func(ctx context.Context, call *Call[C], one T) (Reply, error)
}

// handle reads the request, does the work and answers with what came of it.
func (w write[C, K, P, T]) handle(ctx context.Context, call *Call[C]) (Reply, error) {
	key, sent, err := w.opened(call)
	if err != nil {
		return Reply{}, err
	}
	shown, err := w.compared(ctx, call, key, sent)
	if err != nil {
		return Reply{}, err
	}
	patch, err := sent.Patch(shown)
	if err != nil {
		return Reply{}, err
	}
	one, err := w.work(ctx, call.Caller, key, patch)
	if err != nil {
		return Reply{}, sent.Explain(err)
	}
	return w.reply(ctx, call, one)
}

// opened reads what the request itself says, before anything is looked up.
func (w write[C, K, P, T]) opened(call *Call[C]) (K, Submission[P], error) {
	key, lost := w.find(call)
	if lost != nil && !w.BodyFirst {
		return key, nil, lost
	}
	sent, err := w.Decode(call)
	if err == nil {
		err = lost
	}
	return key, sent, err
}

// compared is the thing as it is shown at the moment; nil where the body need not be compared with it.
func (w write[C, K, P, T]) compared(ctx context.Context, call *Call[C], key K, sent Submission[P]) (any, error) {
	if w.get == nil || !sent.Echoes() {
		return nil, nil
	}
	one, err := w.get(ctx, call.Caller, key)
	if err != nil {
		return nil, err
	}
	if w.Compare != nil {
		return w.Compare(ctx, call, one)
	}
	return w.Show(ctx, call, one)
}

// Nowhere is the key of what is made below nothing, or is there once for a caller.
func Nowhere[C Caller](*Call[C]) (struct{}, error) { return struct{}{}, nil }

// KeylessGet is a use case that reads and needs no key, as a step.
func KeylessGet[C Caller, T any](get func(context.Context, C) (T, error)) Get[C, struct{}, T] {
	return func(ctx context.Context, caller C, _ struct{}) (T, error) { return get(ctx, caller) }
}

// Keyless is a use case that writes and needs no key, as a step.
func Keyless[C Caller, P, T any](do func(context.Context, C, P) (T, error)) Do[C, struct{}, P, T] {
	return func(ctx context.Context, caller C, _ struct{}, patch P) (T, error) { return do(ctx, caller, patch) }
}

// Shown is a mapper that needs no more than the thing itself.
func Shown[C Caller, T, W any](to func(T) W) Show[C, T] {
	return func(_ context.Context, _ *Call[C], one T) (any, error) { return to(one), nil }
}
