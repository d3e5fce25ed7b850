package main

import (
	"context"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

type demoCommand struct{ config.Demo }

// Run serves the demo until a signal.
func (c *demoCommand) Run(ctx context.Context, t terminal) error {
	return server.Demo(ctx, c.Demo, t.out, t.err)
}
