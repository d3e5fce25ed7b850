package app_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// settling is how long settle takes on the clock.
const settling = 30 * time.Second

// screens changes the donation settings of the campaign.
func (w *world) screens(t *testing.T, patch fund.DonationSettingsPatch) {
	t.Helper()
	_, err := w.UpdateDonationSettings(t.Context(), w.owner, campaignKey(w.campaign), patch)
	must.Do(t, err)
}

// wantShown requires what the public sees of a donation.
func (w *world) wantShown(t *testing.T, id fund.ID, name, comment string) {
	t.Helper()
	if d := w.donation(t, id); d.DisplayName() != name || d.DisplayComment() != comment {
		t.Errorf("%s and %s: got %q and %q shown, want %q and %q", d.State, d.Screening, d.DisplayName(), d.DisplayComment(), name, comment)
	}
}

func written(name, comment string) fund.CheckoutInput {
	return fund.CheckoutInput{DonationInput: fund.DonationInput{Name: name, Comment: comment}}
}

// TestTheWaitBeginsWhenTheMoneyArrives pays a donation long after its form was submitted.
func TestTheWaitBeginsWhenTheMoneyArrives(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything), ReleaseAfter: fund.Some[int64](60)})
	begun := w.begin(t, written("Ada", "hi"))
	w.Clock.Advance(2 * time.Minute)
	w.settle(t)
	w.payWith(t, begun, goodCard)
	w.wantShown(t, begun.Donation, fund.Anonymous, "")
	w.Clock.Advance(59*time.Second - settling)
	w.settle(t)
	w.wantShown(t, begun.Donation, fund.Anonymous, "")
	w.Clock.Advance(time.Second)
	w.settle(t)
	w.wantShown(t, begun.Donation, "Ada", "hi")
}

// TestTheRulesWhenTheMoneyArrivesDecide changes the rules while payment pages are open.
func TestTheRulesWhenTheMoneyArrivesDecide(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	stricter := w.begin(t, written("Ada", "a slur"))
	w.screens(t, fund.DonationSettingsPatch{Words: fund.Some([]string{"slur"})})
	w.payWith(t, stricter, goodCard)
	w.wantShown(t, stricter.Donation, "Ada", "")

	looser := w.begin(t, written("Bo", "a slur"))
	w.screens(t, fund.DonationSettingsPatch{Words: fund.Some([]string{})})
	w.payWith(t, looser, goodCard)
	w.wantShown(t, looser.Donation, "Bo", "a slur")
}

// TestTheRulesAtTheReleaseDecide changes the rules while donations wait for their release.
func TestTheRulesAtTheReleaseDecide(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		patch fund.DonationSettingsPatch
		// after is when the donation is shown, counted from its arrival; 0 for never.
		after time.Duration
	}{
		"the same":               {fund.DonationSettingsPatch{}, time.Minute},
		"a word of the comment":  {fund.DonationSettingsPatch{Words: fund.Some([]string{"hi"})}, 0},
		"another word":           {fund.DonationSettingsPatch{Words: fund.Some([]string{"slur"})}, time.Minute},
		"a longer wait":          {fund.DonationSettingsPatch{ReleaseAfter: fund.Some[int64](120)}, 2 * time.Minute},
		"no release":             {fund.DonationSettingsPatch{ReleaseAfter: fund.Some[int64](0)}, 0},
		"no screening":           {fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenNothing)}, time.Minute},
		"comments but no names":  {fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenComments)}, time.Minute},
		"what is set above: off": {fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreeningMode(""))}, time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenEverything), ReleaseAfter: fund.Some[int64](60)})
			begun := w.begin(t, written("Ada", "hi"))
			w.payWith(t, begun, goodCard)
			w.screens(t, c.patch)
			for waited := time.Minute; waited <= 3*time.Minute; waited += time.Minute {
				w.Clock.Advance(time.Minute - settling)
				w.settle(t)
				if c.after == 0 || waited < c.after {
					w.wantShown(t, begun.Donation, fund.Anonymous, "")
				} else {
					w.wantShown(t, begun.Donation, "Ada", "hi")
				}
			}
		})
	}
}

// TestMoneyWithoutAPaymentIsScreened records a donation in each way that needs no payment.
func TestMoneyWithoutAPaymentIsScreened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.screens(t, fund.DonationSettingsPatch{Words: fund.Some([]string{"slur"})})
	in := fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "1", Name: "Ada", Comment: "a slur"}
	offline := must.Get(w.RecordOffline(ctx, w.causer, campaignKey(w.campaign), in))(t)
	triggered := must.Get(w.DonateAt(ctx, app.System(), in, time.Time{}))(t)
	in.Reference = "imported"
	must.Do(t, w.Import(ctx, app.System(), []app.PastDonation{{DonationInput: in, CompletedAt: w.Clock.Now().Add(-time.Hour)}}))
	imported := must.Get(w.DonateAt(ctx, app.System(), in, time.Time{}))(t)
	if imported.Origin != fund.OriginImport {
		t.Fatalf("got a donation from %s, want the imported one", imported.Origin)
	}
	for _, d := range []fund.Donation{offline, triggered, imported} {
		if d.Screening != fund.ScreeningCommentHeld {
			t.Errorf("%s: got %s in the result, want it held", d.Origin, d.Screening)
		}
		w.wantShown(t, d.ID, "Ada", "")
	}
}

