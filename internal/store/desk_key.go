package store

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fund"
)

const selectDeskKey = "SELECT k.id, k.stage_id, s.fact_id, k.name, k.created_at, k.used_at, k.ended_at FROM desk_keys k JOIN stages s ON s.id = k.stage_id"

func scanDeskKey(r row) (k fund.DeskKey, err error) {
	err = r.Scan(&k.ID, &k.StageID, &k.FactID, &k.Name, instant{&k.CreatedAt}, instant{&k.UsedAt}, instant{&k.EndedAt})
	return k, err
}

// GetDeskKey finds a key of an alert desk, also one that ended.
func (q Queries) GetDeskKey(ctx context.Context, id fund.ID) (fund.DeskKey, error) {
	return one(ctx, q.db, selecting(selectDeskKey).and("k.id = ?", id), scanDeskKey, thing{"desk key", id.String()})
}

// GetDeskKeyByHash finds a key of an alert desk by its SHA-256, unless it ended.
func (q Queries) GetDeskKeyByHash(ctx context.Context, hash []byte) (fund.DeskKey, error) {
	return one(ctx, q.db, selecting(selectDeskKey).and("k.key_hash = ?", hash).and("k.ended_at IS NULL"), scanDeskKey, thing{noun: "desk key"})
}

// ListDeskKeys lists the keys of the alert desk of a stage that did not end, the oldest first, at most limit.
func (q Queries) ListDeskKeys(ctx context.Context, key fund.StageKey, limit int) ([]fund.DeskKey, error) {
	s := selecting(selectDeskKey).onStage("s", key).and("k.ended_at IS NULL").then("ORDER BY k.id LIMIT ?", limit)
	all, err := list(ctx, q.db, s, scanDeskKey)
	if err != nil {
		return nil, fmt.Errorf("desk keys of fact %s: %w", key.Fact, err)
	}
	return all, nil
}

// InsertDeskKey inserts a key with its SHA-256, on its stage, or else on the first one of its fact, which it makes with the id where there is none.
func (t *Tx) InsertDeskKey(ctx context.Context, k *fund.DeskKey, hash []byte, stage fund.ID) (err error) {
	what := thing{"desk key", k.ID.String()}
	if k.StageID, err = t.stageOf(ctx, fund.StageKey{Fact: k.FactID, ID: k.StageID}, stage, k.CreatedAt); err != nil {
		return what.refused(err)
	}
	return t.insert(ctx, what, "desk_keys", columns{{"id", k.ID}, {"stage_id", k.StageID}, {"name", k.Name}, {"key_hash", hash}, {"created_at", micros(k.CreatedAt)}})
}

// UseDeskKey notes when a key did something.
func (t *Tx) UseDeskKey(ctx context.Context, id fund.ID, at time.Time) error {
	return t.update(ctx, thing{"desk key", id.String()}, updating("desk_keys", columns{{"used_at", micros(at)}}).and("id = ?", id))
}

// EndDeskKey ends a key of an alert desk of a fact. One that is not there, or ended, is NotFound.
func (t *Tx) EndDeskKey(ctx context.Context, fact, id fund.ID, at time.Time) error {
	return t.update(ctx, thing{"desk key", id.String()}, updating("desk_keys", columns{{"ended_at", micros(at)}}).
		and("id = ?", id).and("ended_at IS NULL").and("stage_id IN (SELECT id FROM stages WHERE fact_id = ?)", fact))
}
