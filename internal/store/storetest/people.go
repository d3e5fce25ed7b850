package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

func social() fund.Social {
	return fund.Social{
		Discord: "d", Facebook: "f", Instagram: "i", Mixer: "m", Snapchat: "s", Tiktok: "t", Twitch: odd, Twitter: "x",
		Website: "https://example.org/?a=b&c=<d>", Youtube: "y",
	}
}

func testUsers(t *testing.T, w *world) {
	ctx := t.Context()
	full := fund.User{
		ID: w.id(), Slug: "ann", Username: odd, Email: "ann@example.org", FirstName: "Änn", LastName: "O'Neill",
		About: odd, Avatar: "/a.png", Social: social(), Newsletter: ptr(false), Confirmed: true,
		CreatedAt: w.at(), UpdatedAt: w.at(),
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertUser(ctx, &full, "secret hash") })
	bare := w.user("bob")
	same(t, "legacy ids", []int64{full.LegacyID, bare.LegacyID}, []int64{1, 2})

	for _, key := range []fund.Key{{ID: full.ID}, {LegacyID: 1}, {Slug: "ann"}} {
		same(t, "user by "+key.String(), must.Get(w.s.GetUser(ctx, key))(t), full)
	}
	same(t, "bare user", must.Get(w.s.GetUser(ctx, fund.Key{ID: bare.ID}))(t), bare)
	got, hash, err := w.s.GetUserByEmail(ctx, "ann@example.org")
	if err != nil || hash != "secret hash" {
		t.Errorf("by e-mail: got hash %q, %v, want the hash", hash, err)
	}
	same(t, "user by e-mail", got, full)
	if _, _, err := w.s.GetUserByEmail(ctx, "nobody@example.org"); !fault.Is(err, fault.NotFound) {
		t.Errorf("unknown e-mail: got %v, want a not-found fault", err)
	}

	w.taken("slug", func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertUser(ctx, &fund.User{ID: w.id(), Slug: "ann", Email: "other@example.org"}, "")
	})
	w.taken("email", func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertUser(ctx, &fund.User{ID: w.id(), Slug: "other", Email: "ann@example.org"}, "")
	})
	clash := bare
	clash.Slug = "ann"
	w.taken("slug", func(ctx context.Context, tx *store.Tx) error { return tx.UpdateUser(ctx, clash) })

	changed := full
	changed.Slug, changed.Username, changed.Email, changed.FirstName = "anna", "Anna", "anna@example.org", ""
	changed.LastName, changed.About, changed.Avatar, changed.Social = "", "", "", fund.Social{}
	changed.Newsletter, changed.Confirmed, changed.UpdatedAt = nil, false, w.at()
	written := changed
	written.RaisedUSD, written.CreatedAt = 99, w.at() // not a caller's to change
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateUser(ctx, written) })
	same(t, "changed user", must.Get(w.s.GetUser(ctx, fund.Key{ID: full.ID}))(t), changed)
	if _, hash, _ := w.s.GetUserByEmail(ctx, "anna@example.org"); hash != "secret hash" {
		t.Errorf("after a change: got hash %q, want the old one", hash)
	}
	same(t, "list", must.Get(w.s.ListUsers(ctx, page(10)))(t), []fund.User{bare, changed})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateUser(ctx, full) })
	same(t, "user filled in again", must.Get(w.s.GetUser(ctx, fund.Key{ID: full.ID}))(t), full)
	same(t, "short list", must.Get(w.s.ListUsers(ctx, page(1)))(t), []fund.User{bare})
}

