package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// Difference is something stored that is not what the ledger says.
type Difference struct {
	// Total names the column, such as "facts.raised"; ID the row.
	Total string
	ID    fund.ID
	// Stored is what the row says, Folded what the ledger adds up to.
	Stored, Folded int64
	// Broken says what is wrong where it is no sum; "" for a total that differs.
	Broken string
}

// String is the difference as a line for people.
func (d Difference) String() string {
	if d.Broken != "" {
		return fmt.Sprintf("%s of %s: %s", d.Total, d.ID, d.Broken)
	}
	return fmt.Sprintf("%s of %s is %d, the ledger says %d (off by %d)", d.Total, d.ID, d.Stored, d.Folded, d.Stored-d.Folded)
}

// fold compares something stored with the ledger: query gives the id, the stored and the folded
// value of every row that differs.
type fold struct{ total, query, broken string }

// sound are the folds that find what no sum can mend: a person has to look at it.
var sound = []fold{
	{"ledger.donation_id", `SELECT l.id, 0, 0 FROM ledger l LEFT JOIN donations d ON d.id = l.donation_id
		WHERE d.id IS NULL OR d.fact_id <> l.fact_id`, "the entry's donation is missing or was for another fact"},
	{"donations.amount", `SELECT d.id, d.amount, COALESCE(l.sum, 0) FROM donations d
		LEFT JOIN (SELECT donation_id, CAST(SUM(amount) AS BIGINT) AS sum FROM ledger GROUP BY donation_id) l ON l.donation_id = d.id
		WHERE d.completed_at IS NOT NULL AND d.state IN ('completed', 'partially_refunded', 'refunded')
		AND d.amount - d.refunded <> COALESCE(l.sum, 0)`, ""},
	{"donations.refunded", `SELECT d.id, d.refunded, COALESCE(l.sum, 0) FROM donations d
		LEFT JOIN (SELECT donation_id, CAST(-SUM(amount) AS BIGINT) AS sum FROM ledger WHERE kind = 'refund' GROUP BY donation_id) l
			ON l.donation_id = d.id
		WHERE d.refunded <> COALESCE(l.sum, 0)`, ""},
	{"donations.usd", `SELECT d.id, d.usd, COALESCE(l.sum, 0) FROM donations d
		LEFT JOIN (SELECT donation_id, CAST(SUM(usd) AS BIGINT) AS sum FROM ledger GROUP BY donation_id) l ON l.donation_id = d.id
		WHERE d.state = 'completed' AND d.usd <> COALESCE(l.sum, 0) OR d.state = 'refunded' AND COALESCE(l.sum, 0) <> 0
			OR d.state = 'partially_refunded' AND NOT COALESCE(l.sum, 0) BETWEEN 0 AND d.usd`, ""},
	{"donations.state", `SELECT id, 0, 0 FROM donations WHERE listed <> (state IN ('completed', 'partially_refunded', 'disputed'))
		OR state = 'completed' AND refunded <> 0 OR state = 'refunded' AND refunded <> amount
		OR state = 'partially_refunded' AND (refunded <= 0 OR refunded >= amount) OR state NOT IN ('pending', 'completed', 'refunded', 'partially_refunded', 'disputed', 'lost', 'failed', 'cancelled', 'expired')`,
		"the state is unknown, or does not go with being listed or with what was refunded"},
	{"auction_houses.pledged", `SELECT h.fact_id, h.pledged, COALESCE(b.sum, 0) FROM auction_houses h
		LEFT JOIN (SELECT i.house_id, CAST(SUM(b.amount) AS BIGINT) AS sum FROM auction_bids b
			JOIN auction_items i ON i.id = b.item_id WHERE b.winning GROUP BY i.house_id) b ON b.house_id = h.fact_id
		WHERE h.pledged <> COALESCE(b.sum, 0)`, "it is not the sum of the winning bids"},
	{"fitness_goals.meters", `SELECT g.id, g.meters, COALESCE(a.meters, 0) FROM fitness_goals g
		LEFT JOIN (SELECT fact_id, type, CAST(SUM(meters) AS BIGINT) AS meters, CAST(SUM(seconds) AS BIGINT) AS seconds
			FROM fitness_activities GROUP BY fact_id, type) a ON a.fact_id = g.fact_id AND a.type = g.type
		WHERE g.meters <> COALESCE(a.meters, 0) OR g.seconds <> COALESCE(a.seconds, 0)`,
		"meters or seconds are not the sum of the fact's activities of the type"},
}

