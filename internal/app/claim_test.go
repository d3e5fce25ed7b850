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

// shipped is a donation begun for a reward with a question and a shipping address, and one without either.
func (w *world) shipped(t *testing.T) app.StartedDonation {
	t.Helper()
	shirt := w.reward(t, 9, func(p *fund.RewardPatch) {
		p.CustomQuestion, p.ShippingAddressRequired = fund.Some("Which size?"), fund.Some(true)
	})
	in := claiming(shirt, 1)
	in.Email = "ada@example.org"
	in.Claims[0].Answer, in.Claims[0].Address = "L", fund.ShippingAddress{
		Recipient: "Ada L", Phone: "+49 1", Address: fund.Address{Line1: "1 Main St", City: "Bonn", PostalCode: "53111", Country: "DE"},
	}
	in.Claims = append(in.Claims, fund.ClaimInput{Reward: fund.Key{ID: w.reward(t, 9).ID}, Quantity: 1})
	return w.begin(t, in)
}

// reading is the actor with the scope to read who donated.
func reading(actor app.Actor) app.Actor {
	actor.Scopes = append(slices.Clone(actor.Scopes), fund.ScopeDonationsRead)
	return actor
}

// causeMember makes a user with a role for the cause.
func (w *world) causeMember(t *testing.T, role fund.CauseRole) app.Actor {
	t.Helper()
	actor := w.user(t.Context(), t, "cause"+string(role))
	must.Do(t, w.SetCauseRole(t.Context(), app.System(), app.CauseMembership{Cause: w.cause.ID, User: actor.User, Role: role}))
	return actor
}

// letShip sets whether streamers ship at a fact.
func (w *world) letShip(t *testing.T, actor app.Actor, fact fund.ID, lets bool) error {
	t.Helper()
	_, err := w.UpdateDonationSettings(t.Context(), actor, app.FactKey{Key: fund.Key{ID: fact}, Kinds: app.AllKinds()},
		fund.DonationSettingsPatch{StreamersShip: fund.Some(lets)})
	return err
}

// TestStreamersShipWhereTheCauseLetsThem reads and fulfills claims as everybody, with the right given at each place where it can be.
func TestStreamersShipWhereTheCauseLetsThem(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	begun := w.shipped(t)
	w.payWith(t, begun, goodCard)
	id := fund.Key{ID: begun.Donation}
	finance, member := w.causeMember(t, fund.CauseFinance), w.causeMember(t, fund.CauseMember)
	other := w.newCampaign(ctx, t, fund.CampaignPatch{Name: fund.Some("Other")})
	check := func(where, who string, actor app.Actor, ships bool) {
		t.Helper()
		d, err := w.HandledDonation(ctx, actor, id)
		reads := slices.ContainsFunc(d.Claims, func(c fund.Claim) bool { return c.Answer == "L" && c.Address != nil })
		if reads != ships || d.PrivateClaims() != ships {
			t.Errorf("%s, %s: got %+v, %v, want the answer and the address: %v", where, who, d.Claims, err, ships)
		}
		_, err = w.FulfillClaims(ctx, actor, id, fund.Fulfillment{})
		if (err == nil) != ships {
			t.Errorf("%s, %s: got %v, want it to fulfill: %v", where, who, err, ships)
		}
	}
	for _, place := range []struct {
		name string
		fact fund.ID
		lets bool
	}{
		{"nowhere", fund.ID{}, false}, {"elsewhere", other.ID, false}, {"the campaign", w.campaign.ID, true}, {"what it supports", w.team1.ID, true},
		{"its event", w.event.ID, true}, {"its cause", w.cause.ID, true},
	} {
		if !place.fact.IsZero() {
			must.Do(t, w.letShip(t, finance, place.fact, true))
		}
		check(place.name, "the owner", reading(w.owner), place.lets)
		check(place.name, "an editor of what it supports", reading(w.roles[fund.RoleAdmin]), false)
		check(place.name, "a stranger", reading(w.stranger), false)
		check(place.name, "a member of the cause", reading(member), false)
		check(place.name, "its finance", reading(finance), true)
		check(place.name, "its token", reading(w.causeToken), true)
		if !place.fact.IsZero() {
			must.Do(t, w.letShip(t, w.causeToken, place.fact, false))
		}
		check(place.name+" any more", "the owner", reading(w.owner), false)
	}
	must.Do(t, w.letShip(t, finance, w.cause.ID, true))
	d, err := w.HandledDonation(ctx, w.owner, id) // without the scope
	if must.Do(t, err); d.PrivateClaims() {
		t.Errorf("without the scope donations:read: got %+v, want no answer and no address", d.Claims)
	}
	if d, err = w.HandledDonation(ctx, reading(w.owner), id); err != nil || d.Email != "" {
		t.Errorf("got the mail address %q, %v, want none: it takes no mail to ship", d.Email, err)
	}
}

