//go:build linux

package crash_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
)

// envMounts is set in the process that has mounts of its own.
const envMounts = "ALMONER_CRASH_MOUNTS"

// needRoot fails where the test is run by a user who is not root.
func needRoot(t *testing.T, why string) {
	t.Helper()
	if os.Getenv(envMounts) == "" && os.Getuid() != 0 {
		t.Fatalf("this test needs root: %s", why)
	}
}

// withOwnMounts runs the test in a process whose mounts nobody else sees: they are gone with it, however it ends.
// Where that process is the present one it gives true.
func withOwnMounts(t *testing.T) bool {
	t.Helper()
	if os.Getenv(envMounts) != "" {
		return true
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	again := exec.CommandContext(t.Context(), self, "-test.run=^"+t.Name()+"$", "-test.v", "-test.timeout=10m")
	again.Env = append(os.Environ(), envMounts+"=1")
	again.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	if os.Getuid() != 0 {
		again.SysProcAttr.Cloneflags = syscall.CLONE_NEWUSER
		again.SysProcAttr.UidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getuid(), Size: 1}}
		again.SysProcAttr.GidMappings = []syscall.SysProcIDMap{{ContainerID: 0, HostID: os.Getgid(), Size: 1}}
	}
	out, err := again.CombinedOutput()
	switch {
	case err != nil && len(out) == 0:
		t.Fatalf("no mounts of its own: %v. This test needs root with CAP_SYS_ADMIN, or a kernel that gives everybody user namespaces", err)
	case err != nil:
		t.Fatalf("%v\n%s", err, out)
	}
	t.Logf("%s", out)
	return false
}

// program runs a program that a test cannot do without.
func program(t *testing.T, name string, args ...string) {
	t.Helper()
	if out, err := exec.CommandContext(t.Context(), name, args...).CombinedOutput(); err != nil {
		t.Fatalf("%s %v: %v: %s. This test needs the programs of mount and e2fsprogs, and the right to mount", name, args, err, out)
	}
}

// smallDisk mounts a file system in memory, with room for a demo and for as much of a journal as SQLite lets grow.
func smallDisk(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	program(t, "mount", "-t", "tmpfs", "-o", "size=96m", "almoner-crash", folder)
	t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
	return folder
}

// strictDisk mounts a file system that heeds the immutable flag also for files that are open, as ext4 does. No kernel
// makes a whole file system read-only by request while a file in it is open for writing.
func strictDisk(t *testing.T) string {
	t.Helper()
	image, folder := filepath.Join(t.TempDir(), "image"), t.TempDir()
	if err := os.WriteFile(image, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(image, 64<<20); err != nil {
		t.Fatal(err)
	}
	program(t, "mkfs.ext4", "-q", "-F", "-O", "^has_journal", image)
	program(t, "mount", "-o", "loop", image, folder)
	t.Cleanup(func() { _ = syscall.Unmount(folder, syscall.MNT_DETACH) })
	return folder
}
