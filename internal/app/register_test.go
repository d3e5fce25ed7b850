package app_test

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
)

// registering sets how applications register themselves.
func (w *world) registering(t *testing.T, how string) {
	t.Helper()
	must.Get(w.SetSetting(t.Context(), app.System(), fund.SettingRegistration, how))(t)
}

// registered is an application that has registered itself, with its secret, from the n-th address.
func (w *world) registered(t *testing.T, n int, scopes ...string) (fund.Application, string) {
	t.Helper()
	from := netip.AddrFrom4([4]byte{192, 0, 2, byte(n)})
	made, secret, err := w.RegisterApplication(t.Context(), app.Actor{}.From(from), app.NewApplication{Name: "Bot", RedirectURIs: []string{back}, Scopes: scopes})
	must.Do(t, err)
	return made, secret
}

func TestARegisteredApplicationWaitsForItsApproval(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), newWorld(t)
	bot, secret := w.registered(t, 1)
	if !bot.Registered || !bot.Pending || !bot.OwnerID.IsZero() || bot.API != fund.APIV5 || !slices.Equal(bot.Scopes, fund.RegisteredScopes()) {
		t.Errorf("got %+v, want an application of nobody that waits", bot)
	}
	_, err := w.CheckApplication(ctx, bot.ClientID, secret)
	if !fault.Is(err, fault.Unauthenticated) || !strings.Contains(err.Error(), "until the operator of this server approves it") {
		t.Errorf("got %v, want it refused until it is approved", err)
	}
	_, err = w.FindApplication(ctx, bot.ClientID)
	wantKind(t, err, "conflict")
	text, _, err := w.IssueToken(ctx, app.System(), fund.Token{Kind: fund.TokenApplication, ApplicationID: bot.ID, Scopes: []string{"public"}})
	must.Do(t, err)
	w.wantWorks(t, false, text)

	for range 2 { // the second one changes nothing
		if approved := must.Get(w.ApproveApplication(ctx, app.System(), bot.ID))(t); approved.Pending || !approved.Registered {
			t.Errorf("got %+v, want it approved", approved)
		}
	}
	w.wantWorks(t, true, text)
	must.Get(w.CheckApplication(ctx, bot.ClientID, secret))(t)
	must.Get(w.FindApplication(ctx, bot.ClientID))(t)
	w.wantActs(t, bot.ID, fund.ActApproveApplication)

	must.Do(t, w.DisableApplication(ctx, app.System(), bot.ID))
	for name, change := range map[string]func() (fund.Application, error){
		"approve": func() (fund.Application, error) { return w.ApproveApplication(ctx, app.System(), bot.ID) },
		"scopes":  func() (fund.Application, error) { return w.AddScopes(ctx, app.System(), bot.ID, []string{"write"}) },
	} {
		if _, err := change(); !fault.Is(err, fault.Conflict) {
			t.Errorf("%s: got %v for a disabled application, want a conflict", name, err)
		}
	}
}

func TestHowApplicationsRegister(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), newWorld(t)
	w.registering(t, "open")
	bot, secret := w.registered(t, 1)
	must.Get(w.CheckApplication(ctx, bot.ClientID, secret))(t)
	if bot.Pending || !bot.Registered {
		t.Errorf("open: got %+v, want an application that works", bot)
	}
	w.registering(t, "off")
	_, _, err := w.RegisterApplication(ctx, app.Actor{}, app.NewApplication{Name: "Bot", RedirectURIs: []string{back}})
	wantKind(t, err, "forbidden")
	must.Get(w.CheckApplication(ctx, bot.ClientID, secret))(t)
}

func TestScopesOfARegisteredApplication(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), newWorld(t)
	for i, c := range []struct{ asked, want string }{
		{"", "public webhooks:read webhooks:write"}, {"public", "public"}, {"webhooks:write", "public webhooks:write"},
		{"write cause donations:read donations:write sandbox", "public"}, {"x webhooks:read", "public webhooks:read"},
	} {
		if bot, _ := w.registered(t, i, strings.Fields(c.asked)...); strings.Join(bot.Scopes, " ") != c.want {
			t.Errorf("%q: got %q, want %q", c.asked, bot.Scopes, c.want)
		}
	}
	bot, _ := w.registered(t, 99, "public")
	for range 2 { // the second one changes nothing
		more := must.Get(w.AddScopes(ctx, app.System(), bot.ID, []string{"write", "public", "write"}))(t)
		if !slices.Equal(more.Scopes, []string{"public", "write"}) {
			t.Errorf("got %q, want those that it had and one more", more.Scopes)
		}
	}
	w.wantActs(t, bot.ID, fund.ActSetScopes)
	for _, wrong := range [][]string{nil, {"admin"}} {
		if _, err := w.AddScopes(ctx, app.System(), bot.ID, wrong); !fault.Is(err, fault.Invalid) {
			t.Errorf("%q: got %v, want it refused", wrong, err)
		}
	}
	for name, change := range map[string]func(app.Actor) error{
		"scopes":  func(a app.Actor) error { _, err := w.AddScopes(ctx, a, bot.ID, []string{"cause"}); return err },
		"approve": func(a app.Actor) error { _, err := w.ApproveApplication(ctx, a, bot.ID); return err },
	} {
		for _, actor := range []app.Actor{w.owner, w.program} {
			if err := change(actor); !fault.Is(err, fault.Forbidden) {
				t.Errorf("%s: got %v as %s, want it forbidden", name, err, actor.Kind)
			}
		}
	}
}

