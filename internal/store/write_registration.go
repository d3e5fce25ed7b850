package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertRegistration inserts a user's registration for an event and assigns its legacy id. A second one of the same
// user is a Conflict.
func (t *Tx) InsertRegistration(ctx context.Context, r *fund.Registration) error {
	number, err := t.legacyID(ctx, "registration")
	if err != nil {
		return err
	}
	row, err := registrationRow(*r)
	if err != nil {
		return err
	}
	err = t.insert(ctx, thing{"registration", r.ID.String()}, "registrations", append(columns{
		{"id", r.ID}, {"legacy_id", number}, {"event_id", r.EventID}, {"user_id", r.UserID},
		{"registered_at", micros(r.RegisteredAt)},
	}, row...))
	if err != nil {
		return err
	}
	r.LegacyID = number
	return nil
}

// registrationRow lists the columns of registrations that an update may change.
func registrationRow(r fund.Registration) (columns, error) {
	address, err := addressColumn(r.Address)
	if err != nil {
		return nil, err
	}
	return columns{
		{"email", r.Email}, {"subscribed", r.Subscribed}, {"address", address}, {"shirt_size", r.ShirtSize},
		{"service_hours", nullBool(r.ServiceHours)}, {"phone_number", r.PhoneNumber}, {"date_of_birth", r.DateOfBirth},
		{"updated_at", micros(r.UpdatedAt)},
	}, nil
}

// UpdateRegistration writes everything about a registration except its event, its user and when it was made.
func (t *Tx) UpdateRegistration(ctx context.Context, r fund.Registration) error {
	row, err := registrationRow(r)
	if err != nil {
		return err
	}
	return t.update(ctx, thing{"registration", r.ID.String()}, updating("registrations", row).and("id = ?", r.ID))
}

// DeleteRegistration deletes a registration.
func (t *Tx) DeleteRegistration(ctx context.Context, id fund.ID) error {
	return t.change(ctx, thing{"registration", id.String()}, "DELETE FROM registrations WHERE id = $1", id)
}

// addressColumn is the stored JSON of an address, or nil for none.
func addressColumn(a *fund.Address) (any, error) {
	if a == nil {
		return nil, nil
	}
	return encodeJSON(addressJSON(*a))
}
