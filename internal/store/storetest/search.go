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
		for must.Get(w.s.FoldWords(ctx))(t).Events > 0 {
		}
	}
	find := func(words ...string) store.Found {
		t.Helper()
		found, more, err := w.s.SearchNames(ctx, words, 0, 9)
		must.Do(t, err)
		same(t, "more", more, false)
		return found
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
	pages(t, w, []string{"harb"}, store.Found{Facts: []fund.ID{cause.ID}}, store.Found{Teams: []fund.ID{red.ID}}, store.Found{Users: []fund.ID{ann.ID}}, store.Found{})
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

// pages wants the pages of a search, each of one name, to be these; more follow but for the last two.
func pages(t *testing.T, w *world, words []string, want ...store.Found) {
	t.Helper()
	for i, one := range want {
		got, more, err := w.s.SearchNames(t.Context(), words, i, 1)
		must.Do(t, err)
		same(t, "page", got, one)
		same(t, "more pages", more, i < len(want)-2)
	}
}

// testSearchNamesThatAreSeen looks for names that nobody else may see, and for one with two words that begin as the question does.
func testSearchNamesThatAreSeen(t *testing.T, w *world) {
	ctx := t.Context()
	cause, user, team := w.cause("quay quarter"), w.user("quayside"), w.team("quays")
	w.campaign(cause, user, "quay draft", func(f *fund.Fact) { f.Status = fund.Unpublished })
	hidden := w.campaign(cause, user, "quay taken down")
	shown := w.campaign(cause, user, "quay shown", func(f *fund.Fact) { f.Status = fund.Retired })
	suspend := func(id fund.ID) {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SetApproval(ctx, id, fund.Suspended, "Fraud") })
	}
	suspend(hidden.ID)
	for must.Get(w.s.FoldWords(ctx))(t).Events > 0 {
	}
	pages(t, w, []string{"qua"}, store.Found{Facts: []fund.ID{cause.ID}}, store.Found{Facts: []fund.ID{shown.ID}}, store.Found{Teams: []fund.ID{team.ID}}, store.Found{Users: []fund.ID{user.ID}}, store.Found{})
	w.write(func(ctx context.Context, tx *store.Tx) error {
		team.DisbandedAt = start
		if err := tx.SetUserDisabled(ctx, user.ID, start); err != nil {
			return err
		}
		return tx.UpdateTeam(ctx, team)
	})
	pages(t, w, []string{"qua"}, store.Found{Facts: []fund.ID{cause.ID}}, store.Found{Facts: []fund.ID{shown.ID}}, store.Found{})
	suspend(cause.ID)
	pages(t, w, []string{"qua"}, store.Found{}, store.Found{})
}
