package stripe_test

import (
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay/stripe"
	"github.com/almoner/almoner/internal/testpg"
	"github.com/almoner/almoner/internal/testworld"
)

func TestMain(m *testing.M) { testpg.Main(m) }

// world is the use cases on a real database, with a campaign of a connected cause, and the fake beside it.
type world struct {
	*testworld.Service
	t     *testing.T
	fake  *fake
	cause fund.Cause
	// campaign is in the cause's currency.
	campaign fund.Fact
}

func newWorld(t *testing.T, m mock, currency string) *world {
	t.Helper()
	return newWorldOf(t, m, currency, false)
}

// newWorldOf is newWorld, with the key of the charity's own account if own is set.
func newWorldOf(t *testing.T, m mock, currency string, own bool) *world {
	t.Helper()
	ctx := t.Context()
	w := &world{t: t}
	w.Service = testworld.New(t, testworld.Options{Seed: 1, Configure: func(s *testworld.Service, o *app.Options) {
		w.fake = newFake(t, m, s.Clock)
		w.fake.own = own
		fee := testworld.Fee
		fee.Increments = stripe.Profile().Increments
		o.Pages, o.Payments = testworld.Pages("https://give.test"), app.Payments{Provider: w.fake.provider(), Accounts: true, Fee: fee}
		if own {
			o.Payments.Own = account
		}
	}})
	var err error
	w.cause, err = w.ImportCause(ctx, app.System(), fund.Cause{Fact: fund.Fact{Name: "Water", Slug: "water", Currency: currency}})
	w.Must(err)
	user, err := w.CreateUser(ctx, app.System(), app.NewUser{Username: "Owner", Email: "owner@example.org"})
	w.Must(err)
	owner := app.Actor{Kind: app.ActorUser, User: user.ID, Scopes: []string{fund.ScopePublic, fund.ScopeWrite}}
	w.campaign, err = w.CreateCampaign(ctx, owner, fund.CampaignPatch{
		Name: fund.Some("Run"), Cause: fund.Some(fund.Key{ID: w.cause.ID}), Status: fund.Some(fund.Published),
	})
	w.Must(err)
	return w
}

func (w *world) connect() {
	w.t.Helper()
	_, err := w.ConnectCause(w.t.Context(), app.System(), fund.Key{ID: w.cause.ID}, stripe.Profile(), account)
	w.Must(err)
}

func (w *world) give(in fund.CheckoutInput) (app.StartedDonation, error) {
	return w.BeginDonation(w.t.Context(), app.Actor{}, app.FactKey{Key: fund.Key{ID: w.campaign.ID}}, in)
}

// begin begins a donation, and gives the session that was made for it.
func (w *world) begin(in fund.CheckoutInput) (app.StartedDonation, *session) {
	w.t.Helper()
	begun, err := w.give(in)
	w.Must(err)
	p, err := w.Store.GetPayment(w.t.Context(), begun.Donation)
	w.Must(err)
	s := w.fake.sessions[p.Reference]
	if s == nil || s.url != begun.URL || p.Provider != stripe.Name || p.Account != account {
		w.t.Fatalf("got %+v and %+v, want a session and its address", p, begun)
	}
	return begun, s
}

// tell sends a provider event about an object, and does everything that is due.
func (w *world) tell(topic string, about object) {
	w.t.Helper()
	w.Must(w.TakeProviderEvent(w.t.Context(), stripe.Name, w.fake.event(topic, about)))
	w.round()
}

// round does everything that is due a moment later: provider events are left alone at first to those who took them.
func (w *world) round() {
	w.Clock.Advance(15 * time.Second)
	w.DoDue(w.t.Context())
}

// pay is the donor at Stripe's page, and Stripe that tells of it.
func (w *world) pay(s *session) {
	w.t.Helper()
	s.status, s.paymentStatus, s.intent = "complete", "paid", "succeeded"
	w.tell("checkout.session.completed", w.fake.sessionPaper(s, false))
}

// want compares how a donation stands, what its campaign raised, and how many provider events wait. The ledger is in order.
func (w *world) want(step string, donation fund.ID, state fund.DonationState, raised int64, waiting int) {
	w.t.Helper()
	d, err := w.Store.GetDonation(w.t.Context(), fund.Key{ID: donation})
	w.Must(err)
	f, err := w.GetFact(w.t.Context(), app.System(), app.FactKey{Key: fund.Key{ID: w.campaign.ID}})
	w.Must(err)
	open, err := w.ListOpenProviderEvents(w.t.Context(), app.System(), fund.Page{Limit: 100})
	w.Must(err)
	if d.State != state || f.Raised != raised || len(open) != waiting {
		w.t.Errorf("%s: got %s, %d raised, %d notices open, want %s, %d, %d; log:\n%s", step, d.State, f.Raised, len(open), state, raised, waiting, w.Log)
	}
	report, err := w.Store.Audit(w.t.Context())
	w.Must(err)
	for _, difference := range report.Differences {
		w.t.Errorf("%s: audit: %s", step, difference)
	}
}

func (w *world) payment(donation fund.ID) fund.Payment {
	w.t.Helper()
	p, err := w.Store.GetPayment(w.t.Context(), donation)
	w.Must(err)
	return p
}
