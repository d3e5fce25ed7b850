package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

// chainLink is the part of a fact that completing a donation needs.
type chainLink struct {
	id, parentID, causeID, eventID, userID, teamID fund.ID
	kind                                           fund.Kind
	status                                         fund.Status
	lastDonationAt                                 int64
	// total is what the fact raised, directly and through others; userUSD and teamUSD are the totals of its owners.
	total, userUSD, teamUSD int64
	// approval is the fact's own: a cause may be pending, and any fact suspended.
	approval fund.Approval
	// matched reports whether the fact has a donation match that has not ended.
	matched bool
	// goal is the fact's goal, in minor units.
	goal int64
}

// above returns the cause and the fundraising event that donations to the fact count for; the zero id for no event.
func (l chainLink) above() (cause, event fund.ID) {
	if l.kind == fund.KindFundraisingEvent {
		return l.causeID, l.id
	}
	return l.causeID, l.eventID
}

// owners are the user and the team whose totals count what the fact raises: a team campaign counts for its team, and
// not for its creator. The zero id for none.
func (l chainLink) owners() (user, team fund.ID) {
	if l.kind.CountsForUser() {
		user = l.userID
	}
	return user, l.teamID
}

// chains holds the facts that a group donates to and everything above them.
type chains map[fund.ID]chainLink

// above lists a fact and everything above it, up to its cause.
func (c chains) above(id fund.ID) []fund.ID {
	var ids []fund.ID
	for link, ok := c[id]; ok; link, ok = c[link.parentID] {
		ids = append(ids, link.id)
	}
	return ids
}

// showing lists everything whose responses show a fact of the chains: what above lists, and its user and team.
func (c chains) showing(id fund.ID) []fund.ID {
	shown := c.above(id)
	for _, owner := range []fund.ID{c[id].userID, c[id].teamID} {
		if !owner.IsZero() {
			shown = append(shown, owner)
		}
	}
	return shown
}

// lockChains reads and locks the facts of a group and everything above them.
func (t *Tx) lockChains(ctx context.Context, incoming []*incomingDonation) (chains, error) {
	ids := make([]fund.ID, len(incoming))
	for i, g := range incoming {
		ids[i] = g.Donation.Fact.ID
	}
	found, err := t.lockFacts(ctx, unique(ids))
	if err != nil {
		return nil, fmt.Errorf("facts of a group: %w", err)
	}
	return found, nil
}

// lockFacts reads and locks facts and everything above them. If a fact was moved under another parent while its row
// was waited for, it reads again.
func (t *Tx) lockFacts(ctx context.Context, ids []fund.ID) (chains, error) {
	for {
		if found, err := t.lockLinks(ctx, ids); err != nil || found.whole() {
			return found, err
		}
	}
}

// lockLinks reads once. Rows that were waited for are current, but their new parents may be missing.
func (t *Tx) lockLinks(ctx context.Context, ids []fund.ID) (chains, error) {
	found := chains{}
	err := t.eachIn(ctx, func(in string) string {
		return `WITH RECURSIVE chain (id, parent_id) AS (
				SELECT id, parent_id FROM facts WHERE id IN ` + in + `
				UNION SELECT f.id, f.parent_id FROM facts f JOIN chain c ON f.id = c.parent_id)
			SELECT id, parent_id, cause_id, event_id, user_id, team_id, kind, status, approval, last_gift_at, raised + supported, goal,
				COALESCE((SELECT u.raised_usd FROM users u WHERE u.id = facts.user_id), 0),
				COALESCE((SELECT w.raised_usd FROM teams w WHERE w.id = facts.team_id), 0),
				EXISTS (SELECT 1 FROM donation_matches m WHERE m.fact_id = facts.id AND m.completed_at IS NULL)
			FROM facts
			WHERE id IN (SELECT id FROM chain)`
	}, ids, func(scan func(...any) error) error {
		var l chainLink
		err := scan(&l.id, &l.parentID, &l.causeID, &l.eventID, &l.userID, &l.teamID, &l.kind, &l.status, &l.approval, &l.lastDonationAt, &l.total, &l.goal, &l.userUSD, &l.teamUSD, &l.matched)
		found[l.id] = l
		return err
	})
	return found, err
}

// whole reports whether every parent is among the links.
func (c chains) whole() bool {
	for _, link := range c {
		if _, found := c[link.parentID]; !found && !link.parentID.IsZero() {
			return false
		}
	}
	return true
}
