package main

import (
	"context"
	"fmt"
	"net/netip"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

const (
	// queued is how many donations wait for a screener, and how many others for their alert.
	queued = 10_000
	// screeners is how many screen at once.
	screeners = 20
	// deskActs is how many acts are measured of each kind.
	deskActs = 200
)

// desks measures an act at the alert desk and one at the screening while 10,000 donations wait at each, with the reads of the page that shows what came of it,
// through the use cases; and then 20 screeners who decide about all of those at once.
func desks(ctx context.Context, b *bench) error {
	for _, d := range b.databases() {
		w, err := b.quietWorld(ctx, d, "desks")
		if err != nil {
			return err
		}
		err = w.open(ctx, func(s *store.Store, a *app.App) error {
			h := &hall{bench: b, database: d, store: s, app: a}
			if err := h.fill(ctx, w); err != nil {
				return err
			}
			return h.measure(ctx)
		})
		if err != nil {
			return fmt.Errorf("desks, %s: %w", d.name, err)
		}
	}
	return nil
}

// hall is a campaign with people at its desks.
type hall struct {
	*bench
	database

	store *store.Store
	app   *app.App
	fact  fund.Fact
	// people are the screeners. The first of them runs the alert desk, too.
	people []app.Actor
}

func (h *hall) key() app.FactKey {
	return app.FactKey{Key: fund.Key{ID: h.fact.ID}, Kinds: app.AllKinds()}
}

// fill lets the donations wait, and the people come.
func (h *hall) fill(ctx context.Context, w *world) error {
	id, err := fund.ParseID(w.Campaign.ID)
	if err != nil {
		return err
	}
	if h.fact, err = h.store.GetFact(ctx, store.FactKey{Key: fund.Key{ID: id}}); err != nil {
		return err
	}
	_, err = h.app.CreateOverlay(ctx, app.System(), h.key(), fund.OverlayPatch{Name: fund.Some("Alerts"), Kind: fund.Some(fund.OverlayAlerts), Theme: fund.Some(fund.ThemeCard)})
	if err != nil {
		return err
	}
	if _, err := h.app.QueueAlerts(ctx); err != nil { // what was there before it begins makes no alert
		return err
	}
	for _, mode := range []fund.ScreeningMode{fund.ScreenNothing, fund.ScreenEverything} {
		if _, err := h.app.UpdateDonationSettings(ctx, app.System(), h.key(), fund.DonationSettingsPatch{Screening: fund.Some(mode)}); err != nil {
			return err
		}
		if err := h.complete(ctx); err != nil {
			return err
		}
	}
	for done := 1; done > 0; {
		if done, err = h.app.QueueAlerts(ctx); err != nil {
			return err
		}
	}
	return h.invite(ctx)
}

// complete completes as many donations as are to wait in one place.
func (h *hall) complete(ctx context.Context) error {
	now := h.app.Now()
	all := make([]store.Completion, queued)
	for i := range all {
		at := now.Add(time.Duration(i) * time.Microsecond)
		var err error
		if all[i], err = completionFor(h.fact, at, i); err != nil {
			return err
		}
		all[i].At = at
	}
	return h.store.Write(ctx, h.fact.Cause.ID, func(ctx context.Context, t *store.Tx) error { return t.CompleteAll(ctx, all) })
}

func (h *hall) invite(ctx context.Context) error {
	roles := []fund.GrantRole{fund.GrantScreener, fund.GrantDesk}
	for i := range screeners {
		in := fund.FactGrantInput{Name: fmt.Sprintf("Screener %d", i+1), Roles: roles, EndsAt: h.app.Now().Add(24 * time.Hour)}
		links, err := h.app.GiveGrants(ctx, app.System(), h.key(), []fund.FactGrantInput{in})
		if err != nil {
			return err
		}
		session, _, err := h.app.AcceptGrantAlone(ctx, links[0].Key, netip.Addr{})
		if err != nil {
			return err
		}
		visit, err := h.app.GetGrantVisit(ctx, session)
		if err != nil {
			return err
		}
		h.people = append(h.people, visit.Actor())
	}
	return nil
}

// measure measures single acts, and then all screeners at once.
func (h *hall) measure(ctx context.Context) error {
	seen, err := h.app.See(ctx, h.people[0], h.key())
	if err != nil {
		return err
	}
	d, err := h.app.Desk(ctx, seen)
	if err != nil {
		return err
	}
	if d.Waiting != queued {
		return fmt.Errorf("got %d alerts that wait, want %d", d.Waiting, queued)
	}
	for _, one := range []struct {
		what string
		act  func(int) error
	}{
		{"pause or resume at the alert desk", func(i int) error { return h.desk(ctx, []fund.DeskAct{fund.DeskPause, fund.DeskResume}[i%2], false) }},
		{"skip of an alert that waits", func(int) error { return h.desk(ctx, fund.DeskSkip, true) }},
		{"decision of a screener", func(int) error { return h.screen(ctx, h.people[0]) }},
	} {
		h.progress("%s, %s", one.what, h.name)
		var took []time.Duration
		for i := range deskActs {
			began := time.Now()
			if err := one.act(i); err != nil {
				return fmt.Errorf("%s: %w", one.what, err)
			}
			took = append(took, time.Since(began))
		}
		s := gathered(0, [][]time.Duration{took})
		h.table.add(row{
			what:     fmt.Sprintf("%s with its page, %s, %s waiting", one.what, h.name, thousands(queued)),
			measured: fmt.Sprintf("p50 %s, p99 %s", short(s.quantile(.5)), short(s.quantile(.99))), aim: "≤ 50 ms",
		})
	}
	return h.race(ctx)
}

// desk does something at the alert desk, and reads it again; onFirst is set for what is about the first alert that waits.
func (h *hall) desk(ctx context.Context, do fund.DeskAct, onFirst bool) error {
	seen, err := h.app.See(ctx, h.people[0], h.key())
	if err != nil {
		return err
	}
	var alert fund.ID
	if onFirst {
		first, err := h.store.ListAlerts(ctx, h.stage(ctx), fund.AlertQueued, 1)
		if err != nil {
			return err
		}
		alert = first[0].ID
	}
	if err := h.app.RunStage(ctx, h.people[0], h.key(), do, alert); err != nil {
		return err
	}
	_, err = h.app.Desk(ctx, seen)
	return err
}

// stage is the stage of the campaign; the zero id where it cannot be read.
func (h *hall) stage(ctx context.Context) fund.ID {
	s, _ := h.store.GetStage(ctx, fund.FirstStage(h.fact.ID))
	return s.ID
}

// screen has a screener approve the first donation that they have, and reads the page again. Its error is NotFound when nothing waits for them.
func (h *hall) screen(ctx context.Context, by app.Actor) error {
	desk, err := h.app.TakeHeld(ctx, by, h.key(), false)
	if err != nil {
		return err
	}
	if len(desk.Mine) == 0 {
		return &fault.Error{Kind: fault.NotFound}
	}
	one := desk.Mine[0]
	if err := h.app.DecideDonation(ctx, by, fund.Key{ID: one.ID}, app.Decision{To: fund.ScreeningShown, Was: one.Screening}); err != nil {
		return err
	}
	_, err = h.app.LatestDonations(ctx, by, h.key(), 20)
	return err
}

// race has all screeners decide about everything that still waits. What two of them were given would be a Conflict for one, which fails the run.
func (h *hall) race(ctx context.Context) error {
	h.progress("%d screeners at once, %s", screeners, h.name)
	took, failed := make([][]time.Duration, screeners), make([]error, screeners)
	var working sync.WaitGroup
	began := time.Now()
	for i, by := range h.people {
		working.Go(func() {
			for failed[i] == nil {
				now := time.Now()
				if failed[i] = h.screen(ctx, by); failed[i] == nil {
					took[i] = append(took[i], time.Since(now))
				}
			}
		})
	}
	working.Wait()
	for _, err := range failed {
		if !fault.Is(err, fault.NotFound) {
			return err
		}
	}
	s := gathered(time.Since(began), took)
	if err := h.clear(ctx); err != nil {
		return err
	}
	if s.count != queued-deskActs {
		return fmt.Errorf("got %d decisions, want one for each of %d donations", s.count, queued-deskActs)
	}
	h.table.add(row{what: fmt.Sprintf("%d screeners over %s donations, %s, each one once", screeners, thousands(int64(s.count)), h.name), measured: s.String()})
	return nil
}

// clear comes back on air without anything that waits, which is the largest act of a desk.
func (h *hall) clear(ctx context.Context) error {
	if err := h.desk(ctx, fund.DeskOff, false); err != nil {
		return err
	}
	began := time.Now()
	if err := h.desk(ctx, fund.DeskOnEmpty, false); err != nil {
		return err
	}
	h.table.add(row{what: fmt.Sprintf("back on air without %s alerts that wait, with its page, %s, once", thousands(queued), h.name), measured: short(time.Since(began))})
	return nil
}
