package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/store"
)

// payWithin is how long a donor has to pay. Rewards are held that long once the payment page was opened; see unopenedHold.
const payWithin = 31 * time.Minute

// askOnce is the delay before a provider is asked about a payment that could not be started.
const askOnce = time.Minute

// StartedDonation is a donation that awaits its payment.
type StartedDonation struct {
	Donation fund.ID
	// URL is where the donor goes next: to the payment, or to the donation's page if it is already paid.
	URL string
}

// BeginDonation stores a pending donation, holds its rewards and starts its payment. Everybody may donate to a fact that they may see. All
// field errors are reported at once, and then nothing is stored.
//
// A form that was submitted before returns the payment that it started. If the provider cannot be reached it is Unavailable, and the
// donation has failed.
func (a *App) BeginDonation(ctx context.Context, actor Actor, key FactKey, in fund.CheckoutInput) (StartedDonation, error) {
	f, err := a.donatableFact(ctx, actor, key)
	if err != nil {
		return StartedDonation{}, err
	}
	if begun, again, err := a.startedBefore(ctx, f, in); again || err != nil {
		return begun, err
	}
	begun, err := a.beginNew(ctx, f, in)
	if fault.Is(err, fault.Conflict) || fault.Is(err, fault.Invalid) {
		// The same form may have been submitted twice at once: the first one holds what the second needs.
		if begun, again, lost := a.startedBefore(ctx, f, in); again || lost != nil {
			return begun, lost
		}
	}
	return begun, err
}

func (a *App) beginNew(ctx context.Context, f fund.Fact, in fund.CheckoutInput) (StartedDonation, error) {
	earlier, err := a.heldBefore(ctx, in)
	if err != nil {
		return StartedDonation{}, err
	}
	hold := &rewardHold{earlier: earlier, rewards: map[fund.ID]int64{}, most: map[fund.ID]int64{}}
	b, err := a.pendingDonation(ctx, f, in, hold)
	if err != nil {
		return StartedDonation{}, err
	}
	if err := a.admit(ctx, b.Donation.ID, in); err != nil {
		return StartedDonation{}, err
	}
	var begun StartedDonation
	if err = a.hold(ctx, b.Donation.ID, in, hold); err == nil {
		begun, err = a.beginPayment(ctx, f, b, in)
	}
	if err != nil {
		a.withdraw(b.Donation.ID, in)
	}
	return begun, err
}

// beginPayment stores a donation and starts its payment.
func (a *App) beginPayment(ctx context.Context, f fund.Fact, b store.PendingDonation, in fund.CheckoutInput) (StartedDonation, error) {
	d, err := a.store.Begin(ctx, b)
	if err != nil {
		return StartedDonation{}, fmt.Errorf("donation to fact %s: %w", f.ID, err)
	}
	b.Payment.CreatedAt = d.CreatedAt
	a.keepConsent(ctx, d, in.Contact)
	return a.startPayment(ctx, d, b.Payment, f, in)
}

// pendingDonation checks a donation against what can be read now. The store repeats, in its write, the checks of what may change meanwhile: the
// fact's status and the stock of rewards.
func (a *App) pendingDonation(ctx context.Context, f fund.Fact, in fund.CheckoutInput, hold *rewardHold) (store.PendingDonation, error) {
	g, err := a.donateForm(ctx, f)
	if err != nil {
		return store.PendingDonation{}, err
	}
	now := a.Now()
	var request *fund.ReceiptRequest
	d, relay, err := a.draft(ctx, f, in.DonationInput, now, draftRules{asked: true, hold: hold, check: func(d *fund.Donation, wrong *fault.Fields) {
		if in.Receipt != nil {
			request = g.Profile.Request(in.Receipt, in.Language, wrong)
		}
		g.check(wrong, now)
		checkIncrement(wrong, d.Amount, g.Fee.Increment(d.Currency), d.Currency)
		g.Settings.Check(wrong, d.Amount, d.Currency)
	}})
	if err != nil {
		return store.PendingDonation{}, err
	}
	if !in.ID.IsZero() {
		d.ID = in.ID
	}
	if d.DonorID, err = a.donorID(ctx, d); err != nil {
		return store.PendingDonation{}, err
	}
	usd, err := a.inUSD(ctx, d, now)
	if err != nil {
		return store.PendingDonation{}, err
	}
	p := fund.Payment{DonationID: d.ID, Language: in.Language, Via: fund.CleanVia(in.Via), ReturnTo: f.ReturnAddress(in.ReturnTo), DueAt: now.Add(hold.lasts()), ReceiptRequest: request}
	if in.CoverFee {
		p.FeeCover = a.payments.Fee.Cover(d.Amount, d.Currency)
	}
	if p.Provider, p.Account, err = a.payee(ctx, f); err != nil {
		return store.PendingDonation{}, err
	}
	p.Reference = referenceUnstarted(a.payments.Provider, d.ID)
	return store.PendingDonation{Completion: store.Completion{Donation: d, USD: usd, RelayKey: relay}, Payment: p}, nil
}

