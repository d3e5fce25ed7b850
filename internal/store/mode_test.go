package store_test

import (
	"context"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// onBothUnfixed runs a test on both databases, with the URL of one whose mode is not fixed.
func onBothUnfixed(t *testing.T, test func(*testing.T, string)) {
	t.Helper()
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, storetest.Unfixed(t, url(t)))
		})
	}
}

// nodeOf opens a node with a mode, or with none.
func nodeOf(t *testing.T, url string, mode fund.Mode) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), url, store.Options{Mode: mode})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func wantMode(t *testing.T, s *store.Store, want fund.Mode) {
	t.Helper()
	if got, err := s.Mode(t.Context()); got != want || err != nil {
		t.Errorf("got mode %q, %v, want %q", got, err, want)
	}
}

func TestTheFirstDonationFixesTheMode(t *testing.T) {
	begin := func(ctx context.Context, s *store.Store, a *appeal) error {
		c := a.donation(5)
		_, err := s.Begin(ctx, store.PendingDonation{Completion: c, Payment: fund.Payment{DonationID: c.Donation.ID, Provider: "stripe"}})
		return err
	}
	complete := func(ctx context.Context, s *store.Store, a *appeal) error {
		_, err := s.Complete(ctx, a.donation(5))
		return err
	}
	insideAWrite := func(entry fund.EntryKind) func(context.Context, *store.Store, *appeal) error {
		return func(ctx context.Context, s *store.Store, a *appeal) error {
			return s.Write(ctx, a.cause.ID, func(ctx context.Context, tx *store.Tx) error {
				c := a.donation(5)
				c.Entry = entry
				_, err := tx.Complete(ctx, c)
				return err
			})
		}
	}
	imported := func(ctx context.Context, s *store.Store, a *appeal) error {
		return s.Write(ctx, a.cause.ID, func(ctx context.Context, tx *store.Tx) error {
			return tx.CompleteAll(ctx, []store.Completion{a.donation(5), a.donation(6)})
		})
	}
	for name, give := range map[string]func(context.Context, *store.Store, *appeal) error{
		"a payment begun": begin, "complete at once": complete, "a match": insideAWrite(fund.EntryMatch), "imported": imported,
	} {
		t.Run(name, func(t *testing.T) {
			onBothUnfixed(t, func(t *testing.T, url string) {
				ctx := t.Context()
				none, live, test := nodeOf(t, url, ""), nodeOf(t, url, fund.ModeLive), nodeOf(t, url, fund.ModeTest)
				a := newAppeal(t, live, 1)
				wantMode(t, live, "")
				wantMode(t, none, "")
				if err := give(ctx, none, a); !fault.Is(err, fault.Conflict) {
					t.Errorf("without a provider: got %v, want a conflict", err)
				}
				wantMode(t, none, "")
				if err := give(ctx, live, a); err != nil {
					t.Fatal(err)
				}
				wantMode(t, live, fund.ModeLive)
				if err := give(ctx, test, a); !fault.Is(err, fault.Conflict) {
					t.Errorf("of another mode: got %v, want a conflict", err)
				}
				wantMode(t, test, fund.ModeLive)
				if err := give(ctx, live, a); err != nil {
					t.Errorf("again: got %v, want it taken", err)
				}
				none.Heard([]fund.Event{{Topic: fund.TopicSettingChanged}})
				wantMode(t, none, fund.ModeLive)
				if err := give(ctx, none, a); err != nil {
					t.Errorf("without a provider, fixed: got %v, want it taken", err)
				}
			})
		})
	}
}

// TestARefusedDonationFixesNothing gives to a fact that is not there.
func TestARefusedDonationFixesNothing(t *testing.T) {
	onBothUnfixed(t, func(t *testing.T, url string) {
		s := nodeOf(t, url, fund.ModeSandbox)
		a := newAppeal(t, s, 1)
		c := a.donation(5)
		c.Donation.Fact.ID = newID()
		if _, err := s.Complete(t.Context(), c); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v, want not found", err)
		}
		wantMode(t, s, "")
	})
}

func TestTheModeIsAnEvent(t *testing.T) {
	onBothUnfixed(t, func(t *testing.T, url string) {
		s := nodeOf(t, url, fund.ModeSandbox)
		a := newAppeal(t, s, 1)
		before, err := s.LastPosition(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for range 2 {
			if _, err := s.Complete(t.Context(), a.donation(5)); err != nil {
				t.Fatal(err)
			}
		}
		events, err := s.EventsAfter(t.Context(), before, 9)
		if err != nil || len(events) != 3 || events[0].Topic != fund.TopicSettingChanged || events[0].Subject != fund.SettingID(fund.SettingMode) {
			t.Errorf("got %v, %v, want the mode once, before two donations", events, err)
		}
	})
}

// TestTwoNodesAgreeOnTheMode lets two nodes of different modes take the first donation at the same time.
func TestTwoNodesAgreeOnTheMode(t *testing.T) {
	onBothUnfixed(t, func(t *testing.T, url string) {
		modes := []fund.Mode{fund.ModeSandbox, fund.ModeLive}
		nodes := []*store.Store{nodeOf(t, url, modes[0]), nodeOf(t, url, modes[1])}
		appeals := []*appeal{newAppeal(t, nodes[0], 1), newAppeal(t, nodes[1], 1)}
		var wg sync.WaitGroup
		taken := make([][]error, len(nodes))
		for i, node := range nodes {
			taken[i] = make([]error, 20)
			for n := range taken[i] {
				wg.Go(func() { _, taken[i][n] = node.Complete(t.Context(), appeals[i].donation(5)) })
			}
		}
		wg.Wait()
		fixed, err := nodes[0].Mode(t.Context())
		if err != nil || fixed == "" {
			t.Fatalf("got mode %q, %v, want one of both", fixed, err)
		}
		for i, node := range nodes {
			wantMode(t, node, fixed)
			for _, err := range taken[i] {
				if modes[i] == fixed && err != nil || modes[i] != fixed && !fault.Is(err, fault.Conflict) {
					t.Errorf("node %s in a database of mode %s: got %v", modes[i], fixed, err)
				}
			}
		}
	})
}
