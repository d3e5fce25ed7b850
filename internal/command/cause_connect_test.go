package command_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testworld"
)

func TestCausesAreConnected(t *testing.T) {
	t.Parallel()
	ctx, database := t.Context(), testnode.Database(t)
	use := testworld.NewAt(t, string(database), testworld.Options{})
	cause, err := use.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD"}})
	must.Do(t, err)
	before, err := use.Store.LastPosition(ctx)
	must.Do(t, err)
	for _, name := range []string{"water", fmt.Sprint(cause.LegacyID), cause.ID.String()} {
		c := command.ConnectCause{Store: command.Store{DB: database}, Cause: name, Provider: "stripe", Account: "acct_1PgafTB7WZ01zgkW"}
		if out, err := testnode.Do(t, c); err != nil || !strings.Contains(out, "Water takes money at Stripe, for the account acct_1PgafTB7WZ01zgkW") {
			t.Errorf("%s: got %v %s, want it connected", name, err, out)
		}
	}
	cause, err = use.GetCause(ctx, app.System(), fund.Key{ID: cause.ID})
	if err != nil || !slices.Equal(cause.Connected, []string{"stripe"}) {
		t.Errorf("got %v, %v, want Stripe, once", cause.Connected, err)
	}
	// A server beside it learns from the event that it shows the cause as it was.
	events, err := use.Store.EventsAfter(ctx, before, 10)
	if err != nil || len(events) != 1 || events[0].Topic != fund.TopicFactChanged || events[0].Subject != cause.ID {
		t.Errorf("got %+v, %v, want that the cause changed, once", events, err)
	}
	wrong := command.ConnectCause{Store: command.Store{DB: database}, Cause: "water", Provider: "stripe", Account: "account"}
	testnode.Refused(t, wrong, "account", "acct_")
	wrong.Cause, wrong.Account = "nobody", "acct_1PgafTB7WZ01zgkW"
	testnode.Refused(t, wrong, "no cause nobody")
	wrong.Account = ""
	if err := wrong.Validate(); err == nil || !strings.Contains(err.Error(), "--account is missing") {
		t.Errorf("got %v, want the account asked for", err)
	}
	// A server with a charity's own account takes payments for it alone.
	own := command.ConnectCause{Store: command.Store{DB: database}, Cause: "water", Provider: "stripe"}
	own.Stripe.Account = "acct_1PgafTB7WZ01zgkW"
	if out, err := testnode.Do(t, own); err != nil || !strings.Contains(out, "Water takes money at Stripe, for the account acct_1PgafTB7WZ01zgkW") {
		t.Errorf("got %v %s, want the account of the server", err, out)
	}
	must.Get(use.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Trees", Slug: "trees", Currency: "USD"}}))(t)
	own.Cause = "trees"
	testnode.Refused(t, own, "The cause water is paid to the account acct_1PgafTB7WZ01zgkW")
	own.Account = "acct_1OtherOther"
	if err := own.Validate(); err == nil || !strings.Contains(err.Error(), "--account is not that of the server") {
		t.Errorf("got %v, want another account refused", err)
	}
}
