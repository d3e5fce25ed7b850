package app

import (
	"context"
	"errors"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/runner"
	"github.com/almoner/almoner/internal/store"
)

const (
	// eventsAtOnce is how many provider events are applied at once: enough to fill groups of the store.
	eventsAtOnce = 128
	// rowsAtOnce is how many rows of other work are worked on at once.
	rowsAtOnce = 16
	// mailsAtOnce is how many mails are sent at once.
	mailsAtOnce = 4
	// workLease is how long nobody else works on a row whose node was killed: providers answer within less.
	workLease = time.Minute
	// deliveryRest is how long an endpoint rests after what was due of it was sent: what comes next is sent at once, not at the next poll.
	deliveryRest = 25 * time.Millisecond
	// grantPoll is how often grants that have ended are looked up: their live connections end within a second, what is to be done included.
	grantPoll = 250 * time.Millisecond
	// mailLease is workLease for mails, whose servers may be slow.
	mailLease = 2 * time.Minute
	// askAfterFailure is the wait before a provider is asked again about a payment after that failed.
	askAfterFailure = time.Minute
)

// newRunner returns the runner of the background work: one row for each kind.
func newRunner(a *App) *runner.Runner {
	kinds := []runner.Kind{
		{Work: fund.WorkProviderEvent, Do: a.applyDue, AtOnce: eventsAtOnce, Lease: workLease},
		{Work: fund.WorkPayment, Do: a.askDue, AtOnce: rowsAtOnce, Lease: workLease},
		{Work: fund.WorkMatch, Do: a.endDue, AtOnce: rowsAtOnce, Lease: workLease},
		{Work: fund.WorkRelease, Do: a.release, AtOnce: rowsAtOnce, Lease: workLease},
		{Work: fund.WorkClaim, Do: a.eraseClaim, AtOnce: rowsAtOnce, Lease: workLease},
		{Work: fund.WorkErasure, Do: a.continueErasures, AtOnce: 1, Lease: workLease},
		{Work: fund.WorkKeptReceipt, Do: a.dropKeptReceipt, AtOnce: 1, Lease: workLease},
		{Work: fund.WorkCase, Do: a.remindCase, AtOnce: rowsAtOnce, Lease: workLease},
		{Work: fund.WorkEnding, Do: a.reportEnding, AtOnce: rowsAtOnce, Lease: workLease},
		{Work: fund.WorkGrant, Do: a.endGrantDue, AtOnce: rowsAtOnce, Lease: workLease, Poll: grantPoll},
		{Work: fund.WorkApplication, Do: a.lookAtApplication, AtOnce: rowsAtOnce, Lease: workLease},
		{Work: fund.WorkDeletion, Do: a.continueDeletion, AtOnce: 1, Lease: workLease},
		{Work: fund.WorkCharity, Do: a.continueCharity, AtOnce: rowsAtOnce, Lease: workLease},
		{Work: fund.WorkPicture, Do: a.dropPicture, AtOnce: 1, Lease: workLease},
		{Work: fund.WorkLog, Do: a.pruneLog, AtOnce: 1, Lease: workLease},
	}
	if a.webhooks.sends() {
		kinds = append(kinds, runner.Kind{Work: fund.WorkDelivery, Do: a.deliverDue, AtOnce: endpointsAtOnce, Lease: endpointLease, Rest: deliveryRest})
	}
	if a.alarms != nil {
		kinds = append(kinds, runner.Kind{Work: fund.WorkAlarm, Do: a.postAlarm, AtOnce: 1, Lease: workLease})
	}
	if a.SendsMail() {
		kinds = append(kinds, runner.Kind{Work: fund.WorkMail, Do: a.outbox.send, AtOnce: mailsAtOnce, Lease: mailLease, Ready: a.outbox.ready})
	}
	return runner.New(runner.Options{Store: a.store, Now: a.Now, Log: a.log, Kinds: kinds})
}

// RunWork does background work that is due until ctx ends; then its error is nil. Several nodes may do so: each row is worked on by one
// of them. What fails is logged and tried again. Without a Mailer, mails wait.
func (a *App) RunWork(ctx context.Context) error { return a.runner.Run(ctx) }

// DoDue does all background work of these kinds that is due now, once; without any, of all kinds but mails and webhook deliveries.
func (a *App) DoDue(ctx context.Context, works ...fund.Work) {
	if len(works) == 0 {
		works = []fund.Work{fund.WorkProviderEvent, fund.WorkPayment, fund.WorkMatch, fund.WorkRelease, fund.WorkClaim, fund.WorkErasure, fund.WorkKeptReceipt, fund.WorkCase, fund.WorkEnding, fund.WorkGrant, fund.WorkApplication, fund.WorkDeletion, fund.WorkCharity, fund.WorkPicture, fund.WorkLog}
	}
	a.runner.Round(ctx, works...)
}

// WorkFailures is how often background work of a kind failed on this node since it started.
func (a *App) WorkFailures(work fund.Work) int64 { return a.runner.Failures(work) }

// wakeFor looks up at once what events bring to do.
func (a *App) wakeFor(events []fund.Event) {
	for _, e := range events {
		if e.Topic == fund.TopicDonationCompleted && !e.Test {
			a.runner.Wake(fund.WorkMail)
			return
		}
	}
}

// logFailureOf logs why work failed that is retried. While the database or a provider is unavailable that is only a warning.
func (a *App) logFailureOf(ctx context.Context, worker string, err error) {
	switch {
	case err == nil || ctx.Err() != nil:
	case fault.Is(err, fault.Internal):
		a.log.ErrorContext(ctx, worker, "error", err)
	default:
		a.log.WarnContext(ctx, worker, "error", err)
	}
}

// applyDue applies a provider event that was not applied yet. A repeated one is stored under its first id only.
func (a *App) applyDue(ctx context.Context, id fund.ID) error {
	n, err := a.store.GetProviderEvent(ctx, id)
	if ok, err := found(err); !ok || !n.AppliedAt.IsZero() {
		return err
	}
	return a.applyProviderEvent(ctx, n)
}

// askDue asks about a payment that was not made in time or whose events did not arrive.
func (a *App) askDue(ctx context.Context, donation fund.ID) error {
	now := a.Now()
	p, err := a.store.GetPayment(ctx, donation)
	if err != nil || p.DueAt.IsZero() || now.Before(p.DueAt) {
		return err
	}
	err = a.Reconcile(ctx, donation)
	if err == nil || ctx.Err() != nil {
		return err
	}
	wait := askAfterFailure
	if errors.Is(err, errUncounted) {
		wait = eventRetryLast // its event is tried meanwhile
	}
	return errors.Join(err, a.store.Write(ctx, p.CauseID, func(ctx context.Context, tx *store.Tx) error {
		return tx.PostponePayment(ctx, donation, now.Add(wait))
	}))
}

// endDue ends a donation match that is over, with the matcher's own donation.
func (a *App) endDue(ctx context.Context, match fund.ID) error {
	_, err := a.EndMatch(ctx, background(), fund.Key{ID: match})
	if fault.Is(err, fault.Conflict) {
		return nil
	}
	return err
}
