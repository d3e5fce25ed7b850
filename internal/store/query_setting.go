package store

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
)

// GetSetting reads a setting; NotFound for one that nobody has set.
func (q Queries) GetSetting(ctx context.Context, key string) (fund.Setting, error) {
	s := selecting("SELECT s.key, s.value, s.version, s.updated_at FROM settings s").and("s.key = ?", key)
	return one(ctx, q.db, s, func(r row) (set fund.Setting, err error) {
		err = r.Scan(&set.Key, &set.Value, &set.Version, instant{&set.UpdatedAt})
		return set, err
	}, thing{"setting", key})
}
