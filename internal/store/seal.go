package store

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/seal"
)

// sealCheck is the name of the secret that says which key the database is sealed with: a sealed value of its own, written with the first one.
const sealCheck = "seal"

// sealedTable is a table with columns that are sealed, and the column of the ids of its rows.
type sealedTable struct {
	name, id string
	columns  []string
}

// The tables with sealed columns. Addresses of webhooks are among them, because those of chats are secrets, and others have tokens in their queries.
var (
	sealedEndpoints = sealedTable{"webhook_endpoints", "id", []string{"url", "signing_key", "previous_key"}}
	sealedApps      = sealedTable{"authenticator_apps", "user_id", []string{"secret"}}
	sealedOverlays  = sealedTable{"overlays", "id", []string{"key"}}
	// Of a server with certificates of its own.
	sealedCertificates = sealedTable{"certificate_files", "id", []string{"content"}}
	sealedTables       = []sealedTable{sealedEndpoints, sealedApps, sealedOverlays, sealedCertificates}
)

// place is where a value of a row is kept.
func (t sealedTable) place(column string, row fund.ID) seal.Place {
	return seal.Place{Table: t.name, Column: column, Row: row.String()}
}

// seals is what a store seals with. Without a ring, values are stored and read as they are, and sealed ones cannot be read.
type seals struct {
	ring *seal.Ring
	// checked is set once the database is known to be sealed with a key of the ring.
	checked atomic.Bool
}

// UseSecrets has the store seal signing keys and addresses of webhooks, and the keys of authenticator apps and overlays. Call it before the first of them is read or written.
func (s *Store) UseSecrets(ring *seal.Ring) { s.seals.ring = ring }

var checkPlace = seal.Place{Table: "secrets", Column: "value", Row: sealCheck}

// open opens what was read from a place; what stands there in clear is given back as it is.
func (q Queries) open(p seal.Place, value string) (string, error) {
	if seal.KeyID(value) == "" {
		return value, nil
	}
	if q.seals.ring == nil {
		return "", fault.New(fault.Unavailable, "What is sealed in the database cannot be read without its secret key.")
	}
	plain, err := q.seals.ring.Open(p, value)
	if err != nil {
		return "", fault.Wrap(err, fault.Unavailable, "What is sealed in the database cannot be read: this server has another secret key.")
	}
	return plain, nil
}

// openEndpoint opens the sealed columns of a webhook endpoint.
func (q Queries) openEndpoint(e *fund.WebhookEndpoint) error {
	for column, value := range map[string]*string{"url": &e.URL, "signing_key": &e.SigningKey, "previous_key": &e.PreviousKey} {
		plain, err := q.open(sealedEndpoints.place(column, e.ID), *value)
		if err != nil {
			return err
		}
		*value = plain
	}
	return nil
}

// sealEndpoint seals the sealed columns of a copy of a webhook endpoint.
func (t *Tx) sealEndpoint(ctx context.Context, e fund.WebhookEndpoint) (fund.WebhookEndpoint, error) {
	for column, value := range map[string]*string{"url": &e.URL, "signing_key": &e.SigningKey, "previous_key": &e.PreviousKey} {
		sealed, err := t.seal(ctx, sealedEndpoints.place(column, e.ID), *value)
		if err != nil {
			return e, err
		}
		*value = sealed
	}
	return e, nil
}

// seal seals a value for a place.
func (t *Tx) seal(ctx context.Context, p seal.Place, value string) (string, error) {
	if t.seals.ring == nil || value == "" {
		return value, nil
	}
	if !t.seals.checked.Load() {
		if err := t.checkSeal(ctx); err != nil {
			return "", err
		}
	}
	return t.seals.ring.Seal(p, value)
}

// checkSeal makes sure that all nodes seal with the same keys: the first one leaves its mark.
func (t *Tx) checkSeal(ctx context.Context) error {
	kept, err := t.secret(ctx, sealCheck)
	if err != nil {
		return err
	}
	marked := kept != nil
	if !marked {
		mark, err := t.seals.ring.Seal(checkPlace, sealCheck)
		if err != nil {
			return err
		}
		_, err = t.db.ExecContext(ctx, "INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING", sealCheck, []byte(mark))
		if err != nil {
			return fmt.Errorf("mark of the secret key: %w", err)
		}
		if kept, err = t.secret(ctx, sealCheck); err != nil {
			return err
		}
	}
	if _, err := t.seals.ring.Open(checkPlace, string(kept)); err != nil {
		return fault.Wrap(err, fault.Unavailable, "Nothing can be sealed: this server has another secret key than the database was sealed with.")
	}
	// A mark of this transaction may not be committed.
	t.seals.checked.Store(marked)
	return nil
}

// SealedWith is the id of the secret key that the database was sealed with last; "" if nothing is sealed in it.
func (q Queries) SealedWith(ctx context.Context) (string, error) {
	mark, err := q.secret(ctx, sealCheck)
	return seal.KeyID(string(mark)), err
}

