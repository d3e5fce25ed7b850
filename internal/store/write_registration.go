package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertRegistration puts in a user's entry for an event and gives it its legacy id. A second
// one of the same user is a Conflict.
func (t *Tx) InsertRegistration(ctx context.Context, r *fund.Registration) error {
	number, err := t.legacyID(ctx, "registration")
	if err != nil {
		return err
	}
	address, err := addressColumn(r.Address)
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"registration", r.ID.String()}, `INSERT INTO registrations (id, legacy_id, event_id, user_id,
		email, subscribed, address, shirt_size, service_hours, phone_number, date_of_birth, registered_at, updated_at)`,
		r.ID, number, r.EventID, r.UserID, r.Email, r.Subscribed, address, r.ShirtSize, nullBool(r.ServiceHours),
		r.PhoneNumber, r.DateOfBirth, micros(r.RegisteredAt), micros(r.UpdatedAt))
	if err != nil {
		return err
	}
	r.LegacyID = number
	return nil
}

// UpdateRegistration writes everything about a registration but its event, its user and when
// it was made.
func (t *Tx) UpdateRegistration(ctx context.Context, r fund.Registration) error {
	address, err := addressColumn(r.Address)
	if err != nil {
		return err
	}
	return t.change(ctx, thing{"registration", r.ID.String()}, `UPDATE registrations SET email = $1, subscribed = $2,
		address = $3, shirt_size = $4, service_hours = $5, phone_number = $6, date_of_birth = $7, updated_at = $8
		WHERE id = $9`,
		r.Email, r.Subscribed, address, r.ShirtSize, nullBool(r.ServiceHours), r.PhoneNumber, r.DateOfBirth,
		micros(r.UpdatedAt), r.ID)
}

// DeleteRegistration takes out a registration.
func (t *Tx) DeleteRegistration(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"registration", id.String()}, "DELETE FROM registrations WHERE id = $1", id)
}

// addressColumn is the bag of an address, or nil for none.
func addressColumn(a *fund.Address) (any, error) {
	if a == nil {
		return nil, nil
	}
	return encodeJSON(addressJSON(*a))
}
