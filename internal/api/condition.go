package api

import (
	"context"
	"net/http"
	"slices"

	"github.com/almoner/almoner/internal/fault"
)

// Condition is that a thing is still what its caller has read: one of the tags is the entity tag of
// what a GET of it answers. A tag that is marked weak counts as the one without the mark: ours only says that the
// body came compressed.
type Condition[C Caller] struct {
	// Tags are those of the If-Match header.
	Tags []string
	// Reads are rows among which is the GET of the thing, at Pattern.
	Reads   []Route[C]
	Pattern string
	// Encode is that of the wire.
	Encode func(status int, body any) ([]byte, error)
}

// Check is Stale when the condition is not met, and the fault of the GET when there is one.
func (d Condition[C]) Check(ctx context.Context, call *Call[C]) error {
	at := slices.IndexFunc(d.Reads, func(row Route[C]) bool { return row.Method == http.MethodGet && row.Pattern == d.Pattern })
	if at < 0 {
		return fault.New(fault.Stale, "This has no address of its own to read, and so no ETag: If-Match can only be \"*\" here.")
	}
	reply, err := d.Reads[at].Handle(ctx, call)
	if err != nil {
		return err
	}
	body, err := d.Encode(http.StatusOK, reply.Body)
	if err != nil {
		return err
	}
	now := ETag(body)
	if !slices.ContainsFunc(d.Tags, func(tag string) bool { return bare(tag) == now }) {
		return fault.New(fault.Stale, "This is not the version that If-Match names: it changed since it was read. Please read it again.")
	}
	return nil
}
