package app_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testworld"
)

// donate makes a donation to the world's campaign.
func (w *world) donate(t *testing.T, in fund.DonationInput) (fund.Donation, error) {
	t.Helper()
	if in.Fact == (fund.Key{}) {
		in.Fact = fund.Key{ID: w.campaign.ID}
	}
	if in.Amount == "" {
		in.Amount = "5"
	}
	return w.Donate(t.Context(), app.System(), in)
}

func TestWhoMayDonateWithoutPaying(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	sandbox := w.program
	sandbox.Scopes = []string{"public", fund.ScopeSandbox}
	in := fund.DonationInput{Fact: fund.Key{LegacyID: w.campaign.LegacyID}, Amount: "1"}
	for want, actor := range map[string]app.Actor{"unauthenticated": {}, "forbidden": w.owner, "": sandbox} {
		_, err := w.Donate(ctx, actor, in)
		wantKind(t, err, want)
	}
	_, err := w.DonateAt(ctx, sandbox, in, w.Clock.Now().Add(-time.Hour))
	wantKind(t, err, "forbidden")
	hidden := w.newCampaign(ctx, t, fund.CampaignPatch{})
	_, err = w.Donate(ctx, sandbox, fund.DonationInput{Fact: fund.Key{ID: hidden.ID}, Amount: "1"})
	wantKind(t, err, "not_found")
	_, err = w.Donate(ctx, app.System(), fund.DonationInput{Fact: fund.Key{ID: hidden.ID}, Amount: "1"})
	wantFields(t, err, "fact is not published")
}

func TestDonateCountsEverywhere(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	poll, err := w.CreatePoll(ctx, w.owner, campaignKey(w.campaign), fund.PollPatch{
		Name: fund.Some("Which?"), Options: []fund.PollOptionPatch{{Name: fund.Some("A")}, {Name: fund.Some("B")}},
	})
	must.Do(t, err)
	target, err := w.CreateTarget(ctx, w.owner, campaignKey(w.campaign), fund.TargetPatch{Name: fund.Some("Dance"), Amount: fund.Some("100")})
	must.Do(t, err)
	one := int64(3)
	reward, err := w.CreateReward(ctx, w.owner, campaignKey(w.campaign), fund.RewardPatch{
		Name: fund.Some("Pin"), Amount: fund.Some("2.50"), Quantity: fund.Some(&one),
	})
	must.Do(t, err)
	d, err := w.Donate(ctx, app.System(), fund.DonationInput{
		Fact: fund.Key{Slug: "run"}, FactOwner: "@owner", Amount: "12.34", Name: " Zoë ", Comment: "Go!\n🎮",
		PollOption: &fund.Key{LegacyID: poll.Options[1].LegacyID}, Target: &fund.Key{LegacyID: target.LegacyID},
		Claims: []fund.ClaimInput{{Reward: fund.Key{LegacyID: reward.LegacyID}, Quantity: 2}},
	})
	must.Do(t, err)
	got := fmt.Sprintf("%s %d %s %q %s %s %s %d", d.State, d.Amount, d.Currency, d.Name, d.PollOption.Name, d.Poll.Name, d.Target.Name, d.Claims[0].Quantity)
	if want := `completed 1234 USD "Zoë" B Which? Dance 2`; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	for _, f := range []fund.Fact{w.campaign, w.team1} {
		fresh, err := w.GetFact(ctx, app.Actor{}, campaignKey(f))
		must.Do(t, err)
		if fresh.Total() != 1234 {
			t.Errorf("%s: got %d, want 1234", f.Name, fresh.Total())
		}
	}
	poll, err = w.GetPoll(ctx, app.Actor{}, fund.Key{ID: poll.ID})
	must.Do(t, err)
	target, err = w.GetTarget(ctx, app.Actor{}, fund.Key{ID: target.ID})
	must.Do(t, err)
	reward, err = w.GetReward(ctx, app.Actor{}, fund.Key{ID: reward.ID})
	must.Do(t, err)
	if got, want := fmt.Sprint(poll.Options[0].Raised, poll.Options[1].Raised, target.Raised, *reward.Remaining()), "0 1234 1234 1"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	wantKind(t, w.DeletePoll(ctx, w.owner, fund.Key{ID: poll.ID}), "conflict")
	wantKind(t, w.DeleteTarget(ctx, w.owner, fund.Key{ID: target.ID}), "conflict")
	wantKind(t, w.DeleteReward(ctx, w.owner, fund.Key{ID: reward.ID}), "conflict")
}

