package apiv5

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/api"
	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// donationCursor is where a donation is in a list of them, which is by completion.
func donationCursor(d fund.Donation) fund.Cursor { return fund.Cursor{At: d.CompletedAt, ID: d.ID} }

// donationsOf reads the page of what was given to a fact.
func (v *version) donationsOf(ctx context.Context, c *call, seen app.Seen) ([]fund.Donation, metadata, error) {
	p := queryOf(c)
	query := app.DonationQuery{Completed: p.span("completed")}
	return paginate(ctx, v, p, listing[fund.Donation]{
		kind: "donations", owner: seen.Fact().ID, order: fund.NewestFirst, at: donationCursor,
		read: func(page fund.Page) ([]fund.Donation, error) {
			return v.app.Donations(ctx, seen, query, page)
		},
	})
}

// listDonations lists what was given to the fact at a place. Of an event that is everything given
// within it, which its cause alone may see: a read for everybody finds nothing there.
func (v *version) listDonations(at pathParameter) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		seen, err := v.seeAt(ctx, c, at)
		if err != nil {
			return api.Reply{}, err
		}
		f := seen.Fact()
		if f.Kind == fund.KindFundraisingEvent && c.Caller.Kind == app.Anonymous {
			return api.Reply{}, &fault.Error{Kind: fault.NotFound}
		}
		donations, meta, err := v.donationsOf(ctx, c, seen)
		if err != nil {
			return api.Reply{}, err
		}
		facts, tags, err := v.countedFor(ctx, c, f, donations)
		if err != nil {
			return api.Reply{}, err
		}
		written := list(donations, func(d fund.Donation) donation { return v.toDonation(d, facts[d.Fact.ID]) })
		fresh := api.Shows(tags...).ChangesAt(v.now(), matchTimes(donations)...)
		return api.Reply{Body: page{Data: written, Metadata: meta}, Fresh: fresh}, nil
	}
}

// countedFor are the facts that each donation counts for, by the fact that it was given to, and
// everything that is shown of them. Only in an event are those facts not the fact of the list.
func (v *version) countedFor(ctx context.Context, c *call, f fund.Fact, donations []fund.Donation) (map[fund.ID][]simpleFact, []fund.ID, error) {
	own := map[fund.ID]fund.Ancestor{f.ID: {ID: f.ID, Name: f.Name, Kind: f.Kind}}
	for _, d := range donations {
		own[d.Fact.ID] = fund.Ancestor{ID: d.Fact.ID, Name: d.Fact.Name, Kind: d.FactKind}
	}
	ids := make([]fund.ID, 0, len(own))
	for id := range own {
		ids = append(ids, id)
	}
	above, err := v.app.Ancestors(ctx, c.Caller, ids...)
	if err != nil {
		return nil, nil, err
	}
	facts := make(map[fund.ID][]simpleFact, len(own))
	tags := []fund.ID{f.ID}
	for id, one := range own {
		facts[id] = append(list(above[id], toSimpleFact), toSimpleFact(one))
		tags = append(tags, id)
		for _, a := range above[id] {
			tags = append(tags, a.ID)
		}
	}
	return facts, tags, nil
}

// matchTimes are the instants at which matches that are shown with donations begin and end.
func matchTimes(donations []fund.Donation) []time.Time {
	var times []time.Time
	for _, d := range donations {
		for _, m := range d.Matches {
			times = append(times, m.StartsAt, m.EndsAt)
		}
	}
	return times
}

// listContributions lists what was given to a personal campaign; other facts have none.
func (v *version) listContributions(at pathParameter) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		seen, err := v.seeAt(ctx, c, at)
		if err != nil {
			return api.Reply{}, err
		}
		f := seen.Fact()
		p := queryOf(c)
		query := app.DonationQuery{Completed: p.span("completed")}
		donations, meta, err := paginate(ctx, v, p, listing[fund.Donation]{
			kind: "contributions", owner: f.ID, order: fund.NewestFirst, at: donationCursor,
			read: func(page fund.Page) ([]fund.Donation, error) {
				if f.Kind != fund.KindPersonalCampaign {
					return nil, nil
				}
				return v.app.Donations(ctx, seen, query, page)
			},
		})
		if err != nil {
			return api.Reply{}, err
		}
		fresh := api.Shows(f.ID).ChangesAt(v.now(), matchTimes(donations)...)
		return api.Reply{Body: page{Data: list(donations, v.toContribution), Metadata: meta}, Fresh: fresh}, nil
	}
}

func (v *version) listMatches(at pathParameter) handler {
	return func(ctx context.Context, c *call) (api.Reply, error) {
		seen, err := v.seeAt(ctx, c, at)
		if err != nil {
			return api.Reply{}, err
		}
		f := seen.Fact()
		p := queryOf(c)
		query := app.MatchQuery{
			Created: p.span("created"), Updated: p.span("updated"), Status: p.oneOf("status", "active", "completed"),
		}
		matches, meta, err := paginate(ctx, v, p, listing[fund.DonationMatch]{
			kind: "donation_matches", owner: f.ID, order: fund.OldestFirst,
			at: func(m fund.DonationMatch) fund.Cursor { return fund.Cursor{ID: m.ID} },
			read: func(page fund.Page) ([]fund.DonationMatch, error) {
				return v.app.Matches(ctx, seen, query, page)
			},
		})
		if err != nil {
			return api.Reply{}, err
		}
		fresh := api.Shows(f.ID)
		for _, m := range matches {
			fresh = fresh.ChangesAt(v.now(), m.StartsAt, m.EndsAt)
		}
		if query.Status != "" { // a match that is not on the page may begin to be on it at any time
			fresh.Until = v.now().Add(moment)
		}
		return api.Reply{Body: page{Data: list(matches, v.toDonationMatch), Metadata: meta}, Fresh: fresh}, nil
	}
}
