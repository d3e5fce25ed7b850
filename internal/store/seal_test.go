package store_test

import (
	"context"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/seal"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// hooked is a database with one webhook endpoint, whose values are known words.
type hooked struct {
	url      string
	endpoint fund.WebhookEndpoint
	app      fund.AuthenticatorApp
}

// onBothHooked runs a test on both databases, each with an endpoint and an authenticator app that were written by a server with the ring; nil writes them in clear.
func onBothHooked(t *testing.T, ring *seal.Ring, test func(*testing.T, hooked)) {
	t.Helper()
	t.Parallel()
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			at := time.Date(2026, time.November, 28, 12, 0, 0, 0, time.UTC)
			a := fund.Application{ID: fund.ID{15: 1}, Name: "Hooks", ClientID: "hooks", RedirectURIs: []string{"https://hooks.example"}, API: fund.APIV5, CreatedAt: at}
			h := hooked{url: url(t), endpoint: fund.WebhookEndpoint{
				ID: fund.ID{15: 2}, ApplicationID: a.ID, URL: "https://hooks.example/clear-address", SigningKey: "clear-signing-key", PreviousKey: "clear-previous-key",
				PreviousUntil: at, ActivatedAt: at, CreatedAt: at, UpdatedAt: at,
			}, app: fund.AuthenticatorApp{Key: "clear-app-key", CreatedAt: at, ConfirmedAt: at}}
			user := fund.User{ID: fund.ID{15: 3}, Slug: "ann", Email: "ann@example.org"}
			h.app.UserID = user.ID
			must.Do(t, h.with(t, ring).Write(t.Context(), fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
				if err := tx.InsertApplication(ctx, a, []byte("secret")); err != nil {
					return err
				}
				if err := tx.InsertUser(ctx, &user, ""); err != nil {
					return err
				}
				if err := tx.PutAuthenticatorApp(ctx, h.app); err != nil {
					return err
				}
				return tx.InsertEndpoint(ctx, h.endpoint)
			}))
			test(t, h)
		})
	}
}

// with opens the database as a server with the ring does.
func (h hooked) with(t *testing.T, ring *seal.Ring) *store.Store {
	t.Helper()
	s := open(t, h.url, store.Options{})
	s.UseSecrets(ring)
	return s
}

// wants reads the endpoint as it was written.
func (h hooked) wants(t *testing.T, name string, s *store.Store) {
	t.Helper()
	if got, err := s.GetEndpoint(t.Context(), h.endpoint.ID); err != nil || got != h.endpoint {
		t.Errorf("%s: got %+v, %v, want %+v", name, got, err, h.endpoint)
	}
	if got, err := s.ListEndpoints(t.Context(), h.endpoint.ApplicationID, fund.Page{Limit: 9}); err != nil || len(got) != 1 || got[0] != h.endpoint {
		t.Errorf("%s: got %+v, %v, want the endpoint listed", name, got, err)
	}
	if got, err := s.GetAuthenticatorApp(t.Context(), h.app.UserID); err != nil || got != h.app {
		t.Errorf("%s: got %+v, %v, want %+v", name, got, err, h.app)
	}
}

func ringOf(keys ...seal.Key) *seal.Ring { return seal.NewRing(keys, nil) }

func TestACopyOfTheDatabaseSaysNothingOfWebhooks(t *testing.T) {
	ring := ringOf(seal.NewKey())
	onBothHooked(t, ring, func(t *testing.T, h hooked) {
		s := h.with(t, ring)
		h.wants(t, "with the key", s)
		if id, err := s.SealedWith(t.Context()); err != nil || id != ring.PresentID() {
			t.Errorf("got the key %q, %v, want %s", id, err, ring.PresentID())
		}
		for _, table := range []string{"webhook_endpoints", "authenticator_apps", "secrets"} {
			for _, row := range store.Dump(t, s, table) {
				if strings.Contains(row, "clear-") {
					t.Errorf("got %s, want nothing in clear", row)
				}
			}
		}
		for name, other := range map[string]*seal.Ring{"without a key": nil, "with another key": ringOf(seal.NewKey())} {
			if got, err := h.with(t, other).GetEndpoint(t.Context(), h.endpoint.ID); !fault.Is(err, fault.Unavailable) || got.SigningKey == h.endpoint.SigningKey {
				t.Errorf("%s: got %+v, %v, want it unavailable", name, got, err)
			}
			if got, err := h.with(t, other).GetAuthenticatorApp(t.Context(), h.app.UserID); !fault.Is(err, fault.Unavailable) || got.Key == h.app.Key {
				t.Errorf("%s: got %+v, %v, want the app unavailable", name, got, err)
			}
		}
		// A node with another key must not mix its own in.
		err := h.with(t, ringOf(seal.NewKey())).Write(t.Context(), fund.ID{}, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateEndpoint(ctx, h.endpoint) })
		if !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.From(err).Message, "another secret key") {
			t.Errorf("got %v, want the write refused", err)
		}
		h.wants(t, "after that", s)
		// A value that is copied to another row does not open there.
		store.Damage(t, s, "UPDATE webhook_endpoints SET previous_key = signing_key")
		if _, err := s.GetEndpoint(t.Context(), h.endpoint.ID); !fault.Is(err, fault.Unavailable) {
			t.Errorf("got %v, want the copied value refused", err)
		}
	})
}

