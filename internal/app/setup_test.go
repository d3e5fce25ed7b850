package app_test

import (
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
)

// firstOperator is what somebody types who sets a server up.
func firstOperator(code string) app.Joining {
	return app.Joining{Key: code, Username: "Root", Password: "correct horse battery"}
}

// TestTheFirstOperator makes the account of one operator with a code that was printed, typed as it may be, and none with a code that is wrong, old, used, or for another purpose.
func TestTheFirstOperator(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	code, until, err := w.SetUpCode(ctx, app.System())
	must.Do(t, err)
	if want := w.Clock.Now().Add(fund.SetUpLife); !until.Equal(want) || !must.Get(w.NeedsOperator(ctx))(t) {
		t.Errorf("got a code until %s, want %s, and an operator needed", until, want)
	}
	refused := func(code, email string, want fault.Kind) {
		t.Helper()
		if _, err := w.SetUp(ctx, firstOperator(code), email); !fault.Is(err, want) {
			t.Errorf("%q: got %v, want %s", code, err, want)
		}
	}
	for _, wrong := range []string{"", "none", code[:len(code)-1], code + "x"} {
		refused(wrong, "root@example.org", fault.NotFound)
	}
	refused(code, "no address", fault.Invalid)
	user := must.Get(w.Store.GetUser(ctx, fund.Key{ID: w.owner.User}))(t)
	refused(code, user.Email, fault.Invalid)
	w.Clock.Advance(fund.SetUpLife)
	refused(code, "root@example.org", fault.NotFound)
	code, _, err = w.SetUpCode(ctx, app.System())
	must.Do(t, err)
	w.Clock.Advance(fund.SetUpLife - time.Microsecond)
	other, _, err := w.SetUpCode(ctx, app.System())
	must.Do(t, err)
	session, err := w.SetUp(ctx, firstOperator(" "+strings.ToUpper(code)), "root@example.org")
	must.Do(t, err)
	visit := must.Get(w.GetVisit(ctx, session))(t)
	if !visit.User.Operator || !visit.User.Confirmed || visit.User.Email != "root@example.org" {
		t.Errorf("got %+v, want an operator", visit.User)
	}
	refused(code, "second@example.org", fault.Conflict)
	refused(other, "second@example.org", fault.Conflict)
	if _, _, err := w.SetUpCode(ctx, app.System()); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want no more codes", err)
	}
	if _, _, err := w.SetUpCode(ctx, w.stranger); !fault.Is(err, fault.Forbidden) {
		t.Errorf("got %v, want a refusal", err)
	}
	if _, err := w.GetInvitation(ctx, code); !fault.Is(err, fault.NotFound) {
		t.Errorf("got %v, want that the code is no invitation", err)
	}
}
