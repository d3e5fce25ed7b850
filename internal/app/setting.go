package app

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
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
// version. It is Stale when somebody else was faster, and Forbidden for the mode, which the first donation fixes, and for the
// epoch. The caller has checked the value. Operators only.
func (a *App) PutSetting(ctx context.Context, actor Actor, key string, value any, version int64) (int64, error) {
	if err := requireOperator(actor); err != nil {
		return 0, err
	}
	if key == fund.SettingMode || key == fund.SettingEpoch {
		return 0, forbidden()
	}
	text, err := json.Marshal(value)
	if err != nil {
		return 0, fmt.Errorf("setting %s: %w", key, err)
	}
	s := fund.Setting{Key: key, Value: string(text), Version: version}
	err = a.write(ctx, actor, fund.SettingID(key), func(ctx context.Context, tx *store.Tx, now time.Time) (err error) {
		written, err := tx.PutSetting(ctx, s)
		if err != nil {
			return err
		}
		version = written.Version
		if key == fund.SettingClaimDays {
			if err := tx.LookAtClaims(ctx, now); err != nil {
				return err
			}
		}
		act := doneOn(fund.ActSetSetting, fund.SettingID(key), now)
		return logAct(ctx, tx, actor, act.with("version", strconv.FormatInt(version, 10)))
	})
	return version, err
}

// Language is the language tag of what goes to readers whose language is not known: mails, and lines of chats.
func (a *App) Language(ctx context.Context) (string, error) {
	language, _, err := Setting(ctx, a, fund.SettingLanguage, fund.LanguageOfSite)
	return language, err
}

// OperatorSetting is a setting that operators change, with its present value.
type OperatorSetting struct {
	fund.KnownSetting
	// Value is JSON. Version is 0 while nobody has set it.
	Value   string
	Version int64
}

// ListSettings lists the settings that operators change; operators only.
func (a *App) ListSettings(ctx context.Context, actor Actor) ([]OperatorSetting, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	var all []OperatorSetting
	for _, known := range fund.KnownSettings() {
		value, version, err := Setting(ctx, a, known.Key, json.RawMessage(known.Fallback))
		if err != nil {
			return nil, err
		}
		all = append(all, OperatorSetting{known, string(value), version})
	}
	return all, nil
}

// SetSetting gives one of ListSettings another value in place of the present one: JSON, or a word, which needs no quotes. The same value again changes
// nothing. It is Invalid
// for an unknown key or a wrong value, and Stale when somebody else is faster. Operators only.
func (a *App) SetSetting(ctx context.Context, actor Actor, key, value string) (OperatorSetting, error) {
	all, err := a.ListSettings(ctx, actor)
	if err != nil {
		return OperatorSetting{}, err
	}
	var wrong fault.Fields
	at := slices.IndexFunc(all, func(s OperatorSetting) bool { return s.Key == key })
	if at < 0 {
		wrong.Add("key", "is no setting; see: almoner setting list")
		return OperatorSetting{}, wrong.Err()
	}
	s := all[at]
	if !json.Valid([]byte(value)) {
		value = strconv.Quote(value)
	}
	if problem := s.Problem(value); problem != "" {
		wrong.Add("value", problem)
		return s, wrong.Err()
	}
	if s.Version > 0 && s.Value == value {
		return s, nil
	}
	s.Version, err = a.PutSetting(ctx, actor, key, json.RawMessage(value), s.Version)
	s.Value = value
	return s, err
}

// openCauses reports whether causes need no operator.
func (a *App) openCauses(ctx context.Context) (bool, error) {
	open, _, err := Setting(ctx, a, fund.SettingOpenCauses, false)
	return open, err
}