func TestWhatStandsInClearIsSealed(t *testing.T) {
	onBothHooked(t, nil, func(t *testing.T, h hooked) {
		ring := ringOf(seal.NewKey())
		s := h.with(t, ring)
		h.wants(t, "in clear", s)
		if did, err := s.Reseal(t.Context()); err != nil || did != (store.Resealed{Plain: 4}) {
			t.Errorf("got %+v, %v, want four values sealed", did, err)
		}
		h.wants(t, "sealed", s)
		if rows := strings.Join(append(store.Dump(t, s, "webhook_endpoints"), store.Dump(t, s, "authenticator_apps")...), "\n"); strings.Contains(rows, "clear-") {
			t.Errorf("got %s, want nothing in clear", rows)
		}
		if did, err := s.Reseal(t.Context()); err != nil || did != (store.Resealed{}) {
			t.Errorf("got %+v, %v, want nothing left to do", did, err)
		}
	})
}

func TestSecretKeysAreReplaced(t *testing.T) {
	older, fresh := seal.NewKey(), seal.NewKey()
	onBothHooked(t, ringOf(older), func(t *testing.T, h hooked) {
		if did, err := h.with(t, ringOf(fresh)).Reseal(t.Context()); !fault.Is(err, fault.Unavailable) || !strings.Contains(fault.From(err).Message, older.ID()) {
			t.Errorf("got %+v, %v, want the older key asked for by its id", did, err)
		}
		h.wants(t, "after that", h.with(t, ringOf(older)))
		if did, err := h.with(t, ringOf(fresh, older)).Reseal(t.Context()); err != nil || did != (store.Resealed{Older: 4}) {
			t.Errorf("got %+v, %v, want four values sealed anew", did, err)
		}
		s := h.with(t, ringOf(fresh))
		h.wants(t, "with the new key alone", s)
		if id, err := s.SealedWith(t.Context()); err != nil || id != fresh.ID() {
			t.Errorf("got the key %q, %v, want the new one", id, err)
		}
	})
}

func TestLostKeysAreReplaced(t *testing.T) {
	onBothHooked(t, ringOf(seal.NewKey()), func(t *testing.T, h hooked) {
		s := h.with(t, ringOf(seal.NewKey()))
		if did, err := s.ReplaceLost(t.Context()); err != nil || did != (store.Resealed{Lost: 4}) {
			t.Errorf("got %+v, %v, want four values lost", did, err)
		}
		got, err := s.GetEndpoint(t.Context(), h.endpoint.ID)
		if err != nil || len(got.SigningKey) != 64 || got.URL != "" || got.PreviousKey != "" || got.Active() {
			t.Errorf("got %+v, %v, want a new key, and no deliveries", got, err)
		}
		if app, err := s.GetAuthenticatorApp(t.Context(), h.app.UserID); err != nil || !app.On() || len(app.Key) != 52 {
			t.Errorf("got %+v, %v, want an app with another key, which sign-ins still ask for", app, err)
		}
		if did, err := s.ReplaceLost(t.Context()); err != nil || did != (store.Resealed{}) {
			t.Errorf("got %+v, %v, want it done once", did, err)
		}
	})
}

