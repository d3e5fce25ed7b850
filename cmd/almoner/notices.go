package main

import (
	"context"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

type noticesListCommand struct{ config.Store }

// Run lists what has not been applied.
func (c *noticesListCommand) Run(ctx context.Context, t terminal) error {
	return server.ListNotices(ctx, c.Store, t.out)
}

type noticesApplyCommand struct{ config.Notices }

// Run tries again.
func (c *noticesApplyCommand) Run(ctx context.Context, t terminal) error {
	return server.ApplyNotices(ctx, c.Notices, t.out)
}
