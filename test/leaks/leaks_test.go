// Package leaks_test reads everything that a node serves, writes and sends as every kind of caller, after a random history in which every secret
// is a text of its own, and wants nobody to see what docs/authority.md does not let them see.
package leaks_test

import (
	"flag"
	"maps"
	"os"
	"slices"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/testcallers"
	"github.com/almoner/almoner/internal/testpg"
)

var (
	seed  = flag.Uint64("leaks.seed", 1, "the history, and who asks what")
	whole = flag.Bool("leaks.whole", false, "ask everything as everybody, which takes minutes")
)

func TestMain(m *testing.M) { testpg.Main(m) }

func TestNothingLeaks(t *testing.T) {
	t.Parallel()
	w := newWorld(t, *seed)
	donations := 40
	w.whole, w.asks = *whole, 3
	switch {
	case testing.Short():
		donations, w.asks = 15, 20
	case os.Getenv(testpg.EnvDB) == "postgres": // whose answers are those of SQLite but for errors
		w.asks = 9
	}
	w.history(t, donations)
	w.reopen(t)
	w.look(t)
	asked, tried, shown := 0, 0, map[string][]string{}
	for _, c := range w.crawlAll(t, slices.Sorted(maps.Keys(w.Callers))) {
		asked, tried = asked+len(c.asked), tried+c.tried
		c.wantAll(t)
		for _, leak := range c.leaks {
			shown[leak] = append(shown[leak], c.by.name)
		}
	}
	for _, leak := range slices.Sorted(maps.Keys(shown)) {
		t.Errorf("%s, as %q", leak, shown[leak])
	}
	w.readLogs(t)
	w.readMails(t)
	w.readDonorPages(t)
	w.readBids(t)
	w.readExports(t)
	w.readFiltered(t)
	t.Logf("%d addresses and %d changes as %d callers, %d secrets, %d keys in mails", asked, tried, len(w.Callers), len(w.secrets), len(w.keys))
	w.wantUnchanged(t)
}

// wantAll fails for what a caller may see of donations, and did not find: a crawl that reads nothing finds no leak. Donors have one page,
// volunteers without an account have pages alone, and applications and narrow tokens see less than the public does.
func (c *crawl) wantAll(t *testing.T) {
	t.Helper()
	if len(c.by.donations) > 0 || c.by.name == testcallers.Volunteer {
		return
	}
	for _, s := range c.secrets {
		handles := slices.ContainsFunc(s.donations, func(id fund.ID) bool {
			d := c.donations[id]
			return c.by.screens(c.facts[d.Fact.ID]) && c.mayOf(c.by, s.kind, d)
		})
		if _, found := c.seen[s]; handles && !found {
			t.Errorf("%s does not find %s, which the table lets them see", c.by.name, s.describe(c.world))
		}
	}
}

// wantUnchanged fails if the crawl changed what the model says from.
func (w *world) wantUnchanged(t *testing.T) {
	t.Helper()
	before := w.truth
	w.look(t)
	for id, d := range w.donations {
		if d.Screening != before.donations[id].Screening || d.State != before.donations[id].State || !d.UpdatedAt.Equal(before.donations[id].UpdatedAt) {
			t.Errorf("the crawl changed the donation %s", id)
		}
	}
	for id, f := range w.facts {
		if f.Status != before.facts[id].Status || f.Approval != before.facts[id].Approval || !f.UpdatedAt.Equal(before.facts[id].UpdatedAt) {
			t.Errorf("the crawl changed the %s %s", f.Kind, f.Slug)
		}
	}
}
