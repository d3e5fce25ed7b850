package app

import (
	"context"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/killpoint"
	"github.com/almoner/almoner/internal/store"
)

// attempt makes one attempt of a delivery: it writes the body if this is the first one, sends it, and records the end. A node that is killed
// between the last two sends it again, under the same id.
func (a *App) attempt(ctx context.Context, e fund.WebhookEndpoint, d fund.WebhookDelivery) error {
	begun, err := a.beginDelivery(ctx, e, d)
	if fault.Is(err, fault.Gone) {
		return a.moveDelivery(ctx, d, begun.Withhold(publicWords(err)), nil)
	}
	m := WebhookMessage{WebhookDelivery: begun, AttemptedAt: a.Now()}
	if err == nil {
		m.Key, err = a.keyOf(ctx, d)
	}
	var body []byte
	if err == nil {
		body, err = a.webhookBody(m)
	}
	if err != nil {
		a.logFailureOf(ctx, "webhook message", err)
		return a.moveDelivery(ctx, d, begun.NotAttempted(fund.WebhookOutcome{
			Failure: "the message could not be written", Options: e.Options, At: a.Now(),
		}), nil)
	}
	answer := a.webhooks.Sender.Send(ctx, WebhookRequest{Endpoint: e, ID: d.ID, At: m.AttemptedAt, Body: body, Changes: begun.Changes})
	if ctx.Err() != nil && answer.Status == 0 {
		return ctx.Err() // the server stops, and the next one begins this attempt again
	}
	killpoint.Reach(killpoint.WebhookSent)
	return a.endAttempt(context.WithoutCancel(ctx), e, ended{from: d, begun: begun, at: m.AttemptedAt, answer: answer})
}

// beginDelivery writes what a delivery says at its first attempt; later attempts say the same. Changes that come from now on get a
// message of their own. It is Gone if the receiver may not read it.
func (a *App) beginDelivery(ctx context.Context, e fund.WebhookEndpoint, d fund.WebhookDelivery) (fund.WebhookDelivery, error) {
	if d.Fresh {
		err := a.store.Write(ctx, e.ID, func(ctx context.Context, tx *store.Tx) error { return tx.BeginDelivery(ctx, d.ID) })
		if err != nil {
			return d, err
		}
		d.Fresh = false
	}
	// What was hidden since a first attempt must not come out in a chat by a later one: what it says is written for each.
	if _, line := d.Line(); d.Data != "" && !line && !e.Options.Format.Chat() {
		return d, nil
	}
	c, err := a.content(ctx, e, d)
	if err != nil {
		return d, err
	}
	d.GeneratedAt = a.Now()
	if e.Options.Format.Chat() {
		d.Data, d.Changes, err = a.lineData(ctx, e, d, c)
	} else {
		d.Data, err = a.webhooks.Encoder.Data(ctx, a, c)
	}
	return d, err
}

// keyOf is the relay key of a delivery, nil for none.
func (a *App) keyOf(ctx context.Context, d fund.WebhookDelivery) (*fund.RelayKey, error) {
	if d.RelayKeyID.IsZero() {
		return nil, nil
	}
	k, err := a.store.GetRelayKeyByID(ctx, d.RelayKeyID)
	return &k, err
}

// ended is an attempt that was made of a delivery.
type ended struct {
	from, begun fund.WebhookDelivery
	at          time.Time
	answer      WebhookAnswer
}

// endAttempt records the end of an attempt, and what follows from it.
func (a *App) endAttempt(ctx context.Context, e fund.WebhookEndpoint, r ended) error {
	now := a.Now()
	to, decision := r.begun.Attempted(fund.WebhookOutcome{
		Status: r.answer.Status, Failure: r.answer.Failure, RetryAfter: r.answer.RetryAfter, SentAs: r.answer.SentAs, Options: e.Options, At: now,
	})
	made := fund.WebhookAttempt{
		DeliveryID: to.ID, Number: to.Attempts, At: r.at, Duration: now.Sub(r.at), Status: r.answer.Status, Failure: r.answer.Failure,
		Headers: r.answer.Headers, Answer: r.answer.Body,
	}
	a.logAttempt(ctx, e, to, made)
	return a.moveDelivery(ctx, r.from, to, &made, func(ctx context.Context, tx *store.Tx) error {
		switch {
		case decision.Deactivates():
			return a.deactivate(ctx, tx, e.ID, now)
		case decision.Alarm == fund.AlarmHalf:
			return a.warn(ctx, tx, e.ID, now)
		default:
			return nil
		}
	})
}

