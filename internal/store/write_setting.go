package store

import (
	"context"
	"fmt"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const (
	insertSetting = "INSERT INTO settings (value, version, updated_at, key) VALUES ($1, $2, $3, $4) ON CONFLICT (key) DO NOTHING"
	updateSetting = "UPDATE settings SET value = $1, version = $2, updated_at = $3 WHERE key = $4 AND version = $2 - 1"
)

// PutSetting writes a setting in place of the version that was read, 0 for none, and returns it with its new version.
// It is Stale when somebody else was faster. Its event makes all nodes read it again.
func (t *Tx) PutSetting(ctx context.Context, s fund.Setting) (fund.Setting, error) {
	read := s.Version
	s.Version, s.UpdatedAt = read+1, fromMicros(micros(t.now()))
	text := updateSetting
	if read == 0 {
		text = insertSetting
	}
	put, err := t.putSetting(ctx, text, s)
	if err != nil {
		return s, err
	}
	if !put {
		return s, fault.New(fault.Stale, "The setting %s has changed meanwhile; read it again.", s.Key)
	}
	return s, nil
}

// putSetting runs the statement and reports whether it wrote the setting.
func (t *Tx) putSetting(ctx context.Context, text string, s fund.Setting) (put bool, err error) {
	result, err := t.db.ExecContext(ctx, text, s.Value, s.Version, micros(s.UpdatedAt), s.Key)
	if err != nil {
		return false, thing{"setting", s.Key}.refused(err)
	}
	rows, err := result.RowsAffected()
	if err != nil {
		return false, fmt.Errorf("setting %s: %w", s.Key, err)
	}
	if rows > 0 {
		t.Append(fund.Event{Topic: fund.TopicSettingChanged, Subject: fund.SettingID(s.Key), At: s.UpdatedAt})
	}
	return rows > 0, nil
}
