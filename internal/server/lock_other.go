//go:build !unix

package server

import "os"

// writable knows nothing here: the database says at its first write what is wrong.
func writable(string) error { return nil }

// lockFile locks nothing: this system has no advisory locks that end with the process.
func lockFile(*os.File) error { return nil }
