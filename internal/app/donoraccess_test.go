package app_test

import (
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store/storetest"
	"github.com/almoner/almoner/internal/testmail"
)

// ask asks for a link, each time from another browser.
func (w *world) ask(t *testing.T, node *app.App, email string) {
	t.Helper()
	must.Do(t, node.AskDonations(t.Context(), app.LinkAsk{Email: email, Session: email, Address: netip.MustParseAddr("192.0.2.7")}))
	node.DoDue(t.Context(), fund.WorkMail)
}

// linkIn is the key of the link in the last mail to an address; "" for none.
func linkIn(server *testmail.Server, to string) (key string) {
	for _, m := range server.Messages() {
		if _, after, found := strings.Cut(unfolded(m), "/gifts/find/"); found && m.To == to {
			key = after[:64]
		}
	}
	return key
}

// TestOnlyTheDonorFindsDonations follows a link from asking to the end of the session.
func TestOnlyTheDonorFindsDonations(t *testing.T) {
	t.Parallel()
	w, server, ctx := newWorld(t), testmail.Start(t, testmail.Options{}), t.Context()
	node := w.node(postTo(t, server))
	mine := w.paid(t, "Ada@Example.org")
	w.paid(t, "eve@example.org")
	w.ask(t, node, "nobody@example.org")
	w.ask(t, node, "ADA@example.org")
	if key := linkIn(server, "nobody@example.org"); key != "" {
		t.Error("got a mail to an address without donations")
	}
	key := linkIn(server, "ada@example.org")
	if held := storetest.Holding(t, w.url, key); key == "" || len(held) > 0 {
		t.Fatalf("got the link %q, in the clear in %q, want one that is stored as a hash", key, held)
	}

	// Opening it changes nothing, however often.
	for range 3 {
		must.Do(t, node.CheckDonorLink(ctx, key))
	}
	session := must.Get(node.UseDonorLink(ctx, key))(t)
	home := must.Get(node.GetDonorHome(ctx, session, fund.ID{}))(t)
	if home.Email != "ada@example.org" || len(home.Donations) != 1 || home.Donations[0].Donation.ID != mine || home.Donations[0].Receipt == nil {
		t.Errorf("got %+v, want the donation of the address", home)
	}
	if id, err := node.OpenDonationKey(ctx, home.Donations[0].Key); err != nil || id != mine {
		t.Errorf("got %s, %v, want the key of its page", id, err)
	}

	// Used up, guessed, of another purpose.
	for name, bad := range map[string]string{"used": key, "a session": session, "a guess": strings.Repeat("0", 64), "nothing": "", "a donation": home.Donations[0].Key} {
		wantKind(t, node.CheckDonorLink(ctx, bad), "not_found")
		if _, err := node.UseDonorLink(ctx, bad); err == nil {
			t.Errorf("%s: got a session", name)
		}
	}
	for name, bad := range map[string]string{"the link": key, "a guess": strings.Repeat("0", 64), "nothing": "", "a donation": home.Donations[0].Key} {
		_, err := node.GetDonorHome(ctx, bad, fund.ID{})
		if wantKind(t, err, "unauthenticated"); err == nil {
			t.Errorf("%s: opens the donations", name)
		}
		_, err = node.EraseOwn(ctx, bad)
		wantKind(t, err, "unauthenticated")
	}
	w.Clock.Advance(fund.DonorSessionLife - time.Microsecond)
	must.Get(node.GetDonorHome(ctx, session, fund.ID{}))(t)
	w.Clock.Advance(time.Microsecond)
	_, err := node.GetDonorHome(ctx, session, fund.ID{})
	wantKind(t, err, "unauthenticated")
}

// TestDonorLinksExpire uses a link at the end of its life, and two at once.
func TestDonorLinksExpire(t *testing.T) {
	t.Parallel()
	w, server, ctx := newWorld(t), testmail.Start(t, testmail.Options{}), t.Context()
	node := w.node(postTo(t, server))
	w.paid(t, "ada@example.org")
	w.ask(t, node, "ada@example.org")
	late := linkIn(server, "ada@example.org")
	w.Clock.Advance(fund.DonorLinkLife)
	wantKind(t, node.CheckDonorLink(ctx, late), "not_found")
	_, err := node.UseDonorLink(ctx, late)
	wantKind(t, err, "not_found")

	w.ask(t, node, "ada@example.org")
	key := linkIn(server, "ada@example.org")
	w.Clock.Advance(fund.DonorLinkLife - time.Microsecond)
	var all sync.WaitGroup
	sessions := make(chan string, 8)
	for range cap(sessions) {
		all.Go(func() {
			if session, err := node.UseDonorLink(ctx, key); err == nil {
				sessions <- session
			}
		})
	}
	all.Wait()
	if len(sessions) != 1 {
		t.Errorf("got %d sessions of one link, want one", len(sessions))
	}
	must.Do(t, node.EndDonorSession(ctx, <-sessions))
	w.Clock.Advance(3 * fund.DonorAskLife)
	w.ask(t, node, "other@example.org")
	if held := storetest.Holding(t, w.url, "ada@example.org"); strings.Contains(strings.Join(held, " "), "donor_access") {
		t.Errorf("got it still in %q, want expired links swept", held)
	}
}

// TestLinksAreThrottledAlike asks for links until there is a wait, which is the same for an address with and without donations.
func TestLinksAreThrottledAlike(t *testing.T) {
	t.Parallel()
	w, ctx := newWorld(t), t.Context()
	w.paid(t, "ada@example.org")
	for _, email := range []string{"ada@example.org", "nobody@example.org"} {
		for range shield.LinksAnHour {
			must.Do(t, w.AskDonations(ctx, app.LinkAsk{Email: email}))
		}
		wantKind(t, w.AskDonations(ctx, app.LinkAsk{Email: strings.ToUpper(email)}), "rate_limited")
	}
	wantFields(t, w.AskDonations(ctx, app.LinkAsk{}), "email cannot be blank")
	wantKind(t, w.AskDonations(ctx, app.LinkAsk{Email: "ada"}), "invalid")
}

// TestDonorsEraseThemselves leaves nothing, also of the link and its mail, and no address of the donor's network in the log.
func TestDonorsEraseThemselves(t *testing.T) {
	t.Parallel()
	w, ctx := newQuuxWorld(t), t.Context()
	server := testmail.Start(t, testmail.Options{})
	node := w.node(postTo(t, server))
	id := w.quux(t, goodCard)
	w.ask(t, node, quuxEmail)
	session := must.Get(node.UseDonorLink(ctx, linkIn(server, strings.ToLower(quuxEmail))))(t)
	if done := must.Get(node.EraseOwn(ctx, session))(t); done.Donations != 0 || done.Waiting[""] != 1 || w.donation(t, id).Erased() {
		t.Errorf("got %+v, want the request stored, and the donation erased later", done)
	}
	node.DoDue(ctx, fund.WorkErasure)
	w.wantGone(t, "by the donor", "receipts_kept.record")
	for _, column := range storetest.Holding(t, w.url, strings.ToLower(quuxEmail)) {
		t.Errorf("%s still holds the address that was typed", column)
	}
	_, err := node.GetDonorHome(ctx, session, fund.ID{})
	wantKind(t, err, "unauthenticated")
	logged := must.Get(w.Acts(ctx, app.System(), id, fund.Page{Limit: 9}))(t)
	if len(logged) != 1 || logged[0].Act != fund.ActErase || logged[0].Role != "donor" || logged[0].Address != "" || !logged[0].Actor.IsZero() {
		t.Errorf("got the acts %+v, want one by a donor, whoever it is", logged)
	}
}
