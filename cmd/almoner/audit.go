package main

import (
	"context"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

type auditCommand struct{ config.Audit }

// Run compares totals and ledger.
func (c *auditCommand) Run(ctx context.Context, t terminal) error {
	return server.Audit(ctx, c.Audit, t.out)
}
