package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// openMatches lists the donation matches that have not ended, by fact.
type openMatches map[fund.ID][]fund.DonationMatch

// of lists the matches that a donation counts towards, and counts it. A matcher's own donation is not matched again, and what comes after a
// pledge is used up is not matched.
func (open openMatches) of(g *incomingDonation) []fund.ID {
	if g.Entry == fund.EntryMatch {
		return nil
	}
	var ids []fund.ID
	matches := open[g.Donation.Fact.ID]
	for i, m := range matches {
		if m.Active(g.Donation.CompletedAt) {
			ids = append(ids, m.ID)
			matches[i].Raised += g.Donation.Amount
		}
	}
	return ids
}

// lockMatches reads the open matches of the facts that receive donations. Most facts have none, which their links
// record.
func (t *Tx) lockMatches(ctx context.Context, incoming []*incomingDonation, chains chains) (openMatches, error) {
	var ids []fund.ID
	for _, g := range incoming {
		if chains[g.Donation.Fact.ID].matched {
			ids = append(ids, g.Donation.Fact.ID)
		}
	}
	if len(ids) == 0 {
		return nil, nil
	}
	open := openMatches{}
	err := t.eachIn(ctx, func(in string) string {
		return "SELECT id, fact_id, type, pledged, raised, starts_at, ends_at FROM donation_matches WHERE completed_at IS NULL AND fact_id IN " + in
	}, unique(ids), func(scan func(...any) error) error {
		var m fund.DonationMatch
		err := scan(&m.ID, &m.FactID, &m.Type, &m.Pledged, &m.Raised, instant{&m.StartsAt}, instant{&m.EndsAt})
		open[m.FactID] = append(open[m.FactID], m)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("matches of a group: %w", err)
	}
	return open, nil
}

// LockChain keeps money from moving at the fact and everything above it until the transaction ends.
func (t *Tx) LockChain(ctx context.Context, fact fund.ID) error {
	_, err := t.lockFacts(ctx, []fund.ID{fact})
	if err != nil {
		return fmt.Errorf("lock the chain of fact %s: %w", fact, err)
	}
	return nil
}

// InsertMatch inserts a new donation match. Donations within its window already count, and the total before them is
// what it starts at. The chain of the fact must be locked.
func (t *Tx) InsertMatch(ctx context.Context, m fund.DonationMatch) error {
	what := thing{"donation match", m.ID.String()}
	err := t.insert(ctx, what, "donation_matches", append(columns{
		{"id", m.ID}, {"donation_id", m.DonationID}, {"fact_id", m.FactID}, {"currency", m.Currency}, {"started_at", int64(0)},
		{"created_at", micros(m.CreatedAt)},
	}, matchRow(m)...))
	if err != nil {
		return err
	}
	if err := t.countMatched(ctx, m); err != nil {
		return err
	}
	return t.change(ctx, what, `UPDATE donation_matches SET started_at = (SELECT f.raised FROM facts f
		WHERE f.id = donation_matches.fact_id) - raised WHERE id = $1`, m.ID)
}

// matchRow lists the columns of donation_matches that an update may change.
func matchRow(m fund.DonationMatch) columns {
	return columns{
		{"type", string(m.Type)}, {"matched_by", m.MatchedBy}, {"pledged", m.Pledged}, {"starts_at", micros(m.StartsAt)},
		{"ends_at", micros(m.EndsAt)}, {"updated_at", micros(m.UpdatedAt)},
	}
}

// UpdateMatch writes the mutable fields of a donation match that has not ended, and recounts the donations within its
// window. The chain of the fact must be locked.
func (t *Tx) UpdateMatch(ctx context.Context, m fund.DonationMatch) error {
	err := t.update(ctx, thing{"donation match", m.ID.String()}, updating("donation_matches", matchRow(m)).and("id = ?", m.ID).and("completed_at IS NULL"))
	if err != nil {
		return err
	}
	return t.countMatched(ctx, m)
}

// matchFold is what a match raised according to the ledger: the entries of its donations until it was completed. A
// refund after the window still counts, because the matcher has not paid yet.
const matchFold = `SELECT CAST(COALESCE(SUM(l.amount), 0) AS BIGINT) FROM matched_donations c
	JOIN ledger l ON l.donation_id = c.donation_id
	WHERE c.match_id = m.id
	AND (m.completed_at IS NULL OR l.at < m.completed_at)`

// countMatched recounts the donations of a match and their sum.
func (t *Tx) countMatched(ctx context.Context, m fund.DonationMatch) error {
	for _, s := range []batchStatement{
		{text: "DELETE FROM matched_donations WHERE match_id = $1", args: []any{m.ID}},
		{
			// What comes after the pledge is used up is not matched.
			text: `INSERT INTO matched_donations (donation_id, match_id) SELECT c.id, c.match_id FROM (
				SELECT d.id, m.id AS match_id, m.type, m.pledged, SUM(d.amount - d.refunded - d.disputed) OVER (
					ORDER BY d.completed_at, d.id ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS earlier
				FROM donation_matches m JOIN donations d ON d.fact_id = m.fact_id WHERE m.id = $1 AND NOT d.is_match
				AND d.completed_at >= $2 AND d.completed_at < $3) c
				WHERE c.type = 'all' OR c.earlier IS NULL OR c.earlier < c.pledged`,
			args: []any{m.ID, micros(m.StartsAt), micros(m.EndsAt)},
		},
		{text: "UPDATE donation_matches AS m SET raised = (" + matchFold + ") WHERE m.id = $1", args: []any{m.ID}},
	} {
		if _, err := t.db.ExecContext(ctx, s.text, s.args...); err != nil {
			return fmt.Errorf("donations of match %s: %w", m.ID, err)
		}
	}
	return nil
}

// EndMatch completes a donation match that has not ended. The donation is the matcher's own, with the id that the
// match reserved for it; it is recorded here, and nil when the matcher owes nothing. The chain must have been locked since the
// match was read.
func (t *Tx) EndMatch(ctx context.Context, m fund.DonationMatch, made *Completion) error {
	at, err := t.nextDonationTime(ctx, m.FactID)
	if err == nil && made != nil {
		at, err = t.completeOne(ctx, *made)
	}
	if err != nil {
		return fmt.Errorf("donation match %s: %w", m.ID, err)
	}
	return t.change(ctx, thing{"donation match", m.ID.String()}, `UPDATE donation_matches SET completed_at = $1,
		updated_at = $2 WHERE id = $3 AND completed_at IS NULL`, micros(at), micros(at), m.ID)
}

// completeOne records one donation and returns its time.
func (t *Tx) completeOne(ctx context.Context, c Completion) (time.Time, error) {
	g := &incomingDonation{Completion: c}
	refused, err := t.completeSlice(ctx, []*incomingDonation{g}, nil)
	if err == nil {
		err = refused[0]
	}
	return g.Donation.CompletedAt, err
}

// nextDonationTime returns an instant after every past, and before every future, movement of the cause's money.
func (t *Tx) nextDonationTime(ctx context.Context, fact fund.ID) (time.Time, error) {
	found, err := t.lockFacts(ctx, []fund.ID{fact})
	if err != nil {
		return time.Time{}, fmt.Errorf("fact %s: %w", fact, err)
	}
	root := found.later(found[fact].causeID, t.now())
	return fromMicros(root.lastDonationAt), t.store.dialect.run(ctx, t, root.donatedAt())
}

// later advances the time of a cause's last donation to now, or to the next instant.
func (c chains) later(cause fund.ID, now time.Time) chainLink {
	root := c[cause]
	root.lastDonationAt = max(micros(now), root.lastDonationAt+1)
	c[cause] = root
	return root
}
