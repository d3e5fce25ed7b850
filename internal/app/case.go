package app

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/money"
	"github.com/almoner/almoner/internal/store"
)

// OpenCase passes on what the donor of a donation says is wrong with it, by the key of the donation, to the finance of its cause. Both get mail. It
// is Conflict for a donation that has an open case, that had MaxCases, that was erased, or that cannot be refunded, and RateLimited for a network that opens many.
func (a *App) OpenCase(ctx context.Context, key, message string, from netip.Addr) (fund.Case, error) {
	id, err := a.OpenDonationKey(ctx, key)
	if err != nil {
		return fund.Case{}, err
	}
	var wrong fault.Fields
	message = fund.CheckCaseMessage(&wrong, message)
	if err := wrong.Err(); err != nil {
		return fund.Case{}, err
	}
	d, err := a.store.GetDonation(ctx, fund.Key{ID: id})
	if err != nil {
		return fund.Case{}, err
	}
	switch {
	case d.TakesCases():
	case d.Erased():
		return fund.Case{}, fault.New(fault.Conflict, "What the donor of this donation wrote was erased, and no case is opened after that.")
	default:
		return fund.Case{}, fault.New(fault.Conflict, "This donation cannot be refunded: it is %s.", d.State)
	}
	if err := a.shield.OpenCase(from); err != nil {
		return fund.Case{}, err
	}
	c := fund.Case{DonationID: id, CauseID: d.CauseID, State: fund.CaseOpen, Message: message, RefundedBefore: d.Refunded}
	err = a.write(ctx, background(), d.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		before, err := tx.CasesOf(ctx, id)
		switch {
		case err != nil:
			return err
		case len(before) > 0 && before[0].State == fund.CaseOpen:
			return fault.New(fault.Conflict, "This donation has an open case.")
		case len(before) >= fund.MaxCases:
			return fault.New(fault.Conflict, "This donation had %d cases, and cannot have more.", fund.MaxCases)
		}
		if c.ID, err = a.newID(now); err != nil {
			return err
		}
		c.OpenedAt, c.AnswerBy, c.RemindAt = now, now.Add(fund.CaseAnswer), now.Add(fund.CaseAnswer-fund.CaseReminder)
		if err := tx.InsertCase(ctx, c); err != nil {
			return err
		}
		return a.mailCase(ctx, tx, caseMails{Case: c, now: now, kindOfDonor: fund.MailCaseOpened, kindOfCause: fund.MailCaseReceived})
	})
	if err != nil {
		return fund.Case{}, fmt.Errorf("case of donation %s: %w", id, err)
	}
	return c, nil
}

// CasesOf lists the cases of a donation for its donor, by the key of the donation, newest first.
func (a *App) CasesOf(ctx context.Context, key string) ([]fund.Case, error) {
	id, err := a.OpenDonationKey(ctx, key)
	if err != nil {
		return nil, err
	}
	return a.store.CasesOf(ctx, id)
}

// CaseQuery narrows a list of cases. Open are those that wait for an answer, Overdue those that should have had it.
type CaseQuery struct {
	// Cause is the cause that answers; nil for all, which operators and the system may list.
	Cause         *fund.Key
	Open, Overdue bool
	// State lists those in one state only; "" for all.
	State fund.CaseState
}

// ListCases lists cases, oldest first, for the finance and owners of their cause and for operators. A cursor is {ID}.
func (a *App) ListCases(ctx context.Context, actor Actor, query CaseQuery, page fund.Page) ([]fund.Case, error) {
	filter := store.CaseFilter{State: query.State}
	if query.Open {
		filter.State = fund.CaseOpen
	}
	if query.Overdue {
		filter.OverdueAt = a.Now()
	}
	if query.Cause == nil {
		if err := requireOperator(actor); err != nil {
			return nil, err
		}
		return a.store.ListCases(ctx, filter, oldestFirst(page))
	}
	cause, err := a.store.GetCause(ctx, *query.Cause)
	if err != nil {
		return nil, err
	}
	if err := requireFully(ctx, a.store.Queries, actor, returnMoney, cause.Fact); err != nil {
		return nil, err
	}
	filter.Cause = cause.ID
	return a.store.ListCases(ctx, filter, oldestFirst(page))
}

// GetCase returns a case for the finance and owners of its cause and for operators.
func (a *App) GetCase(ctx context.Context, actor Actor, key fund.Key) (fund.Case, error) {
	c, err := a.store.GetCase(ctx, key.ID)
	if err != nil {
		return c, err
	}
	_, _, err = a.paidDonation(ctx, actor, returnMoney, fund.Key{ID: c.DonationID})
	return c, asRequested(err, "case", key.ID.String())
}

