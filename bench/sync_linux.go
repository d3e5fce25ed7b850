package main

import (
	"os"
	"syscall"
)

// dataSync waits until written data is on the disk.
func dataSync(f *os.File) error { return syscall.Fdatasync(int(f.Fd())) }
