package app_test

import (
	"fmt"
	"sync"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// twoPasses holds everything at the world's campaign until two have looked at it.
func (w *world) twoPasses(t *testing.T) {
	t.Helper()
	w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything), TwoPasses: fund.Some(true)})
}

// pass is how far a donation is, for a screener.
func (w *world) pass(t *testing.T, screener app.Actor, id fund.ID) app.Pass {
	t.Helper()
	seen := must.Get(w.See(t.Context(), screener, factKey(w.campaign)))(t)
	return must.Get(w.PassesOf(t.Context(), seen, []fund.Donation{w.donation(t, id)}))(t)[id]
}

// TestTwoScreenersLookAtADonation passes donations on, takes that back, hides, and has somebody who sets the screening show at once.
func TestTwoScreenersLookAtADonation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.twoPasses(t)
	ada, _ := w.volunteer(t, "Ada", fund.GrantScreener)
	bob, _ := w.volunteer(t, "Bob", fund.GrantScreener)
	head, _ := w.volunteer(t, "Head", fund.GrantHeadScreener)
	given := w.gift(t, "Gus", "hi")
	key := fund.Key{ID: given.ID}
	held := app.Decision{Was: fund.ScreeningHeld}
	passes := func(what string, want string) {
		t.Helper()
		if got := w.pass(t, bob, given.ID); got.By.Name != want || got.First != (want == "" || want == "Bob") {
			t.Errorf("%s: got %+v, want it passed on by %q", what, got, want)
		}
	}
	w.wantTaken(t, "the first screener", ada, "Gus")
	wantKind(t, w.DecideDonation(ctx, bob, key, held), "conflict")
	for range 2 { // a form that is sent twice passes it on once
		must.Do(t, w.DecideDonation(ctx, ada, key, held))
		w.wantShown(t, given.ID, fund.Anonymous, "")
	}
	passes("passed on", "Ada")
	w.wantTaken(t, "who passed it on", ada)
	for _, to := range []fund.Screening{fund.ScreeningShown, fund.ScreeningHostOnly} {
		if d := must.Get(w.ScreenDonation(ctx, ada, key, to))(t); d.Screening != fund.ScreeningHeld {
			t.Errorf("got %s by who passed it on, want it held", d.Screening)
		}
	}
	w.wantTaken(t, "another one", bob, "Gus")
	must.Do(t, w.UndoDecision(ctx, ada, campaignKey(w.campaign)))
	passes("taken back", "")
	w.wantTaken(t, "who took it back", ada, "Gus")
	w.wantTaken(t, "who had it meanwhile", bob)
	must.Do(t, w.DecideDonation(ctx, ada, key, held))
	w.wantTaken(t, "another one again", bob, "Gus")
	must.Do(t, w.DecideDonation(ctx, bob, key, held))
	w.wantShown(t, given.ID, "Gus", "hi")
	wantKind(t, w.UndoDecision(ctx, ada, campaignKey(w.campaign)), "conflict")
	must.Do(t, w.UndoDecision(ctx, bob, campaignKey(w.campaign)))
	passes("shown no more", "Ada")
	w.wantTaken(t, "who showed it", bob, "Gus")
	must.Do(t, w.DecideDonation(ctx, bob, key, held))
	must.Get(w.ScreenDonation(ctx, w.owner, key, fund.ScreeningHeld))(t)
	passes("held once more", "")

	other := w.gift(t, "Hal", "bad")
	must.Do(t, w.DecideDonation(ctx, ada, fund.Key{ID: other.ID}, app.Decision{To: fund.ScreeningHidden, Was: fund.ScreeningHeld}))
	if d := w.donation(t, other.ID); d.Screening != fund.ScreeningHidden {
		t.Errorf("got %s, want it hidden by one", d.Screening)
	}
	for _, one := range []app.Actor{head, w.owner} {
		quick := w.gift(t, "Ida", "")
		must.Do(t, w.DecideDonation(ctx, one, fund.Key{ID: quick.ID}, held))
		w.wantShown(t, quick.ID, "Ida", "")
	}
	must.Do(t, w.DecideDonation(ctx, ada, key, held))
	w.screens(t, fund.DonationSettingsPatch{TwoPasses: fund.Some(false)})
	w.wantTaken(t, "once one pass is enough", ada, "Gus")
	must.Do(t, w.DecideDonation(ctx, ada, key, held))
	w.wantShown(t, given.ID, "Gus", "hi")
	acts := must.Get(w.Acts(ctx, app.System(), given.ID, fund.Page{Limit: 99}))(t)
	count := map[fund.Act]int{}
	for _, one := range acts {
		count[one.Act]++
	}
	if count[fund.ActPass] != 3 || count[fund.ActUnpass] != 1 {
		t.Errorf("got %v, want 3 passes and 1 taken back in the log", count)
	}
}