// CheckSeals opens everything that is sealed, and is Unavailable if the secrets in use do not open it.
func (q Queries) CheckSeals(ctx context.Context) error {
	for _, table := range sealedTables {
		rows, err := list(ctx, q.db, table.selected(), table.scan)
		if err != nil {
			return fmt.Errorf("sealed values: %w", err)
		}
		for _, r := range rows {
			for i, column := range table.columns {
				if _, err := q.open(table.place(column, r.id), r.values[i]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// Resealed is what a Reseal did.
type Resealed struct {
	// Plain counts the values that stood in clear before, Older those that were sealed with an older key, Lost those that no key opens.
	Plain, Older, Lost int
}

// Reseal seals everything that is not sealed with the present key. It fails, and changes nothing, if something is sealed with a key that the ring does
// not have.
func (s *Store) Reseal(ctx context.Context) (Resealed, error) { return s.reseal(ctx, nil) }

// ReplaceLost is Reseal for keys that are lost for good: a signing key that nothing opens becomes a new one, and its endpoint is deactivated. An address that nothing
// opens becomes "", which nothing can be sent to. The key of an authenticator app becomes one that no app has: sign-ins ask for it still, and take recovery codes.
// What a server kept of its certificates goes, and it gets new ones.
func (s *Store) ReplaceLost(ctx context.Context) (Resealed, error) {
	return s.reseal(ctx, func(column string) string {
		var key [seal.KeySize]byte
		_, _ = rand.Read(key[:]) // it never fails
		switch column {
		case "signing_key":
			return hex.EncodeToString(key[:])
		case "secret":
			return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(key[:])
		default:
			return ""
		}
	})
}

// reseal has lost make values in the place of those that no key opens; nil fails.
func (s *Store) reseal(ctx context.Context, lost func(column string) string) (did Resealed, err error) {
	err = s.Write(ctx, fund.ID{}, func(ctx context.Context, t *Tx) error {
		did = Resealed{}
		sealed := false
		for _, table := range sealedTables {
			rows, err := list(ctx, t.db, table.selected(), table.scan)
			if err != nil {
				return fmt.Errorf("sealed values: %w", err)
			}
			sealed = sealed || len(rows) > 0
			for _, r := range rows {
				if err := t.resealRow(ctx, table, r, lost, &did); err != nil {
					return err
				}
			}
		}
		if !sealed {
			return nil
		}
		mark, err := t.seals.ring.Seal(checkPlace, sealCheck)
		if err != nil {
			return err
		}
		_, err = t.db.ExecContext(ctx,
			"INSERT INTO secrets (name, value) VALUES ($1, $2) ON CONFLICT (name) DO UPDATE SET value = excluded.value", sealCheck, []byte(mark))
		if err != nil {
			return fmt.Errorf("mark of the secret key: %w", err)
		}
		return nil
	})
	return did, err
}

// sealedRow has the values of the sealed columns of a row, in their order.
type sealedRow struct {
	id     fund.ID
	values []string
}

// selected are the rows with what scan reads.
func (t sealedTable) selected() *statement {
	return selecting("SELECT " + t.id + ", " + strings.Join(t.columns, ", ") + " FROM " + t.name)
}

func (t sealedTable) scan(r row) (sealedRow, error) {
	s := sealedRow{values: make([]string, len(t.columns))}
	targets := []any{&s.id}
	for i := range s.values {
		targets = append(targets, &s.values[i])
	}
	err := r.Scan(targets...)
	return s, err
}

// resealRow changes what is not sealed with the present key.
func (t *Tx) resealRow(ctx context.Context, table sealedTable, r sealedRow, lost func(string) string, did *Resealed) error {
	ring := t.seals.ring
	for i, column := range table.columns {
		value, place := r.values[i], table.place(column, r.id)
		id := seal.KeyID(value)
		if value == "" || id == ring.PresentID() {
			continue
		}
		plain, err := ring.Open(place, value)
		switch {
		case err == nil && id == "":
			did.Plain++
		case err == nil:
			did.Older++
		case lost == nil || !errors.Is(err, seal.ErrNoKey):
			return fault.Wrap(err, fault.Unavailable, "The secret key with the id %s is missing, which values in the database are sealed with.", id)
		default:
			did.Lost++
			plain = lost(column)
			if table.name == sealedCertificates.name {
				if err := t.dropLost(ctx, r.id); err != nil {
					return err
				}
				continue
			}
			if err := t.deactivateLost(ctx, table, r.id); err != nil {
				return err
			}
		}
		sealed, err := ring.Seal(place, plain)
		if err == nil {
			_, err = t.db.ExecContext(ctx, "UPDATE "+table.name+" SET "+column+" = $1 WHERE "+table.id+" = $2", sealed, r.id)
		}
		if err != nil {
			return fmt.Errorf("%s of %s %s: %w", column, table.name, r.id, err)
		}
	}
	return nil
}

// deactivateLost deactivates a webhook endpoint of which something was lost.
func (t *Tx) deactivateLost(ctx context.Context, table sealedTable, id fund.ID) error {
	if table.name != sealedEndpoints.name {
		return nil
	}
	if _, err := t.db.ExecContext(ctx, "UPDATE webhook_endpoints SET deactivated_at = $1 WHERE id = $2 AND deactivated_at IS NULL", micros(t.now()), id); err != nil {
		return fmt.Errorf("webhook endpoint %s: %w", id, err)
	}
	return nil
}

// dropLost deletes what a server kept of its certificates.
func (t *Tx) dropLost(ctx context.Context, id fund.ID) error {
	if _, err := t.db.ExecContext(ctx, "DELETE FROM certificate_files WHERE id = $1", id); err != nil {
		return fmt.Errorf("certificate file %s: %w", id, err)
	}
	return nil
}
