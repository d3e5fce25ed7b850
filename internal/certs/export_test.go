package certs

import (
	"time"

	"github.com/caddyserver/certmagic"

	"github.com/almoner/almoner/internal/store"
)

// LockTime and LockKeep are the times of locks.
const (
	LockTime  = lockTime
	LocalTime = localTime
)

// NewKeep is the storage in a database, with a clock; locks are asked for without a pause.
func NewKeep(s *store.Store, now func() time.Time) certmagic.Storage {
	k := newKeep(s)
	k.now, k.try = now, time.Millisecond
	return k
}

// Renew has a local source look at its certificate as it does every hour.
func (l *Local) Renew() error { return l.renewInTime() }
