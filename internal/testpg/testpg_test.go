package testpg_test

import (
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/almoner/almoner/internal/testpg"
)

func TestMain(m *testing.M) { testpg.Main(m) }

func TestStartGivesAnEmptyDatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	first, second := testpg.Start(t), testpg.Start(t)
	if first == second {
		t.Fatalf("got the same database twice: %s", first)
	}
	execute(t, first, `CREATE TABLE only_here (id BIGINT)`)
	for url, want := range map[string]int{first: 1, second: 0} {
		var tables int
		query(t, url, `SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'`, &tables)
		if tables != want {
			t.Errorf("%s: got %d tables, want %d", url, tables, want)
		}
	}
}

func TestTheDatabaseIsDroppedWithItsTestEvenWhenInUse(t *testing.T) {
	t.Parallel()
	other := testpg.Start(t)
	var name string
	t.Run("inner", func(t *testing.T) {
		url := testpg.Start(t)
		query(t, url, `SELECT current_database()`, &name)
		left, err := pgx.Connect(t.Context(), url)
		if err != nil {
			t.Fatal(err)
		}
		if err := left.Ping(t.Context()); err != nil {
			t.Fatal(err)
		}
	})
	var left int
	query(t, other, `SELECT count(*) FROM pg_database WHERE datname = '`+name+`'`, &left)
	if name == "" || left != 0 {
		t.Errorf("database %q: got %d left after its test, want 0", name, left)
	}
}

func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	for range 4 {
		t.Run("", func(t *testing.T) {
			t.Parallel()
			execute(t, testpg.Start(t), `CREATE TABLE a (id BIGINT)`)
		})
	}
}

func execute(tb testing.TB, url, statement string) {
	tb.Helper()
	conn := connect(tb, url)
	if _, err := conn.Exec(tb.Context(), statement); err != nil {
		tb.Fatalf("%s: %v", statement, err)
	}
}

func query(tb testing.TB, url, statement string, into any) {
	tb.Helper()
	conn := connect(tb, url)
	if err := conn.QueryRow(tb.Context(), statement).Scan(into); err != nil {
		tb.Fatalf("%s: %v", statement, err)
	}
}

func connect(tb testing.TB, url string) *pgx.Conn {
	tb.Helper()
	conn, err := pgx.Connect(tb.Context(), url)
	if err != nil {
		tb.Fatalf("connect: %v", err)
	}
	tb.Cleanup(func() { _ = conn.Close(tb.Context()) })
	return conn
}