func TestDonateReportsEveryWrongField(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	closed, err := w.CreatePoll(ctx, w.owner, campaignKey(w.campaign), fund.PollPatch{
		Name: fund.Some("?"), EndsAt: fund.Some(w.Clock.Now()), Options: []fund.PollOptionPatch{{Name: fund.Some("a")}},
	})
	must.Do(t, err)
	foreign, err := w.CreateTarget(ctx, w.roles[fund.RoleAdmin], campaignKey(w.team1), fund.TargetPatch{Name: fund.Some("x"), Amount: fund.Some("1")})
	must.Do(t, err)
	off, err := w.CreateReward(ctx, w.owner, campaignKey(w.campaign), fund.RewardPatch{
		Name: fund.Some("Off"), Amount: fund.Some("1"), Enabled: fund.Some(false),
	})
	must.Do(t, err)
	few := int64(1)
	scarce, err := w.CreateReward(ctx, w.owner, campaignKey(w.campaign), fund.RewardPatch{
		Name: fund.Some("Few"), Amount: fund.Some("3"), Quantity: fund.Some(&few),
	})
	must.Do(t, err)
	_, err = w.donate(t, fund.DonationInput{
		Amount: "5", Currency: "EUR", Invalid: fault.Fields{{Path: "comment", Text: "is not a text"}},
		PollOption: &fund.Key{ID: closed.Options[0].ID}, Target: &fund.Key{ID: foreign.ID},
		Claims: []fund.ClaimInput{
			{Reward: fund.Key{ID: off.ID}, Quantity: 1}, {Reward: fund.Key{ID: scarce.ID}, Quantity: 2},
			{Reward: fund.Key{LegacyID: 99}, Quantity: 0},
		},
	})
	wantFields(t, err, "comment is not a text", "currency must be USD, the currency of this campaign",
		"poll_option belongs to a poll that is closed", "target belongs to another campaign", "rewards.0.reward cannot be claimed now",
		"rewards.1.quantity is more than the 1 left", "rewards.2.quantity must be more than zero", "rewards.2.reward does not exist",
		"amount is less than the $7.00 that the chosen rewards cost")
	_, err = w.donate(t, fund.DonationInput{PollOption: &fund.Key{LegacyID: 99}, Target: &fund.Key{LegacyID: 99}})
	wantFields(t, err, "poll_option does not exist", "target does not exist")
	_, err = w.DonateAt(ctx, app.System(), fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "1"}, w.Clock.Now().Add(time.Second))
	wantFields(t, err, "completed_at cannot be in the future")
	for _, owner := range []string{"owner", "@nobody", "+nobody"} {
		_, err = w.donate(t, fund.DonationInput{Fact: fund.Key{Slug: "run"}, FactOwner: owner})
		wantKind(t, err, "not_found")
	}
}

func TestAReferenceIsRecordedOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first, err := w.donate(t, fund.DonationInput{Reference: "pay-1"})
	must.Do(t, err)
	again, err := w.donate(t, fund.DonationInput{Reference: "pay-1"})
	must.Do(t, err)
	if again.ID != first.ID {
		t.Errorf("got donation %d, want %d", again.LegacyID, first.LegacyID)
	}
	f, err := w.GetFact(t.Context(), app.Actor{}, campaignKey(w.campaign))
	must.Do(t, err)
	if f.Raised != 500 {
		t.Errorf("got %d, want 500", f.Raised)
	}
}

// TestReferencesAreTrimmed records two people's cash as two donations when their references are blank.
func TestReferencesAreTrimmed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	record := func(name, reference string) fund.Donation {
		t.Helper()
		return must.Get(w.RecordOffline(t.Context(), w.owner, campaignKey(w.campaign), fund.DonationInput{Amount: "5", Name: name, Reference: reference}))(t)
	}
	seen := map[fund.ID]bool{}
	for _, blank := range []string{"", " ", "\u00a0", "\u3000\t", "\u200b", " \u2060 "} {
		for range 2 {
			d := record("Donor", blank)
			if seen[d.ID] || d.Origin != fund.OriginOffline {
				t.Errorf("reference %q: got donation %d, %s, want one of its own, offline", blank, d.LegacyID, d.Origin)
			}
			seen[d.ID] = true
		}
	}
	first := record("Ann", "check 7")
	if again := record("Ann", "\u2003check 7 "); again.ID != first.ID {
		t.Errorf("got donation %d, want %d, whose reference differs in spaces around it only", again.LegacyID, first.LegacyID)
	}
	_, err := w.RecordOffline(t.Context(), w.owner, campaignKey(w.campaign), fund.DonationInput{Amount: "6", Name: "Bob", Reference: "check 7"})
	wantFields(t, err, "amount is not that of the donation with the same reference", "name is not that of the donation with the same reference")
	for _, name := range []string{"Ann", "Bob"} { // neither tells who gave to the campaign
		cause := app.FactKey{Key: fund.Key{ID: w.cause.ID}, Kinds: []fund.Kind{fund.KindCause}}
		_, err := w.RecordOffline(t.Context(), w.causer, cause, fund.DonationInput{Amount: "6", Name: name, Reference: "check 7"})
		wantFields(t, err, "reference was used for another donation")
	}
}

