package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// readScreening reads how every fact to which money arrives is screened now, by its own settings and those that it inherits.
func (t *Tx) readScreening(ctx context.Context, incoming []*incomingDonation, chains chains) (map[fund.ID]fund.Screener, error) {
	above := map[fund.ID][]fund.ID{}
	var ids []fund.ID
	for _, g := range incoming {
		if _, known := above[g.fact.id]; known || !g.arrives() {
			continue
		}
		cause, event := g.fact.above()
		above[g.fact.id] = append(chains.above(g.fact.id), event, cause)
		ids = append(ids, above[g.fact.id]...)
	}
	set, err := t.ListDonationSettings(ctx, ids)
	if err != nil {
		return nil, fmt.Errorf("screening of a group: %w", err)
	}
	rules := make(map[fund.ID]fund.Screener, len(above))
	for fact, chain := range above {
		var g fund.DonationSettings
		for _, id := range chain {
			g = g.Over(set[id])
		}
		rules[fact] = g.Over(fund.DefaultDonationSettings()).Screener()
	}
	return rules, nil
}

// screen decides whether the public sees what the donor wrote, now that the money has arrived. What somebody held or hid before stays so.
func (g *incomingDonation) screen(rules map[fund.ID]fund.Screener) {
	if g.settles != nil && g.settles.reviewed {
		return
	}
	rules[g.fact.id].Screen(&g.Donation)
}

// ScreenDonation sets whether the public sees the name and comment of a donation. It is no longer released
// automatically.
func (t *Tx) ScreenDonation(ctx context.Context, id fund.ID, s fund.Screening, now time.Time) error {
	return t.change(ctx, thing{"donation", id.String()}, "UPDATE donations SET screening = $1, release_at = NULL, screen_after = 0, updated_at = $2 WHERE id = $3",
		string(s), micros(now), id)
}

// SetRelease sets when a held donation is released automatically; the zero time for never.
func (t *Tx) SetRelease(ctx context.Context, id fund.ID, at time.Time) error {
	return t.change(ctx, thing{"donation", id.String()}, "UPDATE donations SET release_at = $1, updated_at = $2 WHERE id = $3",
		nullMicros(at), micros(t.now()), id)
}
