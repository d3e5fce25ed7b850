package storetest

import (
	"bytes"
	"context"
	"slices"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
)

// program makes an application.
func (w *world) program(clientID string) fund.Application {
	w.tb.Helper()
	a := fund.Application{ID: w.id(), Name: odd, ClientID: clientID, API: fund.APIV5, CreatedAt: w.at()}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertApplication(ctx, a, []byte("hash of "+clientID))
	})
	return a
}

// grant makes a grant of a user to an application.
func (w *world) grant(user fund.User, application fund.Application) fund.Grant {
	w.tb.Helper()
	g := fund.Grant{ID: w.id(), ApplicationID: application.ID, UserID: user.ID, Scopes: []string{"a", "b"}, CreatedAt: w.at()}
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertGrant(ctx, g) })
	return g
}

func testGrants(t *testing.T, w *world) {
	ctx := t.Context()
	ann, bob, bot := w.user("ann"), w.user("bob"), w.program("bot")
	first, second, other := w.grant(ann, bot), w.grant(ann, bot), w.grant(bob, bot)
	same(t, "grant", must.Get(w.s.GetGrant(ctx, first.ID))(t), first)
	same(t, "grants of ann", must.Get(w.s.ListGrants(ctx, ann.ID))(t), []fund.Grant{second, first})
	missing[fund.Grant](t, "of an unknown id")(w.s.GetGrant(ctx, w.id()))
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertGrant(ctx, fund.Grant{ID: w.id(), ApplicationID: bot.ID, UserID: w.id()})
	})

	// The end of a grant ends its live tokens, and no others.
	token := func(g fund.Grant, hash byte) fund.Token {
		k := fund.Token{ID: w.id(), Kind: fund.TokenUser, ApplicationID: bot.ID, API: bot.API, UserID: g.UserID, GrantID: g.ID, CreatedAt: w.at()}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertToken(ctx, k, []byte{hash}) })
		return k
	}
	one, two, ended, others := token(first, 1), token(first, 2), token(first, 3), token(other, 4)
	ended.RevokedAt = w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.RevokeToken(ctx, ended.ID, ended.RevokedAt) })
	at := w.at()
	revoke := func(id fund.ID, at time.Time) (tokens []fund.ID) {
		w.write(func(ctx context.Context, tx *store.Tx) (err error) {
			tokens, err = tx.RevokeGrant(ctx, id, at)
			return err
		})
		slices.SortFunc(tokens, func(a, b fund.ID) int { return bytes.Compare(a[:], b[:]) })
		return tokens
	}
	same(t, "tokens that ended with the grant", revoke(first.ID, at), []fund.ID{one.ID, two.ID})
	one.RevokedAt, two.RevokedAt, first.RevokedAt = at, at, at
	for hash, want := range map[byte]fund.Token{1: one, 2: two, 3: ended, 4: others} {
		same(t, "token", must.Get(w.s.GetToken(ctx, []byte{hash}))(t), want)
	}
	same(t, "tokens that end with it again", len(revoke(first.ID, w.at())), 0)
	same(t, "grant that ended twice", must.Get(w.s.GetGrant(ctx, first.ID))(t), first)
	same(t, "grants that are left", must.Get(w.s.ListGrants(ctx, ann.ID))(t), []fund.Grant{second})
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error {
		_, err := tx.RevokeGrant(ctx, w.id(), at)
		return err
	})
}

