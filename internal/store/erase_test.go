package store_test

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestErasureKnowsEveryColumn wants a decision about every column that can hold a text: whether a donor's can be in it.
func TestErasureKnowsEveryColumn(t *testing.T) {
	t.Parallel()
	for name, open := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && name == "postgres" {
				t.Skip("PostgreSQL is not short")
			}
			known := map[string]int{}
			erased, others := store.ErasureColumns()
			for _, columns := range []map[string][]string{erased, others} {
				for table, names := range columns {
					for _, column := range names {
						known[table+"."+column]++
					}
				}
			}
			for _, column := range storetest.TextColumns(t, open(t)) {
				if table, _, _ := strings.Cut(column, "."); table != "goose_db_version" && known[column] != 1 {
					t.Errorf("%s is in %d of the lists in erase_columns.go, want one: is there anything of a donor in it?", column, known[column])
				}
				delete(known, column)
			}
			for column := range known {
				t.Errorf("%s is in a list of erase_columns.go, but not in the schema", column)
			}
		})
	}
}

// needles are what the donor of the tests wrote.
var needles = []string{"Zwölfrätsel Quux", "zwoelf@quux.example", "Herzlichst aus Quuxhausen"}

// TestErasedBytes wants nothing left of a donor in the bytes of the file and its log, once those end who still read what was there before.
func TestErasedBytes(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	s := storetest.OpenAt(t, url, store.Options{})
	a := newAppeal(t, s, 9)
	given := make([]fund.Donation, 0, 400)
	for i := range cap(given) {
		c := a.donation(100)
		d := &c.Donation
		d.Name, d.Email, d.Comment = fmt.Sprint("Other ", i), "other@example.org", strings.Repeat("other ", i%40)
		if i%9 == 4 {
			d.Name, d.Email, d.Comment = needles[0], needles[1], strings.Repeat(needles[2]+" ", 1+i%60)
		}
		given = append(given, must.Get(s.Complete(t.Context(), c))(t))
	}
	reading, stop := context.WithCancel(t.Context())
	held, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		store.HoldSnapshot(reading, s, func() { close(held) })
	}()
	<-held
	for i, d := range given {
		if i%9 != 4 {
			continue
		}
		erase(t, s, d)
	}
	if done := must.Get(s.Shred(t.Context()))(t); done {
		t.Error("got everything destroyed, want it to wait for who reads")
	}
	stop()
	<-ended
	if done := must.Get(s.Shred(t.Context()))(t); !done {
		t.Error("got something left, want everything destroyed")
	}
	path := strings.TrimPrefix(url, "sqlite:")
	for _, file := range []string{path, path + "-wal"} {
		content := must.Get(os.ReadFile(file))(t)
		for _, needle := range needles {
			if n := strings.Count(string(content), needle); n > 0 {
				t.Errorf("%s has %q %d times, want it nowhere", file, needle, n)
			}
		}
	}
}

func erase(t *testing.T, s *store.Store, d fund.Donation) {
	t.Helper()
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.EraseDonation(ctx, store.Erasure{Donation: d.ID, Donor: d.ID, At: epoch.Add(time.Hour)})
	})
}

// TestEraseWhileProjecting erases donations whose events are folded or not, also after the projection has read them, and wants the leaderboards to be
// those of the ledger.
func TestEraseWhileProjecting(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 9)
		key := must.Get(s.Key(t.Context(), store.DonorKey))(t)
		give := func(name string) fund.Donation {
			c := a.donation(100)
			c.Donation.Name, c.Donation.Email = name, "ada@example.org"
			c.Donation.DonorID = fund.DonorID(key, c.Donation)
			return must.Get(s.Complete(t.Context(), c))(t)
		}
		project := func() {
			for must.Get(s.Project(t.Context()))(t) > 0 {
			}
		}
		var all []fund.Donation
		for range 3 {
			all = append(all, give("Ada"))
			project()
			all = append(all, give("Ada"), give("Bob"))
		}
		eraseAs := func(d fund.Donation) {
			anonymous := fund.DonorID(key, fund.Donation{ID: d.ID, CauseID: d.CauseID, Anonymous: true})
			write(t, s, func(ctx context.Context, tx *store.Tx) error {
				return tx.EraseDonation(ctx, store.Erasure{Donation: d.ID, Donor: anonymous, At: epoch.Add(time.Hour)})
			})
		}
		before := must.Get(s.Audit(t.Context()))(t)
		last := give("Ada")
		// A batch that was read before the erasure must not be applied after it.
		if done := store.ProjectAround(t, s, func() { eraseAs(last) }); done > 0 {
			t.Errorf("got %d events folded from before the erasure, want none", done)
		}
		project()
		for _, d := range slices.Concat(all[:2], all[4:6]) {
			eraseAs(d)
		}
		project()
		report := must.Get(s.Audit(t.Context()))(t)
		if len(report.Differences) > 0 || len(before.Differences) > 0 {
			t.Errorf("got %v before and %v after, want no difference", before.Differences, report.Differences)
		}
	})
}

