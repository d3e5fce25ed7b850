package app_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/store"
	"github.com/almoner/almoner/internal/testmail"
)

const agreed = "Water may e-mail me."

// agrees makes a paid donation whose donor agrees to be contacted.
func (w *world) agrees(t *testing.T, email string) fund.ID {
	t.Helper()
	begun := w.begin(t, fund.CheckoutInput{DonationInput: fund.DonationInput{Email: email}, Contact: agreed})
	w.payWith(t, begun, goodCard)
	return begun.Donation
}

// consents are the donations of the campaign whose exported rows say that their donor may be contacted.
func (w *world) consents(t *testing.T) (all []fund.ID) {
	t.Helper()
	must.Do(t, w.Store.EachRecord(t.Context(), store.RecordFilter{Fact: w.campaign.ID}, func(r fund.Record) error {
		if !r.ContactConsentAt.IsZero() {
			all = append(all, r.ID)
		}
		return nil
	}))
	return all
}

// withdrawLink is the key of the link in the headers of the mail to an address; "" for none.
func withdrawLink(server *testmail.Server, to string) (key string) {
	for _, m := range server.Messages() {
		text := strings.ReplaceAll(unfolded(m), ":\n <", ": <")
		if m.To != to {
			continue
		}
		if _, after, found := strings.Cut(text, "List-Unsubscribe: <https://almoner.test/gifts/contact/"); found && strings.Contains(text, "List-Unsubscribe-Post: List-Unsubscribe=One-Click") {
			key, _, _ = strings.Cut(after, ">")
		}
	}
	return key
}

// TestConsentIsGivenAndWithdrawn gives consent with some donations, looks at exports and mails, and withdraws it by the link of one.
func TestConsentIsGivenAndWithdrawn(t *testing.T) {
	t.Parallel()
	w, server, ctx := newWorld(t), testmail.Start(t, testmail.Options{}), t.Context()
	node := w.node(postTo(t, server))
	w.paid(t, "ada@example.org")
	node.DoDue(ctx, fund.WorkMail)
	if key := withdrawLink(server, "ada@example.org"); key != "" || len(w.consents(t)) > 0 {
		t.Errorf("got the link %q and %v, want no consent that nobody gave", key, w.consents(t))
	}
	first := w.agrees(t, "ada@example.org")
	second, eve := w.agrees(t, "ADA@example.org"), w.agrees(t, "eve@example.org")
	kept := must.Get(w.Store.GetConsent(ctx, first, fund.ChannelMail))(t)
	if kept.Wording != agreed || kept.Version != fund.ConsentVersion || kept.GivenAt.IsZero() || !kept.Holds() {
		t.Errorf("got %+v, want the text, its version and the time", kept)
	}
	if got, want := w.consents(t), []fund.ID{first, second, eve}; !slices.Equal(got, want) {
		t.Errorf("got %v in the export, want %v", got, want)
	}
	node.DoDue(ctx, fund.WorkMail)
	key := withdrawLink(server, "eve@example.org")
	if c := must.Get(w.GetContactConsent(ctx, key))(t); c.DonationID != eve || c.Cause != w.cause.Name || !c.Holds() {
		t.Errorf("got %+v for the last mail, want the consent of its donor", c)
	}
	for _, bad := range []string{"", "nonsense", key[1:], must.Get(w.DonationKey(ctx, eve))(t)} {
		_, err := w.GetContactConsent(ctx, bad)
		wantKind(t, err, "not_found")
		wantKind(t, w.WithdrawContact(ctx, bad), "not_found")
	}
	w.Clock.Advance(365 * 24 * time.Hour) // the link does not expire
	must.Do(t, w.WithdrawContact(ctx, key))
	must.Do(t, w.WithdrawContact(ctx, key))
	if got, want := w.consents(t), []fund.ID{first, second}; !slices.Equal(got, want) {
		t.Errorf("got %v in the export after one donor withdrew, want %v", got, want)
	}
	if got, want := w.acts(t, eve), []string{"donor consent.withdraw"}; !slices.Equal(got, want) {
		t.Errorf("got the acts %q, want %q", got, want)
	}
}

// TestConsentIsWithdrawnForTheAddress withdraws it for all donations of a donor to the cause, and erases it with the donor.
func TestConsentIsWithdrawnForTheAddress(t *testing.T) {
	t.Parallel()
	w, server, ctx := newWorld(t), testmail.Start(t, testmail.Options{}), t.Context()
	node := w.node(postTo(t, server))
	w.agrees(t, "ada@example.org")
	w.agrees(t, "Ada@example.org")
	other := w.agrees(t, "")
	w.ask(t, node, "ada@example.org")
	home := must.Get(node.GetDonorHome(ctx, must.Get(node.UseDonorLink(ctx, linkIn(server, "ada@example.org")))(t), fund.ID{}))(t)
	if len(home.Donations) != 2 || home.Donations[0].ContactKey == "" {
		t.Fatalf("got %+v, want two donations that can be withdrawn", home.Donations)
	}
	must.Do(t, w.WithdrawContact(ctx, home.Donations[0].ContactKey))
	if got, want := w.consents(t), []fund.ID{other}; !slices.Equal(got, want) {
		t.Errorf("got %v in the export, want %v", got, want)
	}
	must.Get(w.EraseDonation(ctx, app.System(), other))(t)
	if got := w.consents(t); len(got) > 0 {
		t.Errorf("got %v in the export after the erasure, want none", got)
	}
}

// TestEachMailToADonorWithdrawsConsent looks at all mails to a donor who agreed, and at those to the cause about the same case.
func TestEachMailToADonorWithdrawsConsent(t *testing.T) {
	t.Parallel()
	w, server, ctx := newWorld(t), testmail.Start(t, testmail.Options{}), t.Context()
	node := w.node(postTo(t, server))
	w.contact(t, "finance@example.org")
	donation := w.agrees(t, "ada@example.org")
	opened := must.Get(w.OpenCase(ctx, must.Get(w.DonationKey(ctx, donation))(t), "I gave twice.", home))(t)
	must.Get(w.AnswerCase(ctx, w.causer, opened.ID, app.CaseReply{Reason: "It was spent."}))(t)
	node.DoDue(ctx, fund.WorkMail)
	linked := map[string][2]int{}
	for _, m := range server.Messages() {
		n := linked[m.To]
		n[0]++
		if strings.Contains(unfolded(m), "List-Unsubscribe-Post: List-Unsubscribe=One-Click") {
			n[1]++
		}
		linked[m.To] = n
	}
	if got := linked["ada@example.org"]; got[0] < 3 || got[1] != got[0] {
		t.Errorf("got %d mails to the donor, %d of them with the link; want it in the receipt and both mails about the case", got[0], got[1])
	}
	if got := linked["finance@example.org"]; got[0] == 0 || got[1] > 0 {
		t.Errorf("got %d mails to the cause, %d of them with the link of the donor; want none with it", got[0], got[1])
	}
}
