package app_test

import (
	"context"
	"crypto/rand"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/almoner/almoner/internal/app"
	"github.com/almoner/almoner/internal/fault"
	"github.com/almoner/almoner/internal/fund"
	"github.com/almoner/almoner/internal/must"
	"github.com/almoner/almoner/internal/shield"
	"github.com/almoner/almoner/internal/store"
)

// meadow is a charity that is not here.
func meadow(change ...func(*fund.CharityInvitation)) fund.CharityInvitation {
	i := fund.CharityInvitation{
		Name: "Wild Meadow Trust", Website: "meadow.example", Email: "Office@Meadow.example", Country: "gb", Message: "I stream on Fridays.\r\nMay I raise money for you?", Language: "en",
	}
	for _, c := range change {
		c(&i)
	}
	return i
}

func at(email string) func(*fund.CharityInvitation) {
	return func(i *fund.CharityInvitation) { i.Email = email }
}

// charityKey is that of the link that a charity was mailed last.
func (b *letterBox) charityKey(t *testing.T) string {
	t.Helper()
	for _, l := range slices.Backward(b.letters) {
		if said, is := l.Content.(app.CharityMail); is && l.Kind == fund.MailCharityInvitation {
			_, key, _ := strings.Cut(said.Link, "?key=")
			return key
		}
	}
	t.Fatal("got no link")
	return ""
}

// invitedCharity asks for an invitation and has it mailed.
func (w *world) invitedCharity(t *testing.T, box *letterBox, i fund.CharityInvitation) (fund.CharityInvitation, string) {
	t.Helper()
	asked := must.Get(w.AskCharity(t.Context(), w.owner, i))(t)
	i = must.Get(w.ApproveCharity(t.Context(), app.System(), asked.ID))(t)
	w.posted(t, box)
	return i, box.charityKey(t)
}

func (w *world) charityState(t *testing.T, i fund.CharityInvitation, want fund.CharityState) fund.CharityInvitation {
	t.Helper()
	got := must.Get(w.Store.GetCharity(t.Context(), i.ID))(t)
	if got.State != want {
		t.Errorf("got the state %s, want %s", got.State, want)
	}
	return got
}

func (w *world) emailOf(t *testing.T, a app.Actor) string {
	t.Helper()
	return must.Get(w.Store.GetUser(t.Context(), fund.Key{ID: a.User}))(t).Email
}

