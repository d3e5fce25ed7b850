package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// LastAudit is what the last audit found that a server made of the database; the zero value before there is one.
func (q Queries) LastAudit(ctx context.Context) (fund.LastAudit, error) {
	last, _, err := q.lastAudit(ctx)
	return last, err
}

func (q Queries) lastAudit(ctx context.Context) (last fund.LastAudit, version int64, err error) {
	s, err := q.GetSetting(ctx, fund.SettingAudit)
	if fault.Is(err, fault.NotFound) {
		return last, 0, nil
	}
	if err != nil {
		return last, 0, err
	}
	if err := json.Unmarshal([]byte(s.Value), &last); err != nil {
		return last, 0, fmt.Errorf("setting %s: %w", fund.SettingAudit, err)
	}
	return last, s.Version, nil
}

// TakeAudit has the caller make the next audit, unless one was begun less than every ago or somebody else takes it at the same moment.
func (t *Tx) TakeAudit(ctx context.Context, every time.Duration) (taken bool, err error) {
	last, version, err := t.lastAudit(ctx)
	if err != nil || t.now().Sub(last.BegunAt) < every {
		return false, err
	}
	last.BegunAt = t.now()
	err = t.putAudit(ctx, last, version)
	if fault.Is(err, fault.Stale) {
		return false, nil
	}
	return err == nil, err
}

// PutAudit records what an audit found.
func (t *Tx) PutAudit(ctx context.Context, differences int) error {
	last, version, err := t.lastAudit(ctx)
	if err != nil {
		return err
	}
	last.At, last.Differences = t.now(), differences
	return t.putAudit(ctx, last, version)
}

func (t *Tx) putAudit(ctx context.Context, last fund.LastAudit, version int64) error {
	value, err := json.Marshal(last)
	if err != nil {
		return fmt.Errorf("setting %s: %w", fund.SettingAudit, err)
	}
	_, err = t.PutSetting(ctx, fund.Setting{Key: fund.SettingAudit, Value: string(value), Version: version})
	return err
}
