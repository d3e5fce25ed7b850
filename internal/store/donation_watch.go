package store

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// watch sees which goals, targets, milestones and stocks are passed as totals are written, and appends the events. The totals come from the
// statements that write them, so that nothing is read where nothing was passed, but which milestone is next.
type watch struct {
	tx     *Tx
	chains chains
	sums   *sums
	at     time.Time
	// targets, stocks and matches are the rows as they were written.
	targets, stocks, matches map[fund.ID]*measured
	// reached are the milestones that were reached and are not announced yet.
	reached []measured
	// totals are those of facts before the next donation is counted.
	totals map[fund.ID]int64
	// next are the facts with a milestone that was reached.
	next []fund.ID
}

// measured is a total of an object of a fact beside what it is measured against; none is nil.
type measured struct {
	id, fact fund.ID
	against  *int64
	total    int64
}

// watching returns a watch for sums that are about to be written. Their facts are locked and are among the chains.
func (t *Tx) watching(s *sums, c chains, at time.Time) *watch {
	w := &watch{
		tx: t, chains: c, sums: s, at: at, totals: map[fund.ID]int64{},
		targets: map[fund.ID]*measured{}, stocks: map[fund.ID]*measured{}, matches: map[fund.ID]*measured{},
	}
	for id, link := range c {
		w.totals[id] = link.total
	}
	return w
}

// found returns what reads the rows of a watched total.
func (w *watch) found(total int) func(scan func(...any) error) error {
	rows := w.targets
	switch total {
	case rewardsClaimed, rewardsHeld:
		rows = w.stocks
	case matchesRaised:
		rows = w.matches
	}
	return func(scan func(...any) error) error {
		var m measured
		err := scan(&m.id, &m.fact, &m.against, &m.total)
		rows[m.id] = &m // the last of several columns of a row has the final total
		return err
	}
}

// foundMilestone reads a milestone that was reached.
func (w *watch) foundMilestone(scan func(...any) error) error {
	var m measured
	var enabled bool
	if err := scan(&m.id, &m.fact, &m.against, &enabled); err != nil {
		return err
	}
	if enabled {
		w.reached = append(w.reached, m)
	}
	return nil
}

// counted appends what a donation brought about: by is the change in its amount, target what it counts toward.
func (w *watch) counted(donation, fact, target fund.ID, by int64) {
	for _, id := range w.chains.above(fact) {
		w.addTo(id, donation, by)
	}
	if m := w.targets[target]; m != nil {
		after := w.before(m, targetsRaised) + by
		if m.against != nil && after-by < *m.against && after >= *m.against {
			w.announce(fund.TopicTargetMet, m, fund.Detail{From: fund.StateOpen, To: fund.StateMet, Donation: donation, Amount: *m.against, Total: after})
		}
		w.sums[targetsRaised][target] -= by
	}
}

// before is a total before what the sums still hold was added.
func (w *watch) before(m *measured, total int) int64 { return m.total - w.sums[total][m.id] }

// addTo adds to the total of a fact.
func (w *watch) addTo(fact, donation fund.ID, by int64) {
	before := w.totals[fact]
	after := before + by
	w.totals[fact] = after
	if goal := w.chains[fact].goal; goal > 0 && before < goal && after >= goal {
		w.announce(fund.TopicFactGoalReached, &measured{id: fact, fact: fact}, fund.Detail{Donation: donation, Amount: goal, Total: after})
	}
	w.reached = slices.DeleteFunc(w.reached, func(m measured) bool {
		if m.fact != fact || after < *m.against {
			return false
		}
		w.announce(fund.TopicMilestoneReached, &m, fund.Detail{
			From: fund.StateOpen, To: fund.StateReached, Donation: donation, Amount: *m.against, Total: after,
		})
		w.next = append(w.next, fact)
		return true
	})
}

// end appends what is about the whole group: the stock of rewards, the progress of matches and the next milestones.
func (w *watch) end(ctx context.Context) error {
	for _, m := range sorted(w.stocks) {
		w.stockChanged(m)
	}
	for _, m := range sorted(w.matches) {
		w.announce(fund.TopicMatchProgressed, m, fund.Detail{Amount: *m.against, Total: m.total})
	}
	if len(w.next) == 0 {
		return nil
	}
	next, err := w.tx.NextMilestones(ctx, unique(w.next))
	for _, m := range next {
		w.announce(fund.TopicMilestoneNext, &measured{id: m.ID, fact: m.FactID}, fund.Detail{Amount: m.Amount, Total: w.totals[m.FactID]})
	}
	return err
}

// stockChanged appends how much is left of a reward, and whether that is nothing or no longer nothing.
func (w *watch) stockChanged(m *measured) {
	taken := w.sums[rewardsClaimed][m.id] + w.sums[rewardsHeld][m.id]
	if taken == 0 {
		return // what was reserved is claimed
	}
	if m.against == nil {
		w.announce(fund.TopicStockChanged, m, fund.Detail{Total: m.total})
		return
	}
	stock := *m.against
	left := max(stock-m.total, 0)
	w.announce(fund.TopicStockChanged, m, fund.Detail{Amount: stock, Total: m.total, Left: left})
	switch before := max(stock-m.total+taken, 0); {
	case before > 0 && left == 0:
		w.announce(fund.TopicRewardSoldOut, m, fund.Detail{From: fund.StateOpen, To: fund.StateSoldOut, Amount: stock, Total: m.total})
	case before == 0 && left > 0:
		w.announce(fund.TopicRewardRestocked, m, fund.Detail{From: fund.StateSoldOut, To: fund.StateOpen, Amount: stock, Total: m.total, Left: left})
	}
}

// announce appends an event about an object of a fact.
func (w *watch) announce(topic fund.Topic, m *measured, detail fund.Detail) {
	w.tx.Append(fund.Event{Topic: topic, Subject: m.id, Facts: w.chains.showing(m.fact), At: w.at, Detail: detail})
}

// sorted lists rows by id, so that a group announces in the same order on each database.
func sorted(rows map[fund.ID]*measured) []*measured {
	all := make([]*measured, 0, len(rows))
	for _, m := range rows {
		all = append(all, m)
	}
	slices.SortFunc(all, func(a, b *measured) int { return compareIDs(a.id, b.id) })
	return all
}

// NextMilestones returns the enabled milestone of each of the facts that its total reaches next; nothing for a fact without one.
func (q Queries) NextMilestones(ctx context.Context, facts []fund.ID) ([]fund.Milestone, error) {
	var next []fund.Milestone
	err := q.eachOf(ctx, `SELECT m.id, m.fact_id, m.amount FROM milestones m WHERE m.enabled AND m.reached_at IS NULL AND NOT EXISTS (
		SELECT 1 FROM milestones o WHERE o.fact_id = m.fact_id AND o.enabled AND o.reached_at IS NULL
			AND (o.amount < m.amount OR o.amount = m.amount AND o.id < m.id)) AND m.fact_id IN `, facts,
		func(scan func(...any) error) error {
			var m fund.Milestone
			err := scan(&m.ID, &m.FactID, &m.Amount)
			next = append(next, m)
			return err
		})
	if err != nil {
		return nil, fmt.Errorf("next milestones: %w", err)
	}
	slices.SortFunc(next, func(a, b fund.Milestone) int { return compareIDs(a.ID, b.ID) })
	return next, nil
}
