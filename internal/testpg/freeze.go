//go:build unix

package testpg

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
)

// Freeze stops all processes of the server as they stand: connections stay open, new ones are taken, and nothing is answered. Thaw lets them go
// on; the end of the test does, too.
func (s *Server) Freeze(tb testing.TB) {
	tb.Helper()
	if err := s.cluster.freeze(tb.Context()); err != nil {
		tb.Fatalf("testpg: %v", err)
	}
}

// Thaw lets a frozen server go on.
func (s *Server) Thaw(tb testing.TB) {
	tb.Helper()
	if err := s.cluster.thaw(); err != nil {
		tb.Fatalf("testpg: %v", err)
	}
}

// freeze stops the first process before it asks for the others, so that no more are started meanwhile.
func (c *cluster) freeze(ctx context.Context) error {
	conn, err := pgx.Connect(ctx, c.url)
	if err != nil {
		return fmt.Errorf("freeze: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	c.frozen = []int{c.server.Process.Pid}
	if err := c.signal(syscall.SIGSTOP); err != nil {
		return err
	}
	rows, err := conn.Query(ctx, "SELECT pid FROM pg_stat_activity")
	if err != nil {
		return fmt.Errorf("processes of the server: %w", err)
	}
	others, err := pgx.CollectRows(rows, pgx.RowTo[int])
	if err != nil {
		return fmt.Errorf("processes of the server: %w", err)
	}
	c.frozen = append(c.frozen, others...)
	return c.signal(syscall.SIGSTOP)
}

// Kill ends all processes of the server where they stand, as a power cut does. Restart starts it again on its files.
func (s *Server) Kill(tb testing.TB) {
	tb.Helper()
	if err := s.cluster.kill(); err != nil {
		tb.Fatalf("testpg: %v", err)
	}
}

func (c *cluster) kill() error {
	ctx, cancel := context.WithTimeout(context.Background(), adminTimeout)
	defer cancel()
	if err := c.freeze(ctx); err != nil {
		return err
	}
	c.killed = true
	if err := c.signal(syscall.SIGKILL); err != nil {
		return err
	}
	c.frozen = nil
	<-c.exited
	return nil
}

func (c *cluster) thaw() error {
	err := c.signal(syscall.SIGCONT)
	c.frozen = nil
	return err
}

// signal reaches all frozen processes but those that have ended.
func (c *cluster) signal(what syscall.Signal) error {
	for _, pid := range c.frozen {
		if err := syscall.Kill(pid, what); err != nil && !errors.Is(err, syscall.ESRCH) {
			return fmt.Errorf("signal %v to process %d: %w", what, pid, err)
		}
	}
	return nil
}
