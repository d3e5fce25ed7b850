package app_test

import (
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testworld"
)

// TestOnlyChangesOfTheDatabaseAreLogged wants no act of what changed nothing.
func TestOnlyChangesOfTheDatabaseAreLogged(t *testing.T) {
	t.Parallel()
	w := testworld.New(t, testworld.Options{})
	ctx := t.Context()
	for _, versions := range [][2]int64{{0, 9}, {9, 9}} {
		must.Do(t, w.LogMigration(ctx, app.System(), versions[0], versions[1]))
	}
	must.Get(w.RepairDates(ctx, app.System(), store.DatesRepair{}))(t)
	if acts := must.Get(w.Acts(ctx, app.System(), fund.ID{}, fund.Page{Limit: 9}))(t); len(acts) > 0 {
		t.Errorf("got %v, want no act", acts)
	}
	must.Do(t, w.LogMigration(ctx, app.System(), 5, 9))
	acts := must.Get(w.Acts(ctx, app.System(), fund.SubjectDatabase, fund.Page{Limit: 9}))(t)
	if len(acts) != 1 || acts[0].Act != fund.ActMigrate || acts[0].Detail["from"] != "5" || acts[0].Detail["to"] != "9" {
		t.Errorf("got %v, want the migration from 5 to 9", acts)
	}
	if w.LogMigration(ctx, app.Actor{}, 5, 9) == nil {
		t.Error("got no refusal for anybody")
	}
}
