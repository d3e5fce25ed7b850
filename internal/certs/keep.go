package certs

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/caddyserver/certmagic"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	// lockTime is for how long a lock holds that nobody keeps: those of a node that was killed hold others up for that long. Nodes' clocks differ by less.
	lockTime = 2 * time.Minute
	// lockKeep is how often the holder keeps a lock, lockTry how often others ask whether it is free.
	lockKeep, lockTry = 30 * time.Second, time.Second
)

// keep is a certmagic.Storage in the database, for all nodes.
type keep struct {
	store *store.Store
	now   func() time.Time
	// try is how often a lock is asked for.
	try time.Duration

	mu sync.Mutex
	// held are the locks of this process, by name: who holds each in the database, and what stops keeping it.
	held map[string]heldLock
}

type heldLock struct {
	holder string
	stop   context.CancelFunc
}

func newKeep(s *store.Store) *keep {
	return &keep{store: s, now: time.Now, try: lockTry, held: map[string]heldLock{}}
}

func (k *keep) write(ctx context.Context, fn func(context.Context, *store.Tx) error) error {
	return k.store.Write(ctx, fund.ID{}, fn)
}

// Store is part of certmagic.Storage.
func (k *keep) Store(ctx context.Context, key string, value []byte) error {
	return k.write(ctx, func(ctx context.Context, t *store.Tx) error {
		return t.PutCertificateFile(ctx, store.CertificateFile{Name: key, Content: value, ChangedAt: k.now()})
	})
}

// Load is part of certmagic.Storage.
func (k *keep) Load(ctx context.Context, key string) ([]byte, error) {
	f, err := k.store.GetCertificateFile(ctx, key)
	return f.Content, missing(key, err)
}

// missing is an error as certmagic knows it.
func missing(key string, err error) error {
	if fault.Is(err, fault.NotFound) {
		return fmt.Errorf("%s: %w", key, fs.ErrNotExist)
	}
	return err
}

// Delete is part of certmagic.Storage.
func (k *keep) Delete(ctx context.Context, key string) error {
	return k.write(ctx, func(ctx context.Context, t *store.Tx) error { return t.DeleteCertificateFiles(ctx, key) })
}

// Exists is part of certmagic.Storage.
func (k *keep) Exists(ctx context.Context, key string) bool {
	_, err := k.Stat(ctx, key)
	return err == nil
}

// List is part of certmagic.Storage.
func (k *keep) List(ctx context.Context, path string, recursive bool) ([]string, error) {
	path = strings.Trim(path, "/")
	files, err := k.store.ListCertificateFiles(ctx, path)
	if err != nil {
		return nil, err
	}
	if len(files) == 0 && path != "" {
		return nil, fmt.Errorf("%s: %w", path, fs.ErrNotExist)
	}
	var all []string
	for _, file := range files {
		all = append(all, below(path, file, recursive)...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// below is what stands between a path and a file: the folders and the file, or else only the first of them.
func below(path, file string, recursive bool) []string {
	rest := file
	if path != "" {
		rest = strings.TrimPrefix(file, path+"/")
		path += "/"
	}
	var all []string
	for i, c := range rest {
		if c == '/' {
			all = append(all, path+rest[:i])
		}
	}
	all = append(all, path+rest)
	if !recursive {
		return all[:1]
	}
	return all
}

// Stat is part of certmagic.Storage.
func (k *keep) Stat(ctx context.Context, key string) (certmagic.KeyInfo, error) {
	f, err := k.store.GetCertificateFile(ctx, key)
	if err == nil {
		return certmagic.KeyInfo{Key: key, Modified: f.ChangedAt, Size: int64(len(f.Content)), IsTerminal: true}, nil
	}
	if !fault.Is(err, fault.NotFound) {
		return certmagic.KeyInfo{}, err
	}
	files, unread := k.store.ListCertificateFiles(ctx, key)
	if unread != nil {
		return certmagic.KeyInfo{}, unread
	}
	if len(files) == 0 {
		return certmagic.KeyInfo{}, missing(key, err)
	}
	return certmagic.KeyInfo{Key: key}, nil
}

// Lock is part of certmagic.Storage: it waits until nobody else holds the lock, on whatever node.
func (k *keep) Lock(ctx context.Context, name string) error {
	var bits [16]byte
	_, _ = rand.Read(bits[:]) // it never fails
	holder := hex.EncodeToString(bits[:])
	for {
		taken, err := k.take(ctx, name, holder)
		if err != nil || taken {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(k.try):
		}
	}
}

func (k *keep) take(ctx context.Context, name, holder string) (taken bool, err error) {
	err = k.write(ctx, func(ctx context.Context, t *store.Tx) (err error) {
		now := k.now()
		taken, err = t.TakeCertificateLock(ctx, name, holder, now, now.Add(lockTime))
		return err
	})
	if err != nil || !taken {
		return false, err
	}
	// Who holds the lock gives it back in a context of its own, or the process ends.
	keeping, stop := context.WithCancel(context.WithoutCancel(ctx))
	k.mu.Lock()
	k.held[name] = heldLock{holder, stop}
	k.mu.Unlock()
	go k.keepLock(keeping, name, holder)
	return true, nil
}

// keepLock keeps a lock until ctx ends, or it is lost.
func (k *keep) keepLock(ctx context.Context, name, holder string) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-time.After(lockKeep):
		}
		kept := true
		err := k.write(ctx, func(ctx context.Context, t *store.Tx) (err error) {
			kept, err = t.KeepCertificateLock(ctx, name, holder, k.now().Add(lockTime))
			return err
		})
		if err == nil && !kept {
			return
		}
	}
}

// Unlock is part of certmagic.Storage.
func (k *keep) Unlock(ctx context.Context, name string) error {
	k.mu.Lock()
	held, is := k.held[name]
	delete(k.held, name)
	k.mu.Unlock()
	if !is {
		return fmt.Errorf("%s: this process holds no such lock", name)
	}
	held.stop()
	return k.write(context.WithoutCancel(ctx), func(ctx context.Context, t *store.Tx) error {
		return t.DropCertificateLock(ctx, name, held.holder)
	})
}
