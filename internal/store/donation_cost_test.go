package store_test

import (
	"fmt"
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

// atOnce is how many donors give at once where costs are counted: as many as the bench has.
const atOnce = 64

// cost is what a step of many donations costs the database: statements on SQLite, round trips on PostgreSQL; and rows written, on SQLite only.
type cost struct{ calls, rows int64 }

// TestCostOfDonations bounds what 64 donors who give at once cost the database, step by step. A group of one piece that only holds the lane is
// counted, too, and so are the reads of 64 payments, one by one, before they are settled. In one step, a goal and a milestone are reached.
func TestCostOfDonations(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		url  func(testing.TB) string
		most map[string]cost
	}{
		"sqlite": {storetest.SQLite, map[string]cost{
			"in one step": {28, 201}, "begin": {16, 129}, "start": {10, 64}, "pay": {70, 64}, "event": {8, 64}, "settle": {288, 454},
		}},
		"postgres": {storetest.Postgres, map[string]cost{
			"in one step": {calls: 12}, "begin": {calls: 9}, "start": {calls: 8}, "pay": {calls: 8}, "event": {calls: 9}, "settle": {calls: 78},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			var ran []string
			s := open(t, c.url(t), store.Options{Lanes: 1, Observe: func(text string) {
				mu.Lock()
				defer mu.Unlock()
				ran = append(ran, text)
			}})
			for step, all := range donationSteps(t, s) {
				rows := store.Changes(t, s)
				mu.Lock()
				ran = nil
				mu.Unlock()
				errs := make([]error, len(all))
				waitTogether(t, s, fund.ID{}, errs, all...)
				mu.Lock()
				took := slices.Clone(ran)
				mu.Unlock()
				for _, err := range errs {
					must.Do(t, err)
				}
				got := cost{int64(len(took)), store.Changes(t, s) - rows}
				if most := c.most[step]; got.calls > most.calls || got.rows > most.rows {
					t.Errorf("%s: got %d calls and %d rows, want %d and %d at most:\n%s", step, got.calls, got.rows, most.calls, most.rows, tally(took))
				}
			}
			wantClean(t, s)
		})
	}
}

// donationSteps makes many donations, step by step.
func donationSteps(t *testing.T, s *store.Store) func(func(string, []func() error) bool) {
	t.Helper()
	a := newAppeal(t, s, 1)
	given := func(i int) store.Completion {
		c := a.donation(100)
		c.Donation.Email = fmt.Sprintf("donor-%d@example.org", i)
		c.Donation.DonorID = newID()
		return c
	}
	must.Get(s.Complete(t.Context(), given(0)))(t) // what is done once for ever
	begun, book, events := make([]fund.Donation, atOnce), make([]string, atOnce), make([]fund.ID, atOnce)
	each := func(do func(int) error) []func() error {
		all := make([]func() error, atOnce)
		for i := range all {
			all[i] = func() error { return do(i) }
		}
		return all
	}
	steps := []struct {
		name string
		all  []func() error
	}{
		{"in one step", each(func(i int) error {
			c := given(i)
			c.Reference = fmt.Sprintf("payment %d", i)
			_, err := s.Complete(t.Context(), c)
			return err
		})},
		{"begin", each(func(i int) (err error) {
			begun[i], err = s.Begin(t.Context(), store.PendingDonation{Completion: given(i), Payment: fund.Payment{Provider: "sandbox", DueAt: time.Now().Add(time.Hour)}})
			return err
		})},
		{"start", each(func(i int) error {
			book[i] = fmt.Sprintf("%08d", i)
			return s.PutSandboxPayment(t.Context(), store.SandboxPayment{ID: book[i], Body: "{}"})
		})},
		{"pay", each(func(i int) error {
			return s.PutSandboxPayment(t.Context(), store.SandboxPayment{ID: book[i], Body: "{}", Version: 1, DueAt: time.Now()})
		})},
		{"event", each(func(i int) error {
			events[i] = newID()
			return s.SaveProviderEvent(t.Context(), fund.ProviderEvent{
				ID: events[i], Provider: "sandbox", EventID: book[i], Topic: "payment.paid", Reference: book[i], DonationID: begun[i].ID,
				Body: []byte("{}"), DueAt: time.Now(), ReceivedAt: time.Now(),
			})
		})},
		{"settle", each(func(i int) error {
			p, err := s.GetPayment(t.Context(), begun[i].ID)
			if err != nil {
				return err
			}
			return s.Settle(t.Context(), store.Settlement{
				Payment: p, Reported: fund.PaymentState{Status: fund.PaymentPaid, Paid: p.Total(), Currency: p.Currency}, ProviderEvent: events[i], DonorKey: []byte("key"),
			})
		})},
	}
	return func(yield func(string, []func() error) bool) {
		for _, step := range steps {
			if !yield(step.name, step.all) {
				return
			}
		}
	}
}

// tally lists statements with how often they ran, those first that ran most.
func tally(ran []string) string {
	times := map[string]int{}
	for _, text := range ran {
		text = strings.Join(strings.Fields(text), " ")
		times[text[:min(len(text), 150)]]++
	}
	var lines []string
	for text, n := range times {
		lines = append(lines, fmt.Sprintf("%5d %s", n, text))
	}
	slices.Sort(lines)
	slices.Reverse(lines)
	return strings.Join(lines, "\n")
}
