package app

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"slices"
	"time"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/store"
)

// Payments configure how an App takes payments.
type Payments struct {
	// Provider takes new payments; nil takes none. Others are still asked about their earlier payments.
	Provider pay.Provider
	Others   []pay.Provider
	// Accounts is set if each cause has its own account at Provider.
	Accounts bool
	// Own is the only account at Provider that is paid, for one cause alone; "" for those of all causes. Causes connect none then.
	Own string
	// Title is what people call Provider; "" for none.
	Title string
	// Delayed is set if donors may pay at Provider by methods whose money takes days to come.
	Delayed bool
	// Fee is the expected fee of Provider.
	Fee fund.FeeRate
}

// providers are all configured providers by name.
func (p Payments) providers() map[string]pay.Provider {
	all := map[string]pay.Provider{}
	for _, one := range append(slices.Clone(p.Others), p.Provider) {
		if one != nil {
			all[one.Name()] = one
		}
	}
	return all
}

// provider finds the provider of a payment. One that is no longer configured is Unavailable.
func (a *App) provider(name string) (pay.Provider, error) {
	if p := a.providers[name]; p != nil {
		return p, nil
	}
	return nil, fault.New(fault.Unavailable, "The payment provider %s is not set up on this server.", name)
}

// referenceUnstarted is the reference of a donation's payment before it is started: that of its provider if it names
// payments itself, else the donation's id.
func referenceUnstarted(p pay.Provider, donation fund.ID) string {
	if namer, names := p.(pay.Namer); names {
		return namer.NameOf(donation)
	}
	return donation.String()
}

// unstarted reports whether no start of the payment is known: it has the reference of one that is not started, or, from
// before its provider named payments, the donation's id.
func unstarted(p pay.Provider, payment fund.Payment) bool {
	return payment.Reference == referenceUnstarted(p, payment.DonationID) || payment.Reference == payment.DonationID.String()
}

func refOf(p fund.Payment) pay.Ref {
	return pay.Ref{Donation: p.DonationID, Account: p.Account, Reference: p.Reference}
}

// DonorPages are the addresses that a donor is sent to, by the key of the donation.
type DonorPages struct {
	// Donation is the page of the donation, and Receipt its printable receipt.
	// ReceiptFile is the receipt as a PDF.
	Donation, Receipt, ReceiptFile func(key string) string
	// Returned is where a provider sends the donor's browser after paying, by the key of ReturnKey. The origin is where
	// the browser is when that is not the server's own address; "" else.
	Returned func(origin, key string) string
	// Problem is where a donor says what is wrong with the donation, by the key of the donation.
	Problem func(key string) string
	// Find is where the link in a mail leads that shows a donor all donations, by its key.
	Find func(key string) string
	// Contact is where a donor withdraws the consent to contact, by its key.
	Contact func(key string) string
	// Payment is where the donor's browser is led on to the provider's payment page; see OpenPayment. The origin is as of Returned.
	Payment func(origin, key string) string
}

const (
	// donationKeyUse and formKeyUse are the purposes of the keys that sign donation keys and form names.
	donationKeyUse = "gift page"
	formKeyUse     = "donate form"
	returnKeyUse   = "return from paying"
	paidKeyUse     = "paid gift"
	againKeyUse    = "donate again"
	// signature is the length of a truncated signature in bytes.
	signature = 16
)

// DonationKey is a donation's secret name for its donor: its holder may see the donation's page and receipt.
func (a *App) DonationKey(ctx context.Context, donation fund.ID) (string, error) {
	return a.signedID(ctx, donationKeyUse, donation)
}

// OpenDonationKey is the donation of a key; NotFound for an invalid key.
func (a *App) OpenDonationKey(ctx context.Context, key string) (fund.ID, error) {
	return a.openID(ctx, donationKeyUse, key, "gift")
}

// returnURL is where a provider sends the browser of a donor after paying. Payment providers keep this address, and show it to others, and
// phones open it in another browser than the one that gave: there, it only thanks. It leads on to the donation's page in the browser that gave.
func (a *App) returnURL(ctx context.Context, donation fund.ID, in fund.CheckoutInput) (string, error) {
	anywhere, err := a.macOf(ctx, paidKeyUse, donation[:])
	if err != nil {
		return "", err
	}
	here, err := a.macOf(ctx, returnKeyUse, append(donation[:], in.Session...))
	if err != nil {
		return "", err
	}
	return a.pages.Returned(in.Origin, encodeSigned(donation, append(anywhere, here...))), nil
}

// Returned is what the address says that a donor comes back to from paying.
type Returned struct {
	// Key is the donation's key in the browser that gave; "" in any other.
	Key string
	// Donation is what was given, for any browser.
	Donation fund.ID
}

