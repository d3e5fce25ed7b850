package app_test

import (
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// offline sets what the world's cause lets streamers record, in major units.
func (w *world) offline(t *testing.T, once, daily string) {
	t.Helper()
	key := app.FactKey{Key: fund.Key{ID: w.cause.ID}, Kinds: []fund.Kind{fund.KindCause}}
	_, err := w.UpdateDonationSettings(t.Context(), w.causer, key, fund.DonationSettingsPatch{
		OfflineMaximum: fund.Some(once), OfflineDailyMaximum: fund.Some(daily),
	})
	must.Do(t, err)
}

// TestStreamersRecordWhatTheCauseAllows records offline donations and pledges at the edges of what is allowed.
func TestStreamersRecordWhatTheCauseAllows(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	record := func(actor app.Actor, amount string) error {
		_, err := w.RecordOffline(ctx, actor, campaignKey(w.campaign), fund.DonationInput{Amount: amount, Name: "Cash"})
		return err
	}
	promise := func(actor app.Actor, patch fund.MatchPatch) error {
		patch.MatchedBy, patch.EndsAt = fund.Some("Grace"), fund.Some(w.Clock.Now().Add(time.Hour))
		_, err := w.CreateMatch(ctx, actor, campaignKey(w.campaign), patch)
		return err
	}
	w.offline(t, "", "")
	wantKind(t, record(w.owner, "1"), "forbidden")
	wantKind(t, promise(w.owner, fund.MatchPatch{Pledged: fund.Some("1")}), "forbidden")
	must.Do(t, record(w.causer, "1000"))
	must.Do(t, promise(w.causeToken, fund.MatchPatch{Type: fund.Some(fund.MatchAll)}))

	w.offline(t, "10", "25")
	wantFields(t, record(w.owner, "10.01"), "amount is more than the cause lets you record at once without a payment: $10.00")
	must.Do(t, record(w.owner, "10"))
	must.Do(t, promise(w.owner, fund.MatchPatch{Pledged: fund.Some("10")}))
	wantFields(t, record(w.owner, "5.01"), "amount is more than the cause lets you record a day without a payment: $25.00")
	must.Do(t, record(w.owner, "5"))
	wantFields(t, promise(w.owner, fund.MatchPatch{Pledged: fund.Some("0.01")}), "pledged is more than the cause lets you record a day without a payment: $25.00")
	wantFields(t, promise(w.owner, fund.MatchPatch{Type: fund.Some(fund.MatchAll)}), "type is for the staff of the cause: promise an amount")
	w.Clock.Advance(24 * time.Hour)
	must.Do(t, record(w.owner, "10"))
	wantFields(t, func() error {
		_, err := w.UpdateDonationSettings(ctx, w.owner, campaignKey(w.campaign), fund.DonationSettingsPatch{OfflineMaximum: fund.Some("99")})
		return err
	}(), "offline_daily_maximum must not be less than offline_maximum", "offline_maximum is set by the cause")
}

// TestAPledgeGrowsToTheMostOfOne raises a pledge in steps: each is within the limit, their sum is not.
func TestAPledgeGrowsToTheMostOfOne(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	w.offline(t, "10", "100")
	m, err := w.CreateMatch(ctx, w.owner, campaignKey(w.campaign), fund.MatchPatch{
		MatchedBy: fund.Some("Grace"), Pledged: fund.Some("9"), EndsAt: fund.Some(w.Clock.Now().Add(time.Hour)),
	})
	must.Do(t, err)
	change := func(actor app.Actor, patch fund.MatchPatch) error {
		_, err := w.UpdateMatch(ctx, actor, fund.Key{ID: m.ID}, patch)
		return err
	}
	must.Do(t, change(w.owner, fund.MatchPatch{Pledged: fund.Some("10")}))
	wantFields(t, change(w.owner, fund.MatchPatch{Pledged: fund.Some("10.01")}), "pledged is more than the cause lets you record at once without a payment: $10.00")
	must.Do(t, change(w.causer, fund.MatchPatch{Pledged: fund.Some("50")}))
	must.Do(t, change(w.owner, fund.MatchPatch{MatchedBy: fund.Some("Hopper")})) // adds nothing
	must.Do(t, change(w.owner, fund.MatchPatch{Pledged: fund.Some("40")}))
	wantFields(t, change(w.owner, fund.MatchPatch{Pledged: fund.Some("41")}), "pledged is more than the cause lets you record at once without a payment: $10.00")
}

// TestARecordedDonationNamesTheDonorAsTyped answers those who may not read donors with what they typed, and with no more.
func TestARecordedDonationNamesTheDonorAsTyped(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	in := fund.DonationInput{Amount: "5", Name: "Ada", Email: "ada@example.org", Anonymous: true, Reference: "r1"}
	for _, want := range []string{"Ada", ""} { // the second time it is the donation of the reference
		d, err := w.RecordOffline(t.Context(), w.owner, campaignKey(w.campaign), in)
		must.Do(t, err)
		if d.Name != want || (d.Email == "") != (want == "") || d.Origin != fund.OriginOffline || d.Reference != "r1" {
			t.Errorf("got %q, %q, %s, %q, want the name %q of the offline donation r1", d.Name, d.Email, d.Origin, d.Reference, want)
		}
	}
}

// TestReferencesAreForThoseWhoRecord reads a donation with a reference as everybody who may handle it.
func TestReferencesAreForThoseWhoRecord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	d, err := w.RecordOffline(ctx, w.causer, campaignKey(w.campaign), fund.DonationInput{Amount: "5", Name: "Ada", Reference: "check 7"})
	must.Do(t, err)
	member := w.stranger
	must.Do(t, w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: w.cause.ID, User: member.User, Role: fund.CauseMember}))
	reads := func(who string, actor app.Actor, want string) {
		t.Helper()
		got, err := w.HandledDonation(ctx, actor, fund.Key{ID: d.ID})
		must.Do(t, err)
		if got.Reference != want || got.Origin != fund.OriginOffline {
			t.Errorf("%s: got %q of the origin %s, want %q, offline", who, got.Reference, got.Origin, want)
		}
	}
	w.offline(t, "", "")
	reads("owner who may record nothing", w.owner, "")
	w.offline(t, "10", "10")
	reads("owner who may record", w.owner, "check 7")
	reads("member of the cause", member, "")
	reads("cause", w.causeToken, "check 7")
	reads("operator", w.operator(t), "check 7")
}

