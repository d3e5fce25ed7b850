package store

import (
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
)

// room is how much the totals can still take that a group adds to. A fact's total is the largest of all that count its
// money: of options, targets, matches and leaderboards.
type room struct {
	chains chains
	// facts and owners are the totals with what the group added so far: of facts in their currency, and of users and
	// teams in US cents.
	facts, owners map[fund.ID]int64
}

func newRoom(c chains) *room {
	r := &room{chains: c, facts: map[fund.ID]int64{}, owners: map[fund.ID]int64{}}
	for id, link := range c {
		r.facts[id] = link.total
		r.owners[link.userID], r.owners[link.teamID] = link.userUSD, link.teamUSD
	}
	return r
}

// fits is a TotalFault if a donation would make one of the totals too large.
func (r *room) fits(g *incomingDonation) error {
	for _, id := range r.chains.above(g.Donation.Fact.ID) {
		if _, ok := money.Add(r.facts[id], g.Donation.Amount); !ok {
			return fund.TotalFault(nil)
		}
	}
	user, team := g.fact.owners()
	for _, id := range []fund.ID{user, team} {
		if _, ok := money.Add(r.owners[id], g.USD); !ok && !id.IsZero() {
			return fund.TotalFault(nil)
		}
	}
	return nil
}

// take adds a donation to the totals, unless it only begins: its money may never come.
func (r *room) take(g *incomingDonation) {
	if !g.arrives() {
		return
	}
	for _, id := range r.chains.above(g.Donation.Fact.ID) {
		r.facts[id] += g.Donation.Amount
	}
	user, team := g.fact.owners()
	r.owners[user] += g.USD
	r.owners[team] += g.USD
}
