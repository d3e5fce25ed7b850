package app_test

import (
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testworld"
)

func TestRefundsAreInMajorUnits(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	d, err := w.donate(t, fund.DonationInput{Amount: "10.00", Name: "Ada"})
	must.Do(t, err)
	key := fund.Key{ID: d.ID}
	for amount, want := range map[string]string{
		"0": "amount must be more than zero", "x": "amount is not a number", "1.001": "amount has more decimals than USD allows",
		"10.01": "amount is more than is left of the donation",
	} {
		_, err := w.RefundDonation(ctx, w.causer, key, amount)
		wantFields(t, err, want)
	}
	d, err = w.RefundDonation(ctx, w.causer, key, "2.5")
	must.Do(t, err)
	if d.Net() != 750 || d.State != fund.DonationPartiallyRefunded {
		t.Errorf("got %d left and %s, want 7.50 and a part refunded", d.Net(), d.State)
	}
	d, err = w.RefundDonation(ctx, w.causer, fund.Key{LegacyID: d.LegacyID}, "")
	must.Do(t, err)
	if d.Net() != 0 || d.State != fund.DonationRefunded {
		t.Errorf("got %d left and %s, want all refunded", d.Net(), d.State)
	}
	_, err = w.RefundDonation(ctx, w.causer, key, "")
	wantKind(t, err, "conflict")
	_, err = w.GetDonation(ctx, w.stranger, key)
	wantKind(t, err, "not_found")
	_, err = w.GetDonation(ctx, w.causer, key)
	wantKind(t, err, "")
}

func TestWhoMayHandleDonations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	given, err := w.donate(t, fund.DonationInput{Amount: "10"})
	must.Do(t, err)
	bare, causeBare := w.owner, w.causeToken
	bare.Scopes = []string{fund.ScopePublic, fund.ScopeWrite}
	causeBare.Scopes = []string{fund.ScopePublic, fund.ScopeCause}
	causeToken := w.causeToken
	causeToken.Scopes = []string{fund.ScopeDonationsWrite}
	for name, c := range map[string]struct {
		actor            app.Actor
		screens, refunds string
	}{
		"nobody":                     {app.Actor{}, "unauthenticated", "unauthenticated"},
		"a stranger":                 {w.stranger, "forbidden", "forbidden"},
		"the owner":                  {w.owner, "", "forbidden"},
		"the owner, without scope":   {bare, "forbidden", "forbidden"},
		"an owner of the cause":      {w.causer, "", ""},
		"the cause":                  {causeToken, "", ""},
		"the cause, without scope":   {causeBare, "forbidden", "forbidden"},
		"an editor of another's":     {w.roles[fund.RoleAdmin], "forbidden", "forbidden"},
		"the system":                 {app.System(), "", ""},
		"a program without its user": {w.program, "forbidden", "forbidden"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := w.RefundDonation(ctx, c.actor, fund.Key{ID: given.ID}, "0.10")
			wantKind(t, err, c.refunds)
			_, err = w.ScreenDonation(ctx, c.actor, fund.Key{ID: given.ID}, fund.ScreeningHeld)
			wantKind(t, err, c.screens)
			d, err := w.HandledDonation(ctx, c.actor, fund.Key{ID: given.ID})
			if wantKind(t, err, c.screens); err == nil && d.ID != given.ID {
				t.Errorf("got donation %s, want %s", d.ID, given.ID)
			}
			_, err = w.RecordOffline(ctx, c.actor, campaignKey(w.campaign), fund.DonationInput{Amount: "1", Name: "Cash"})
			wantKind(t, err, c.screens)
		})
	}
	_, err = w.RefundDonation(ctx, w.causer, fund.Key{LegacyID: 999}, "1")
	wantKind(t, err, "not_found")
	_, err = w.RecordOffline(ctx, w.owner, campaignKey(w.campaign), fund.DonationInput{Amount: "-1", Email: "nonsense"})
	wantFields(t, err, "amount cannot be negative", "email is not an e-mail address")
}

func TestScreeningHidesNameAndComment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	given, err := w.donate(t, fund.DonationInput{Name: "Ada", Comment: "Hello"})
	must.Do(t, err)
	_, err = w.ScreenDonation(ctx, w.owner, fund.Key{ID: given.ID}, "nonsense")
	wantFields(t, err, "screening is not one of the allowed values")
	before := w.position(ctx, t)
	for range 2 { // the second time changes nothing
		d, err := w.ScreenDonation(ctx, w.owner, fund.Key{ID: given.ID}, fund.ScreeningHidden)
		must.Do(t, err)
		if d.DisplayName() != fund.Anonymous || d.DisplayComment() != "" || d.Net() != 500 {
			t.Errorf("got %q, %q, %d, want only the money", d.DisplayName(), d.DisplayComment(), d.Net())
		}
	}
	events := w.events(ctx, t, before)
	if len(events) != 1 || events[0].Topic != fund.TopicDonationScreened || !slices.Contains(events[0].Facts, w.event.ID) {
		t.Errorf("got %v, want one event for everything above", events)
	}
}

