package store_test

import (
	"context"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testcost"
	"github.com/almoner/almoner/internal/testpg"
)

// runsOnPostgres is how often a property is tried on PostgreSQL, beside the runs on SQLite: a server takes longer, and the first runs show that it
// does the same.
const runsOnPostgres = 20

// TestLeaderboardsAreTheFoldOfTheLedger makes random changes, with the projection somewhere behind, and then compares
// the leaderboards with the ledger: by the audit, and score by score with a rebuild.
func TestLeaderboardsAreTheFoldOfTheLedger(t *testing.T) {
	testcost.SkipRace(t)
	// Each run looks through what those before it left in its database.
	const runsOfADatabase = 10
	onBothAt(t, func(t *testing.T, url func(testing.TB) string) {
		var s *store.Store
		runs := 0
		rapid.Check(t, func(rt *rapid.T) {
			if runs%runsOfADatabase == 0 {
				s = open(t, url(t), store.Options{})
				store.SmallProjections(s)
			}
			if runs++; runs > runsOnPostgres && !store.Lite(s) {
				return
			}
			foldAndCompare(t, rt, s)
		})
	})
}

// foldAndCompare is one run of TestLeaderboardsAreTheFoldOfTheLedger.
func foldAndCompare(t *testing.T, rt *rapid.T, s *store.Store) {
	t.Helper()
	c := newChaos(t, rt, s)
	for range rapid.IntRange(1, 12).Draw(rt, "steps") {
		c.step()
		for range rapid.IntRange(0, 3).Draw(rt, "projected") {
			if _, err := s.Project(t.Context()); err != nil {
				rt.Fatalf("project: %v", err)
			}
		}
	}
	catchUp(t, s)
	report, err := s.Audit(t.Context())
	if err != nil || len(report.Differences) > 0 || report.Behind != 0 {
		rt.Fatalf("got %v, %d behind, %v, want a clean audit", report.Differences, report.Behind, err)
	}
	projected, named := store.Scores(t.Context(), rt, s), c.named()
	if wrong, err := s.Rebuild(t.Context()); err != nil || len(wrong) > 0 {
		rt.Fatalf("rebuild: got %v, %v, want nothing to mend", wrong, err)
	}
	if rebuilt := store.Scores(t.Context(), rt, s); !maps.Equal(projected, rebuilt) {
		rt.Fatalf("projected %v\nrebuilt %v", projected, rebuilt)
	}
	if rebuilt := c.named(); !slices.Equal(named, rebuilt) {
		rt.Fatalf("projected %q\nrebuilt %q", named, rebuilt)
	}
}

func catchUp(tb testing.TB, s *store.Store) {
	tb.Helper()
	for {
		done, err := s.Project(tb.Context())
		if err != nil {
			tb.Fatalf("project: %v", err)
		}
		if done == 0 {
			return
		}
	}
}

// TestNodesFoldEachEventOnce projects on several nodes at the same time while donations arrive.
func TestNodesFoldEachEventOnce(t *testing.T) {
	t.Parallel()
	for name, start := range map[string]func(testing.TB) string{
		"sqlite":   func(tb testing.TB) string { return "sqlite:" + filepath.Join(tb.TempDir(), "x.db") },
		"postgres": testpg.Start,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := start(t)
			nodes := []*store.Store{open(t, url, store.Options{}), open(t, url, store.Options{}), open(t, url, store.Options{})}
			a := newAppeal(t, nodes[0], 1)
			var donors, projectors sync.WaitGroup
			for _, s := range nodes {
				store.SmallProjections(s)
				for range 3 {
					donors.Go(func() {
						for range 10 {
							g := a.donation(10)
							g.Donation.DonorID = newID()
							if _, err := s.Complete(t.Context(), g); err != nil {
								t.Error(err)
							}
						}
					})
				}
			}
			arrived := make(chan struct{})
			go func() { donors.Wait(); close(arrived) }()
			for _, s := range nodes {
				projectors.Go(func() {
					for {
						if _, err := s.Project(t.Context()); err != nil {
							t.Error(err)
							return
						}
						select {
						case <-arrived:
							return
						default:
						}
					}
				})
			}
			projectors.Wait()
			catchUp(t, nodes[0])
			wantClean(t, nodes[1])
			board := store.BoardFilter{Fact: a.cause.ID, Board: fund.BoardUser, Period: fund.PeriodAll}
			got, err := nodes[2].Leaderboard(t.Context(), board, fund.Page{Limit: 9})
			if err != nil || len(got) != 1 || got[0].Raised != 900 {
				t.Errorf("got %v, %v, want 90 donations of 10", got, err)
			}
		})
	}
}

