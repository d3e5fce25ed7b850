package store_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// TestResetKnowsEveryTable wants a decision about every table of the schema.
func TestResetKnowsEveryTable(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		gone, stay := store.ResetTables()
		known := slices.Sorted(slices.Values(slices.Concat(gone, stay)))
		if tables := slices.Sorted(slices.Values(store.Tables(t, s))); !slices.Equal(tables, known) {
			t.Errorf("got the tables\n%v\nwant those that a reset knows:\n%v", tables, known)
		}
	})
}

// donor makes random donations of all kinds to an appeal.
type donor struct {
	*testing.T
	s     *store.Store
	a     *appeal
	dice  *rand.Rand
	begun []fund.ID
	made  int
}

// donation has some incentives, or none.
func (g *donor) donation() store.Completion {
	c := g.a.donation(1 + g.dice.Int64N(1000))
	c.Reference = []string{"", fmt.Sprint("r", g.made)}[g.dice.IntN(2)]
	g.made++
	d := &c.Donation
	d.Email, d.Anonymous = "ada@example.org", g.dice.IntN(2) == 0
	d.DonorID = fund.ID{15: byte(1 + g.dice.IntN(3))}
	if g.dice.IntN(2) == 0 {
		d.PollOption, d.Target = &fund.Ref{ID: g.a.poll.Options[0].ID}, &fund.Ref{ID: g.a.target.ID}
	}
	if g.dice.IntN(2) == 0 {
		d.Claims = []fund.Claim{{ID: newID(), Reward: fund.Ref{ID: g.a.reward.ID}, Quantity: 1}}
	}
	return c
}

// step does one thing that happens to donations.
func (g *donor) step() {
	g.Helper()
	ctx, c := g.Context(), g.donation()
	switch g.dice.IntN(5) {
	case 0:
		_, err := g.s.Complete(ctx, c)
		g.must(err)
	case 1:
		write(g, g.s, func(ctx context.Context, tx *store.Tx) error {
			return tx.CompleteAll(ctx, []store.Completion{c, g.donation()})
		})
	case 2, 3:
		c.Reference = ""
		_, err := g.s.Begin(ctx, store.PendingDonation{Completion: c, Payment: fund.Payment{
			DonationID: c.Donation.ID, Provider: "sandbox", Reference: c.Donation.ID.String(), DueAt: epoch,
		}})
		g.must(err)
		g.begun = append(g.begun, c.Donation.ID)
	case 4:
		if len(g.begun) == 0 {
			return
		}
		id := g.begun[g.dice.IntN(len(g.begun))]
		p, err := g.s.GetPayment(ctx, id)
		g.must(err)
		words := []fund.PaymentState{
			{Status: fund.PaymentPaid, Paid: p.Total(), Currency: "USD"},
			{Status: fund.PaymentPaid, Paid: p.Total(), Currency: "USD", Refunded: 1},
			{Status: fund.PaymentPaid, Paid: p.Total(), Currency: "USD", Disputed: 1, Dispute: fund.DisputeOpen},
			{Status: fund.PaymentExpired},
		}
		if p.State.Arrived() {
			words = words[:3]
		}
		g.must(g.s.Settle(ctx, store.Settlement{Payment: p, Reported: words[g.dice.IntN(len(words))]}))
	}
}

func (g *donor) must(err error) {
	g.Helper()
	if err != nil {
		g.Fatal(err)
	}
}

// beside are the tables in which a reset may leave a trace: the log and how far it is folded, the mode, and numbers.
var beside = []string{"events", "projections", "settings", "sequences"}

// TestResetLeavesADatabaseThatNeverHadDonations compares every row with those before the first donation.
func TestResetLeavesADatabaseThatNeverHadDonations(t *testing.T) {
	onBothUnfixed(t, func(t *testing.T, url string) {
		s := nodeOf(t, url, fund.ModeSandbox)
		a := newAppeal(t, s, 1000)
		match := fund.DonationMatch{
			ID: newID(), DonationID: newID(), FactID: a.solo.ID, Type: fund.MatchAll, MatchedBy: "Bo", Pledged: 1000, Currency: "USD",
			StartsAt: epoch, EndsAt: time.Now().Add(time.Hour), CreatedAt: epoch, UpdatedAt: epoch,
		}
		write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertMatch(ctx, match) })
		for _, kind := range fund.MailKinds() {
			if kind != fund.MailReceipt && !strings.HasPrefix(string(kind), "case") { // the others are about no donation, and wait
				mail := fund.Mail{ID: newID(), Kind: kind, Recipient: "ada@example.org", About: a.user.ID, DueAt: epoch, CreatedAt: epoch}
				write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertMail(ctx, mail) })
			}
		}
		before := map[string][]string{}
		for _, table := range store.Tables(t, s) {
			before[table] = store.Dump(t, s, table)
		}
		position, err := s.LastPosition(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for seed := range uint64(3) {
			g := &donor{T: t, s: s, a: a, dice: rand.New(rand.NewPCG(seed, 0))}
			for range 40 {
				g.step()
			}
			project(t, s)
			wantClean(t, s)
			wantMode(t, s, fund.ModeSandbox)
			count, err := reset(t, s)
			if err != nil || count < 10 {
				t.Fatalf("got %d donations taken out, %v, want some", count, err)
			}
			for table, want := range before {
				if got := store.Dump(t, s, table); !slices.Contains(beside, table) && !slices.Equal(got, want) {
					t.Errorf("round %d, %s: got\n%s\nwant\n%s", seed, table, strings.Join(got, "\n"), strings.Join(want, "\n"))
				}
			}
			wantMode(t, s, "")
			wantClean(t, s)
			position = wantResetEvent(t, s, position)
			project(t, s)
			wantClean(t, s)
		}
		live := nodeOf(t, url, fund.ModeLive)
		d, err := live.Complete(t.Context(), a.donation(5))
		if err != nil || d.LegacyID != 1 {
			t.Errorf("got donation %d, %v, want numbers to begin again", d.LegacyID, err)
		}
		wantMode(t, live, fund.ModeLive)
	})
}

