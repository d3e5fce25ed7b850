package store

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/pressly/goose/v3"

	"github.com/almoner/almoner/internal/fault"
)

// copyTable is a table as both databases have it.
type copyTable struct {
	name    string
	columns []copyColumn
}

// copyColumn is a column with its type in capitals, and its place in the primary key; 0 for none.
type copyColumn struct {
	name, kind string
	key        int
}

// quote quotes a name for both databases.
func quote(name string) string { return `"` + strings.ReplaceAll(name, `"`, `""`) + `"` }

func quotedList(names []string) string {
	quoted := make([]string, len(names))
	for i, name := range names {
		quoted[i] = quote(name)
	}
	return strings.Join(quoted, ", ")
}

// tableList are the names of tables.
func tableList(tables []copyTable) string {
	names := make([]string, len(tables))
	for i, t := range tables {
		names[i] = t.name
	}
	return quotedList(names)
}

func (t copyTable) quoted() string { return quote(t.name) }

// names are the names of the columns.
func (t copyTable) names() []string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return names
}

// key are the places of the columns of the primary key, in its order.
func (t copyTable) key() []int {
	var places []int
	for i, c := range t.columns {
		if c.key > 0 {
			places = append(places, i)
		}
	}
	slices.SortFunc(places, func(a, b int) int { return t.columns[a].key - t.columns[b].key })
	return places
}

// hasPresentSchema refuses a database of another schema than that of this program.
func (s *Store) hasPresentSchema(ctx context.Context) error {
	known, err := knownVersion(s.dialect)
	if err != nil {
		return err
	}
	var present int64
	if err := s.db.QueryRowContext(ctx, "SELECT COALESCE(MAX(version_id), 0) FROM "+goose.DefaultTablename).Scan(&present); err != nil {
		return fmt.Errorf("schema version: %w", err)
	}
	if present != known {
		return fault.New(fault.Unavailable, "Both databases of a copy must have the schema %d; one has %d. Bring it up to date with: almoner migrate --db URL", known, present)
	}
	return nil
}

// shapeOf reads the tables of a database with their columns, but for that of the migrations.
func shapeOf(ctx context.Context, db sqlQuerier, d dialect) ([]copyTable, error) {
	rows, err := db.QueryContext(ctx, d.shape())
	if err != nil {
		return nil, fmt.Errorf("shape of the database: %w", err)
	}
	defer func() { _ = rows.Close() }()
	byName := map[string][]copyColumn{}
	for rows.Next() {
		var table string
		var c copyColumn
		if err := rows.Scan(&table, &c.name, &c.kind, &c.key); err != nil {
			return nil, fmt.Errorf("shape of the database: %w", err)
		}
		byName[table] = append(byName[table], c)
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("shape of the database: %w", err)
	}
	delete(byName, goose.DefaultTablename)
	var tables []copyTable
	for name, columns := range byName {
		tables = append(tables, copyTable{name, columns})
	}
	slices.SortFunc(tables, func(a, b copyTable) int { return strings.Compare(a.name, b.name) })
	return tables, nil
}

// agree finds the tables that both databases have, and refuses tables that differ: somebody changed one by hand.
func (c *copying) agree(ctx context.Context) error {
	source, err := shapeOf(ctx, c.source, c.from.dialect)
	if err != nil {
		return err
	}
	target, err := shapeOf(ctx, c.target, c.to.dialect)
	if err != nil {
		return err
	}
	for _, t := range source {
		at := slices.IndexFunc(target, func(other copyTable) bool { return other.name == t.name })
		if at < 0 {
			c.did.LeftOut = append(c.did.LeftOut, t.name)
			continue
		}
		if err := t.agree(target[at]); err != nil {
			return err
		}
		c.tables = append(c.tables, t)
	}
	return nil
}

// agree refuses a table that has other columns.
func (t copyTable) agree(other copyTable) error {
	for _, tables := range [][2]copyTable{{t, other}, {other, t}} {
		for _, c := range tables[0].columns {
			has := slices.IndexFunc(tables[1].columns, func(o copyColumn) bool { return o.name == c.name && o.kind == c.kind })
			if has < 0 {
				return fault.New(fault.Conflict, "Only one of the databases has the column %s (%s) of the table %s, which somebody changed by hand. Nothing was copied.", c.name, c.kind, t.name)
			}
		}
	}
	return nil
}

// tie is an index or a foreign key: the statements that take it away, for the time in which a table is filled, and make it again as it was.
type tie struct{ table, loosen, fasten string }

// ties are those of the target's tables, foreign keys before indexes.
func (c *copying) ties(ctx context.Context) ([]tie, error) {
	rows, err := c.target.QueryContext(ctx, c.to.dialect.ties())
	if err != nil {
		return nil, fmt.Errorf("indexes of the target: %w", err)
	}
	defer func() { _ = rows.Close() }()
	var all []tie
	for rows.Next() {
		var t tie
		if err := rows.Scan(&t.table, &t.loosen, &t.fasten); err != nil {
			return nil, fmt.Errorf("indexes of the target: %w", err)
		}
		if slices.ContainsFunc(c.tables, func(ours copyTable) bool { return ours.name == t.table }) {
			all = append(all, t)
		}
	}
	return all, rows.Err()
}

// torn is why an index or a foreign key cannot be made again.
func (c *copying) torn(t tie, err error) error {
	if IsAway(answered(err)) {
		return err
	}
	return fault.Wrap(err, fault.Conflict, "The rows of the table %s do not keep the rules of the schema; nothing was copied. Mend the source first: %s", t.table, t.fasten)
}
