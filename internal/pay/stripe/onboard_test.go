package stripe_test

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/pay/stripe"
	"github.com/almoner/almoner/internal/testworld"
)

// office is a world with somebody in each role for the cause, none of whom an operator has to trust, and a box for the mails.
type office struct {
	*world
	finance, member, stranger app.Actor
	// taking guards mails: they are sent side by side.
	taking sync.Mutex
	mails  []app.Letter
}

// Send keeps a letter.
func (o *office) Send(ctx context.Context, l app.Letter, hand func(context.Context) error) app.Delivery {
	if err := hand(ctx); err != nil {
		return app.Delivery{Result: app.MailHeld, Err: err}
	}
	o.taking.Lock()
	defer o.taking.Unlock()
	o.mails = append(o.mails, l)
	return app.Delivery{Result: app.MailTaken}
}

func newOffice(t *testing.T, m mock) *office {
	t.Helper()
	ctx := t.Context()
	w := &world{t: t}
	w.Service = testworld.New(t, testworld.Options{Seed: 1, Configure: func(s *testworld.Service, o *app.Options) {
		w.fake = newFake(t, m, s.Clock)
		o.Pages, o.Accounts = testworld.Pages("https://give.test"), accountPages("https://give.test")
		o.Payments = app.Payments{Provider: w.fake.provider(), Title: "Stripe", Accounts: true, Fee: testworld.Fee}
	}})
	w.cause = must.Get(w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: "USD"}, ContactEmail: "office@water.example", Address: fund.Address{Country: "DE"}}))(t)
	o := &office{world: w}
	for name, role := range map[string]fund.CauseRole{"finance": fund.CauseFinance, "member": fund.CauseMember, "stranger": "", "operator": ""} {
		user := must.Get(w.CreateUser(ctx, app.System(), app.NewUser{Username: name, Email: name + "@example.org"}))(t)
		actor := testworld.As(user)
		actor.Session.AuthenticatedAt = w.Now()
		switch name {
		case "finance":
			o.finance = actor
		case "member":
			o.member = actor
		case "stranger":
			o.stranger = actor
		case "operator":
			must.Get(w.AddOperator(ctx, app.System(), user.Email))(t)
		}
		if role != "" {
			must.Do(t, w.SetCauseRole(ctx, app.System(), app.CauseMembership{Cause: w.cause.ID, User: user.ID, Role: role}))
		}
	}
	w.campaign = must.Get(w.CreateCampaign(ctx, o.stranger, fund.CampaignPatch{Name: fund.Some("Run"), Cause: fund.Some(fund.Key{ID: w.cause.ID}), Status: fund.Some(fund.Published)}))(t)
	return o
}

func accountPages(base string) app.AccountPages {
	return app.AccountPages{Site: "give.test", CausePayments: func(id fund.ID) string { return base + "/dashboard/" + id.String() + "/payments" }}
}

func connecting(country string) app.Connecting {
	return app.Connecting{Country: country, ReturnURL: "https://give.test/back", RefreshURL: "https://give.test/again"}
}

func (o *office) key() fund.Key { return fund.Key{ID: o.cause.ID} }

// presses has somebody press the button, and gives the account that the fake has.
func (o *office) presses(by app.Actor) *connected {
	o.t.Helper()
	by.Session.AuthenticatedAt = o.Now()
	url := must.Get(o.ConnectOwnAccount(o.t.Context(), by, o.key(), connecting("DE")))(o.t)
	id := strings.Split(strings.TrimPrefix(url, "https://connect.stripe.com/setup/s/"), "/")[0]
	c := o.fake.accounts[id]
	if c == nil {
		o.t.Fatalf("got %q, want the form of an account", url)
	}
	return c
}

// looks is what the finance sees, with the provider's answer of now.
func (o *office) looks() app.CausePayments {
	o.t.Helper()
	o.Clock.Advance(20 * time.Second)
	return must.Get(o.GetCausePayments(o.t.Context(), o.finance, o.key()))(o.t)
}

// tells sends an event about an account, and does what is due.
func (o *office) tells(topic string, about object, of string) {
	o.t.Helper()
	must.Do(o.t, o.TakeProviderEvent(o.t.Context(), stripe.Name, o.fake.eventOf(topic, about, of)))
	o.round()
}