// reset takes out all donations.
func reset(t *testing.T, s *store.Store) (donations int64, err error) {
	t.Helper()
	err = s.Write(t.Context(), fund.ID{}, func(ctx context.Context, tx *store.Tx) (err error) {
		donations, err = tx.Reset(ctx)
		return err
	})
	return donations, err
}

func project(t *testing.T, s *store.Store) {
	t.Helper()
	for left := 1; left > 0; {
		var err error
		if left, err = s.Project(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// wantResetEvent wants the reset at the end of the log, after the position, and nothing about donations before it.
func wantResetEvent(t *testing.T, s *store.Store, position int64) int64 {
	t.Helper()
	events, err := s.EventsAfter(t.Context(), 0, 1000)
	if err != nil || len(events) == 0 {
		t.Fatalf("got %v, %v, want events", events, err)
	}
	last := events[len(events)-1]
	if last.Topic != fund.TopicDonationsReset || last.Position <= position {
		t.Errorf("got %+v at the end of the log, want the reset after %d", last, position)
	}
	for _, e := range events {
		if strings.HasPrefix(string(e.Topic), "donation.") {
			t.Errorf("got %+v, want nothing about donations", e)
		}
	}
	return last.Position
}

func TestResetOpensMatchesThatWereUsedUp(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		open, ended := newID(), newID()
		write(t, s, func(ctx context.Context, tx *store.Tx) error {
			for id, ends := range map[fund.ID]time.Time{open: time.Now().Add(time.Hour), ended: epoch.Add(time.Hour)} {
				m := fund.DonationMatch{
					ID: id, DonationID: newID(), FactID: a.solo.ID, Type: fund.MatchAll, MatchedBy: "Bo", Pledged: 1000, Currency: "USD",
					StartsAt: epoch, EndsAt: ends, CreatedAt: epoch, UpdatedAt: epoch, CompletedAt: epoch.Add(time.Minute),
				}
				if err := tx.InsertMatch(ctx, m); err != nil {
					return err
				}
			}
			return nil
		})
		store.Damage(t, s, "UPDATE donation_matches SET completed_at = 5")
		if _, err := reset(t, s); err != nil {
			t.Fatal(err)
		}
		for id, want := range map[fund.ID]bool{open: false, ended: true} {
			if m, err := s.GetMatch(t.Context(), id); err != nil || m.CompletedAt.IsZero() == want {
				t.Errorf("got %+v, %v, want it completed: %v", m, err, want)
			}
		}
	})
}

func TestBackup(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		a := newAppeal(t, s, 1)
		if _, err := s.Complete(t.Context(), a.donation(5)); err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(t.TempDir(), "copy of it.db")
		err := s.Backup(t.Context(), path)
		if fault.Is(err, fault.Unsupported) && t.Name() == "TestBackup/postgres" {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("got %v, %v, want a file for its owner only", info, err)
		}
		if err := s.Backup(t.Context(), path); !fault.Is(err, fault.Unavailable) {
			t.Errorf("again: got %v, want the first one to stay", err)
		}
		copied := open(t, "sqlite:"+path, store.Options{})
		for _, table := range store.Tables(t, s) {
			if got, want := store.Dump(t, copied, table), store.Dump(t, s, table); !slices.Equal(got, want) {
				t.Errorf("%s: got %v, want %v", table, got, want)
			}
		}
	})
}

func TestServersHoldADatabaseTogether(t *testing.T) {
	t.Parallel()
	ctx, url := t.Context(), storetest.Postgres(t)
	hold := func(how func(context.Context, string) (func() error, error)) func() {
		t.Helper()
		release, err := how(ctx, url)
		if err != nil {
			t.Fatal(err)
		}
		return func() {
			if err := release(); err != nil {
				t.Error(err)
			}
		}
	}
	first, second := hold(store.Hold), hold(store.Hold)
	first()
	if _, err := store.HoldAlone(ctx, url); !fault.Is(err, fault.Unavailable) {
		t.Errorf("beside a server: got %v, want unavailable", err)
	}
	second()
	alone := hold(store.HoldAlone)
	for name, how := range map[string]func(context.Context, string) (func() error, error){"a server": store.Hold, "another": store.HoldAlone} {
		if _, err := how(ctx, url); !fault.Is(err, fault.Unavailable) {
			t.Errorf("%s beside it: got %v, want unavailable", name, err)
		}
	}
	alone()
	// What was released is free when release returns: a server starts right after the command.
	for range 100 {
		hold(store.HoldAlone)()
		hold(store.Hold)()
	}
}
