package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// chaos is an appeal to which anything may happen.
type chaos struct {
	*appeal
	t         testing.TB
	rt        *rapid.T
	s         *store.Store
	campaigns []fund.Fact
	users     []fund.User
	teams     []fund.Team
	donors    []fund.ID
	donations []fund.ID
	matches   []fund.ID
}

func newChaos(t testing.TB, rt *rapid.T, s *store.Store) *chaos {
	t.Helper()
	c := &chaos{appeal: newAppeal(t, s, 1000), t: t, rt: rt, s: s, donors: []fund.ID{{}, newID(), newID(), newID()}}
	other := newAppeal(t, s, 1000)
	c.users, c.teams = []fund.User{c.user, other.user}, []fund.Team{c.team, other.team}
	second := c.solo
	second.ID, second.Parent, second.ParentKind = newID(), ref(c.event), fund.KindFundraisingEvent
	second.Slug = second.ID.String()
	write(t, s, func(ctx context.Context, tx *store.Tx) error { return tx.InsertFact(ctx, &second) })
	c.campaigns = []fund.Fact{c.solo, second, c.together}
	return c
}

func (c *chaos) step() {
	switch rapid.SampledFrom([]string{"give", "give", "give", "refund", "move", "own", "retire", "match", "exercise", "screen"}).Draw(c.rt, "step") {
	case "give":
		c.give()
	case "refund":
		c.refund()
	case "move":
		c.change("move", func(f *fund.Fact) {
			parent := rapid.SampledFrom([]fund.Fact{c.together, c.event, c.cause, c.campaigns[1]}).Draw(c.rt, "parent")
			f.Parent, f.ParentKind = ref(parent), parent.Kind
		})
	case "own":
		c.change("own", func(f *fund.Fact) {
			f.User = &fund.Owner{Ref: fund.Ref{ID: rapid.SampledFrom(c.users).Draw(c.rt, "user").ID}}
			f.Team = nil
			if i := rapid.IntRange(0, 2).Draw(c.rt, "team"); i < 2 {
				f.Team = &fund.Owner{Ref: fund.Ref{ID: c.teams[i].ID}}
			}
		})
	case "retire":
		c.change("retire", func(f *fund.Fact) { f.Status = fund.Retired })
	case "match":
		c.match()
	case "exercise":
		c.exercise()
	case "screen":
		c.screen()
	}
}

// when is an instant on some day around the turn of a year.
func (c *chaos) when() time.Time {
	return time.Date(2026, 12, 28, 23, 59, 59, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 7).Draw(c.rt, "day"))
}

func (c *chaos) give() {
	g := c.donation(rapid.Int64Range(1, 1000).Draw(c.rt, "amount"))
	f := rapid.SampledFrom(append([]fund.Fact{c.event, c.cause}, c.campaigns...)).Draw(c.rt, "fact")
	g.Donation.Fact, g.At, g.USD = *ref(f), c.when(), g.USD/3
	g.Donation.DonorID = rapid.SampledFrom(c.donors).Draw(c.rt, "donor")
	g.Donation.Name = rapid.SampledFrom([]string{"Ada", "Grace", "Rose"}).Draw(c.rt, "name")
	g.Donation.Anonymous = rapid.Bool().Draw(c.rt, "anonymous")
	if d, err := c.s.Complete(c.t.Context(), g); err == nil {
		c.donations = append(c.donations, d.ID)
	}
}

func (c *chaos) refund() {
	if len(c.donations) == 0 {
		return
	}
	id := rapid.SampledFrom(c.donations).Draw(c.rt, "donation")
	amount := rapid.Int64Range(1, 1000).Draw(c.rt, "refund")
	_ = c.s.Write(c.t.Context(), c.cause.ID, func(ctx context.Context, tx *store.Tx) error {
		d, err := tx.GetDonation(ctx, fund.Key{ID: id})
		if err != nil {
			return err
		}
		_, err = tx.Refund(ctx, id, min(amount, max(d.Net(), 1)))
		return err
	})
}

// change changes one of the campaigns, unless that would make it support itself.
func (c *chaos) change(what string, how func(*fund.Fact)) {
	id := rapid.SampledFrom(c.campaigns).Draw(c.rt, what).ID
	_ = c.s.Write(c.t.Context(), c.cause.ID, func(ctx context.Context, tx *store.Tx) error {
		f, err := tx.GetFact(ctx, store.FactKey{Key: fund.Key{ID: id}})
		if err != nil {
			return err
		}
		how(&f)
		return tx.UpdateFact(ctx, f)
	})
}

