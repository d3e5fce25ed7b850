package app

import (
	"context"
	"errors"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
)

// errUncounted marks money that has come but cannot be counted.
var errUncounted = errors.New("a total would be too large")

// uncountedTopic is the topic of the event that this server journals for such money when the provider sent none.
const uncountedTopic = "almoner.total_too_large"

// holdUncounted keeps money waiting that has come but would make a total too large: as the provider event that reported it, or as one of
// our own. It is tried again like every event, and an operator has to make room: settled money is never refused. The result is the reason.
func (a *App) holdUncounted(ctx context.Context, p fund.Payment, event fund.ID, cause error) error {
	a.uncounted.Add(1)
	a.log.ErrorContext(ctx, "settled money waits: with it a total would be too large", "donation", p.DonationID, "fact", p.FactID,
		"cause", p.CauseID, "amount", p.Donated, "currency", p.Currency)
	held := fault.Wrap(errors.Join(errUncounted, cause), fault.Conflict, "The money of donation %s has come, but with it a total would be "+
		"larger than can be counted exactly. Refund what is not real in that total, then apply this event again.", p.DonationID)
	if !event.IsZero() {
		return held
	}
	now := a.Now()
	id, err := a.newID(now)
	if err != nil {
		return errors.Join(held, err)
	}
	err = a.store.SaveProviderEvent(ctx, fund.ProviderEvent{
		ID: id, Provider: p.Provider, EventID: uncountedTopic + ":" + p.DonationID.String(), Topic: uncountedTopic, Account: p.Account,
		Reference: p.Reference, DonationID: p.DonationID, Header: "{}", Body: []byte("{}"), DueAt: now, ReceivedAt: now,
	})
	if err != nil {
		return errors.Join(held, err)
	}
	return held
}

// Uncounted is how often settled money could not be counted since the start, because a total would have been too large.
func (a *App) Uncounted() int64 { return a.uncounted.Load() }
