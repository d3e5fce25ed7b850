package store

import (
	"context"
	"fmt"
	"time"
)

// PutRate writes what one unit of the currency is worth from the day on, in US dollars times money.RateScale.
func (t *Tx) PutRate(ctx context.Context, currency string, day time.Time, rate int64) error {
	_, err := t.db.ExecContext(ctx, `INSERT INTO rates (currency, day, rate) VALUES ($1, $2, $3)
		ON CONFLICT (currency, day) DO UPDATE SET rate = excluded.rate`, currency, startOfDay(day), rate)
	if err != nil {
		return fmt.Errorf("rate of %s: %w", currency, err)
	}
	return nil
}