// TestACharityIsInvited goes the whole way: an invitation, an operator's yes, the charity's, its profile, and an operator's last yes, before which nothing is public.
func TestACharityIsInvited(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx, mine := t.Context(), w.emailOf(t, w.owner)
	must.Get(w.SetSetting(ctx, app.System(), fund.SettingOpenCauses, "true"))(t) // which does not let this one in
	must.Get(w.AddOperator(ctx, app.System(), w.emailOf(t, w.stranger)))(t)
	i := must.Get(w.AskCharity(ctx, w.owner, meadow()))(t)
	wantLines(t, w.posted(t, box), "charity_asked to "+w.emailOf(t, w.stranger))
	if i.Website != "https://meadow.example" || i.Email != "office@meadow.example" || i.Country != "GB" || i.Message != "I stream on Fridays.\nMay I raise money for you?" {
		t.Errorf("got %+v, want it clean", i)
	}
	must.Get(w.ApproveCharity(ctx, app.System(), i.ID))(t)
	wantLines(t, w.posted(t, box), "charity_invitation to office@meadow.example", "charity_invited to "+mine)
	key := box.charityKey(t)
	c := must.Get(w.GetCharityLink(ctx, key))(t)
	if c.By.ID != w.owner.User || c.Name != i.Name || !c.Fresh(w.Clock.Now()) {
		t.Errorf("got %+v, want the invitation", c)
	}
	session, id, err := w.JoinCharity(ctx, app.Joining{Key: key, Username: "Owner", Password: "a long password"}) // whose address is taken
	must.Do(t, err)
	visit := must.Get(w.GetVisit(ctx, session))(t)
	if id != i.ID || visit.User.Email != "office@meadow.example" {
		t.Errorf("got %s for %+v", visit.User.Email, id)
	}
	wantLines(t, w.posted(t, box), "charity_accepted to "+mine)
	meg := self(visit.User)
	_, err = w.SetUpCharity(ctx, meg, i.ID, fund.CausePatch{Name: fund.Some("Wild Meadow Trust")})
	wantFields(t, err, "legal_name cannot be blank", "currency cannot be blank")
	w.charityState(t, i, fund.CharityAccepted)
	cause := must.Get(w.SetUpCharity(ctx, meg, i.ID, fund.CausePatch{Name: fund.Some("Wild Meadow Trust"), Currency: fund.Some("GBP"), LegalName: fund.Some("Wild Meadow Trust")}))(t)
	if cause.Approval != fund.Pending || cause.Status != fund.Published || cause.Public() {
		t.Errorf("got %s and %s, want it to wait for an operator", cause.Approval, cause.Status)
	}
	if role := must.Get(w.Store.GetCauseRole(ctx, cause.ID, meg.User))(t); role != fund.CauseOwner {
		t.Errorf("got the role %q, want the owner", role)
	}
	wantLines(t, w.posted(t, box), "charity_profile to "+w.emailOf(t, w.stranger))
	_, err = w.SetUpCharity(ctx, meg, i.ID, fund.CausePatch{Name: fund.Some("Another"), Currency: fund.Some("GBP"), LegalName: fund.Some("Wild Meadow Trust")})
	wantKind(t, err, "conflict")
	asked, accepted, err := w.ListOwnCharities(ctx, w.owner)
	must.Do(t, err)
	if len(asked) != 1 || len(accepted) != 0 || asked[0].Paid || asked[0].Cause.ID != cause.ID {
		t.Errorf("got %+v and %+v, want one that waits", asked, accepted)
	}
	must.Get(w.ApproveCause(ctx, app.System(), fund.Key{ID: cause.ID}, cause.ApprovalVersion()))(t)
	wantLines(t, w.posted(t, box), "charity_approved to office@meadow.example", "charity_ready to "+mine)
	if asked, _, _ = w.ListOwnCharities(ctx, w.owner); !asked[0].Paid {
		t.Errorf("got %+v, want it ready", asked[0])
	}
	if _, accepted, _ = w.ListOwnCharities(ctx, meg); len(accepted) != 1 {
		t.Errorf("got %+v, want the profile of the charity", accepted)
	}
	// A suspension that ends tells nobody again.
	must.Get(w.SuspendCause(ctx, app.System(), fund.Key{ID: cause.ID}, "A look"))(t)
	must.Get(w.ApproveCause(ctx, app.System(), fund.Key{ID: cause.ID}, cause.ApprovalVersion()))(t)
	wantLines(t, w.posted(t, box))
}

// TestTheLinkOfACharity is opened late, by others, twice and after each end.
func TestTheLinkOfACharity(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	gone := func(key string) {
		t.Helper()
		_, err := w.GetCharityLink(ctx, key)
		wantKind(t, err, "not_found")
		wantKind(t, w.DeclineCharityLink(ctx, key, true), "not_found")
		_, err = w.AcceptCharity(ctx, w.stranger, key)
		wantKind(t, err, "not_found")
		_, _, err = w.JoinCharity(ctx, app.Joining{Key: key, Username: "Eve", Password: "a long password"})
		wantKind(t, err, "not_found")
		_, err = w.ResendCharityLink(ctx, app.InvitationAsk{Key: key})
		wantKind(t, err, "not_found")
	}
	gone("")
	gone("guessed")

	// Too old to accept, it mails another one, and ends.
	i, key := w.invitedCharity(t, box, meadow())
	w.Clock.Advance(fund.AccountLinkLife)
	_, err := w.AcceptCharity(ctx, w.stranger, key)
	wantKind(t, err, "not_found")
	must.Get(w.GetCharityLink(ctx, key))(t)
	must.Get(w.ResendCharityLink(ctx, app.InvitationAsk{Key: key}))(t)
	wantLines(t, w.posted(t, box), "charity_invitation to office@meadow.example")
	late := key
	key = box.charityKey(t)
	gone(late)
	_, err = w.AcceptCharity(ctx, app.Actor{}, key)
	wantKind(t, err, "unauthenticated")
	must.Get(w.AcceptCharity(ctx, w.stranger, key))(t)
	w.charityState(t, i, fund.CharityAccepted)
	gone(key)
	for by, want := range map[*app.Actor]string{&w.stranger: "", &w.owner: "not_found", &w.causer: "not_found"} {
		_, err := w.GetOwnCharity(ctx, *by, i.ID)
		wantKind(t, err, want)
		if want != "" {
			_, err = w.SetUpCharity(ctx, *by, i.ID, fund.CausePatch{Name: fund.Some("Mine"), Currency: fund.Some("GBP"), LegalName: fund.Some("Wild Meadow Trust")})
			wantKind(t, err, want)
		}
	}
	wantKind(t, w.WithdrawCharity(ctx, w.owner, i.ID), "conflict")
	w.Clock.Advance(fund.CharityProfileLife)
	w.DoDue(ctx, fund.WorkCharity)
	w.charityState(t, i, fund.CharityExpired)
	_, err = w.SetUpCharity(ctx, w.stranger, i.ID, fund.CausePatch{Name: fund.Some("Late"), Currency: fund.Some("GBP"), LegalName: fund.Some("Wild Meadow Trust")})
	wantKind(t, err, "not_found")

	// Declined, withdrawn, expired.
	i, key = w.invitedCharity(t, box, meadow(at("one@pond.example")))
	must.Do(t, w.DeclineCharityLink(ctx, key, false))
	w.charityState(t, i, fund.CharityDeclined)
	gone(key)
	i, key = w.invitedCharity(t, box, meadow(at("two@pond.example")))
	wantKind(t, w.WithdrawCharity(ctx, w.stranger, i.ID), "not_found")
	must.Do(t, w.WithdrawCharity(ctx, w.owner, i.ID))
	wantKind(t, w.WithdrawCharity(ctx, w.owner, i.ID), "conflict")
	gone(key)
	i, key = w.invitedCharity(t, box, meadow(at("three@pond.example")))
	w.Clock.Advance(fund.CharityLife)
	gone(key)
	w.DoDue(ctx, fund.WorkCharity)
	w.charityState(t, i, fund.CharityExpired)
	wantLines(t, w.posted(t, box), "charity_expired to "+w.emailOf(t, w.owner))
}

