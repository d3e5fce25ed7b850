package main

import (
	"context"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

type causeConnectCommand struct{ config.Connection }

// Run connects the cause.
func (c *causeConnectCommand) Run(ctx context.Context, t terminal) error {
	return server.ConnectCause(ctx, c.Connection, t.out)
}
