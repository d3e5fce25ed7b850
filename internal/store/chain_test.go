package store_test

import (
	"context"
	"runtime"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testpg"
)

// TestAFactThatMovesWhileItsRowIsLocked moves a fact on one node while another waits for its row: what the other one
// does then counts in the new place. Only PostgreSQL has several writers.
func TestAFactThatMovesWhileItsRowIsLocked(t *testing.T) {
	t.Parallel()
	// The work is in another lane than the move, so that only the row locks separate them.
	for name, c := range map[string]struct {
		// moves is the fact that is moved under the top, and work what runs meanwhile.
		moves func(*place) fund.Fact
		work  func(context.Context, *store.Store, *place) error
		// want are the totals of the campaign's old parent and of the top.
		together, top int64
	}{
		"donated to": {
			moves: func(p *place) fund.Fact { return p.solo },
			work: func(ctx context.Context, s *store.Store, p *place) error {
				_, err := s.Complete(ctx, p.donation(5))
				return err
			},
			together: 0, top: 105,
		},
		"refunded": {
			moves: func(p *place) fund.Fact { return p.solo },
			work: func(ctx context.Context, s *store.Store, p *place) error {
				return s.Write(ctx, p.solo.ID, func(ctx context.Context, tx *store.Tx) error {
					_, err := tx.Refund(ctx, p.first.ID, 30)
					return err
				})
			},
			together: 0, top: 70,
		},
		"above a fact that moves, too": {
			moves: func(p *place) fund.Fact { return p.together },
			work: func(ctx context.Context, s *store.Store, p *place) error {
				f := p.lone
				f.Parent = ref(p.together)
				return s.Write(ctx, p.solo.ID, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFact(ctx, f) })
			},
			together: 107, top: 107,
		},
		"above a fact that leaves, too": {
			moves: func(p *place) fund.Fact { return p.together },
			work: func(ctx context.Context, s *store.Store, p *place) error {
				f := p.solo
				f.Parent = nil
				return s.Write(ctx, p.solo.ID, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFact(ctx, f) })
			},
			together: 0, top: 0,
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			url := testpg.Start(t)
			here, there := open(t, url, store.Options{}), open(t, url, store.Options{})
			p := newPlace(t, here)
			moved := c.moves(p)
			moved.Parent = ref(p.top)
			holds, release := make(chan struct{}), make(chan struct{})
			var done sync.WaitGroup
			done.Go(func() {
				err := here.Write(t.Context(), p.cause.ID, func(ctx context.Context, tx *store.Tx) error {
					err := tx.UpdateFact(ctx, moved)
					close(holds)
					<-release
					return err
				})
				if err != nil {
					t.Errorf("move: %v", err)
				}
			})
			<-holds
			done.Go(func() {
				if err := c.work(t.Context(), there, p); err != nil {
					t.Errorf("work: %v", err)
				}
			})
			for waits := 0; waits == 0; runtime.Gosched() {
				store.Scan(t, here, &waits, "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'")
			}
			close(release)
			done.Wait()
			if together, top := p.total(t, here, p.together), p.total(t, here, p.top); together != c.together || top != c.top {
				t.Errorf("got %d at the old place and %d at the new one, want %d and %d", together, top, c.together, c.top)
			}
			wantClean(t, here)
		})
	}
}

// place is an appeal with 100 donated to its campaign, a team campaign at the top, and a campaign with 7 of its own.
type place struct {
	*appeal
	top, lone fund.Fact
	first     fund.Donation
}

func newPlace(t *testing.T, s *store.Store) *place {
	t.Helper()
	p := &place{appeal: newAppeal(t, s, 1)}
	p.top, p.lone = p.together, p.solo
	p.top.ID, p.lone.ID = newID(), newID()
	p.top.Slug, p.lone.Slug = "top", "lone"
	p.lone.Parent = nil
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertFact(ctx, &p.top); err != nil {
			return err
		}
		return tx.InsertFact(ctx, &p.lone)
	})
	lone := p.donation(7)
	lone.Donation.Fact = *ref(p.lone)
	for _, c := range []store.Completion{p.donation(100), lone} {
		d, err := s.Complete(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if d.Amount == 100 {
			p.first = d
		}
	}
	return p
}