// TestACharityAcceptsOnce has two accept at the same moment.
func TestACharityAcceptsOnce(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	i, key := w.invitedCharity(t, box, meadow())
	results := make(chan error)
	accept := func(by app.Actor) { _, err := w.AcceptCharity(t.Context(), by, key); results <- err }
	join := func(slug string) {
		_, _, err := w.JoinCharity(t.Context(), app.Joining{Key: key, Username: slug, Password: "a long password"})
		results <- err
	}
	go accept(w.stranger)
	go accept(w.causer)
	go join("Meg")
	go join("Peg")
	done := 0
	for range 4 {
		if err := <-results; err == nil {
			done++
		} else if !fault.Is(err, fault.NotFound) {
			t.Errorf("got %v, want the link gone", err)
		}
	}
	if done != 1 {
		t.Errorf("%d accepted, want one", done)
	}
	w.charityState(t, i, fund.CharityAccepted)
}

// TestWhoMayInviteCharities has an operator alone decide, once.
func TestWhoMayInviteCharities(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	_, err := w.AskCharity(ctx, app.Actor{}, meadow())
	wantKind(t, err, "unauthenticated")
	i := must.Get(w.AskCharity(ctx, w.owner, meadow()))(t)
	for _, by := range []app.Actor{w.owner, w.stranger, w.causer} {
		_, err := w.ListCharities(ctx, by, "", fund.Page{Limit: 9})
		wantKind(t, err, "forbidden")
		_, err = w.ReviewCharity(ctx, by, i.ID)
		wantKind(t, err, "forbidden")
		_, err = w.ApproveCharity(ctx, by, i.ID)
		wantKind(t, err, "forbidden")
		_, err = w.DeclineCharity(ctx, by, i.ID, "No")
		wantKind(t, err, "forbidden")
	}
	_, err = w.DeclineCharity(ctx, app.System(), i.ID, "")
	wantFields(t, err, "reason cannot be blank")
	must.Get(w.DeclineCharity(ctx, app.System(), i.ID, "We know them already."))(t)
	_, err = w.ApproveCharity(ctx, app.System(), i.ID)
	wantKind(t, err, "conflict")
	if got := w.charityState(t, i, fund.CharityRefused); got.Reason != "We know them already." {
		t.Errorf("got %+v, want the reason", got)
	}
	wantLines(t, w.posted(t, box), "charity_refused to "+w.emailOf(t, w.owner))
	must.Get(w.SetSetting(ctx, app.System(), fund.SettingSignUp, fund.SignUpClosed))(t)
	i = must.Get(w.AskCharity(ctx, w.owner, meadow()))(t)
	_, err = w.ApproveCharity(ctx, app.System(), i.ID)
	wantKind(t, err, "conflict")
}

