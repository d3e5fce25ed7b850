//go:build unix

package server

import (
	"errors"
	"os"
	"syscall"
)

// lockFile holds until the file is closed or the process ends, however it ends.
func lockFile(file *os.File) error {
	err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return errHeld
	}
	return err
}