// OpenReturn reads the key of an address that a donor comes back to, in the browser of that session; NotFound for a key that was not made here.
func (a *App) OpenReturn(ctx context.Context, key, session string) (Returned, error) {
	donation, macs, ok := decodeSigned(key, 2*signature)
	if !ok {
		return Returned{}, missingNamed("gift", "")
	}
	anywhere, err := a.macOf(ctx, paidKeyUse, donation[:])
	if err != nil {
		return Returned{}, err
	}
	if !hmac.Equal(macs[:signature], anywhere) {
		return Returned{}, missingNamed("gift", "")
	}
	here, err := a.macOf(ctx, returnKeyUse, append(donation[:], session...))
	if err != nil || session == "" || !hmac.Equal(macs[signature:], here) {
		return Returned{Donation: donation}, err
	}
	gift, err := a.DonationKey(ctx, donation)
	return Returned{Key: gift, Donation: donation}, err
}

// AgainKey names an unpaid donation in the address that its donor goes back to, for the browser of that session only.
func (a *App) AgainKey(ctx context.Context, donation fund.ID, session string) (string, error) {
	mac, err := a.macOf(ctx, againKeyUse, append(donation[:], session...))
	if err != nil {
		return "", err
	}
	return encodeSigned(donation, mac), nil
}

// BegunDonation is what was typed into a form whose payment was not made.
type BegunDonation struct {
	fund.Donation
	// CoversFee reports whether the fee was to be added. Via and ReturnTo are those of the link that led to the form.
	CoversFee     bool
	Via, ReturnTo string
	// Contact reports whether the donor agreed to be contacted.
	Contact bool
	// ReceiptRequest is what was typed for a tax receipt; nil for nothing.
	ReceiptRequest *fund.ReceiptRequest
}

// OpenAgain is what was typed for a donation to a fact that was not paid, by its key, in the browser of that session; NotFound for any other
// browser, and once the donation was paid.
func (a *App) OpenAgain(ctx context.Context, key, session string, fact fund.ID) (BegunDonation, error) {
	id, mac, ok := decodeSigned(key, signature)
	if !ok || session == "" {
		return BegunDonation{}, missingNamed("gift", "")
	}
	want, err := a.macOf(ctx, againKeyUse, append(id[:], session...))
	if err != nil {
		return BegunDonation{}, err
	}
	if !hmac.Equal(mac, want) {
		return BegunDonation{}, missingNamed("gift", "")
	}
	p, err := a.store.GetPayment(ctx, id)
	if err != nil {
		return BegunDonation{}, err
	}
	if p.FactID != fact || p.State.Arrived() || p.Status == fund.PaymentProcessing {
		return BegunDonation{}, missingNamed("gift", "")
	}
	d, err := a.store.GetDonation(ctx, fund.Key{ID: id})
	if err != nil {
		return BegunDonation{}, err
	}
	consent, err := a.store.GetConsent(ctx, id, fund.ChannelMail)
	_, err = found(err)
	return BegunDonation{Donation: d, CoversFee: p.FeeCover > 0, Via: p.Via, ReturnTo: p.ReturnTo, Contact: consent.Holds(), ReceiptRequest: p.ReceiptRequest}, err
}

// NewForm names a new donate form, so that submitting it twice donates once.
func (a *App) NewForm(ctx context.Context) (string, error) {
	id, err := a.newID(a.Now())
	if err != nil {
		return "", err
	}
	return a.signedID(ctx, formKeyUse, id)
}

// OpenForm is the donation id of a form submitted with that content; NotFound for an invalid form. The same content yields the same
// donation, other content another: a donor who goes back and changes the amount is charged the new amount and never the old one.
func (a *App) OpenForm(ctx context.Context, form, content string) (fund.ID, error) {
	id, err := a.openID(ctx, formKeyUse, form, "form")
	if err != nil {
		return id, err
	}
	sum := sha256.Sum256(append(id[:], content...))
	return id.With(sum), nil
}

func (a *App) signedID(ctx context.Context, use string, id fund.ID) (string, error) {
	mac, err := a.macOf(ctx, use, id[:])
	if err != nil {
		return "", err
	}
	return encodeSigned(id, mac), nil
}

func (a *App) openID(ctx context.Context, use, text, noun string) (fund.ID, error) {
	id, mac, ok := decodeSigned(text, signature)
	if !ok {
		return fund.ID{}, missingNamed(noun, "")
	}
	want, err := a.macOf(ctx, use, id[:])
	if err != nil {
		return fund.ID{}, err
	}
	if !hmac.Equal(mac, want) {
		return fund.ID{}, missingNamed(noun, "")
	}
	return id, nil
}

// encodeSigned writes an id with its signature.
func encodeSigned(id fund.ID, mac []byte) string {
	return base64.RawURLEncoding.EncodeToString(append(id[:], mac...))
}

// decodeSigned reads what encodeSigned wrote with a signature of that size, which is yet to be compared.
func decodeSigned(text string, size int) (id fund.ID, mac []byte, ok bool) {
	raw, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(raw) != len(id)+size {
		return id, nil, false
	}
	return fund.ID(raw[:len(id)]), raw[len(id):], true
}

