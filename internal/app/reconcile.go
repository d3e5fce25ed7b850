package app

import (
	"context"
	"fmt"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
)

const (
	// settleTries is how often the provider is asked again because another caller applied its state meanwhile.
	settleTries = 8
	// askAgain is the wait before a provider is asked about an undecided payment without an event: hours at first, days in the end.
	askAgain = 6 * time.Hour
	// askFee is how long a provider is asked for the fee of a payment that it does not report at once.
	askFee = 7 * 24 * time.Hour
	// askWithin is how long a donor who comes back waits for the provider's answer before the page shows what is stored.
	askWithin = 3 * time.Second
)

// Reconcile asks the provider about the payment of a donation and updates the donation accordingly. A payment that was not made in time, or
// whose donation has ended, is canceled at the provider first. An impossible state, such as another amount than was charged, is a Conflict
// and changes nothing.
func (a *App) Reconcile(ctx context.Context, donation fund.ID) error {
	return a.reconcile(ctx, donation, fund.ID{})
}

// reconcile is Reconcile on account of a provider event; the zero id for none.
func (a *App) reconcile(ctx context.Context, donation, event fund.ID) error {
	for try := 1; ; try++ {
		p, err := a.store.GetPayment(ctx, donation)
		if err != nil {
			return err
		}
		reported, err := a.ask(ctx, p)
		if err != nil {
			return fmt.Errorf("payment of donation %s: %w", donation, err)
		}
		if event.IsZero() && stillOpen(p, reported) {
			return nil
		}
		key, err := a.Key(ctx, store.DonorKey)
		if err != nil {
			return err
		}
		err = a.store.Settle(ctx, store.Settlement{Payment: p, Reported: reported, DueAt: a.askNext(p, reported), ProviderEvent: event, DonorKey: key, OnRequest: a.profiles.OnRequest()})
		if fault.Is(err, fault.Stale) && try < settleTries {
			continue
		}
		if fund.IsTotalFault(err) {
			return a.holdUncounted(ctx, p, event, err)
		}
		if err != nil {
			return fmt.Errorf("payment of donation %s: %w", donation, err)
		}
		a.shield.Settled(donation, reported)
		return nil
	}
}

// stillOpen reports whether a payment is open as before, so that there is nothing to store.
func stillOpen(p fund.Payment, reported fund.PaymentState) bool {
	return p.Awaited() && reported.Status == fund.PaymentOpen && reported.Reason == p.Reason
}

// ask returns the provider's current state of a payment.
func (a *App) ask(ctx context.Context, p fund.Payment) (fund.PaymentState, error) {
	provider, err := a.provider(p.Provider)
	if err != nil {
		return fund.PaymentState{}, err
	}
	reported, err := a.lookUp(ctx, p)
	if err == nil && reported.Status == fund.PaymentOpen && (p.State != fund.DonationPending || a.overdue(p)) {
		if err = provider.Cancel(ctx, refOf(p)); err == nil {
			reported, err = a.lookUp(ctx, p)
		}
	}
	if err != nil {
		return reported, err
	}
	reported.Email = a.payerEmail(p, reported)
	return reported, checkReported(p, reported)
}

// payerEmail is the address that a payer gave the provider, as it is stored with the money; "" for one that is none, and for one that gets too
// many receipts within the hour: where money is play money, anybody could have anybody be sent them.
func (a *App) payerEmail(p fund.Payment, reported fund.PaymentState) string {
	typed := reported.Email
	if typed == "" || reported.Status != fund.PaymentPaid || p.State.Arrived() {
		return ""
	}
	var wrong fault.Fields
	fund.CheckEmail(&wrong, "email", &typed)
	if len(wrong) > 0 || !a.shield.Mail(shield.Donor{}, fund.LoginEmail(typed)) {
		return ""
	}
	return typed
}

func (a *App) lookUp(ctx context.Context, p fund.Payment) (fund.PaymentState, error) {
	provider, err := a.provider(p.Provider)
	if err != nil {
		return fund.PaymentState{}, err
	}
	reported, err := provider.LookUp(ctx, refOf(p))
	if fault.Is(err, fault.NotFound) && unstarted(provider, p) && a.overdue(p) {
		// It was never started: the server stopped in between, and its donor never reached the payment page.
		return fund.PaymentState{Status: fund.PaymentExpired, Reason: fund.ReasonInterrupted}, nil
	}
	return reported, err
}

func (a *App) overdue(p fund.Payment) bool {
	return !p.State.Arrived() && !p.DueAt.IsZero() && !a.Now().Before(p.DueAt)
}

// checkReported refuses what cannot be true of the payment.
func checkReported(p fund.Payment, reported fund.PaymentState) error {
	if reported.Status != fund.PaymentPaid {
		return nil
	}
	switch {
	case reported.Currency != p.Currency || reported.Paid != p.Total():
		return fault.New(fault.Conflict, "The provider says that %d %s were paid, but %d %s were asked for (in minor units).",
			reported.Paid, reported.Currency, p.Total(), p.Currency)
	case reported.Refunded < 0 || reported.Disputed < 0:
		return fault.New(fault.Conflict, "The provider says that less than nothing went back.")
	}
	return nil
}

// askNext is when the provider is polled next: about an undecided payment at its deadline or after askAgain, about an unknown fee after a
// while.
func (a *App) askNext(p fund.Payment, reported fund.PaymentState) time.Time {
	switch reported.Status {
	case fund.PaymentOpen:
		return p.DueAt
	case fund.PaymentProcessing:
		return a.Now().Add(askAgain)
	case fund.PaymentPaid:
		if reported.Fee == nil && a.Now().Before(p.CreatedAt.Add(askFee)) {
			return a.Now().Add(askAgain)
		}
		return time.Time{}
	default:
		return time.Time{}
	}
}

// askOnReturn asks the provider about an open payment whose donor came back, so that nobody waits for a slow event, and
// reports whether it was asked. How often that may be is up to the shield. An event that comes meanwhile or later finds the
// payment settled. Failures are logged: the donor is shown what is stored.
func (a *App) askOnReturn(ctx context.Context, p fund.Payment) bool {
	if !p.Awaited() || !a.shield.MayAsk(p.DonationID) {
		return false
	}
	within, cancel := context.WithTimeout(ctx, askWithin)
	defer cancel()
	a.logFailureOf(ctx, "returned donor", a.Reconcile(within, p.DonationID))
	return true
}
