package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/almoner/almoner/internal/fund"
)

// verdict compares something of one donation d with its entries l, its payment p and its receipt r. stored and
// folded are its numbers, wrong is the condition under which it is none; all are SQL.
type verdict struct{ total, stored, folded, wrong, broken string }

// What the entries of a donation add up to.
const (
	entriesSum      = "COALESCE(CAST(SUM(l.amount) AS BIGINT), 0)"
	entriesUSD      = "COALESCE(CAST(SUM(l.usd) AS BIGINT), 0)"
	entriesBack     = "COALESCE(CAST(-SUM(CASE WHEN l.kind IN ('refund', 'refund_reversal') THEN l.amount END) AS BIGINT), 0)"
	entriesDisputed = "COALESCE(CAST(-SUM(CASE WHEN l.kind IN ('dispute', 'dispute_reversal') THEN l.amount END) AS BIGINT), 0)"
)

// verdicts lists every check. Those that name a fault are not sums: an operator has to look.
var verdicts = []verdict{
	{"donations.amount", "d.amount", entriesSum,
		"CASE WHEN d.completed_at IS NULL THEN 0 ELSE d.amount - d.refunded - d.disputed END <> " + entriesSum, ""},
	{"donations.refunded", "d.refunded", entriesBack, "d.refunded <> " + entriesBack, ""},
	{"donations.disputed", "d.disputed", entriesDisputed, "d.disputed <> " + entriesDisputed, ""},
	{"donations.usd", "d.usd", entriesUSD,
		`CASE WHEN d.completed_at IS NULL OR d.amount = d.refunded + d.disputed THEN ` + entriesUSD + ` <> 0
			WHEN d.refunded + d.disputed = 0 THEN d.usd <> ` + entriesUSD + ` ELSE NOT ` + entriesUSD + ` BETWEEN 0 AND d.usd END`, ""},
	{"donations.state", "0", "0", `d.listed <> (d.completed_at IS NOT NULL AND d.amount - d.refunded - d.disputed > 0)
		OR (d.completed_at IS NOT NULL) <> (d.state IN ('completed', 'partially_refunded', 'refunded', 'disputed', 'lost'))
		OR d.refunded < 0 OR d.disputed < 0 OR d.refunded + d.disputed > d.amount
		OR d.state = 'completed' AND d.refunded + d.disputed <> 0 OR d.state = 'refunded' AND d.refunded + d.disputed <> d.amount
		OR d.state = 'partially_refunded' AND (d.refunded = 0 OR d.disputed <> 0) OR d.state = 'lost' AND d.disputed = 0
		OR d.completed_at IS NULL AND d.state NOT IN ('pending', 'failed', 'cancelled', 'expired')`,
		"the state is unknown, or does not go with being listed or with what went back"},
	// Only payments through a provider can be pending, and what the provider reports as returned is taken off the
	// donation first.
	{"payments.status", "0", "0", `CASE WHEN COUNT(p.status) = 0 THEN d.completed_at IS NULL
		WHEN MAX(p.status) = 'paid' THEN d.completed_at IS NULL
			OR d.refunded <> CASE WHEN MAX(p.refunded) < d.amount THEN MAX(p.refunded) ELSE d.amount END
			OR d.disputed <> CASE WHEN MAX(p.disputed) < d.amount - d.refunded THEN MAX(p.disputed) ELSE d.amount - d.refunded END
		WHEN MAX(p.status) IN ('open', 'processing') THEN d.completed_at IS NOT NULL
		ELSE d.state NOT IN (MAX(p.status), 'refunded') END`,
		"the donation is not where its payment is, or has none"},
	{"receipts.donation_id", "0", "0", "(COUNT(r.donation_id) > 0) <> (COUNT(p.status) > 0 AND d.completed_at IS NOT NULL)",
		"there is no receipt of the cause for a payment that has come, or one for money that has not"},
}

// checkText selects the donations of a range that fail a check, each with all numbers and verdicts.
var checkText = func() string {
	columns, wrong := []string{"d.id"}, make([]string, len(verdicts))
	for i, v := range verdicts {
		wrong[i] = "(" + v.wrong + ")"
		columns = append(columns, v.stored, v.folded, wrong[i])
	}
	return "SELECT " + strings.Join(columns, ", ") + ` FROM donations d LEFT JOIN ledger l ON l.donation_id = d.id
		LEFT JOIN payments p ON p.donation_id = d.id LEFT JOIN receipts r ON r.donation_id = d.id AND r.cause_id = d.cause_id AND ` + currentReceipt + `
		WHERE d.id > $1 AND d.id <= $2 GROUP BY d.id HAVING ` + strings.Join(wrong, " OR ")
}()

// checkDonations compares every donation of a range with its entries, payment and receipt.
func (q Queries) checkDonations(ctx context.Context, in idRange) (found []Difference, err error) {
	err = q.each(ctx, checkText, []any{in.after, in.upTo}, func(scan func(...any) error) error {
		var id fund.ID
		differences, wrong := make([]Difference, len(verdicts)), make([]bool, len(verdicts))
		into := []any{&id}
		for i := range verdicts {
			into = append(into, &differences[i].Stored, &differences[i].Folded, &wrong[i])
		}
		if err := scan(into...); err != nil {
			return err
		}
		for i, v := range verdicts {
			if wrong[i] {
				differences[i].Total, differences[i].ID, differences[i].Broken = v.total, id, v.broken
				found = append(found, differences[i])
			}
		}
		return nil
	})
	if err != nil {
		return found, fmt.Errorf("audit of donations: %w", err)
	}
	return found, nil
}

// strays selects entries of a range that belong to no donation, or to one for another fact.
func (q Queries) strays(ctx context.Context, in idRange) (found []Difference, err error) {
	err = q.each(ctx, `SELECT l.id FROM ledger l LEFT JOIN donations d ON d.id = l.donation_id
		WHERE l.donation_id > $1 AND l.donation_id <= $2 AND (d.id IS NULL OR d.fact_id <> l.fact_id) ORDER BY l.id`,
		[]any{in.after, in.upTo}, func(scan func(...any) error) error {
			d := Difference{Total: "ledger.donation_id", Broken: "the entry's donation is missing or was for another fact"}
			err := scan(&d.ID)
			found = append(found, d)
			return err
		})
	if err != nil {
		return found, fmt.Errorf("audit of ledger.donation_id: %w", err)
	}
	return found, nil
}
