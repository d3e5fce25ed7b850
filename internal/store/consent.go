package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectConsent = "SELECT c.donation_id, c.channel, c.wording, c.version, c.given_at, c.withdrawn_at FROM consents c"

func scanConsent(r row) (c fund.Consent, err error) {
	err = r.Scan(&c.DonationID, &c.Channel, &c.Wording, &c.Version, instant{&c.GivenAt}, instant{&c.WithdrawnAt})
	return c, err
}

// GetConsent finds the consent that a donor gave with a donation, even one that was withdrawn.
func (q Queries) GetConsent(ctx context.Context, donation fund.ID, channel fund.Channel) (fund.Consent, error) {
	s := selecting(selectConsent).and("c.donation_id = ?", donation).and("c.channel = ?", string(channel))
	return one(ctx, q.db, s, scanConsent, thing{"consent", donation.String()})
}

// InsertConsent stores that a donor agreed to be contacted.
func (t *Tx) InsertConsent(ctx context.Context, c fund.Consent) error {
	return t.insert(ctx, thing{"consent", c.DonationID.String()}, "consents", columns{
		{"donation_id", c.DonationID}, {"channel", string(c.Channel)}, {"wording", c.Wording}, {"version", int64(c.Version)}, {"given_at", micros(c.GivenAt)},
	})
}

// WithdrawConsent takes back all consents to a channel that the donor of a donation gave to its cause, with the same mail address, and returns how many held.
func (t *Tx) WithdrawConsent(ctx context.Context, donation fund.ID, channel fund.Channel, at time.Time) (int64, error) {
	const others = `SELECT o.id FROM donations d JOIN donations o ON o.cause_id = d.cause_id AND o.email <> '' AND LOWER(o.email) = LOWER(d.email)
		WHERE d.id = $1`
	result, err := t.db.ExecContext(ctx, `UPDATE consents SET withdrawn_at = $3 WHERE channel = $2 AND withdrawn_at IS NULL AND (donation_id = $1 OR donation_id IN (`+
		others+"))", donation, string(channel), micros(at))
	if err != nil {
		return 0, fmt.Errorf("consent of donation %s: %w", donation, err)
	}
	return result.RowsAffected()
}
