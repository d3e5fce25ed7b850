package app

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/killpoint"
	"github.com/almoner/almoner/internal/store"
)

const (
	// mailWorkers is how many mails are sent at once.
	mailWorkers = 4
	// mailInterval is how often due receipts are looked up, mailBatch how many a round takes at once.
	mailInterval = time.Second
	mailBatch    = 100
	// pauseFirst is the wait after the mail server could not be reached; it doubles each time, up to pauseLast.
	pauseFirst = 15 * time.Second
	pauseLast  = 5 * time.Minute
)

// receiptMailer sends receipts by mail. It is a separate worker, so that a slow mail server delays nothing else. Several nodes may run one
// each: the steps of a receipt's mail in fund keep each from being sent twice.
type receiptMailer struct {
	app    *App
	mailer Mailer
	// anyone lets mails about play money go to any address.
	anyone bool

	mu sync.Mutex
	// until is when the mail server is tried again, pause the previous wait; zero while it answers.
	until time.Time
	pause time.Duration
}

// SendsMail reports whether this server sends receipts by mail. If not, they wait for one that does.
func (a *App) SendsMail() bool { return a.receiptMailer.mailer != nil }

// RunReceipts sends due receipts until ctx ends; then its error is nil. Without a Mailer it sends none.
func (a *App) RunReceipts(ctx context.Context) error {
	round := time.NewTicker(mailInterval)
	defer round.Stop()
	for {
		a.ReceiptsRound(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-round.C:
		}
	}
}

// ReceiptsRound sends every receipt that is due now, once.
func (a *App) ReceiptsRound(ctx context.Context) {
	c := a.receiptMailer
	for c.mailer != nil && ctx.Err() == nil && c.ready(a.Now()) {
		due, err := a.store.DueReceipts(ctx, a.Now(), mailBatch)
		a.logFailureOf(ctx, "receipt mailer", err)
		var failed atomic.Bool
		atOnce(mailWorkers, due, func(r fund.Receipt) {
			if ctx.Err() != nil || failed.Load() || !c.ready(a.Now()) {
				return
			}
			if err := c.send(ctx, r); err != nil {
				a.logFailureOf(ctx, "receipt mailer", err)
				failed.Store(true)
			}
		})
		if len(due) < mailBatch || failed.Load() {
			return
		}
	}
}

// send sends one due receipt. One that another mailer has claimed is left alone.
func (c *receiptMailer) send(ctx context.Context, due fund.Receipt) error {
	claimed := due.Claim(c.app.Now())
	err := c.move(ctx, due, claimed)
	if err == nil {
		err = c.deliver(ctx, claimed)
	}
	if err != nil && !fault.Is(err, fault.Stale) {
		return fmt.Errorf("receipt of donation %s: %w", due.DonationID, err)
	}
	return nil
}

// deliver offers a claimed receipt to the mail server and records the result.
func (c *receiptMailer) deliver(ctx context.Context, claimed fund.Receipt) error {
	m, err := c.write(ctx, claimed.DonationID)
	if err != nil {
		// The problem may be fixed later; other receipts need not wait for that.
		return errors.Join(err, c.move(ctx, claimed, claimed.PutOff(c.app.Now(), publicWords(err))))
	}
	if m.Donation.Email == "" {
		return c.move(ctx, claimed, claimed.Refuse("The donation has no e-mail address."))
	}
	if strange, err := c.stranger(ctx, m); err != nil {
		return errors.Join(err, c.move(ctx, claimed, claimed.PutOff(c.app.Now(), publicWords(err))))
	} else if strange {
		return c.move(ctx, claimed, claimed.Refuse(notSentToStrangers))
	}
	var handed fund.Receipt
	d := c.mailer.SendReceipt(ctx, m, func(ctx context.Context) error {
		killpoint.Reach(killpoint.MailBody)
		handed = claimed.Hand(c.app.Now())
		err := c.move(ctx, claimed, handed)
		killpoint.Reach(killpoint.MailHanded)
		return err
	})
	// The result must be stored even if the server stops meanwhile.
	ctx = context.WithoutCancel(ctx)
	c.logResult(ctx, claimed.DonationID, d)
	return c.end(ctx, d, claimed, handed)
}

// notSentToStrangers is why a mail about play money was not sent.
const notSentToStrangers = "Not sent: mails about play money go only to confirmed users of this database (--mail-anyone sends them to everybody)."

// stranger reports whether a mail about play money would go to somebody who is no confirmed user: whoever tries the server
// out may type any address.
func (c *receiptMailer) stranger(ctx context.Context, m ReceiptMail) (bool, error) {
	if c.anyone || !m.Mode.Play() {
		return false, nil
	}
	user, _, err := c.app.store.GetUserByEmail(ctx, fund.LoginEmail(m.Donation.Email))
	known, err := found(err)
	return !known || !user.Confirmed, err
}

