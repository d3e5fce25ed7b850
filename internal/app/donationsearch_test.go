package app_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// TestSearchFindsNamesAndComments looks for parts of them in other letters, a page at a time.
func TestSearchFindsNamesAndComments(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	key := campaignKey(w.campaign)
	for _, g := range [][2]string{{"Zoë", "for the wells"}, {"Bo", "hi ZOE!"}, {"Straßer", "nothing"}, {"Ada", "100 % for them"}} {
		w.Clock.Advance(1_000_000)
		must.Get(w.RecordOffline(ctx, w.causeToken, key, fund.DonationInput{Amount: "5", Name: g[0], Comment: g[1], Email: "x@example.org", Reference: "r" + g[0]}))(t)
	}
	must.Get(w.RecordOffline(ctx, w.causeToken, key, fund.DonationInput{Amount: "5", Name: "Zoe Secret", Anonymous: true}))(t)
	names := func(query app.DonationSearch) string {
		t.Helper()
		var all []string
		for pages := 0; ; pages++ {
			found := must.Get(w.SearchDonations(ctx, w.owner, key, query, 1))(t)
			for _, d := range found.Donations {
				if all = append(all, d.Name); d.Email != "" || d.Reference != "" {
					t.Errorf("got %+v, want no mail address and no reference", d)
				}
			}
			if query.Before = found.Next; found.Next.IsZero() || pages > 9 {
				return strings.Join(all, ",")
			}
		}
	}
	for text, want := range map[string]string{
		"": ",Ada,Straßer,Bo,Zoë", "zoe": "Bo,Zoë", "ZOË": "Bo,Zoë", "strasse": "Straßer", "%": "Ada", "secret": "", "x@example": "", "zz": "",
	} {
		if got := names(app.DonationSearch{Text: text}); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
	}
	long := strings.Repeat("a", app.MaxDonationSearch)
	must.Get(w.RecordOffline(ctx, w.causeToken, key, fund.DonationInput{Amount: "5", Name: "Long", Comment: long}))(t)
	if got := names(app.DonationSearch{Text: long + "b"}); got != "Long" {
		t.Errorf("got %q, want what is behind the limit left out", got)
	}
	if got := names(app.DonationSearch{Held: true}); got != "" {
		t.Errorf("got %q, want nothing that waits", got)
	}
}

// TestSearchLooksAtAFewAtOnce has more donations than one search looks at, of which the first matches.
func TestSearchLooksAtAFewAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	key := campaignKey(w.campaign)
	for i := range app.SearchedAtOnce + 1 {
		name := fmt.Sprint("Donor ", i)
		if i == 0 {
			name = "First"
		}
		w.Clock.Advance(1_000_000)
		must.Get(w.RecordOffline(ctx, w.causeToken, key, fund.DonationInput{Amount: "1", Name: name}))(t)
	}
	query := app.DonationSearch{Text: "first"}
	found := must.Get(w.SearchDonations(ctx, w.owner, key, query, 10))(t)
	if len(found.Donations) != 0 || found.Next.IsZero() {
		t.Fatalf("got %+v, want nothing found, and where to search on", found)
	}
	query.Before = found.Next
	if found = must.Get(w.SearchDonations(ctx, w.owner, key, query, 10))(t); len(found.Donations) != 1 || !found.Next.IsZero() {
		t.Errorf("got %+v, want the first donation, and the end", found)
	}
}

// TestWhoSearchesDonations asks as everybody, and with donations to other facts.
func TestWhoSearchesDonations(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	key := campaignKey(w.campaign)
	screener, _ := w.volunteer(t, "Ada", fund.GrantScreener, fund.GrantHeadScreener, fund.GrantFulfill)
	for _, c := range []struct {
		who   string
		actor app.Actor
		want  string
	}{
		{"the owner", reading(w.owner), ""}, {"an owner of the cause", reading(w.causer), ""}, {"a stranger", reading(w.stranger), "forbidden"},
		{"grants", reading(screener), "forbidden"}, {"nobody", app.Actor{}, "unauthenticated"},
	} {
		_, err := w.SearchDonations(ctx, c.actor, key, app.DonationSearch{}, 1)
		t.Log(c.who)
		wantKind(t, err, c.want)
	}
	other := must.Get(w.RecordOffline(ctx, w.causeToken, campaignKey(w.team1), fund.DonationInput{Amount: "5"}))(t)
	_, err := w.SearchDonations(ctx, w.owner, key, app.DonationSearch{Before: other.ID}, 1)
	wantKind(t, err, "not_found")
	_, err = w.GetDonationOf(ctx, app.System(), w.campaign.ID, fund.Key{ID: other.ID})
	wantKind(t, err, "not_found")
}

// TestClaimsAreListed follows two claims from owed to fulfilled.
func TestClaimsAreListed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	key := campaignKey(w.campaign)
	must.Do(t, w.letShip(t, w.causer, w.cause.ID, true))
	begun := w.shipped(t)
	list := func(actor app.Actor, fulfilled bool, page fund.Page) (all []string) {
		t.Helper()
		page.Limit = max(page.Limit, 9)
		for _, c := range must.Get(w.ListClaims(ctx, actor, key, fulfilled, page))(t) {
			if c.Donation != begun.Donation || c.Quantity != 1 || c.FulfilledAt.IsZero() == fulfilled {
				t.Errorf("got %+v, want one of the donation", c)
			}
			all = append(all, fmt.Sprint(c.Private))
		}
		return all
	}
	if got := list(w.owner, false, fund.Page{}); len(got) > 0 {
		t.Errorf("got %q, want nothing before the money came", got)
	}
	w.payWith(t, begun, goodCard)
	if got, want := list(w.owner, false, fund.Page{}), []string{"true", "false"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
	claims := w.donation(t, begun.Donation).Claims
	if got := list(w.owner, false, fund.Page{Before: &fund.Cursor{ID: claims[0].ID}}); len(got) != 1 {
		t.Errorf("got %q behind the first, want one", got)
	}
	must.Get(w.FulfillClaims(ctx, w.owner, fund.Key{ID: begun.Donation}, fund.Fulfillment{Claims: fund.Some([]string{claims[0].ID.String()})}))(t)
	if owed, sent := list(w.owner, false, fund.Page{}), list(w.owner, true, fund.Page{}); len(owed) != 1 || len(sent) != 1 {
		t.Errorf("got %q owed and %q fulfilled, want one each", owed, sent)
	}
	if got := list(w.owner, true, fund.Page{Before: &fund.Cursor{ID: claims[0].ID}}); len(got) != 0 {
		t.Errorf("got %q behind the only one, want nothing", got)
	}
	shipper, _ := w.volunteer(t, "Ada", fund.GrantFulfill)
	list(shipper, false, fund.Page{})
	must.Do(t, w.letShip(t, w.causer, w.cause.ID, false))
	for _, actor := range []app.Actor{w.owner, w.stranger, shipper} {
		_, err := w.ListClaims(ctx, actor, key, false, fund.Page{Limit: 9})
		wantKind(t, err, "forbidden")
	}
}