func TestTheLastRewardsGoToAsManyDonors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	stock := int64(10)
	reward, err := w.CreateReward(ctx, w.owner, campaignKey(w.campaign), fund.RewardPatch{
		Name: fund.Some("Pin"), Amount: fund.Some("5"), Quantity: fund.Some(&stock),
	})
	must.Do(t, err)
	const donors = 64
	errs := make([]error, donors)
	var wait sync.WaitGroup
	for i := range donors {
		wait.Go(func() {
			_, errs[i] = w.Donate(ctx, app.System(), fund.DonationInput{
				Fact: fund.Key{ID: w.campaign.ID}, Amount: "5", Claims: []fund.ClaimInput{{Reward: fund.Key{ID: reward.ID}, Quantity: 1}},
			})
		})
	}
	wait.Wait()
	lucky := 0
	for _, err := range errs {
		if err == nil {
			lucky++
			continue
		}
		if bad := fault.From(err); bad.Kind != fault.Invalid || !bad.Fields.Has("rewards.0.quantity") {
			t.Fatalf("got %v, want too few left", err)
		}
	}
	reward, err = w.GetReward(ctx, app.Actor{}, fund.Key{ID: reward.ID})
	must.Do(t, err)
	f, err := w.GetFact(ctx, app.Actor{}, campaignKey(w.campaign))
	must.Do(t, err)
	if lucky != 10 || reward.Claimed != 10 || f.Raised != 10*500 {
		t.Errorf("got %d donations, %d claims, %d raised, want 10, 10 and 5000", lucky, reward.Claimed, f.Raised)
	}
	report, err := w.Store.Audit(ctx)
	must.Do(t, err)
	if len(report.Differences) != 0 {
		t.Errorf("got differences %v, want none", report.Differences)
	}
}

func TestTotalsOfUsersAreInDollars(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	yen := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Trees"), Cause: key(w.yen.ID), Status: fund.Some(fund.Published)})
	raised := func() int64 {
		user, err := w.GetUser(ctx, app.Actor{}, fund.Key{ID: w.owner.User})
		must.Do(t, err)
		return user.RaisedUSD
	}
	for range 2 {
		_, err := w.donate(t, fund.DonationInput{Fact: fund.Key{ID: yen.ID}, Amount: "1000"})
		must.Do(t, err)
	}
	if got := raised(); got != 0 {
		t.Errorf("got %d without a rate, want 0", got)
	}
	if got := strings.Count(w.Log.String(), "currency=JPY"); got != 1 {
		t.Errorf("got %d warnings, want 1", got)
	}
	shown := func() []money.Sum {
		t.Helper()
		user := must.Get(w.GetUser(ctx, app.Actor{}, fund.Key{ID: w.owner.User}))(t)
		return must.Get(w.UserTotals(ctx, user))(t)
	}
	if got, want := shown(), []money.Sum{{Currency: "JPY", Minor: 2000}}; !slices.Equal(got, want) {
		t.Errorf("got %v without a rate, want %v", got, want)
	}
	put := func(rate money.DayRate) app.RatesPut {
		t.Helper()
		return must.Get(w.PutRates(ctx, app.System(), []money.DayRate{rate}))(t)
	}
	yesterday := money.DayRate{Currency: "JPY", Day: w.Clock.Now().AddDate(0, 0, -1), Rate: money.RateScale / 150}
	if got, want := put(yesterday), (app.RatesPut{Changed: 1, Recount: store.Recount{Counted: 2}}); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	if got := put(yesterday); got != (app.RatesPut{}) {
		t.Errorf("got %+v the second time, want no change", got)
	}
	_, err := w.donate(t, fund.DonationInput{Fact: fund.Key{ID: yen.ID}, Amount: "1000"})
	must.Do(t, err)
	_, err = w.donate(t, fund.DonationInput{Amount: "1.23"})
	must.Do(t, err)
	if got := raised(); got != 3*667+123 {
		t.Errorf("got %d US cents, want 2124", got)
	}
	if got, want := shown(), []money.Sum{{Currency: "USD", Minor: 2124}}; !slices.Equal(got, want) {
		t.Errorf("got %v with a rate, want %v", got, want)
	}
	w.Clock.Advance(money.RateReach)
	if got, want := shown(), []money.Sum{{Currency: "JPY", Minor: 3000}, {Currency: "USD", Minor: 123}}; !slices.Equal(got, want) {
		t.Errorf("got %v when the rate is too old, want %v", got, want)
	}
	w.Clock.Advance(-money.RateReach)
	refused := func(actor app.Actor, rate money.DayRate) error {
		_, err := w.PutRates(ctx, actor, []money.DayRate{yesterday, rate})
		return err
	}
	today := w.Clock.Now()
	wantFields(t, refused(app.System(), money.DayRate{Currency: "ABC"}), "currency is not a known currency", "rate "+money.RateOutOfRange)
	wantFields(t, refused(app.System(), money.DayRate{Currency: "EUR", Day: today, Rate: money.MaxRate + 1}), "rate "+money.RateOutOfRange)
	wantFields(t, refused(app.System(), money.DayRate{Currency: "USD", Day: today, Rate: 1}), "currency is the US dollar itself")
	wantFields(t, refused(app.System(), money.DayRate{Currency: "EUR", Day: today.AddDate(0, 0, 2), Rate: 1}), "day "+today.AddDate(0, 0, 2).Format(time.DateOnly)+" is in the future")
	wantKind(t, refused(w.owner, yesterday), "forbidden")
}

