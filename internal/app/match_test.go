package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestDonationMatches(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	now := w.Clock.Now()
	campaign := campaignKey(w.campaign)
	_, err := w.CreateMatch(ctx, w.owner, campaign, fund.MatchPatch{
		Currency: fund.Some("EUR"), Type: fund.Some[fund.MatchType]("half"), EndsAt: fund.Some(now.Add(-time.Hour)),
	})
	wantFields(t, err, "matched_by cannot be blank", "type is not one of the allowed values",
		"currency is not the currency of the cause (USD)", "pledged cannot be blank", "ends_at must be after starts_at")
	patch := fund.MatchPatch{MatchedBy: fund.Some("Grace"), Pledged: fund.Some("10"), EndsAt: fund.Some(now.Add(time.Hour))}
	for want, actor := range map[string]app.Actor{"unauthenticated": {}, "forbidden": w.stranger} {
		_, err = w.CreateMatch(ctx, actor, campaign, patch)
		wantKind(t, err, want)
	}
	m, err := w.CreateMatch(ctx, w.owner, campaign, patch)
	must.Do(t, err)
	key := fund.Key{ID: m.ID}
	if m.Pledged != 1000 || m.Currency != "USD" || m.Type != fund.MatchAmount || !m.StartsAt.Equal(now) {
		t.Errorf("got %+v, want a match of 10.00 from now on", m)
	}
	given, err := w.donate(t, fund.DonationInput{Amount: "8"})
	must.Do(t, err)
	_, err = w.donate(t, fund.DonationInput{Amount: "4"})
	must.Do(t, err)
	_, err = w.RefundDonation(ctx, w.causer, fund.Key{ID: given.ID}, "3")
	must.Do(t, err)
	m, err = w.UpdateMatch(ctx, w.owner, key, fund.MatchPatch{Pledged: fund.Some("20"), MatchedBy: fund.Some("Grace H.")})
	must.Do(t, err)
	if m.Raised != 900 || m.Amount() != 900 || m.MatchedBy != "Grace H." {
		t.Errorf("got %+v, want 9.00 raised", m)
	}
	_, err = w.EndMatch(ctx, w.stranger, key)
	wantKind(t, err, "forbidden")
	withoutDonations := w.owner
	withoutDonations.Scopes = []string{fund.ScopePublic, fund.ScopeWrite, fund.ScopeCause}
	_, err = w.EndMatch(ctx, withoutDonations, key)
	wantKind(t, err, "forbidden") // it makes a donation
	promised := m.DonationID
	w.noDonation(t, promised)
	m, err = w.EndMatch(ctx, w.owner, key)
	must.Do(t, err)
	if promised.IsZero() || m.DonationID != promised {
		t.Errorf("got the donation %s, want %s, as promised", m.DonationID, promised)
	}
	made, err := w.GetDonation(ctx, app.Actor{}, fund.Key{ID: m.DonationID})
	must.Do(t, err)
	if !made.IsMatch || made.Amount != 900 || made.DisplayName() != "Grace H." || m.CompletedAt.IsZero() {
		t.Errorf("got %+v of %+v, want the matcher's 9.00", made, m)
	}
	f, err := w.GetFact(ctx, w.owner, campaign)
	must.Do(t, err)
	if f.Raised != 1800 {
		t.Errorf("got %d raised, want 5 + 4 + 9", f.Raised)
	}
	_, err = w.EndMatch(ctx, w.owner, key)
	wantKind(t, err, "conflict")
	_, err = w.UpdateMatch(ctx, w.owner, key, fund.MatchPatch{})
	wantFields(t, err, "status has ended: a donation match that has ended cannot be changed")
	report, err := w.Store.Audit(ctx)
	must.Do(t, err)
	if len(report.Differences) > 0 {
		t.Errorf("got %v, want a clean audit", report.Differences)
	}
}

func TestAMatchCanEndAfterItsCampaign(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	patch := fund.MatchPatch{MatchedBy: fund.Some("Grace"), Type: fund.Some(fund.MatchAll), EndsAt: fund.Some(w.Clock.Now().Add(time.Hour))}
	none, err := w.CreateMatch(ctx, w.causer, campaignKey(w.campaign), patch)
	must.Do(t, err)
	none, err = w.EndMatch(ctx, w.owner, fund.Key{ID: none.ID})
	must.Do(t, err)
	if none.DonationID.IsZero() || none.CompletedAt.IsZero() {
		t.Errorf("got %+v, want an end with the id of a donation", none)
	}
	w.noDonation(t, none.DonationID) // no donations to match
	m, err := w.CreateMatch(ctx, w.causer, campaignKey(w.campaign), patch)
	must.Do(t, err)
	_, err = w.donate(t, fund.DonationInput{Amount: "7"})
	must.Do(t, err)
	_, err = w.UpdateCampaign(ctx, w.owner, campaignKey(w.campaign), fund.CampaignPatch{Status: fund.Some(fund.Retired)})
	must.Do(t, err)
	_, err = w.UpdateMatch(ctx, w.owner, fund.Key{ID: m.ID}, fund.MatchPatch{})
	wantKind(t, err, "conflict")
	m, err = w.EndMatch(ctx, w.owner, fund.Key{ID: m.ID})
	must.Do(t, err)
	if made, err := w.GetDonation(ctx, app.Actor{}, fund.Key{ID: m.DonationID}); err != nil || made.Amount != 700 {
		t.Errorf("got %+v, %v, want the matcher's 7.00", made, err)
	}
}

