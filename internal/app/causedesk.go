package app

import (
	"context"

	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// deskFacts is how many of the newest campaigns and events of a cause its people see at once.
const deskFacts = 20

// DashboardCauses lists the causes that the actor acts for, in any role, by name: at most MaxDashboardFacts.
func (a *App) DashboardCauses(ctx context.Context, actor Actor) ([]fund.Cause, error) {
	if actor.Kind == ActorGrant {
		return nil, nil
	}
	if err := RequireUser(actor); err != nil {
		return nil, err
	}
	if !actor.HasScope(fund.ScopeCause) {
		return nil, nil
	}
	return a.store.CausesOfMember(ctx, actor.User, MaxDashboardFacts)
}

// CauseDesk is what the people of a cause see first.
type CauseDesk struct {
	Cause fund.Cause
	// Paid reports whether donors can pay now, but for the approval; Play whether all money is play money.
	Paid, Play bool
	// Events and Campaigns are the newest of the cause, those that nobody else sees among them.
	Events, Campaigns []fund.Fact
}

// GetCauseDesk is what the people of a cause, and operators, see first.
func (a *App) GetCauseDesk(ctx context.Context, actor Actor, cause fund.Key) (d CauseDesk, err error) {
	if d.Cause, err = a.GetCauseForMembers(ctx, actor, cause); err != nil {
		return d, err
	}
	p, err := a.causePayments(ctx, d.Cause)
	if err != nil {
		return d, err
	}
	d.Paid, d.Play = p.Takes, p.Play
	filter := store.FactFilter{Cause: d.Cause.ID, Kinds: []fund.Kind{fund.KindFundraisingEvent}, Statuses: append(shown(), fund.Unpublished)}
	if d.Events, err = a.store.ListFacts(ctx, filter, fund.Page{Limit: deskFacts}); err != nil {
		return d, err
	}
	filter.Kinds = campaignKinds()
	d.Campaigns, err = a.store.ListFacts(ctx, filter, fund.Page{Limit: deskFacts})
	return d, err
}

// ReceiptChoice is a profile of receipts that causes can choose.
type ReceiptChoice struct{ Name, Title string }

// ReceiptChoices lists them.
func (a *App) ReceiptChoices() (all []ReceiptChoice) {
	for _, p := range a.profiles.Offered() {
		all = append(all, ReceiptChoice{p.Name, p.Title})
	}
	return all
}