// posted are the mails that are due, as "kind to address", sorted.
func (o *office) posted() []string {
	o.t.Helper()
	o.mails = nil
	o.Node(func(a *app.Options) { a.Mailer = o }).DoDue(o.t.Context(), fund.WorkMail)
	var sent []string
	for _, l := range o.mails {
		if said, is := l.Content.(app.PaymentsMail); !is || said.Link != "https://give.test/dashboard/"+o.cause.ID.String()+"/payments" {
			o.t.Errorf("%s: got %+v, want it about the payments", l.Kind, l.Content)
		}
		sent = append(sent, string(l.Kind)+" to "+l.Recipient)
	}
	slices.Sort(sent)
	return sent
}

func (o *office) wantMails(want ...string) {
	o.t.Helper()
	if got := o.posted(); !slices.Equal(got, want) {
		o.t.Errorf("got the mails %q, want %q", got, want)
	}
}

// wantPayable wants that donors can pay, or cannot.
func (o *office) wantPayable(want bool) {
	o.t.Helper()
	_, err := o.give(fund.CheckoutInput{DonationInput: fund.DonationInput{Amount: "5"}, BackURL: "https://give.test/back"})
	if (err == nil) != want || err != nil && !fault.Is(err, fault.Unavailable) {
		o.t.Errorf("got %v, want a gift taken: %t", err, want)
	}
	cause := must.Get(o.GetCause(o.t.Context(), app.System(), o.key()))(o.t)
	if got := slices.Contains(cause.Connected, stripe.Name); want && !got {
		o.t.Errorf("got connected to %q, want Stripe among them", cause.Connected)
	}
}

func (o *office) approves() {
	o.t.Helper()
	cause := must.Get(o.GetCause(o.t.Context(), app.System(), o.key()))(o.t)
	must.Get(o.ApproveCause(o.t.Context(), app.System(), o.key(), cause.ApprovalVersion()))(o.t)
}

// TestACauseConnectsItsAccount goes the way of a charity: the form, what is missing, an operator's yes, a loss of the account later, and the end.
func TestACauseConnectsItsAccount(t *testing.T) {
	t.Parallel()
	o := newOffice(t, startMock(t))
	if p := o.looks(); p.Account != nil || !p.Connects || !p.Connect || p.Takes || p.Provider != "Stripe" {
		t.Errorf("got %+v, want nothing connected", p)
	}
	c := o.presses(o.finance)
	if c.country != "DE" || c.cause != o.cause.ID.String() || c.email != "office@water.example" || c.returnsTo != "https://give.test/back" || c.refreshes != "https://give.test/again" {
		t.Errorf("got %+v, want the account of the cause", c)
	}
	if again := o.presses(o.finance); again != c || c.links != 2 || len(o.fake.accounts) != 1 {
		t.Errorf("got %d accounts and %d links, want one account and a new link", len(o.fake.accounts), c.links)
	}
	o.wantMails()
	o.wantPayable(false)
	c.due, c.late, c.closed = []string{"external_account", "person_8UayFKIMRJklog.first_name", "company.tax_id", "tos_acceptance.date"}, []string{"individual.verification.document"}, "requirements.past_due"
	p := o.looks()
	if s := p.Account.State; !slices.Equal(s.Due, []fund.AccountNeed{fund.NeedOrganization, fund.NeedPerson, fund.NeedBank, fund.NeedTerms}) || !slices.Equal(s.Late, []fund.AccountNeed{fund.NeedDocument}) || s.Closed != fund.ClosedDue || p.Takes {
		t.Errorf("got %+v, want what is missing", p.Account.State)
	}
	// The form is done, and the provider takes payments: now an operator has to say yes.
	c.due, c.late, c.closed, c.submitted, c.charges = nil, nil, "", true, true
	if p := o.looks(); !p.Account.State.Charges || p.Account.Approved || p.Takes || p.Cause.ProposedAccount != c.id {
		t.Errorf("got %+v, want it to wait for an operator", p)
	}
	o.wantMails("payments_proposed to operator@example.org")
	o.wantPayable(false)
	o.approves()
	o.wantMails("payments_ready to finance@example.org")
	o.wantPayable(true)
	// Months later it loses the right, says an event whose body is not believed.
	c.charges, c.closed, c.due = false, "requirements.past_due", []string{"external_account"}
	o.tells("account.updated", object{"id": c.id, "object": "account", "charges_enabled": true}, c.id)
	o.wantMails("payments_stopped to finance@example.org")
	o.wantPayable(false)
	c.charges, c.closed, c.due = true, "", nil
	for range 2 { // sent twice
		o.tells("account.updated", object{"id": c.id, "object": "account"}, c.id)
	}
	o.wantMails("payments_ready to finance@example.org")
	o.wantPayable(true)
	// A disconnection that is not true is not believed; a true one is, and says nowhere but at its top whose account it is.
	o.tells("account.application.deauthorized", object{"id": "ca_1", "object": "application"}, c.id)
	o.wantPayable(true)
	c.gone = true
	o.tells("account.application.deauthorized", object{"id": "ca_1", "object": "application"}, c.id)
	o.wantMails("payments_ended to finance@example.org", "payments_ended to operator@example.org")
	o.wantPayable(false)
	if p := o.looks(); p.Account == nil || p.Account.Account != c.id || p.Account.EndedAt.IsZero() || slices.Contains(p.Cause.Connected, stripe.Name) {
		t.Errorf("got %+v, want the account, and that it ended", p)
	}
	// Another account is another proposal.
	next := o.presses(o.finance)
	if next == c {
		t.Error("got the old account, want a new one")
	}
	next.submitted, next.charges = true, true
	o.looks()
	o.wantMails("payments_proposed to operator@example.org")
	o.wantPayable(false)
}