// CaseReply is the answer to a case: money back, or a reason why not.
type CaseReply struct {
	// Refund is a decimal text in major units, "" for all that is left. It is not looked at with a Reason.
	Refund string
	// Reason declines.
	Reason string
}

// AnswerCase answers an open case: it refunds the donation, in full or in part, or declines with a reason. It is for the finance and owners of the
// cause and for operators. Both sides get mail. One that was answered is a Conflict.
func (a *App) AnswerCase(ctx context.Context, actor Actor, id fund.ID, reply CaseReply) (fund.Case, error) {
	c, err := a.store.GetCase(ctx, id)
	if err != nil {
		return c, err
	}
	d, _, err := a.paidDonation(ctx, actor, returnMoney, fund.Key{ID: c.DonationID})
	if err != nil {
		return c, asRequested(err, "case", id.String())
	}
	if c.State != fund.CaseOpen {
		return c, fault.New(fault.Conflict, "This case was answered already: it is %s.", c.State)
	}
	kinds, answering := caseMails{kindOfDonor: fund.MailCaseRefunded, kindOfCause: fund.MailCaseClosed}, actor
	if reply.Reason != "" {
		if c.Reason, err = readReason(reply.Reason); err != nil {
			return c, err
		}
		if c.State, kinds.kindOfDonor = fund.CaseDeclined, fund.MailCaseDeclined; d.Erased() {
			c.Reason = "" // nobody is left to read it, and it may say again what was erased
		}
	} else {
		if d.Refunded == c.RefundedBefore {
			answering = actor.withoutTerms() // the refund is under them
		}
		if c, err = a.refundCase(ctx, actor, c, d, reply.Refund); err != nil {
			return c, err
		}
	}
	err = a.write(ctx, answering, c.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		c.AnsweredAt, c.RemindAt = now, time.Time{}
		if err := tx.UpdateCase(ctx, c); fault.Is(err, fault.NotFound) {
			return fault.New(fault.Conflict, "This case was answered already.")
		} else if err != nil {
			return err
		}
		if err := logAct(ctx, tx, actor, doneOn(fund.ActAnswerCase, c.ID, now).of(c.CauseID).with("state", string(c.State)).withAmount(c.Refunded)); err != nil {
			return err
		}
		kinds.Case, kinds.now = c, now
		return a.mailCase(ctx, tx, kinds)
	})
	return c, err
}

// refundCase gives back what the answer says. What went back since the case was opened is the answer already, so that one that is given twice gives
// back once; an answer with another amount is a Conflict.
func (a *App) refundCase(ctx context.Context, actor Actor, c fund.Case, d fund.Donation, amount string) (fund.Case, error) {
	back := d.Refunded - c.RefundedBefore
	switch {
	case back < 0:
		return c, fault.New(fault.Conflict, "Money that had gone back before this case was opened came back from the bank, so what is refunded now cannot be told apart from it. "+
			"Refund the donation itself, and decline the case with a reason that says so.")
	case back > 0 && amount != "":
		asked, err := refundOf(d, amount)
		if err != nil {
			return c, err
		}
		if asked != back {
			return c, fault.New(fault.Conflict, "%s went back since this case was opened, and a case refunds once. Close it with that amount, or without one; "+
				"to give back more, refund the donation itself.", money.English.Amount(back, d.Currency))
		}
	case back > 0:
	case !d.Refundable():
		return c, fault.New(fault.Conflict, "This donation cannot be refunded: it is %s. Decline with a reason.", d.State)
	default:
		refunded, err := a.RefundDonation(ctx, actor, fund.Key{ID: d.ID}, amount)
		if err != nil {
			return c, err
		}
		back = refunded.Refunded - c.RefundedBefore
	}
	c.State, c.Refunded = fund.CaseRefunded, back
	return c, nil
}

// remindCase reminds a cause and the operators of a case that waits for an answer: once before the cause should have answered, and once then.
func (a *App) remindCase(ctx context.Context, id fund.ID) error {
	c, err := a.store.GetCase(ctx, id)
	if err != nil || c.RemindAt.IsZero() || c.State != fund.CaseOpen {
		return err
	}
	return a.write(ctx, background(), c.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		next, kind := c.AnswerBy, fund.MailCaseDue
		if c.Overdue(now) {
			next, kind = time.Time{}, fund.MailCaseOverdue
		}
		moved, err := tx.MoveReminder(ctx, c, next)
		if err != nil || !moved {
			return err
		}
		return a.mailCase(ctx, tx, caseMails{Case: c, now: now, kindOfCause: kind, operators: true})
	})
}

