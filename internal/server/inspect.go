package server

import (
	"context"

	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/store"
)

// Inspect looks at a database without touching it, and refuses what is not for this program.
func Inspect(ctx context.Context, database config.Database) (store.Schema, error) {
	schema, err := store.Inspect(ctx, string(database))
	switch {
	case err != nil:
		return schema, err
	case schema.Foreign:
		return schema, fault.New(fault.Conflict,
			"The database %s is not a database of Almoner: another program keeps its data there; choose another one with --db.",
			database.NameIn("."))
	case schema.Present > schema.Known:
		return schema, fault.New(fault.Unavailable,
			"The database was made by a newer version of Almoner (schema %d, this one knows %d); run that version.",
			schema.Present, schema.Known)
	}
	return schema, nil
}