// TestScoresOfAnOlderDatabaseAreBuiltAtOnce starts with donations that predate the leaderboards.
func TestScoresOfAnOlderDatabaseAreBuiltAtOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		for range 3 {
			if _, err := s.Complete(t.Context(), a.donation(10)); err != nil {
				t.Fatal(err)
			}
		}
		// No event announced this move to the leaderboards.
		store.Damage(t, s, "UPDATE facts SET parent_id = $1 WHERE id = $2", a.event.ID, a.solo.ID)
		store.Damage(t, s, "UPDATE facts SET supported = 0 WHERE id = $1", a.together.ID)
		store.Damage(t, s, "UPDATE donations SET donor_id = NULL")
		store.Damage(t, s, "INSERT INTO projections (name, position) VALUES ('leaderboards.2', -2)")
		report, err := s.Audit(t.Context())
		if err != nil || len(report.Differences) > 0 || report.Behind > 0 {
			t.Errorf("got %v, %d behind, %v, want a clean audit", report.Differences, report.Behind, err)
		}
		board := store.BoardFilter{Fact: a.cause.ID, Board: fund.BoardDonor, Period: fund.PeriodAll}
		got, err := s.Leaderboard(t.Context(), board, fund.Page{Limit: 9})
		if err != nil || len(got) != 1 || got[0].Name != "Ada" || got[0].Raised != 30 {
			t.Errorf("got %v, %v, want one donor with all three donations", got, err)
		}
	})
}

// TestOlderLeaderboardsAreServedUntilTheyAreFoldedAgain starts with leaderboards of version 1, which told donors apart by
// address alone and called them what they last typed.
func TestOlderLeaderboardsAreServedUntilTheyAreFoldedAgain(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		rose := newID()
		for name, amount := range map[string]int64{"Grandma Rose": 200, "I hate this charity": 1, "Max": 50} {
			c := a.donation(amount)
			c.Donation.Name, c.Donation.Email, c.Donation.DonorID = name, "rose@example.org", rose
			if name == "Max" {
				c.Donation.Email, c.Donation.DonorID = "max@example.org", newID()
			}
			if _, err := s.Complete(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		catchUp(t, s)
		store.AgeBoards(t, s, map[fund.ID]string{rose: "I hate this charity"})
		board := store.BoardFilter{Fact: a.cause.ID, Board: fund.BoardDonor, Period: fund.PeriodAll}
		lines := func() (lines []string) {
			got, err := s.Leaderboard(t.Context(), board, fund.Page{Limit: 9})
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range got {
				lines = append(lines, fmt.Sprint(e.Name, " ", e.Raised))
			}
			return lines
		}
		old := []string{"I hate this charity 201"}
		if got := lines(); !slices.Equal(got, old) {
			t.Errorf("got %q, want the older leaderboard %q", got, old)
		}
		if done, err := s.Project(t.Context()); done != 1 || err != nil {
			t.Fatalf("got %d, %v, want a first step", done, err)
		}
		if got := lines(); !slices.Equal(got, old) {
			t.Errorf("got %q in between, want the older leaderboard %q", got, old)
		}
		catchUp(t, s)
		if got, want := lines(), []string{"Grandma Rose 200", "Max 50", "I hate this charity 1"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		var left int
		store.Scan(t, s, &left, `SELECT (SELECT COUNT(*) FROM donors) + (SELECT COUNT(*) FROM projections WHERE name = 'leaderboards')
			+ (SELECT COUNT(*) FROM boards WHERE version < 2) + (SELECT COUNT(*) FROM scores WHERE board_id NOT IN (SELECT id FROM boards))`)
		if left != 0 {
			t.Errorf("got %d rows of the older leaderboards, want none left", left)
		}
		wantClean(t, s)
	})
}

func TestAuditFindsAndRebuildMendsLeaderboards(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		g := a.donation(500)
		g.Donation.DonorID = newID()
		if _, err := s.Complete(t.Context(), g); err != nil {
			t.Fatal(err)
		}
		wantClean(t, s)
		const on = "board_id IN (SELECT id FROM boards WHERE "
		for damage, wrong := range map[string]int{
			"UPDATE scores SET score = score + 1 WHERE " + on + "board = 'donor' AND period = 'day')":                            4, // one of each fact in the chain
			"UPDATE scores SET entrant_id = (SELECT id FROM teams LIMIT 1) WHERE " + on + "board = 'user' AND period = 'month')": 4,
			"DELETE FROM scores WHERE " + on + "board = 'own' AND period = 'year')":                                              1,
		} {
			store.Damage(t, s, damage)
			report, err := s.Audit(t.Context())
			if err != nil || len(report.Differences) != wrong {
				t.Errorf("%s: got %v, %v, want %d differences", damage, report.Differences, err, wrong)
			}
			mended, err := s.Rebuild(t.Context())
			if err != nil || len(mended) == 0 {
				t.Errorf("%s: got %v, %v, want that something is mended", damage, mended, err)
			}
			wantClean(t, s)
		}
	})
}

