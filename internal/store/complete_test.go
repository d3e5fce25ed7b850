package store_test

import (
	"context"
	"crypto/rand"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

var epoch = time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)

// onBoth runs a test on SQLite and on PostgreSQL.
func onBoth(t *testing.T, test func(*testing.T, *store.Store)) {
	t.Helper()
	onBothAt(t, func(t *testing.T, url func(testing.TB) string) { test(t, open(t, url(t), store.Options{})) })
}

// onBothAt runs a test with what makes databases, on either kind of them.
func onBothAt(t *testing.T, test func(*testing.T, func(testing.TB) string)) {
	t.Helper()
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, url)
		})
	}
}

func open(tb testing.TB, url string, o store.Options) *store.Store {
	tb.Helper()
	if o.Mode == "" {
		o.Mode = fund.ModeSandbox
	}
	s, err := store.Open(tb.Context(), url, o)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() {
		if err := s.Close(); err != nil {
			tb.Error(err)
		}
	})
	if _, _, err := s.Migrate(tb.Context()); err != nil {
		tb.Fatal(err)
	}
	return s
}

func newID() fund.ID {
	id, err := fund.NewID(epoch, rand.Reader)
	if err != nil {
		panic(err)
	}
	return id
}

// appeal is one cause with an event, a team campaign that supports it, and a campaign that
// supports the team campaign.
type appeal struct {
	user                         fund.User
	team                         fund.Team
	cause, event, together, solo fund.Fact
	poll                         fund.Poll
	target                       fund.Target
	reward                       fund.Reward
}

func ref(f fund.Fact) *fund.Ref {
	return &fund.Ref{ID: f.ID, LegacyID: f.LegacyID, Slug: f.Slug, Name: f.Name}
}

func newAppeal(t testing.TB, s *store.Store, stock int64) *appeal {
	t.Helper()
	a := &appeal{}
	fact := func(kind fund.Kind) fund.Fact {
		id := newID()
		return fund.Fact{
			ID: id, Kind: kind, Slug: "s-" + id.String(), Name: string(kind), Status: fund.Published, Currency: "USD",
			Supportable: fund.SupportPublic, CreatedAt: epoch, UpdatedAt: epoch, StartsAt: epoch,
			Cause: fund.Ref{ID: a.cause.ID}, User: &fund.Owner{Ref: fund.Ref{ID: a.user.ID}},
		}
	}
	write(t, s, func(ctx context.Context, tx *store.Tx) error {
		id := newID()
		a.user = fund.User{ID: id, Slug: id.String(), Username: "u", Email: id.String() + "@example.org", CreatedAt: epoch, UpdatedAt: epoch}
		a.team = fund.Team{ID: newID(), Slug: id.String(), Name: "t", CreatedAt: epoch, UpdatedAt: epoch}
		cause := fund.Cause{Fact: fact(fund.KindCause)}
		cause.User, cause.Cause = nil, fund.Ref{ID: cause.ID}
		err := errors.Join(tx.InsertUser(ctx, &a.user, "x"), tx.InsertTeam(ctx, &a.team), tx.InsertCause(ctx, &cause))
		a.cause = cause.Fact
		event := fund.FundraisingEvent{Fact: fact(fund.KindFundraisingEvent)}
		event.User = nil
		err = errors.Join(err, tx.InsertFundraisingEvent(ctx, &event))
		a.event = event.Fact
		a.together = fact(fund.KindTeamCampaign)
		a.together.Event, a.together.Team = ref(a.event), &fund.Owner{Ref: fund.Ref{ID: a.team.ID}}
		err = errors.Join(err, tx.InsertFact(ctx, &a.together))
		a.solo = fact(fund.KindCampaign)
		a.solo.Event, a.solo.Parent, a.solo.ParentKind = ref(a.event), ref(a.together), fund.KindTeamCampaign
		err = errors.Join(err, tx.InsertFact(ctx, &a.solo))
		a.poll = fund.Poll{ID: newID(), FactID: a.solo.ID, Name: "p", Enabled: true, CreatedAt: epoch, UpdatedAt: epoch}
		a.poll.Options = []fund.PollOption{{ID: newID(), PollID: a.poll.ID, Name: "yes", CreatedAt: epoch, UpdatedAt: epoch}}
		a.target = fund.Target{ID: newID(), FactID: a.solo.ID, Name: "t", Amount: 100, Enabled: true, CreatedAt: epoch, UpdatedAt: epoch}
		a.reward = fund.Reward{
			ID: newID(), FactID: a.solo.ID, Name: "r", Amount: 1, Currency: "USD", Kind: fund.RewardVirtual,
			Quantity: &stock, Enabled: true, CreatedAt: epoch, UpdatedAt: epoch,
		}
		milestone := fund.Milestone{ID: newID(), FactID: a.together.ID, Name: "m", Amount: 1000, Enabled: true, CreatedAt: epoch, UpdatedAt: epoch}
		return errors.Join(err, tx.InsertPoll(ctx, &a.poll), tx.InsertTarget(ctx, &a.target),
			tx.InsertReward(ctx, &a.reward), tx.InsertMilestone(ctx, &milestone))
	})
	return a
}

