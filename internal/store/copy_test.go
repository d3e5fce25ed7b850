package store_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
)

// oddTexts are texts that databases and their wires might understand in different ways.
var oddTexts = []string{"", " plain ", "Zwölf \U0001f381 مرحبا", `\\x00 \n 'quoted' "twice" $1 %s`, "tab\tnewline\nreturn\r\\N\\.", "\ufeff\u200d\u2028"}

// filled is a file with rows in every table of the schema: all ids in a row are the same bytes, so that each reference finds its row. Every second row
// has no value where there may be none.
func filled(t *testing.T) string {
	t.Helper()
	url := storetest.SQLite(t)
	db := must.Get(sql.Open("sqlite", strings.TrimPrefix(url, "sqlite:")))(t)
	db.SetMaxOpenConns(1)
	defer func() { must.Do(t, db.Close()) }()
	run := func(text string, args ...any) { must.Get(db.ExecContext(t.Context(), text, args...))(t) }
	run("BEGIN")
	for table, columns := range columnsOf(t, db) {
		run("DELETE FROM " + table)
		for n := range 2 * len(oddTexts) {
			var names, marks []string
			var values []any
			for _, c := range columns {
				if !c.required && n%2 == 1 {
					continue
				}
				number := n + 1
				if c.name == "refunded" || c.name == "disputed" { // no more than the amount, together
					number = 0
				}
				names, marks = append(names, c.name), append(marks, "?")
				values = append(values, map[string]any{
					"BYTEA": []byte(fmt.Sprintf("%016d", n)), "BIGINT": number, "BOOLEAN": n%4 > 1, "TEXT": oddTexts[n%len(oddTexts)] + fmt.Sprint(n),
				}[c.kind])
			}
			run("INSERT INTO "+table+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", values...)
		}
	}
	run("UPDATE pictures SET content = x'' WHERE hash = (SELECT MIN(hash) FROM pictures)")
	run("UPDATE facts SET description = ?, raised = ? WHERE legacy_id = 1", strings.Repeat("long ü", 400_000), int64(1)<<53-1)
	run("UPDATE facts SET description = '' WHERE legacy_id = 2")
	run("UPDATE scores SET score = ? WHERE score = 1", int64(math.MaxInt64))
	run("UPDATE scores SET score = ? WHERE score = 2", int64(-math.MaxInt64))
	run("INSERT INTO settings (key, value, version, updated_at) VALUES (?, '\"before\"', 1, 1)", fund.SettingEpoch)
	run("COMMIT")
	return url
}

type filledColumn struct {
	name, kind string
	required   bool
}

func columnsOf(t *testing.T, db *sql.DB) map[string][]filledColumn {
	t.Helper()
	rows, err := db.QueryContext(t.Context(), `SELECT m.name, c.name, c.type, c."notnull" OR c.pk > 0 FROM sqlite_master m JOIN pragma_table_info(m.name) c
		WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%' AND m.name <> 'goose_db_version'`)
	must.Do(t, err)
	defer func() { _ = rows.Close() }()
	all := map[string][]filledColumn{}
	for rows.Next() {
		var table string
		var c filledColumn
		must.Do(t, rows.Scan(&table, &c.name, &c.kind, &c.required))
		all[table] = append(all[table], c)
	}
	must.Do(t, rows.Err())
	return all
}

// dumped is every row of every table, but for what a copy begins anew.
func dumped(t *testing.T, s *store.Store) map[string][]string {
	t.Helper()
	all := map[string][]string{}
	for _, table := range store.Tables(t, s) {
		all[table] = slices.DeleteFunc(store.Dump(t, s, table), func(row string) bool {
			return table == "leases" || table == "settings" && strings.Contains(row, "key="+fund.SettingEpoch)
		})
	}
	return all
}

// TestCopyGoesEveryWay copies rows of every table from SQLite to PostgreSQL and back, and between two of a kind, and wants the same rows, indexes and
// references each time.
func TestCopyGoesEveryWay(t *testing.T) {
	t.Parallel()
	first := open(t, filled(t), store.Options{})
	want := dumped(t, first)
	epochs := map[string]bool{}
	from := first
	for _, to := range []func(testing.TB) string{storetest.Postgres, storetest.Postgres, storetest.SQLite, storetest.SQLite} {
		target := open(t, to(t), store.Options{})
		ties := store.Ties(t, target)
		did := must.Get(store.Copy(t.Context(), from, target, store.CopyOptions{}))(t)
		if len(did.Tables) != len(want) || len(did.LeftOut) > 0 {
			t.Errorf("got %d tables copied and %v left out, want all of %d", len(did.Tables), did.LeftOut, len(want))
		}
		got := dumped(t, target)
		for table, rows := range want {
			// SQLite stores numbers for false and true.
			list := strings.NewReplacer("=false ", "=0 ", "=true ", "=1 ").Replace(strings.Join(got[table], " \n") + " ")
			if list != strings.Join(rows, " \n")+" " {
				t.Errorf("table %s: got the rows\n%.2000s\nwant\n%.2000s", table, list, strings.Join(rows, "\n"))
			}
		}
		var empty int
		if store.Scan(t, target, &empty, "SELECT COUNT(*) FROM pictures WHERE length(content) = 0"); empty != 1 {
			t.Errorf("got %d pictures with bytes without length, want 1", empty)
		}
		if now := store.Ties(t, target); !slices.Equal(now, ties) {
			t.Errorf("got the indexes and references\n%s\nwant those of before:\n%s", strings.Join(now, "\n"), strings.Join(ties, "\n"))
		}
		var leases int
		if store.Scan(t, target, &leases, "SELECT COUNT(*) FROM leases"); leases > 0 {
			t.Errorf("got %d leases, want none of servers that are not there", leases)
		}
		epoch := must.Get(target.Epoch(t.Context()))(t)
		if epoch == "before" || epochs[epoch] {
			t.Errorf("got the epoch %s, want one of its own", epoch)
		}
		epochs[epoch] = true
		from = target
	}
}

// TestCopyGoesOn copies while donations arrive, and wants those of one moment in the copy, and the next one there to be numbered after them.
func TestCopyGoesOn(t *testing.T) {
	t.Parallel()
	ways := map[string][2]func(testing.TB) string{
		"to postgres": {storetest.SQLite, storetest.Postgres}, "to sqlite": {storetest.Postgres, storetest.SQLite},
	}
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			from, to := open(t, way[0](t), store.Options{}), open(t, way[1](t), store.Options{})
			a, _ := everything(t, from)
			wantClean(t, from)
			position := must.Get(from.LastPosition(t.Context()))(t)
			var last fund.Donation
			did := must.Get(store.Copy(t.Context(), from, to, store.CopyOptions{Progress: func(p store.CopiedTable) {
				if p.Name == "acts" {
					last = must.Get(from.Complete(t.Context(), a.donation(7)))(t)
				}
			}}))(t)
			if did.Position != position || last.ID.IsZero() {
				t.Errorf("got a copy of event %d, want that of %d", did.Position, position)
			}
			wantClean(t, to)
			if _, err := to.GetDonation(t.Context(), fund.Key{ID: last.ID}); !fault.Is(err, fault.NotFound) {
				t.Errorf("got %v of what came later, want it not in the copy", err)
			}
			given := must.Get(to.Complete(t.Context(), a.donation(7)))(t)
			var highest int64
			store.Scan(t, from, &highest, "SELECT MAX(legacy_id) FROM donations WHERE id <> $1", last.ID)
			if given.LegacyID <= highest {
				t.Errorf("got number %d, want one after %d", given.LegacyID, highest)
			}
			if next := must.Get(to.LastPosition(t.Context()))(t); next <= position {
				t.Errorf("got position %d, want one after %d", next, position)
			}
			wantClean(t, to)
		})
	}
}

