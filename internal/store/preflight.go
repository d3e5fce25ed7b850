package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// OnAir is what a streamer tried out before the first show, and what the fact had raised when they were live last.
type OnAir struct {
	preflight int64
	// LiveBase is in minor units.
	LiveBase int64
}

// Has reports whether somebody said that something works.
func (o OnAir) Has(p fund.Preflight) bool { return o.preflight&p.Bit() != 0 }

// OnAir reads it.
func (q Queries) OnAir(ctx context.Context, fact fund.ID) (o OnAir, err error) {
	if err := q.db.QueryRowContext(ctx, "SELECT preflight, live_base FROM facts WHERE id = $1", fact).Scan(&o.preflight, &o.LiveBase); err != nil {
		return OnAir{}, fmt.Errorf("preflight of fact %s: %w", fact, err)
	}
	return o, nil
}

// SetPreflight notes that something works.
func (t *Tx) SetPreflight(ctx context.Context, fact fund.ID, p fund.Preflight) error {
	return t.change(ctx, thing{"fact", fact.String()}, "UPDATE facts SET preflight = preflight | $1 WHERE id = $2", p.Bit(), fact)
}
