package store

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// Difference is a stored value that does not match the ledger.
type Difference struct {
	// Total names the column, such as "facts.raised"; ID is the row's id.
	Total string
	ID    fund.ID
	// Hour is when the hour began of what was raised in one; the zero time for other totals.
	Hour time.Time
	// Stored is the value in the row, Folded the value computed from the ledger.
	Stored, Folded int64
	// Broken describes an inconsistency that is not a sum; "" for a total that differs.
	Broken string
}

// String formats the difference as one line for an operator.
func (d Difference) String() string {
	if d.Broken != "" {
		return fmt.Sprintf("%s of %s: %s", d.Total, d.ID, d.Broken)
	}
	what := d.ID.String()
	if !d.Hour.IsZero() {
		what += " in the hour from " + d.Hour.UTC().Format("2006-01-02 15:04")
	}
	return fmt.Sprintf("%s of %s is %d, the ledger says %d (off by %d)", d.Total, what, d.Stored, d.Folded, d.Stored-d.Folded)
}

// fold compares a stored value with the ledger: query returns the id, the stored and the folded value of every row
// that differs.
type fold struct{ total, query, broken string }

// sound lists the checks for faults that no recomputed sum can repair: an operator has to look.
var sound = []fold{
	{"auction_houses.pledged", `SELECT h.fact_id, h.pledged, COALESCE(b.sum, 0) FROM auction_houses h
		LEFT JOIN (SELECT i.house_id, CAST(SUM(b.amount) AS BIGINT) AS sum FROM auction_bids b
			JOIN auction_items i ON i.id = b.item_id WHERE b.winning GROUP BY i.house_id) b ON b.house_id = h.fact_id
		WHERE h.pledged <> COALESCE(b.sum, 0)`, "it is not the sum of the winning bids"},
	{"fitness_goals.meters", `SELECT g.id, g.meters, COALESCE(a.meters, 0) FROM fitness_goals g
		LEFT JOIN (SELECT fact_id, type, CAST(SUM(meters) AS BIGINT) AS meters, CAST(SUM(seconds) AS BIGINT) AS seconds
			FROM fitness_activities GROUP BY fact_id, type) a ON a.fact_id = g.fact_id AND a.type = g.type
		WHERE g.meters <> COALESCE(a.meters, 0) OR g.seconds <> COALESCE(a.seconds, 0)`,
		"meters or seconds are not the sum of the fact's activities of the type"},
	{"receipts.number", `SELECT cause_id, MAX(number), COUNT(*) FROM receipts GROUP BY cause_id
		HAVING MAX(number) <> COUNT(*) OR MIN(number) <> 1`, "the receipts of the cause do not have the numbers from 1 on without a gap"},
}

// folds lists the totals that the walk through the ledger does not cover. Each column stands beside its fold.
var folds = []fold{
	{"rewards.claimed", `SELECT r.id, r.claimed, COALESCE(c.sum, 0) FROM rewards r
		LEFT JOIN (SELECT c.reward_id, CAST(SUM(c.quantity) AS BIGINT) AS sum FROM reward_claims c
			JOIN donations d ON d.id = c.donation_id WHERE d.listed GROUP BY c.reward_id) c ON c.reward_id = r.id
		WHERE r.claimed <> COALESCE(c.sum, 0)`, ""},
	{"rewards.held", `SELECT r.id, r.held, COALESCE(c.sum, 0) FROM rewards r
		LEFT JOIN (SELECT c.reward_id, CAST(SUM(c.quantity) AS BIGINT) AS sum FROM reward_claims c
			JOIN donations d ON d.id = c.donation_id WHERE d.state = 'pending' OR d.state = 'disputed' AND NOT d.listed
			GROUP BY c.reward_id) c ON c.reward_id = r.id
		WHERE r.held <> COALESCE(c.sum, 0)`, ""},
	{"donation_matches.raised", `SELECT id, raised, folded FROM (SELECT m.id, m.raised, (` + matchFold + `) AS folded
		FROM donation_matches m) f WHERE raised <> folded`, ""},
}

// Report is the result of an audit.
type Report struct {
	// Facts and Donations are how many rows were checked.
	Facts, Donations int64
	// Behind is how many events the leaderboards, or what was raised by hour, lagged behind the log when that was too many for a comparison; 0
	// when they were compared.
	Behind int64
	// UnknownMails is the number of receipts whose mail may or may not have arrived.
	UnknownMails int64
	Differences  []Difference
}

