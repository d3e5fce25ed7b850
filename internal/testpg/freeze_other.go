//go:build !unix

package testpg

// thaw has nothing to do where no server can be frozen.
func (c *cluster) thaw() error { return nil }
