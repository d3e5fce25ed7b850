package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// related is what the answers about some facts show of other things.
type related struct {
	app.People
	app.Special
	above map[fund.ID][]fund.Ancestor
}

// around reads what is shown with the facts: a few reads, however many facts there are.
func (v *version) around(ctx context.Context, c *call, facts ...fund.Fact) (related, error) {
	people, err := v.app.Owners(ctx, facts...)
	if err != nil || len(facts) == 0 {
		return related{}, err
	}
	ids := make([]fund.ID, len(facts))
	for i, f := range facts {
		ids[i] = f.ID
	}
	special, err := v.app.Specials(ctx, facts...)
	if err != nil {
		return related{}, err
	}
	above, err := v.app.Ancestors(ctx, c.Caller, ids...)
	return related{People: people, Special: special, above: above}, err
}

// parents are the facts above, the cause first.
func (w related) parents(f fund.Fact) []simpleFact { return list(w.above[f.ID], toSimpleFact) }

// tags are everything that the answers about the facts show.
func (w related) tags(facts ...fund.Fact) []fund.ID {
	var ids []fund.ID
	for _, f := range facts {
		ids = append(ids, factTags(f, w.above[f.ID])...)
	}
	return ids
}

// ownerUser is the user that a fact belongs to; nil for none.
func (v *version) ownerUser(f fund.Fact, w related) *user {
	if f.User == nil {
		return nil
	}
	made := v.toUser(w.Users[f.User.ID])
	return &made
}

// ownerTeam is the team that a fact belongs to; nil for none.
func (v *version) ownerTeam(f fund.Fact, w related) *team {
	if f.Team == nil {
		return nil
	}
	made := v.toTeam(w.Teams[f.Team.ID])
	return &made
}

func ownerID(o *fund.Owner) *string {
	if o == nil {
		return nil
	}
	return idOrNull(o.ID)
}
