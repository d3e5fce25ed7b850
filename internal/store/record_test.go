package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// TestRecordsOfManyPagesComeOnce reads two full pages and one more.
func TestRecordsOfManyPagesComeOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		const many = 2001
		donations := make([]store.Completion, many)
		for i := range donations {
			donations[i] = a.donation(int64(i + 1))
			donations[i].At = epoch.Add(time.Duration(i/3) * time.Second)
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.CompleteAll(ctx, donations) })
		filter := store.RecordFilter{Fact: a.cause.ID}
		records, entries := map[fund.ID]bool{}, map[fund.ID]bool{}
		err := s.EachRecord(t.Context(), filter, func(r fund.Record) error { records[r.ID] = true; return nil })
		if err == nil {
			err = s.EachMovement(t.Context(), filter, func(m fund.Movement) error { entries[m.ID] = m.Moved == m.Amount; return nil })
		}
		if err != nil || len(records) != many || len(entries) != many {
			t.Errorf("got %d records and %d entries, %v, want %d of each", len(records), len(entries), err, many)
		}
		ctx, stop := context.WithCancel(t.Context())
		seen := 0
		err = s.EachRecord(ctx, filter, func(fund.Record) error {
			if seen++; seen == 1 {
				stop()
			}
			return nil
		})
		if err == nil || seen == many {
			t.Errorf("got %v after %d records, want an end before the last", err, seen)
		}
	})
}

// TestRecordsHaveWhatDonorsWroteAndChose reads a donation with every choice, once whole and once by what it claims.
func TestRecordsHaveWhatDonorsWroteAndChose(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 9)
		c := a.donation(500)
		c.Donation.Comment, c.Donation.Screening = "Hi", fund.ScreeningHeld
		c.Donation.PollOption, c.Donation.Target = &fund.Ref{ID: a.poll.Options[0].ID}, &fund.Ref{ID: a.target.ID}
		address := fund.ShippingAddress{Recipient: "Ada L", Phone: "+44 1", Address: fund.Address{Line1: "1 Road", City: "Town"}}
		c.Donation.Claims = []fund.Claim{
			{ID: fund.ID{1}, Reward: fund.Ref{ID: a.reward.ID}, Quantity: 2, Answer: "L", Address: &address},
			{ID: fund.ID{2}, Reward: fund.Ref{ID: a.reward.ID}, Quantity: 1},
		}
		for _, one := range []store.Completion{c, a.donation(1)} {
			if _, err := s.Complete(t.Context(), one); err != nil {
				t.Fatal(err)
			}
		}
		filter := store.RecordFilter{Fact: a.cause.ID}
		var records []fund.Record
		err := s.EachRecord(t.Context(), filter, func(r fund.Record) error { records = append(records, r); return nil })
		if err != nil || len(records) != 2 {
			t.Fatalf("got %d records, %v, want 2", len(records), err)
		}
		r := records[0]
		if r.Comment != "Hi" || r.Poll != "p" || r.PollOption != "yes" || r.Target != "t" || r.Claims != "2 × r: L; 1 × r" || records[1].Claims != "" {
			t.Errorf("got %+v, want everything that was written and chosen", records)
		}
		var claims []fund.ClaimRecord
		err = s.EachClaim(t.Context(), filter, func(c fund.ClaimRecord) error { claims = append(claims, c); return nil })
		if err != nil || len(claims) != 2 {
			t.Fatalf("got %d claims, %v, want 2", len(claims), err)
		}
		first := claims[0]
		if first.ID != c.Donation.ID || first.Claim.Quantity != 2 || first.Claim.Answer != "L" || *first.Claim.Address != address ||
			first.Claim.Reward.Name != "r" || claims[1].Claim.Address != nil {
			t.Errorf("got %+v, want what is needed to send them", claims)
		}
	})
}