// TestAnAccountIsMadeOnce has two nodes asked at the same time, many times.
func TestAnAccountIsMadeOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t, startMock(t))
	nodes := []*app.App{o.App, o.Node(func(*app.Options) {})}
	var asking sync.WaitGroup
	for i := range 8 {
		asking.Go(func() {
			if _, err := nodes[i%2].ConnectOwnAccount(t.Context(), o.finance, o.key(), connecting("DE")); err != nil && !fault.Is(err, fault.Unavailable) {
				t.Errorf("got %v", err)
			}
		})
	}
	asking.Wait()
	if len(o.fake.accounts) != 1 {
		t.Errorf("got %d accounts, want 1", len(o.fake.accounts))
	}
}

// TestWhoConnectsAnAccount refuses everybody but those who look after the money of a cause, and those without a fresh proof.
func TestWhoConnectsAnAccount(t *testing.T) {
	t.Parallel()
	o := newOffice(t, startMock(t))
	ctx := t.Context()
	operator := o.stranger
	operator.Operator = true
	late := o.finance
	late.Session.AuthenticatedAt = o.Now().Add(-fund.ProofLife)
	for name, c := range map[string]struct {
		by   app.Actor
		want fault.Kind
	}{
		"nobody": {app.Actor{}, fault.Unauthenticated}, "member": {o.member, fault.Forbidden}, "stranger": {o.stranger, fault.Forbidden}, "operator": {operator, fault.Forbidden},
		"the cause's own token": {app.Actor{Kind: app.ActorCause, Cause: o.cause.ID, Scopes: fund.Scopes()}, fault.Unauthenticated}, "without a proof": {late, fault.Forbidden},
	} {
		if _, err := o.ConnectOwnAccount(ctx, c.by, o.key(), connecting("DE")); !fault.Is(err, c.want) {
			t.Errorf("%s: got %v, want %s", name, err, c.want)
		}
	}
	if _, err := o.ConnectOwnAccount(ctx, late, o.key(), connecting("DE")); !app.NeedsProof(err) {
		t.Errorf("got %v, want a new proof asked for", err)
	}
	for _, by := range []app.Actor{o.member, o.stranger} {
		if _, err := o.GetCausePayments(ctx, by, o.key()); !fault.Is(err, fault.Forbidden) {
			t.Errorf("got %v, want the payments for finance and operators only", err)
		}
	}
	if p, err := o.GetCausePayments(ctx, operator, o.key()); err != nil || p.Connect {
		t.Errorf("got %+v, %v, want an operator to see the payments, and to connect nothing", p, err)
	}
	for country, want := range map[string]string{"HK": fund.NoDonations, "": fund.Blank, "XX": fund.NotCountry} {
		_, err := o.ConnectOwnAccount(ctx, o.finance, o.key(), connecting(country))
		if f := fault.From(err); f.Kind != fault.Invalid || f.Fields[0].Path != "country" || f.Fields[0].Text != want {
			t.Errorf("%q: got %v, want %q", country, err, want)
		}
	}
	if _, err := o.ConnectOwnAccount(ctx, o.finance, o.key(), connecting("KP")); !fault.Is(err, fault.PaymentFailed) {
		t.Errorf("got %v, want what Stripe refuses refused", err)
	}
	if len(o.fake.accounts) != 0 {
		t.Errorf("got %d accounts, want none", len(o.fake.accounts))
	}
	o.fake.broken = &reply{status: http.StatusForbidden, body: refusal(http.StatusForbidden, "", "The key lacks rak_connected_account_write").body}
	if _, err := o.ConnectOwnAccount(ctx, o.finance, o.key(), connecting("DE")); !fault.Is(err, fault.Forbidden) || strings.Contains(fault.From(err).Message, "rak_") || app.NeedsProof(err) {
		t.Errorf("got %v, want that the key may not", err)
	}
	o.fake.broken = nil
	o.connect()
	if _, err := o.ConnectOwnAccount(ctx, o.finance, o.key(), connecting("DE")); !fault.Is(err, fault.Conflict) {
		t.Errorf("got %v, want the operator's account left alone", err)
	}
	if _, err := o.SuspendCause(ctx, app.System(), o.key(), "No"); err != nil {
		t.Fatal(err)
	}
}

