package store

import (
	"context"
	"database/sql"
	"sync"
)

// preparer is a connection, or a pool of them.
type preparer interface {
	sqlQuerier
	PrepareContext(ctx context.Context, query string) (*sql.Stmt, error)
}

// prepared caches the statements of a connection or pool, because SQLite takes longer to parse a statement than to
// run it.
type prepared struct {
	on preparer
	// observe is called with each text that runs; nil for none.
	observe func(text string)
	mu      sync.RWMutex
	known   map[string]*sql.Stmt
}

// maxPrepared bounds the cache. The texts are few, but lists of placeholders vary; further texts run without being
// cached.
const maxPrepared = 512

func newPrepared(on preparer, observe func(string)) *prepared {
	return &prepared{on: on, observe: observe, known: map[string]*sql.Stmt{}}
}

// statement returns the prepared statement of a text, or nil when it is not cached. An error of preparing recurs when
// the text is run as it is.
func (p *prepared) statement(ctx context.Context, query string) *sql.Stmt {
	p.mu.RLock()
	s, room := p.known[query], len(p.known) < maxPrepared
	p.mu.RUnlock()
	if s != nil || !room {
		return s
	}
	s, err := p.on.PrepareContext(ctx, query)
	if err != nil {
		return nil
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if other := p.known[query]; other != nil {
		defer s.Close()
		return other
	}
	p.known[query] = s
	return s
}

// close closes all statements; none may be used afterwards.
func (p *prepared) close() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, s := range p.known {
		_ = s.Close()
	}
	clear(p.known)
}

// ExecContext runs a statement that returns no rows.
func (p *prepared) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	p.observed(query)
	if s := p.statement(ctx, query); s != nil { //nolint:sqlclosecheck // cached; close closes them all
		return s.ExecContext(ctx, args...)
	}
	return p.on.ExecContext(ctx, query, args...)
}

// QueryContext runs a statement that returns rows.
func (p *prepared) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	p.observed(query)
	if s := p.statement(ctx, query); s != nil { //nolint:sqlclosecheck // cached; close closes them all
		return s.QueryContext(ctx, args...)
	}
	return p.on.QueryContext(ctx, query, args...)
}

// QueryRowContext runs a statement that returns one row.
func (p *prepared) QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row {
	p.observed(query)
	if s := p.statement(ctx, query); s != nil { //nolint:sqlclosecheck // cached; close closes them all
		return s.QueryRowContext(ctx, args...)
	}
	return p.on.QueryRowContext(ctx, query, args...)
}

func (p *prepared) observed(query string) {
	if p.observe != nil {
		p.observe(query)
	}
}
