package store_test

import (
	"context"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// waitTogether makes pieces of work wait for a lane until they can form one group, in their order, and notes their errors.
func waitTogether(t *testing.T, s *store.Store, cause fund.ID, errs []error, work ...func() error) {
	t.Helper()
	busy, release := make(chan struct{}), make(chan struct{})
	var done sync.WaitGroup
	done.Go(func() {
		_ = s.Write(t.Context(), cause, func(context.Context, *store.Tx) error { close(busy); <-release; return nil })
	})
	<-busy
	for i, piece := range work {
		done.Go(func() { errs[i] = piece() })
		for store.Waiting(s, cause) <= i {
			runtime.Gosched()
		}
	}
	close(release)
	done.Wait()
}

// completeTogether records donations in one group of a lane, and returns why each was refused.
func completeTogether(t *testing.T, s *store.Store, cause fund.ID, incoming ...store.Completion) []error {
	t.Helper()
	refused, work := make([]error, len(incoming)), make([]func() error, len(incoming))
	for i, c := range incoming {
		work[i] = func() error { _, err := s.Complete(t.Context(), c); return err }
	}
	waitTogether(t, s, cause, refused, work...)
	return refused
}

// TestAReferenceInAGroup has a known reference, or one that repeats, among donations that are recorded together.
func TestAReferenceInAGroup(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		paid := func(reference string) store.Completion {
			c := a.donation(10)
			c.Reference = reference
			return c
		}
		if _, err := s.Complete(t.Context(), paid("one")); err != nil {
			t.Fatal(err)
		}
		for i, err := range completeTogether(t, s, a.cause.ID, a.donation(10), paid("one"), paid("two"), paid("two"), a.donation(10)) {
			if err != nil {
				t.Errorf("%d: got %v, want it taken", i, err)
			}
		}
		if got := a.total(t, s, a.solo); got != 40 {
			t.Errorf("got a total of %d, want 40: each reference once, and both donations without", got)
		}
		wantClean(t, s)
	})
}

func TestOneOfAGroupIsRefused(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		unknown := a.donation(7)
		unknown.Donation.PollOption = &fund.Ref{ID: newID()}
		refused := completeTogether(t, s, a.cause.ID, a.donation(10), unknown, a.donation(10))
		if refused[0] != nil || refused[1] == nil || refused[2] != nil {
			t.Errorf("got %v, want only the second refused", refused)
		}
		if got := a.total(t, s, a.solo); got != 20 {
			t.Errorf("got a total of %d, want 20", got)
		}
		wantClean(t, s)
	})
}

func TestADonationInsideAnotherWrite(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		complete := func(c store.Completion) (d fund.Donation, err error) {
			err = s.Write(t.Context(), a.cause.ID, func(ctx context.Context, tx *store.Tx) error { d, err = tx.Complete(ctx, c); return err })
			return d, err
		}
		d, err := complete(a.donation(10))
		if err != nil || d.State != fund.DonationCompleted || d.LegacyID == 0 || d.Screening != fund.ScreeningShown {
			t.Errorf("got %+v, %v, want it completed and shown", d, err)
		}
		held := a.donation(10)
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.PutDonationSettings(ctx, fund.DonationSettings{FactID: a.cause.ID, Screening: fund.ScreenEverything})
		})
		if d, err := complete(held); err != nil || d.Screening != fund.ScreeningHeld {
			t.Errorf("got %+v, %v, want it held", d, err)
		}
		lost := a.donation(5)
		lost.Donation.Fact.ID = newID()
		if _, err := complete(lost); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v, want not found for an unknown fact", err)
		}
		if got := a.total(t, s, a.solo); got != 20 {
			t.Errorf("got a total of %d, want 20", got)
		}
	})
}

func TestAnImportIsWholeOrNothing(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		complete := func(all ...store.Completion) error {
			return s.Write(t.Context(), a.cause.ID, func(ctx context.Context, tx *store.Tx) error { return tx.CompleteAll(ctx, all) })
		}
		lost := a.donation(5)
		lost.Donation.Fact.ID = newID()
		if err := complete(a.donation(10), lost, a.donation(10)); !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v, want not found for an unknown fact", err)
		}
		unknown := a.donation(7)
		unknown.Donation.PollOption = &fund.Ref{ID: newID()}
		if err := complete(a.donation(10), unknown); err == nil {
			t.Error("got nil, want an option that does not exist refused")
		}
		if got := a.total(t, s, a.solo); got != 0 {
			t.Errorf("got a total of %d, want nothing", got)
		}
		twice := a.donation(10)
		twice.Reference = "one"
		again := a.donation(10)
		again.Reference = "one"
		if err := complete(twice, again, a.donation(10)); err != nil {
			t.Errorf("got %v, want a reference that repeats to be one donation", err)
		}
		if got := a.total(t, s, a.solo); got != 20 {
			t.Errorf("got a total of %d, want 20", got)
		}
	})
}

