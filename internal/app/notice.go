package app

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/killpoint"
	"github.com/almoner/almoner/internal/pay"
	"github.com/almoner/almoner/internal/store"
)

const (
	// maxNotice is how many bytes a notice may have.
	maxNotice = 1 << 20
	// noticeFirst is the wait after a notice could not be applied; it doubles each time, up to noticeLast.
	noticeFirst = 2 * time.Second
	noticeLast  = time.Hour
	// noticeTries is how often a notice is tried by itself. After that somebody has to ask for it.
	noticeTries = 40
	// noticeLease is for how long a notice that was just journalled is left to the one who applies it at once.
	noticeLease = 10 * time.Second
)

// keptHeaders are those of a notice that are worth keeping: nothing that could be a secret of a proxy.
var keptHeaders = []string{"Content-Type", "User-Agent", "Stripe-Signature", "Almoner-Sandbox-Signature"}

// TakeNotice keeps a notice of a provider in the journal, as it came. When it returns without an error, the
// notice is durable and will be acted on; its sender may forget it. One that is not the provider's own is
// Unauthenticated and is not kept.
func (a *App) TakeNotice(ctx context.Context, provider string, raw pay.Raw) error {
	p := a.providers[provider]
	if p == nil {
		return missingNamed("payment provider", provider)
	}
	if len(raw.Body) > maxNotice {
		return fault.New(fault.TooLarge, "A notice has %d bytes at most.", maxNotice)
	}
	now := a.Now()
	decoded, err := p.Decode(raw, now)
	if err != nil {
		return err
	}
	n := fund.Notice{
		Provider: provider, NoticeID: line(decoded.ID), Topic: line(decoded.Topic), Account: line(decoded.Account),
		Reference: line(decoded.Reference), DonationID: decoded.Donation, Body: raw.Body, DueAt: now.Add(noticeLease), ReceivedAt: now,
	}
	if n.ID, err = a.newID(now); err != nil {
		return err
	}
	if n.Header, err = headerText(raw.Header); err != nil {
		return err
	}
	if !decoded.Concerns() {
		n.DueAt, n.AppliedAt = time.Time{}, now
	}
	if err := a.store.Journal(ctx, n); err != nil {
		return err
	}
	killpoint.Reach(killpoint.Journalled)
	if decoded.Concerns() {
		a.cashier.now(n)
	}
	return nil
}

// line is a provider's word as every database can keep it.
func line(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "?"))
}

func headerText(header map[string][]string) (string, error) {
	kept := map[string][]string{}
	for _, name := range keptHeaders {
		if values := header[name]; len(values) > 0 {
			kept[name] = values
		}
	}
	text, err := json.Marshal(kept)
	return string(text), err
}

// applyNotice acts on a notice. Whatever it says, the provider is asked for the present state. Why it could
// not be applied stays with it, and it is tried again.
func (a *App) applyNotice(ctx context.Context, n fund.Notice) error {
	err := a.tryNotice(ctx, n)
	if err == nil || ctx.Err() != nil {
		return err
	}
	var next time.Time
	if n.Tries+1 < noticeTries {
		next = a.Now().Add(min(noticeLast, noticeFirst<<min(n.Tries, 12)))
	}
	late := a.store.Write(ctx, n.ID, func(ctx context.Context, tx *store.Tx) error {
		return tx.PostponeNotice(ctx, n.ID, publicWords(err), next)
	})
	return errors.Join(fmt.Errorf("notice %s of %s: %w", n.NoticeID, n.Provider, err), late)
}

// publicWords are what an error says that may be shown to an operator: never what a foreign error says.
func publicWords(err error) string {
	if f := fault.From(err); f.Message != "" {
		return f.Message
	}
	return "internal error; see the log"
}

func (a *App) tryNotice(ctx context.Context, n fund.Notice) error {
	donation, err := a.noticed(ctx, n)
	if err != nil {
		return err
	}
	if donation.IsZero() {
		return a.store.Write(ctx, n.ID, func(ctx context.Context, tx *store.Tx) error { return tx.NoticeApplied(ctx, n.ID) })
	}
	return a.reconcile(ctx, donation, n.ID)
}

// noticed is the donation that a notice is about; the zero id when its provider says that it is about none of
// ours.
func (a *App) noticed(ctx context.Context, n fund.Notice) (fund.ID, error) {
	if !n.DonationID.IsZero() {
		return n.DonationID, nil
	}
	p, err := a.store.FindPayment(ctx, n.Provider, n.Reference)
	if !fault.Is(err, fault.NotFound) {
		return p.DonationID, err
	}
	provider, err := a.provider(n.Provider)
	if err != nil {
		return fund.ID{}, err
	}
	if finder, can := provider.(pay.Finder); can {
		return finder.Find(ctx, pay.Ref{Account: n.Account, Reference: n.Reference})
	}
	return fund.ID{}, fault.New(fault.NotFound, "No donation is known for the payment %s.", n.Reference)
}

// ListOpenNotices lists the notices of providers that have not been applied, the oldest first. A cursor is
// {ID}. System only.
func (a *App) ListOpenNotices(ctx context.Context, actor Actor, page fund.Page) ([]fund.Notice, error) {
	if actor.Kind != ActorSystem {
		return nil, forbidden()
	}
	return a.store.OpenNotices(ctx, oldestFirst(page))
}

// ApplyNotice acts on a notice of the journal, now. One that was applied before is left alone; one that is not
// there is NotFound. System only.
func (a *App) ApplyNotice(ctx context.Context, actor Actor, id fund.ID) error {
	if actor.Kind != ActorSystem {
		return forbidden()
	}
	n, err := a.store.GetNotice(ctx, id)
	if err != nil || !n.AppliedAt.IsZero() {
		return err
	}
	return a.applyNotice(ctx, n)
}