// write returns the current mail of a donation's receipt.
func (c *receiptMailer) write(ctx context.Context, donation fund.ID) (ReceiptMail, error) {
	g, err := c.app.donorView(ctx, donation)
	if err != nil {
		return ReceiptMail{}, err
	}
	if g.Cause.Approval != fund.Approved {
		return ReceiptMail{}, fault.New(fault.Unavailable, "The cause is not approved, and gives no receipts.")
	}
	key, err := c.app.DonationKey(ctx, donation)
	if err != nil {
		return ReceiptMail{}, err
	}
	return ReceiptMail{DonorView: g, URL: c.app.pages.Receipt(key), At: c.app.Now()}, nil
}

// end records the result of a mail.
func (c *receiptMailer) end(ctx context.Context, d Delivery, claimed, handed fund.Receipt) error {
	now := c.app.Now()
	switch d.Result {
	case MailTaken:
		killpoint.Reach(killpoint.MailTaken)
		return c.move(ctx, handed, handed.Confirm(now))
	case MailLost:
		return c.move(ctx, handed, handed.Lose(d.Problem))
	case MailPutOff:
		return c.requeue(ctx, claimed, handed, claimed.PutOff(now, d.Problem))
	case MailRefused:
		return c.requeue(ctx, claimed, handed, claimed.Refuse(d.Problem))
	default:
		return c.requeue(ctx, claimed, handed, claimed.Requeue(now, d.Problem))
	}
}

// requeue records that a mail was certainly not sent, whether it was handed over or not. One that another mailer has claimed by now is left to
// it.
func (c *receiptMailer) requeue(ctx context.Context, claimed, handed, to fund.Receipt) error {
	for _, from := range []fund.Receipt{handed, claimed} {
		if err := c.move(ctx, from, to); !fault.Is(err, fault.Stale) {
			return err
		}
	}
	return nil
}

func (c *receiptMailer) move(ctx context.Context, from, to fund.Receipt) error {
	return c.app.store.Write(ctx, from.DonationID, func(ctx context.Context, tx *store.Tx) error {
		return tx.MoveReceipt(ctx, from, to)
	})
}

// logResult logs the mail server's result, and makes all mails wait while it is unreachable.
func (c *receiptMailer) logResult(ctx context.Context, donation fund.ID, d Delivery) {
	log := c.app.log.With("donation", donation, "result", d.Result, "error", d.Err)
	switch d.Result {
	case MailTaken:
		c.answered()
	case MailAway:
		log.WarnContext(ctx, "no mail can be sent", "again_in", c.beginPause(c.app.Now()))
	case MailLost:
		log.ErrorContext(ctx, "nobody knows whether a receipt was sent")
	case MailHeld:
		log.WarnContext(ctx, "receipt not sent")
	case MailPutOff, MailRefused:
		c.answered()
		log.WarnContext(ctx, "receipt not taken by the mail server")
	}
}

func (c *receiptMailer) ready(now time.Time) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return !now.Before(c.until)
}

func (c *receiptMailer) answered() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.pause = 0
}

// beginPause begins a pause and returns its length. Mails in progress at the same time begin only one pause.
func (c *receiptMailer) beginPause(now time.Time) time.Duration {
	c.mu.Lock()
	defer c.mu.Unlock()
	if now.Before(c.until) {
		return c.until.Sub(now)
	}
	c.pause = min(pauseLast, max(pauseFirst, 2*c.pause))
	c.until = now.Add(c.pause)
	return c.pause
}

// ListReceipts lists receipts whose mail is unknown (fund.MailUnknown) or was refused (fund.MailRefused). System
// only.
func (a *App) ListReceipts(ctx context.Context, actor Actor, state fund.MailState, page fund.Page) ([]fund.Receipt, error) {
	if actor.Kind != ActorSystem {
		return nil, forbidden()
	}
	return a.store.ListReceipts(ctx, state, page)
}

// ResendReceipt queues the mail of a donation's receipt to be sent (again), whatever its state: a server that sends mail does so within a
// second or two. It is a Conflict if the donation has no e-mail address, and for three minutes after the mail was handed to the mail
// server. System only.
func (a *App) ResendReceipt(ctx context.Context, actor Actor, donation fund.ID) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	r, err := a.store.GetReceipt(ctx, donation)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "There is no receipt for donation %s: no donation has that id, or its money did not come through a payment.", donation)
	}
	if err != nil {
		return err
	}
	d, err := a.store.GetDonation(ctx, fund.Key{ID: donation})
	if err != nil {
		return err
	}
	if d.Email == "" {
		return fault.New(fault.Conflict, "Donation %s has no e-mail address, so that its receipt cannot be sent.", donation)
	}
	renewed, err := r.Renew(a.Now())
	if err != nil {
		return err
	}
	if err := a.receiptMailer.move(ctx, r, renewed); err != nil {
		return err
	}
	return a.logAlone(ctx, actor, fund.ActSendReceipt, donation)
}