// TestWhatAFactTakes has donations and matchers' donations for facts in each status.
func TestWhatAFactTakes(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		for _, c := range []struct {
			status fund.Status
			entry  fund.EntryKind
			taken  bool
		}{
			{fund.Published, fund.EntryDonation, true},
			{fund.Published, fund.EntryMatch, true},
			{fund.Retired, fund.EntryDonation, false},
			{fund.Retired, fund.EntryMatch, true},
			{fund.Unpublished, fund.EntryDonation, false},
			{fund.Unpublished, fund.EntryMatch, false},
		} {
			store.Damage(t, s, "UPDATE facts SET status = $1 WHERE id = $2", string(c.status), a.solo.ID)
			donation := a.donation(1)
			donation.Entry, donation.Donation.IsMatch = c.entry, c.entry == fund.EntryMatch
			if _, err := s.Complete(t.Context(), donation); c.taken != (err == nil) || err != nil && !fault.Is(err, fault.Conflict) {
				t.Errorf("%s at a fact that is %s: got %v, want it taken: %v", c.entry, c.status, err, c.taken)
			}
		}
	})
}

// TestRefundsFollowEachOther has a clock that stands still: each movement of a cause's money has its own instant.
func TestRefundsFollowEachOther(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.SQLite(t), store.Options{Now: func() time.Time { return epoch }})
	a := newAppeal(t, s, 1)
	d, err := s.Complete(t.Context(), a.donation(10))
	if err != nil {
		t.Fatal(err)
	}
	for range 3 {
		write(t, s, func(ctx context.Context, tx *store.Tx) error { _, err := tx.Refund(ctx, d.ID, 1); return err })
	}
	events, err := s.EventsAfter(t.Context(), 0, 9)
	if err != nil || len(events) != 4 {
		t.Fatalf("got %d events, %v, want four", len(events), err)
	}
	for i, e := range events {
		if want := epoch.Add(time.Duration(i) * time.Microsecond); !e.At.Equal(want) {
			t.Errorf("event %d: got %s, want %s", i, e.At, want)
		}
	}
}

func TestWhatIsDue(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		held := a.donation(10)
		if _, err := s.Complete(t.Context(), held); err != nil {
			t.Fatal(err)
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			return tx.SetRelease(ctx, held.Donation.ID, epoch.Add(time.Hour))
		})
		m := fund.DonationMatch{
			ID: newID(), DonationID: newID(), FactID: a.solo.ID, Type: fund.MatchAmount, MatchedBy: "Ada", Pledged: 10, Currency: "USD",
			StartsAt: epoch, EndsAt: epoch.Add(time.Hour), CreatedAt: epoch, UpdatedAt: epoch,
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertMatch(ctx, m) })
		for at, want := range map[time.Time][2][]fund.ID{
			epoch.Add(time.Hour - time.Microsecond): {},
			epoch.Add(time.Hour):                    {{held.Donation.ID}, {m.ID}},
		} {
			releases, err := s.DueWork(t.Context(), fund.WorkRelease, at, 9)
			if err != nil || !slices.Equal(releases, want[0]) {
				t.Errorf("%s: got %v, %v to release, want %v", at, releases, err, want[0])
			}
			matches, err := s.DueWork(t.Context(), fund.WorkMatch, at, 9)
			if err != nil || !slices.Equal(matches, want[1]) {
				t.Errorf("%s: got %v, %v to end, want %v", at, matches, err, want[1])
			}
		}
		store.Damage(t, s, "UPDATE facts SET status = 'unpublished' WHERE id = $1", a.solo.ID)
		donation := store.Completion{USD: 1, Entry: fund.EntryMatch, Donation: a.donation(1).Donation}
		err := s.Write(t.Context(), a.cause.ID, func(ctx context.Context, tx *store.Tx) error { return tx.EndMatch(ctx, m, &donation) })
		if matches, due := s.DueWork(t.Context(), fund.WorkMatch, epoch.Add(time.Hour), 9); !fault.Is(err, fault.Conflict) || due != nil || len(matches) != 1 {
			t.Errorf("got %v, %v, %d due, want a match whose donation is refused to stay open", err, due, len(matches))
		}
	})
}

