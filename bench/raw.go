package main

import (
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver that the store uses
)

// raw is a database engine with nothing but group commit: one row and one counter per donation. It is the upper bound for the engine in
// this process.
type raw struct {
	commit func(ctx context.Context, amounts []int64) error
	close  func(ctx context.Context) error
}

// rawGroup is the maximum size of a group, as in the store's lanes.
const rawGroup = 256

var rawSchema = []string{
	"CREATE TABLE donations (id BIGINT PRIMARY KEY, amount BIGINT NOT NULL, name TEXT NOT NULL, comment TEXT NOT NULL, at BIGINT NOT NULL)",
	"CREATE TABLE counters (id BIGINT PRIMARY KEY, total BIGINT NOT NULL)",
	"INSERT INTO counters VALUES (1, 0)",
}

const (
	rawName    = "A donor of the benchmark"
	rawComment = "Good luck with the last hours of the stream!"
)

func openRaw(ctx context.Context, db string) (*raw, error) {
	if path, is := strings.CutPrefix(db, "sqlite:"); is {
		return openRawSQLite(ctx, path)
	}
	return openRawPostgres(ctx, db)
}

// openRawSQLite uses the pragmas of the store and statements that stay prepared.
func openRawSQLite(ctx context.Context, path string) (*raw, error) {
	q := url.Values{"_pragma": {"journal_mode(WAL)", "synchronous(FULL)", "cache_size(-16000)"}}
	db, err := sql.Open("sqlite", "file:"+path+"?"+q.Encode())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	for _, statement := range rawSchema {
		if _, err := db.ExecContext(ctx, statement); err != nil {
			return nil, err
		}
	}
	var prepared [4]*sql.Stmt
	for i, text := range []string{
		"BEGIN IMMEDIATE", "INSERT INTO donations VALUES ($1, $2, $3, $4, $5)",
		"UPDATE counters SET total = total + $1 WHERE id = 1", "COMMIT",
	} {
		if prepared[i], err = db.PrepareContext(ctx, text); err != nil { //nolint:sqlclosecheck // they live as long as db
			return nil, err
		}
	}
	var id int64
	commit := func(ctx context.Context, amounts []int64) error {
		if _, err := prepared[0].ExecContext(ctx); err != nil {
			return err
		}
		at := time.Now().UnixMicro()
		for _, amount := range amounts {
			id++
			if _, err := prepared[1].ExecContext(ctx, id, amount, rawName, rawComment, at); err != nil {
				return err
			}
			if _, err := prepared[2].ExecContext(ctx, amount); err != nil {
				return err
			}
		}
		_, err := prepared[3].ExecContext(ctx)
		return err
	}
	return &raw{commit, func(context.Context) error { return db.Close() }}, nil
}

// openRawPostgres sends a group in one round trip, set-wise.
func openRawPostgres(ctx context.Context, db string) (*raw, error) {
	conn, err := pgx.Connect(ctx, db)
	if err != nil {
		return nil, err
	}
	for _, statement := range rawSchema {
		if _, err := conn.Exec(ctx, statement); err != nil {
			return nil, err
		}
	}
	var id int64
	commit := func(ctx context.Context, amounts []int64) error {
		at, sum := time.Now().UnixMicro(), int64(0)
		ids, names, comments, times := make([]int64, len(amounts)), make([]string, len(amounts)), make([]string, len(amounts)), make([]int64, len(amounts))
		for i, amount := range amounts {
			id++
			sum += amount
			ids[i], names[i], comments[i], times[i] = id, rawName, rawComment, at
		}
		batch := &pgx.Batch{}
		batch.Queue("BEGIN")
		batch.Queue("INSERT INTO donations SELECT * FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::bigint[])",
			ids, amounts, names, comments, times)
		batch.Queue("UPDATE counters SET total = total + $1 WHERE id = 1", sum)
		batch.Queue("COMMIT")
		return conn.SendBatch(ctx, batch).Close()
	}
	return &raw{commit, conn.Close}, nil
}

// waiter is one caller of the raw engine.
type waiter struct {
	amount int64
	done   chan error
}

// press lets that many callers wait for their commits for a while.
func (r *raw) press(ctx context.Context, waiting int, d time.Duration) (sample, error) {
	queue := make(chan waiter, waiting)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for first := range queue {
			r.group(ctx, first, queue)
		}
	}()
	s, err := press(waiting, d, func(n int) error {
		w := waiter{int64(n), make(chan error, 1)}
		queue <- w
		return <-w.done
	})
	close(queue)
	<-stopped
	if err != nil {
		return s, fmt.Errorf("raw engine: %w", err)
	}
	return s, nil
}

func (r *raw) group(ctx context.Context, first waiter, queue <-chan waiter) {
	group, amounts := []waiter{first}, []int64{first.amount}
	for more := true; more && len(group) < rawGroup; {
		select {
		case w, open := <-queue:
			if more = open; open {
				group, amounts = append(group, w), append(amounts, w.amount)
			}
		default:
			more = false
		}
	}
	err := r.commit(ctx, amounts)
	for _, w := range group {
		w.done <- err
	}
}
