package app_test

import (
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// bounds is a setting of these tests.
type bounds struct{ Most int64 }

func TestSettingsAreReadAgainAfterAChange(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), newWorld(t)
	read := func() (bounds, int64) {
		got, version, err := app.Setting(ctx, w.App, "bounds", bounds{Most: 7})
		must.Do(t, err)
		return got, version
	}
	if got, version := read(); got != (bounds{7}) || version != 0 {
		t.Errorf("unset: got %v in version %d, want the fallback in version 0", got, version)
	}
	for want := int64(1); want < 3; want++ {
		version, err := w.PutSetting(ctx, app.System(), "bounds", bounds{want * 100}, want-1)
		must.Do(t, err)
		if got, read := read(); got != (bounds{want * 100}) || version != want || read != want {
			t.Errorf("got %v in version %d (%d read), want %d in version %d", got, version, read, want*100, want)
		}
	}
	if _, err := w.PutSetting(ctx, app.System(), "bounds", bounds{1}, 1); !fault.Is(err, fault.Stale) {
		t.Errorf("an old version: got %v, want stale", err)
	}
	if _, _, err := app.Setting(ctx, w.App, "bounds", "text"); err == nil {
		t.Error("as text: got no error, want one")
	}
}

func TestWhoMayChangeSettings(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), newWorld(t)
	for name, c := range map[string]struct {
		actor app.Actor
		key   string
		want  fault.Kind
	}{
		"nobody": {app.Actor{}, "bounds", fault.Unauthenticated}, "a user": {w.owner, "bounds", fault.Forbidden}, "the mode": {app.System(), fund.SettingMode, fault.Forbidden},
		"the mode by an operator": {w.operator(t), fund.SettingMode, fault.Forbidden},
	} {
		if _, err := w.PutSetting(ctx, c.actor, c.key, "live", 1); !fault.Is(err, c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
}