// noDonation requires that no donation has the id, not even for actors who see pending ones.
func (w *world) noDonation(t *testing.T, id fund.ID) {
	t.Helper()
	for _, actor := range []app.Actor{{}, w.owner, app.System()} {
		_, err := w.GetDonation(t.Context(), actor, fund.Key{ID: id})
		wantKind(t, err, "not_found")
	}
}

// TestASuspendedCauseGetsNoMatches refuses a match for a suspended cause, also to the cause itself.
func TestASuspendedCauseGetsNoMatches(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	promise := func() error {
		_, err := w.CreateMatch(ctx, w.causer, campaignKey(w.campaign), fund.MatchPatch{
			MatchedBy: fund.Some("Grace"), Pledged: fund.Some("1"), EndsAt: fund.Some(w.Clock.Now().Add(time.Hour)),
		})
		return err
	}
	key := fund.Key{ID: w.cause.ID}
	must.Get(w.SuspendCause(ctx, app.System(), key, "Why"))(t)
	wantKind(t, promise(), "conflict")
	must.Get(w.approve(ctx, app.System(), key))(t)
	must.Do(t, promise())
}

// TestMatchersAreScreened makes matches where a word is held, and ends one after a word was added: its name is shown nowhere any more.
func TestMatchersAreScreened(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	campaign := campaignKey(w.campaign)
	words := func(words ...string) {
		must.Get(w.UpdateDonationSettings(ctx, w.owner, campaign, fund.DonationSettingsPatch{Words: fund.Some(words)}))(t)
	}
	words("casino")
	patch := fund.MatchPatch{MatchedBy: fund.Some("Best C\u00ad\u0430sino"), Pledged: fund.Some("10"), EndsAt: fund.Some(w.Clock.Now().Add(time.Hour))}
	for _, actor := range []app.Actor{w.owner, w.causer, app.System()} {
		_, err := w.CreateMatch(ctx, actor, campaign, patch)
		wantFields(t, err, "matched_by "+fund.HeldWord)
	}
	patch.MatchedBy = fund.Some("Grace")
	m, err := w.CreateMatch(ctx, w.owner, campaign, patch)
	must.Do(t, err)
	key := fund.Key{ID: m.ID}
	_, err = w.UpdateMatch(ctx, w.owner, key, fund.MatchPatch{MatchedBy: fund.Some("casino")})
	wantFields(t, err, "matched_by "+fund.HeldWord)
	_, err = w.UpdateMatch(ctx, w.owner, key, fund.MatchPatch{MatchedBy: fund.Some(strings.Repeat("casino ", 100_000))})
	wantFields(t, err, "matched_by is too long (100 characters at most)")
	words("casino", "grace")
	must.Get(w.UpdateMatch(ctx, w.owner, key, fund.MatchPatch{Pledged: fund.Some("20")}))(t)
	given, err := w.donate(t, fund.DonationInput{Amount: "8"})
	must.Do(t, err)
	m, err = w.EndMatch(ctx, w.owner, key)
	must.Do(t, err)
	shown := func(want string) {
		t.Helper()
		matches := must.Get(w.Matches(ctx, must.Get(w.See(ctx, app.Actor{}, campaign))(t), app.MatchQuery{}, fund.Page{Limit: 9}))(t)
		matched := must.Get(w.GetDonation(ctx, app.Actor{}, fund.Key{ID: given.ID}))(t).Matches
		got := []string{matches[0].DisplayName(), matched[0].DisplayName(), must.Get(w.GetMatch(ctx, w.owner, key))(t).DisplayName()}
		if !slices.Equal(got, []string{want, want, want}) {
			t.Errorf("got %q, want %s everywhere", got, want)
		}
	}
	shown(fund.Anonymous)
	must.Get(w.ScreenDonation(ctx, w.owner, fund.Key{ID: m.DonationID}, fund.ScreeningShown))(t)
	shown("Grace")
	must.Get(w.ScreenDonation(ctx, w.owner, fund.Key{ID: m.DonationID}, fund.ScreeningHidden))(t)
	shown(fund.Anonymous)
}
