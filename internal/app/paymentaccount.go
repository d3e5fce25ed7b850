package app

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/store"
)

const (
	// accountAnswers is how often a provider is asked again about an account that changed here while it was asked.
	accountAnswers = 3
	// accountCauses is how many causes may be paid to one account.
	accountCauses = 100
	// accountWait is how long somebody who looks waits for the provider, accountFresh how old its answer may be while the account takes no payments, and accountKnown how old
	// while it does: the provider tells when that changes.
	accountWait  = 3 * time.Second
	accountFresh = 15 * time.Second
	accountKnown = 10 * time.Minute
)

// CausePayments is how a cause is paid, for those who look after its money.
type CausePayments struct {
	Cause fund.Cause
	// Provider is what people call the payment provider of this server; "" for none. Play reports whether it has play money without accounts.
	Provider string
	Play     bool
	// Accounts reports whether causes have accounts there, and Connects whether they can make them here.
	Accounts, Connects bool
	// Account is that of the cause; nil for none, and for one that is only being made.
	Account *fund.PaymentAccount
	// Rule is how the provider takes donations to the country of the account, or else of the cause.
	Rule fund.CountryRule
	// Takes reports whether donors can pay now, as far as is known, but for the approval of the cause.
	Takes bool
	// Connect reports whether the actor may make the account, or go on with it.
	Connect bool
}

// connector is the provider of new payments, where causes make accounts of their own through this server; nil where they do not.
func (a *App) connector() pay.Connector {
	c, can := a.payments.Provider.(pay.Connector)
	if !can || !a.payments.Accounts || a.payments.Own != "" {
		return nil
	}
	return c
}

// GetCausePayments tells how a cause is paid; its finance, its owners and operators only. It asks the provider about the account, unless it did so a moment ago; where that does
// not answer soon, it tells what is known.
func (a *App) GetCausePayments(ctx context.Context, actor Actor, key fund.Key) (CausePayments, error) {
	cause, err := a.store.GetCause(ctx, key)
	if err == nil {
		err = requireFully(ctx, a.store.Queries, actor, governCause, cause.Fact)
	}
	if err != nil {
		return CausePayments{}, err
	}
	if c := a.connector(); c != nil {
		if err := a.askAboutAccount(ctx, c, cause.ID); err != nil {
			a.log.WarnContext(ctx, "payment account not looked up", "cause", cause.ID, "error", err)
		}
		if cause, err = a.store.GetCause(ctx, fund.Key{ID: cause.ID}); err != nil {
			return CausePayments{}, err
		}
	}
	p, err := a.causePayments(ctx, cause)
	if err == nil {
		p.Connect, err = may(ctx, a.store.Queries, actor, connectAccount, cause.Fact)
	}
	return p, err
}

func (a *App) causePayments(ctx context.Context, cause fund.Cause) (CausePayments, error) {
	own := a.store.OwnMode()
	p := CausePayments{Cause: cause, Play: own == fund.ModeSandbox && !a.payments.Accounts, Accounts: a.payments.Accounts, Connects: a.connector() != nil}
	if a.payments.Provider == nil {
		return p, nil
	}
	p.Provider = a.payments.Title
	if !p.Accounts {
		p.Takes = a.TakesDonations(ctx)
		return p, nil
	}
	account, err := a.store.GetPaymentAccount(ctx, cause.ID, a.payments.Provider.Name())
	known, err := found(err)
	if err != nil {
		return p, err
	}
	country := cause.Address.Country
	if known && account.Account != "" && (account.Mode == "" || account.Mode == own) {
		p.Account, p.Takes = &account, a.unpayable(account, known) == "" && a.TakesDonations(ctx)
		if account.State.Country != "" {
			country = account.State.Country
		}
	}
	if c, can := a.payments.Provider.(pay.Connector); can {
		p.Rule = c.DonationsIn(country)
	}
	return p, nil
}

// unpayable is why a cause with such an account cannot be paid; "" where it can.
func (a *App) unpayable(account fund.PaymentAccount, known bool) string {
	own, c := a.store.OwnMode(), a.connector()
	switch {
	case !known || !account.Held(own) || a.payments.Own != "" && account.Account != a.payments.Own:
		return "its account at the payment provider is not connected"
	case !account.Approved:
		return "an operator of this server has yet to approve its account at the payment provider"
	case !account.TakesPayments(own):
		return "its account at the payment provider takes no payments now"
	case c != nil && c.DonationsIn(account.State.Country) == fund.CountryRefused:
		return "the payment provider takes no donations in its country"
	default:
		return ""
	}
}