// TestComparingSumsWarnsOfNothing converts a sum without a rate, as pages do to order campaigns: no total goes without it.
func TestComparingSumsWarnsOfNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	if got := must.Get(w.InUSD(t.Context(), 1000, "JPY"))(t); got != 0 || strings.Contains(w.Log.String(), "no rate") {
		t.Errorf("got %d and the log %q, want 0 and no warning", got, w.Log)
	}
}

func TestPagesOfDonations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	start := w.Clock.Now().Add(-time.Hour)
	var ids []int64
	// Completions are in the reverse order of the legacy ids.
	for i := range 5 {
		d, err := w.DonateAt(ctx, app.System(), fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "1"}, start.Add(-time.Duration(i)*time.Minute))
		must.Do(t, err)
		ids = append(ids, d.LegacyID)
	}
	other, err := w.donate(t, fund.DonationInput{Fact: fund.Key{ID: w.team1.ID}})
	must.Do(t, err)
	var begin int64
	cases := []struct {
		page app.DonationPage
		want []int64
	}{
		{app.DonationPage{Limit: 2}, ids[:2]},
		{app.DonationPage{Limit: 2, Before: &ids[1]}, ids[2:4]},
		{app.DonationPage{Limit: 2, After: &ids[3]}, ids[1:3]},
		{app.DonationPage{Limit: 9, Before: &ids[0], After: &ids[4]}, ids[1:4]},
		{app.DonationPage{Limit: 2, Before: &ids[4]}, nil},
		{app.DonationPage{Limit: 2, After: &begin}, ids[3:]},
		{app.DonationPage{Limit: 9, Before: &ids[2], After: &begin}, ids[3:]},
	}
	for _, c := range cases {
		got, err := testworld.Through(ctx, w.App, app.Actor{}, campaignKey(w.campaign), func(s app.Seen) ([]fund.Donation, error) {
			return w.DonationsByNumber(ctx, s, c.page)
		})
		must.Do(t, err)
		var have []int64
		for _, d := range got {
			have = append(have, d.LegacyID)
		}
		if fmt.Sprint(have) != fmt.Sprint(c.want) {
			t.Errorf("%+v: got %v, want %v", c.page, have, c.want)
		}
	}
	for _, cursor := range []int64{other.LegacyID, 999, 0} {
		_, err := testworld.Through(ctx, w.App, app.Actor{}, campaignKey(w.campaign), func(s app.Seen) ([]fund.Donation, error) {
			return w.DonationsByNumber(ctx, s, app.DonationPage{Limit: 2, Before: &cursor})
		})
		wantKind(t, err, "not_found")
	}
	for want, actor := range map[string]app.Actor{"unauthenticated": {}, "forbidden": w.owner, "": w.causeToken} {
		_, err := w.ListCauseDonations(ctx, actor, fund.Key{ID: w.cause.ID}, app.DonationPage{Limit: 2, After: &other.LegacyID})
		wantKind(t, err, want)
		_, err = w.ListEventDonations(ctx, actor, fund.Key{ID: w.event.ID}, app.DonationPage{Limit: 2, Before: &other.LegacyID})
		wantKind(t, err, want)
	}
}

