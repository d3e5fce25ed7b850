package store

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// Epoch is the epoch of the database, which cursors name; see fund.SettingEpoch.
func (q Queries) Epoch(ctx context.Context) (epoch string, err error) {
	s, err := q.GetSetting(ctx, fund.SettingEpoch)
	if err != nil {
		return "", err
	}
	if err := json.Unmarshal([]byte(s.Value), &epoch); err != nil {
		return "", fmt.Errorf("setting %s: %w", s.Key, err)
	}
	return epoch, nil
}

// ensureEpoch gives the database an epoch unless it has one. Another node may be faster.
func (s *Store) ensureEpoch(ctx context.Context) error {
	_, err := s.Epoch(ctx)
	if err == nil || !fault.Is(err, fault.NotFound) {
		return err
	}
	return s.Write(ctx, fund.ID{}, func(ctx context.Context, t *Tx) error {
		_, err := t.db.ExecContext(ctx, insertSetting, strconv.Quote(newEpoch()), 1, micros(t.now()), fund.SettingEpoch)
		if err != nil {
			return fmt.Errorf("epoch: %w", err)
		}
		return nil
	})
}

// renewEpoch makes every cursor that was handed out one of another history.
func (t *Tx) renewEpoch(ctx context.Context) error {
	_, err := t.db.ExecContext(ctx, "UPDATE settings SET value = $1, version = version + 1, updated_at = $2 WHERE key = $3",
		strconv.Quote(newEpoch()), micros(t.now()), fund.SettingEpoch)
	if err != nil {
		return fmt.Errorf("epoch: %w", err)
	}
	return nil
}

// BeginHistory makes what the database holds the beginning of a history of its own: its positions may have been given to other events before, so
// that every cursor that was handed out ends. Nobody works on anything: leases are those of processes of before.
func (s *Store) BeginHistory(ctx context.Context) error {
	return s.Write(ctx, fund.ID{}, func(ctx context.Context, t *Tx) error {
		if _, err := t.db.ExecContext(ctx, "DELETE FROM leases"); err != nil {
			return fmt.Errorf("leases: %w", err)
		}
		return t.renewEpoch(ctx)
	})
}

// newEpoch is always random, even where ids are made from a seed: two demos of one seed have different histories.
func newEpoch() string {
	return strings.ToLower(rand.Text()[:fund.EpochSize])
}
