package main

import (
	"context"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

type serveCommand struct{ config.Serve }

// Run serves until a signal.
func (c *serveCommand) Run(ctx context.Context, t terminal) error {
	return server.Serve(ctx, c.Serve, t.out, t.err)
}
