package app

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// Setting is the value of a setting with its version, or the fallback and 0 where nobody has set it. It is cached, and
// read again when any node changes a setting.
func Setting[T any](ctx context.Context, a *App, key string, fallback T) (T, int64, error) {
	now := a.Now()
	s, known := a.settings.get(key, now)
	if !known {
		era := a.settings.era.Load()
		var err error
		if s, err = a.store.GetSetting(ctx, key); err != nil && !fault.Is(err, fault.NotFound) {
			return fallback, 0, err
		}
		a.settings.put(key, remembered[fund.Setting]{value: s, until: now.Add(rememberFor)}, era)
	}
	if s.Version == 0 {
		return fallback, 0, nil
	}
	var value T
	if err := json.Unmarshal([]byte(s.Value), &value); err != nil {
		return fallback, s.Version, fmt.Errorf("setting %s: %w", key, err)
	}
	return value, s.Version, nil
}

// PutSetting writes the value of a setting in place of the version that was read, 0 for none, and returns the new
// version. It is Stale when somebody else was faster, and Forbidden for the mode, which the first donation fixes. The
// caller has checked the value. System only.
func (a *App) PutSetting(ctx context.Context, actor Actor, key string, value any, version int64) (int64, error) {
	if actor.Kind != ActorSystem || key == fund.SettingMode {
		return 0, forbidden()
	}
	text, err := json.Marshal(value)
	if err != nil {
		return 0, fmt.Errorf("setting %s: %w", key, err)
	}
	s := fund.Setting{Key: key, Value: string(text), Version: version}
	err = a.write(ctx, actor, fund.SettingID(key), func(ctx context.Context, tx *store.Tx, _ time.Time) (err error) {
		written, err := tx.PutSetting(ctx, s)
		version = written.Version
		return err
	})
	return version, err
}
