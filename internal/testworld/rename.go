package testworld

import (
	"context"
	"strings"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Renamed ends the slugs that RenameAll gives.
const Renamed = "-renamed"

// RenameAll gives all users, active teams and facts another slug: the one that they have, and Renamed. It returns the slugs that they had.
func (s *Service) RenameAll(ctx context.Context) map[string]bool {
	had := map[string]bool{}
	everything := fund.Page{Limit: fund.MaxPerFact}
	again := func(slug *string) {
		had[*slug] = true
		*slug += Renamed
	}
	users, err := s.Store.ListUsers(ctx, everything)
	s.Must(err)
	teams, err := s.Store.ListTeams(ctx, everything)
	s.Must(err)
	for _, kind := range app.AllKinds() {
		facts, err := s.Store.ListFacts(ctx, store.FactFilter{Kinds: []fund.Kind{kind}}, everything)
		s.Must(err)
		for _, f := range facts {
			again(&f.Slug)
			s.rename(ctx, fund.TopicFactChanged, f.ID, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateFact(ctx, f) })
		}
	}
	for _, u := range users {
		again(&u.Slug)
		s.rename(ctx, fund.TopicUserChanged, u.ID, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateUser(ctx, u) })
	}
	for _, team := range teams {
		again(&team.Slug)
		s.rename(ctx, fund.TopicTeamChanged, team.ID, func(ctx context.Context, tx *store.Tx) error { return tx.UpdateTeam(ctx, team) })
	}
	return had
}

func (s *Service) rename(ctx context.Context, topic fund.Topic, id fund.ID, change func(context.Context, *store.Tx) error) {
	s.Must(s.Store.Write(ctx, fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
		tx.Append(fund.Event{Topic: topic, Subject: id, At: s.Clock.Now()})
		return change(ctx, tx)
	}))
}

// PresentPath is a path with the slugs that RenameAll gave in place of those that it returned.
func PresentPath(path string, had map[string]bool) string {
	parts := strings.Split(path, "/")
	for i, part := range parts {
		slug, query, asked := strings.Cut(part, "?")
		if !had[strings.TrimLeft(slug, "@+")] {
			continue
		}
		if parts[i] = slug + Renamed; asked {
			parts[i] += "?" + query
		}
	}
	return strings.Join(parts, "/")
}
