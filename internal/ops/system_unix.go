//go:build linux || darwin

package ops

import "syscall"

// space is how many bytes are free on the disk of a folder, and how many it has.
func space(folder string) (free, size uint64, err error) {
	var s syscall.Statfs_t
	if err := syscall.Statfs(folder, &s); err != nil {
		return 0, 0, err
	}
	block := uint64(s.Bsize) // its type differs between systems
	return s.Bavail * block, s.Blocks * block, nil
}

// openFiles is how many files this process may have open. The runtime of Go has raised it as far as it may.
func openFiles() (uint64, error) {
	var limit syscall.Rlimit
	err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit)
	return limit.Max, err
}
