//go:build !linux

package testpg

import "syscall"

// owner is the account that the server runs under: that of this process.
type owner struct{}

func serverOwner() (owner, error) { return owner{}, nil }

func (owner) chown(string) error { return nil }

func (owner) attributes() *syscall.SysProcAttr { return nil }
