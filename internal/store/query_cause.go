package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"

	"github.com/almoner/almoner/internal/fund"
)

const selectCause = "SELECT " + factColumns + ", x.details" + factTables + " JOIN causes x ON x.fact_id = f.id"

// GetCause finds one cause; the slugs of causes are unique.
func (q Queries) GetCause(ctx context.Context, key fund.Key) (fund.Cause, error) {
	factKey := FactKey{Key: key, Kinds: []fund.Kind{fund.KindCause}}
	s, what := selecting(selectCause), factThing(factKey)
	if !s.byFactKey(factKey) {
		return fund.Cause{}, what.missing()
	}
	return one(ctx, q.db, s, scanCause, what)
}

// ListCauses lists the causes with one of the statuses; none means any.
func (q Queries) ListCauses(ctx context.Context, statuses []fund.Status, page fund.Page) ([]fund.Cause, error) {
	s := selecting(selectCause).byFactFilter(FactFilter{Kinds: []fund.Kind{fund.KindCause}, Statuses: statuses}, page.Order)
	causes, err := keysetPage(ctx, q.db, s, factOrder(page.Order), page, scanCause)
	if err != nil {
		return nil, fmt.Errorf("list causes: %w", err)
	}
	return causes, nil
}

func scanCause(r row) (fund.Cause, error) {
	var details causeJSON
	fact, err := scanFactAnd(r, jsonColumn{&details})
	if err != nil {
		return fund.Cause{}, err
	}
	return details.cause(fact), nil
}

// IsCauseMember reports whether the user works for the cause.
func (q Queries) IsCauseMember(ctx context.Context, cause, user fund.ID) (bool, error) {
	var found int
	err := q.db.QueryRowContext(ctx,
		"SELECT 1 FROM cause_members WHERE cause_id = $1 AND user_id = $2", cause, user).Scan(&found)
	if errors.Is(err, sql.ErrNoRows) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("member %s of cause %s: %w", user, cause, err)
	}
	return true, nil
}

const selectEvent = "SELECT " + factColumns + ", x.details" + factTables +
	" JOIN fundraising_events x ON x.fact_id = f.id"

// GetFundraisingEvent finds one fundraising event; by a slug the first that has it.
func (q Queries) GetFundraisingEvent(ctx context.Context, key fund.Key) (fund.FundraisingEvent, error) {
	factKey := FactKey{Key: key, Kinds: []fund.Kind{fund.KindFundraisingEvent}}
	s, what := selecting(selectEvent), factThing(factKey)
	if !s.byFactKey(factKey) {
		return fund.FundraisingEvent{}, what.missing()
	}
	return one(ctx, q.db, s, scanEvent, what)
}

// ListFundraisingEvents lists the events of a cause, or of all with the zero id, with one of
// the statuses; none means any.
func (q Queries) ListFundraisingEvents(
	ctx context.Context, cause fund.ID, statuses []fund.Status, page fund.Page,
) ([]fund.FundraisingEvent, error) {
	s := selecting(selectEvent).byFactFilter(FactFilter{
		Kinds: []fund.Kind{fund.KindFundraisingEvent}, Statuses: statuses, Cause: cause,
	}, page.Order)
	events, err := keysetPage(ctx, q.db, s, factOrder(page.Order), page, scanEvent)
	if err != nil {
		return nil, fmt.Errorf("list fundraising events: %w", err)
	}
	return events, nil
}

// FundraisingEventsByID finds all fundraising events with these ids, by id.
func (q Queries) FundraisingEventsByID(ctx context.Context, ids []fund.ID) (map[fund.ID]fund.FundraisingEvent, error) {
	found := make(map[fund.ID]fund.FundraisingEvent, len(ids))
	if len(ids) == 0 {
		return found, nil
	}
	condition, args := anyID("f.id", ids)
	events, err := list(ctx, q.db, selecting(selectEvent).and(condition, args...), scanEvent)
	if err != nil {
		return nil, fmt.Errorf("fundraising events by id: %w", err)
	}
	for _, e := range events {
		found[e.ID] = e
	}
	return found, nil
}

func scanEvent(r row) (fund.FundraisingEvent, error) {
	var details eventJSON
	fact, err := scanFactAnd(r, jsonColumn{&details})
	if err != nil {
		return fund.FundraisingEvent{}, err
	}
	return details.event(fact), nil
}
