package main

import (
	"context"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/server"
)

type receiptsListCommand struct{ config.Receipts }

// Run lists receipts.
func (c *receiptsListCommand) Run(ctx context.Context, t terminal) error {
	return server.ListReceipts(ctx, c.Receipts, t.out)
}

type receiptsSendCommand struct{ config.Receipt }

// Run has a receipt sent.
func (c *receiptsSendCommand) Run(ctx context.Context, t terminal) error {
	return server.SendReceipt(ctx, c.Receipt, t.out)
}