// Audit folds the whole ledger as of one snapshot and compares it with every stored total. While a stored value is no
// amount, it names that and compares nothing else. It names donations whose donor is not that of their name and mail address. It lets the leaderboards
// and what was raised by hour catch up first, and accounts for the few events that arrive meanwhile. Money whose provider event is still
// unapplied is in no total yet: see StuckProviderEvents.
func (s *Store) Audit(ctx context.Context) (Report, error) {
	var r Report
	bad, err := s.auditAmounts(ctx)
	if err != nil || len(bad) > 0 {
		r.Differences = bad
		return r, err
	}
	if err := errors.Join(s.catchUp(ctx), s.catchUpHours(ctx)); err != nil {
		return r, err
	}
	err = s.sameMoment(ctx, auditReaders, func(readers []Queries) error {
		if err := readers[0].auditCounts(ctx, &r); err != nil {
			return err
		}
		f, err := s.newFold(ctx, readers[0])
		if err != nil {
			return err
		}
		wrong, err := s.checkAll(ctx, readers, f)
		if err != nil {
			return err
		}
		foreign, err := readers[0].auditCurrencies(ctx)
		if err != nil {
			return err
		}
		wrong = append(wrong, foreign...)
		differ, err := f.compare(ctx, readers[0])
		if err != nil {
			return err
		}
		hours, behind, err := f.compareHours(ctx, readers[0])
		if err != nil {
			return err
		}
		r.Differences, r.Behind, err = s.auditScores(ctx, readers[0], f.boards, slices.Concat(wrong, differ, hours))
		r.Behind = max(r.Behind, behind)
		return err
	})
	return r, err
}

// auditCounts fills in how many rows there are to check.
func (q Queries) auditCounts(ctx context.Context, r *Report) error {
	err := q.db.QueryRowContext(ctx, `SELECT (SELECT COUNT(*) FROM facts), (SELECT COUNT(*) FROM donations),
		(SELECT COUNT(*) FROM mails m WHERE m.kind = '`+string(fund.MailReceipt)+`' AND `+mailUnknown+`)`).Scan(&r.Facts, &r.Donations, &r.UnknownMails)
	if err != nil {
		return fmt.Errorf("count: %w", err)
	}
	return nil
}

// checkAll folds the ledger and finds both what no sum can repair and donations that disagree with their entries.
func (s *Store) checkAll(ctx context.Context, readers []Queries, f *ledgerFold) (found []Difference, err error) {
	for _, f := range sound {
		if found, err = f.compare(ctx, readers[0], found); err != nil {
			return found, fmt.Errorf("audit of %s: %w", f.total, err)
		}
	}
	key, err := readers[0].donorKey(ctx)
	if err != nil {
		return found, err
	}
	var adding sync.Mutex
	var wrong []Difference
	noting := func(find func(Queries, context.Context, idRange) ([]Difference, error)) look {
		return func(ctx context.Context, q Queries, in idRange) error {
			some, err := find(q, ctx, in)
			adding.Lock()
			defer adding.Unlock()
			wrong = append(wrong, some...)
			return err
		}
	}
	err = s.walkDonations(ctx, readers, noting(Queries.checkDonations), f.addRange, f.addHours, noting(Queries.strays), noting(checkDonors(key)))
	slices.SortStableFunc(wrong, func(a, b Difference) int { return compareIDs(a.ID, b.ID) })
	return append(found, wrong...), err
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

// Rebuild sets every stored total to the fold of the ledger, gives each donation its donor, rebuilds the leaderboards and what was raised by hour, and returns what it changed.
// Faults of single donations or entries are left to an operator: with a value among them that is no amount, it is a
// Conflict that names it. On SQLite, other writes wait while the leaderboards are rebuilt.
func (s *Store) Rebuild(ctx context.Context) ([]Difference, error) {
	var reset, changed []Difference
	err := s.Write(ctx, fund.ID{}, func(ctx context.Context, t *Tx) (err error) {
		reset, err = t.resetTotals(ctx)
		return err
	})
	if err != nil {
		return nil, err
	}
	err = s.Write(ctx, fund.ID{}, func(ctx context.Context, t *Tx) error {
		changed = nil
		err := s.sameMoment(ctx, auditReaders, func(readers []Queries) error {
			f, err := s.foldLedger(ctx, readers...)
			if err != nil {
				return err
			}
			changed, err = f.compare(ctx, readers[0])
			return err
		})
		if err != nil {
			return err
		}
		// Concurrent writes move the total and its fold alike, so the difference stays the same.
		if err := t.setRight(ctx, changed); err != nil {
			return err
		}
		t.announceRepairs(changed)
		return nil
	})
	if err != nil {
		return changed, err
	}
	if err := s.identifyAll(ctx); err != nil {
		return changed, err
	}
	donors, err := s.mendDonors(ctx)
	if err != nil {
		return changed, err
	}
	wrong, err := s.repairScores(ctx)
	if err != nil {
		return changed, err
	}
	hours, err := s.repairHours(ctx)
	if err != nil {
		return changed, err
	}
	wrong = append(wrong, hours...)
	return slices.Concat(reset, changed, donors, wrong), s.Write(ctx, fund.ID{}, func(_ context.Context, t *Tx) error {
		t.announceRepairs(wrong)
		return nil
	})
}

// announceRepairs invalidates cached answers about the repaired rows.
func (t *Tx) announceRepairs(wrong []Difference) {
	for _, d := range wrong {
		t.Append(fund.Event{Topic: fund.TopicFactChanged, Subject: d.ID, At: t.now()})
	}
}

func (t *Tx) setRight(ctx context.Context, wrong []Difference) error {
	for _, d := range wrong {
		if d.Broken != "" {
			continue
		}
		column, ok := columnOf(d.Total)
		if !ok {
			return fault.New(fault.Internal, "No column for %s.", d.Total)
		}
		err := t.store.dialect.run(ctx, t, batchStatement{total: column, by: []delta{{d.ID, d.Folded - d.Stored}}})
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