// TestCharitiesAreNotFlooded asks for more invitations than anybody may, and for one that a charity does not want.
func TestCharitiesAreNotFlooded(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	address := func(n int) string { return string(rune('a'+n)) + "@pond.example" }
	var first fund.CharityInvitation
	for n := range fund.MaxOpenCharities {
		first = must.Get(w.AskCharity(ctx, w.owner, meadow(at(address(n)))))(t)
	}
	_, err := w.AskCharity(ctx, w.owner, meadow(at("x@pond.example")))
	wantKind(t, err, "conflict")
	_, err = w.AskCharity(ctx, w.stranger, meadow(at(strings.ToUpper(address(0)))))
	wantFields(t, err, "email "+fund.CharityBusy)
	for n := fund.MaxOpenCharities; n < fund.MaxCharitiesADay; n++ {
		must.Do(t, w.WithdrawCharity(ctx, w.owner, first.ID))
		first = must.Get(w.AskCharity(ctx, w.owner, meadow(at(address(n)))))(t)
	}
	must.Do(t, w.WithdrawCharity(ctx, w.owner, first.ID))
	_, err = w.AskCharity(ctx, w.owner, meadow(at("x@pond.example")))
	wantKind(t, err, "rate_limited")
	if wait := fault.From(err).RetryAfter; wait != 24*time.Hour {
		t.Errorf("got a wait of %s, want a day", wait)
	}
	w.Clock.Advance(24 * time.Hour)
	i, key := w.invitedCharity(t, box, meadow(at("x@pond.example")))

	// A no holds for as long as it is kept, "never" for good, and for the site where the address is at its domain.
	must.Do(t, w.DeclineCharityLink(ctx, key, false))
	_, err = w.AskCharity(ctx, w.stranger, meadow(at("x@pond.example")))
	wantFields(t, err, "email "+fund.CharityBusy)
	w.Clock.Advance(fund.CharityAddressKept)
	w.DoDue(ctx, fund.WorkCharity)
	if got := w.charityState(t, i, fund.CharityDeclined); got.Email != "" || got.Message != "" {
		t.Errorf("got %+v, want the address and the text erased", got)
	}
	_, err = w.AskCharity(ctx, w.stranger, meadow(at("x@pond.example")))
	wantFields(t, err, "email "+fund.CharityBusy)
	w.Clock.Advance(fund.CharityKept - fund.CharityAddressKept)
	w.DoDue(ctx, fund.WorkCharity)
	_, err = w.Store.GetCharity(ctx, i.ID)
	wantKind(t, err, "not_found")
	must.Get(w.AskCharity(ctx, w.stranger, meadow(at("x@pond.example"))))(t)

	_, key = w.invitedCharity(t, box, meadow())
	must.Do(t, w.DeclineCharityLink(ctx, key, true))
	w.Clock.Advance(fund.CharityKept)
	w.DoDue(ctx, fund.WorkCharity)
	w.DoDue(ctx, fund.WorkCharity)
	for _, email := range []string{"office@meadow.example", "press@meadow.example"} {
		_, err = w.AskCharity(ctx, w.stranger, meadow(at(email)))
		wantFields(t, err, "email "+fund.CharityBusy)
	}
}

// TestANetworkInvitesSoManyCharities asks from one network with many accounts.
func TestANetworkInvitesSoManyCharities(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	from := netip.MustParseAddr("192.0.2.9")
	for range shield.CharitiesAnHour {
		must.Do(t, w.shield.InviteCharity(from))
	}
	_, err := w.AskCharity(t.Context(), w.owner.From(from), meadow())
	wantKind(t, err, "rate_limited")
	_, err = w.AskCharity(t.Context(), w.owner.From(from), meadow(func(i *fund.CharityInvitation) { i.Name = w.cause.Name }))
	wantKind(t, err, "rate_limited") // before names of causes are compared, which costs
	must.Get(w.AskCharity(t.Context(), w.owner.From(netip.MustParseAddr("192.0.2.10")), meadow()))(t)
}

