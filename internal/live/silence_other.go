//go:build !linux

package live

import "net"

// limitSilence does nothing where there is no such setting: a dead line ends when the system gives up, or at the connection's greatest age.
func limitSilence(net.Conn) {}
