package api

import (
	"context"
	"log/slog"
	"net/netip"

	"github.com/almoner/almoner/internal/fault"
)

// LogLimited logs that somebody at an address asked too often. Floods are why the log of a server is throttled.
func LogLimited(ctx context.Context, log *slog.Logger, from netip.Addr, f *fault.Error) {
	log.WarnContext(ctx, "request refused", "address", from, "error", f)
}