// TestWhoLetsStreamersShip sets it as everybody.
func TestWhoLetsStreamersShip(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	member, finance := w.causeMember(t, fund.CauseMember), w.causeMember(t, fund.CauseFinance)
	for _, fact := range []fund.ID{w.campaign.ID, w.cause.ID} {
		for _, c := range []struct {
			who   string
			actor app.Actor
			want  string
		}{
			{"the owner of the campaign", w.owner, "forbidden"}, {"a stranger", w.stranger, "forbidden"}, {"a member", member, "forbidden"},
			{"finance", finance, ""}, {"an owner of the cause", w.causer, ""}, {"its token", w.causeToken, ""},
		} {
			t.Log(c.who)
			wantKind(t, w.letShip(t, c.actor, fact, true), c.want)
			must.Do(t, w.letShip(t, app.System(), fact, false))
		}
	}
	must.Do(t, w.letShip(t, finance, w.event.ID, true))
	must.Do(t, w.letShip(t, finance, w.event.ID, true)) // as it was
	if got, want := w.acts(t, w.event.ID), []string{"finance cause.shipping.set"}; !slices.Equal(got, want) {
		t.Errorf("got the acts %q, want %q", got, want)
	}
}

// TestViewsOfAddressesAreLogged reads a donation with an address as those who may.
func TestViewsOfAddressesAreLogged(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	begun := w.shipped(t)
	w.payWith(t, begun, goodCard)
	plain := w.begin(t, fund.CheckoutInput{})
	w.payWith(t, plain, goodCard)
	must.Do(t, w.letShip(t, w.causer, w.cause.ID, true))
	for _, actor := range []app.Actor{w.owner, reading(w.owner), reading(w.causer), reading(w.operator(t)), w.causer} {
		for _, id := range []fund.ID{begun.Donation, plain.Donation} {
			must.Get(w.HandledDonation(ctx, actor, fund.Key{ID: id}))(t)
		}
	}
	if got, want := w.acts(t, begun.Donation), []string{"user claims.view", "owner claims.view", "operator donors.view"}; !slices.Equal(got, want) {
		t.Errorf("got the acts %q, want %q", got, want)
	}
	if got, want := w.acts(t, plain.Donation), []string{"operator donors.view"}; !slices.Equal(got, want) {
		t.Errorf("got the acts %q on a donation without an address, want %q", got, want)
	}
}

// TestFulfillment says of claims one after the other that they were fulfilled, and takes it back.
func TestFulfillment(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	begun := w.shipped(t)
	id := fund.Key{ID: begun.Donation}
	say := func(in fund.Fulfillment) error {
		_, err := w.FulfillClaims(ctx, w.causer, id, in)
		return err
	}
	wantKind(t, say(fund.Fulfillment{}), "conflict") // not paid
	w.payWith(t, begun, goodCard)
	first := w.donation(t, begun.Donation).Claims[0].ID.String()
	wantFields(t, say(fund.Fulfillment{Claims: fund.Some([]string{first, "x", w.campaign.ID.String()})}),
		"claims.1 is no claim of the donation", "claims.2 is no claim of the donation")
	wantFields(t, say(fund.Fulfillment{Claims: fund.Some([]string(nil))}), "claims cannot be blank")
	when := func(want ...time.Time) {
		t.Helper()
		for i, c := range w.donation(t, begun.Donation).Claims {
			if !c.FulfilledAt.Equal(want[i]) {
				t.Errorf("claim %d: got %s, want %s", i, c.FulfilledAt, want[i])
			}
		}
	}
	at := w.Clock.Now()
	must.Do(t, say(fund.Fulfillment{Claims: fund.Some([]string{first})}))
	when(at, time.Time{})
	w.Clock.Advance(time.Hour)
	must.Do(t, say(fund.Fulfillment{}))
	when(at, at.Add(time.Hour))
	must.Do(t, say(fund.Fulfillment{})) // they are so already
	must.Do(t, say(fund.Fulfillment{Claims: fund.Some([]string{first}), Fulfilled: fund.Some(false)}))
	when(time.Time{}, at.Add(time.Hour))
	if got := strings.Count(strings.Join(w.acts(t, begun.Donation), " "), "claims.fulfill"); got != 3 {
		t.Errorf("got %d acts, want one for each change", got)
	}
	plain := w.begin(t, fund.CheckoutInput{})
	w.payWith(t, plain, goodCard)
	id.ID = plain.Donation
	wantKind(t, say(fund.Fulfillment{}), "conflict")
}