// folds fold the whole ledger once a total. The column and its fold stand side by side.
var folds = []fold{
	{"facts.raised", `SELECT f.id, f.raised, COALESCE(l.sum, 0) FROM facts f
		LEFT JOIN (SELECT fact_id, CAST(SUM(amount) AS BIGINT) AS sum FROM ledger GROUP BY fact_id) l ON l.fact_id = f.id
		WHERE f.raised <> COALESCE(l.sum, 0)`, ""},
	{"facts.supported", `WITH RECURSIVE own (fact_id, sum) AS (
			SELECT fact_id, CAST(SUM(amount) AS BIGINT) FROM ledger GROUP BY fact_id),
		above (id, sum) AS (
			SELECT f.parent_id, o.sum FROM own o JOIN facts f ON f.id = o.fact_id WHERE f.parent_id IS NOT NULL
			UNION ALL SELECT f.parent_id, a.sum FROM above a JOIN facts f ON f.id = a.id WHERE f.parent_id IS NOT NULL)
		SELECT f.id, f.supported, COALESCE(l.sum, 0) FROM facts f
		LEFT JOIN (SELECT id, CAST(SUM(sum) AS BIGINT) AS sum FROM above GROUP BY id) l ON l.id = f.id
		WHERE f.supported <> COALESCE(l.sum, 0)`, ""},
	{"poll_options.raised", `SELECT o.id, o.raised, COALESCE(l.sum, 0) FROM poll_options o
		LEFT JOIN (SELECT d.poll_option_id AS id, CAST(SUM(l.amount) AS BIGINT) AS sum FROM ledger l
			JOIN donations d ON d.id = l.donation_id WHERE d.poll_option_id IS NOT NULL GROUP BY d.poll_option_id) l ON l.id = o.id
		WHERE o.raised <> COALESCE(l.sum, 0)`, ""},
	{"targets.raised", `SELECT t.id, t.raised, COALESCE(l.sum, 0) FROM targets t
		LEFT JOIN (SELECT d.target_id AS id, CAST(SUM(l.amount) AS BIGINT) AS sum FROM ledger l
			JOIN donations d ON d.id = l.donation_id WHERE d.target_id IS NOT NULL GROUP BY d.target_id) l ON l.id = t.id
		WHERE t.raised <> COALESCE(l.sum, 0)`, ""},
	{"rewards.claimed", `SELECT r.id, r.claimed, COALESCE(c.sum, 0) FROM rewards r
		LEFT JOIN (SELECT c.reward_id, CAST(SUM(c.quantity) AS BIGINT) AS sum FROM reward_claims c
			JOIN donations d ON d.id = c.donation_id WHERE d.listed GROUP BY c.reward_id) c ON c.reward_id = r.id
		WHERE r.claimed <> COALESCE(c.sum, 0)`, ""},
	{"users.raised_usd", `SELECT u.id, u.raised_usd, COALESCE(l.sum, 0) FROM users u
		LEFT JOIN (SELECT f.user_id, CAST(SUM(l.usd) AS BIGINT) AS sum FROM ledger l JOIN facts f ON f.id = l.fact_id
			WHERE f.kind IN ('campaign', 'personal_campaign') GROUP BY f.user_id) l ON l.user_id = u.id
		WHERE u.raised_usd <> COALESCE(l.sum, 0)`, ""},
	{"teams.raised_usd", `SELECT t.id, t.raised_usd, COALESCE(l.sum, 0) FROM teams t
		LEFT JOIN (SELECT f.team_id, CAST(SUM(l.usd) AS BIGINT) AS sum FROM ledger l JOIN facts f ON f.id = l.fact_id
			WHERE f.team_id IS NOT NULL GROUP BY f.team_id) l ON l.team_id = t.id
		WHERE t.raised_usd <> COALESCE(l.sum, 0)`, ""},
	{"donation_matches.raised", `SELECT id, raised, folded FROM (SELECT m.id, m.raised, (` + matchFold + `) AS folded
		FROM donation_matches m) f WHERE raised <> folded`, ""},
}

