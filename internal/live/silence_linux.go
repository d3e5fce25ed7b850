package live

import (
	"net"
	"syscall"
)

// tcpUserTimeout is TCP_USER_TIMEOUT of tcp(7), which package syscall does not name.
const tcpUserTimeout = 18

// limitSilence ends a connection once what was sent has not been acknowledged for maxSilence. Without it the system repeats what it sent for about
// 15 minutes, and every heartbeat to a line that is dead succeeds until then.
func limitSilence(c net.Conn) {
	of, ok := c.(syscall.Conn)
	if !ok {
		return
	}
	raw, err := of.SyscallConn()
	if err != nil {
		return // it is closed
	}
	// A system that refuses it leaves the connection as it was.
	_ = raw.Control(func(fd uintptr) {
		_ = syscall.SetsockoptInt(int(fd), syscall.IPPROTO_TCP, tcpUserTimeout, int(maxSilence.Milliseconds()))
	})
}