// payee is the provider that takes the money, and the account. A cause without an account cannot take payments.
func (a *App) payee(ctx context.Context, f fund.Fact) (provider, account string, err error) {
	if f.Approval != fund.Approved {
		return "", "", fault.New(fault.Unavailable, "%s takes no donations now: an operator of this server has not approved it.", f.Cause.Name)
	}
	if !a.TakesDonations(ctx) {
		return "", "", fault.New(fault.Unavailable, "No payment provider is set up on this server yet.")
	}
	p := a.payments.Provider
	if !a.payments.Accounts {
		return p.Name(), "", nil
	}
	at, err := a.store.GetPaymentAccount(ctx, f.Cause.ID, p.Name())
	known, err := found(err)
	if err != nil {
		return "", "", err
	}
	if why := a.unpayable(at, known); why != "" {
		return "", "", fault.New(fault.Unavailable, "%s cannot take payments now: %s.", f.Cause.Name, why)
	}
	return p.Name(), at.Account, nil
}

// startPayment creates a donation's payment at the provider. A donation that cannot be paid ends at once, which releases its rewards.
func (a *App) startPayment(ctx context.Context, d fund.Donation, p fund.Payment, f fund.Fact, in fund.CheckoutInput) (StartedDonation, error) {
	provider, err := a.provider(p.Provider)
	if err != nil {
		return StartedDonation{}, err
	}
	done, err := a.returnURL(ctx, d.ID, in)
	if err != nil {
		return StartedDonation{}, err
	}
	g, err := a.donateForm(ctx, f)
	if err != nil {
		return StartedDonation{}, err
	}
	started, err := provider.Start(ctx, pay.Order{
		InstantOnly: g.Settings.InstantOnly,
		Donation:    d.ID, Account: p.Account, Donated: d.Amount, FeeCover: p.FeeCover, Currency: d.Currency,
		FactName: f.Name, CauseName: f.Cause.Name, Email: d.Email, DoneURL: done, BackURL: in.BackURL,
		Session: in.Session, Address: in.Address.String(), ExpiresAt: p.CreatedAt.Add(payWithin), Unopened: unopened(p),
	})
	if err != nil {
		return StartedDonation{}, a.notStarted(ctx, d, err)
	}
	if started.Reference != p.Reference {
		err = a.store.Write(ctx, d.CauseID, func(ctx context.Context, tx *store.Tx) error {
			return tx.StartPayment(ctx, d.ID, started.Reference)
		})
	}
	if err != nil {
		return StartedDonation{}, err
	}
	url, err := a.leadTo(ctx, p, started.URL, in.Origin)
	return StartedDonation{Donation: d.ID, URL: url}, err
}

// notStarted ends a donation whose payment could not be started. Its error says that nothing was charged.
func (a *App) notStarted(ctx context.Context, d fund.Donation, cause error) error {
	ctx = context.WithoutCancel(ctx)
	p, err := a.store.GetPayment(ctx, d.ID)
	if err == nil {
		// A provider that answered too late may have created the payment, so it is asked once more.
		err = a.store.Settle(ctx, store.Settlement{Payment: p, DueAt: a.Now().Add(askOnce), Reported: fund.PaymentState{
			Status: fund.PaymentFailed, Reason: fund.ReasonNotStarted,
		}})
	}
	if err != nil {
		a.log.WarnContext(ctx, "payment not ended", "donation", d.ID, "error", err)
	}
	if fault.Is(cause, fault.PaymentFailed) || fault.Is(cause, fault.RateLimited) {
		return cause
	}
	return fault.Wrap(cause, fault.Unavailable, "The payment provider does not answer. Nothing was charged; please try again in a moment.")
}

// startedBefore is the donation of a form that was submitted before.
func (a *App) startedBefore(ctx context.Context, f fund.Fact, in fund.CheckoutInput) (StartedDonation, bool, error) {
	if in.ID.IsZero() {
		return StartedDonation{}, false, nil
	}
	p, err := a.store.GetPayment(ctx, in.ID)
	if ok, err := found(err); !ok {
		return StartedDonation{}, false, err
	}
	if p.FactID != f.ID {
		return StartedDonation{}, false, fault.New(fault.Conflict, "This form was used for another donation; please open a new one.")
	}
	if p.Awaited() {
		begun, err := a.resume(ctx, f, p, in)
		return begun, true, err
	}
	url, err := a.donationURL(ctx, in.ID)
	return StartedDonation{Donation: in.ID, URL: url}, true, err
}

// resume continues a started payment. One that its provider does not know yet was interrupted or is being started at this moment: it is
// started (again), which is idempotent at providers.
func (a *App) resume(ctx context.Context, f fund.Fact, p fund.Payment, in fund.CheckoutInput) (StartedDonation, error) {
	provider, err := a.provider(p.Provider)
	if err != nil {
		return StartedDonation{}, err
	}
	url, err := provider.Resume(ctx, refOf(p))
	switch {
	case err == nil:
		url, err = a.leadTo(ctx, p, url, in.Origin)
		return StartedDonation{Donation: p.DonationID, URL: url}, err
	case !fault.Is(err, fault.NotFound):
		return StartedDonation{}, err
	case !unstarted(provider, p):
		return StartedDonation{}, fault.New(fault.Conflict, "This payment is over. Nothing was charged; please open the form again.")
	}
	d, err := a.store.GetDonation(ctx, fund.Key{ID: p.DonationID})
	if err != nil {
		return StartedDonation{}, err
	}
	return a.startPayment(ctx, d, p, f, in)
}

// donationURL is the address of a donation's page for its donor.
func (a *App) donationURL(ctx context.Context, donation fund.ID) (string, error) {
	key, err := a.DonationKey(ctx, donation)
	if err != nil {
		return "", err
	}
	return a.pages.Donation(key), nil
}
