package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"slices"
	"time"
)

// Health is how a database is set up and how it is doing, as far as its operator can change that.
type Health struct {
	// Engine is "SQLite" or "PostgreSQL", Version which one.
	Engine, Version string
	// Bytes is the size of the database, LogBytes that of SQLite's log of changes.
	Bytes, LogBytes int64
	// Ahead is by how much the clock of a PostgreSQL server is ahead of that of this computer; negative where it is behind.
	Ahead time.Duration
	// Unsafe are settings of a PostgreSQL server with which a loss of power takes acknowledged commits, such as "fsync = off".
	Unsafe []string
	// Standbys is how many servers follow this one, Synchronous reports whether a commit waits for one of them.
	Standbys    int
	Synchronous bool
	// Vacuums reports whether PostgreSQL clears away what was deleted and overwritten. It is true for SQLite, which reuses that space itself.
	Vacuums bool
	// Connections are open connections to a PostgreSQL server, MaxConnections is how many it takes; 0 for SQLite.
	Connections, MaxConnections int
}

// Health looks at the database server, or at the file.
func (s *Store) Health(ctx context.Context) (Health, error) {
	h, err := s.dialect.health(ctx, s.readers)
	if err != nil {
		return Health{}, fmt.Errorf("health of the database: %w", err)
	}
	return h, nil
}

func (d *sqliteFile) health(ctx context.Context, db *sql.DB) (Health, error) {
	h := Health{Engine: "SQLite", Vacuums: true}
	if err := db.QueryRowContext(ctx, "SELECT sqlite_version()").Scan(&h.Version); err != nil {
		return h, err
	}
	info, err := os.Stat(d.path)
	if err != nil {
		return h, err
	}
	h.Bytes = info.Size()
	switch info, err := os.Stat(d.path + "-wal"); {
	case errors.Is(err, os.ErrNotExist):
	case err != nil:
		return h, err
	default:
		h.LogBytes = info.Size()
	}
	return h, nil
}

func (d *postgres) health(ctx context.Context, db *sql.DB) (Health, error) {
	h := Health{Engine: "PostgreSQL"}
	var now int64
	var fsync, pages, commit, names, vacuum, counts string
	before := time.Now()
	err := db.QueryRowContext(ctx, `SELECT current_setting('server_version'), pg_database_size(current_database()),
		CAST(extract(epoch FROM clock_timestamp()) * 1000000 AS BIGINT), current_setting('fsync'), current_setting('full_page_writes'),
		current_setting('synchronous_commit'), current_setting('synchronous_standby_names'), current_setting('autovacuum'), current_setting('track_counts'),
		(SELECT COUNT(*) FROM pg_stat_replication), (SELECT COUNT(*) FROM pg_stat_activity WHERE backend_type = 'client backend'),
		CAST(current_setting('max_connections') AS INTEGER)`).
		Scan(&h.Version, &h.Bytes, &now, &fsync, &pages, &commit, &names, &vacuum, &counts, &h.Standbys, &h.Connections, &h.MaxConnections)
	if err != nil {
		return h, err
	}
	// The server looked at its clock between both moments.
	after := time.Now()
	if at := time.UnixMicro(now); at.Before(before) || at.After(after) {
		h.Ahead = at.Sub(before.Add(after.Sub(before) / 2))
	}
	for _, one := range []struct{ name, value string }{{"fsync", fsync}, {"full_page_writes", pages}, {"synchronous_commit", commit}} {
		if one.value == "off" {
			h.Unsafe = append(h.Unsafe, one.name+" = off")
		}
	}
	h.Synchronous = names != "" && slices.Contains([]string{"on", "remote_apply", "remote_write"}, commit)
	h.Vacuums = vacuum == "on" && counts == "on"
	return h, nil
}
