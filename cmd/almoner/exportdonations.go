package main

import (
	"context"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

type exportDonationsCommand struct{ config.Export }

// Run writes the donations.
func (c *exportDonationsCommand) Run(ctx context.Context, t terminal) error {
	return server.Export(ctx, c.Export, t.out)
}
