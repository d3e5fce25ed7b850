package testpg

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// standbyName is what a primary calls the standby that it waits for.
const standbyName = "standby"

// defaultPort is in the name of a server's socket.
const defaultPort = 5432

// alone are the settings of a server that waits for no standby, whatever its files say.
var alone = []string{"-c", "synchronous_standby_names="}

// Address is where the server can be dialed.
func (s *Server) Address() (network, address string) {
	return pgconn.NetworkAddress(s.cluster.dir, defaultPort)
}

// Standby starts a server that repeats everything that this one commits. From then on no commit of this one is answered before the standby has
// it. The standby ends with the test.
func (s *Server) Standby(tb testing.TB) *Server {
	tb.Helper()
	copied := s.copy(tb, "--write-recovery-conf")
	copied.settings = append([]string{"-c", "cluster_name=" + standbyName, "-c", "wal_retrieve_retry_interval=200ms"}, alone...)
	standby := copied.open(tb)
	for _, statement := range []string{
		"ALTER SYSTEM SET synchronous_standby_names = '" + standbyName + "'", "SELECT pg_reload_conf()",
	} {
		if err := admin(s.URL, statement); err != nil {
			tb.Fatalf("testpg: %v", err)
		}
	}
	if err := s.cluster.synchronous(); err != nil {
		tb.Fatalf("testpg: %v", err)
	}
	return standby
}

// Promote makes a standby a server of its own, which waits for no other.
func (s *Server) Promote(tb testing.TB) {
	tb.Helper()
	if err := admin(s.URL, "SELECT pg_promote()"); err != nil {
		tb.Fatalf("testpg: %v", err)
	}
}

// Backup copies the files of the running server. The function that it returns starts a server on the copy, which ends with the test.
func (s *Server) Backup(tb testing.TB) (restore func(testing.TB) *Server) {
	tb.Helper()
	copied := s.copy(tb)
	copied.settings = alone
	return copied.open
}

// copy makes a server of the files of this one. It is not started.
func (s *Server) copy(tb testing.TB, flags ...string) *cluster {
	tb.Helper()
	copied, err := s.cluster.copy(flags)
	if err != nil {
		tb.Fatalf("testpg: %v", err)
	}
	tb.Cleanup(func() { _ = os.RemoveAll(copied.dir) })
	return copied
}

// open starts the server for a test.
func (c *cluster) open(tb testing.TB) *Server {
	tb.Helper()
	if err := c.again(); err != nil {
		tb.Fatalf("testpg: %v", err)
	}
	tb.Cleanup(func() {
		if err := c.stop(); err != nil {
			tb.Errorf("testpg: %v", err)
		}
	})
	return &Server{URL: c.url, cluster: c}
}

func (c *cluster) copy(flags []string) (*cluster, error) {
	bin, err := findPrograms()
	if err != nil {
		return nil, err
	}
	as, err := serverOwner()
	if err != nil {
		return nil, err
	}
	dir, err := os.MkdirTemp("/tmp", "almoner-pg-")
	if err != nil {
		return nil, fmt.Errorf("folder of the copy: %w", err)
	}
	if err := as.chown(dir); err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	words := append([]string{"--pgdata", filepath.Join(dir, "data"), "--host", c.dir, "--username", superuser, "--checkpoint", "fast"}, flags...)
	program := exec.Command(filepath.Join(bin, "pg_basebackup"), words...) //nolint:noctx // it has to finish whatever test asked
	program.Dir, program.SysProcAttr = dir, as.attributes()
	if out, err := program.CombinedOutput(); err != nil {
		return nil, errors.Join(fmt.Errorf("pg_basebackup: %w\n%s", err, out), os.RemoveAll(dir))
	}
	return &cluster{dir: dir, url: urlIn(dir)}, nil
}

// synchronous waits until the primary waits for its standby.
func (c *cluster) synchronous() error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.url)
	if err != nil {
		return fmt.Errorf("standby: %w", err)
	}
	defer func() { _ = conn.Close(ctx) }()
	tick := time.NewTicker(pollEvery)
	defer tick.Stop()
	for {
		var there bool
		err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT 1 FROM pg_stat_replication WHERE application_name = $1 AND sync_state = 'sync')", standbyName).Scan(&there)
		if err != nil || there {
			return err
		}
		<-tick.C
	}
}