func TestRegistrationsHaveLimits(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), newWorld(t)
	register := func(from netip.Addr, redirects int) error {
		in := app.NewApplication{Name: "Bot"}
		for i := range redirects {
			in.RedirectURIs = append(in.RedirectURIs, fmt.Sprintf("https://bot.test/%d", i))
		}
		_, _, err := w.RegisterApplication(ctx, app.Actor{}.From(from), in)
		return err
	}
	one := netip.MustParseAddr("198.51.100.1")
	if err := register(one, fund.MaxRegisteredRedirects+1); !fault.Is(err, fault.Invalid) {
		t.Errorf("got %v for too many addresses, want them refused", err)
	}
	for range shield.RegistrationsAnHour { // what was refused does not count
		must.Do(t, register(one, fund.MaxRegisteredRedirects))
	}
	if err := register(one, 1); !fault.Is(err, fault.RateLimited) {
		t.Errorf("got %v, want a wait for the address", err)
	}
	for i := range fund.MaxPendingApplications - shield.RegistrationsAnHour {
		w.registered(t, i)
	}
	fresh := netip.MustParseAddr("198.51.100.2")
	if err := register(fresh, 1); !fault.Is(err, fault.RateLimited) || fault.From(err).Wait() != time.Hour {
		t.Errorf("got %v, want no more that wait for the operator", err)
	}
	all := must.Get(w.ListApplications(ctx, app.System(), fund.Page{Limit: 1, Order: fund.NewestFirst}))(t)
	must.Get(w.ApproveApplication(ctx, app.System(), all[0].ID))(t)
	must.Do(t, register(fresh, 1))
}

func TestUnusedRegistrationsGo(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), newWorld(t)
	made := w.application(t, fund.APIV5)
	pending, _ := w.registered(t, 1)
	rejected, _ := w.registered(t, 2)
	must.Do(t, w.DisableApplication(ctx, app.System(), rejected.ID))
	late, _ := w.registered(t, 7)
	w.registering(t, "open")
	unused, _ := w.registered(t, 3)
	used, _ := w.registered(t, 4)
	granted, _ := w.registered(t, 5)
	kept, _ := w.registered(t, 6)
	w.granted(t, granted)
	endless, _, err := w.IssueToken(ctx, app.System(), fund.Token{Kind: fund.TokenApplication, ApplicationID: kept.ID, Scopes: []string{"public"}})
	must.Do(t, err)
	want := func(what string, one fund.Application, there, works bool) {
		t.Helper()
		got, err := w.GetApplication(ctx, app.System(), one.ID.String())
		if fault.Is(err, fault.NotFound) == there || there && got.DisabledAt.IsZero() != works {
			t.Errorf("%s: got %v, %v, want there %t, works %t", what, got.DisabledAt, err, there, works)
		}
	}
	w.Clock.Advance(fund.RegistrationUnused - time.Hour)
	must.Get(w.IssueToApplication(ctx, used, []string{"public"}))(t)
	w.DoDue(ctx, fund.WorkApplication)
	want("unused, before", unused, true, true)
	must.Get(w.ApproveApplication(ctx, app.System(), late.ID))(t)
	w.Clock.Advance(time.Hour)
	w.DoDue(ctx, fund.WorkApplication)
	want("pending", pending, false, false)
	want("rejected", rejected, false, false)
	want("unused", unused, false, false)
	want("used", used, true, true)
	want("approved late", late, true, true)
	want("granted long ago", granted, true, false)
	want("with a token that works", kept, true, true)
	want("of an operator", made, true, true)
	w.wantWorks(t, true, endless)
	w.Clock.Advance(fund.RegistrationUnused)
	w.DoDue(ctx, fund.WorkApplication)
	want("approved late", late, false, false)
	want("not used again", used, true, false)
	want("of an operator", made, true, true)
}