// TestAddressesAreErased follows claims to the edge of how long their addresses are kept.
func TestAddressesAreErased(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		card string
		// then happens an hour after the payment; kept is for how long the address is kept after that, 0 for as long as it is looked at.
		then func(*testing.T, *world, fund.Key)
		kept time.Duration
	}{
		"owed":      {card: goodCard},
		"fulfilled": {goodCard, fulfill, fund.ClaimRetention},
		"not fulfilled after all": {goodCard, func(t *testing.T, w *world, key fund.Key) {
			fulfill(t, w, key)
			must.Get(w.FulfillClaims(t.Context(), w.causer, key, fund.Fulfillment{Fulfilled: fund.Some(false)}))(t)
		}, 0},
		"refunded": {goodCard, func(t *testing.T, w *world, key fund.Key) {
			must.Get(w.RefundDonation(t.Context(), w.causer, key, ""))(t)
		}, fund.ClaimRetention},
		"refunded in part": {goodCard, func(t *testing.T, w *world, key fund.Key) {
			must.Get(w.RefundDonation(t.Context(), w.causer, key, "1"))(t)
		}, 0},
		"not paid": {badCard, func(t *testing.T, w *world, _ fund.Key) { w.settle(t) }, fund.ClaimRetention},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			begun := w.shipped(t)
			w.payWith(t, begun, c.card)
			w.Clock.Advance(time.Hour)
			if c.then != nil {
				c.then(t, w, fund.Key{ID: begun.Donation})
			}
			start := w.Clock.Now()
			erased := func(after time.Duration) bool {
				w.Clock.Advance(start.Add(after).Sub(w.Clock.Now()))
				w.settle(t)
				return !w.donation(t, begun.Donation).PrivateClaims()
			}
			if c.kept == 0 {
				for _, after := range []time.Duration{fund.ClaimRetention, 2 * fund.ClaimRetention, 5 * fund.ClaimRetention} {
					if erased(after) {
						t.Fatalf("erased after %s, want it kept", after)
					}
				}
				fulfill(t, w, fund.Key{ID: begun.Donation})
				start, c.kept = w.Clock.Now(), fund.ClaimRetention
			}
			if erased(c.kept - time.Minute) {
				t.Error("erased a minute early")
			}
			if !erased(c.kept + time.Minute) {
				t.Errorf("got %+v, want no answer and no address", w.donation(t, begun.Donation).Claims)
			}
			w.raised(t) // and its audit is clean
			must.Do(t, w.ExportClaims(t.Context(), app.System(), w.cause.ID, fund.Span{}, func(r fund.ClaimRecord) error {
				if r.Claim.Private() {
					t.Errorf("exported %+v, want no answer and no address", r.Claim)
				}
				return nil
			}))
		})
	}
}

func fulfill(t *testing.T, w *world, key fund.Key) {
	t.Helper()
	must.Get(w.FulfillClaims(t.Context(), w.causer, key, fund.Fulfillment{}))(t)
}

// TestAddressesAreKeptAsLongAsTheOperatorSays changes for how long while there are claims, fulfilled and owed.
func TestAddressesAreKeptAsLongAsTheOperatorSays(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var all []fund.Key
	for range 2 {
		begun := w.shipped(t)
		w.payWith(t, begun, goodCard)
		all = append(all, fund.Key{ID: begun.Donation})
	}
	fulfill(t, w, all[0])
	set := func(days string) error {
		_, err := w.SetSetting(t.Context(), app.System(), fund.SettingClaimDays, days)
		w.settle(t)
		return err
	}
	kept := func(want ...bool) {
		t.Helper()
		for i, key := range all {
			if got := w.donation(t, key.ID).PrivateClaims(); got != want[i] {
				t.Errorf("claim %d: got that its address is there: %v, want %v", i, got, want[i])
			}
		}
	}
	for _, wrong := range []string{"0", "3651", "-1", "1.5", "\"90\"", "null", "true"} {
		wantFields(t, set(wrong), "value must be a whole number of days from 1 to 3650")
	}
	must.Do(t, set("3650"))
	w.Clock.Advance(2 * fund.ClaimRetention)
	w.settle(t)
	kept(true, true)
	must.Do(t, set("181"))
	kept(true, true)
	must.Do(t, set("180"))
	kept(false, true)
	fulfill(t, w, all[1])
	must.Do(t, set("1"))
	w.Clock.Advance(24*time.Hour - 5*time.Minute)
	w.settle(t)
	kept(false, true)
	w.Clock.Advance(5 * time.Minute)
	w.settle(t)
	kept(false, false)
}
