package storetest

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/seal"
	"github.com/almoner/almoner/internal/store"
)

// testCertificateFiles writes files, also such as no text can hold, and finds and deletes them by their paths.
func testCertificateFiles(t *testing.T, w *world) {
	ctx := t.Context()
	w.s.UseSecrets(seal.NewRing([]seal.Key{seal.NewKey()}, nil))
	now := time.Now().UTC().Truncate(time.Microsecond)
	put := func(name, content string) store.CertificateFile {
		f := store.CertificateFile{Name: name, Content: []byte(content), ChangedAt: now}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.PutCertificateFile(ctx, f) })
		return f
	}
	key, binary, wide := put("a/one/key", "first"), put("a/one/staple", "\x00\xff\x01"), put("a/ä_%/key", odd)
	put("ab/key", "beside")
	for _, f := range []store.CertificateFile{key, binary, wide} {
		same(t, f.Name, must.Get(w.s.GetCertificateFile(ctx, f.Name))(t), f)
	}
	key = put("a/one/key", "second")
	same(t, "written again", must.Get(w.s.GetCertificateFile(ctx, key.Name))(t), key)
	for path, want := range map[string][]string{
		"": {"a/one/key", "a/one/staple", "a/ä_%/key", "ab/key"}, "a": {"a/one/key", "a/one/staple", "a/ä_%/key"}, "a/one": {"a/one/key", "a/one/staple"}, "a/ä_%": {"a/ä_%/key"}, "a/x__": {}, "a/one/key": {},
	} {
		same(t, "below "+path, append([]string{}, slices.Sorted(slices.Values(must.Get(w.s.ListCertificateFiles(ctx, path))(t)))...), want)
	}
	for _, name := range []string{"a", "a/one/", "b", ""} {
		if _, err := w.s.GetCertificateFile(ctx, name); !fault.Is(err, fault.NotFound) {
			t.Errorf("%q: got %v, want it not found", name, err)
		}
	}
	remove := func(name string) {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteCertificateFiles(ctx, name) })
	}
	remove("a/one/staple")
	remove("nothing")
	same(t, "after one", slices.Sorted(slices.Values(must.Get(w.s.ListCertificateFiles(ctx, "a"))(t))), []string{"a/one/key", "a/ä_%/key"})
	remove("a")
	same(t, "after all below", must.Get(w.s.ListCertificateFiles(ctx, ""))(t), []string{"ab/key"})
	w.s.UseSecrets(nil)
	w.refused(fault.Unavailable, func(ctx context.Context, tx *store.Tx) error {
		return tx.PutCertificateFile(ctx, store.CertificateFile{Name: "clear", Content: []byte("x"), ChangedAt: now})
	})
}

// testCertificateLocks takes a lock, keeps it, loses it once it expired, and gives it back.
func testCertificateLocks(t *testing.T, w *world) {
	now := time.Now()
	do := func(fn func(context.Context, *store.Tx) (bool, error)) (did bool) {
		t.Helper()
		w.write(func(ctx context.Context, tx *store.Tx) (err error) {
			did, err = fn(ctx, tx)
			return err
		})
		return did
	}
	take := func(name, holder string, at time.Time) bool {
		return do(func(ctx context.Context, tx *store.Tx) (bool, error) {
			return tx.TakeCertificateLock(ctx, name, holder, at, at.Add(time.Minute))
		})
	}
	keep := func(holder string, until time.Time) bool {
		return do(func(ctx context.Context, tx *store.Tx) (bool, error) {
			return tx.KeepCertificateLock(ctx, "x", holder, until)
		})
	}
	drop := func(holder string) {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DropCertificateLock(ctx, "x", holder) })
	}
	later := now.Add(2 * time.Minute)
	for _, step := range []struct {
		name string
		got  bool
		want bool
	}{
		{"free", take("x", "a", now), true},
		{"held by another", take("x", "b", now.Add(time.Minute-time.Millisecond)), false},
		{"held by the same", take("x", "a", now), false},
		{"another lock", take("y", "b", now), true},
		{"kept by a stranger", keep("b", later), false},
		{"kept", keep("a", later), true},
		{"after it was kept", take("x", "b", now.Add(time.Minute)), false},
		{"expired", take("x", "b", later), true},
		{"kept by who lost it", keep("a", later), false},
	} {
		if step.got != step.want {
			t.Errorf("%s: got %t, want %t", step.name, step.got, step.want)
		}
	}
	drop("a") // which has lost it
	if take("x", "c", later) {
		t.Error("got a lock that another holder gave back, want it held")
	}
	drop("b")
	if !take("x", "c", later) {
		t.Error("got no lock that was given back")
	}
}
