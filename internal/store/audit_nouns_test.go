package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// TestAuditFindsSumsBesideBidsAndActivities damages the totals stored beside bids and activities.
func TestAuditFindsSumsBesideBidsAndActivities(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		house := fund.AuctionHouse{Fact: a.solo}
		house.ID, house.Slug = newID(), "house"
		item := fund.AuctionItem{ID: newID(), HouseID: house.ID, StartsAt: epoch, EndsAt: epoch, CreatedAt: epoch, UpdatedAt: epoch}
		goal := fund.FitnessGoal{ID: newID(), FactID: a.solo.ID, Type: "Running", CreatedAt: epoch, UpdatedAt: epoch}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			bid := fund.AuctionBid{ID: newID(), HouseID: house.ID, ItemID: item.ID, Winning: true, CreatedAt: epoch, UpdatedAt: epoch}
			low, high := bid, bid
			low.Amount, high.Amount, high.ID = 100, 200, newID()
			run := fund.FitnessActivity{ID: newID(), FactID: a.solo.ID, UserID: a.user.ID, Type: "Running", Meters: 5, Seconds: 7, At: epoch, CreatedAt: epoch}
			return errors.Join(tx.InsertAuctionHouse(ctx, &house), tx.InsertAuctionItem(ctx, item), tx.InsertBid(ctx, low), tx.InsertBid(ctx, high),
				tx.InsertFitnessGoal(ctx, &goal), tx.RecordFitness(ctx, run))
		})
		wantClean(t, s)
		for _, c := range []struct {
			damage, mend, total string
			id                  fund.ID
		}{
			{"UPDATE auction_houses SET pledged = 300", "UPDATE auction_houses SET pledged = 200", "auction_houses.pledged", house.ID},
			{"UPDATE fitness_goals SET meters = 6", "UPDATE fitness_goals SET meters = 5", "fitness_goals.meters", goal.ID},
			{"UPDATE fitness_goals SET seconds = 0", "UPDATE fitness_goals SET seconds = 7", "fitness_goals.meters", goal.ID},
		} {
			store.Damage(t, s, c.damage)
			report, err := s.Audit(t.Context())
			if err != nil || len(report.Differences) != 1 || report.Differences[0].Total != c.total || report.Differences[0].ID != c.id {
				t.Errorf("%s: got %v, %v, want one difference in %s", c.damage, report.Differences, err, c.total)
			}
			store.Damage(t, s, c.mend)
		}
		wantClean(t, s)
	})
}
