package main

import (
	"context"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

type providerEventsListCommand struct{ config.Store }

// Run lists what has not been applied.
func (c *providerEventsListCommand) Run(ctx context.Context, t terminal) error {
	return server.ListProviderEvents(ctx, c.Store, t.out)
}

type providerEventsApplyCommand struct{ config.ProviderEvents }

// Run tries again.
func (c *providerEventsApplyCommand) Run(ctx context.Context, t terminal) error {
	return server.ApplyProviderEvents(ctx, c.ProviderEvents, t.out)
}
