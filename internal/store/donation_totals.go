package store

import (
	"slices"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// The totals that are stored beside the ledger, in the order in which their rows are locked.
const (
	factsRaised = iota
	factsSupported
	optionsRaised
	targetsRaised
	rewardsClaimed
	rewardsHeld
	usersRaised
	teamsRaised
	matchesRaised
	totalCount
)

// watched are the totals whose rows return what a total is measured against.
var watched = [totalCount]string{
	targetsRaised:  "id, fact_id, amount, raised",
	rewardsClaimed: stockColumns,
	rewardsHeld:    stockColumns,
	matchesRaised:  "id, fact_id, pledged, raised",
}

// stockColumns are the stock of a reward, NULL for no limit, and how many of it are claimed or reserved.
const stockColumns = "id, fact_id, quantity, claimed + held"

var totalColumns = [totalCount]totalColumn{
	factsRaised:    {"facts", "raised"},
	factsSupported: {"facts", "supported"},
	optionsRaised:  {"poll_options", "raised"},
	targetsRaised:  {"targets", "raised"},
	rewardsClaimed: {"rewards", "claimed"},
	rewardsHeld:    {"rewards", "held"},
	usersRaised:    {"users", "raised_usd"},
	teamsRaised:    {"teams", "raised_usd"},
	matchesRaised:  {"donation_matches", "raised"},
}

// sums holds what a group adds to each total.
type sums [totalCount]map[fund.ID]int64

func (s *sums) add(total int, id fund.ID, by int64) {
	if id.IsZero() || by == 0 {
		return
	}
	if s[total] == nil {
		s[total] = map[fund.ID]int64{}
	}
	sum, ok := money.Add(s[total][id], by)
	if !ok || s[total][id] == tooMuch {
		sum = tooMuch
	}
	s[total][id] = sum
}

// tooMuch stands for a sum that cannot be counted. Nothing brings it back, and the database refuses it.
const tooMuch = money.MaxTotal + 1

// sumUp adds the donations of a group. A user's total takes what the user's own campaigns raised;
// a team's, what its team campaigns and its members' campaigns for it raised.
func sumUp(incoming []*incomingDonation, chains chains) *sums {
	s := &sums{}
	for _, g := range incoming {
		d := &g.Donation
		s.addClaims(rewardsHeld, g.held, 1)
		if !g.arrives() {
			continue
		}
		above := chains.above(d.Fact.ID)
		s.add(factsRaised, above[0], d.Amount)
		for _, id := range above[1:] {
			s.add(factsSupported, id, d.Amount)
		}
		s.add(optionsRaised, d.PollOption.IDOrZero(), d.Amount)
		s.add(targetsRaised, d.Target.IDOrZero(), d.Amount)
		s.addClaims(rewardsClaimed, d.Claims, 1)
		user, team := g.fact.owners()
		s.add(usersRaised, user, g.USD)
		s.add(teamsRaised, team, g.USD)
		for _, m := range g.matches {
			s.add(matchesRaised, m, d.Amount)
		}
	}
	return s
}

// addClaims adds the quantities of claims, multiplied, to a total of their rewards.
func (s *sums) addClaims(total int, claims []fund.Claim, times int64) {
	for _, c := range claims {
		s.add(total, c.Reward.ID, times*c.Quantity)
	}
}

// statements are the additions in the order of the columns and, in each, of the ids, so that two
// groups that touch the same rows lock them in the same order. Those of watched totals tell w what the totals are then.
func (s *sums) statements(w *watch) []batchStatement {
	var statements []batchStatement
	for i, by := range s {
		if len(by) == 0 {
			continue
		}
		deltas := make([]delta, 0, len(by))
		for id, n := range by {
			deltas = append(deltas, delta{id, n})
		}
		slices.SortFunc(deltas, func(a, b delta) int { return compareIDs(a.id, b.id) })
		one := batchStatement{total: totalColumns[i], by: deltas}
		if w != nil && watched[i] != "" {
			one.returning, one.found = watched[i], w.found(i)
		}
		statements = append(statements, one)
	}
	return statements
}

// facts are the ids of all facts whose totals change.
func (s *sums) facts() []fund.ID {
	var ids []fund.ID
	for _, by := range []map[fund.ID]int64{s[factsRaised], s[factsSupported]} {
		for id := range by {
			ids = append(ids, id)
		}
	}
	return unique(ids)
}
