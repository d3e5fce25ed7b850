package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// relayKeys is what a group knows of its donors' relay keys: the donation that a key was used for, and the reference
// of its payment.
type relayKeys map[fund.ID]struct {
	donation  fund.ID
	reference string
	// arrived reports whether that donation's money has arrived: until then the donor may start again.
	arrived bool
}

func (t *Tx) lockRelayKeys(ctx context.Context, incoming []*incomingDonation) (relayKeys, error) {
	var ids []fund.ID
	for _, g := range incoming {
		if !g.RelayKey.IsZero() {
			ids = append(ids, g.RelayKey)
		}
	}
	known := relayKeys{}
	if len(ids) == 0 {
		return known, nil
	}
	err := t.eachIn(ctx, func(in string) string {
		return `SELECT id, donation_id, COALESCE((SELECT reference FROM donations d WHERE d.id = donation_id), ''),
			COALESCE((SELECT completed_at FROM donations d WHERE d.id = donation_id), 0) > 0 FROM relay_keys WHERE id IN ` + in
	}, unique(ids), func(scan func(...any) error) error {
		var id fund.ID
		one := known[id]
		err := scan(&id, &one.donation, &one.reference, &one.arrived)
		known[id] = one
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("relay keys of a group: %w", err)
	}
	return known, nil
}

// before is the earlier donation that this one repeats, found by its relay key; the zero id for none.
func (b relayKeys) before(g *incomingDonation) fund.ID {
	if one := b[g.RelayKey]; g.Reference != "" && one.reference == g.Reference {
		return one.donation
	}
	return fund.ID{}
}

// check refuses a donation whose relay key is unknown, or was used for another one.
func (b relayKeys) check(g *incomingDonation) error {
	if g.RelayKey.IsZero() {
		return nil
	}
	one, known := b[g.RelayKey]
	switch {
	case !known:
		return fault.Fields{{Path: "relay_key", Text: fund.Missing}}.Err()
	case one.arrived:
		return fault.Fields{{Path: "relay_key", Text: fund.UsedBefore}}.Err()
	}
	return nil
}

// take records that the key was used for its donation.
func (b relayKeys) take(g *incomingDonation) {
	if g.RelayKey.IsZero() {
		return
	}
	one := b[g.RelayKey]
	one.donation, one.reference, one.arrived = g.Donation.ID, g.Reference, g.arrives()
	b[g.RelayKey] = one
}