// TestCopyRefusesAndChangesNothing wants a word about each source and target that cannot be, and the target as it was.
func TestCopyRefusesAndChangesNothing(t *testing.T) {
	t.Parallel()
	nul, broken := "Ada\x00Mallory", "Ada\xff"
	tests := map[string]struct {
		damage, target string
		args           []any
		to             func(testing.TB) string
		want           []string
	}{
		"a NUL byte": {
			damage: "UPDATE users SET first_name = $1", args: []any{nul}, to: storetest.Postgres,
			want: []string{"column first_name of the table users", "NUL byte", "id 30303030-"},
		},
		"bytes that are not UTF-8": {
			damage: "UPDATE sequences SET kind = $1 WHERE last = 3", args: []any{broken}, to: storetest.Postgres, want: []string{"column kind of the table sequences", "not UTF-8", "kind \"Ada"},
		},
		"a number that is none": {
			damage: "UPDATE sequences SET last = 'seven' WHERE last = 3", to: storetest.Postgres, want: []string{"column last of the table sequences", "another type than BIGINT", "kind \""},
		},
		"a reference to nothing, on PostgreSQL": {damage: "UPDATE team_members SET user_id = x'07' WHERE legacy_id = 1", to: storetest.Postgres, want: []string{"team_members", "Mend the source"}},
		"a reference to nothing, on SQLite":     {damage: "UPDATE team_members SET user_id = x'07' WHERE legacy_id = 1", to: storetest.SQLite, want: []string{"team_members", "table users", "mend the source"}},
		"rows in the target": {
			target: "INSERT INTO rates (currency, day, rate) VALUES ('EUR', 1, 1)", to: storetest.SQLite, want: []string{"data of its own: 1 rows in the table rates"},
		},
		"a column of the target alone": {target: "ALTER TABLE rates ADD COLUMN note TEXT", to: storetest.Postgres, want: []string{"column note (TEXT) of the table rates"}},
		"a column of the source alone": {damage: "ALTER TABLE rates ADD COLUMN note TEXT", to: storetest.SQLite, want: []string{"column note (TEXT) of the table rates"}},
		"a target that loses rows": {
			target: "CREATE TRIGGER lost BEFORE INSERT ON rates BEGIN SELECT RAISE(IGNORE); END", to: storetest.SQLite, want: []string{"table rates, 12 rows were read, and the target has 0"},
		},
		"another schema": {target: "DELETE FROM goose_db_version WHERE version_id > 60", to: storetest.SQLite, want: []string{"one has 60", "almoner migrate"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			source := filled(t)
			if test.damage != "" {
				db := must.Get(sql.Open("sqlite", strings.TrimPrefix(source, "sqlite:")))(t)
				must.Get(db.ExecContext(t.Context(), test.damage, test.args...))(t)
				must.Do(t, db.Close())
			}
			from, to := open(t, source, store.Options{}), open(t, test.to(t), store.Options{})
			if test.target != "" {
				store.Damage(t, to, test.target)
			}
			before, ties := dumped(t, to), store.Ties(t, to)
			_, err := store.Copy(t.Context(), from, to, store.CopyOptions{})
			for _, want := range test.want {
				if _, is := errors.AsType[*fault.Error](err); !is || !strings.Contains(err.Error(), want) {
					t.Errorf("got %v, want it to say %q", err, want)
				}
			}
			if after := dumped(t, to); fmt.Sprint(after) != fmt.Sprint(before) || !slices.Equal(store.Ties(t, to), ties) {
				t.Error("got a target that changed, want it as it was")
			}
		})
	}
}