func TestDonorsAreDistinguished(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	donor := func(in fund.DonationInput) fund.ID {
		t.Helper()
		d, err := w.donate(t, in)
		must.Do(t, err)
		stored, err := w.GetDonation(t.Context(), w.owner, fund.Key{ID: d.ID})
		must.Do(t, err)
		if stored.DonorID.IsZero() || stored.DonorID != d.DonorID {
			t.Errorf("got donor %s, stored %s, want the same one", d.DonorID, stored.DonorID)
		}
		return stored.DonorID
	}
	ada := donor(fund.DonationInput{Name: "Ada", Email: "ada@example.org"})
	for name, c := range map[string]struct {
		in   fund.DonationInput
		same fund.ID
	}{
		"another case":                   {fund.DonationInput{Name: " ADA ", Email: " ADA@example.org"}, ada},
		"another name, the same address": {fund.DonationInput{Name: "A.", Email: "ada@example.org"}, fund.ID{}},
		"no address":                     {fund.DonationInput{Name: "Ada"}, fund.ID{}},
		"anonymous":                      {fund.DonationInput{Name: "Ada", Email: "ada@example.org", Anonymous: true}, fund.ID{}},
		"the same name, folded":          {fund.DonationInput{Name: "STRASSE  ii"}, donor(fund.DonationInput{Name: "Straße II"})},
		"nobody":                         {fund.DonationInput{}, fund.ID{}},
		"nobody again":                   {fund.DonationInput{Anonymous: true, Name: "Ada"}, fund.ID{}},
	} {
		got := donor(c.in)
		if c.same.IsZero() && got == ada || !c.same.IsZero() && got != c.same {
			t.Errorf("%s: got %s, want %s (zero: somebody else)", name, got, c.same)
		}
	}
	for _, in := range []fund.DonationInput{
		{}, {Email: "ada@example.org"}, {Name: "Ada", Email: "ada@example.org", Anonymous: true}, // anybody may type Ada's address
	} {
		if one, two := donor(in), donor(in); one == two {
			t.Errorf("%+v: got %s twice, want donations without a public name to have different donors", in, one)
		}
	}
}

func TestFactDonations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	now := w.Clock.Now()
	for i, fact := range []fund.Fact{w.campaign, w.team1, w.event.Fact} {
		_, err := w.DonateAt(ctx, app.System(), fund.DonationInput{Fact: fund.Key{ID: fact.ID}, Amount: "1"}, now.Add(-time.Duration(i)*time.Hour))
		must.Do(t, err)
	}
	count := func(actor app.Actor, f fund.Fact, query app.DonationQuery) (int, error) {
		key := app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: []fund.Kind{f.Kind}}
		all, err := testworld.Through(ctx, w.App, actor, key, func(s app.Seen) ([]fund.Donation, error) {
			return w.Donations(ctx, s, query, fund.Page{Limit: 9})
		})
		return len(all), err
	}
	since := app.DonationQuery{Completed: fund.Span{After: now.Add(-time.Hour), Before: now}}
	for _, c := range []struct {
		what  string
		actor app.Actor
		fact  fund.Fact
		query app.DonationQuery
		want  int
		kind  string
	}{
		{"of a campaign", app.Actor{}, w.campaign, app.DonationQuery{}, 1, ""},
		{"of a campaign, earlier", app.Actor{}, w.campaign, since, 0, ""},
		{"of an event", w.causeToken, w.event.Fact, app.DonationQuery{}, 3, ""},
		{"of an event, in an hour", w.causeToken, w.event.Fact, since, 1, ""},
		{"of an event, by nobody", app.Actor{}, w.event.Fact, app.DonationQuery{}, 0, "unauthenticated"},
		{"of an event, by a stranger", w.stranger, w.event.Fact, app.DonationQuery{}, 0, "forbidden"},
	} {
		got, err := count(c.actor, c.fact, c.query)
		wantKind(t, err, c.kind)
		if got != c.want {
			t.Errorf("%s: got %d, want %d", c.what, got, c.want)
		}
	}
}

func TestFactLeaderboards(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	_, err := w.donate(t, fund.DonationInput{Amount: "3", Name: "Ada"})
	must.Do(t, err)
	must.Do(t, w.CatchUp(ctx, app.System()))
	for _, f := range []fund.Fact{w.campaign, w.team1, w.event.Fact, w.cause.Fact} {
		for _, board := range []fund.Board{fund.BoardDonor, fund.BoardUser} {
			got, err := testworld.Through(ctx, w.App, app.Actor{}, app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: []fund.Kind{f.Kind}}, func(s app.Seen) ([]fund.LeaderboardEntry, error) {
				return w.Leaderboard(ctx, s, app.BoardQuery{Board: board, Period: fund.PeriodYear}, fund.Page{Limit: 9})
			})
			must.Do(t, err)
			if len(got) != 1 || got[0].Raised != 300 {
				t.Errorf("%s of the %s: got %v, want one of 3.00", board, f.Kind, got)
			}
		}
	}
	for option, boards := range map[string][]fund.Board{
		"donor_leaderboard": {fund.BoardDonor}, "individual_leaderboard": {fund.BoardUser, fund.BoardUserTime},
		"team_leaderboard": {fund.BoardTeam, fund.BoardTeamDistance},
	} {
		_, err := w.UpdateEventVisibility(ctx, w.causer, fund.Key{ID: w.event.ID}, fund.VisibilityPatch{
			Options: map[string]fund.VisibilityOptionPatch{option: {Visible: fund.Some(false)}},
		})
		must.Do(t, err)
		for _, board := range boards {
			key := app.FactKey{Key: fund.Key{ID: w.event.ID}, Kinds: []fund.Kind{fund.KindFundraisingEvent}}
			_, err := testworld.Through(ctx, w.App, app.Actor{}, key, func(s app.Seen) ([]fund.LeaderboardEntry, error) {
				return w.Leaderboard(ctx, s, app.BoardQuery{Board: board, Period: fund.PeriodAll}, fund.Page{Limit: 9})
			})
			wantKind(t, err, "forbidden")
		}
	}
}
