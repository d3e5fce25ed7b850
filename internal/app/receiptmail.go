package app

import (
	"context"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/store"
)

// receiptMail loads what the mail of a donation's receipt says: a ReceiptMail.
func receiptMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	g, err := a.donorView(ctx, m.About)
	if err != nil {
		return nil, err
	}
	if g.Cause.Approval != fund.Approved {
		return nil, fault.New(fault.Unavailable, "The cause is not approved, and gives no receipts.")
	}
	issued, err := a.documents(ctx, m.About)
	if err != nil {
		return nil, err
	}
	if len(issued) == 0 {
		return nil, fault.New(fault.Gone, "There is no receipt for donation %s.", m.About)
	}
	key, err := a.DonationKey(ctx, m.About)
	if err != nil {
		return nil, err
	}
	said := ReceiptMail{
		DonorView: g, Document: issued[len(issued)-1].shown, URL: a.pages.Receipt(key), File: a.pages.ReceiptFile(key), Problem: a.pages.Problem(key),
	}
	said.Withdraw, err = a.withdrawURL(ctx, m.About)
	return said, err
}

// ListReceipts lists receipts whose mail is unknown (fund.MailUnknown) or was refused (fund.MailRefused); operators only.
func (a *App) ListReceipts(ctx context.Context, actor Actor, state fund.MailState, page fund.Page) ([]fund.Receipt, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.ListReceipts(ctx, state, page)
}

// ResendReceipt queues the mail of a donation's receipt to be sent (again), whatever its state: a server that sends mail does so within a
// second or two. It is a Conflict if the donation has no e-mail address, and for three minutes after the mail was handed to the mail
// server. Operators only.
func (a *App) ResendReceipt(ctx context.Context, actor Actor, donation fund.ID) error {
	if err := requireOperator(actor); err != nil {
		return err
	}
	r, err := a.store.GetReceipt(ctx, donation)
	if fault.Is(err, fault.NotFound) {
		return fault.New(fault.NotFound, "There is no receipt for donation %s: no donation has that id, or its money did not come through a payment.", donation)
	}
	if err != nil {
		return err
	}
	if r.Mail.State() == fund.MailNone || r.Mail.Recipient == "" {
		return fault.New(fault.Conflict, "Donation %s has no e-mail address, so that its receipt cannot be sent.", donation)
	}
	renewed, err := r.Mail.Renew(a.Now())
	if err != nil {
		return err
	}
	err = a.store.Write(ctx, donation, func(ctx context.Context, tx *store.Tx) error {
		if err := tx.MoveMail(ctx, r.Mail, renewed); err != nil {
			return err
		}
		// A node that was killed may hold it. One that is about to hand it over sees that it was moved.
		return tx.DropLease(ctx, fund.WorkMail, r.Mail.ID)
	})
	if err != nil {
		return err
	}
	return a.logAlone(ctx, actor, fund.ActSendReceipt, donation)
}
