package store_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestViaSumsReadSoMany adds up as many donations as are read at once, and one more.
func TestViaSumsReadSoMany(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.SQLite(t), store.Options{})
	f := newAppeal(t, s, 1).solo
	insert := func(n int) {
		store.Damage(t, s, `WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < $1)
			INSERT INTO donations (id, legacy_id, fact_id, cause_id, amount, currency, usd, state, listed, name, comment, email, anonymous,
				sustained, origin, donor_id, completed_at, created_at, updated_at)
			SELECT randomblob(16), abs(random()), $2, $3, 1, 'USD', 1, 'completed', TRUE, 'Ada', '', '', FALSE, FALSE, 'payment', randomblob(16), i, i, i FROM n`,
			n, f.ID, f.Cause.ID)
	}
	insert(fund.MaxViaDonations)
	for _, want := range []bool{true, false} {
		begun := time.Now()
		sums, whole, err := s.ViaSums(t.Context(), f, fund.Span{})
		must.Do(t, err)
		t.Logf("%d donations in %s", sums.None.Donations, time.Since(begun))
		if whole != want {
			t.Errorf("got %d donations, whole: %v, want %v", sums.None.Donations, whole, want)
		}
		if want {
			insert(1)
		}
	}
}

// TestViaSumsUseIndexes wants donations to be found by their fact or cause, and payments by their donation.
func TestViaSumsUseIndexes(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.SQLite(t), store.Options{})
	a := newAppeal(t, s, 1)
	for index, f := range map[string]fund.Fact{"donations_fact (fact_id=?": a.together, "donations_cause (cause_id=?": a.cause} {
		plan := strings.Join(slices.Concat(store.Plans(t, s, func(q store.Queries) {
			_, _, err := q.ViaSums(t.Context(), f, fund.Span{})
			must.Do(t, err)
		})...), "\n\t")
		for _, want := range []string{"SEARCH d USING INDEX " + index, "SEARCH p USING INDEX sqlite_autoindex_payments_1"} {
			if !strings.Contains(plan, want) {
				t.Errorf("got\n\t%s\nwant %s", plan, want)
			}
		}
	}
}