// groups notes the size of each group that is committed.
func groups(s *store.Store) (sizes func() []int) {
	var mu sync.Mutex
	var all []int
	s.OnGroup(func(size int) {
		mu.Lock()
		defer mu.Unlock()
		all = append(all, size)
	})
	return func() []int {
		mu.Lock()
		defer mu.Unlock()
		return slices.Clone(all)
	}
}

// TestALaneTakesWorkOfEachKind has rows for two tables, changes, and a donation in one transaction.
func TestALaneTakesWorkOfEachKind(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.SQLite(t), store.Options{})
	a := newAppeal(t, s, 1)
	ctx := t.Context()
	if err := s.PutSandboxPayment(ctx, store.SandboxPayment{ID: "old b", Body: "1"}); err != nil {
		t.Fatal(err)
	}
	journal := func(id string) func() error {
		n := fund.ProviderEvent{ID: a.cause.ID, Provider: "p", EventID: id, Header: "{}", Body: []byte("{}"), ReceivedAt: epoch}
		n.ID[0], n.ID[1] = id[0], 'x'
		return func() error { return s.SaveProviderEvent(ctx, n) }
	}
	put := func(p store.SandboxPayment) func() error { return func() error { return s.PutSandboxPayment(ctx, p) } }
	sizes := groups(s)
	errs := make([]error, 6)
	waitTogether(t, s, a.cause.ID, errs,
		journal("a"), put(store.SandboxPayment{ID: "new b", Body: "1"}), journal("b"),
		put(store.SandboxPayment{ID: "old b", Body: "2", Version: 1}), put(store.SandboxPayment{ID: "old b", Body: "3", Version: 1}),
		func() error { _, err := s.Complete(ctx, a.donation(10)); return err },
	)
	for i, err := range errs {
		if stale := i == 4; stale != fault.Is(err, fault.Stale) || !stale && err != nil {
			t.Errorf("%d: got %v, want only the second change of a version refused", i, err)
		}
	}
	if got := sizes(); !slices.Contains(got, len(errs)) {
		t.Errorf("got groups of %v, want one of %d", got, len(errs))
	}
	for id, body := range map[string]string{"old b": "2", "new b": "1"} {
		if p, err := s.GetSandboxPayment(ctx, id); err != nil || p.Body != body {
			t.Errorf("%s: got %+v, %v, want %q", id, p, err, body)
		}
	}
	open, err := s.OpenProviderEvents(ctx, fund.Page{Limit: 9, Order: fund.OldestFirst})
	if err != nil || len(open) != 2 || a.total(t, s, a.solo) != 10 {
		t.Errorf("got %d events, %v and %d raised, want two and 10", len(open), err, a.total(t, s, a.solo))
	}
}

// TestALaneBoundsItsGroups has more pieces of work wait than a group takes.
func TestALaneBoundsItsGroups(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.SQLite(t), store.Options{})
	a := newAppeal(t, s, 1)
	sizes := groups(s)
	errs, work := make([]error, 300), make([]func() error, 300)
	for i := range work {
		work[i] = func() error {
			return s.Write(t.Context(), a.cause.ID, func(context.Context, *store.Tx) error { return nil })
		}
	}
	waitTogether(t, s, a.cause.ID, errs, work...)
	if got, want := sizes(), []int{1, 256, 44}; !slices.Equal(got, want) {
		t.Errorf("got groups of %v, want %v", got, want)
	}
}

// TestALaneMixesRequestsAndBackgroundWork has both take turns, as they do while donors pay: a transaction for each change between them is far slower.
func TestALaneMixesRequestsAndBackgroundWork(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.SQLite(t), store.Options{})
	a := newAppeal(t, s, 1)
	sizes := groups(s)
	ctxs := []context.Context{t.Context(), store.Awaited(t.Context(), store.AnswerTime), store.Awaited(t.Context(), store.AnswerTime/2)}
	errs, work := make([]error, 9), make([]func() error, 9)
	for i := range work {
		work[i] = func() error {
			return s.Write(ctxs[i%len(ctxs)], a.cause.ID, func(ctx context.Context, _ *store.Tx) error {
				if until, limited := ctx.Deadline(); !limited || time.Until(until) > store.AnswerTime/2 {
					t.Errorf("got a transaction until %s, want it to take as long as the least patient waits", until)
				}
				return nil
			})
		}
	}
	waitTogether(t, s, a.cause.ID, errs, work...)
	if got, want := sizes(), []int{1, 9}; !slices.Equal(got, want) {
		t.Errorf("got groups of %v, want %v", got, want)
	}
}
