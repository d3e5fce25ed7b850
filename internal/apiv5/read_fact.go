package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// The handlers of single facts and of lists of facts.

// seeAt is the fact at a place of the path, for handlers that read more of it.
func (v *version) seeAt(ctx context.Context, c *call, at pathParameter) (app.Seen, error) {
	key, err := at.key(c)
	if err != nil {
		return app.Seen{}, err
	}
	return v.app.See(ctx, c.Caller, key)
}

// keyOf is the key of a loaded fact.
func keyOf(f fund.Fact) app.FactKey {
	return app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: []fund.Kind{f.Kind}}
}

// key reads the slugs of a path.
func (s slugs) key(c *call) (app.FactKey, error) {
	owner, err := slugAt(c, s.owner)
	if err != nil {
		return app.FactKey{}, err
	}
	key, err := slugAt(c, s.fact)
	return s.under(app.FactKey{Key: key, Kinds: s.kinds}, &owner), err
}

// slugs is where the slugs of a fact and its owner stand in a path.
type slugs struct {
	owner, fact string
	kinds       []fund.Kind
	under       func(key app.FactKey, owner *fund.Key) app.FactKey
}

func ofUser(key app.FactKey, owner *fund.Key) app.FactKey  { key.User = owner; return key }
func ofTeam(key app.FactKey, owner *fund.Key) app.FactKey  { key.Team = owner; return key }
func ofCause(key app.FactKey, owner *fund.Key) app.FactKey { key.Cause = owner; return key }

var (
	bySlugsCampaign     = slugs{"user_slug", "campaign_slug", atCampaign.kinds, ofUser}
	bySlugsTeamCampaign = slugs{"team_slug", "team_campaign_slug", atTeamCampaign.kinds, ofTeam}
	bySlugsUserHouse    = slugs{"user_slug", "auction_house_slug", atHouse.kinds, ofUser}
	bySlugsCauseHouse   = slugs{"cause_slug", "auction_house_slug", atHouse.kinds, ofCause}
)

// campaignBy answers with the campaign or team campaign of a key in the path.
func (v *version) campaignBy(find finds[app.FactKey]) handler {
	return api.Gets(find, v.app.GetFact, v.factReply(v.toEvent))
}

// factBy answers with the fact of a key in the path.
func (v *version) factBy(find finds[app.FactKey]) handler {
	return api.Gets(find, v.app.GetFact, v.factReply(v.toAnyFact))
}

// factReply makes the answer with a fact.
func (v *version) factReply(to func(fund.Fact, related) any) func(context.Context, *call, fund.Fact) (api.Reply, error) {
	return func(ctx context.Context, c *call, f fund.Fact) (api.Reply, error) {
		w, err := v.around(ctx, c, f)
		if err != nil {
			return api.Reply{}, err
		}
		return api.Reply{Body: to(f, w), Fresh: api.Shows(w.tags(f)...)}, nil
	}
}

// getFactBySlugs looks for a fact of a user, a team and a cause with that slug.
func (v *version) getFactBySlugs(ctx context.Context, c *call) (api.Reply, error) {
	owner, err := slugAt(c, "slug")
	if err != nil {
		return api.Reply{}, err
	}
	key, err := slugAt(c, "fact_slug")
	if err != nil {
		return api.Reply{}, err
	}
	seen, err := v.app.SeeBySlugs(ctx, c.Caller, signOf(c.Path("slug"))+owner.Slug, key.Slug)
	if err != nil {
		return api.Reply{}, err
	}
	return v.factReply(v.toAnyFact)(ctx, c, seen.Fact())
}

// signOf is the sign before a slug that says whether it is a user's or a team's; "" for none.
func signOf(slug string) string {
	if slug != "" && (slug[0] == '@' || slug[0] == '+') {
		return slug[:1]
	}
	return ""
}

func (v *version) personalCampaignBy(find finds[app.FactKey]) handler {
	return api.Gets(find, v.app.GetPersonalCampaign, func(ctx context.Context, c *call, p fund.PersonalCampaign) (api.Reply, error) {
		w, err := v.around(ctx, c, p.Fact)
		if err != nil {
			return api.Reply{}, err
		}
		return api.Reply{Body: v.toPersonalCampaign(p, w), Fresh: api.Shows(w.tags(p.Fact)...)}, nil
	})
}

func (v *version) getEvent() handler {
	return api.Gets(keyAt(atEvent.name), v.app.GetFundraisingEvent, func(_ context.Context, _ *call, e fund.FundraisingEvent) (api.Reply, error) {
		return api.Reply{Body: v.toFundraisingEvent(e), Fresh: api.Shows(factTags(e.Fact, nil)...)}, nil
	})
}

func (v *version) getCause() handler {
	return api.Gets(keyAt(atCause.name), v.app.GetCause, func(_ context.Context, _ *call, one fund.Cause) (api.Reply, error) {
		return api.Reply{Body: v.toCause(one), Fresh: api.Shows(one.ID)}, nil
	})
}