func (a *App) macOf(ctx context.Context, use string, signed []byte) ([]byte, error) {
	key, err := a.Key(ctx, use)
	if err != nil {
		return nil, err
	}
	mac := hmac.New(sha256.New, key)
	mac.Write(signed)
	return mac.Sum(nil)[:signature], nil
}

// ConnectCause connects a cause to its payment account. All responses then show the cause as connected to that provider. System only.
func (a *App) ConnectCause(ctx context.Context, actor Actor, cause fund.Key, at pay.Profile, account string) (fund.Cause, error) {
	return a.connectCause(ctx, actor, cause, connecting{at: at, account: account})
}

// ConnectOnlyCause is ConnectCause for a server that takes payments for one cause alone. Where another cause has the account it is a Conflict.
func (a *App) ConnectOnlyCause(ctx context.Context, actor Actor, cause fund.Key, at pay.Profile, account string) (fund.Cause, error) {
	return a.connectCause(ctx, actor, cause, connecting{at: at, account: account, only: true})
}

// connecting is an account that a cause is connected to; only is set where no other cause may have it.
type connecting struct {
	at      pay.Profile
	account string
	only    bool
}

func (a *App) connectCause(ctx context.Context, actor Actor, cause fund.Key, in connecting) (fund.Cause, error) {
	at, account := in.at, in.account
	if actor.Kind != ActorSystem {
		return fund.Cause{}, forbidden()
	}
	if at.CheckAccount == nil {
		return fund.Cause{}, fault.New(fault.Invalid, "Causes have no accounts at %s.", at.Title)
	}
	if err := at.CheckAccount(account); err != nil {
		return fund.Cause{}, err
	}
	c, err := a.store.GetCause(ctx, cause)
	if err != nil {
		return fund.Cause{}, err
	}
	err = a.write(ctx, actor, c.ID, func(ctx context.Context, tx *store.Tx, now time.Time) error {
		if c, err = tx.GetCause(ctx, fund.Key{ID: c.ID}); err != nil {
			return err
		}
		if in.only {
			if err := requireNoOtherPaid(ctx, tx.Queries, at.Name, account, c.ID); err != nil {
				return err
			}
		}
		to := fund.PaymentAccount{CauseID: c.ID, Provider: at.Name, Account: account, Approved: true}
		if err := tx.PutPaymentAccount(ctx, to); err != nil {
			return err
		}
		if err := logAct(ctx, tx, actor, doneOn(fund.ActConnectCause, c.ID, now)); err != nil {
			return err
		}
		if slices.Contains(c.Connected, to.Provider) && c.ProposedAccount == "" {
			return nil
		}
		if c.ProposedAccount, c.UpdatedAt = "", now; !slices.Contains(c.Connected, to.Provider) {
			c.Connected = append(c.Connected, to.Provider)
		}
		if err := tx.UpdateCause(ctx, c); err != nil {
			return err
		}
		return appendFactChanged(ctx, tx, c.Fact, now)
	})
	if err != nil {
		return fund.Cause{}, fmt.Errorf("payment account of cause %s: %w", c.ID, err)
	}
	return c, nil
}

// CheckOwnAccount is a Conflict where more than one cause has the only account that is paid: it is one charity's.
func (a *App) CheckOwnAccount(ctx context.Context) error {
	if a.payments.Own == "" {
		return nil
	}
	causes, err := paidTo(ctx, a.store.Queries, a.payments.Provider.Name(), a.payments.Own)
	if err != nil || len(causes) < 2 {
		return err
	}
	return otherPaid(ctx, a.store.Queries, a.payments.Own, causes[1])
}

// requireNoOtherPaid is a Conflict where another cause is paid to the account.
func requireNoOtherPaid(ctx context.Context, q store.Queries, provider, account string, cause fund.ID) error {
	causes, err := paidTo(ctx, q, provider, account)
	if err != nil {
		return err
	}
	for _, other := range causes {
		if other != cause {
			return otherPaid(ctx, q, account, other)
		}
	}
	return nil
}

// paidTo are causes that are paid to an account, at most accountCauses.
func paidTo(ctx context.Context, q store.Queries, provider, account string) (causes []fund.ID, err error) {
	all, err := q.CausesPaidTo(ctx, provider, account, accountCauses)
	for _, one := range all {
		if one.EndedAt.IsZero() {
			causes = append(causes, one.CauseID)
		}
	}
	return causes, err
}

// otherPaid is the Conflict that a cause is paid to the account.
func otherPaid(ctx context.Context, q store.Queries, account string, cause fund.ID) error {
	other, err := q.GetCause(ctx, fund.Key{ID: cause})
	if err != nil {
		return err
	}
	return fault.New(fault.Conflict, "The cause %s is paid to the account %s, which is that of one charity (--stripe-account): connect it to another one first.", other.Slug, account)
}