// moveDelivery changes the state of a delivery, with what follows from that.
func (a *App) moveDelivery(
	ctx context.Context, from, to fund.WebhookDelivery, made *fund.WebhookAttempt, then ...func(context.Context, *store.Tx) error,
) error {
	return a.store.Write(ctx, from.EndpointID, func(ctx context.Context, tx *store.Tx) error {
		tx.At(a.Now())
		if err := tx.MoveDelivery(ctx, from, to, made); err != nil {
			return err
		}
		for _, one := range then {
			if err := one(ctx, tx); err != nil {
				return err
			}
		}
		return nil
	})
}

// logAttempt writes the one line that says everything about an attempt but what was in it.
func (a *App) logAttempt(ctx context.Context, e fund.WebhookEndpoint, d fund.WebhookDelivery, made fund.WebhookAttempt) {
	log := a.log.With("endpoint", e.ID, "delivery", d.ID, "type", d.EventType, "attempt", made.Number, "answer", made.Status,
		"took", made.Duration, "status", d.Status)
	if d.Status == fund.WebhookDelivered {
		log.DebugContext(ctx, "webhook delivered")
		return
	}
	log.InfoContext(ctx, "webhook not delivered", "problem", d.Problem, "next", d.DueAt)
}

// deactivate ends the deliveries of an endpoint, after the last retry failed or because it is gone, and tells its owner.
func (a *App) deactivate(ctx context.Context, tx *store.Tx, endpoint fund.ID, now time.Time) error {
	e, err := tx.GetEndpoint(ctx, endpoint)
	if known, err := found(err); !known || !e.Active() {
		return err
	}
	e.Switch(false, now)
	e.UpdatedAt = now
	webhookChanged(tx, endpoint, now)
	if err := tx.UpdateEndpoint(ctx, e); err != nil {
		return err
	}
	if _, err := tx.StopDeliveries(ctx, endpoint, stoppedAtOnce); err != nil {
		return err
	}
	return a.mailOwner(ctx, tx, e, fund.MailWebhookDeactivated, now)
}

// warn tells the owner of an endpoint that it will be deactivated, at most once in fund.WebhookWarnEvery.
func (a *App) warn(ctx context.Context, tx *store.Tx, endpoint fund.ID, now time.Time) error {
	e, err := tx.GetEndpoint(ctx, endpoint)
	if known, err := found(err); !known || !e.Active() || now.Before(e.WarnedAt.Add(fund.WebhookWarnEvery)) {
		return err
	}
	e.WarnedAt = now
	if err := tx.UpdateEndpoint(ctx, e); err != nil {
		return err
	}
	return a.mailOwner(ctx, tx, e, fund.MailWebhookFailing, now)
}

// mailOwner queues a mail to the owner of the endpoint's application; one without an owner has nobody to tell.
func (a *App) mailOwner(ctx context.Context, tx *store.Tx, e fund.WebhookEndpoint, kind fund.MailKind, now time.Time) error {
	application, err := tx.GetApplication(ctx, e.ApplicationID)
	if err != nil || application.OwnerID.IsZero() {
		return err
	}
	owner, err := tx.GetUser(ctx, fund.Key{ID: application.OwnerID})
	if err != nil || owner.Email == "" {
		return err
	}
	return a.queueMail(ctx, tx, fund.Mail{Kind: kind, Recipient: owner.Email, About: e.ID, Language: owner.Language}, now)
}
