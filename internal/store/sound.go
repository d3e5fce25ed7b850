package store

import (
	"context"
	"encoding/hex"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// soundColumns are the columns of a file f that may not be there.
const soundColumns = "f.hash, COALESCE(f.type, ''), COALESCE(f.length, 0), COALESCE(f.loudness, 0), COALESCE(f.peak, 0)"

// soundScan takes soundColumns. done completes the file.
type soundScan struct {
	hash   []byte
	length int64
}

// fields are what the columns are scanned into.
func (s *soundScan) fields(f *fund.SoundFile) []any {
	return []any{&s.hash, &f.Type, &s.length, &f.Loudness, &f.Peak}
}

func (s *soundScan) done(f *fund.SoundFile) {
	f.Hash, f.Length = hex.EncodeToString(s.hash), time.Duration(s.length)*time.Microsecond
}

// putSound keeps a file in a table of sounds as that of what its column owner names, in place of the one before.
func (t *Tx) putSound(ctx context.Context, table, owner string, of fund.ID, f fund.SoundFile, content []byte) error {
	what := thing{"sound of", of.String()}
	hash, err := hex.DecodeString(f.Hash)
	if err != nil {
		return what.refused(err)
	}
	s := inserting(table, columns{
		{owner, of}, {"hash", hash}, {"type", f.Type}, {"content", content}, {"length", f.Length.Microseconds()}, {"loudness", f.Loudness}, {"peak", f.Peak},
	}).then("ON CONFLICT (" + owner + `) DO UPDATE SET hash = excluded.hash, type = excluded.type, content = excluded.content, length = excluded.length,
		loudness = excluded.loudness, peak = excluded.peak`)
	if _, err := t.db.ExecContext(ctx, s.String(), s.args...); err != nil {
		return what.refused(err)
	}
	return nil
}

// PutStageSound keeps a file as the sound of a stage, in place of the one before. The stage has settings.
func (t *Tx) PutStageSound(ctx context.Context, key fund.StageKey, f fund.SoundFile, content []byte) error {
	stage, err := t.stageID(ctx, key)
	if err != nil {
		return err
	}
	return t.putSound(ctx, "stage_sounds", "stage_id", stage, f, content)
}

// PutVariantSound keeps a file as the sound of a variant of alerts, in place of the one before.
func (t *Tx) PutVariantSound(ctx context.Context, variant fund.ID, f fund.SoundFile, content []byte) error {
	return t.putSound(ctx, "variant_sounds", "variant_id", variant, f, content)
}

// DeleteStageSound deletes the sound that was uploaded for a stage, if there is one.
func (t *Tx) DeleteStageSound(ctx context.Context, key fund.StageKey) error {
	stage, err := t.stageID(ctx, key)
	if err != nil {
		return err
	}
	return t.deleteSound(ctx, "DELETE FROM stage_sounds WHERE stage_id = $1", stage)
}

// DeleteVariantSound deletes the sound that was uploaded for a variant of alerts, if there is one.
func (t *Tx) DeleteVariantSound(ctx context.Context, variant fund.ID) error {
	return t.deleteSound(ctx, "DELETE FROM variant_sounds WHERE variant_id = $1", variant)
}

func (t *Tx) deleteSound(ctx context.Context, query string, of fund.ID) error {
	if _, err := t.db.ExecContext(ctx, query, of); err != nil {
		return thing{"sound of", of.String()}.refused(err)
	}
	return nil
}

// GetSound returns the content of an uploaded sound by its hash and its type.
func (q Queries) GetSound(ctx context.Context, f fund.SoundFile) ([]byte, error) {
	return soundOf(ctx, q, "s.content", f)
}

// HasSound reports whether there is an uploaded sound with a hash and a type.
func (q Queries) HasSound(ctx context.Context, f fund.SoundFile) (bool, error) {
	_, err := soundOf(ctx, q, "s.hash", f)
	if fault.Is(err, fault.NotFound) {
		return false, nil
	}
	return err == nil, err
}

// soundOf is a column of an uploaded sound: of a stage, or of a variant.
func soundOf(ctx context.Context, q Queries, column string, f fund.SoundFile) ([]byte, error) {
	what := thing{"sound", f.Hash}
	hash, err := hex.DecodeString(f.Hash)
	if err != nil {
		return nil, what.missing()
	}
	s := selecting("SELECT "+column+" FROM stage_sounds s").and("s.hash = ?", hash).and("s.type = ?", f.Type).
		then("UNION ALL SELECT "+column+" FROM variant_sounds s WHERE s.hash = ? AND s.type = ? LIMIT 1", hash, f.Type)
	return one(ctx, q.db, s, func(r row) (value []byte, err error) {
		err = r.Scan(&value)
		return value, err
	}, what)
}
