package app

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// searchedNames is how many names a search looks at: the first words that begin as the question does.
const searchedNames = 60

// SearchResult is what everybody may see of what was found, in the order of its words.
type SearchResult struct {
	Facts []fund.Fact
	Users []fund.User
	Teams []fund.Team
}

// Search finds published facts, users and teams by their names: each word of the question begins a word of the name. Changes take some seconds
// to be found.
func (a *App) Search(ctx context.Context, question string) (SearchResult, error) {
	var result SearchResult
	found, err := a.store.SearchNames(ctx, fund.SearchWords(question, fund.MaxAskedWords), searchedNames)
	if err != nil {
		return result, err
	}
	facts, err := a.store.FactsByID(ctx, found.Facts)
	if err != nil {
		return result, err
	}
	for _, id := range found.Facts {
		if f, is := facts[id]; is && f.Public() {
			result.Facts = append(result.Facts, f)
		}
	}
	users, err := a.store.UsersByID(ctx, found.Users)
	if err != nil {
		return result, err
	}
	for _, id := range found.Users {
		if u, is := users[id]; is && u.DisabledAt.IsZero() {
			result.Users = append(result.Users, u)
		}
	}
	teams, err := a.store.TeamsByID(ctx, found.Teams)
	for _, id := range found.Teams {
		if t, is := teams[id]; is && t.DisbandedAt.IsZero() {
			result.Teams = append(result.Teams, t)
		}
	}
	return result, err
}
