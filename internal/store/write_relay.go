package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertRelay puts in a new webhook relay.
func (t *Tx) InsertRelay(ctx context.Context, r fund.WebhookRelay) error {
	return t.insert(ctx, thing{"webhook relay", r.ID.String()}, `INSERT INTO webhook_relays (id, application_id, endpoint_id,
		name, created_at, updated_at)`,
		r.ID, r.ApplicationID, r.EndpointID, r.Name, micros(r.CreatedAt), micros(r.UpdatedAt))
}

// UpdateRelay writes the name and the endpoint of a relay.
func (t *Tx) UpdateRelay(ctx context.Context, r fund.WebhookRelay) error {
	return t.change(ctx, thing{"webhook relay", r.ID.String()},
		"UPDATE webhook_relays SET endpoint_id = $1, name = $2, updated_at = $3 WHERE id = $4",
		r.EndpointID, r.Name, micros(r.UpdatedAt), r.ID)
}

// DeleteRelay takes out a relay. One that has keys is a Conflict.
func (t *Tx) DeleteRelay(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"webhook relay", id.String()}, "DELETE FROM webhook_relays WHERE id = $1", id)
}

// InsertRelayKey puts in a new key of a relay; its donation is the completion's to set.
func (t *Tx) InsertRelayKey(ctx context.Context, k fund.RelayKey) error {
	return t.insert(ctx, thing{"webhook relay key", k.ID.String()}, `INSERT INTO relay_keys (id, relay_id, key, client_key,
		metadata, created_at, updated_at)`,
		k.ID, k.RelayID, k.Key, k.ClientKey, k.Metadata, micros(k.CreatedAt), micros(k.UpdatedAt))
}

// PutLegacyRelay notes what another service calls a donation. A name that is known already gets
// the new donation and meta.
func (t *Tx) PutLegacyRelay(ctx context.Context, l fund.LegacyRelay) error {
	_, err := t.db.ExecContext(ctx, `INSERT INTO legacy_relays (provider, uuid, donation_id, meta) VALUES ($1, $2, $3, $4)
		ON CONFLICT (provider, uuid) DO UPDATE SET donation_id = excluded.donation_id, meta = excluded.meta`,
		l.Provider, l.UUID, l.Donation.ID, l.Meta)
	if err != nil {
		return thing{"legacy relay of " + l.Provider, l.UUID}.refused(err)
	}
	return nil
}
