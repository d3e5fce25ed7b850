package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertRelay inserts a new webhook relay.
func (t *Tx) InsertRelay(ctx context.Context, r fund.WebhookRelay) error {
	return t.insert(ctx, thing{"webhook relay", r.ID.String()}, "webhook_relays", columns{
		{"id", r.ID}, {"application_id", r.ApplicationID}, {"endpoint_id", r.EndpointID}, {"name", r.Name},
		{"created_at", micros(r.CreatedAt)}, {"updated_at", micros(r.UpdatedAt)},
	})
}

// UpdateRelay writes the name and the endpoint of a relay.
func (t *Tx) UpdateRelay(ctx context.Context, r fund.WebhookRelay) error {
	return t.change(ctx, thing{"webhook relay", r.ID.String()},
		"UPDATE webhook_relays SET endpoint_id = $1, name = $2, updated_at = $3 WHERE id = $4",
		r.EndpointID, r.Name, micros(r.UpdatedAt), r.ID)
}

// DeleteRelay deletes a relay. One that has keys is a Conflict.
func (t *Tx) DeleteRelay(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"webhook relay", id.String()}, "DELETE FROM webhook_relays WHERE id = $1", id)
}

// InsertRelayKey inserts a new key of a relay; completing a donation sets the key's donation.
func (t *Tx) InsertRelayKey(ctx context.Context, k fund.RelayKey) error {
	return t.insert(ctx, thing{"webhook relay key", k.ID.String()}, "relay_keys", columns{
		{"id", k.ID}, {"relay_id", k.RelayID}, {"key", k.Key}, {"client_key", k.ClientKey}, {"metadata", k.Metadata},
		{"created_at", micros(k.CreatedAt)}, {"updated_at", micros(k.UpdatedAt)},
	})
}

// PutLegacyRelay writes the name that another service uses for a donation. A known name gets the new donation and
// meta.
func (t *Tx) PutLegacyRelay(ctx context.Context, l fund.LegacyRelay) error {
	s := inserting("legacy_relays", columns{
		{"provider", l.Provider}, {"uuid", l.UUID}, {"donation_id", l.Donation.ID}, {"meta", l.Meta},
	}).then("ON CONFLICT (provider, uuid) DO UPDATE SET donation_id = excluded.donation_id, meta = excluded.meta")
	_, err := t.db.ExecContext(ctx, s.String(), s.args...)
	if err != nil {
		return thing{"legacy relay of " + l.Provider, l.UUID}.refused(err)
	}
	return nil
}