// TestCertificatesAreSealedAndGoWithTheirKey wants nothing of them in clear, each bound to its name, sealed again with a new key, and gone with a lost one.
func TestCertificatesAreSealedAndGoWithTheirKey(t *testing.T) {
	onBoth(t, func(t *testing.T, s *store.Store) {
		older, fresh := seal.NewKey(), seal.NewKey()
		s.UseSecrets(ringOf(older))
		want := store.CertificateFile{Name: "a/key", Content: []byte("clear-key"), ChangedAt: time.Unix(1, 0).UTC()}
		for _, f := range []store.CertificateFile{want, {Name: "b/key", Content: []byte("clear-other"), ChangedAt: want.ChangedAt}} {
			must.Do(t, s.Write(t.Context(), fund.ID{}, func(ctx context.Context, tx *store.Tx) error { return tx.PutCertificateFile(ctx, f) }))
		}
		for _, row := range store.Dump(t, s, "certificate_files") {
			if strings.Contains(row, "clear-") {
				t.Errorf("got %s, want nothing in clear", row)
			}
		}
		s.UseSecrets(ringOf(fresh, older))
		if did, err := s.Reseal(t.Context()); err != nil || did != (store.Resealed{Older: 2}) {
			t.Errorf("got %+v, %v, want two files sealed with the new key", did, err)
		}
		s.UseSecrets(ringOf(fresh))
		if got, err := s.GetCertificateFile(t.Context(), want.Name); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("got %+v, %v, want %+v", got, err, want)
		}
		store.Damage(t, s, "UPDATE certificate_files SET content = (SELECT content FROM certificate_files WHERE name = 'b/key') WHERE name = 'a/key'")
		if got, err := s.GetCertificateFile(t.Context(), want.Name); !fault.Is(err, fault.Unavailable) {
			t.Errorf("got %+v, %v, want the content of another file refused", got, err)
		}
		s.UseSecrets(ringOf(seal.NewKey()))
		if did, err := s.ReplaceLost(t.Context()); err != nil || did != (store.Resealed{Lost: 2}) {
			t.Errorf("got %+v, %v, want two files lost", did, err)
		}
		if names, err := s.ListCertificateFiles(t.Context(), ""); err != nil || len(names) != 0 {
			t.Errorf("got %v, %v, want none kept that nobody can read", names, err)
		}
	})
}

// TestADatabaseWithoutWebhooksTakesAnyKey starts with a new key each time, as a container does that keeps nothing.
func TestADatabaseWithoutWebhooksTakesAnyKey(t *testing.T) {
	t.Parallel()
	url := storetest.SQLite(t)
	for range 2 {
		s := open(t, url, store.Options{})
		s.UseSecrets(ringOf(seal.NewKey()))
		if did, err := s.Reseal(t.Context()); err != nil || did != (store.Resealed{}) {
			t.Errorf("got %+v, %v, want nothing to do", did, err)
		}
		if id, err := s.SealedWith(t.Context()); err != nil || id != "" {
			t.Errorf("got the key %q, %v, want none", id, err)
		}
	}
}

// TestAnswersWithSecretsAreSealed keeps the answer that made an endpoint, which has its signing key.
func TestAnswersWithSecretsAreSealed(t *testing.T) {
	t.Parallel()
	ring := ringOf(seal.NewKey())
	s := open(t, storetest.SQLite(t), store.Options{})
	s.UseSecrets(ring)
	for key, secret := range map[string]bool{"secret": true, "plain": false} {
		k := fund.StoredAnswer{
			IdempotencyKey: fund.IdempotencyKey{Caller: "caller", Key: key}, CreatedAt: time.Unix(1, 0).UTC(),
			Answer: fund.Answer{Status: 201, Body: []byte("clear-" + key), Secret: secret},
		}
		must.Do(t, s.Write(t.Context(), fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.KeepRefusal(ctx, k)
			return err
		}))
		if got, err := s.GetAnswer(t.Context(), "caller", key); err != nil || string(got.Body) != "clear-"+key {
			t.Errorf("got %q, %v, want the answer again", got.Body, err)
		}
		stored := []byte{}
		store.Scan(t, s, &stored, "SELECT body FROM idempotency_keys WHERE key = $1", key)
		if (string(stored) == "clear-"+key) == secret {
			t.Errorf("%s: got %s stored, want it sealed %v", key, stored, secret)
		}
	}
}
