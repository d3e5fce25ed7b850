//go:build !unix

package server

import "os"

// lockFile locks nothing: this system has no advisory locks that end with the process.
func lockFile(*os.File) error { return nil }