// TestWhatWasHiddenIsPassedOn hides a donation and tries to show it alone: it waits for another screener, and is hidden again where that is taken back.
func TestWhatWasHiddenIsPassedOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.twoPasses(t)
	ada, _ := w.volunteer(t, "Ada", fund.GrantScreener)
	bob, _ := w.volunteer(t, "Bob", fund.GrantScreener)
	given := w.gift(t, "Gus", "hi")
	key, at := fund.Key{ID: given.ID}, campaignKey(w.campaign)
	was := func(what string, want fund.Screening, by string) {
		t.Helper()
		if d := w.donation(t, given.ID); d.Screening != want || w.pass(t, bob, given.ID).By.Name != by {
			t.Errorf("%s: got it %s, passed on by %q, want it %s, by %q", what, d.Screening, w.pass(t, bob, given.ID).By.Name, want, by)
		}
	}
	decide := func(actor app.Actor, decision app.Decision) {
		t.Helper()
		w.later()
		must.Do(t, w.DecideDonation(ctx, actor, key, decision))
	}
	decide(ada, app.Decision{})
	decide(ada, app.Decision{To: fund.ScreeningHidden})
	was("hidden", fund.ScreeningHidden, "")
	must.Do(t, w.UndoDecision(ctx, ada, at))
	was("hidden no more", fund.ScreeningHeld, "Ada")
	w.Clock.Advance(fund.LeaseStays) // of who took it back
	decide(bob, app.Decision{To: fund.ScreeningHidden})
	decide(bob, app.Decision{Was: fund.ScreeningHidden})
	was("shown by who hid it", fund.ScreeningHeld, "Bob")
	decide(bob, app.Decision{})
	was("shown twice", fund.ScreeningHeld, "Bob")
	must.Do(t, w.UndoDecision(ctx, bob, at))
	was("taken back", fund.ScreeningHidden, "")
	must.Do(t, w.UndoDecision(ctx, bob, at))
	was("hidden by nobody", fund.ScreeningHeld, "")
	must.Get(w.ScreenDonation(ctx, ada, key, fund.ScreeningHidden))(t)
	if d := must.Get(w.ScreenDonation(ctx, ada, key, fund.ScreeningShown))(t); d.Screening != fund.ScreeningHeld {
		t.Errorf("got %s through the API, want it held", d.Screening)
	}
	if on := must.Get(w.PassedOn(ctx, bob, w.donation(t, given.ID)))(t); !on {
		t.Error("got it passed on by nobody, through the API")
	}
	if on := must.Get(w.PassedOn(ctx, w.stranger, w.donation(t, given.ID)))(t); on {
		t.Error("got it passed on as a stranger")
	}
	decide(bob, app.Decision{})
	was("shown by another one", fund.ScreeningShown, "")
	must.Do(t, w.UndoDecision(ctx, bob, at))
	was("shown no more", fund.ScreeningHeld, "Ada")
	must.Get(w.EraseDonation(ctx, app.System(), given.ID))(t)
	if passes := must.Get(w.Store.ScreeningPasses(ctx, w.campaign.ID, []fund.ID{given.ID}))(t); len(passes) > 0 {
		t.Errorf("got %v of who was erased", passes)
	}
}

