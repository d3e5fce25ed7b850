package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const selectRegistration = `SELECT r.id, r.legacy_id, r.event_id, r.user_id, u.legacy_id, r.email, r.subscribed,
	r.address, r.shirt_size, r.service_hours, r.phone_number, r.date_of_birth, r.registered_at, r.updated_at
	FROM registrations r JOIN users u ON u.id = r.user_id`

// ListRegistrations lists the registrations for a fundraising event: newest first by legacy id, oldest first by id.
func (q Queries) ListRegistrations(ctx context.Context, event fund.ID, page fund.Page) ([]fund.Registration, error) {
	s := selecting(selectRegistration).and("r.event_id = ?", event)
	registrations, err := keysetPage(ctx, q.db, s, byAge("r", page.Order), page, scanRegistration)
	if err != nil {
		return nil, fmt.Errorf("list registrations of event %s: %w", event, err)
	}
	return registrations, nil
}

// GetRegistration finds one registration for the event.
func (q Queries) GetRegistration(ctx context.Context, event fund.ID, key fund.Key) (fund.Registration, error) {
	what, s := thing{"registration", key.String()}, selecting(selectRegistration).and("r.event_id = ?", event)
	if !s.byKey("r", key, noSlugs) {
		return fund.Registration{}, what.missing()
	}
	return one(ctx, q.db, s, scanRegistration, what)
}

// GetRegistrationOf finds the registration of a user for the event.
func (q Queries) GetRegistrationOf(ctx context.Context, event, user fund.ID) (fund.Registration, error) {
	s := selecting(selectRegistration).and("r.event_id = ?", event).and("r.user_id = ?", user)
	return one(ctx, q.db, s, scanRegistration, thing{noun: "registration"})
}

func scanRegistration(from row) (fund.Registration, error) {
	var (
		r       fund.Registration
		address *addressJSON
		hours   sql.NullBool
	)
	err := from.Scan(&r.ID, &r.LegacyID, &r.EventID, &r.UserID, &r.UserLegacyID, &r.Email, &r.Subscribed,
		jsonColumn{&address}, &r.ShirtSize, &hours, &r.PhoneNumber, &r.DateOfBirth,
		instant{&r.RegisteredAt}, instant{&r.UpdatedAt})
	r.Address = (*fund.Address)(address)
	if hours.Valid {
		r.ServiceHours = &hours.Bool
	}
	return r, err
}
