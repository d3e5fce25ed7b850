package main

import (
	"context"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

type appCreateCommand struct{ config.Application }

// Run makes the application.
func (c *appCreateCommand) Run(ctx context.Context, t terminal) error {
	return server.CreateApplication(ctx, c.Application, t.out)
}
