package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const selectRelay = `SELECT r.id, r.application_id, r.endpoint_id, r.name, r.created_at, r.updated_at
	FROM webhook_relays r`

// GetRelay finds one webhook relay of any application.
func (q Queries) GetRelay(ctx context.Context, id fund.ID) (fund.WebhookRelay, error) {
	return one(ctx, q.db, selecting(selectRelay).and("r.id = ?", id), scanRelay, thing{"webhook relay", id.String()})
}

// ListRelays lists the webhook relays of an application.
func (q Queries) ListRelays(ctx context.Context, application fund.ID, page fund.Page) ([]fund.WebhookRelay, error) {
	s := selecting(selectRelay).and("r.application_id = ?", application)
	relays, err := keysetPage(ctx, q.db, s, byID("r.id"), page, scanRelay)
	if err != nil {
		return nil, fmt.Errorf("list webhook relays of application %s: %w", application, err)
	}
	return relays, nil
}

// CountRelays counts the few webhook relays of an application.
func (q Queries) CountRelays(ctx context.Context, application fund.ID) (int, error) {
	return q.count(ctx, "SELECT COUNT(*) FROM webhook_relays WHERE application_id = $1", application)
}

func scanRelay(from row) (fund.WebhookRelay, error) {
	var r fund.WebhookRelay
	err := from.Scan(&r.ID, &r.ApplicationID, &r.EndpointID, &r.Name, instant{&r.CreatedAt}, instant{&r.UpdatedAt})
	return r, err
}

const selectRelayKey = `SELECT k.id, k.relay_id, k.key, k.client_key, k.metadata, k.donation_id, k.created_at, k.updated_at
	FROM relay_keys k`

// GetRelayKey finds a key of the relay by the name that its application chose.
func (q Queries) GetRelayKey(ctx context.Context, relay fund.ID, key string) (fund.RelayKey, error) {
	s := selecting(selectRelayKey).and("k.relay_id = ?", relay).and("k.key = ?", key)
	return q.relayKey(ctx, s, thing{noun: "webhook relay key"})
}

// GetRelayKeyByClientKey finds a key of any relay by the client key that the donor's browser carries.
func (q Queries) GetRelayKeyByClientKey(ctx context.Context, clientKey string) (fund.RelayKey, error) {
	return q.relayKey(ctx, selecting(selectRelayKey).and("k.client_key = ?", clientKey), thing{noun: "webhook relay key"})
}

func (q Queries) relayKey(ctx context.Context, s *statement, what thing) (fund.RelayKey, error) {
	row, err := one(ctx, q.db, s, scanRelayKey, what)
	if err != nil {
		return fund.RelayKey{}, err
	}
	keys, err := q.withDonations(ctx, []relayKeyRow{row})
	if err != nil {
		return fund.RelayKey{}, fmt.Errorf("webhook relay key %s: %w", row.ID, err)
	}
	return keys[0], nil
}

// ListRelayKeys lists the keys of a relay with the donations made through them.
func (q Queries) ListRelayKeys(ctx context.Context, relay fund.ID, page fund.Page) ([]fund.RelayKey, error) {
	s := selecting(selectRelayKey).and("k.relay_id = ?", relay)
	rows, err := keysetPage(ctx, q.db, s, byID("k.id"), page, scanRelayKey)
	if err != nil {
		return nil, fmt.Errorf("list keys of webhook relay %s: %w", relay, err)
	}
	keys, err := q.withDonations(ctx, rows)
	if err != nil {
		return nil, fmt.Errorf("list keys of webhook relay %s: %w", relay, err)
	}
	return keys, nil
}

// relayKeyRow is a key that knows only the id of its donation.
type relayKeyRow struct {
	fund.RelayKey
	donation fund.ID
}

func scanRelayKey(r row) (relayKeyRow, error) {
	var (
		k        relayKeyRow
		metadata sql.NullString
	)
	err := r.Scan(&k.ID, &k.RelayID, &k.Key, &k.ClientKey, &metadata, &k.donation, instant{&k.CreatedAt}, instant{&k.UpdatedAt})
	if metadata.Valid {
		k.Metadata = &metadata.String
	}
	return k, err
}

// withDonations reads the donations of all the keys at once.
func (q Queries) withDonations(ctx context.Context, rows []relayKeyRow) ([]fund.RelayKey, error) {
	var ids []fund.ID
	for _, r := range rows {
		if !r.donation.IsZero() {
			ids = append(ids, r.donation)
		}
	}
	donations, err := q.donationsByID(ctx, ids)
	if err != nil {
		return nil, err
	}
	var keys []fund.RelayKey
	for _, r := range rows {
		if d, made := donations[r.donation]; made {
			r.Donation = &d
		}
		keys = append(keys, r.RelayKey)
	}
	return keys, nil
}

// donationsByID reads whole donations, whatever their state.
func (q Queries) donationsByID(ctx context.Context, ids []fund.ID) (map[fund.ID]fund.Donation, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	condition, args := anyID("d.id", ids)
	all, err := list(ctx, q.db, selecting(selectDonation).and(condition, args...), scanDonation)
	if err == nil {
		err = q.addClaims(ctx, all)
	}
	if err != nil {
		return nil, fmt.Errorf("donations: %w", err)
	}
	by := make(map[fund.ID]fund.Donation, len(all))
	for _, d := range all {
		by[d.ID] = d
	}
	return by, nil
}

// GetLegacyRelay finds a donation by the name that another service uses for it.
func (q Queries) GetLegacyRelay(ctx context.Context, provider, uuid string) (fund.LegacyRelay, error) {
	what := thing{"legacy relay of " + provider, uuid}
	l := fund.LegacyRelay{Provider: provider, UUID: uuid}
	s := selecting("SELECT donation_id, meta FROM legacy_relays").and("provider = ?", provider).and("uuid = ?", uuid)
	donation, err := one(ctx, q.db, s, func(r row) (id fund.ID, err error) {
		err = r.Scan(&id, &l.Meta)
		return id, err
	}, what)
	if err != nil {
		return fund.LegacyRelay{}, err
	}
	l.Donation, err = q.GetDonation(ctx, fund.Key{ID: donation})
	if err != nil {
		return fund.LegacyRelay{}, fmt.Errorf("legacy relay %s of %s: %w", uuid, provider, err)
	}
	return l, nil
}

// GetRelayKeyByID finds a key of any relay, without its donation.
func (q Queries) GetRelayKeyByID(ctx context.Context, id fund.ID) (fund.RelayKey, error) {
	row, err := one(ctx, q.db, selecting(selectRelayKey).and("k.id = ?", id), scanRelayKey, thing{"webhook relay key", id.String()})
	return row.RelayKey, err
}
