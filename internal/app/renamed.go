package app

import (
	"context"

	"github.com/almoner/almoner/internal/fault"
)

// RenamedTo is the first path segment of the pages of a user ("@ana"), team ("+crew") or cause ("charity") who had another one before; NotFound if
// nobody had it, or has it still.
func (a *App) RenamedTo(ctx context.Context, first string) (string, error) {
	sign, slug := "", first
	if first != "" && (first[0] == '@' || first[0] == '+') {
		sign, slug = first[:1], first[1:]
	}
	now, err := a.store.CurrentSlug(ctx, sign, slug)
	if err == nil && now == slug {
		err = fault.New(fault.NotFound, "Nobody had the slug %q before.", slug)
	}
	return sign + now, err
}
