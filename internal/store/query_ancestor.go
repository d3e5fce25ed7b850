package store

import (
	"context"
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/fund"
)

// Ancestors lists the facts above each of the facts that everybody may see: the topmost, its cause, first, without the fact
// itself. It is one query for all of them.
func (q Queries) Ancestors(ctx context.Context, ids []fund.ID) (map[fund.ID][]fund.Ancestor, error) {
	above := map[fund.ID][]fund.Ancestor{}
	if len(ids) == 0 {
		return above, nil
	}
	type link struct {
		below fund.ID
		fund.Ancestor
	}
	condition, args := anyID("id", ids)
	s := selecting("WITH RECURSIVE above (below, id, depth) AS (SELECT id, parent_id, 1 FROM facts").and(condition, args...).
		then(`UNION ALL SELECT a.below, f.parent_id, a.depth + 1 FROM above a JOIN facts f ON f.id = a.id
			WHERE f.parent_id IS NOT NULL AND a.depth < ?)
			SELECT a.below, f.id, f.name, f.kind FROM above a JOIN facts f ON f.id = a.id
			WHERE f.status <> 'unpublished' AND `+approvedAlone+` ORDER BY a.below, a.depth`, 2*fund.MaxDepth)
	links, err := list(ctx, q.db, s, func(r row) (l link, err error) {
		err = r.Scan(&l.below, &l.ID, &l.Name, &l.Kind)
		return l, err
	})
	if err != nil {
		return nil, fmt.Errorf("facts above: %w", err)
	}
	for _, l := range links {
		above[l.below] = append(above[l.below], l.Ancestor)
	}
	for _, chain := range above {
		slices.Reverse(chain)
	}
	return above, nil
}

// ChainIDs lists a fact and everything above it, the nearest first and the cause last, whatever their status. It is
// empty for a fact that does not exist.
func (q Queries) ChainIDs(ctx context.Context, fact fund.ID) ([]fund.ID, error) {
	s := selecting("WITH RECURSIVE above (id, depth) AS (SELECT id, 1 FROM facts").and("id = ?", fact).
		then(`UNION ALL SELECT f.parent_id, a.depth + 1 FROM above a JOIN facts f ON f.id = a.id
			WHERE f.parent_id IS NOT NULL AND a.depth <= ?)
			SELECT id FROM above ORDER BY depth`, 2*fund.MaxDepth)
	ids, err := list(ctx, q.db, s, func(r row) (id fund.ID, err error) {
		err = r.Scan(&id)
		return id, err
	})
	if err != nil {
		return nil, fmt.Errorf("facts above %s: %w", fact, err)
	}
	return ids, nil
}
