package app

import (
	"context"
	"strings"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

const (
	// waitingCounted is the highest count of causes and webhooks that wait for an operator.
	waitingCounted = 1000
	// failingSince is how long ago the owner of a webhook was told that deliveries fail, for it to count as failing.
	failingSince = 7 * 24 * time.Hour
)

// Waiting counts what waits for an operator.
type Waiting struct {
	// Causes are new or propose something, and Charities are invitations that nobody approved yet.
	Causes, Charities int
	// StuckEvents are events of payment providers whose application failed, or is due.
	StuckEvents int
	// ReceiptsRefused are receipts that no mail server took, and ReceiptsUnknown those of which nobody knows whether they were sent.
	ReceiptsRefused, ReceiptsUnknown int
	// FailingWebhooks are active endpoints whose owners were told in the last week that deliveries fail.
	FailingWebhooks int
}

// CountWaiting counts what waits for an operator; operators only.
func (a *App) CountWaiting(ctx context.Context, actor Actor) (w Waiting, err error) {
	if err := requireOperator(actor); err != nil {
		return w, err
	}
	if w.Causes, err = a.store.CountWaitingCauses(ctx, waitingCounted); err != nil {
		return w, err
	}
	if w.Charities, err = a.store.CountCharities(ctx, fund.CharityAsked); err != nil {
		return w, err
	}
	_, stuck, err := a.store.CountProviderEvents(ctx, a.Now())
	if err != nil {
		return w, err
	}
	w.StuckEvents = int(stuck)
	if w.ReceiptsRefused, err = a.store.CountMails(ctx, fund.MailReceipt, fund.MailRefused); err != nil {
		return w, err
	}
	if w.ReceiptsUnknown, err = a.store.CountMails(ctx, fund.MailReceipt, fund.MailUnknown); err != nil {
		return w, err
	}
	failing, err := a.store.WarnedEndpoints(ctx, a.Now().Add(-failingSince), waitingCounted)
	w.FailingWebhooks = len(failing)
	return w, err
}

// WaitingCauses lists the causes that an operator has to look at: new ones, and approved ones that propose something; operators only. The cursor of a page is {ID}.
func (a *App) WaitingCauses(ctx context.Context, actor Actor, page fund.Page) ([]fund.Cause, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.ListWaitingCauses(ctx, oldestFirst(page))
}

// MaxUserSearch is how many bytes the search for a user has at most: as many as an e-mail address.
const MaxUserSearch = 254

// SearchUser finds the user with an e-mail address, or with a name, as people write it or as it stands in addresses, with "@" before it or without; operators only.
func (a *App) SearchUser(ctx context.Context, actor Actor, typed string) (fund.User, error) {
	if err := requireOperator(actor); err != nil {
		return fund.User{}, err
	}
	name := strings.TrimPrefix(strings.TrimSpace(typed), "@")
	if name == "" || len(name) > MaxUserSearch {
		return fund.User{}, missingNamed("user", "")
	}
	if strings.Contains(name, "@") {
		return a.FindUser(ctx, actor, fund.Key{}, name)
	}
	user, err := a.store.GetUser(ctx, fund.Key{Slug: strings.ToLower(name)})
	if fault.Is(err, fault.NotFound) {
		return a.store.GetUser(ctx, fund.Key{Slug: fund.SlugFrom(name, "user", actor.language())})
	}
	return user, err
}

// SecondFactorOf is since when a user has a second factor, the zero time for none; operators only.
func (a *App) SecondFactorOf(ctx context.Context, actor Actor, id fund.ID) (time.Time, error) {
	if err := requireOperator(actor); err != nil {
		return time.Time{}, err
	}
	return a.store.SecondFactorSince(ctx, id)
}
