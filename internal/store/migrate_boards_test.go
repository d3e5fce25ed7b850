package store_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testpg"
)

// boardsBefore11 fills the leaderboards of a database at version 10, where one donor typed two names.
func boardsBefore11(p past, old version1) {
	p.Helper()
	donor := fund.ID{0: 77}
	store.Damage(p, p.s, "UPDATE donations SET donor_id = $1", donor)
	store.Damage(p, p.s, "UPDATE donations SET name = 'Grandma Rose' WHERE id = $1", old.first)
	store.Damage(p, p.s, "UPDATE donations SET name = 'I hate this charity' WHERE id = $1", old.second)
	p.insert("donors", "id, name", donor, "I hate this charity")
	for _, fact := range []fund.ID{old.cause, old.campaign} {
		for _, period := range fund.Periods() {
			f := store.BoardFilter{Fact: fact, Board: fund.BoardDonor, Period: period, At: time.UnixMicro(1)}
			p.insert("boards", "id, fact_id, board, period, begins", store.OldBoardID(f), fact, string(f.Board), string(period), period.Begin(f.At).UnixMicro())
			p.insert("scores", "board_id, entrant_id, score", store.OldBoardID(f), donor, 1000)
		}
	}
	p.insert("projections", "name, position, halfway", "leaderboards", 3, "")
}

// TestBoardsOfAnOlderDatabaseAreFoldedAnew migrates a database whose leaderboards were folded by an older rule: they are served until those of the
// present rule are there, which are those that a rebuild makes, and after that nothing reads what belonged to the older ones.
func TestBoardsOfAnOlderDatabaseAreFoldedAnew(t *testing.T) {
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"sqlite": newFile, "postgres": testpg.Start} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, s := t.Context(), nodeOf(t, url(t), "")
			store.MigrateTo(t, s, 1)
			p := past{t, s}
			old := fillVersion1(p)
			old.grow(p, 10)
			boardsBefore11(p, old)
			if _, _, err := s.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
			lines := func() (lines []string) {
				t.Helper()
				for _, fact := range []fund.ID{old.cause, old.campaign} {
					for _, period := range fund.Periods() {
						f := store.BoardFilter{Fact: fact, Board: fund.BoardDonor, Period: period, At: time.UnixMicro(1)}
						got, err := s.Leaderboard(ctx, f, fund.Page{Limit: 9})
						if err != nil {
							t.Fatal(err)
						}
						for _, e := range got {
							lines = append(lines, fmt.Sprint(e.Name, " ", e.Raised))
						}
					}
				}
				return lines
			}
			boards := 2 * len(fund.Periods())
			if got, want := lines(), slices.Repeat([]string{"I hate this charity 1000"}, boards); !slices.Equal(got, want) {
				t.Errorf("got %q at the start, want the older leaderboards %q", got, want)
			}
			catchUp(t, s)
			folded := lines()
			if want := slices.Repeat([]string{"Grandma Rose 700", "I hate this charity 300"}, boards); !slices.Equal(folded, want) {
				t.Errorf("got %q, want each name with what was donated by it: %q", folded, want)
			}
			store.Damage(t, s, "INSERT INTO donors (id, name) VALUES ($1, 'left over')", fund.ID{0: 77})
			if got := lines(); !slices.Equal(got, folded) {
				t.Errorf("got %q, want that no older name is read", got)
			}
			wantClean(t, s)
			if wrong, err := s.Rebuild(ctx); err != nil || len(wrong) > 0 {
				t.Errorf("rebuild: got %v, %v, want nothing to mend", wrong, err)
			}
			if got := lines(); !slices.Equal(got, folded) {
				t.Errorf("rebuilt %q, want what was kept: %q", got, folded)
			}
		})
	}
}