// TestCopyIsThereAsAWhole interrupts a copy, wants nothing of it, and makes it again; then once more over what is there.
func TestCopyIsThereAsAWhole(t *testing.T) {
	t.Parallel()
	source := open(t, filled(t), store.Options{})
	for name, url := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			to := open(t, url(t), store.Options{})
			before := dumped(t, to)
			ctx, stop := context.WithCancel(t.Context())
			_, err := store.Copy(ctx, source, to, store.CopyOptions{Progress: func(p store.CopiedTable) {
				if p.Name == "facts" {
					stop()
				}
			}})
			if err == nil || fmt.Sprint(dumped(t, to)) != fmt.Sprint(before) {
				t.Errorf("got %v, want it to fail and leave nothing", err)
			}
			rows := int64(0)
			for _, replace := range []bool{false, true} {
				did := must.Get(store.Copy(t.Context(), source, to, store.CopyOptions{Replace: replace}))(t)
				if rows > 0 && did.Rows() != rows || did.Rows() == 0 {
					t.Errorf("got %d rows, want %d", did.Rows(), rows)
				}
				rows = did.Rows()
			}
		})
	}
}

// TestCopyLeavesOutWhatIsNotOurs has a table of another program in the source, as replication tools make them.
func TestCopyLeavesOutWhatIsNotOurs(t *testing.T) {
	t.Parallel()
	from, to := open(t, storetest.SQLite(t), store.Options{}), open(t, storetest.SQLite(t), store.Options{})
	store.Damage(t, from, "CREATE TABLE _litestream_seq (id INTEGER PRIMARY KEY, seq INTEGER)")
	did := must.Get(store.Copy(t.Context(), from, to, store.CopyOptions{}))(t)
	if !slices.Equal(did.LeftOut, []string{"_litestream_seq"}) {
		t.Errorf("got %v left out, want that table", did.LeftOut)
	}
}

// TestCopySaysHowFarItIs copies more rows than it says nothing about, and rows that together are larger than what it keeps.
func TestCopySaysHowFarItIs(t *testing.T) {
	t.Parallel()
	from, to := open(t, storetest.SQLite(t), store.Options{}), open(t, storetest.SQLite(t), store.Options{})
	store.Damage(t, from, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i <= $1) INSERT INTO past_slugs (kind, slug, owner_id, freed_at) SELECT 'users', 's' || i, x'07', i FROM n",
		store.CopyStep)
	store.Damage(t, from, "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) INSERT INTO secrets (name, value) SELECT 's' || i, zeroblob($1) FROM n", store.CopyBytes/2)
	var told []store.CopiedTable
	did := must.Get(store.Copy(t.Context(), from, to, store.CopyOptions{Progress: func(p store.CopiedTable) {
		if p.Name == "past_slugs" {
			told = append(told, p)
		}
	}}))(t)
	if want := []store.CopiedTable{{Name: "past_slugs", Rows: store.CopyStep}, {Name: "past_slugs", Rows: store.CopyStep + 1, Done: true}}; !slices.Equal(told, want) {
		t.Errorf("got %v, want %v", told, want)
	}
	var size int64
	if store.Scan(t, to, &size, "SELECT SUM(length(value)) FROM secrets"); size < 5*store.CopyBytes/2 || did.Rows() < store.CopyStep+6 {
		t.Errorf("got %d bytes of %v, want all", size, did)
	}
}