// caseMails are the mails about a case: one to the donor and one to the cause's contacts; "" for none. Operators says that operators get what the contacts get.
type caseMails struct {
	fund.Case
	now                      time.Time
	kindOfDonor, kindOfCause fund.MailKind
	operators                bool
}

// mailCase queues mails about a case. A donor without an address gets none, and sees the case on the page of the donation.
func (a *App) mailCase(ctx context.Context, tx *store.Tx, m caseMails) error {
	d, err := tx.GetDonation(ctx, fund.Key{ID: m.DonationID})
	if err != nil {
		return err
	}
	p, err := tx.GetPayment(ctx, m.DonationID)
	if _, err := found(err); err != nil {
		return err
	}
	cause, err := tx.GetCause(ctx, fund.Key{ID: m.CauseID})
	if err != nil {
		return err
	}
	contacts, err := caseContacts(ctx, tx, cause)
	if err != nil {
		return err
	}
	if m.operators {
		operators, err := tx.OperatorContacts(ctx, fund.MaxCaseContacts)
		if err != nil {
			return err
		}
		contacts = append(contacts, operators...)
	}
	mails := []fund.Mail{{Kind: m.kindOfDonor, Recipient: d.Email, Language: p.Language}}
	slices.SortStableFunc(contacts, func(a, b fund.Contact) int { return cmp.Compare(a.Address, b.Address) })
	for _, to := range slices.CompactFunc(contacts, func(a, b fund.Contact) bool { return a.Address == b.Address }) {
		mails = append(mails, fund.Mail{Kind: m.kindOfCause, Recipient: to.Address, Language: to.Language})
	}
	for _, one := range mails {
		if one.Kind == "" || one.Recipient == "" {
			continue
		}
		one.About = m.ID
		if err := a.queueMail(ctx, tx, one, m.now); err != nil {
			return err
		}
	}
	return nil
}

// caseContacts are where a cause is mailed at about cases: its own address, in the language of the user who has it, or without one its oldest owners and finance.
func caseContacts(ctx context.Context, tx *store.Tx, cause fund.Cause) ([]fund.Contact, error) {
	if cause.ContactEmail != "" {
		user, _, err := tx.GetUserByEmail(ctx, fund.LoginEmail(cause.ContactEmail))
		_, err = found(err)
		return []fund.Contact{{Address: cause.ContactEmail, Language: user.Language}}, err
	}
	return tx.CauseContacts(ctx, cause.ID, fund.MaxCaseContacts)
}

// CaseMail is what a mail about a case says.
type CaseMail struct {
	Mode     fund.Mode
	Case     fund.Case
	Donation fund.Donation
	Cause    fund.Cause
	// Finance reports whether the cause has owners or finance members, who can answer.
	Finance bool
	// URL is the page of the donation; "" for the cause, which is not its donor.
	URL string
	// Withdraw is where the donor withdraws the consent to be contacted by the cause; "" for a donor who gave none, and for the cause.
	Withdraw string
}

// caseMail loads what a mail about a case says: a CaseMail. It is Gone if what the donor wrote was erased, or a reminder is late.
func caseMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	c, err := a.store.GetCase(ctx, m.About)
	if err != nil {
		return nil, err
	}
	reminder := m.Kind == fund.MailCaseDue || m.Kind == fund.MailCaseOverdue
	if c.Message == "" || reminder && c.State != fund.CaseOpen {
		return nil, fault.New(fault.Gone, "Not sent: the case was erased or answered meanwhile.")
	}
	said := CaseMail{Mode: a.Mode(ctx), Case: c}
	if said.Donation, err = a.store.GetDonation(ctx, fund.Key{ID: c.DonationID}); err != nil {
		return nil, err
	}
	if said.Cause, err = a.store.GetCause(ctx, fund.Key{ID: c.CauseID}); err != nil {
		return nil, err
	}
	if !m.Kind.ToDonorOfCase() {
		finance, err := a.store.CauseContacts(ctx, c.CauseID, 1)
		said.Finance = len(finance) > 0
		return said, err
	}
	if said.URL, err = a.donationURL(ctx, c.DonationID); err != nil {
		return nil, err
	}
	said.Withdraw, err = a.withdrawURL(ctx, c.DonationID)
	return said, err
}
