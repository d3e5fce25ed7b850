package store

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/fund"
)

// ViaSums adds up the listed donations to a fact and everything below it that were completed within a span, by the names of the links that led to them. It
// reads no more than fund.MaxViaDonations of them; whole reports whether that were all.
func (q Queries) ViaSums(ctx context.Context, f fund.Fact, span fund.Span) (sums fund.ViaSums, whole bool, err error) {
	s := selecting(`SELECT COALESCE(p.via, ''), COUNT(*), CAST(SUM(d.net) AS BIGINT) FROM
		(SELECT d.id, d.amount - d.refunded - d.disputed AS net FROM donations d`)
	if f.Kind == fund.KindCause {
		s.and("d.cause_id = ?", f.ID)
	} else {
		s.and(`d.fact_id IN (WITH RECURSIVE below (id) AS (SELECT id FROM facts WHERE id = ?
			UNION SELECT f.id FROM facts f JOIN below b ON f.parent_id = b.id) SELECT id FROM below)`, f.ID)
	}
	s.and("d.listed").and("d.completed_at IS NOT NULL").within("d.completed_at", span).
		then("LIMIT ?) AS d LEFT JOIN payments p ON p.donation_id = d.id GROUP BY 1", fund.MaxViaDonations+1)
	all, err := list(ctx, q.db, s, func(r row) (one fund.ViaSum, err error) {
		err = r.Scan(&one.Via, &one.Donations, &one.Amount)
		return one, err
	})
	if err != nil {
		return sums, false, fmt.Errorf("donations to %s by via: %w", f.ID, err)
	}
	slices.SortFunc(all, func(a, b fund.ViaSum) int {
		return cmp.Or(cmp.Compare(b.Amount, a.Amount), cmp.Compare(b.Donations, a.Donations), cmp.Compare(a.Via, b.Via))
	})
	var read int64
	for _, one := range all {
		read += one.Donations
		switch {
		case one.Via == "":
			sums.None = one
		case len(sums.Vias) < fund.MaxVias:
			sums.Vias = append(sums.Vias, one)
		default:
			sums.Others.Donations += one.Donations
			sums.Others.Amount += one.Amount
		}
	}
	return sums, read <= fund.MaxViaDonations, nil
}
