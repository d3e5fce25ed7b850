//go:build !unix

package speech

import "os/exec"

// together does nothing where there are no process groups: the command alone is killed.
func together(*exec.Cmd) {}

func end(*exec.Cmd) {}