// TestAReferenceOfOthersConfirmsNoName repeats references with the right name and with a wrong one.
func TestAReferenceOfOthersConfirmsNoName(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	finance := w.causer
	finance.Scopes = append(slices.Clone(finance.Scopes), fund.ScopeDonationsRead)
	record := func(actor app.Actor, reference, name string) error {
		in := fund.DonationInput{Amount: "5", Name: name, Email: "ada@example.org", Anonymous: true, Reference: reference}
		_, err := w.RecordOffline(t.Context(), actor, campaignKey(w.campaign), in)
		return err
	}
	must.Do(t, record(finance, "theirs", "Ada"))
	must.Do(t, record(w.owner, "own", "Ada"))
	for _, name := range []string{"Ada", "Bo"} {
		wantFields(t, record(w.owner, "theirs", name), "reference was used for another donation")
	}
	must.Do(t, record(w.owner, "own", "Ada"))
	wantFields(t, record(w.owner, "own", "Bo"), "name is not that of the donation with the same reference")
	must.Do(t, record(finance, "own", "Ada"))
	wantFields(t, record(finance, "own", "Bo"), "name is not that of the donation with the same reference")
	must.Do(t, record(app.System(), "own", "Ada"))
}

// TestMatchesBeginNow makes matches at the edge of the tolerance and of their number.
func TestMatchesBeginNow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	now := w.Clock.Now()
	lasting := func(start, end time.Time) error {
		_, err := w.CreateMatch(ctx, w.causer, campaignKey(w.campaign), fund.MatchPatch{
			MatchedBy: fund.Some("Grace"), Pledged: fund.Some("1"), StartsAt: fund.Some(start), EndsAt: fund.Some(end),
		})
		return err
	}
	promise := func(start time.Time) error { return lasting(start, now.Add(time.Hour)) }
	wantFields(t, lasting(now.Add(-fund.PastTolerance), now), "ends_at cannot be in the past")
	wantFields(t, promise(now.Add(-fund.PastTolerance-time.Microsecond)), "starts_at cannot be in the past")
	for range fund.MaxOpenMatches {
		must.Do(t, promise(now.Add(-fund.PastTolerance)))
	}
	wantKind(t, promise(now), "conflict")
}

// TestAMatchEndsWhenItsPledgeIsUsedUp donates past a pledge, gives some back before the matcher pays, and donates again.
func TestAMatchEndsWhenItsPledgeIsUsedUp(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	m, err := w.CreateMatch(ctx, w.causer, campaignKey(w.campaign), fund.MatchPatch{
		MatchedBy: fund.Some("Grace"), Pledged: fund.Some("10"), EndsAt: fund.Some(w.Clock.Now().Add(time.Hour)),
	})
	must.Do(t, err)
	raised := func(amount string, want int64) fund.Donation {
		t.Helper()
		d, err := w.donate(t, fund.DonationInput{Amount: amount})
		must.Do(t, err)
		got, err := w.GetMatch(ctx, w.owner, fund.Key{ID: m.ID})
		must.Do(t, err)
		if got.Raised != want {
			t.Errorf("after %s: got %d matched, want %d", amount, got.Raised, want)
		}
		return d
	}
	raised("8", 800)
	second := raised("5", 1300)
	raised("7", 1300) // the pledge is used up
	_, err = w.RefundDonation(ctx, w.causer, fund.Key{ID: second.ID}, "")
	must.Do(t, err)
	raised("1", 900) // what was given back lets later donations count
	raised("3", 1200)
	w.settle(t)
	got, err := w.GetMatch(ctx, w.owner, fund.Key{ID: m.ID})
	must.Do(t, err)
	made, err := w.GetDonation(ctx, app.Actor{}, fund.Key{ID: m.DonationID})
	must.Do(t, err)
	if got.CompletedAt.IsZero() || made.Amount != 1000 {
		t.Errorf("got completed at %v with %d, want it completed with 10.00 before its window is over", got.CompletedAt, made.Amount)
	}
	report, err := w.Store.Audit(ctx)
	must.Do(t, err)
	if len(report.Differences) > 0 {
		t.Errorf("got %v, want a clean audit", report.Differences)
	}
	if acts, want := w.acts(t, m.ID), []string{"owner match.create"}; !slices.Equal(acts, want) {
		t.Errorf("got the acts %q, want %q", acts, want)
	}
}
