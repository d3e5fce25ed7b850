package store

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

// LogAct appends a line to the log of acts, which nothing changes or removes, at the next number.
func (t *Tx) LogAct(ctx context.Context, a fund.LoggedAct) error {
	number, err := t.legacyID(ctx, "act")
	if err != nil {
		return err
	}
	detail := a.Detail
	if detail == nil {
		detail = map[string]string{}
	}
	text, err := encodeJSON(detail)
	if err != nil {
		return err
	}
	return t.insert(ctx, thing{"act", strconv.FormatInt(number, 10)}, "acts", columns{
		{"number", number}, {"at", micros(a.At)}, {"actor", a.Actor}, {"role", a.Role}, {"act", string(a.Act)},
		{"subject", a.Subject}, {"detail", text}, {"address", a.Address},
	})
}

const selectAct = "SELECT number, at, actor, role, act, subject, detail, address FROM acts"

func scanAct(r row) (a fund.LoggedAct, err error) {
	err = r.Scan(&a.Number, instant{&a.At}, &a.Actor, &a.Role, &a.Act, &a.Subject, jsonColumn{&a.Detail}, &a.Address)
	return a, err
}

// ListActs lists the acts done on a subject, or on anything with the zero id. A cursor is {Number}.
func (q Queries) ListActs(ctx context.Context, subject fund.ID, page fund.Page) ([]fund.LoggedAct, error) {
	s := selecting(selectAct).andID("subject = ?", subject)
	acts, err := keysetPage(ctx, q.db, s, byNumber("number"), page, scanAct)
	if err != nil {
		return nil, fmt.Errorf("log of acts: %w", err)
	}
	return acts, nil
}

// ActFilter says which acts are listed; what is zero does not matter.
type ActFilter struct {
	Actor, Subject fund.ID
	Act            fund.Act
}

// FindActs lists the acts that a filter lets through. A cursor is {Number}.
func (q Queries) FindActs(ctx context.Context, filter ActFilter, page fund.Page) ([]fund.LoggedAct, error) {
	s := selecting(selectAct).andID("actor = ?", filter.Actor).andID("subject = ?", filter.Subject)
	if filter.Act != "" {
		s.and("act = ?", string(filter.Act))
	}
	acts, err := keysetPage(ctx, q.db, s, byNumber("number"), page, scanAct)
	if err != nil {
		return nil, fmt.Errorf("find acts: %w", err)
	}
	return acts, nil
}

// ListActsSince lists the oldest acts of some kinds that the actor did at an instant or later, at most limit.
func (q Queries) ListActsSince(ctx context.Context, actor fund.ID, acts []fund.Act, since time.Time, limit int) ([]fund.LoggedAct, error) {
	condition, args := anyOf("act", acts)
	s := selecting(selectAct).and("actor = ?", actor).and("at >= ?", micros(since)).and(condition, args...).then("ORDER BY at LIMIT ?", limit)
	found, err := list(ctx, q.db, s, scanAct)
	if err != nil {
		return nil, fmt.Errorf("acts of %s: %w", actor, err)
	}
	return found, nil
}
