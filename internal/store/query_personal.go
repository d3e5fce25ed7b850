package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const selectPersonal = "SELECT " + factColumns + ", x.for_name" + factTables +
	" JOIN personal_campaigns x ON x.fact_id = f.id"

// GetPersonalCampaign finds one personal campaign. The kinds of the key are filled in.
func (q Queries) GetPersonalCampaign(ctx context.Context, key FactKey) (fund.PersonalCampaign, error) {
	key.Kinds = []fund.Kind{fund.KindPersonalCampaign}
	return oneFact(ctx, q, key, factRead[fund.PersonalCampaign]{selectPersonal, scanPersonal})
}

// PersonalCampaignsByID finds all personal campaigns with these ids, by id.
func (q Queries) PersonalCampaignsByID(ctx context.Context, ids []fund.ID) (map[fund.ID]fund.PersonalCampaign, error) {
	found := make(map[fund.ID]fund.PersonalCampaign, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	condition, args := anyID("f.id", ids)
	campaigns, err := list(ctx, q.db, selecting(selectPersonal).and(condition, args...), scanPersonal)
	if err != nil {
		return nil, fmt.Errorf("personal campaigns by id: %w", err)
	}
	for _, c := range campaigns {
		found[c.ID] = c
	}
	return found, nil
}

func scanPersonal(r row) (c fund.PersonalCampaign, err error) {
	c.Fact, err = scanFactAnd(r, &c.ForName)
	return c, err
}
