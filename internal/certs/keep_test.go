package certs_test

import (
	"context"
	"errors"
	"io/fs"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/caddyserver/certmagic"

	"github.com/almoner/almoner/internal/certs"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testpg"
)

// TestMain stops the private PostgreSQL server after all tests of the package.
func TestMain(m *testing.M) { testpg.Main(m) }

// onBoth runs a test with two nodes over one database of each kind.
func onBoth(t *testing.T, test func(t *testing.T, one, other *store.Store)) {
	t.Helper()
	for name, database := range map[string]func(testing.TB) string{"SQLite": storetest.SQLite, "PostgreSQL": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := database(t)
			test(t, storetest.OpenAt(t, url, store.Options{}), storetest.OpenAt(t, url, store.Options{}))
		})
	}
}

// TestStorageIsAsCertmagicWantsIt holds the storage to what the comments of certmagic.Storage say.
func TestStorageIsAsCertmagicWantsIt(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, first, second *store.Store) {
		ctx, began := t.Context(), time.Now()
		one, other := certs.NewKeep(first, time.Now), certs.NewKeep(second, time.Now)
		put := func(key, value string) { must.Do(t, one.Store(ctx, key, []byte(value))) }
		put("acme/ca/users/x/x.json", "account")
		put("certificates/ca/a.org/a.org.crt", "old")
		put("certificates/ca/a.org/a.org.crt", "new")
		put("certificates/ca/b.org/b.org.crt", "\x00\xff")
		put("certificates/ca/b.org.extra", "")
		for key, want := range map[string]string{"certificates/ca/a.org/a.org.crt": "new", "certificates/ca/b.org/b.org.crt": "\x00\xff", "certificates/ca/b.org.extra": ""} {
			if got, err := other.Load(ctx, key); err != nil || string(got) != want {
				t.Errorf("%s on another node: got %q, %v, want %q", key, got, err, want)
			}
		}
		for _, key := range []string{"certificates/ca/a.org", "nothing", "certificates/ca/a.org/a.org.cr"} {
			if _, err := other.Load(ctx, key); !errors.Is(err, fs.ErrNotExist) {
				t.Errorf("load %s: got %v, want fs.ErrNotExist", key, err)
			}
		}
		for key, want := range map[string]bool{"certificates/ca/a.org": true, "certificates/ca/a.org/a.org.crt": true, "certificates/ca/a": false, "acme": true} {
			if got := other.Exists(ctx, key); got != want {
				t.Errorf("exists %s: got %t, want %t", key, got, want)
			}
		}
		file, err := other.Stat(ctx, "certificates/ca/b.org/b.org.crt")
		if err != nil || !file.IsTerminal || file.Size != 2 || file.Modified.Before(began.Add(-time.Second)) || file.Key != "certificates/ca/b.org/b.org.crt" {
			t.Errorf("stat: got %+v, %v, want a file of two bytes", file, err)
		}
		if folder, err := other.Stat(ctx, "certificates/ca"); err != nil || folder.IsTerminal {
			t.Errorf("stat: got %+v, %v, want a folder", folder, err)
		}
		if _, err := other.Stat(ctx, "certificates/c"); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("stat: got %v, want fs.ErrNotExist", err)
		}
		testLists(t, other)
		must.Do(t, one.Delete(ctx, "certificates/ca/a.org"))
		must.Do(t, one.Delete(ctx, "certificates/ca/a.org"))
		if got, err := other.List(ctx, "certificates/ca", false); err != nil || !slices.Equal(got, []string{"certificates/ca/b.org", "certificates/ca/b.org.extra"}) {
			t.Errorf("after a folder was deleted: got %v, %v", got, err)
		}
	})
}

func testLists(t *testing.T, s certmagic.Storage) {
	t.Helper()
	for _, c := range []struct {
		path      string
		recursive bool
		want      []string
	}{
		{"", false, []string{"acme", "certificates"}},
		{"certificates/ca", false, []string{"certificates/ca/a.org", "certificates/ca/b.org", "certificates/ca/b.org.extra"}},
		{"certificates", true, []string{
			"certificates/ca", "certificates/ca/a.org", "certificates/ca/a.org/a.org.crt", "certificates/ca/b.org", "certificates/ca/b.org.extra", "certificates/ca/b.org/b.org.crt",
		}},
	} {
		if got, err := s.List(t.Context(), c.path, c.recursive); err != nil || !slices.Equal(got, c.want) {
			t.Errorf("list %q, recursive %t: got %v, %v, want %v", c.path, c.recursive, got, err, c.want)
		}
	}
	if got, err := s.List(t.Context(), "certificates/c", true); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("list of what is not there: got %v, %v, want fs.ErrNotExist", got, err)
	}
}

// TestLocksHoldOnAllNodes has workers on two nodes take turns.
func TestLocksHoldOnAllNodes(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, first, second *store.Store) {
		ctx := t.Context()
		nodes := []certmagic.Storage{certs.NewKeep(first, time.Now), certs.NewKeep(second, time.Now)}
		var inside, turns atomic.Int32
		var all sync.WaitGroup
		for i := range 6 {
			all.Go(func() {
				if err := nodes[i%2].Lock(ctx, "issue"); err != nil {
					t.Error(err)
					return
				}
				if n := inside.Add(1); n != 1 {
					t.Errorf("got %d holders of one lock, want one", n)
				}
				turns.Add(1)
				inside.Add(-1)
				if err := nodes[i%2].Unlock(ctx, "issue"); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		if turns.Load() != 6 {
			t.Errorf("got %d turns, want 6", turns.Load())
		}
		if err := nodes[0].Unlock(ctx, "issue"); err == nil {
			t.Error("got a lock back that nobody holds, want an error")
		}
	})
}

// TestALockOfADeadNodeEnds waits for a lock that nobody gives back: as long as it holds, and no longer; and gives up when it is told to.
func TestALockOfADeadNodeEnds(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, first, second *store.Store) {
		now := time.Now()
		var ahead atomic.Int64
		dead := certs.NewKeep(first, func() time.Time { return now })
		other := certs.NewKeep(second, func() time.Time { return now.Add(time.Duration(ahead.Load())) })
		must.Do(t, dead.Lock(t.Context(), "issue"))
		must.Do(t, other.Lock(t.Context(), "another lock"))
		ahead.Store(int64(certs.LockTime - time.Millisecond))
		soon, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
		defer cancel()
		if err := other.Lock(soon, "issue"); !errors.Is(err, context.DeadlineExceeded) && soon.Err() == nil {
			t.Errorf("got %v, want the lock held", err)
		}
		ahead.Store(int64(certs.LockTime))
		must.Do(t, other.Lock(t.Context(), "issue"))
		must.Do(t, other.Unlock(t.Context(), "issue"))
	})
}
