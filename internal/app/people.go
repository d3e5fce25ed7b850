package app

import (
	"context"
	"slices"

	"github.com/almoner/almoner/internal/fund"
)

// People are users and teams by their ids.
type People struct {
	Users map[fund.ID]fund.User
	Teams map[fund.ID]fund.Team
}

// Owners are the users and teams that the facts belong to: two reads for a whole page of facts.
func (a *App) Owners(ctx context.Context, facts ...fund.Fact) (People, error) {
	var users, teams []fund.ID
	for _, f := range facts {
		if f.User != nil {
			users = append(users, f.User.ID)
		}
		if f.Team != nil {
			teams = append(teams, f.Team.ID)
		}
	}
	var people People
	var err error
	if people.Users, err = a.store.UsersByID(ctx, distinct(users)); err != nil {
		return People{}, err
	}
	people.Teams, err = a.store.TeamsByID(ctx, distinct(teams))
	return people, err
}

// Special are the facts of kinds with additional fields, by id.
type Special struct {
	Events   map[fund.ID]fund.FundraisingEvent
	Personal map[fund.ID]fund.PersonalCampaign
}

// Specials loads the additional fields of the fundraising events and personal campaigns among facts that the actor may see, in at most two
// reads.
func (a *App) Specials(ctx context.Context, facts ...fund.Fact) (Special, error) {
	ids := map[fund.Kind][]fund.ID{}
	for _, f := range facts {
		ids[f.Kind] = append(ids[f.Kind], f.ID)
	}
	var special Special
	var err error
	if special.Events, err = a.store.FundraisingEventsByID(ctx, ids[fund.KindFundraisingEvent]); err != nil {
		return Special{}, err
	}
	special.Personal, err = a.store.PersonalCampaignsByID(ctx, ids[fund.KindPersonalCampaign])
	return special, err
}

func distinct(ids []fund.ID) []fund.ID {
	slices.SortFunc(ids, func(a, b fund.ID) int { return slices.Compare(a[:], b[:]) })
	return slices.Compact(ids)
}
