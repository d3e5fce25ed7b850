//go:build unix

package server

import (
	"errors"
	"os"
	"syscall"
)

// writeAccess is W_OK of access(2).
const writeAccess = 2

// writable reports, without opening it, why a file cannot be written to.
func writable(path string) error { return syscall.Access(path, writeAccess) }

// lockFile holds until the file is closed or the process ends, however it ends.
func lockFile(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errHeld
	}
	return err
}
