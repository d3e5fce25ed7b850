package testpg

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"strconv"
	"syscall"
)

// owner is the account that the server runs under.
type owner struct {
	switchTo *syscall.Credential // nil: the account of this process
}

// serverOwner chooses the account: PostgreSQL refuses to run as root, so root runs it as postgres or nobody.
func serverOwner() (owner, error) {
	if os.Geteuid() != 0 {
		return owner{}, nil
	}
	for _, name := range []string{"postgres", "nobody"} {
		account, err := user.Lookup(name)
		if err != nil {
			continue
		}
		uid, errUID := strconv.ParseUint(account.Uid, 10, 32)
		gid, errGID := strconv.ParseUint(account.Gid, 10, 32)
		if err := errors.Join(errUID, errGID); err != nil {
			return owner{}, fmt.Errorf("account %s: %w", name, err)
		}
		return owner{switchTo: &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}}, nil
	}
	return owner{}, errors.New("PostgreSQL does not run as root, and there is no account postgres or nobody")
}

// chown gives the folder to the owner.
func (o owner) chown(folder string) error {
	if o.switchTo == nil {
		return nil
	}
	return os.Chown(folder, int(o.switchTo.Uid), int(o.switchTo.Gid))
}

// attributes run a process under the owner's account and end it with the thread that started it.
func (o owner) attributes() *syscall.SysProcAttr {
	return &syscall.SysProcAttr{Credential: o.switchTo, Pdeathsig: syscall.SIGQUIT}
}
