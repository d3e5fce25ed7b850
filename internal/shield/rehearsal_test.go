package shield_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/testclock"
)

// TestRehearsalsHaveALimit rehearses at one fact until it has to wait; another fact does not. Test messages of applications are likewise.
func TestRehearsalsHaveALimit(t *testing.T) {
	t.Parallel()
	for name, limit := range map[string]struct {
		take func(*shield.Shield, fund.ID) error
		most int
	}{
		"test events":   {(*shield.Shield).Rehearse, shield.RehearsalsAnHour},
		"test messages": {(*shield.Shield).TestWebhook, shield.WebhookTestsAnHour},
		"pictures":      {(*shield.Shield).Upload, shield.UploadsAnHour},
		"live streams":  {(*shield.Shield).StartLive, shield.LiveStartsAnHour},
		"resends":       {(*shield.Shield).ResendWebhooks, shield.WebhookResendsAnHour},
	} {
		clock := testclock.At(time.Date(2026, 11, 28, 12, 0, 0, 0, time.UTC))
		s := shield.New(clock.Now)
		rehearse := func(id fund.ID, most int) {
			t.Helper()
			for n := range most {
				if err := limit.take(s, id); err != nil {
					t.Fatalf("got %v for number %d, want %d %s", err, n+1, most, name)
				}
			}
			err := limit.take(s, id)
			if f := fault.From(err); !fault.Is(err, fault.RateLimited) || f.Wait() != time.Hour/time.Duration(limit.most) {
				t.Errorf("got %v, want a wait after %d %s", err, most, name)
			}
		}
		rehearse(fund.ID{1}, limit.most)
		rehearse(fund.ID{2}, limit.most)
		clock.Advance(time.Hour / time.Duration(limit.most))
		rehearse(fund.ID{1}, 1)
	}
}