// TestDeletedFactsKeepNoScores deletes a fact after a batch that subtracts scores from it was prepared.
func TestDeletedFactsKeepNoScores(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		if _, err := s.Complete(t.Context(), a.donation(500)); err != nil {
			t.Fatal(err)
		}
		catchUp(t, s)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			moved := a.solo
			moved.Parent, moved.ParentKind = ref(a.event), fund.KindFundraisingEvent
			return tx.UpdateFact(ctx, moved)
		})
		apply := store.PrepareProjection(t, s)
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.DeleteFact(ctx, a.together.ID) })
		apply()
		wantClean(t, s)
		for name := range store.Scores(t.Context(), t, s) {
			if strings.Contains(name, a.together.ID.String()) {
				t.Errorf("got the score %q of a deleted fact", name)
			}
		}
	})
}

// TestDonorsDoNotWaitForTheProjection holds the projection's transaction open while others write.
func TestDonorsDoNotWaitForTheProjection(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.Postgres(t), store.Options{})
	holding, done := make(chan struct{}), make(chan error, 1)
	release := sync.OnceFunc(func() { close(holding) })
	begun := make(chan struct{})
	go func() { done <- store.InProjectLane(t.Context(), s, func() { close(begun); <-holding }) }()
	<-begun
	defer release()
	written := make(chan error, 1)
	go func() {
		for lane := range byte(8) {
			id := fund.ID{15: lane}
			if err := s.Write(t.Context(), id, func(context.Context, *store.Tx) error { return nil }); err != nil {
				written <- err
				return
			}
		}
		written <- nil
	}()
	select {
	case err := <-written:
		if err != nil {
			t.Error(err)
		}
	case <-time.After(time.Minute):
		t.Error("got a write that waits for the projection, want none")
	}
	release()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestProjectRest requires that donors keep three quarters of the time of a lane that they share.
func TestProjectRest(t *testing.T) {
	t.Parallel()
	for url, want := range map[string]time.Duration{
		"sqlite:" + filepath.Join(t.TempDir(), "almoner.db"): 3 * time.Second,
		storetest.Postgres(t):                                time.Second,
	} {
		s := open(t, url, store.Options{})
		if got := s.ProjectRest(time.Second); got != want {
			t.Errorf("%s: got a rest of %s after a second, want %s", url, got, want)
		}
	}
}