func write(t testing.TB, s *store.Store, fn func(context.Context, *store.Tx) error) {
	t.Helper()
	if err := s.Write(t.Context(), fund.ID{}, fn); err != nil {
		t.Fatal(err)
	}
}

// incoming is a donation of amount cents for the campaign.
func (a *appeal) donation(amount int64) store.Completion {
	return store.Completion{
		Donation: fund.Donation{
			ID: newID(), Fact: *ref(a.solo), FactKind: a.solo.Kind, CauseID: a.cause.ID, Amount: amount, Currency: "USD", Name: "Ada",
		},
		USD: amount,
	}
}

func (a *appeal) total(t *testing.T, s *store.Store, f fund.Fact) int64 {
	t.Helper()
	got, err := s.GetFact(t.Context(), store.FactKey{Key: fund.Key{ID: f.ID}})
	if err != nil {
		t.Fatal(err)
	}
	return got.Total()
}

func wantClean(t *testing.T, s *store.Store) {
	t.Helper()
	report, err := s.Audit(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range report.Differences {
		t.Errorf("audit: %s", d)
	}
}

func TestACompletionCountsEverywhere(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 10)
		c := a.donation(1234)
		c.Donation.PollOption = &fund.Ref{ID: a.poll.Options[0].ID}
		c.Donation.Target = &fund.Ref{ID: a.target.ID}
		c.Donation.Claims = []fund.Claim{{ID: newID(), Reward: fund.Ref{ID: a.reward.ID}, Quantity: 3}}
		var seen []fund.Event
		s.OnCommit(func(events []fund.Event) { seen = append(seen, events...) })
		done, err := s.Complete(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		if done.LegacyID == 0 || done.State != fund.DonationCompleted || done.EventID != a.event.ID || done.CompletedAt.IsZero() {
			t.Errorf("got %+v, want a completed donation of the event", done)
		}
		for _, f := range []fund.Fact{a.solo, a.together, a.event, a.cause} {
			if got := a.total(t, s, f); got != 1234 {
				t.Errorf("total of the %s: got %d, want 1234", f.Kind, got)
			}
		}
		ctx := t.Context()
		poll, err1 := s.GetPoll(ctx, fund.Key{ID: a.poll.ID})
		target, err2 := s.GetTarget(ctx, fund.Key{ID: a.target.ID})
		reward, err3 := s.GetReward(ctx, fund.Key{ID: a.reward.ID})
		user, err4 := s.GetUser(ctx, fund.Key{ID: a.user.ID})
		milestones, err5 := s.ListMilestones(ctx, store.MilestoneFilter{Fact: a.together.ID}, fund.Page{Limit: 100, Order: fund.OldestFirst})
		if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
			t.Fatal(err)
		}
		if poll.Options[0].Raised != 1234 || target.Raised != 1234 || reward.Claimed != 3 || user.RaisedUSD != 1234 || milestones[0].ReachedAt.IsZero() {
			t.Errorf("got option %d target %d claimed %d user %d milestone %v, want 1234 1234 3 1234 and a time",
				poll.Options[0].Raised, target.Raised, reward.Claimed, user.RaisedUSD, milestones[0].ReachedAt)
		}
		var topics []fund.Topic
		for _, e := range seen {
			topics = append(topics, e.Topic)
		}
		if want := []fund.Topic{fund.TopicDonationCompleted, fund.TopicMilestoneReached, fund.TopicTargetMet, fund.TopicStockChanged}; !slices.Equal(topics, want) {
			t.Fatalf("got topics %v, want %v", topics, want)
		}
		if seen[0].Subject != done.ID || len(seen[0].Facts) != 5 || seen[0].Position == 0 {
			t.Errorf("got events %+v, want the first to touch four facts and a user", seen)
		}
		wantClean(t, s)
	})
}

