package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/killpoint"
	"github.com/almoner/almoner/internal/store"
)

const (
	// pauseFirst is the wait after the mail server could not be reached; it doubles each time, up to pauseLast.
	pauseFirst = 15 * time.Second
	pauseLast  = 5 * time.Minute
)

// outbox sends mails. Several nodes may send: the steps of a mail in fund keep each from being sent twice.
type outbox struct {
	app    *App
	mailer Mailer
	// anyone lets mails about play money go to any address.
	anyone bool

	mu sync.Mutex
	// until is when the mail server is tried again, pause the previous wait; zero while it answers.
	until time.Time
	pause time.Duration
}

// SendsMail reports whether this server sends mail. If not, mails wait for one that does.
func (a *App) SendsMail() bool { return a.outbox.mailer != nil }

// MailsAnyDonor reports whether a donor gets mail whoever it is: mails about play money go only to confirmed users, unless the server was told
// otherwise. Pages do not say who is one.
func (a *App) MailsAnyDonor(ctx context.Context) bool { return a.outbox.anyone || !a.Mode(ctx).Play() }

// send sends a mail that is due.
func (o *outbox) send(ctx context.Context, id fund.ID) error {
	m, err := o.app.store.GetMail(ctx, id)
	if err != nil || !m.Due(o.app.Now()) {
		return err
	}
	if err := o.deliver(ctx, m); err != nil && !fault.Is(err, fault.Stale) {
		return fmt.Errorf("%s mail %s: %w", m.Kind, m.ID, err)
	}
	return nil
}

// deliver offers a mail to the mail server and records the result.
func (o *outbox) deliver(ctx context.Context, m fund.Mail) error {
	l, err := o.write(ctx, m)
	if fault.Is(err, fault.Gone) {
		return o.move(ctx, m, m.Refuse(publicWords(err)))
	}
	if err != nil {
		// The problem may be fixed later; other mails need not wait for that.
		return errors.Join(err, o.move(ctx, m, m.PutOff(o.app.Now(), publicWords(err))))
	}
	if strange, err := o.stranger(ctx, m); err != nil {
		return errors.Join(err, o.move(ctx, m, m.PutOff(o.app.Now(), publicWords(err))))
	} else if strange {
		return o.move(ctx, m, m.Refuse(notSentToStrangers))
	}
	var handed fund.Mail
	d := o.mailer.Send(ctx, l, func(ctx context.Context) error {
		killpoint.Reach(killpoint.MailBody)
		handed = m.Hand(o.app.Now())
		err := o.move(ctx, m, handed)
		killpoint.Reach(killpoint.MailHanded)
		return err
	})
	// The result must be stored even if the server stops meanwhile.
	ctx = context.WithoutCancel(ctx)
	o.logResult(ctx, m, d)
	return o.end(ctx, d, m, handed)
}

// write returns a mail with what it says now.
func (o *outbox) write(ctx context.Context, m fund.Mail) (Letter, error) {
	kind, known := mailKinds[m.Kind]
	if !known {
		return Letter{}, fault.New(fault.Unavailable, "This version does not know mails of the kind %q.", m.Kind)
	}
	content, err := kind.needs(ctx, o.app, m)
	return Letter{Mail: m, At: o.app.Now(), Content: content}, err
}

// notSentToStrangers is why a mail about play money was not sent.
const notSentToStrangers = "Not sent: mails about play money go only to confirmed users of this database (--mail-anyone sends them to everybody)."

// stranger reports whether a mail about play money would go to somebody who is no confirmed user: whoever tries the server
// out may type any address.
func (o *outbox) stranger(ctx context.Context, m fund.Mail) (bool, error) {
	if mailKinds[m.Kind].strangers || o.app.MailsAnyDonor(ctx) {
		return false, nil
	}
	user, _, err := o.app.store.GetUserByEmail(ctx, fund.LoginEmail(m.Recipient))
	known, err := found(err)
	return !known || !user.Confirmed, err
}

// end records the result of a mail.
func (o *outbox) end(ctx context.Context, d Delivery, due, handed fund.Mail) error {
	now := o.app.Now()
	switch d.Result {
	case MailTaken:
		killpoint.Reach(killpoint.MailTaken)
		return o.move(ctx, handed, handed.Confirm(now))
	case MailLost:
		return o.move(ctx, handed, handed.Lose(d.Problem))
	case MailPutOff:
		return o.requeue(ctx, due, handed, due.PutOff(now, d.Problem))
	case MailRefused:
		return o.requeue(ctx, due, handed, due.Refuse(d.Problem))
	default:
		return o.requeue(ctx, due, handed, due.Requeue(now, d.Problem))
	}
}

// requeue records that a mail was certainly not sent, whether it was handed over or not. One that somebody else has moved by now is left
// alone.
func (o *outbox) requeue(ctx context.Context, due, handed, to fund.Mail) error {
	for _, from := range []fund.Mail{handed, due} {
		if from.ID.IsZero() {
			continue // it was never handed over
		}
		if err := o.move(ctx, from, to); !fault.Is(err, fault.Stale) {
			return err
		}
	}
	return nil
}

func (o *outbox) move(ctx context.Context, from, to fund.Mail) error {
	return o.app.store.Write(ctx, from.ID, func(ctx context.Context, tx *store.Tx) error {
		return tx.MoveMail(ctx, from, to)
	})
}

// logResult logs the mail server's result, and makes all mails wait while it is unreachable.
func (o *outbox) logResult(ctx context.Context, m fund.Mail, d Delivery) {
	log := o.app.log.With("kind", m.Kind, "about", m.About, "result", d.Result, "error", d.Err)
	switch d.Result {
	case MailTaken:
		o.answered()
	case MailAway:
		log.WarnContext(ctx, "no mail can be sent", "again_in", o.beginPause(o.app.Now()))
	case MailLost:
		log.ErrorContext(ctx, "nobody knows whether a mail was sent")
	case MailHeld:
		log.WarnContext(ctx, "mail not sent")
	case MailPutOff, MailRefused:
		o.answered()
		log.WarnContext(ctx, "mail not taken by the mail server")
	}
}

func (o *outbox) ready(now time.Time) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	return !now.Before(o.until)
}

func (o *outbox) answered() {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.pause = 0
}

// beginPause begins a pause and returns its length. Mails in progress at the same time begin only one pause.
func (o *outbox) beginPause(now time.Time) time.Duration {
	o.mu.Lock()
	defer o.mu.Unlock()
	if now.Before(o.until) {
		return o.until.Sub(now)
	}
	o.pause = min(pauseLast, max(pauseFirst, 2*o.pause))
	o.until = now.Add(o.pause)
	return o.pause
}
