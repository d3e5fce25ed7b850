package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// CopyOptions are what a caller of Copy may choose.
type CopyOptions struct {
	// Replace lets the rows of the target go. Without it, a target that has some is refused.
	Replace bool
	// Progress is called after every copyStep rows of a table and at its end; nil for not.
	Progress func(CopiedTable)
}

// CopiedTable is how far the copy of a table is.
type CopiedTable struct {
	Name string
	Rows int64
	// Done is set once all rows are there.
	Done bool
}

// Copied is what a copy did.
type Copied struct {
	// Position is that of the last event in the copy: what the source took later is not in it.
	Position int64
	// Tables are the tables in the order in which they were copied.
	Tables []CopiedTable
	// LeftOut are the tables of the source that the target does not have, which are those of other programs.
	LeftOut []string
}

// Rows is how many rows there are in all tables.
func (c Copied) Rows() (n int64) {
	for _, t := range c.Tables {
		n += t.Rows
	}
	return n
}

const (
	// copyStep is after how many rows of a table a copy says how far it is.
	copyStep = 100_000
	// copyBytes is from how many bytes on rows are written that were read for an INSERT of many, so that pictures and sounds need little memory.
	copyBytes = 4 << 20
)

// selfMade are the tables in which a database has rows that migrations and the first start of a server insert. A copy replaces them.
var selfMade = []string{"leases", "projections", "secrets", "sequences", "settings"}

// Copy writes everything that one database holds into another one of any kind, as it is at one moment: others may use the source meanwhile, and
// nobody the target. Both have the present schema; which tables and columns there are is read from the databases themselves. The copy is made in one
// transaction: it is there as a whole, with each row that was read and each reference between rows, or the target stays as it was. It has an epoch of
// its own, because its log goes on in another way than that of the source, and no leases, because nobody works on its rows yet.
func Copy(ctx context.Context, from, to *Store, o CopyOptions) (did Copied, err error) {
	for _, s := range []*Store{from, to} {
		if err := s.hasPresentSchema(ctx); err != nil {
			return did, err
		}
	}
	c := &copying{from: from, to: to, CopyOptions: o, did: &did}
	source, position, err := from.beginSnapshot(ctx)
	if err != nil {
		return did, err
	}
	defer func() { err = errors.Join(err, source.Rollback()) }()
	c.source, did.Position = source, position
	if err := c.inTarget(ctx); err != nil {
		return did, answered(err)
	}
	to.Forget()
	// The log of the file is as long as the copy.
	_, err = to.dialect.shred(ctx)
	return did, errors.Join(err, to.findOldBoards(ctx))
}

// copying is a copy under way.
type copying struct {
	from, to *Store
	CopyOptions
	source *sql.Tx
	target *sql.Conn
	tables []copyTable
	did    *Copied
}

// inTarget makes the copy in one transaction of the target.
func (c *copying) inTarget(ctx context.Context) (err error) {
	db, err := c.to.dialect.openCopy(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if c.target, err = db.Conn(ctx); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.target.Close()) }()
	if err := c.exec(ctx, c.to.dialect.begin()); err != nil {
		return err
	}
	if err := c.copyAll(ctx); err != nil {
		_, back := c.target.ExecContext(context.WithoutCancel(ctx), "ROLLBACK")
		return errors.Join(err, back)
	}
	return c.exec(ctx, "COMMIT")
}

func (c *copying) copyAll(ctx context.Context) error {
	if err := c.unhurry(ctx); err != nil {
		return err
	}
	if err := c.agree(ctx); err != nil {
		return err
	}
	if err := c.empty(ctx); err != nil {
		return err
	}
	ties, err := c.ties(ctx)
	if err != nil {
		return err
	}
	for _, t := range ties {
		if err := c.exec(ctx, t.loosen); err != nil {
			return err
		}
	}
	if err := c.clear(ctx); err != nil {
		return err
	}
	for _, t := range c.tables {
		if err := c.copyTable(ctx, t); err != nil {
			return err
		}
	}
	// Foreign keys were loosened before the indexes that they may stand on.
	for _, t := range slices.Backward(ties) {
		if err := c.exec(ctx, t.fasten); err != nil {
			return c.torn(t, err)
		}
	}
	if err := c.to.dialect.finishCopy(ctx, c.target, c.tables); err != nil {
		return err
	}
	return c.begin(ctx)
}

// unhurry gives both sides the time that they need.
func (c *copying) unhurry(ctx context.Context) error {
	for _, text := range c.from.dialect.unhurried() {
		if _, err := c.source.ExecContext(ctx, text); err != nil {
			return fmt.Errorf("copy: %s: %w", text, err)
		}
	}
	for _, text := range c.to.dialect.unhurried() {
		if err := c.exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// exec runs a statement on the target.
func (c *copying) exec(ctx context.Context, text string) error {
	if _, err := c.target.ExecContext(ctx, text); err != nil {
		return fmt.Errorf("copy: %s: %w", text, err)
	}
	return nil
}

// empty refuses a target that holds more than what is there from the first.
func (c *copying) empty(ctx context.Context) error {
	if c.Replace {
		return nil
	}
	// A server that was started once printed a link that makes its first operator.
	if err := c.exec(ctx, "DELETE FROM account_links WHERE kind = '"+string(fund.LinkSetUp)+"'"); err != nil {
		return err
	}
	for _, t := range c.tables {
		if slices.Contains(selfMade, t.name) {
			continue
		}
		n, err := count(ctx, c.target, t)
		if err != nil {
			return err
		}
		if n > 0 {
			return fault.New(fault.Conflict, "The target has data of its own: %d rows in the table %s. Nothing was copied; choose an empty database.", n, t.name)
		}
	}
	return nil
}

// clear takes out what is in the target.
func (c *copying) clear(ctx context.Context) error {
	for _, text := range c.to.dialect.clear(c.tables) {
		if err := c.exec(ctx, text); err != nil {
			return err
		}
	}
	return nil
}

// copyTable copies the rows of a table, and compares how many there are on both sides.
func (c *copying) copyTable(ctx context.Context, t copyTable) error {
	rows, err := c.rows(ctx, t)
	if err != nil {
		return err
	}
	defer func() { _ = rows.Close() }()
	if err := c.to.dialect.fill(ctx, c.target, t, rows); err != nil {
		return rows.explain(err)
	}
	// Both sides are asked, so that a row that was not read is missed as well as one that was not written.
	for side, db := range map[string]sqlQuerier{"source": c.source, "target": c.target} {
		n, err := count(ctx, db, t)
		if err != nil {
			return err
		}
		if n != rows.read {
			return fault.New(fault.Conflict, "Of the table %s, %d rows were read, and the %s has %d. Nothing was copied.", t.name, rows.read, side, n)
		}
	}
	done := CopiedTable{Name: t.name, Rows: rows.read, Done: true}
	c.did.Tables = append(c.did.Tables, done)
	if c.Progress != nil {
		c.Progress(done)
	}
	return nil
}

// begin makes a history of its own of the copy.
func (c *copying) begin(ctx context.Context) error {
	t := &Tx{Queries: c.to.on(c.target), store: c.to}
	if err := t.renewEpoch(ctx); err != nil {
		return err
	}
	return c.exec(ctx, "DELETE FROM leases")
}

func count(ctx context.Context, db sqlQuerier, t copyTable) (n int64, err error) {
	if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM "+t.quoted()).Scan(&n); err != nil {
		return 0, fmt.Errorf("count the rows of %s: %w", t.name, err)
	}
	return n, nil
}
