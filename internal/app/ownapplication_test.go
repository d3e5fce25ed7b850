package app_test

import (
	"fmt"
	"net/netip"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
)

// proven is an actor who just proved in a browser who they are.
func (w *world) proven(actor app.Actor) app.Actor {
	actor.Session.AuthenticatedAt = w.Now()
	return actor
}

// TestOwnApplications follows an application from its making to its end.
func TestOwnApplications(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	owner := w.proven(w.owner)
	in := app.NewApplication{Name: "Bot", RedirectURIs: []string{"https://bot.test/"}, Scopes: []string{fund.ScopePublic}, API: fund.APIV3, Owner: w.stranger.User}
	_, _, err := w.MakeOwnApplication(ctx, w.owner, in)
	if !app.NeedsProof(err) {
		t.Errorf("got %v, want that it needs a proof", err)
	}
	made, secret, err := w.MakeOwnApplication(ctx, owner, in)
	must.Do(t, err)
	if made.OwnerID != owner.User || made.API != fund.APIV5 || made.Pending || made.Registered {
		t.Errorf("got %+v, want an application of the fifth version that its maker owns", made)
	}
	must.Get(w.CheckApplication(ctx, made.ClientID, secret))(t)
	if own := must.Get(w.ListOwnApplications(ctx, w.owner))(t); len(own) != 1 || own[0].ID != made.ID {
		t.Errorf("got %+v, want the application", own)
	}
	if own := must.Get(w.ListOwnApplications(ctx, w.stranger))(t); len(own) != 0 {
		t.Errorf("got %+v for a stranger, want nothing", own)
	}
	_, manager, err := w.OwnApplication(ctx, w.owner, made.ID)
	must.Do(t, err)
	e := must.Get(w.CreateEndpoint(ctx, manager, fund.WebhookEndpointPatch{URL: fund.Some("https://bot.example.org/hook")}))(t)
	for _, types := range []string{"public:direct:donation_updated", "private:direct:donation_updated"} {
		must.Get(w.PutSubscription(ctx, manager, app.SubscriptionKey{Endpoint: fund.Key{ID: e.ID}, Fact: fund.Key{ID: w.campaign.ID}}, fund.SubscriptionPatch{EventTypes: []string{types}}))(t)
	}
	if manager.HasScope(fund.ScopeDonationsRead) || manager.HasScope(fund.ScopeWrite) {
		t.Errorf("got the scopes %q, want those of the application and those for webhooks", manager.Scopes)
	}
	for _, actor := range []app.Actor{w.proven(w.stranger), w.proven(w.operator(t))} {
		_, _, err := w.OwnApplication(ctx, actor, made.ID)
		wantKind(t, err, "not_found")
		_, err = w.RotateOwnSecret(ctx, actor, made.ID)
		wantKind(t, err, "not_found")
		wantKind(t, w.EndOwnApplication(ctx, actor, made.ID), "not_found")
	}
	if _, err := w.RotateOwnSecret(ctx, w.owner, made.ID); !app.NeedsProof(err) {
		t.Errorf("got %v, want that it needs a proof", err)
	}
	next := must.Get(w.RotateOwnSecret(ctx, owner, made.ID))(t)
	_, err = w.CheckApplication(ctx, made.ClientID, secret)
	wantKind(t, err, "unauthenticated")
	must.Get(w.CheckApplication(ctx, made.ClientID, next))(t)
	must.Do(t, w.EndOwnApplication(ctx, w.owner, made.ID))
	_, err = w.CheckApplication(ctx, made.ClientID, next)
	wantKind(t, err, "unauthenticated")
	_, _, err = w.OwnApplication(ctx, w.owner, made.ID)
	wantKind(t, err, "not_found")
	if got, want := strings.Join(w.acts(t, made.ID), ","), "user application.create,user application.rotate,user application.disable"; got != want {
		t.Errorf("got the acts %s, want %s", got, want)
	}
}

// TestOwnApplicationsAreChecked has wrong ones, and as many as there can be.
func TestOwnApplicationsAreChecked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	owner := w.proven(w.owner)
	_, _, err := w.MakeOwnApplication(ctx, owner, app.NewApplication{Name: " ", RedirectURIs: []string{"ftp://x"}, Scopes: []string{"everything"}})
	wantFields(t, err, "name cannot be blank", "redirect_uri is not an address (https://…)", "scope is not one of the allowed values")
	for i := range fund.MaxOwnApplications {
		if i%shield.RegistrationsAnHour == 0 {
			owner = owner.From(netip.AddrFrom4([4]byte{198, 51, 100, byte(i)}))
		}
		_, _, err := w.MakeOwnApplication(ctx, owner, app.NewApplication{Name: fmt.Sprint("Bot ", i), RedirectURIs: []string{"https://bot.test/"}})
		must.Do(t, err)
	}
	owner = owner.From(netip.MustParseAddr("192.0.2.1"))
	one := app.NewApplication{Name: "One more", RedirectURIs: []string{"https://bot.test/"}}
	_, _, err = w.MakeOwnApplication(ctx, owner, one)
	wantKind(t, err, "conflict")
	must.Do(t, w.EndOwnApplication(ctx, owner, must.Get(w.ListOwnApplications(ctx, owner))(t)[0].ID))
	_, _, err = w.MakeOwnApplication(ctx, owner, one)
	must.Do(t, err)
	many := one
	for range fund.MaxRegisteredRedirects {
		many.RedirectURIs = append(many.RedirectURIs, "https://bot.test/")
	}
	_, _, err = w.MakeOwnApplication(ctx, owner, many)
	wantKind(t, err, "invalid")
	stranger := w.proven(w.stranger).From(netip.MustParseAddr("203.0.113.9"))
	for range shield.RegistrationsAnHour {
		made, _, err := w.MakeOwnApplication(ctx, stranger, one)
		must.Do(t, err)
		must.Do(t, w.EndOwnApplication(ctx, stranger, made.ID))
	}
	_, _, err = w.MakeOwnApplication(ctx, stranger, one)
	wantKind(t, err, "rate_limited")
	_, _, err = w.MakeOwnApplication(ctx, app.Actor{}, one)
	wantKind(t, err, "unauthenticated")
}
