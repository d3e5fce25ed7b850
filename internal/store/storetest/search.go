package storetest

import (
	"context"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// testSearchNames finds names by the beginnings of their words, and follows a change.
func testSearchNames(t *testing.T, w *world) {
	ctx := t.Context()
	cause, ann, red := w.cause("harbor lights"), w.user("harborann"), w.team("red harbor")
	fold := func() {
		for must.Get(w.s.FoldWords(ctx))(t) > 0 {
		}
	}
	find := func(words ...string) store.Found {
		t.Helper()
		return must.Get(w.s.SearchNames(ctx, words, 9))(t)
	}
	fold()
	all := find("harb")
	same(t, "facts", all.Facts, []fund.ID{cause.ID})
	same(t, "users", all.Users, []fund.ID{ann.ID})
	same(t, "teams", all.Teams, []fund.ID{red.ID})
	same(t, "both words", find("harbor", "li"), store.Found{Facts: []fund.ID{cause.ID}})
	for _, words := range [][]string{nil, {"arbor"}, {"harbor", "none"}, {"harbors"}, {"\xf4"}} {
		same(t, "nothing", find(words...), store.Found{})
	}
	same(t, "limited", must.Get(w.s.SearchNames(ctx, []string{"harb"}, 1))(t), store.Found{Users: nil, Facts: []fund.ID{cause.ID}})
	w.write(func(ctx context.Context, tx *store.Tx) error {
		f := w.read(cause.ID)
		f.Name = "Été"
		tx.Append(fund.Event{Topic: fund.TopicFactChanged, Subject: f.ID, At: start})
		return tx.UpdateFact(ctx, f)
	})
	fold()
	same(t, "renamed", find("ete"), store.Found{Facts: []fund.ID{cause.ID}})
	same(t, "former name", find("lights"), store.Found{})
	same(t, "by id", len(must.Get(w.s.FactsByID(ctx, []fund.ID{cause.ID, w.id()}))(t)), 1)
}
