package shield_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testclock"
)

// TestRehearsalsHaveALimit rehearses at one fact until it has to wait; another fact does not.
func TestRehearsalsHaveALimit(t *testing.T) {
	t.Parallel()
	clock := testclock.At(time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))
	s := shield.New(clock.Now)
	rehearse := func(fact fund.ID, most int) {
		t.Helper()
		for n := range most {
			if err := s.Rehearse(fact); err != nil {
				t.Fatalf("got %v for number %d, want %d test events", err, n+1, most)
			}
		}
		err := s.Rehearse(fact)
		if f := fault.From(err); !fault.Is(err, fault.RateLimited) || f.Wait() != time.Hour/shield.RehearsalsAnHour {
			t.Errorf("got %v, want a wait after %d test events", err, most)
		}
	}
	rehearse(fund.ID{1}, shield.RehearsalsAnHour)
	rehearse(fund.ID{2}, shield.RehearsalsAnHour)
	clock.Advance(time.Hour / shield.RehearsalsAnHour)
	rehearse(fund.ID{1}, 1)
}
