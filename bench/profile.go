package main

import (
	"context"
	"errors"
	"io"
	"os"
	"runtime/pprof"
	"time"

	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
)

// profiledCommand runs this program as the server of the built binary, with a CPU profile.
const profiledCommand = "serve-profiled"

// serveProfiled serves like `almoner serve`; args are the address and the database.
func serveProfiled(ctx context.Context, profile string, args []string) error {
	file, err := os.Create(profile)
	if err != nil {
		return err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return errors.Join(err, file.Close())
	}
	err = command.Serve{
		Addr: config.Address(args[0]), DB: config.Database(args[1]), Sandbox: true, ShutdownTimeout: 15 * time.Second,
		Log:    config.Log{Level: "warn", Format: "text"},
		Limits: config.Limits{TokenPerMinute: neverReached, AddressPerMinute: neverReached},
	}.Run(ctx, command.Terminal{Out: io.Discard, Err: os.Stderr})
	pprof.StopCPUProfile()
	return errors.Join(err, file.Close())
}
