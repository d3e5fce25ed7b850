package storetest

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// pictureNamed is a picture whose hash repeats two digits.
func pictureNamed(digits string) fund.Picture {
	return fund.Picture{Hash: strings.Repeat(digits, 32), Type: "jpg"}
}

// testPictures keeps pictures as long as something shows them, and for a while after.
func testPictures(t *testing.T, w *world) {
	ctx := t.Context()
	cause := w.cause("cause")
	fact := w.campaign(cause, w.user("ann"), "fact")
	other := w.campaign(cause, w.user("bob"), "other")
	now := start
	at := func(tx *store.Tx) *store.Tx {
		tx.At(now)
		return tx
	}
	put := func(f fund.Fact, p fund.Picture) {
		t.Helper()
		fresh := must.Get(w.s.GetFact(ctx, store.FactKey{Key: fund.Key{ID: f.ID}}))(t)
		fresh.Cover = p.Address()
		use := fund.PictureUse{ID: w.id(), Subject: f.ID, Owner: f.User.ID, Slot: fund.SlotCover, Picture: p, Bytes: 3}
		w.write(func(ctx context.Context, tx *store.Tx) error {
			if err := at(tx).UpdateFact(ctx, fresh); err != nil {
				return err
			}
			return tx.PutPicture(ctx, use, []fund.PictureSize{{Width: 64, Content: []byte("a")}, {Width: 128, Content: []byte("bb")}})
		})
	}
	read := func(p fund.Picture, width int) string {
		size, err := w.s.GetPicture(ctx, p, width)
		if fault.Is(err, fault.NotFound) {
			return ""
		}
		must.Do(t, err)
		return string(size.Content)
	}
	drop := func(what string, want int) {
		t.Helper()
		due := must.Get(w.s.DueWork(ctx, fund.WorkPicture, now, 9))(t)
		same(t, what, len(due), want)
		for _, id := range due {
			w.write(func(ctx context.Context, tx *store.Tx) error { return at(tx).DropPicture(ctx, id, now) })
		}
	}
	bytes := func(of fund.Fact) int64 { return must.Get(w.s.PictureBytes(ctx, of.User.ID))(t) }
	first, second := pictureNamed("1f"), pictureNamed("2e")

	put(fact, first)
	put(other, first)
	for width, want := range map[int]string{0: "bb", 1: "a", 64: "a", 127: "a", 128: "bb", 5000: "bb"} {
		same(t, "size", read(first, width), want)
	}
	same(t, "another type", read(fund.Picture{Hash: first.Hash, Type: "png"}, 64), "")
	same(t, "no hash", read(fund.Picture{Hash: "x", Type: "jpg"}, 64), "")
	same(t, "read with the fact", must.Get(w.s.GetFact(ctx, store.FactKey{Key: fund.Key{ID: fact.ID}}))(t).Cover, first.Address())

	// A picture that is replaced stays for the grace, and counts; the other fact still shows it after.
	put(fact, second)
	same(t, "bytes with what was replaced", bytes(fact), int64(6))
	now = now.Add(fund.PictureGrace - time.Microsecond)
	drop("before the grace is over", 0)
	now = now.Add(time.Microsecond)
	drop("after the grace", 1)
	same(t, "bytes", bytes(fact), int64(3))
	same(t, "shown elsewhere", read(first, 64), "a")

	// Nothing shows it any more.
	put(other, second)
	now = now.Add(fund.PictureGrace)
	drop("its last use", 1)
	same(t, "gone", read(first, 64), "")
	same(t, "of the other", read(second, 64), "a")

	// Whoever writes the address again before the grace is over keeps it.
	move := func(cover string) {
		fresh := must.Get(w.s.GetFact(ctx, store.FactKey{Key: fund.Key{ID: fact.ID}}))(t)
		fresh.Cover = cover
		w.write(func(ctx context.Context, tx *store.Tx) error { return at(tx).UpdateFact(ctx, fresh) })
	}
	move("https://example.org/cover.png")
	move(second.Address())
	now = now.Add(fund.PictureGrace)
	drop("shown again", 1)
	drop("goes on", 0)

	// A fact that is deleted shows nothing.
	for _, f := range []fund.Fact{fact, other} {
		w.write(func(ctx context.Context, tx *store.Tx) error { return at(tx).DeleteFact(ctx, f.ID) })
	}
	same(t, "for a while", read(second, 64), "a")
	now = now.Add(fund.PictureGrace)
	drop("of facts that were deleted", 2)
	same(t, "of no fact", read(second, 64), "")
}