// TestOldInvitationsCountAsOpen asks and withdraws for weeks while others wait for an answer.
func TestOldInvitationsCountAsOpen(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	asked := 0
	ask := func() (fund.CharityInvitation, error) {
		asked++
		return w.AskCharity(t.Context(), w.owner, meadow(at(fmt.Sprintf("office-%d@pond.example", asked))))
	}
	for range fund.MaxOpenCharities - 1 {
		must.Get(ask())(t)
	}
	for asked <= fund.MaxPage {
		if asked%fund.MaxCharitiesADay == 0 {
			w.Clock.Advance(24 * time.Hour)
		}
		must.Do(t, w.WithdrawCharity(t.Context(), w.owner, must.Get(ask())(t).ID))
	}
	w.Clock.Advance(24 * time.Hour)
	must.Get(ask())(t)
	_, err := ask()
	wantKind(t, err, "conflict")
}

// TestWhatIsWrittenToCharities refuses what leads elsewhere, what insults, and what is here already.
func TestWhatIsWrittenToCharities(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	public := w.cause.Name
	for name, c := range map[string]struct {
		change func(*fund.CharityInvitation)
		want   string
	}{
		"a link":           {func(i *fund.CharityInvitation) { i.Message = "See https://evil.example now" }, "message " + fund.HasContact},
		"a hidden link":    {func(i *fund.CharityInvitation) { i.Message = "See evil dot com now" }, "message " + fund.HasContact},
		"a number":         {func(i *fund.CharityInvitation) { i.Message = "Call +44 20 7946 0958" }, "message " + fund.HasContact},
		"a link as a name": {func(i *fund.CharityInvitation) { i.Name = "www.evil.example" }, "name " + fund.HasContact},
		"no name":          {func(i *fund.CharityInvitation) { i.Name = "\u200b" }, "name " + fund.Blank},
		"two lines":        {func(i *fund.CharityInvitation) { i.Name = "A\nBcc: x" }, "name " + fund.ControlText},
		"no text":          {func(i *fund.CharityInvitation) { i.Message = " \n" }, "message " + fund.Blank},
		"a long text":      {func(i *fund.CharityInvitation) { i.Message = strings.Repeat("a", fund.MaxCharityMessage+1) }, "message " + fund.TooLong(fund.MaxCharityMessage)},
		"a long name":      {func(i *fund.CharityInvitation) { i.Name = strings.Repeat("a", fund.MaxCharityName+1) }, "name " + fund.TooLong(fund.MaxCharityName)},
		"no https":         {func(i *fund.CharityInvitation) { i.Website = "http://meadow.example" }, "website " + fund.NotWebsite},
		"a script":         {func(i *fund.CharityInvitation) { i.Website = "javascript://meadow.example" }, "website " + fund.NotWebsite},
		"a machine":        {func(i *fund.CharityInvitation) { i.Website = "https://127.0.0.1" }, "website " + fund.NotWebsite},
		"a user":           {func(i *fund.CharityInvitation) { i.Website = "https://meadow.example@evil.example" }, "website " + fund.NotWebsite},
		"no address":       {at("office"), "email " + fund.NotEmail},
		"no country":       {func(i *fund.CharityInvitation) { i.Country = "XX" }, "country " + fund.NotCountry},
		"here":             {func(i *fund.CharityInvitation) { i.Name = strings.ToUpper(public) }, "name " + fund.CharityHere},
		"looks like it": {func(i *fund.CharityInvitation) {
			i.Name = strings.NewReplacer("a", "а", "o", "о", "e", "е").Replace(public)
		}, "name " + fund.CharityHere},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := w.AskCharity(t.Context(), w.owner, meadow(c.change))
			wantFields(t, err, c.want)
		})
	}
	t.Run("at the limit", func(t *testing.T) {
		t.Parallel()
		i := meadow(func(i *fund.CharityInvitation) {
			i.Name, i.Message = strings.Repeat("a", fund.MaxCharityName), strings.Repeat("a", fund.MaxCharityMessage)
		})
		must.Get(w.AskCharity(t.Context(), w.owner, i))(t)
	})
}