// match creates a donation match, changes the window of one, or ends it.
func (c *chaos) match() {
	if len(c.matches) == 0 || rapid.Bool().Draw(c.rt, "new match") {
		m := c.newMatch(c.solo, c.when())
		c.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertMatch(ctx, m) })
		c.matches = append(c.matches, m.ID)
		return
	}
	id := rapid.SampledFrom(c.matches).Draw(c.rt, "match")
	end, starts := rapid.Bool().Draw(c.rt, "end"), c.when()
	_ = c.s.Write(c.t.Context(), c.cause.ID, func(ctx context.Context, tx *store.Tx) error {
		m, err := tx.GetMatch(ctx, id)
		if err != nil {
			return err
		}
		if !end {
			m.StartsAt = starts
			return tx.UpdateMatch(ctx, m)
		}
		if m.Amount() == 0 {
			return tx.EndMatch(ctx, m, nil)
		}
		g := c.donation(m.Amount())
		g.Entry, g.Donation.ID, g.Donation.IsMatch = fund.EntryMatch, m.DonationID, true
		return tx.EndMatch(ctx, m, &g)
	})
}

func (a *appeal) newMatch(f fund.Fact, starts time.Time) fund.DonationMatch {
	return fund.DonationMatch{
		ID: newID(), DonationID: newID(), FactID: f.ID, Type: fund.MatchAmount, MatchedBy: "Grace", Pledged: 500, Currency: "USD",
		StartsAt: starts, EndsAt: starts.AddDate(0, 0, 3), CreatedAt: epoch, UpdatedAt: epoch,
	}
}

func (c *chaos) exercise() {
	id := rapid.SampledFrom(c.campaigns).Draw(c.rt, "fact").ID
	a := fund.FitnessActivity{
		ID: newID(), FactID: id, UserID: rapid.SampledFrom(c.users).Draw(c.rt, "athlete").ID, Type: "Running",
		Meters: rapid.Int64Range(0, 9).Draw(c.rt, "meters"), Seconds: 5, At: c.when(), CreatedAt: epoch,
	}
	c.write(func(ctx context.Context, tx *store.Tx) error {
		facts := []fund.ID{id}
		for at := id; ; {
			f, err := tx.GetFact(ctx, store.FactKey{Key: fund.Key{ID: at}})
			if err != nil {
				return err
			}
			if f.Parent == nil {
				break
			}
			at = f.Parent.ID
			facts = append(facts, at)
		}
		tx.Append(fund.Event{Topic: fund.TopicFitnessRecorded, Subject: a.ID, Facts: facts, At: epoch})
		return tx.RecordFitness(ctx, a)
	})
}

func (c *chaos) screen() {
	if len(c.donations) == 0 {
		return
	}
	id := rapid.SampledFrom(c.donations).Draw(c.rt, "screened")
	c.write(func(ctx context.Context, tx *store.Tx) error {
		tx.Append(fund.Event{Topic: fund.TopicDonationScreened, Subject: id, At: epoch})
		return tx.ScreenDonation(ctx, id, rapid.SampledFrom([]fund.Screening{
			fund.ScreeningHidden, fund.ScreeningHeld, fund.ScreeningCommentHeld, fund.ScreeningShown,
		}).Draw(c.rt, "screening"), epoch)
	})
}

// named are the lines of the donors' leaderboards, with the names that are shown.
func (c *chaos) named() (lines []string) {
	c.t.Helper()
	for _, f := range append([]fund.Fact{c.event, c.cause}, c.campaigns...) {
		board := store.BoardFilter{Fact: f.ID, Board: fund.BoardDonor, Period: fund.PeriodAll}
		entries, err := c.s.Leaderboard(c.t.Context(), board, fund.Page{Limit: 99})
		if err != nil {
			c.rt.Fatal(err)
		}
		for _, e := range entries {
			lines = append(lines, fmt.Sprint(f.Slug, " ", e.Name, " ", e.Raised))
		}
	}
	return lines
}

func (c *chaos) write(fn func(context.Context, *store.Tx) error) {
	c.t.Helper()
	if err := c.s.Write(c.t.Context(), c.cause.ID, fn); err != nil {
		c.rt.Fatal(err)
	}
}
