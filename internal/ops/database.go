package ops

import (
	"context"
	"fmt"
	"strings"
)

const (
	// logWarning is how large SQLite's log of changes may be, in bytes: it is emptied again and again unless somebody reads for hours.
	logWarning = 1 << 30
	// connectionsFree is how many connections to a PostgreSQL server are to be free: as many as one more node opens.
	connectionsFree = 22
	// backupsMissed is how many times the time between two backups the last one may be old.
	backupsMissed = 2
	// damageShown is how many damaged places are named.
	damageShown = 3
)

// database looks at how the database is set up.
func (d Doctor) database(ctx context.Context) []Finding {
	h, err := d.Store.Health(ctx)
	if err != nil {
		return unknown("How the database is doing", err)
	}
	var wrong []Finding
	add := func(level Level, text, fix string) { wrong = append(wrong, found(level, text, fix)...) }
	if h.LogBytes > logWarning {
		add(Warning, fmt.Sprintf("SQLite's log of changes has %s.", sizeOf(h.LogBytes)), "Somebody reads the database for a long time, such as an export into a slow pipe or a copy: let it end.")
	}
	if len(h.Unsafe) > 0 {
		add(Problem, "PostgreSQL has "+strings.Join(h.Unsafe, ", ")+": a loss of power takes donations that were acknowledged.", "Switch them on.")
	}
	if h.Standbys > 0 && !h.Synchronous {
		wrong = append(wrong, quiet(found(Warning, fmt.Sprintf("%d standby servers follow, and commits wait for none of them: a failover takes the last donations.", h.Standbys), "Set synchronous_standby_names."))...)
	}
	if !h.Vacuums {
		add(Problem, "PostgreSQL does not clear away what was deleted: it will grow, slow down and at last refuse to write.", "Switch autovacuum and track_counts on.")
	}
	if h.MaxConnections > 0 && h.MaxConnections-h.Connections < connectionsFree {
		add(Warning, fmt.Sprintf("PostgreSQL has %d of %d connections open; a node opens up to %d.", h.Connections, h.MaxConnections, connectionsFree), "Raise max_connections.")
	}
	if len(wrong) > 0 {
		return wrong
	}
	return fine("%s %s, %s.", h.Engine, h.Version, sizeOf(h.Bytes+h.LogBytes))
}

// damage searches the file.
func (d Doctor) damage(ctx context.Context) []Finding {
	if _, file := d.Database.File(); !file || !d.Damage {
		return nil
	}
	places, err := d.Store.QuickCheck(ctx)
	switch {
	case err != nil:
		return unknown("Whether the database file is damaged", err)
	case len(places) > 0:
		return found(Problem, fmt.Sprintf("The database file is damaged in %d places: %s", len(places), strings.Join(places[:min(len(places), damageShown)], "; ")),
			"Stop the server, and put a good copy in its place.")
	}
	return fine("The database file is not damaged.")
}

// audit looks at what the last audit found that a server made.
func (d Doctor) audit(ctx context.Context) []Finding {
	last, err := d.Store.LastAudit(ctx)
	switch {
	case err != nil:
		return unknown("What the last audit found", err)
	case last.At.IsZero():
		return fine("A server compares the totals with the ledger once a day; none has yet.")
	}
	on := last.At.UTC().Format("2006-01-02 15:04")
	if last.Differences > 0 {
		return found(Problem, fmt.Sprintf("The audit of %s found %d differences between the totals and the ledger.", on, last.Differences),
			"See them with almoner audit. almoner audit --rebuild sets the totals to what the ledger says.")
	}
	return fine("The audit of %s found that the totals equal the ledger.", on)
}

// Damaged is the finding of a server that found its database file to be damaged.
func Damaged() Finding {
	return Finding{
		Check: "damage", Level: Problem, Text: "The database file is damaged; the log of the server names the places.",
		Fix: "Stop the server, and put a good copy in its place.", Local: true,
	}
}

// backups looks at how old the last backup of the schedule is.
func (d Doctor) backups(context.Context) []Finding {
	if _, file := d.Database.File(); !file {
		return fine("Backups of PostgreSQL are made with its own tools; look at them there.")
	}
	if d.BackupDir == "" {
		return quiet(found(Warning, "No backups are scheduled.", "Set --backup-dir to a folder on another disk, or see that others are made."))
	}
	s := Schedule{Folder: d.BackupDir}
	if err := s.Begin(); err != nil {
		return found(Problem, words(err), "No backup is made until then.")
	}
	last := s.Past().Last
	if last.IsZero() {
		return quiet(found(Warning, fmt.Sprintf("There is no backup in %s yet.", d.BackupDir), "The server makes one soon after its start; its log says why not."))
	}
	text := fmt.Sprintf("The last backup is of %s.", last.UTC().Format("2006-01-02 15:04"))
	if age := d.Now().Sub(last); age > backupsMissed*d.BackupEvery {
		return found(Problem, text, "Look at the log of the server, and at the room in "+d.BackupDir+".")
	}
	return fine("%s", text)
}

// secret finds out whether the secret key is there.
func (d Doctor) secret(ctx context.Context) []Finding {
	if err := d.Secret(ctx); err != nil {
		return found(Problem, words(err), "Put the key back. Without it webhooks cannot be signed, and authenticator apps do not work.")
	}
	return fine("The secret key is that of the database. Keep a copy of it, apart from backups.")
}
