package command_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/command"
	"github.com/almoner/almoner/internal/config"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay/sandbox"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testnode"
	"github.com/almoner/almoner/internal/testworld"
)

// withNotice is a database with a provider event about a payment that nobody knows.
func withNotice(t *testing.T) (config.Database, fund.ProviderEvent) {
	t.Helper()
	db := testnode.Database(t)
	s := storetest.OpenAt(t, string(db), store.Options{})
	n := fund.ProviderEvent{
		ID: fund.ID{1}, Provider: "sandbox", EventID: "n1", Topic: "payment.paid", Reference: "nowhere", Header: "{}", Body: []byte("{}"),
		DueAt: time.Now().Add(time.Hour), ReceivedAt: time.Now(),
	}
	if err := s.SaveProviderEvent(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	return db, n
}

func TestNoticesFromTheTerminal(t *testing.T) {
	t.Parallel()
	db, n := withNotice(t)
	on := command.Store{DB: db}
	for _, c := range []struct {
		what string
		run  testnode.Command
		fail error
		want string
	}{
		{"audit on its way", command.Audit{DB: db}, nil, "totals equal the ledger"},
		{"list", command.ListProviderEvents{Store: on}, nil, n.ID.String() + " of sandbox: payment.paid n1, payment nowhere, received "},
		{"apply all", command.ApplyProviderEvents{Store: on, All: true}, command.ErrProviderEvents, n.ID.String() + " not applied: No donation is known"},
		{"audit after a failure", command.Audit{DB: db}, command.ErrProviderEvents, "tried 1 times: No donation is known for the payment nowhere."},
		{"audit compares all the same", command.Audit{DB: db}, command.ErrProviderEvents, "totals equal the ledger"},
	} {
		if out, err := testnode.Do(t, c.run); !errors.Is(err, c.fail) || (err == nil) != (c.fail == nil) || !strings.Contains(out, c.want) {
			t.Errorf("%s: got %q, %v, want %q and %v", c.what, out, err, c.want, c.fail)
		}
	}
	if out, err := testnode.Do(t, command.ApplyProviderEvents{Store: on, ID: n.ID.String()}); err == nil || !strings.Contains(out, "not applied") {
		t.Errorf("got %q, %v, want it not applied", out, err)
	}
	testnode.Refused(t, command.ApplyProviderEvents{Store: on, ID: "x"}, "--id must be")
}

// TestNoticesAreAppliedFromTheTerminal pays at the sandbox while nobody acts on what it tells.
func TestNoticesAreAppliedFromTheTerminal(t *testing.T) {
	t.Parallel()
	db := testnode.Database(t)
	pending(t, db)
	if out, err := testnode.Do(t, command.ApplyProviderEvents{Store: command.Store{DB: db}, All: true}); err != nil || !strings.HasSuffix(out, " applied\n") {
		t.Errorf("got %q, %v, want it applied", out, err)
	}
	if out, err := testnode.Do(t, command.ApplyProviderEvents{Store: command.Store{DB: db}, All: true}); err != nil || out != "No event waits to be applied.\n" {
		t.Errorf("got %q, %v, want that none waits", out, err)
	}
	if out, err := testnode.Do(t, command.ListProviderEvents{Store: command.Store{DB: db}}); err != nil || out != "" {
		t.Errorf("got %q, %v, want no notice left", out, err)
	}
	if out, err := testnode.Do(t, command.Audit{DB: db}); err != nil {
		t.Errorf("got %v, want a clean audit:\n%s", err, out)
	}
	s := storetest.OpenAt(t, string(db), store.Options{})
	f, err := s.GetFact(t.Context(), store.FactKey{Key: fund.Key{Slug: "run"}})
	if err != nil || f.Raised != 1000 {
		t.Errorf("got %d, %v, want 1000 raised", f.Raised, err)
	}
}

// pending makes a campaign with a donation that was paid, and the provider event of that, which waits.
func pending(t *testing.T, db config.Database) {
	t.Helper()
	ctx := t.Context()
	a := testworld.NewAt(t, string(db), testworld.Options{})
	key, err := a.Key(ctx, "sandbox provider")
	must.Do(t, err)
	provider := a.Sandbox(sandbox.Options{Key: key})
	a.Restart(func(o *app.Options) { o.Payments = app.Payments{Provider: provider} })
	user, err := a.CreateUser(ctx, app.System(), app.NewUser{Username: "Ada", Email: "ada@example.org"})
	must.Do(t, err)
	cause, err := a.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD"}})
	must.Do(t, err)
	actor := app.Actor{Kind: app.ActorUser, User: user.ID, Scopes: []string{fund.ScopeWrite}}
	campaign, err := a.CreateCampaign(ctx, actor, fund.CampaignPatch{
		Name: fund.Some("Run"), Cause: fund.Some(fund.Key{ID: cause.ID}), Status: fund.Some(fund.Published),
	})
	must.Do(t, err)
	var gift fund.CheckoutInput
	gift.Amount = "10"
	begun, err := a.BeginDonation(ctx, app.Actor{}, app.FactKey{Key: fund.Key{ID: campaign.ID}}, gift)
	must.Do(t, err)
	testworld.Pay(ctx, provider, begun.URL, "4242424242424242")
	if open, _, err := a.Store.CountProviderEvents(ctx, a.Clock.Now()); err != nil || open != 1 {
		t.Fatalf("got %d open notices, %v, want 1", open, err)
	}
}

// TestNoticesOfStripeFromTheTerminal tries one that Stripe need not be asked about.
func TestNoticesOfStripeFromTheTerminal(t *testing.T) {
	t.Parallel()
	db := testnode.Database(t)
	s := storetest.OpenAt(t, string(db), store.Options{})
	n := fund.ProviderEvent{
		ID: fund.ID{1}, Provider: "stripe", EventID: "evt_1", Topic: "refund.created", Reference: "elsewhere", Header: "{}", Body: []byte("{}"),
		DueAt: time.Now().Add(time.Hour), ReceivedAt: time.Now(),
	}
	if err := s.SaveProviderEvent(t.Context(), n); err != nil {
		t.Fatal(err)
	}
	c := command.ApplyProviderEvents{Store: command.Store{DB: db}, All: true}
	if out, err := testnode.Do(t, c); err == nil || !strings.Contains(out, "stripe is not set up") {
		t.Errorf("without its key: got %v %s, want a word about it", err, out)
	}
	c.Providers.Stripe.Key = "sk_test_none"
	if out, err := testnode.Do(t, c); err != nil || !strings.Contains(out, " applied\n") {
		t.Errorf("with its key: got %v %s, want it applied", err, out)
	}
}