func TestAnEventListsItsOwnDonations(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		c := a.donation(50)
		c.Donation.Fact, c.Donation.FactKind = *ref(a.event), a.event.Kind
		if _, err := s.Complete(t.Context(), c); err != nil {
			t.Fatal(err)
		}
		list, err := s.ListDonations(t.Context(), store.DonationFilter{Event: a.event.ID}, fund.Page{Limit: 5})
		if err != nil || len(list) != 1 {
			t.Errorf("got %v, %v, want the donation", list, err)
		}
		wantClean(t, s)
	})
}

func TestAReferenceIsRecordedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		var wg sync.WaitGroup
		ids := make([]fund.ID, 32)
		for i := range ids {
			wg.Go(func() {
				c := a.donation(100)
				c.Reference = "pay-1"
				d, err := s.Complete(t.Context(), c)
				if err != nil {
					t.Error(err)
				}
				ids[i] = d.ID
			})
		}
		wg.Wait()
		for _, id := range ids {
			if id != ids[0] {
				t.Errorf("got donation %s, want %s for the same reference", id, ids[0])
			}
		}
		if got := a.total(t, s, a.cause); got != 100 {
			t.Errorf("got a total of %d, want 100", got)
		}
		wantClean(t, s)
	})
}

func TestTheLastRewardIsClaimedOnce(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 10)
		var wg sync.WaitGroup
		var mu sync.Mutex
		taken := 0
		for range 64 {
			wg.Go(func() {
				c := a.donation(100)
				c.Donation.Claims = []fund.Claim{{ID: newID(), Reward: fund.Ref{ID: a.reward.ID}, Quantity: 3}}
				_, err := s.Complete(t.Context(), c)
				mu.Lock()
				defer mu.Unlock()
				switch {
				case err == nil:
					taken++
				case !fault.Is(err, fault.Invalid) || fault.From(err).Fields[0].Path != "rewards.0.quantity":
					t.Errorf("got %v, want an invalid rewards.0.quantity", err)
				}
			})
		}
		wg.Wait()
		if got := a.total(t, s, a.solo); taken != 3 || got != 300 {
			t.Errorf("got %d takers and a total of %d, want 3 of 3 each and 300", taken, got)
		}
		wantClean(t, s)
	})
}

func TestClaimsOfOneDonationShareTheStock(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 3)
		c := a.donation(100)
		for range 2 {
			c.Donation.Claims = append(c.Donation.Claims, fund.Claim{ID: newID(), Reward: fund.Ref{ID: a.reward.ID}, Quantity: 2})
		}
		if _, err := s.Complete(t.Context(), c); !fault.Is(err, fault.Invalid) {
			t.Errorf("got %v, want an invalid fault: 4 of 3", err)
		}
		if got := a.total(t, s, a.solo); got != 0 {
			t.Errorf("got a total of %d after a refusal, want 0", got)
		}
	})
}

func TestRefusedDonationsLeaveTheOthersAlone(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		lost := a.donation(5)
		lost.Donation.Fact.ID = newID()
		unknown := a.donation(7)
		unknown.Donation.PollOption = &fund.Ref{ID: newID()}
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				if _, err := s.Complete(t.Context(), a.donation(10)); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Go(func() {
			if _, err := s.Complete(t.Context(), lost); !fault.Is(err, fault.NotFound) {
				t.Errorf("got %v, want not found for an unknown fact", err)
			}
		})
		wg.Go(func() {
			if _, err := s.Complete(t.Context(), unknown); err == nil {
				t.Error("a donation for an option that does not exist was taken")
			}
		})
		wg.Wait()
		if got := a.total(t, s, a.solo); got != 200 {
			t.Errorf("got a total of %d, want 200", got)
		}
		wantClean(t, s)
	})
}

