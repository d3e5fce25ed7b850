package store

import (
	"context"
	"database/sql"
	"testing"
)

// explainer records the query plan of each query that passes through it.
type explainer struct {
	sqlQuerier
	tb      testing.TB
	dialect dialect
	plans   [][]string
}

// Plans runs reads and returns the steps of the plan of each of their queries.
func Plans(tb testing.TB, s *Store, reads func(Queries)) [][]string {
	tb.Helper()
	e := &explainer{sqlQuerier: s.readers, tb: tb, dialect: s.dialect}
	reads(s.on(e))
	return e.plans
}

// ChangePlans runs a change and returns the steps of the plan of each of its statements.
func ChangePlans(tb testing.TB, s *Store, change func(context.Context, *Tx) error) [][]string {
	tb.Helper()
	e := &explainer{tb: tb, dialect: s.dialect}
	err := s.Write(tb.Context(), [16]byte{}, func(ctx context.Context, t *Tx) error {
		on, _ := t.db.(classified)
		e.sqlQuerier, e.plans = on.on, nil
		explained := *t
		explained.db = classified{on: e}
		return change(ctx, &explained)
	})
	if err != nil {
		tb.Fatal(err)
	}
	return e.plans
}

func (e *explainer) explain(ctx context.Context, query string, args []any) {
	e.tb.Helper()
	_, sqlite := e.dialect.(*sqliteFile)
	how := "EXPLAIN "
	if sqlite {
		how = "EXPLAIN QUERY PLAN "
	}
	rows, err := e.sqlQuerier.QueryContext(ctx, how+query, args...)
	if err != nil {
		e.tb.Fatalf("explain %s: %v", query, err)
	}
	defer rows.Close()
	var plan []string
	for rows.Next() {
		var id, parent, unused int
		var statement string
		to := []any{&statement}
		if sqlite {
			to = []any{&id, &parent, &unused, &statement}
		}
		if err := rows.Scan(to...); err != nil {
			e.tb.Fatal(err)
		}
		plan = append(plan, statement)
	}
	if err := rows.Err(); err != nil {
		e.tb.Fatal(err)
	}
	e.plans = append(e.plans, plan)
}

func (e *explainer) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	e.explain(ctx, query, args)
	return e.sqlQuerier.ExecContext(ctx, query, args...)
}

func (e *explainer) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	e.explain(ctx, query, args)
	return e.sqlQuerier.QueryContext(ctx, query, args...)
}

func (e *explainer) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	e.explain(ctx, query, args)
	return e.sqlQuerier.QueryRowContext(ctx, query, args...)
}
