package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// conditions prints the conditions of the run.
func (b *bench) conditions(ctx context.Context, w io.Writer) {
	line := func(name, value string) { _, _ = fmt.Fprintf(w, "- %s: %s\n", name, value) }
	line("date", time.Now().UTC().Format("2006-01-02 15:04 UTC"))
	line("commit", output(ctx, "git", "describe", "--always", "--dirty"))
	line("machine", fmt.Sprintf("%s, %d cores, shared by clients, servers and databases; %s/%s", cpu(), runtime.NumCPU(), runtime.GOOS, runtime.GOARCH))
	line("Go", runtime.Version())
	line("disk", b.probe())
	if b.postgres != "" {
		line("PostgreSQL", b.version(ctx))
	}
	line("turns", fmt.Sprintf("%d of %s each; medians, and medians of the ratios turn by turn; %d and %d callers", b.turns, b.turn, connections, manyWaiting))
}

func output(ctx context.Context, name string, args ...string) string {
	out, err := exec.CommandContext(ctx, name, args...).Output()
	if err != nil {
		return "none"
	}
	return strings.TrimSpace(string(out))
}

// cpu is the processor model as reported by Linux.
func cpu() string {
	file, err := os.Open("/proc/cpuinfo")
	if err != nil {
		return "unknown processor"
	}
	defer func() { _ = file.Close() }()
	for lines := bufio.NewScanner(file); lines.Scan(); {
		if name, value, ok := strings.Cut(lines.Text(), ":"); ok && strings.TrimSpace(name) == "model name" {
			return strings.TrimSpace(value)
		}
	}
	return "unknown processor"
}

// probe counts how many times per second 4 KiB can be written and synced, one after the other.
func (b *bench) probe() string {
	file, err := os.Create(filepath.Join(b.folder, "probe"))
	if err != nil {
		return err.Error()
	}
	defer func() { _ = file.Close() }()
	block, n, began := make([]byte, 4096), 0, time.Now()
	for ; time.Since(began) < time.Second; n++ {
		if _, err := file.Write(block); err != nil {
			return err.Error()
		}
		if err := dataSync(file); err != nil {
			return err.Error()
		}
	}
	return fmt.Sprintf("%s appends of 4 KiB with fdatasync", perSecond(float64(n)/time.Since(began).Seconds()))
}

func (b *bench) version(ctx context.Context) string {
	conn, err := pgx.Connect(ctx, b.postgres)
	if err != nil {
		return err.Error()
	}
	defer func() { _ = conn.Close(ctx) }()
	var version, fsync, commit string
	err = conn.QueryRow(ctx, "SELECT current_setting('server_version'), current_setting('fsync'), current_setting('synchronous_commit')").
		Scan(&version, &fsync, &commit)
	if err != nil {
		return err.Error()
	}
	return fmt.Sprintf("%s, fsync %s, synchronous_commit %s, on a unix socket", version, fsync, commit)
}
