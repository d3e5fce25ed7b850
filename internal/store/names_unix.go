//go:build unix

package store

import (
	"io/fs"
	"syscall"
)

// names is how many names (hard links) a file has.
func names(info fs.FileInfo) uint64 {
	if stat, is := info.Sys().(*syscall.Stat_t); is {
		return uint64(stat.Nlink) //nolint:unconvert // its type differs between systems
	}
	return 1
}
