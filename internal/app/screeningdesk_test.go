package app_test

import (
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// takes are the names of the donations that a screener has.
func (w *world) takes(t *testing.T, screener app.Actor) []string {
	t.Helper()
	names := []string{}
	for _, d := range must.Get(w.TakeHeld(t.Context(), screener, campaignKey(w.campaign), false))(t).Mine {
		names = append(names, d.Name)
	}
	return names
}

func (w *world) wantTaken(t *testing.T, what string, screener app.Actor, want ...string) {
	t.Helper()
	if got := w.takes(t, screener); fmt.Sprint(got) != fmt.Sprint(want) {
		t.Errorf("%s: got %v, want %v", what, got, want)
	}
}

// TestNoTwoScreenersHaveTheSameDonation gives donations out, lets leases end, and has others decide.
func TestNoTwoScreenersHaveTheSameDonation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything)})
	ada, grant := w.volunteer(t, "Ada", fund.GrantScreener)
	bob, _ := w.volunteer(t, "Bob", fund.GrantScreener)
	head, _ := w.volunteer(t, "Head", fund.GrantHeadScreener)
	ids := map[string]fund.Key{}
	for i := range fund.LeasedAtOnce + 3 {
		name := fmt.Sprint("n", i)
		ids[name] = fund.Key{ID: w.gift(t, name, "hi", func(in *fund.DonationInput) { in.Reference = "R" + name }).ID}
	}
	w.wantTaken(t, "the first screener", ada, "n0", "n1", "n2", "n3", "n4")
	w.wantTaken(t, "the second", bob, "n5", "n6", "n7")
	w.wantTaken(t, "the first once more", ada, "n0", "n1", "n2", "n3", "n4")
	w.wantTaken(t, "a third", w.owner)
	desk := must.Get(w.TakeHeld(ctx, bob, campaignKey(w.campaign), false))(t)
	if desk.Waiting != 8 || len(desk.Leases) != 8 || len(desk.Screeners) != 3 || desk.Leases[0].Screener.Name != "Ada" || desk.Mine[0].Reference != "" {
		t.Errorf("got %+v, want 8 that wait, who has them, and 3 screeners", desk)
	}

	wantKind(t, w.DecideDonation(ctx, bob, ids["n0"], app.Decision{}), "conflict")
	must.Do(t, w.DecideDonation(ctx, head, ids["n0"], app.Decision{Was: fund.ScreeningHeld}))
	must.Get(w.ScreenDonation(ctx, w.owner, ids["n1"], fund.ScreeningHidden))(t)
	wantKind(t, w.DecideDonation(ctx, ada, ids["n1"], app.Decision{Was: fund.ScreeningHeld}), "conflict")
	must.Do(t, w.DecideDonation(ctx, ada, ids["n1"], app.Decision{To: fund.ScreeningHidden, Was: fund.ScreeningHeld}))
	must.Do(t, w.DecideDonation(ctx, ada, ids["n2"], app.Decision{Was: fund.ScreeningHeld}))
	w.wantTaken(t, "after three decisions", ada, "n3", "n4")

	w.Clock.Advance(fund.LeaseStays - time.Microsecond)
	w.wantTaken(t, "just before the end", bob, "n5", "n6", "n7")
	w.Clock.Advance(time.Microsecond)
	w.wantTaken(t, "at the end of the other's", bob, "n3", "n4", "n5", "n6", "n7")
	w.wantTaken(t, "with nothing left", ada)

	// What somebody had whose grant ends goes to others at once.
	must.Do(t, w.DecideDonation(ctx, bob, ids["n3"], app.Decision{}))
	w.gift(t, "n8", "")
	w.wantTaken(t, "a new one", ada, "n8")
	must.Get(w.EndGrants(ctx, w.owner, campaignKey(w.campaign), grant.ID))(t)
	w.wantTaken(t, "of an ended grant", bob, "n4", "n5", "n6", "n7", "n8")
	_, err := w.TakeHeld(ctx, ada, campaignKey(w.campaign), false)
	wantKind(t, err, "forbidden")
	wantKind(t, w.DecideDonation(ctx, ada, ids["n4"], app.Decision{}), "forbidden")
	_, err = w.TakeHeld(ctx, w.stranger, campaignKey(w.campaign), false)
	wantKind(t, err, "forbidden")
}

// TestThreeScreenersShareAQueue has three screeners decide about all that waits at once: each donation is shown to one of them, and decided once.
func TestThreeScreenersShareAQueue(t *testing.T) {
	t.Parallel()
	const all = 300
	w := newWorld(t)
	ctx := t.Context()
	w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything)})
	for i := range all {
		w.gift(t, fmt.Sprint("n", i), "hi")
	}
	var screeners []app.Actor
	for _, name := range []string{"Ada", "Bob", "Cid"} {
		actor, _ := w.volunteer(t, name, fund.GrantScreener)
		screeners = append(screeners, actor)
	}
	var lock sync.Mutex
	shown, decided := map[fund.ID]int{}, map[fund.ID]int{}
	var wait sync.WaitGroup
	for i, actor := range screeners {
		wait.Go(func() {
			for {
				desk, err := w.TakeHeld(ctx, actor, campaignKey(w.campaign), false)
				if err != nil {
					t.Error(err)
					return
				}
				if len(desk.Mine) == 0 {
					return
				}
				for _, d := range desk.Mine {
					err := w.DecideDonation(ctx, actor, fund.Key{ID: d.ID}, app.Decision{Was: d.Screening})
					lock.Lock()
					if other, seen := shown[d.ID]; seen && other != i {
						t.Errorf("%s was shown to two screeners", d.Name)
					}
					if shown[d.ID] = i; err != nil {
						t.Error(err)
					}
					decided[d.ID]++
					lock.Unlock()
				}
			}
		})
	}
	wait.Wait()
	if len(decided) != all {
		t.Errorf("got %d decided, want %d", len(decided), all)
	}
	for id, times := range decided {
		if times != 1 {
			t.Errorf("%s was decided %d times", id, times)
		}
	}
	if desk := must.Get(w.TakeHeld(ctx, w.owner, campaignKey(w.campaign), false))(t); desk.Waiting != 0 || len(desk.Leases) != 0 {
		t.Errorf("got %d that wait, want none", desk.Waiting)
	}
}