// TestWhatLeadsElsewhereIsNeverShown has a screener try to show a link, by each state, and turn the protection off.
func TestWhatLeadsElsewhereIsNeverShown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.screens(t, fund.SafetyNormal.Patch())
	begun := w.begin(t, written("Ada", "come to evil.com"))
	w.payWith(t, begun, goodCard)
	key := fund.Key{ID: begun.Donation}
	for _, actor := range []app.Actor{w.owner, w.causer, app.System()} {
		_, err := w.ScreenDonation(t.Context(), actor, key, fund.ScreeningShown)
		wantFields(t, err, "screening cannot be shown: the donation has a link or a telephone number, which is never shown here; hide it, or turn no_contacts off first")
	}
	w.Clock.Advance(fund.NormalWait * 2)
	w.settle(t)
	w.wantShown(t, begun.Donation, "Ada", "")
	for _, s := range []fund.Screening{fund.ScreeningHidden, fund.ScreeningCommentHeld} {
		must.Get(w.ScreenDonation(t.Context(), w.owner, key, s))(t)
	}
	w.screens(t, fund.DonationSettingsPatch{NoContacts: fund.Some(false)})
	must.Get(w.ScreenDonation(t.Context(), w.owner, key, fund.ScreeningShown))(t)
	w.wantShown(t, begun.Donation, "Ada", "come to evil.com")
}

// TestNothingIsReleasedUnattended gives while nobody, and then somebody, looks at what waits.
func TestNothingIsReleasedUnattended(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.screens(t, fund.SafetyStrict.Patch())
	begun := w.begin(t, written("Ada", "hi"))
	w.payWith(t, begun, goodCard)
	wait := func(d time.Duration) {
		t.Helper()
		w.Clock.Advance(d - settling)
		w.settle(t)
	}
	wait(fund.StrictWait + time.Minute)
	w.wantShown(t, begun.Donation, fund.Anonymous, "")
	wait(fund.Parked)
	w.wantShown(t, begun.Donation, fund.Anonymous, "")

	if _, err := w.HeldDonations(ctx, w.stranger, campaignKey(w.campaign), 9); err == nil {
		t.Fatal("got what is held as a stranger")
	}
	wait(fund.Parked)
	w.wantShown(t, begun.Donation, fund.Anonymous, "")

	if held := must.Get(w.HeldDonations(ctx, w.owner, campaignKey(w.campaign), 9))(t); len(held) != 1 {
		t.Fatalf("got %d held, want 1", len(held))
	}
	wait(fund.StrictWait - time.Second)
	w.wantShown(t, begun.Donation, fund.Anonymous, "")
	must.Get(w.HeldDonations(ctx, w.owner, campaignKey(w.campaign), 9))(t)
	wait(settling + time.Second)
	w.wantShown(t, begun.Donation, "Ada", "hi")

	later := w.begin(t, written("Bo", "hello"))
	w.payWith(t, later, goodCard)
	wait(fund.StrictWait + fund.ScreenerStays)
	w.wantShown(t, later.Donation, fund.Anonymous, "")
	w.screens(t, fund.SafetyRelaxed.Patch())
	wait(fund.Parked + time.Minute)
	w.wantShown(t, later.Donation, "Bo", "hello")
}

// TestCommentsForTheHostOnly has comments released and approved, in the order in which a campaign comes to that.
func TestCommentsForTheHostOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenHostOnly), ReleaseAfter: fund.Some[int64](60), Words: fund.Some([]string{"slur"})})
	given := map[string]fund.ID{}
	for name, comment := range map[string]string{"Silent": "", "Ada": "hi", "Bob": "a slur"} {
		given[name] = must.Get(w.DonateAt(ctx, app.System(), fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "1", Name: name, Comment: comment}, time.Time{}))(t).ID
	}
	is := func(name string, want fund.Screening, shown string) {
		t.Helper()
		if d := w.donation(t, given[name]); d.Screening != want {
			t.Errorf("%s: got %s, want %s", name, d.Screening, want)
		}
		w.wantShown(t, given[name], name, shown)
	}
	is("Silent", fund.ScreeningShown, "")
	is("Ada", fund.ScreeningCommentHeld, "")
	w.Clock.Advance(time.Minute)
	w.settle(t)
	is("Ada", fund.ScreeningHostOnly, "")
	is("Bob", fund.ScreeningCommentHeld, "")

	_, err := w.ScreenDonation(ctx, w.owner, fund.Key{ID: given["Bob"]}, fund.ScreeningShown)
	wantFields(t, err, "screening cannot be shown: comments are for the host only here; send host_only, or change screening_mode first")
	is("Bob", fund.ScreeningCommentHeld, "")
	must.Get(w.ApproveDonation(ctx, w.owner, fund.Key{ID: given["Bob"]}))(t)
	is("Bob", fund.ScreeningHostOnly, "")

	// What was for the host only stays so, and can be shown then.
	w.screens(t, fund.DonationSettingsPatch{Screening: fund.Some(fund.ScreenNothing)})
	is("Ada", fund.ScreeningHostOnly, "")
	must.Get(w.ApproveDonation(ctx, w.owner, fund.Key{ID: given["Ada"]}))(t)
	is("Ada", fund.ScreeningShown, "hi")
}

// TestTheRulesDecideAboutTheHost marks a donation for the host before its money came: that is no decision about what it says.
func TestTheRulesDecideAboutTheHost(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.screens(t, fund.DonationSettingsPatch{Words: fund.Some([]string{"slur"})})
	begun := w.begin(t, written("Ada", "a slur"))
	must.Get(w.ScreenDonation(t.Context(), w.owner, fund.Key{ID: begun.Donation}, fund.ScreeningHostOnly))(t)
	w.payWith(t, begun, goodCard)
	if d := w.donation(t, begun.Donation); d.Screening != fund.ScreeningCommentHeld {
		t.Errorf("got %s, want it held by its word", d.Screening)
	}
}
