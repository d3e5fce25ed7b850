package app_test

import (
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

func TestGoLiveIsLogged(t *testing.T) {
	t.Parallel()
	ctx, w := t.Context(), newWorld(t)
	w.paid(t, "ada@example.org")
	if _, err := w.GoLive(ctx, w.owner); !fault.Is(err, fault.Forbidden) {
		t.Errorf("by an owner: got %v, want forbidden", err)
	}
	epoch := must.Get(w.Store.Epoch(ctx))(t)
	if n, err := w.GoLive(ctx, app.System()); n != 1 || err != nil {
		t.Errorf("got %d, %v, want one donation taken out", n, err)
	}
	if got := must.Get(w.Store.Epoch(ctx))(t); got == epoch {
		t.Errorf("got the epoch %s as before, want another one: cursors of play money are no places of the new log", got)
	}
	logged, err := w.Acts(ctx, app.System(), fund.SettingID(fund.SettingMode), fund.Page{Limit: 9})
	must.Do(t, err)
	if len(logged) != 1 || logged[0].Act != fund.ActGoLive || logged[0].Detail["donations"] != "1" {
		t.Errorf("got %+v, want the act with how many", logged)
	}
	if _, err := w.GoLive(ctx, app.System()); !fault.Is(err, fault.Conflict) {
		t.Errorf("again: got %v, want a conflict", err)
	}
}