// Report is the result of an audit.
type Report struct {
	// Facts and Donations are how many were looked at.
	Facts, Donations int64
	// Behind is how many events the leaderboards were behind the log when that was so far that they
	// could not be compared; 0 when they were.
	Behind      int64
	Differences []Difference
}

// Audit folds the whole ledger in one snapshot and compares it with every stored total. It lets the
// leaderboards catch up first, and reckons with the few events that come meanwhile.
func (s *Store) Audit(ctx context.Context) (Report, error) {
	var r Report
	if err := s.catchUp(ctx); err != nil {
		return r, err
	}
	err := s.readTx(ctx, func(q Queries) error {
		err := q.db.QueryRowContext(ctx, "SELECT (SELECT COUNT(*) FROM facts), (SELECT COUNT(*) FROM donations)").
			Scan(&r.Facts, &r.Donations)
		if err != nil {
			return fmt.Errorf("count: %w", err)
		}
		for _, f := range slices.Concat(sound, folds) {
			if r.Differences, err = f.compare(ctx, q, r.Differences); err != nil {
				return fmt.Errorf("audit of %s: %w", f.total, err)
			}
		}
		r.Differences, r.Behind, err = s.auditScores(ctx, q, r.Differences)
		return err
	})
	return r, err
}

func (f fold) compare(ctx context.Context, q Queries, found []Difference) ([]Difference, error) {
	rows, err := q.db.QueryContext(ctx, f.query)
	if err != nil {
		return found, err
	}
	defer func() { _ = rows.Close() }()
	for rows.Next() {
		d := Difference{Total: f.total, Broken: f.broken}
		if err := rows.Scan(&d.ID, &d.Stored, &d.Folded); err != nil {
			return found, err
		}
		found = append(found, d)
	}
	return found, rows.Err()
}

// Rebuild sets every stored total to the fold of the ledger, makes the leaderboards anew, and tells
// what it changed. What is wrong with single donations or entries is for a person to look at. While
// the leaderboards are made, nobody else writes.
func (s *Store) Rebuild(ctx context.Context) ([]Difference, error) {
	var changed []Difference
	err := s.Write(ctx, fund.ID{}, func(ctx context.Context, t *Tx) error {
		changed = nil
		for _, f := range folds {
			wrong, err := f.compare(ctx, t.Queries, nil)
			if err != nil {
				return fmt.Errorf("fold of %s: %w", f.total, err)
			}
			if err := t.setRight(ctx, wrong); err != nil {
				return err
			}
			changed = append(changed, wrong...)
		}
		wrong, err := t.mendScores(ctx)
		if err != nil {
			return err
		}
		changed = append(changed, wrong...)
		for _, d := range changed {
			t.Append(fund.Event{Topic: fund.TopicFactChanged, Subject: d.ID, At: s.now()})
		}
		return nil
	})
	return changed, err
}

func (t *Tx) setRight(ctx context.Context, wrong []Difference) error {
	for _, d := range wrong {
		column, ok := columnOf(d.Total)
		if !ok {
			return fault.New(fault.Internal, "No column for %s.", d.Total)
		}
		err := t.store.dialect.run(ctx, t, step{total: column, by: []delta{{d.ID, d.Folded - d.Stored}}})
		if err != nil {
			return fmt.Errorf("%s of %s: %w", d.Total, d.ID, err)
		}
	}
	return nil
}

func columnOf(total string) (totalColumn, bool) {
	for _, c := range totalColumns {
		if c.table+"."+c.column == total {
			return c, true
		}
	}
	return totalColumn{}, false
}
