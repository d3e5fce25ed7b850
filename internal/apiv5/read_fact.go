package apiv5

import (
	"context"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
)

// The handlers of single facts and of lists of facts.

// factAt is the fact at a place of the path.
func (v *version) factAt(ctx context.Context, c *call, at pathParameter) (fund.Fact, error) {
	seen, err := v.seeAt(ctx, c, at)
	return seen.Fact(), err
}

// seeAt is factAt for handlers that read more of the fact.
func (v *version) seeAt(ctx context.Context, c *call, at pathParameter) (app.Seen, error) {
	key, err := at.key(c)
	if err != nil {
		return app.Seen{}, err
	}
	return v.app.See(ctx, c.Caller, key)
}

// keyOf finds a fact that was found before.
func keyOf(f fund.Fact) app.FactKey {
	return app.FactKey{Key: fund.Key{ID: f.ID}, Kinds: []fund.Kind{f.Kind}}
}

// factBySlugs is the fact of the owner at one wildcard with the slug at another.
func (v *version) factBySlugs(ctx context.Context, c *call, at slugs) (fund.Fact, error) {
	key, err := at.key(c)
	if err != nil {
		return fund.Fact{}, err
	}
	return v.app.GetFact(ctx, c.Caller, key)
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

func (v *version) getCampaign(ctx context.Context, c *call) (api.Reply, error) {
	f, err := v.factAt(ctx, c, atCampaign)
	return v.factReply(ctx, c, f, err)
}

func (v *version) getCampaignBySlugs(ctx context.Context, c *call) (api.Reply, error) {
	f, err := v.factBySlugs(ctx, c, bySlugsCampaign)
	return v.factReply(ctx, c, f, err)
}

func (v *version) getTeamCampaign(ctx context.Context, c *call) (api.Reply, error) {
	f, err := v.factAt(ctx, c, atTeamCampaign)
	return v.factReply(ctx, c, f, err)
}

func (v *version) getTeamCampaignBySlugs(ctx context.Context, c *call) (api.Reply, error) {
	f, err := v.factBySlugs(ctx, c, bySlugsTeamCampaign)
	return v.factReply(ctx, c, f, err)
}

// factReply is the answer with a campaign or team campaign that was looked up.
func (v *version) factReply(ctx context.Context, c *call, f fund.Fact, err error) (api.Reply, error) {
	if err != nil {
		return api.Reply{}, err
	}
	w, err := v.around(ctx, c, f)
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: v.toEvent(f, w), Fresh: api.Shows(w.tags(f)...)}, nil
}

func (v *version) getFact(ctx context.Context, c *call) (api.Reply, error) {
	f, err := v.factAt(ctx, c, atFact)
	return v.anyFactReply(ctx, c, f, err)
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
	return v.anyFactReply(ctx, c, seen.Fact(), err)
}

// signOf is the sign before a slug that says whether it is a user's or a team's; "" for none.
func signOf(slug string) string {
	if slug != "" && (slug[0] == '@' || slug[0] == '+') {
		return slug[:1]
	}
	return ""
}

func (v *version) anyFactReply(ctx context.Context, c *call, f fund.Fact, err error) (api.Reply, error) {
	if err != nil {
		return api.Reply{}, err
	}
	w, err := v.around(ctx, c, f)
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: v.toFact(f, w), Fresh: api.Shows(w.tags(f)...)}, nil
}

func (v *version) getPersonalCampaign(ctx context.Context, c *call) (api.Reply, error) {
	key, err := atPersonal.key(c)
	if err != nil {
		return api.Reply{}, err
	}
	p, err := v.app.GetPersonalCampaign(ctx, c.Caller, key)
	if err != nil {
		return api.Reply{}, err
	}
	w, err := v.around(ctx, c, p.Fact)
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: v.toPersonalCampaign(p, w), Fresh: api.Shows(w.tags(p.Fact)...)}, nil
}

func (v *version) getEvent(ctx context.Context, c *call) (api.Reply, error) {
	key, err := atEvent.key(c)
	if err != nil {
		return api.Reply{}, err
	}
	e, err := v.app.GetFundraisingEvent(ctx, c.Caller, key.Key)
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: v.toFundraisingEvent(e), Fresh: api.Shows(factTags(e.Fact, nil)...)}, nil
}

func (v *version) getCause(ctx context.Context, c *call) (api.Reply, error) {
	key, err := atCause.key(c)
	if err != nil {
		return api.Reply{}, err
	}
	one, err := v.app.GetCause(ctx, c.Caller, key.Key)
	if err != nil {
		return api.Reply{}, err
	}
	return api.Reply{Body: v.toCause(one), Fresh: api.Shows(one.ID)}, nil
}
