package testpg

import (
	"fmt"
	"testing"
)

// Server is a server of one test, which may stop it and start it again. It ends with the test.
type Server struct {
	// URL is that of an empty database.
	URL     string
	cluster *cluster
}

// Own starts a server for one test.
func Own(tb testing.TB) *Server {
	tb.Helper()
	skipShort(tb)
	c, err := startCluster()
	if err != nil {
		tb.Fatalf("testpg: %v", err)
	}
	tb.Cleanup(func() {
		if err := c.stop(); err != nil {
			tb.Errorf("testpg: %v", err)
		}
	})
	return &Server{URL: c.url, cluster: c}
}

// Stop ends the server as an administrator does: connections are closed, and new ones are refused.
func (s *Server) Stop(tb testing.TB) {
	tb.Helper()
	if err := s.cluster.halt(); err != nil {
		tb.Fatalf("testpg: %v", err)
	}
}

// Restart starts a stopped server again.
func (s *Server) Restart(tb testing.TB) {
	tb.Helper()
	if err := s.cluster.again(); err != nil {
		tb.Fatalf("testpg: %v", err)
	}
}

// again starts a halted server on its files.
func (c *cluster) again() error {
	bin, err := findPrograms()
	if err != nil {
		return err
	}
	as, err := serverOwner()
	if err != nil {
		return fmt.Errorf("start postgres again: %w", err)
	}
	return c.launch(bin, as)
}
