//go:build !linux && !darwin

package ops

import "errors"

var errSystem = errors.New("this system does not say")

// space is how many bytes are free on the disk of a folder, as far as this system says.
func space(string) (free, size uint64, err error) { return 0, 0, errSystem }

// openFiles is how many files this process may have open, as far as this system says.
func openFiles() (uint64, error) { return 0, errSystem }