// TestRefusedDonationsOfWhatIsNotApproved has a cause that waits for an operator, and one that was suspended. A matcher pays what was promised.
func TestRefusedDonationsOfWhatIsNotApproved(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		for _, approval := range []fund.Approval{fund.Approved, fund.Pending, fund.Suspended} {
			write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.SetApproval(ctx, a.cause.ID, approval, "") })
			match := a.donation(5)
			match.Entry, match.Donation.IsMatch = fund.EntryMatch, true
			insideAWrite := func(ctx context.Context, tx *store.Tx) error { _, err := tx.Complete(ctx, match); return err }
			if err := s.Write(t.Context(), a.cause.ID, insideAWrite); err != nil {
				t.Errorf("%s: got %v of a match, want it paid", approval, err)
			}
			if _, err := s.Complete(t.Context(), a.donation(5)); fault.Is(err, fault.Conflict) != (approval != fund.Approved) {
				t.Errorf("%s: got %v, want a conflict unless it is approved", approval, err)
			}
		}
	})
}

func TestCompletionTimesRiseWhateverTheClockSays(t *testing.T) {
	t.Parallel()
	clock := []time.Time{epoch.Add(time.Hour), epoch, epoch, epoch.Add(2 * time.Hour)}
	next := 0
	s := open(t, storetest.SQLite(t), store.Options{Now: func() time.Time {
		next++
		return clock[min(next, len(clock))-1]
	}})
	a := newAppeal(t, s, 1)
	next = 0
	var last time.Time
	for range clock {
		d, err := s.Complete(t.Context(), a.donation(1))
		if err != nil {
			t.Fatal(err)
		}
		if !d.CompletedAt.After(last) {
			t.Errorf("got %s after %s", d.CompletedAt, last)
		}
		last = d.CompletedAt
	}
}

func TestDonationsFollowAnImport(t *testing.T) {
	t.Parallel()
	s := open(t, storetest.SQLite(t), store.Options{Now: func() time.Time { return epoch }})
	a := newAppeal(t, s, 1)
	past := []store.Completion{a.donation(1), a.donation(1)}
	past[0].At, past[1].At = epoch.Add(2*time.Hour), epoch.Add(time.Hour)
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.CompleteAll(ctx, past) })
	d, err := s.Complete(t.Context(), a.donation(1))
	if want := epoch.Add(2*time.Hour + time.Microsecond); err != nil || !d.CompletedAt.Equal(want) {
		t.Errorf("got %s, %v, want %s", d.CompletedAt, err, want)
	}
}

func TestAReferenceStandsForOneDonationOfItsCause(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a, elsewhere := newAppeal(t, s, 1), newAppeal(t, s, 1)
		first, abroad := a.donation(100), elsewhere.donation(700)
		first.Reference, abroad.Reference = "pay-1", "pay-1"
		here, err := s.Complete(t.Context(), first)
		if err != nil {
			t.Fatal(err)
		}
		if there, err := s.Complete(t.Context(), abroad); err != nil || there.ID == here.ID {
			t.Errorf("another cause: got %s, %v, want a donation of its own", there.ID, err)
		}
		amount, name, fact := a.donation(200), a.donation(100), a.donation(100)
		name.Donation.Name = "Somebody else"
		fact.Donation.Fact, fact.Donation.FactKind = *ref(a.together), a.together.Kind
		for path, other := range map[string]store.Completion{"amount": amount, "name": name, "reference": fact} {
			other.Reference = "pay-1"
			_, err := s.Complete(t.Context(), other)
			if !fault.Is(err, fault.Invalid) || len(fault.From(err).Fields) != 1 || fault.From(err).Fields[0].Path != path {
				t.Errorf("got %v, want it refused at %s", err, path)
			}
			imported := s.Write(t.Context(), a.cause.ID, func(ctx context.Context, tx *store.Tx) error {
				fresh := a.donation(other.Donation.Amount)
				fresh.Reference, other.Reference = "pay-2", "pay-2"
				fresh.Donation.Amount = 100
				return tx.CompleteAll(ctx, []store.Completion{fresh, other})
			})
			if !fault.Is(imported, fault.Invalid) {
				t.Errorf("import with another %s: got %v, want it refused", path, imported)
			}
		}
		wantClean(t, s)
	})
}