// askAboutAccount asks the provider about the account of a cause, unless the answer that is known is fresh, or it is asked too often.
func (a *App) askAboutAccount(ctx context.Context, c pay.Connector, cause fund.ID) error {
	account, err := a.store.GetPaymentAccount(ctx, cause, c.Name())
	if ok, err := found(err); !ok {
		return err
	}
	fresh := accountFresh
	if account.State.Charges && account.Approved {
		fresh = accountKnown
	}
	if !account.Held(a.store.OwnMode()) || a.Now().Before(account.CheckedAt.Add(fresh)) || a.shield.LookAtAccount(cause.String()) != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, accountWait)
	defer cancel()
	return a.learnAccount(ctx, c, account, false)
}

// learnAccount asks the provider about an account, and records what it says. Where another answer was recorded meanwhile, which may be newer, it asks again. ended is set where an
// event says that the account was disconnected: then a provider that does not let this server act for it agrees.
func (a *App) learnAccount(ctx context.Context, c pay.Connector, account fund.PaymentAccount, ended bool) error {
	for range accountAnswers {
		asked := a.Now()
		state, err := c.LookUpAccount(ctx, account.Account)
		next := account
		switch {
		case err == nil:
			next.State, next.CheckedAt, next.EndedAt = state, asked, time.Time{}
		case ended && fault.Is(err, fault.Gone):
			next.EndedAt = asked
		default:
			return err
		}
		err = a.saveAccount(ctx, account, next)
		if !fault.Is(err, fault.Stale) {
			return err
		}
		again, err := a.store.GetPaymentAccount(ctx, account.CauseID, account.Provider)
		if err != nil || again.Account != account.Account {
			return err
		}
		account = again
	}
	return fault.New(fault.Unavailable, "The payment account of cause %s changes all the time; ask again later.", account.CauseID)
}

// saveAccount records what was learnt of an account, and tells those whom it concerns.
func (a *App) saveAccount(ctx context.Context, before, next fund.PaymentAccount) error {
	err := a.write(ctx, background(), before.CauseID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if err := tx.UpdatePaymentAccount(ctx, next); err != nil {
			return err
		}
		cause, err := tx.GetCause(ctx, fund.Key{ID: before.CauseID})
		if err != nil {
			return err
		}
		return a.accountChanged(ctx, tx, cause, before, next, now)
	})
	if err != nil {
		return fmt.Errorf("payment account of cause %s: %w", before.CauseID, err)
	}
	return nil
}

// accountChanged does what follows from a changed account: the cause proposes it once the provider has what it wanted to know, forms open or close, and those whom it concerns are
// mailed.
func (a *App) accountChanged(ctx context.Context, tx *store.Tx, cause fund.Cause, before, next fund.PaymentAccount, now time.Time) error {
	own, changed := a.store.OwnMode(), false
	proposes := ""
	if next.Held(own) && !next.Approved && next.State.Submitted {
		proposes = next.Account
	}
	if cause.ProposedAccount != proposes {
		cause.ProposedAccount, changed = proposes, true
		if proposes != "" {
			if err := a.mailOperators(ctx, tx, fund.MailPaymentsProposed, cause.ID, now); err != nil {
				return err
			}
		}
	}
	connected := next.Held(own) && next.Approved
	if has := slices.Contains(cause.Connected, next.Provider); has != connected {
		cause.Connected = slices.DeleteFunc(slices.Clone(cause.Connected), func(name string) bool { return name == next.Provider })
		if connected {
			cause.Connected = append(cause.Connected, next.Provider)
		}
		changed = true
	}
	if changed {
		cause.UpdatedAt = now
		if err := tx.UpdateCause(ctx, cause); err != nil {
			return err
		}
	}
	if changed || before.TakesPayments(own) != next.TakesPayments(own) {
		if err := appendFactChanged(ctx, tx, cause.Fact, now); err != nil {
			return err
		}
	}
	return a.tellOfAccount(ctx, tx, cause.ID, before, next, now)
}