func testTeams(t *testing.T, w *world) {
	ctx := t.Context()
	ann, bob := w.user("ann"), w.user("bob")
	full := fund.Team{
		ID: w.id(), Slug: "red", Name: odd, About: odd, Avatar: "/t.png", InviteOnly: true, Social: social(),
		CreatedAt: w.at(), UpdatedAt: w.at(),
	}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertTeam(ctx, &full) })
	blue := w.team("blue")
	for _, key := range []fund.Key{{ID: full.ID}, {LegacyID: full.LegacyID}, {Slug: "red"}} {
		same(t, "team by "+key.String(), must.Get(w.s.GetTeam(ctx, key))(t), full)
	}
	w.taken("slug", func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertTeam(ctx, &fund.Team{ID: w.id(), Slug: "red"})
	})

	w.write(func(ctx context.Context, tx *store.Tx) error {
		for _, m := range []struct {
			team, user fund.ID
			role       fund.Role
		}{
			{full.ID, ann.ID, fund.RoleSuperAdmin},
			{blue.ID, ann.ID, fund.RoleMember},
			{full.ID, bob.ID, fund.RoleMember},
			{full.ID, bob.ID, fund.RoleAdmin},
		} {
			if err := tx.SetRole(ctx, m.team, m.user, m.role); err != nil {
				return err
			}
		}
		return nil
	})
	same(t, "role", must.Get(w.s.GetRole(ctx, full.ID, bob.ID))(t), fund.RoleAdmin)
	missing[fund.Role](t, "role of a stranger")(w.s.GetRole(ctx, blue.ID, bob.ID))
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.SetRole(ctx, full.ID, w.id(), fund.RoleMember)
	})
	same(t, "memberships", must.Get(w.s.ListMemberships(ctx, ann.ID, nil, fund.Page{Limit: 100}))(t), []fund.Membership{
		{Team: blue, UserID: ann.ID, Role: fund.RoleMember}, {Team: full, UserID: ann.ID, Role: fund.RoleSuperAdmin},
	})

	disbanded := full
	disbanded.Slug, disbanded.Name, disbanded.About, disbanded.Avatar, disbanded.InviteOnly = "was-red", "Was red", "", "", false
	disbanded.Social, disbanded.DisbandedAt, disbanded.UpdatedAt = fund.Social{}, w.at(), w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTeam(ctx, disbanded) })
	same(t, "disbanded team", must.Get(w.s.GetTeam(ctx, fund.Key{ID: full.ID}))(t), disbanded)
	same(t, "living teams", must.Get(w.s.ListTeams(ctx, page(10)))(t), []fund.Team{blue})
	same(t, "living memberships", must.Get(w.s.ListMemberships(ctx, ann.ID, nil, fund.Page{Limit: 100}))(t),
		[]fund.Membership{{Team: blue, UserID: ann.ID, Role: fund.RoleMember}})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTeam(ctx, full) })
	same(t, "team filled in again", must.Get(w.s.GetTeam(ctx, fund.Key{ID: full.ID}))(t), full)
}

func testRegistrations(t *testing.T, w *world) {
	ctx := t.Context()
	ann, bob := w.user("ann"), w.user("bob")
	cause := w.cause("cause")
	event, other := w.event(cause, "event"), w.event(cause, "other")
	full := fund.Registration{
		ID: w.id(), EventID: event.ID, UserID: ann.ID, UserLegacyID: ann.LegacyID, Email: "ann@example.org",
		Subscribed: true, Address: &fund.Address{
			Line1: odd, Line2: "2", City: "Brno", Region: "JM", PostalCode: "60200", Country: "CZ",
		}, ShirtSize: "XL", ServiceHours: ptr(true), PhoneNumber: "+420", DateOfBirth: "2000-02-29",
		RegisteredAt: w.at(), UpdatedAt: w.at(),
	}
	bare := fund.Registration{
		ID: w.id(), EventID: event.ID, UserID: bob.ID, UserLegacyID: bob.LegacyID, RegisteredAt: w.at(), UpdatedAt: w.at(),
	}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		if err := tx.InsertRegistration(ctx, &full); err != nil {
			return err
		}
		return tx.InsertRegistration(ctx, &bare)
	})
	same(t, "list", must.Get(w.s.ListRegistrations(ctx, event.ID, fund.Page{Limit: 100}))(t), []fund.Registration{bare, full})
	for _, key := range []fund.Key{{ID: full.ID}, {LegacyID: full.LegacyID}} {
		same(t, "registration", must.Get(w.s.GetRegistration(ctx, event.ID, key))(t), full)
		missing[fund.Registration](t, "of another event")(w.s.GetRegistration(ctx, other.ID, key))
	}
	same(t, "of user", must.Get(w.s.GetRegistrationOf(ctx, event.ID, bob.ID))(t), bare)
	missing[fund.Registration](t, "of nobody")(w.s.GetRegistrationOf(ctx, other.ID, bob.ID))
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		again := full
		again.ID = w.id()
		return tx.InsertRegistration(ctx, &again)
	})

	changed := full
	changed.Email, changed.Subscribed, changed.Address, changed.ShirtSize = "a@example.org", false, nil, "S"
	changed.ServiceHours, changed.PhoneNumber, changed.DateOfBirth, changed.UpdatedAt = nil, "", "", w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateRegistration(ctx, changed) })
	same(t, "changed", must.Get(w.s.GetRegistrationOf(ctx, event.ID, ann.ID))(t), changed)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.UpdateRegistration(ctx, full) })
	same(t, "filled in again", must.Get(w.s.GetRegistrationOf(ctx, event.ID, ann.ID))(t), full)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.DeleteRegistration(ctx, full.ID) })
	same(t, "after delete", must.Get(w.s.ListRegistrations(ctx, event.ID, fund.Page{Limit: 100}))(t), []fund.Registration{bare})
}