func TestImportIsAllOrNothing(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	yen := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Trees"), Cause: key(w.yen.ID), Status: fund.Some(fund.Published)})
	past := func(f fund.Fact, amount string) app.PastDonation {
		return app.PastDonation{
			DonationInput: fund.DonationInput{Fact: fund.Key{ID: f.ID}, Amount: amount}, CompletedAt: w.Clock.Now().Add(-time.Hour),
		}
	}
	must.Do(t, w.Import(ctx, app.System(), nil))
	wantKind(t, w.Import(ctx, w.owner, nil), "forbidden")
	wantFields(t, w.Import(ctx, app.System(), []app.PastDonation{past(w.campaign, "1"), past(yen, "1.5")}), "amount has more decimals than JPY allows")
	must.Do(t, w.Import(ctx, app.System(), []app.PastDonation{past(w.campaign, "1"), past(yen, "15"), past(w.campaign, "2")}))
	for f, want := range map[fund.ID]int64{w.campaign.ID: 300, yen.ID: 15, w.team1.ID: 300} {
		got, err := w.GetFact(ctx, app.System(), app.FactKey{Key: fund.Key{ID: f}})
		must.Do(t, err)
		if got.Total() != want {
			t.Errorf("got %d, want %d", got.Total(), want)
		}
	}
}

func TestLeaderboards(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.donate(t, fund.DonationInput{Amount: "3"})
	must.Do(t, err)
	_, err = w.DonateAt(ctx, app.System(), fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "4"}, w.Clock.Now().AddDate(0, 0, -8))
	must.Do(t, err)
	_, err = w.donate(t, fund.DonationInput{Fact: fund.Key{ID: w.team1.ID}, Amount: "9"})
	must.Do(t, err)
	must.Do(t, w.CatchUp(ctx, app.System()))
	show := func(boards app.Leaderboards, err error) string {
		t.Helper()
		must.Do(t, err)
		line := fmt.Sprint(boards.Hidden)
		for _, board := range [][]fund.LeaderboardEntry{boards.Individual, boards.Team, boards.Weekly} {
			for _, e := range board {
				line += fmt.Sprintf(" %s=%d", e.Name, e.Raised)
			}
			line += ";"
		}
		return line
	}
	if got, want := show(testworld.ThroughCause(ctx, w.App, app.Actor{}, fund.Key{Slug: "water"}, func(s app.SeenCause) (app.Leaderboards, error) {
		return w.CauseLeaderboards(ctx, s)
	})), "false Owner=700; The Team=900; Owner=300;"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	hide := func(names ...string) {
		patch := fund.VisibilityPatch{Options: map[string]fund.VisibilityOptionPatch{}}
		for _, name := range names {
			patch.Options[name] = fund.VisibilityOptionPatch{Visible: fund.Some(false)}
		}
		_, err := w.UpdateEventVisibility(ctx, w.causer, fund.Key{ID: w.event.ID}, patch)
		must.Do(t, err)
	}
	hide("individual_leaderboard")
	if got, want := show(testworld.ThroughEvent(ctx, w.App, app.Actor{}, fund.Key{ID: w.event.ID}, func(s app.SeenEvent) (app.Leaderboards, error) {
		return w.EventLeaderboards(ctx, s)
	})), "false; The Team=900;;"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	hide("team_leaderboard")
	if got, want := show(testworld.ThroughEvent(ctx, w.App, app.Actor{}, fund.Key{ID: w.event.ID}, func(s app.SeenEvent) (app.Leaderboards, error) {
		return w.EventLeaderboards(ctx, s)
	})), "true;;;"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRandomThatFailsMakesNoDonation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	broken := w.Node(func(o *app.Options) { o.Random = brokenReader{} })
	_, err := broken.Donate(t.Context(), app.System(), fund.DonationInput{Fact: fund.Key{ID: w.campaign.ID}, Amount: "1"})
	if !errors.Is(err, errBroken) {
		t.Errorf("got %v, want %v", err, errBroken)
	}
}

var errBroken = errors.New("no random bits")

type brokenReader struct{}

func (brokenReader) Read([]byte) (int, error) { return 0, errBroken }