// tellOfAccount mails those whom a changed account concerns.
func (a *App) tellOfAccount(ctx context.Context, tx *store.Tx, cause fund.ID, before, next fund.PaymentAccount, now time.Time) error {
	own := a.store.OwnMode()
	did, does := before.TakesPayments(own), next.TakesPayments(own)
	switch {
	case before.EndedAt.IsZero() && !next.EndedAt.IsZero():
		if err := a.mailOperators(ctx, tx, fund.MailPaymentsEnded, cause, now); err != nil {
			return err
		}
		return a.mailFinance(ctx, tx, fund.MailPaymentsEnded, cause, now)
	case !did && does && !next.Creation.IsZero():
		return a.mailFinance(ctx, tx, fund.MailPaymentsReady, cause, now)
	case did && !does:
		return a.mailFinance(ctx, tx, fund.MailPaymentsStopped, cause, now)
	default:
		return nil
	}
}

// mailFinance mails those who look after the money of a cause.
func (a *App) mailFinance(ctx context.Context, tx *store.Tx, kind fund.MailKind, cause fund.ID, now time.Time) error {
	finance, err := tx.CauseContacts(ctx, cause, fund.MaxCaseContacts)
	if err != nil {
		return err
	}
	for _, to := range finance {
		if err := a.queueMail(ctx, tx, fund.Mail{Kind: kind, Recipient: to.Address, About: cause, Language: to.Language}, now); err != nil {
			return err
		}
	}
	return nil
}

// PaymentsMail is what a mail about the payment account of a cause says.
type PaymentsMail struct {
	Mode  fund.Mode
	Cause fund.Cause
	// Site is the host of the server, Link the page of the payments of the cause.
	Site, Link string
}

// paymentsMail loads what a mail about the payment account of a cause says: a PaymentsMail. It is Gone where the cause is.
func paymentsMail(ctx context.Context, a *App, m fund.Mail) (any, error) {
	cause, err := a.store.GetCause(ctx, fund.Key{ID: m.About})
	if fault.Is(err, fault.NotFound) {
		return nil, fault.New(fault.Gone, "Not sent: the cause is not there any more.")
	}
	return PaymentsMail{Mode: a.Mode(ctx), Cause: cause, Site: a.accounts.Site, Link: a.accounts.CausePayments(m.About)}, err
}

// applyAccountEvent follows an event about the account of causes. Events come more than once, and out of order: the provider is asked.
func (a *App) applyAccountEvent(ctx context.Context, n fund.ProviderEvent) error {
	provider, err := a.provider(n.Provider)
	if err != nil {
		return err
	}
	c, can := provider.(pay.Connector)
	if !can {
		return fault.New(fault.NotFound, "Causes have no accounts at %s.", n.Provider)
	}
	accounts, err := a.store.CausesPaidTo(ctx, n.Provider, n.Account, accountCauses)
	if err != nil {
		return err
	}
	for _, one := range accounts {
		if !one.Held(a.store.OwnMode()) {
			continue
		}
		if err := a.learnAccount(ctx, c, one, c.Ends(n.Topic)); err != nil {
			return err
		}
	}
	return nil
}

// approveAccount approves the account that a cause proposed.
func (a *App) approveAccount(ctx context.Context, tx *store.Tx, cause *fund.Cause, now time.Time) error {
	if cause.ProposedAccount == "" {
		return nil
	}
	accounts, err := tx.PaymentAccountsOf(ctx, cause.ID)
	if err != nil {
		return err
	}
	for _, one := range accounts {
		if one.Account != cause.ProposedAccount || !one.EndedAt.IsZero() {
			continue
		}
		if one.Approved = true; !slices.Contains(cause.Connected, one.Provider) {
			cause.Connected = append(slices.Clone(cause.Connected), one.Provider)
		}
		if err := tx.UpdatePaymentAccount(ctx, one); err != nil {
			return err
		}
		if one.State.Charges {
			if err := a.mailFinance(ctx, tx, fund.MailPaymentsReady, cause.ID, now); err != nil {
				return err
			}
		}
	}
	cause.ProposedAccount = ""
	return nil
}

// PaymentAccountsOf lists the accounts of a cause at payment providers; operators only.
func (a *App) PaymentAccountsOf(ctx context.Context, actor Actor, cause fund.ID) ([]fund.PaymentAccount, error) {
	if err := requireOperator(actor); err != nil {
		return nil, err
	}
	return a.store.PaymentAccountsOf(ctx, cause)
}