func testTokens(t *testing.T, w *world) {
	ctx := t.Context()
	ann, cause := w.user("ann"), w.cause("cause")
	owned := fund.Application{
		ID: w.id(), Name: odd, ClientID: "client", API: fund.APIV5, RedirectURIs: []string{"https://example.org/back", "http://localhost:1/x"}, OwnerID: ann.ID,
		Scopes: []string{"public", "sandbox"}, CreatedAt: w.at(),
	}
	free := fund.Application{ID: w.id(), ClientID: "free", CreatedAt: w.at()}
	full := fund.Token{
		ID: w.id(), Kind: fund.TokenUser, ApplicationID: owned.ID, OwnerID: ann.ID, API: fund.APIV5, UserID: ann.ID, Scopes: []string{"a", "b"},
		CreatedAt: w.at(), ExpiresAt: w.at(),
	}
	bare := fund.Token{ID: w.id(), Kind: fund.TokenCause, CauseID: cause.ID, CreatedAt: w.at()}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		for _, err := range []error{
			tx.InsertApplication(ctx, owned, []byte("secret\x00")), tx.InsertApplication(ctx, free, []byte("free")),
			tx.InsertToken(ctx, full, []byte{0, 1}), tx.InsertToken(ctx, bare, []byte{0, 2}),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	same(t, "application", must.Get(w.s.GetApplication(ctx, owned.ID))(t), owned)
	got, hash, err := w.s.GetApplicationByClientID(ctx, "client")
	if err != nil || string(hash) != "secret\x00" {
		t.Errorf("application by client id: got hash %q, %v, want the hash", hash, err)
	}
	same(t, "application by client id", got, owned)
	same(t, "application of nobody", must.Get(w.s.GetApplication(ctx, free.ID))(t), free)
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertApplication(ctx, fund.Application{ID: w.id(), ClientID: "client"}, []byte("x"))
	})
	same(t, "token", must.Get(w.s.GetToken(ctx, []byte{0, 1}))(t), full)
	same(t, "token of a cause", must.Get(w.s.GetToken(ctx, []byte{0, 2}))(t), bare)

	full.RevokedAt = w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.RevokeToken(ctx, full.ID, full.RevokedAt)
	})
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.RevokeToken(ctx, full.ID, w.at()) })
	same(t, "token revoked twice", must.Get(w.s.GetToken(ctx, []byte{0, 1}))(t), full)
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error {
		return tx.RevokeToken(ctx, w.id(), start)
	})
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertToken(ctx, fund.Token{ID: w.id(), Kind: fund.TokenUser, UserID: w.id()}, []byte{3})
	})
}

func testRates(t *testing.T, w *world) {
	ctx := t.Context()
	day := time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)
	w.write(func(ctx context.Context, tx *store.Tx) error {
		for _, r := range []struct {
			at   time.Time
			rate int64
		}{{day, 1}, {day.Add(5 * time.Hour), 1_080_000_000}, {day.AddDate(0, 0, 3), 1_100_000_000}} {
			if _, err := tx.PutRates(ctx, []money.DayRate{{Currency: "EUR", Day: r.at, Rate: r.rate}}); err != nil {
				return err
			}
		}
		return nil
	})
	for _, c := range []struct {
		at   time.Time
		want int64
	}{
		{day, 1_080_000_000}, {day.Add(23 * time.Hour), 1_080_000_000}, {day.AddDate(0, 0, 2), 1_080_000_000},
		{day.AddDate(0, 0, 3), 1_100_000_000}, {day.AddDate(0, 0, 3).Add(money.RateReach), 1_100_000_000},
		{time.Date(2026, 5, 3, 23, 0, 0, 0, time.FixedZone("", -3600)), 1_100_000_000},
	} {
		same(t, "rate at "+c.at.String(), must.Get(w.s.Rate(ctx, "EUR", c.at))(t), c.want)
	}
	same(t, "dollars", must.Get(w.s.Rate(ctx, "USD", day))(t), int64(1_000_000_000))
	missing[int64](t, "too early")(w.s.Rate(ctx, "EUR", day.Add(-time.Second)))
	missing[int64](t, "too late")(w.s.Rate(ctx, "EUR", day.AddDate(0, 0, 4).Add(money.RateReach)))
	missing[int64](t, "unknown")(w.s.Rate(ctx, "JPY", day))
}
