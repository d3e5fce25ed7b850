//go:build !unix

package testpg

import "testing"

// Freeze skips the test: processes cannot be stopped as they stand here.
func (s *Server) Freeze(tb testing.TB) {
	tb.Helper()
	tb.Skip("testpg: servers cannot be frozen here")
}

// Thaw has nothing to do.
func (s *Server) Thaw(tb testing.TB) { tb.Helper() }

// Kill skips the test: processes cannot be ended as they stand here.
func (s *Server) Kill(tb testing.TB) {
	tb.Helper()
	tb.Skip("testpg: servers cannot be killed here")
}

// thaw has nothing to do where no server can be frozen.
func (c *cluster) thaw() error { return nil }