// TestAPendingCauseConnects has a cause that nobody looked at connect its account: one yes is for both, and comes to nothing where the account changed since the look.
func TestAPendingCauseConnects(t *testing.T) {
	t.Parallel()
	o := newOffice(t, startMock(t))
	ctx := t.Context()
	o.cause = must.Get(o.CreateCause(ctx, o.finance, fund.CausePatch{Name: fund.Some("Meadow"), Currency: fund.Some("USD"), Status: fund.Some(fund.Published)}))(t)
	looked := o.cause.ApprovalVersion()
	c := o.presses(o.finance)
	c.submitted, c.charges = true, true
	o.looks()
	if _, err := o.ApproveCause(ctx, app.System(), o.key(), looked); !fault.Is(err, fault.Stale) {
		t.Errorf("got %v, want the look to be out of date", err)
	}
	o.approves()
	if p := o.looks(); !p.Takes || !p.Account.Approved || p.Cause.ProposedAccount != "" {
		t.Errorf("got %+v, want both approved", p)
	}
}

// TestAccountsWhereDonationsAreNotTaken refuses an account by its own country.
func TestAccountsWhereDonationsAreNotTaken(t *testing.T) {
	t.Parallel()
	o := newOffice(t, startMock(t))
	c := o.presses(o.finance)
	c.submitted, c.charges = true, true
	o.looks()
	o.approves()
	for country, rule := range map[string]fund.CountryRule{"TH": fund.CountryRefused, "JP": fund.CountryLimited, "DE": fund.CountryOpen} {
		c.country = country
		o.tells("account.updated", object{"id": c.id, "object": "account"}, c.id)
		if p := o.looks(); p.Rule != rule || p.Takes == (rule == fund.CountryRefused) {
			t.Errorf("%s: got %q, takes payments %t", country, p.Rule, p.Takes)
		}
	}
}

// TestEventsOfAccounts decodes events about accounts: those of the platform itself, and those in the other mode, concern nothing, and nothing that they say of people is kept.
func TestEventsOfAccounts(t *testing.T) {
	t.Parallel()
	o := newOffice(t, startMock(t))
	for _, topic := range []string{"account.updated", "account.application.deauthorized"} {
		raw := o.fake.eventOf(topic, object{"object": "account", "email": "secret@example.org"}, "acct_other")
		got, err := o.fake.provider().Decode(raw, o.Now())
		if err != nil || !got.OfAccount() || got.Ref != (pay.Ref{Account: "acct_other", Reference: "acct_other"}) {
			t.Errorf("%s: got %+v, %v, want the account", topic, got, err)
		}
		if got, err := o.fake.provider().Decode(o.fake.eventOf(topic, object{"object": "account"}, ""), o.Now()); err != nil || got.Concerns() {
			t.Errorf("%s of the platform: got %+v, %v, want it to concern nothing", topic, got, err)
		}
		must.Do(t, o.TakeProviderEvent(t.Context(), stripe.Name, raw))
	}
	o.round()
	if open := must.Get(o.ListOpenProviderEvents(t.Context(), app.System(), fund.Page{Limit: 9}))(t); len(open) != 0 {
		t.Errorf("got %+v, want events of unknown accounts applied", open)
	}
}
