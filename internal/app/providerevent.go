package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/killpoint"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/store"
)

const (
	// maxProviderEvent is how many bytes a provider event may have.
	maxProviderEvent = 1 << 20
	// eventRetryFirst is the wait after a provider event could not be applied; it doubles each time, up to eventRetryLast.
	eventRetryFirst = 2 * time.Second
	eventRetryLast  = time.Hour
	// maxEventTries is how often a provider event is tried automatically. After that an operator has to apply it.
	maxEventTries = 40
	// eventLease is how long a newly journaled provider event is reserved for the node that applies it at once.
	eventLease = 10 * time.Second
)

// TakeProviderEvent stores a provider event in the journal. When it returns without an error, the event is durable and will be applied; its
// sender may forget it. An event that does not come from the provider is Unauthenticated and not stored.
func (a *App) TakeProviderEvent(ctx context.Context, provider string, raw pay.Raw) error {
	p := a.providers[provider]
	if p == nil {
		return missingNamed("payment provider", provider)
	}
	if len(raw.Body) > maxProviderEvent {
		return fault.New(fault.TooLarge, "A webhook has at most %d bytes.", maxProviderEvent)
	}
	now := a.Now()
	decoded, err := p.Decode(raw, now)
	if err != nil {
		return err
	}
	n := fund.ProviderEvent{
		Provider: provider, EventID: singleLine(decoded.ID), Topic: singleLine(decoded.Topic), Account: singleLine(decoded.Account),
		Reference: singleLine(decoded.Reference), DonationID: decoded.Donation, Body: raw.Body, DueAt: now.Add(eventLease), ReceivedAt: now,
	}
	if n.ID, err = a.newID(now); err != nil {
		return err
	}
	header, err := json.Marshal(raw.Header)
	if err != nil {
		return err
	}
	n.Header = string(header)
	if !decoded.Concerns() {
		n.DueAt, n.AppliedAt = time.Time{}, now
	}
	if n.OfAccount() {
		n.Strip() // the account is looked up, and what the event says of people stays away
	} else if n.DonationID.IsZero() || !n.AppliedAt.IsZero() { // of one that names its donation, the store knows
		if err := a.stripProviderEvent(ctx, &n); err != nil {
			return err
		}
	}
	if err := a.store.SaveProviderEvent(ctx, n); err != nil {
		return err
	}
	killpoint.Reach(killpoint.Journalled)
	if decoded.Concerns() {
		a.runner.Hurry(fund.WorkProviderEvent, n.ID)
	}
	return nil
}

// stripProviderEvent forgets what an event says of a donor who was erased, and what one says that concerns no donation here: nobody would read it, nor
// find it when a donor asks for erasure.
func (a *App) stripProviderEvent(ctx context.Context, n *fund.ProviderEvent) error {
	if n.AppliedAt.IsZero() {
		erased, err := a.store.ErasedPayment(ctx, *n)
		if err != nil {
			return fault.Wrap(err, fault.Unavailable, "The provider event cannot be stored now.")
		}
		if !erased {
			return nil
		}
	}
	n.Strip()
	return nil
}