// TestAPassIsWhatItsScreenerSaw has decisions come late: nothing is shown by who saw that they pass it on, and nothing is passed on by who saw that they show it.
func TestAPassIsWhatItsScreenerSaw(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.twoPasses(t)
	ada, _ := w.volunteer(t, "Ada", fund.GrantScreener)
	bob, _ := w.volunteer(t, "Bob", fund.GrantScreener)
	passes := app.Decision{Was: fund.ScreeningHeld, Passes: fund.Some(true)}
	shows := app.Decision{Was: fund.ScreeningHeld, Passes: fund.Some(false)}
	given := w.gift(t, "Gus", "hi")
	key := fund.Key{ID: given.ID}
	wantKind(t, w.DecideDonation(ctx, ada, key, shows), "conflict")
	must.Do(t, w.DecideDonation(ctx, ada, key, passes))
	must.Do(t, w.DecideDonation(ctx, ada, key, passes))
	wantKind(t, w.DecideDonation(ctx, bob, key, passes), "conflict")
	must.Do(t, w.UndoDecision(ctx, ada, campaignKey(w.campaign)))
	w.later()
	w.Clock.Advance(fund.LeaseStays)
	wantKind(t, w.DecideDonation(ctx, bob, key, shows), "conflict")
	must.Do(t, w.DecideDonation(ctx, ada, key, passes))
	w.screens(t, fund.DonationSettingsPatch{TwoPasses: fund.Some(false)})
	wantKind(t, w.DecideDonation(ctx, bob, key, passes), "conflict")
	w.wantShown(t, given.ID, fund.Anonymous, "")
	must.Do(t, w.DecideDonation(ctx, bob, key, shows))
	must.Do(t, w.DecideDonation(ctx, ada, key, passes)) // once more, after a lost answer
	w.wantShown(t, given.ID, "Gus", "hi")
	_, err := w.ScreenDonation(ctx, ada, fund.Key{ID: w.gift(t, "Hal", "").ID}, fund.ScreeningCommentHeld)
	must.Do(t, err)
	w.twoPasses(t)
	_, err = w.ScreenDonation(ctx, ada, fund.Key{ID: w.gift(t, "Ida", "").ID}, fund.ScreeningCommentHeld)
	wantKind(t, err, "invalid")
}

// TestWhatIsBarredIsNotPassedOn wants a link to be refused by the first screener.
func TestWhatIsBarredIsNotPassedOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.twoPasses(t)
	w.screens(t, fund.DonationSettingsPatch{NoContacts: fund.Some(true)})
	ada, _ := w.volunteer(t, "Ada", fund.GrantScreener)
	given := w.gift(t, "Gus", "https://spam.example")
	wantKind(t, w.DecideDonation(t.Context(), ada, fund.Key{ID: given.ID}, app.Decision{}), "invalid")
	if got := w.pass(t, ada, given.ID); !got.By.ID.IsZero() || !got.First {
		t.Errorf("got %+v, want it passed on by nobody", got)
	}
}

// TestThreeScreenersShareTwoPasses has three screeners work at once: each donation is shown after two of them have looked at it, and no decision is lost.
func TestThreeScreenersShareTwoPasses(t *testing.T) {
	t.Parallel()
	const all = 100
	w := newWorld(t)
	ctx := t.Context()
	w.twoPasses(t)
	var ids []fund.ID
	for i := range all {
		ids = append(ids, w.gift(t, fmt.Sprint("n", i), "hi").ID)
	}
	var screeners []app.Actor
	for _, name := range []string{"Ada", "Bob", "Cid"} {
		actor, _ := w.volunteer(t, name, fund.GrantScreener)
		screeners = append(screeners, actor)
	}
	var lock sync.Mutex
	decided := map[fund.ID][]int{}
	left := 2 * all
	var wait sync.WaitGroup
	for i, actor := range screeners {
		wait.Go(func() {
			for {
				lock.Lock()
				over := left == 0
				lock.Unlock()
				desk, err := w.TakeHeld(ctx, actor, campaignKey(w.campaign), false)
				if err != nil || over {
					if err != nil {
						t.Error(err)
					}
					return
				}
				for _, d := range desk.Mine {
					err := w.DecideDonation(ctx, actor, fund.Key{ID: d.ID}, app.Decision{Was: d.Screening})
					lock.Lock()
					if err != nil {
						t.Error(err)
					}
					decided[d.ID] = append(decided[d.ID], i)
					left--
					lock.Unlock()
				}
			}
		})
	}
	wait.Wait()
	for _, id := range ids {
		if by := decided[id]; len(by) != 2 || by[0] == by[1] {
			t.Errorf("got %v who decided about %s, want two", by, id)
		}
		w.wantShown(t, id, w.donation(t, id).Name, "hi")
	}
}
