package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// InsertPersonalCampaign inserts a new personal campaign and assigns its kind and legacy id.
func (t *Tx) InsertPersonalCampaign(ctx context.Context, c *fund.PersonalCampaign) error {
	c.Kind = fund.KindPersonalCampaign
	if err := t.InsertFact(ctx, &c.Fact); err != nil {
		return err
	}
	return t.insert(ctx, thing{"personal campaign", c.ID.String()}, "personal_campaigns", columns{{"fact_id", c.ID}, {"for_name", c.ForName}})
}

// UpdatePersonalCampaign writes everything that UpdateFact writes, and whom the campaign is for.
func (t *Tx) UpdatePersonalCampaign(ctx context.Context, c fund.PersonalCampaign) error {
	if err := t.UpdateFact(ctx, c.Fact); err != nil {
		return err
	}
	return t.change(ctx, thing{"personal campaign", c.ID.String()},
		"UPDATE personal_campaigns SET for_name = $1 WHERE fact_id = $2", c.ForName, c.ID)
}