// singleLine is a provider's text in a form that every database can store.
func singleLine(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

// applyProviderEvent applies a provider event. Whatever it says, the provider is asked for the current state. If that fails, the reason is
// stored with the event, and it is tried again.
func (a *App) applyProviderEvent(ctx context.Context, n fund.ProviderEvent) error {
	err := a.tryProviderEvent(ctx, n)
	if err == nil || ctx.Err() != nil {
		return err
	}
	var next time.Time
	if n.Tries+1 < maxEventTries {
		next = a.Now().Add(min(eventRetryLast, eventRetryFirst<<min(n.Tries, 12)))
	}
	late := a.store.Write(ctx, n.ID, func(ctx context.Context, tx *store.Tx) error {
		return tx.PostponeProviderEvent(ctx, n.ID, publicWords(err), next)
	})
	return errors.Join(fmt.Errorf("provider event %s of %s: %w", n.EventID, n.Provider, err), late)
}

// publicWords is the public text of an error, for an operator; never that of a foreign error.
func publicWords(err error) string {
	if f := fault.From(err); f.Message != "" {
		return f.Message
	}
	return "internal error; see the log"
}

func (a *App) tryProviderEvent(ctx context.Context, n fund.ProviderEvent) error {
	var donation fund.ID
	var err error
	if n.OfAccount() {
		err = a.applyAccountEvent(ctx, n)
	} else {
		donation, err = a.donationOf(ctx, n)
	}
	if err != nil {
		return err
	}
	if donation.IsZero() {
		return a.store.Write(ctx, n.ID, func(ctx context.Context, tx *store.Tx) error { return tx.ProviderEventApplied(ctx, n.ID) })
	}
	if n.DonationID.IsZero() {
		if err := a.linkProviderEvent(ctx, n, donation); err != nil {
			return err
		}
	}
	return a.reconcile(ctx, donation, n.ID)
}

// linkProviderEvent notes which donation an event is about that does not say so, and forgets what it says if that donation was erased.
func (a *App) linkProviderEvent(ctx context.Context, n fund.ProviderEvent, donation fund.ID) error {
	n.DonationID = donation
	if err := a.stripProviderEvent(ctx, &n); err != nil {
		return err
	}
	return a.store.Write(ctx, n.ID, func(ctx context.Context, tx *store.Tx) error { return tx.LinkProviderEvent(ctx, n) })
}

// donationOf is the donation of a provider event; the zero id if its provider says that it is about none of this server's.
func (a *App) donationOf(ctx context.Context, n fund.ProviderEvent) (fund.ID, error) {
	if !n.DonationID.IsZero() {
		return n.DonationID, nil
	}
	p, err := a.store.FindPayment(ctx, n.Provider, n.Reference)
	if !fault.Is(err, fault.NotFound) {
		return p.DonationID, err
	}
	provider, err := a.provider(n.Provider)
	if err != nil {
		return fund.ID{}, err
	}
	if finder, can := provider.(pay.Finder); can {
		return finder.Find(ctx, pay.Ref{Account: n.Account, Reference: n.Reference})
	}
	return fund.ID{}, fault.New(fault.NotFound, "No donation is known for the payment %s.", n.Reference)
}

// ListOpenProviderEvents lists the provider events that have not been applied, oldest first; operators only. A cursor is {ID}.
func (a *App) ListOpenProviderEvents(ctx context.Context, actor Actor, page fund.Page) ([]fund.ProviderEvent, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.OpenProviderEvents(ctx, oldestFirst(page))
}

// ListStuckProviderEvents lists the open provider events whose application failed, or is due, oldest first; operators only. A cursor is {ID}.
func (a *App) ListStuckProviderEvents(ctx context.Context, actor Actor, page fund.Page) ([]fund.ProviderEvent, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.StuckProviderEvents(ctx, a.Now(), oldestFirst(page))
}

// GetProviderEvent returns an event of the journal; operators only.
func (a *App) GetProviderEvent(ctx context.Context, actor Actor, id fund.ID) (fund.ProviderEvent, error) {
	if err := requireOperator(actor); err != nil {
		return fund.ProviderEvent{}, err
	}
	return a.store.GetProviderEvent(ctx, id)
}

// ApplyProviderEvent applies a provider event of the journal now. An applied one is left alone; a missing one is NotFound. Operators only.
func (a *App) ApplyProviderEvent(ctx context.Context, actor Actor, id fund.ID) error {
	if err := requireOperator(actor); err != nil {
		return err
	}
	n, err := a.store.GetProviderEvent(ctx, id)
	if err != nil || !n.AppliedAt.IsZero() {
		return err
	}
	if err := a.applyProviderEvent(ctx, n); err != nil {
		return err
	}
	return a.logAlone(ctx, actor, fund.ActApplyEvent, id)
}

// DismissProviderEvent records that an open provider event needs no work, and why; operators only. It stays in the journal and is never
// applied. An applied or a dismissed one is a Conflict, a missing one NotFound.
func (a *App) DismissProviderEvent(ctx context.Context, actor Actor, id fund.ID, reason string) error {
	if err := requireOperator(actor); err != nil {
		return err
	}
	reason, err := readReason(reason)
	if err != nil {
		return err
	}
	return a.write(ctx, actor, id, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		n, err := tx.GetProviderEvent(ctx, id)
		if err != nil {
			return err
		}
		if !n.AppliedAt.IsZero() {
			return fault.New(fault.Conflict, "The provider event %s needs no work: it was applied or dismissed already.", id)
		}
		if err := tx.DismissProviderEvent(ctx, id, reason); err != nil {
			return err
		}
		return logAct(ctx, tx, actor, doneOn(fund.ActDismissEvent, id, now))
	})
}

// ListDismissedProviderEvents lists the provider events that were dismissed, oldest first; operators only. A cursor is {ID}.
func (a *App) ListDismissedProviderEvents(ctx context.Context, actor Actor, page fund.Page) ([]fund.ProviderEvent, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.DismissedProviderEvents(ctx, oldestFirst(page))
}