func testCodes(t *testing.T, w *world) {
	ctx := t.Context()
	g := w.grant(w.user("ann"), w.program("bot"))
	full := fund.AuthorizationCode{GrantID: g.ID, RedirectURI: "https://example.org/?a=" + odd, VerifierHash: "c", CreatedAt: w.at(), ExpiresAt: w.at()}
	bare := fund.AuthorizationCode{GrantID: g.ID, CreatedAt: w.at(), ExpiresAt: w.at()}
	refresh := fund.RefreshToken{GrantID: g.ID, Scopes: []string{"a", "b"}, CreatedAt: w.at(), ExpiresAt: w.at()}
	endless := fund.RefreshToken{GrantID: g.ID, CreatedAt: w.at()}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		for _, err := range []error{
			tx.InsertAuthorizationCode(ctx, full, []byte{1}), tx.InsertAuthorizationCode(ctx, bare, []byte{2}),
			tx.InsertRefreshToken(ctx, refresh, []byte{1}), tx.InsertRefreshToken(ctx, endless, []byte{2}),
		} {
			if err != nil {
				return err
			}
		}
		return nil
	})
	same(t, "bare code", must.Get(w.s.GetAuthorizationCode(ctx, []byte{2}))(t), bare)
	same(t, "endless refresh token", must.Get(w.s.GetRefreshToken(ctx, []byte{2}))(t), endless)
	full.UsedAt, refresh.UsedAt = w.at(), w.at()
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.UseAuthorizationCode(ctx, []byte{1}, full.UsedAt)
	})
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.UseRefreshToken(ctx, []byte{1}, refresh.UsedAt)
	})
	same(t, "used code", must.Get(w.s.GetAuthorizationCode(ctx, []byte{1}))(t), full)
	same(t, "used refresh token", must.Get(w.s.GetRefreshToken(ctx, []byte{1}))(t), refresh)
	missing[fund.AuthorizationCode](t, "code")(w.s.GetAuthorizationCode(ctx, []byte{9}))
	missing[fund.RefreshToken](t, "refresh token")(w.s.GetRefreshToken(ctx, []byte{9}))
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.UseAuthorizationCode(ctx, []byte{9}, start) })
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.UseRefreshToken(ctx, []byte{9}, start) })
	w.refused(fault.Conflict, func(ctx context.Context, tx *store.Tx) error { return tx.InsertAuthorizationCode(ctx, bare, []byte{1}) })
}

func testSessions(t *testing.T, w *world) {
	ctx := t.Context()
	ann, bob := w.user("ann"), w.user("bob")
	hour := func(n int) time.Time { return start.Add(time.Duration(n) * time.Hour) }
	session := func(hash byte, user fund.User, seen, expires time.Time) fund.Session {
		s := fund.Session{ID: w.id(), UserID: user.ID, Agent: odd, Address: "::1", CreatedAt: w.at(), SeenAt: seen, ExpiresAt: expires, AuthenticatedAt: w.at(), Factors: []fund.Factor{fund.FactorPassword}}
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.InsertSession(ctx, s, []byte{hash}) })
		return s
	}
	one, two := session(1, ann, hour(5), hour(9)), session(2, ann, hour(6), hour(8))
	session(3, bob, hour(5), hour(9))
	list := func(now, since time.Time, want ...fund.Session) {
		t.Helper()
		same(t, "sessions of ann", must.Get(w.s.ListSessions(ctx, ann.ID, now, since))(t), want)
	}
	same(t, "session", must.Get(w.s.GetSession(ctx, []byte{1}))(t), one)
	missing[fund.Session](t, "session")(w.s.GetSession(ctx, []byte{9}))
	list(hour(7), hour(4), two, one)
	list(hour(8), hour(4), one)
	list(hour(7), hour(5), two)
	one.SeenAt = hour(7)
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SeeSession(ctx, one.ID, one.SeenAt) })
	list(hour(7), hour(6), one)
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.EndSession(ctx, bob.ID, one.ID, start) })
	one = one.Proving("another", hour(7))
	w.write(func(ctx context.Context, tx *store.Tx) error { return tx.ProveSession(ctx, one) })
	same(t, "session after another proof", must.Get(w.s.GetSession(ctx, []byte{1}))(t), one)
	one.EndedAt = hour(7)
	for _, at := range []time.Time{one.EndedAt, hour(8)} {
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.EndSession(ctx, ann.ID, one.ID, at) })
	}
	same(t, "session that ended twice", must.Get(w.s.GetSession(ctx, []byte{1}))(t), one)
	list(hour(7), hour(4), two)
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.SeeSession(ctx, w.id(), start) })
	w.refused(fault.NotFound, func(ctx context.Context, tx *store.Tx) error { return tx.ProveSession(ctx, one) })
}

