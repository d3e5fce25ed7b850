package app

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

const (
	// SearchPage is how many names a page of a search has.
	SearchPage = 24
	// SearchPages is how many pages a search has at most: to see more, type more of the name.
	SearchPages = 20
	// searchLive is how many facts that are live are looked through, those whose streamers said so last.
	searchLive = 100
)

// SearchQuery is what to search for.
type SearchQuery struct {
	Question string
	// Page counts from 1. A number that no search has means the nearest page.
	Page int
	// From is the address that searches.
	From netip.Addr
}

// SearchResult is what everybody may see of what was found, in the order of its words; of facts, those whose streamers say that they are live come before all
// others, and are on no later page.
type SearchResult struct {
	Facts []fund.Fact
	Users []fund.User
	Teams []fund.Team
	// Page is the number of this page, and More reports whether another one follows.
	Page int
	More bool
}

// Search finds published facts, users and teams by their names: each word of the question begins a word of the name. Changes take some seconds
// to be found. It is RateLimited after too many searches from one network: see shield.Search. A question without words finds nothing, and is not counted.
func (a *App) Search(ctx context.Context, query SearchQuery) (SearchResult, error) {
	result := SearchResult{Page: min(max(query.Page, 1), SearchPages)}
	words := fund.SearchWords(query.Question, fund.MaxAskedWords)
	if len(words) == 0 {
		return result, nil
	}
	if err := a.shield.Search(query.From); err != nil {
		return result, err
	}
	found, more, err := a.store.SearchNames(ctx, words, (result.Page-1)*SearchPage, SearchPage)
	if err != nil {
		return result, err
	}
	result.More = more && result.Page < SearchPages
	live, err := a.liveNamed(ctx, words)
	if err != nil {
		return result, err
	}
	if result.Page == 1 {
		result.Facts = live
	}
	facts, err := a.store.FactsByID(ctx, found.Facts)
	if err != nil {
		return result, err
	}
	for _, id := range found.Facts {
		known := slices.ContainsFunc(live, func(f fund.Fact) bool { return f.ID == id })
		if f, is := facts[id]; is && f.Public() && !known { // which it may no longer be
			result.Facts = append(result.Facts, f)
		}
	}
	users, err := a.store.UsersByID(ctx, found.Users)
	if err != nil {
		return result, err
	}
	for _, id := range found.Users {
		if u, is := users[id]; is && u.DisabledAt.IsZero() && !u.Waits(a.Now()) {
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

// liveNamed lists the facts that are live whose names have the words, at most a page of them.
func (a *App) liveNamed(ctx context.Context, words []string) ([]fund.Fact, error) {
	live, err := a.LiveFacts(ctx, searchLive)
	live = slices.DeleteFunc(live, func(f fund.Fact) bool {
		named := fund.SearchWords(f.Name, fund.MaxSearchWords)
		return slices.ContainsFunc(words, func(asked string) bool {
			return !slices.ContainsFunc(named, func(word string) bool { return strings.HasPrefix(word, asked) })
		})
	})
	return live[:min(len(live), SearchPage)], err
}
