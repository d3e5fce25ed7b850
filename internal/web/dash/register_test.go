package dash_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testbrowser"
)

// TestSomebodyRegistersForAnEvent registers, changes that, takes it back, and is removed by the cause.
func TestSomebodyRegistersForAnEvent(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	ctx := t.Context()
	event := must.Get(h.CreateFundraisingEvent(ctx, app.System(), fund.Key{ID: h.campaign.Cause.ID}, fund.EventPatch{Name: fund.Some("Marathon <b>"), Status: fund.Some(fund.Published)}))(t)
	key := fund.Key{ID: event.ID}
	yes := fund.RegistrationFieldPatch{Enabled: fund.Some(true), Required: fund.Some(true)}
	must.Get(h.UpdateRegistrationFields(ctx, app.System(), key, fund.RegistrationFieldsPatch{Fields: map[string]fund.RegistrationFieldPatch{
		"address": yes, "phone_number": yes, "date_of_birth": {Enabled: fund.Some(true)}, "service_hours": {Enabled: fund.Some(true)},
	}}))(t)
	b, base := h.as("owner"), "/dashboard/"+event.ID.String()
	at := base + "/register"
	page := b.Get(at)
	if page.StatusCode != http.StatusOK || !strings.Contains(page.Text, `value="owner@example.org"`) || strings.Contains(page.Text, "Shirt size") || !strings.Contains(page.Text, "Marathon &lt;b&gt;") {
		t.Fatalf("got %d\n%s\nwant what the event asks for", page.StatusCode, page.Text)
	}
	fill := func(pairs ...string) testbrowser.Answer {
		form := filled(t, page, at, "email", "me@example.org", "address.line1", "1 Road", "address.city", "Town", "phone_number", "+1 555 0100", "date_of_birth", "2001-12-31", "service_hours", "yes", "subscribed", "yes")
		for i := 0; i < len(pairs); i += 2 {
			form.Set(pairs[i], pairs[i+1])
		}
		return b.Post(at, form)
	}
	for field, c := range map[string][2]string{"email": {"nobody", "Enter an e-mail address"}, "phone_number": {"call me", "Enter a telephone number"}, "date_of_birth": {"soon", "Enter a day like"}} {
		if got := fill(field, c[0]); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="`+field+`-problem">`+c[1]) {
			t.Errorf("%s: got %d, want %q\n%s", field, got.StatusCode, c[1], got.Text)
		}
	}
	if got := fill("address.line1", "", "address.city", ""); got.StatusCode != http.StatusUnprocessableEntity || !strings.Contains(got.Text, `id="address-line1-problem">Fill this in`) {
		t.Errorf("got %d without an address\n%s", got.StatusCode, got.Text)
	}
	for range 2 {
		if got := fill(); got.StatusCode != http.StatusSeeOther {
			t.Fatalf("got %d\n%s\nwant it registered", got.StatusCode, got.Text)
		}
	}
	own := func() fund.Registration { return must.Get(h.OwnRegistration(ctx, h.owner, key))(t) }
	r := own()
	if r.UserID != h.owner.User || r.Email != "me@example.org" || r.Address == nil || r.Address.Line1 != "1 Road" || r.PhoneNumber != "+1 555 0100" || r.DateOfBirth != "2001-12-31" || r.ServiceHours == nil || !*r.ServiceHours || !r.Subscribed {
		t.Errorf("got %+v", r)
	}
	if got := b.Post(at, filled(t, b.Get(at), at, "address.city", "Village")); got.StatusCode != http.StatusSeeOther {
		t.Errorf("got %d\n%s\nwant it changed", got.StatusCode, got.Text)
	}
	if r = own(); r.Address.City != "Village" || r.Address.Line1 != "1 Road" || r.PhoneNumber == "" {
		t.Errorf("got %+v, want only the town changed", r)
	}
	cause, _ := h.ofCause()
	list := base + "/registrations"
	seen := cause.Get(list)
	if seen.StatusCode != http.StatusOK || !strings.Contains(seen.Text, "me@example.org") || !strings.Contains(seen.Text, "1 Road") {
		t.Errorf("got %d\n%s\nwant who registered", seen.StatusCode, seen.Text)
	}
	if got := b.Get(list); got.StatusCode != http.StatusForbidden || strings.Contains(got.Text, "me@example.org") {
		t.Errorf("got %d for who registered, want 403", got.StatusCode)
	}
	end := at + "/delete"
	if got := b.Post(end, testbrowser.With(b.Get(end).Form(t, end), "sure", "yes")); got.StatusCode != http.StatusSeeOther || strings.Contains(cause.Get(list).Text, "me@example.org") {
		t.Errorf("got %d\n%s\nwant it taken back", got.StatusCode, got.Text)
	}
	page = b.Get(at)
	if got := fill(); got.StatusCode != http.StatusSeeOther {
		t.Fatalf("got %d\n%s\nwant it registered again", got.StatusCode, got.Text)
	}
	if got := cause.Post(list, testbrowser.With(cause.Get(list).Form(t, list), "id", own().ID.String())); got.Header.Get("Location") != list+"?done=removed" || strings.Contains(cause.Get(list).Text, "me@example.org") {
		t.Errorf("got %d\n%s\nwant it removed", got.StatusCode, got.Text)
	}
	if got := b.Get("/dashboard/" + h.campaign.ID.String() + "/register"); got.StatusCode != http.StatusNotFound {
		t.Errorf("got %d for a campaign, want 404", got.StatusCode)
	}
}
