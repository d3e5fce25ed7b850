package main

import (
	"context"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

type migrateCommand struct{ config.Store }

// Run migrates.
func (c *migrateCommand) Run(ctx context.Context, t terminal) error {
	return server.Migrate(ctx, c.Store, t.out)
}