// TestAnOperatorSeesWhoIsBehindAnInvitation shows look-alikes in whatever state, earlier invitations, and whose account the address is.
func TestAnOperatorSeesWhoIsBehindAnInvitation(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	ctx := t.Context()
	hidden := must.Get(w.CreateCauseFor(ctx, app.System(), w.stranger.User, fund.CausePatch{Name: fund.Some("Wild Meadow"), Currency: fund.Some("GBP")}))(t)
	before := must.Get(w.AskCharity(ctx, w.owner, meadow(at(w.emailOf(t, w.owner)))))(t)
	must.Get(w.DeclineCharity(ctx, app.System(), before.ID, "Not yours?"))(t)
	i := must.Get(w.AskCharity(ctx, w.owner, meadow(at(w.emailOf(t, w.owner)))))(t)
	r := must.Get(w.ReviewCharity(ctx, app.System(), i.ID))(t)
	if len(r.Alike) != 1 || r.Alike[0].ID != hidden.ID || len(r.Before) != 1 || r.Before[0].ID != before.ID || r.Account == nil || r.Account.ID != w.owner.User || r.OwnsHost() {
		t.Errorf("got %+v", r)
	}
	all := must.Get(w.ListCharities(ctx, app.System(), fund.CharityAsked, fund.Page{Limit: 9}))(t)
	if len(all) != 1 || all[0].ID != i.ID {
		t.Errorf("got %+v, want the one that waits", all)
	}
}

// TestADeletedAccountInvitesNobody deletes the account of who asked, and that of who accepted.
func TestADeletedAccountInvitesNobody(t *testing.T) {
	t.Parallel()
	w, box := newWorld(t), &letterBox{}
	ctx := t.Context()
	by := w.account(t, "asks@example.org")
	ask := func(email string) fund.CharityInvitation {
		return must.Get(w.AskCharity(ctx, self(by), meadow(at(email))))(t)
	}
	waits, sent := ask("one@pond.example"), ask("two@pond.example")
	must.Get(w.ApproveCharity(ctx, app.System(), sent.ID))(t)
	w.posted(t, box)
	key := box.charityKey(t)
	accepted, _ := w.invitedCharity(t, box, meadow())
	meg := w.account(t, "meg@example.org")
	must.Get(w.AcceptCharity(ctx, self(meg), box.charityKey(t)))(t)
	must.Get(w.DeleteUser(ctx, app.System(), by.ID))(t)
	must.Get(w.DeleteUser(ctx, app.System(), meg.ID))(t)
	w.charityState(t, waits, fund.CharityWithdrawn)
	w.charityState(t, sent, fund.CharityWithdrawn)
	w.charityState(t, accepted, fund.CharityExpired)
	_, err := w.GetCharityLink(ctx, key)
	wantKind(t, err, "not_found")
	w.Clock.Advance(fund.DeletionWait)
	w.DoDue(ctx, fund.WorkDeletion)
	for _, i := range []fund.CharityInvitation{waits, sent} {
		_, err := w.Store.GetCharity(ctx, i.ID)
		wantKind(t, err, "not_found")
	}
}

// TestPlacesAreKeptForWhoRaisedMoney fills the places of invitations that wait for operators, as many accounts together could.
func TestPlacesAreKeptForWhoRaisedMoney(t *testing.T) {
	t.Parallel()
	w, asked := newWorld(t), 0
	fill := func(places int) {
		must.Do(t, w.Store.Write(t.Context(), fund.ID{}, func(ctx context.Context, tx *store.Tx) error {
			for ; asked < places; asked++ {
				i := meadow(at(fmt.Sprintf("office-%d@pond.example", asked)))
				i.ID, i.UserID, i.AskedAt = must.Get(fund.NewID(w.Now(), rand.Reader))(t), w.stranger.User, w.Now()
				i.Move(fund.CharityAsked, w.Now())
				if err := tx.InsertCharity(ctx, i, store.CharityHashes{Address: i.ID[:], Host: i.ID[:]}); err != nil {
					return err
				}
			}
			return nil
		}))
	}
	fill(fund.MaxWaitingCharities - fund.KeptCharities - 1)
	last := must.Get(w.AskCharity(t.Context(), w.owner, meadow()))(t)
	asked++
	_, err := w.AskCharity(t.Context(), w.owner, meadow(at("x@pond.example")))
	wantKind(t, err, "conflict")
	must.Get(w.donate(t, fund.DonationInput{Amount: "5"}))(t)
	must.Get(w.AskCharity(t.Context(), w.owner, meadow(at("x@pond.example"))))(t)
	asked++
	fill(fund.MaxWaitingCharities)
	_, err = w.AskCharity(t.Context(), w.owner, meadow(at("y@pond.example")))
	wantKind(t, err, "conflict")
	must.Do(t, w.WithdrawCharity(t.Context(), w.owner, last.ID))
	must.Get(w.AskCharity(t.Context(), w.owner, meadow(at("y@pond.example"))))(t)
}