// TestRecordsOfManyCostNoMore counts the queries for a page of a donor's own donations: as many as for one donation.
func TestRecordsOfManyCostNoMore(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.SQLite(t), store.Options{})
	a := newAppeal(t, s, 9)
	var all []fund.Donation
	for range fund.DonorPage {
		all = append(all, must.Get(s.Complete(t.Context(), a.donation(5)))(t))
	}
	plans := func(donations []fund.Donation) int {
		return len(store.Plans(t, s, func(q store.Queries) { must.Get(q.DonorRecordsOf(t.Context(), donations))(t) }))
	}
	if one, many := plans(all[:1]), plans(all); one != many || many != 6 {
		t.Errorf("got %d queries for one donation and %d for %d, want 6 for any number", one, many, len(all))
	}
}

// TestRecordsOfAnyNumberHaveFewTexts reads pages of every length. A node keeps a bounded number of prepared statements, and those that come after get no room.
func TestRecordsOfAnyNumberHaveFewTexts(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	texts := map[string]bool{}
	s := open(t, storetest.SQLite(t), store.Options{Observe: func(text string) {
		mu.Lock()
		defer mu.Unlock()
		texts[text] = true
	}})
	a := newAppeal(t, s, 9)
	var all []fund.Donation
	for range fund.DonorPage {
		all = append(all, must.Get(s.Complete(t.Context(), a.donation(5)))(t))
	}
	clear(texts)
	for n := range fund.DonorPage {
		must.Get(s.DonorRecordsOf(t.Context(), all[:n+1]))(t)
	}
	const queries, lengths = 6, 4 // lists of 1, 4, 16 and 64
	if len(texts) > queries*lengths {
		t.Errorf("got %d texts for pages of up to %d, want %d at most", len(texts), fund.DonorPage, queries*lengths)
	}
}

// TestTracesOfManyAreFoundAtOnce counts the queries that look for what repeats donations: as many for a whole batch as for one. None of them writes, so
// that nobody waits for them, and each table is read once.
func TestTracesOfManyAreFoundAtOnce(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.SQLite(t), store.Options{})
	a := newAppeal(t, s, 9)
	var all []fund.Donation
	for range fund.ErasureBatch {
		all = append(all, must.Get(s.Complete(t.Context(), a.donation(5)))(t))
	}
	plans := func(donations []fund.Donation) int {
		return len(store.Plans(t, s, func(q store.Queries) {
			must.Get(q.FindTraces(t.Context(), donations))(t)
			must.Get(q.FindMentions(t.Context(), []string{"ada@example.org"}))(t)
		}))
	}
	if one, many := plans(all[:1]), plans(all); one != many || many != 9 {
		t.Errorf("got %d queries for one donation and %d for %d, want 9 for any number", one, many, len(all))
	}
	for _, plan := range store.ChangePlans(t, s, func(ctx context.Context, tx *store.Tx) error {
		return tx.EraseRows(ctx, []fund.ID{all[0].ID, all[1].ID})
	}) {
		for _, step := range plan {
			if strings.HasPrefix(step, "SCAN") {
				t.Errorf("an erasure holds the lock of writers while it reads a whole table: %q", plan)
			}
		}
	}
	for _, plan := range store.ChangePlans(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DropDonorAccess(ctx, "ada@example.org") }) {
		if strings.HasPrefix(plan[0], "SCAN") {
			t.Errorf("the end of a donor's sessions reads a whole table: %q", plan)
		}
	}
}
