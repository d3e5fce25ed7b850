package testpg_test

import (
	"errors"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/almoner/almoner/internal/testpg"
)

func TestTemplateIsPreparedOnceAndCopied(t *testing.T) {
	t.Parallel()
	times := 0
	template := testpg.Template{Prepare: func(url string) error {
		times++
		conn, err := pgx.Connect(t.Context(), url)
		if err != nil {
			return err
		}
		_, err = conn.Exec(t.Context(), `CREATE TABLE a (id BIGINT)`)
		return errors.Join(err, conn.Close(t.Context()))
	}}
	for range 2 {
		url := template.Start(t)
		execute(t, url, `INSERT INTO a VALUES (1)`)
		var rows int
		if query(t, url, `SELECT count(*) FROM a`, &rows); rows != 1 {
			t.Errorf("got %d rows, want the one in this copy", rows)
		}
	}
	if times != 1 {
		t.Errorf("got prepared %d times, want once", times)
	}
}

// failing is a testing.TB that records how it was ended.
type failing struct {
	testing.TB
	ended bool
}

func (f *failing) Helper() {}

func (f *failing) Fatalf(string, ...any) { f.ended = true; panic(f) }

func TestTemplateThatCannotBePreparedEndsTheTest(t *testing.T) {
	t.Parallel()
	template := testpg.Template{Prepare: func(string) error { return errors.New("no") }}
	for range 2 {
		f := &failing{TB: t}
		func() {
			defer func() { _ = recover() }()
			template.Start(f)
		}()
		if !f.ended {
			t.Error("got a database, want the test ended")
		}
	}
}
