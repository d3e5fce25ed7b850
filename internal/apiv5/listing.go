package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// listing is how one list is read.
type listing[T any] struct {
	// kind and owner bind its cursors.
	kind  string
	owner fund.ID
	// order is that of the list: oldest first is by a rising key, newest first by a falling one.
	order fund.Order
	read  func(fund.Page) ([]T, error)
	// at is the place of an item in the list.
	at func(T) fund.Cursor
}

// paginate reads the page that the caller asks for. On this wire after is further along the list and
// before is back towards its beginning, whatever the order; the domain asks for what is below
// (Before) and above (After) a key. Filters are read before, so that everything wrong is
// reported together.
func paginate[T any](ctx context.Context, v *version, p *params, l listing[T]) ([]T, metadata, error) {
	cursors, err := v.cursors(ctx, l.kind, l.owner)
	if err != nil {
		return nil, metadata{}, err
	}
	limit, after, before := p.limit(), p.cursor("after", cursors), p.cursor("before", cursors)
	if err := p.err(); err != nil {
		return nil, metadata{}, err
	}
	ask := fund.Page{Limit: limit + 1, Order: l.order, Before: after, After: before}
	if l.order == fund.OldestFirst {
		ask.Before, ask.After = before, after
	}
	items, err := l.read(ask)
	if err != nil {
		return nil, metadata{}, err
	}
	// The page is next to the cursor that is the higher key: the one more item lies at its other end.
	backward := before != nil && (after == nil || l.order == fund.NewestFirst)
	more := len(items) > limit
	switch {
	case more && backward:
		items = items[1:]
	case more:
		items = items[:limit]
	}
	meta := metadata{Limit: limit}
	if len(items) == 0 {
		return items, meta, nil
	}
	place := func(item T) *string {
		text := cursors.write(l.at(item))
		return &text
	}
	if backward || more || before != nil {
		meta.After = place(items[len(items)-1])
	}
	if after != nil || backward && more {
		meta.Before = place(items[0])
	}
	return items, meta, nil
}