func testSweep(t *testing.T, w *world) {
	ctx := t.Context()
	ann, bot := w.user("ann"), w.program("bot")
	g := w.grant(ann, bot)
	for i := range byte(4) {
		at, hash := start.Add(time.Duration(i)*time.Hour), []byte{i}
		w.write(func(ctx context.Context, tx *store.Tx) error {
			for _, err := range []error{
				tx.InsertToken(ctx, fund.Token{ID: w.id(), Kind: fund.TokenUser, UserID: ann.ID, CreatedAt: start, ExpiresAt: at}, hash),
				tx.InsertAuthorizationCode(ctx, fund.AuthorizationCode{GrantID: g.ID, CreatedAt: start, ExpiresAt: at}, hash),
				tx.InsertRefreshToken(ctx, fund.RefreshToken{GrantID: g.ID, CreatedAt: start, ExpiresAt: at}, hash),
				tx.InsertSession(ctx, fund.Session{ID: w.id(), UserID: ann.ID, CreatedAt: start, SeenAt: start, ExpiresAt: at}, hash),
			} {
				if err != nil {
					return err
				}
			}
			return nil
		})
	}
	w.write(func(ctx context.Context, tx *store.Tx) error {
		return tx.InsertToken(ctx, fund.Token{ID: w.id(), Kind: fund.TokenUser, UserID: ann.ID, CreatedAt: start}, []byte("endless"))
	})
	// left is the number of remaining rows of each table.
	left := func(limit int, before time.Time, want string) {
		t.Helper()
		w.write(func(ctx context.Context, tx *store.Tx) error { return tx.SweepExpired(ctx, before, limit) })
		for table, get := range map[string]func([]byte) error{
			"tokens":   func(h []byte) error { _, err := w.s.GetToken(ctx, h); return err },
			"codes":    func(h []byte) error { _, err := w.s.GetAuthorizationCode(ctx, h); return err },
			"refresh":  func(h []byte) error { _, err := w.s.GetRefreshToken(ctx, h); return err },
			"sessions": func(h []byte) error { _, err := w.s.GetSession(ctx, h); return err },
		} {
			got := ""
			for i := range byte(4) {
				if get([]byte{i}) == nil {
					got += string('0' + rune(i))
				}
			}
			if got != want {
				t.Errorf("%s: got %q left, want %q", table, got, want)
			}
		}
	}
	left(9, start, "0123")
	left(1, start.Add(90*time.Minute), "123")
	left(9, start.Add(2*time.Hour), "23")
	left(9, start.Add(99*time.Hour), "")
	if _, err := w.s.GetToken(ctx, []byte("endless")); err != nil {
		t.Errorf("got %v, want a token that does not expire to stay", err)
	}
}

func testSecrets(t *testing.T, w *world) {
	ctx := t.Context()
	one := must.Get(w.s.Secret(ctx, "one"))(t)
	same(t, "secret again", must.Get(w.s.Secret(ctx, "one"))(t), one)
	if other := must.Get(w.s.Secret(ctx, "other"))(t); len(one) != 32 || bytes.Equal(one, other) {
		t.Errorf("got the secrets %x and %x, want 32 bytes, different ones", one, other)
	}
	// Many callers ask for the first time at once, and all get the same secret.
	got := make(chan []byte, 8)
	for range cap(got) {
		go func() {
			secret, err := w.s.Secret(ctx, "many")
			if err != nil {
				t.Error(err)
			}
			got <- secret
		}()
	}
	first := <-got
	for range cap(got) - 1 {
		same(t, "secret of many", <-got, first)
	}
}
